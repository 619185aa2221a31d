/* The preprocessor: from files and macros to one list of tokens.
 *
 * Tokens come from a stack of frames: files, and the token lists of macros and arguments.  Reading is
 * by token, not by text, so that each token keeps its place in the user's files. */
#ifndef HYS_VERILOGA_PREPROCESS_H
#define HYS_VERILOGA_PREPROCESS_H
#include "veriloga/token.h"

typedef struct va_tokens {
    va_token *at;
    size_t n, cap;
} va_tokens;

/* Preprocesses the source into out, which ends with VA_T_EOF.  Errors are reported, and reading goes
 * on behind them where it can: HYS_SYNTAX then.  HYS_LIMIT, HYS_IO, HYS_CANCEL, HYS_NOMEM: it ended. */
hys_status va_preprocess(va_front *front, uint32_t source, va_tokens *out);

/* The text of a built-in header for a file name in any directory and by any of its names, or NULL.
 * *name is the header's own name. */
const char *va_builtin_header(const char *path, const char **name, size_t *len);
/* The name of the built-in header that defines a macro, or NULL: for hints. */
const char *va_builtin_header_of(const char *macro);

/* ---- inside the preprocessor ---- */

/* What a token that is kept counts for, in bytes: with it max_total also bounds memory. */
#define VA_TOKEN_COST 16

typedef struct va_macro_param {
    const char *name;
    bool has_default;
    const va_token *at; /* the default */
    size_t n;
} va_macro_param;

typedef struct va_macro {
    const char *name;
    hys__span span; /* of the name where it was defined */
    bool is_defined, is_function;
    bool is_reported;  /* unknown, and that was said once */
    unsigned n_active; /* expansions of it that are open */
    struct {
        va_macro_param *at;
        size_t n, cap;
    } params;
    const va_token *body;
    size_t n_body;
} va_macro;

typedef struct va_cond { /* an open `ifdef */
    hys__span span;
    const char *name; /* "ifdef" or "ifndef" */
    bool was_taken;   /* one of its branches was */
    bool has_else;
    bool is_skipping;
} va_cond;

typedef struct va_frame {
    bool is_file;
    bool is_barrier;    /* its end is the end of what is being read */
    va_lexer lexer;     /* of a file */
    const va_token *at; /* of a list */
    size_t n, pos;
    uint32_t used_at;      /* for tokens of the list, unless 0 */
    bool at_bol, is_apart; /* of the use, for the first token */
    va_macro *macro;       /* being expanded */
    size_t n_conds;        /* open when the frame began */
} va_frame;

typedef struct va_loaded { /* a file that was read: read again it gives the same text */
    const char *path;      /* real path */
    uint32_t source;
} va_loaded;

typedef struct va_pp {
    va_front *front;
    hys__arena *arena;
    va_tokens *out;
    struct {
        va_frame *at;
        size_t n, cap;
    } frames;
    struct {
        va_cond *at;
        size_t n, cap;
    } conds;
    struct {
        va_loaded *at;
        size_t n, cap;
    } loaded;
    struct {
        va_macro **at;
        size_t n, cap;
    } macros;          /* hashed by the name's address */
    unsigned n_files;  /* open files */
    unsigned n_nested; /* arguments in arguments that are being expanded */
    size_t spent;      /* bytes of files and expansions */
    size_t n_steps;    /* tokens read, for the question whether to cancel */
    bool in_directive; /* a newline ends it */
    bool is_quiet;
    bool is_deferring; /* errors of tokens to where they are used */
    bool must_paste;   /* the next token is to be joined to the last */
    bool has_pushed;
    va_token pushed;
    const char *main_root; /* real path of the main file's directory; NULL for text in memory */
    hys_status status;     /* the reason to end, or HYS_OK */
    size_t n_errors_before;
} va_pp;

/* Reports an error; reading goes on. */
void va_pp_error(va_pp *pp, hys__span span, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Reports an error after which reading ends. */
void va_pp_fatal(va_pp *pp, hys_status status, hys__span span, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
void va_pp_warn(va_pp *pp, hys__span span, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Counts bytes against the limit on files and expansions. */
bool va_pp_spend(va_pp *pp, size_t bytes, hys__span span);

/* The next token before expansion.  Ends with VA_T_EOF at a barrier, VA_T_NEWLINE in a directive. */
void va_pp_raw(va_pp *pp, va_token *token);
void va_pp_push_back(va_pp *pp, const va_token *token);
va_frame *va_pp_push_frame(va_pp *pp);
/* Reads a source to its end, apart from what is being read. */
void va_pp_read_source(va_pp *pp, uint32_t source);
/* Adds a token to what is being read. */
void va_pp_emit(va_pp *pp, const va_token *token);
/* Adds what the parser passes over in silence. */
void va_pp_emit_bad(va_pp *pp, hys__span span);
bool va_is_directive(const char *name);
/* Expands a list of tokens into out. */
void va_pp_expand_list(va_pp *pp, const va_token *at, size_t n, va_tokens *out);
/* The rest of a directive's line. */
void va_pp_read_line(va_pp *pp, va_tokens *line);

/* preprocess_macro.c */
va_macro *va_macro_find(va_pp *pp, const char *name); /* defined, or NULL */
/* Reads what follows `define; span is that of the directive. */
void va_macro_define(va_pp *pp, hys__span span);
void va_macro_undefine(va_pp *pp, const char *name);
void va_macro_undefine_all(va_pp *pp);
/* "NAME" or "NAME=text" from the command line or of our own. */
void va_macro_predefine(va_pp *pp, const char *definition);
/* Pushes the expansion of a macro's use; a use that cannot be expanded is reported, and gives
 * VA_T_BAD. */
void va_macro_expand(va_pp *pp, const va_token *use);
/* Joins right to the last token of out. */
void va_macro_paste(va_pp *pp, va_tokens *out, const va_token *right);

/* preprocess_include.c */
bool va_include_init(va_pp *pp, const char *main_path);
void va_include_run(va_pp *pp, const va_token *use); /* behind `include */
/* The source of a built-in header for a file name; 0 when it is none. */
uint32_t va_include_builtin(va_pp *pp, const char *file);
void va_include_push(va_pp *pp, uint32_t source);
/* Adds a text to front->sources and its hash to front->included (path not NULL). */
uint32_t va_include_add(va_front *front, const char *name, const char *path, const char *text, size_t len);

#endif
