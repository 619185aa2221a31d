#include "veriloga/preprocess.h"

#include <stdio.h>
#include <string.h>

#define ERRORS_MAX       100  /* as many as the context keeps; then reading ends */
#define STEPS_PER_CANCEL 4096 /* tokens between two looks at the cancel flag */

/* ---- errors and limits ---- */

static void vreport(va_pp *pp, hys_status status, hys__span span, const char *hint, const char *fmt, va_list args) {
    char message[VA_MESSAGE_MAX];
    vsnprintf(message, sizeof message, fmt, args);
    hys__report(pp->front->ctx, HYS_ERROR, status, &pp->front->sources, span, hint, "%s", message);
}

void va_pp_error(va_pp *pp, hys__span span, const char *hint, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    vreport(pp, HYS_SYNTAX, span, hint, fmt, args);
    va_end(args);
}

void va_pp_fatal(va_pp *pp, hys_status status, hys__span span, const char *hint, const char *fmt, ...) {
    if (pp->status != HYS_OK) return;
    va_list args;
    va_start(args, fmt);
    vreport(pp, status, span, hint, fmt, args);
    va_end(args);
    pp->status = status;
}

void va_pp_warn(va_pp *pp, hys__span span, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    char message[VA_MESSAGE_MAX];
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    hys__report(pp->front->ctx, HYS_WARNING, HYS_OK, &pp->front->sources, span, "", "%s", message);
}

bool va_pp_spend(va_pp *pp, size_t bytes, hys__span span) {
    size_t most = pp->front->limits.max_total;
    if (bytes <= most && pp->spent <= most - bytes) {
        pp->spent += bytes;
        return true;
    }
    va_pp_fatal(pp, HYS_LIMIT, span, "does a macro or a file include itself many times over?",
                "the files and their expanded macros exceed %zu bytes", most);
    return false;
}

/* Ends reading when it is cancelled, out of memory, or hopeless. */
static void check_end(va_pp *pp) {
    if (pp->status != HYS_OK) return;
    if (pp->arena->failed) {
        pp->status = HYS_NOMEM;
    } else if (pp->n_steps++ % STEPS_PER_CANCEL == 0) {
        if (hys_ctx_is_cancelled(pp->front->ctx)) pp->status = HYS_CANCEL;
        if (hys_diag_n_errors(pp->front->ctx) - pp->n_errors_before > ERRORS_MAX) pp->status = HYS_SYNTAX;
    }
}

/* ---- frames ---- */

static va_frame *top_frame(va_pp *pp) {
    return &pp->frames.at[pp->frames.n - 1];
}

va_frame *va_pp_push_frame(va_pp *pp) {
    va_frame *frame = HYS_PUSH(pp->arena, &pp->frames);
    if (frame) {
        *frame = (va_frame){.n_conds = pp->conds.n};
    }
    return frame;
}

/* Where no text was left out, a forgotten `endif changes nothing: published files have it. */
static void close_conds(va_pp *pp, size_t n) {
    while (pp->conds.n > n) {
        const va_cond *cond = &pp->conds.at[--pp->conds.n];
        if (cond->is_skipping) va_pp_error(pp, cond->span, "", "this `%s has no `endif", cond->name);
        else va_pp_warn(pp, cond->span, "this `%s has no `endif; it ends with the file", cond->name);
    }
}

static void pop_frame(va_pp *pp) {
    va_frame *frame = top_frame(pp);
    if (pp->status == HYS_OK) close_conds(pp, frame->n_conds);
    if (frame->macro) frame->macro->n_active--;
    if (frame->is_file) pp->n_files--;
    pp->frames.n--;
}

static void list_next(const va_pp *pp, va_frame *frame, va_token *token) {
    if (frame->pos >= frame->n) {
        *token = (va_token){.kind = VA_T_EOF};
        return;
    }
    *token = frame->at[frame->pos];
    if (pp->in_directive && token->at_bol) {
        token->kind = VA_T_NEWLINE;
        return;
    }
    if (frame->used_at) token->span.used_at = frame->used_at;
    if (frame->pos++ == 0) {
        token->at_bol = frame->at_bol;
        token->is_apart = frame->is_apart;
    }
}

void va_pp_raw(va_pp *pp, va_token *token) {
    if (pp->has_pushed) {
        pp->has_pushed = false;
        *token = pp->pushed;
        return;
    }
    for (;;) {
        check_end(pp);
        va_frame *frame = top_frame(pp);
        if (pp->status != HYS_OK) {
            *token = (va_token){.kind = VA_T_EOF};
            return;
        }
        if (frame->is_file) {
            frame->lexer.in_directive = pp->in_directive;
            frame->lexer.is_quiet = pp->is_quiet;
            frame->lexer.is_deferring = pp->is_deferring;
            va_lexer_next(&frame->lexer, token);
        } else {
            list_next(pp, frame, token);
        }
        if (pp->arena->failed) continue;
        if (token->kind == VA_T_EOF && pp->in_directive) token->kind = VA_T_NEWLINE;
        if (token->kind != VA_T_EOF || frame->is_barrier) return;
        pop_frame(pp);
    }
}

void va_pp_push_back(va_pp *pp, const va_token *token) {
    pp->has_pushed = true;
    pp->pushed = *token;
}

void va_pp_read_line(va_pp *pp, va_tokens *line) {
    va_token token;
    pp->in_directive = true;
    for (va_pp_raw(pp, &token); token.kind != VA_T_NEWLINE && token.kind != VA_T_EOF; va_pp_raw(pp, &token)) {
        if (!line || !va_pp_spend(pp, VA_TOKEN_COST, token.span)) continue;
        va_token *to = HYS_PUSH(pp->arena, line);
        if (to) *to = token;
    }
    pp->in_directive = false;
}

/* ---- `ifdef ---- */

/* The name behind `ifdef and the like; NULL, reported, when there is none. */
static const char *read_macro_name(va_pp *pp, const va_token *use) {
    va_token token;
    bool was_quiet = pp->is_quiet;
    pp->in_directive = true;
    pp->is_quiet = false;
    va_pp_raw(pp, &token);
    pp->in_directive = false;
    pp->is_quiet = was_quiet;
    if (token.kind == VA_T_NAME) return token.text;
    if (token.kind == VA_T_MACRO)
        va_pp_error(pp, token.span, "drop the '`' before the name", "`%s is followed by the bare name of a macro",
                    use->text);
    else if (token.kind != VA_T_BAD) va_pp_error(pp, use->span, "", "`%s needs the name of a macro", use->text);
    return token.kind == VA_T_MACRO ? token.text : NULL;
}

static bool reads_as_defined(va_pp *pp, const va_token *use) {
    const char *name = read_macro_name(pp, use);
    return name && va_macro_find(pp, name) != NULL;
}

/* The open conditional of this frame, or NULL. */
static va_cond *current_cond(va_pp *pp) {
    return pp->conds.n > top_frame(pp)->n_conds ? &pp->conds.at[pp->conds.n - 1] : NULL;
}

/* One of `elsif, `else, `endif met while skipping at the level of the conditional.  Returns whether
 * reading starts again. */
static bool branch_starts(va_pp *pp, va_cond *cond, const va_token *use) {
    if (strcmp(use->text, "endif") == 0) {
        pp->conds.n--;
        return true;
    }
    if (cond->has_else) {
        va_pp_error(pp, use->span, "", "`%s after the `else of this `%s", use->text, cond->name);
        return false;
    }
    if (strcmp(use->text, "else") == 0) {
        cond->has_else = true;
        if (cond->was_taken) return false;
    } else if (!reads_as_defined(pp, use) || cond->was_taken) {
        return false;
    }
    cond->was_taken = true;
    return true;
}

/* Passes over what the conditional leaves out. */
static void skip_branch(va_pp *pp) {
    size_t level = pp->conds.n, nested = 0;
    bool is_over = false;
    va_token token;
    pp->is_quiet = true;
    pp->conds.at[level - 1].is_skipping = true;
    while (!is_over) {
        va_pp_raw(pp, &token);
        if (pp->conds.n < level || token.kind == VA_T_EOF) { /* its file ended */
            va_pp_push_back(pp, &token);
            break;
        }
        if (token.kind != VA_T_MACRO) continue;
        bool opens = strcmp(token.text, "ifdef") == 0 || strcmp(token.text, "ifndef") == 0;
        bool ends = strcmp(token.text, "endif") == 0;
        bool turns = strcmp(token.text, "else") == 0 || strcmp(token.text, "elsif") == 0;
        if (nested == 0 && (ends || turns)) is_over = branch_starts(pp, &pp->conds.at[level - 1], &token);
        nested += opens;
        nested -= ends && nested > 0;
    }
    pp->is_quiet = false;
    if (is_over && pp->conds.n >= level) pp->conds.at[level - 1].is_skipping = false;
}

static void run_ifdef(va_pp *pp, const va_token *use) {
    bool is_negated = use->text[2] == 'n';
    bool is_defined = reads_as_defined(pp, use);
    va_cond *cond = HYS_PUSH(pp->arena, &pp->conds);
    if (!cond) return;
    *cond = (va_cond){.span = use->span, .name = use->text};
    cond->was_taken = is_defined != is_negated;
    if (!cond->was_taken) skip_branch(pp);
}

static void run_else(va_pp *pp, const va_token *use) {
    va_cond *cond = current_cond(pp);
    if (!cond) {
        va_pp_error(pp, use->span, "", "`%s without an `ifdef", use->text);
        if (use->text[2] == 's' && use->text[3] == 'i') read_macro_name(pp, use);
    } else if (!branch_starts(pp, cond, use)) {
        skip_branch(pp);
    }
}

static void run_endif(va_pp *pp, const va_token *use) {
    if (current_cond(pp)) pp->conds.n--;
    else va_pp_error(pp, use->span, "", "`endif without an `ifdef");
}

/* ---- the other directives ---- */

static void run_define(va_pp *pp, const va_token *use) {
    va_macro_define(pp, use->span);
}

static void run_undef(va_pp *pp, const va_token *use) {
    const char *name = read_macro_name(pp, use);
    if (name) va_macro_undefine(pp, name);
}

static void run_undefineall(va_pp *pp, const va_token *use) {
    (void)use;
    va_macro_undefine_all(pp);
}

static void run_discipline(va_pp *pp, const va_token *use) {
    (void)use;
    va_tokens line = {.n = 0};
    va_pp_read_line(pp, &line);
    bool is_name = line.n > 0 && line.at[0].kind == VA_T_NAME;
    pp->front->file->default_discipline = is_name ? line.at[0].text : NULL;
}

static void run_transition(va_pp *pp, const va_token *use) {
    va_tokens line = {.n = 0};
    va_pp_read_line(pp, &line);
    bool is_time = line.n == 1 && (line.at[0].kind == VA_T_REAL || line.at[0].kind == VA_T_INT);
    if (!is_time)
        va_pp_error(pp, use->span, "write for example `default_transition 1n", "`default_transition takes a time in s");
    pp->front->file->default_transition = is_time ? line.at[0].number : 0;
}

static void run_resetall(va_pp *pp, const va_token *use) {
    (void)use;
    pp->front->file->default_discipline = NULL;
    pp->front->file->default_transition = 0;
}

static void run_nothing(va_pp *pp, const va_token *use) {
    (void)pp;
    (void)use;
}

/* Its arguments mean nothing to the analog subset, not even as tokens: `timescale 1ns/1ps. */
static void run_line(va_pp *pp, const va_token *use) {
    (void)use;
    pp->is_quiet = true;
    va_pp_read_line(pp, NULL);
    pp->is_quiet = false;
}

static void run_protect(va_pp *pp, const va_token *use) {
    va_pp_fatal(pp, HYS_SYNTAX, use->span, "ask its author for the plain text", "this file is encrypted (`%s)",
                use->text);
}

static void run_place(va_pp *pp, const va_token *use) {
    va_token token = *use;
    int32_t line, col;
    hys__source_locate(&pp->front->sources, use->span, &line, &col);
    token.kind = VA_T_INT;
    token.number = line;
    token.text = NULL;
    if (use->text[2] == 'F') {
        token.kind = VA_T_STRING;
        token.text = pp->front->sources.list.at[use->span.source - 1].name;
        token.n_text = strlen(token.text);
    }
    va_pp_emit(pp, &token);
}

static const struct directive {
    const char *name;
    void (*run)(va_pp *pp, const va_token *use);
} directives[] = {
    {"ifdef", run_ifdef},
    {"ifndef", run_ifdef},
    {"elsif", run_else},
    {"else", run_else},
    {"endif", run_endif},
    {"define", run_define},
    {"undef", run_undef},
    {"undefineall", run_undefineall},
    {"include", va_include_run},
    {"default_discipline", run_discipline},
    {"resetall", run_resetall},
    {"__FILE__", run_place},
    {"__LINE__", run_place},
    {"protect", run_protect},
    {"protected", run_protect},
    {"celldefine", run_nothing},
    {"endcelldefine", run_nothing},
    {"nounconnected_drive", run_nothing},
    {"end_keywords", run_nothing},
    {"begin_keywords", run_line},
    {"default_decay_time", run_line},
    {"default_nettype", run_line},
    {"default_transition", run_transition},
    {"default_trireg_strength", run_line},
    {"delay_mode_distributed", run_nothing},
    {"delay_mode_path", run_nothing},
    {"delay_mode_unit", run_nothing},
    {"delay_mode_zero", run_nothing},
    {"line", run_line},
    {"pragma", run_line},
    {"timescale", run_line},
    {"unconnected_drive", run_line},
    {"uselib", run_line},
};

static const struct directive *directive_find(const char *name) {
    for (size_t i = 0; i < sizeof directives / sizeof directives[0]; i++)
        if (strcmp(directives[i].name, name) == 0) return &directives[i];
    return NULL;
}

bool va_is_directive(const char *name) {
    return directive_find(name) != NULL;
}

/* ---- reading ---- */

/* Reads a faulty token of a macro's body again, now to report it. */
static void read_again(va_pp *pp, const va_token *unread) {
    va_lexer lexer;
    va_token token;
    va_lexer_init(&lexer, pp->front, unread->span.source);
    lexer.pos = unread->span.offset;
    va_lexer_next(&lexer, &token);
    va_pp_emit_bad(pp, unread->span);
}

void va_pp_emit(va_pp *pp, const va_token *token) {
    if (token->kind == VA_T_UNREAD) {
        read_again(pp, token);
        return;
    }
    if (pp->must_paste && pp->out->n > 0) {
        pp->must_paste = false;
        va_macro_paste(pp, pp->out, token);
        return;
    }
    pp->must_paste = false;
    if (pp->out->n >= pp->front->limits.max_tokens) {
        va_pp_fatal(pp, HYS_LIMIT, token->span, "", "the text has more than %zu tokens", pp->front->limits.max_tokens);
        return;
    }
    va_token *to = HYS_PUSH(pp->arena, pp->out);
    if (to) *to = *token;
}

void va_pp_emit_bad(va_pp *pp, hys__span span) {
    va_pp_emit(pp, &(va_token){.kind = VA_T_BAD, .span = span});
}

static void read_all(va_pp *pp) {
    va_token token;
    for (va_pp_raw(pp, &token); token.kind != VA_T_EOF; va_pp_raw(pp, &token)) {
        const struct directive *directive = NULL;
        if (token.kind == VA_T_MACRO && (directive = directive_find(token.text))) directive->run(pp, &token);
        else if (token.kind == VA_T_MACRO) va_macro_expand(pp, &token);
        else if (token.kind != VA_T_PASTE) va_pp_emit(pp, &token);
        else if (top_frame(pp)->is_file) va_pp_error(pp, token.span, "", "`` joins words only inside a macro");
        else pp->must_paste = true;
    }
}

void va_pp_read_source(va_pp *pp, uint32_t source) {
    bool had_pushed = pp->has_pushed;
    size_t n = pp->frames.n;
    pp->has_pushed = false;
    va_include_push(pp, source);
    if (pp->frames.n > n) {
        top_frame(pp)->is_barrier = true;
        read_all(pp);
        pop_frame(pp);
    }
    pp->has_pushed = had_pushed;
}

void va_pp_expand_list(va_pp *pp, const va_token *at, size_t n, va_tokens *out) {
    if (pp->n_nested >= pp->front->limits.max_expand) {
        va_pp_fatal(pp, HYS_LIMIT, at->span, "", "macro arguments nest deeper than %u", pp->front->limits.max_expand);
        return;
    }
    va_tokens *outer = pp->out;
    va_frame *frame = va_pp_push_frame(pp);
    if (!frame) return;
    frame->is_barrier = true;
    frame->at = at;
    frame->n = n;
    frame->at_bol = n && at->at_bol;
    frame->is_apart = n && at->is_apart;
    pp->n_nested++;
    pp->out = out;
    read_all(pp);
    pp->must_paste = false;
    pp->out = outer;
    pp->n_nested--;
    pop_frame(pp);
}

static void predefine(va_pp *pp) {
    static const char *const ours[] = {"__VAMS_ENABLE__=1", "__VAMS_COMPACT_MODELING__=1", "HYSTERON=1"};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) va_macro_predefine(pp, ours[i]);
    for (size_t i = 0; i < pp->front->n_defines; i++) va_macro_predefine(pp, pp->front->defines[i]);
}

hys_status va_preprocess(va_front *front, uint32_t source, va_tokens *out) {
    const hys__source *main = &front->sources.list.at[source - 1];
    const char *main_path = main->path;
    hys__span end = {source, (uint32_t)main->len, 0, 0};
    va_pp pp = {.front = front, .arena = &front->arena, .out = out};
    pp.n_errors_before = hys_diag_n_errors(front->ctx);
    predefine(&pp);
    if (pp.status == HYS_OK && va_include_init(&pp, main_path) && va_check_text(front, source)) {
        va_include_push(&pp, source);
        if (pp.frames.n > 0) {
            top_frame(&pp)->is_barrier = true;
            read_all(&pp);
            pp.must_paste = false;
            if (pp.status == HYS_OK) close_conds(&pp, 0);
        }
    }
    va_token *last = HYS_PUSH(pp.arena, out);
    if (!last) return HYS_NOMEM;
    *last = (va_token){.kind = VA_T_EOF, .span = end, .at_bol = true, .is_apart = true};
    if (pp.status != HYS_OK) return pp.status;
    return hys_diag_n_errors(front->ctx) > pp.n_errors_before ? HYS_SYNTAX : HYS_OK;
}
