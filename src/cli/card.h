/* Model cards: Markdown made from a model's file, what is known of its module, and what it reproduces. */
#ifndef HYS_CLI_CARD_H
#define HYS_CLI_CARD_H
#include "cli/cli.h"

/* The comment at the head of a .va file, in parts: each a list of lines, one behind the other with '\n'. */
typedef struct card_header {
    char *title;        /* "generalised memristor of Yakopcic et al.": without the model's name; lines joined */
    char *body, *notes; /* before and behind the paragraphs with a key; indented lines are formulas */
    char *not_modelled, *valid, *source, *label;
} card_header;

typedef struct model_card {
    invocation *in;
    const hys_library_entry *entry;
    const hys_model *model;
    const char *text; /* of the file */
    card_header header;
    char *demo;                      /* words of a command line; "" : none */
    const hys_reproduction *results; /* of all models; NULL: none */
    const hys_variant *variants;     /* [n_variants] */
    size_t n_variants;
    const char *figure; /* its name without folder */
} model_card;

/* card_header.c */
bool card_header_read(const char *text, card_header *header); /* false: out of memory */
void card_header_free(card_header *header);
/* The text of an attribute of the module, to be freed; "" where there is none; NULL: out of memory. */
char *card_attribute(const char *text, const char *module, const char *name);

/* card_text.c */
void card_put(FILE *out, const model_card *card);
/* Text that Markdown leaves alone; in_table: also within a table. */
void card_put_text(FILE *out, const char *text, bool in_table);
/* Lines of the head of a file: prose, and indented ones as code. */
void card_put_lines(FILE *out, const char *lines);

/* Names of the states, one for an array. */
void card_put_states(FILE *out, const hys_model *model, bool with_units);

/* card_variants.c */
void card_put_variants(FILE *out, const model_card *card);

/* card_figure.c: what the demo shows, at path */
hys_status card_draw(const model_card *card, const char *path);

/* card_index.c */
void card_put_index(FILE *out, const hys_model *const *models, const hys_reproduction *results);

#endif
