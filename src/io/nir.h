/* Graphs of the Neuromorphic Intermediate Representation (NIR): an HDF5 file with "version" and a group "node" that
 * holds "type", "edges" and a group "nodes"; each node is a group with "type" and its parameters, and perhaps a group
 * "metadata".
 *
 * A node that is itself a graph is taken apart: its nodes are called "outer.inner", edges that lead to it lead to its
 * Input, and those from it come from its Output. */
#ifndef HYS_IO_NIR_H
#define HYS_IO_NIR_H
#include "base/diag.h"

#define HYS__NIR_MOST_AXES 6

typedef enum hys__nir_kind {
    HYS__NIR_FLOAT32, /* as values are kept in the file */
    HYS__NIR_FLOAT64,
    HYS__NIR_INT64,
    HYS__NIR_TEXT
} hys__nir_kind;

typedef struct hys__nir_param {
    const char *name; /* "weight"; "metadata/activation" */
    hys__nir_kind kind;
    size_t n_axes; /* 0: one number */
    size_t shape[HYS__NIR_MOST_AXES];
    size_t n;             /* values */
    const double *values; /* finite, row by row; NULL of a text */
    const char *text;
} hys__nir_param;

typedef struct hys__nir_node {
    const char *name, *type; /* "affine_1", "Affine" */
    struct {
        hys__nir_param *at;
        size_t n, cap;
    } params;
} hys__nir_node;

typedef struct hys__nir_edge {
    size_t from, to; /* of the list of nodes */
} hys__nir_edge;

typedef struct hys__nir {
    const char *path;    /* for messages */
    const char *version; /* of the package that wrote it; "" */
    struct {
        hys__nir_node *at;
        size_t n, cap;
    } nodes; /* by their names' order in the file */
    struct {
        hys__nir_edge *at;
        size_t n, cap;
    } edges;
} hys__nir;

/* All is kept in the arena.  HYS_IO, HYS_SYNTAX, HYS_LIMIT with one diagnostic; HYS_TOOL: no HDF5 library. */
hys_status hys__nir_read(hys__arena *arena, const char *path, hys__nir *graph);
/* Under a temporary name until it is complete; node names without '/'. */
hys_status hys__nir_write(hys_ctx *ctx, const hys__nir *graph, const char *path);

/* NULL: there is none of that name. */
const hys__nir_node *hys__nir_find(const hys__nir *graph, const char *name);
const hys__nir_param *hys__nir_param_of(const hys__nir_node *node, const char *name);

/* To make a graph: all in the arena, names and values are borrowed.  NULL: out of memory.  A node's place is good until
 * the next one is added. */
hys__nir_node *hys__nir_add(hys__arena *arena, hys__nir *graph, const char *name, const char *type);
hys__nir_param *hys__nir_add_text(hys__arena *arena, hys__nir_node *node, const char *name, const char *text);
hys__nir_param *hys__nir_add_values(hys__arena *arena, hys__nir_node *node, const hys__nir_param *like);

#endif
