/* YAML files that people write: experiments.  One document of mappings, lists and plain words; anchors, aliases and
 * tags are refused, as what they stand for can be larger than any memory.
 *
 * A schema says what a mapping may hold and where in a struct it goes; what the file leaves out keeps its value there.
 */
#ifndef HYS_IO_YAML_H
#define HYS_IO_YAML_H
#include "base/diag.h"

typedef enum hys__yaml_kind { HYS__YAML_WORD, HYS__YAML_LIST, HYS__YAML_MAP } hys__yaml_kind;

typedef struct hys__yaml_node hys__yaml_node;
struct hys__yaml_node {
    hys__yaml_kind kind;
    hys__span span;
    const char *text; /* of a word; NUL-terminated, holds no other NUL */
    bool is_quoted;   /* it is text, whatever it looks like */
    const char *key;  /* in a mapping; otherwise NULL */
    hys__span key_span;
    hys__yaml_node *first; /* of what a list or a mapping holds */
    hys__yaml_node *next;  /* beside it */
    size_t n;
};

typedef struct hys__yaml {
    hys_ctx *ctx;
    hys__arena *arena; /* of all that is read */
    hys__sources sources;
    const hys__yaml_node *root; /* a mapping */
} hys__yaml;

hys_status hys__yaml_read(hys__arena *arena, const char *path, hys__yaml *yaml);
/* Of text that is already there, and outlives what is read; name: for messages. */
hys_status hys__yaml_parse(hys__arena *arena, const char *name, const char *text, size_t len, hys__yaml *yaml);
/* NULL: the mapping does not have it. */
const hys__yaml_node *hys__yaml_find(const hys__yaml_node *map, const char *key);
/* Reports at a node. */
hys_status hys__yaml_fail(hys__yaml *yaml, const hys__yaml_node *node, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

typedef enum hys__field_kind {
    HYS__FIELD_REAL,     /* double; detail is its unit, "" for none */
    HYS__FIELD_COUNT,    /* size_t */
    HYS__FIELD_FLAG,     /* bool: true, false, yes, no */
    HYS__FIELD_TEXT,     /* const char * */
    HYS__FIELD_CHOICE,   /* int: place in detail, "this|that" */
    HYS__FIELD_REALS,    /* hys__yaml_reals; a number alone is a list of one */
    HYS__FIELD_TEXTS,    /* hys__yaml_texts; a word alone is a list of one */
    HYS__FIELD_SECTION,  /* a struct; schema */
    HYS__FIELD_SECTIONS, /* hys__yaml_sections: a list of structs; schema */
    HYS__FIELD_NAMED,    /* the same as a mapping from names, the keys of the nodes, to structs */
    HYS__FIELD_AMOUNTS   /* hys__yaml_amounts: a mapping from names to numbers; detail is their unit */
} hys__field_kind;

typedef struct hys__yaml_reals {
    double *at;
    size_t n;
} hys__yaml_reals;
typedef struct hys__yaml_texts {
    const char **at;
    size_t n;
} hys__yaml_texts;
typedef struct hys__yaml_sections {
    void *at;
    const hys__yaml_node **nodes; /* [n] for messages */
    size_t n;
} hys__yaml_sections;
typedef struct hys__yaml_amounts {
    double *at;
    const hys__yaml_node **nodes; /* [n]: their keys are the names */
    size_t n;
} hys__yaml_amounts;

typedef struct hys__yaml_schema hys__yaml_schema;
typedef struct hys__yaml_field {
    const char *name;
    hys__field_kind kind;
    size_t at;          /* offset in the struct */
    const char *detail; /* unit or choices */
    const hys__yaml_schema *schema;
    bool is_needed;
} hys__yaml_field;
struct hys__yaml_schema {
    const char *what; /* "a device" */
    const hys__yaml_field *fields;
    size_t n_fields;
    size_t size;                /* bytes of the struct */
    void (*preset)(void *data); /* defaults of a struct in a list; NULL: zero */
};
hys_status hys__yaml_take(hys__yaml *yaml, const hys__yaml_node *map, const hys__yaml_schema *schema, void *data);

#endif
