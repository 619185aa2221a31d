/* NIR graphs written. */
#include "io/hdf5_load.h"
#include "io/nir.h"
#include <string.h>

#define VERSION "1.0.8" /* of the Python package whose files these are like */

typedef struct writer {
    hys__h5 h;
    hid_t text; /* the type of texts: of any length, UTF-8 */
} writer;

static bool put_set(const writer *w, hid_t group, const char *name, const hys__nir_param *p, hid_t type, hid_t memory,
                    const void *values) {
    const hys__h5 *h = &w->h;
    hsize_t shape[HYS__NIR_MOST_AXES];
    for (size_t k = 0; k < p->n_axes; k++) shape[k] = p->shape[k];
    const hid_t space = p->n_axes ? h->Screate_simple((int)p->n_axes, shape, NULL) : h->Screate(H5S_SCALAR);
    const hid_t set = space >= 0 ? h->Dcreate2(group, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT) : -1;
    bool ok = set >= 0;
    if (ok && p->n) ok = h->Dwrite(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
    if (set >= 0) h->Dclose(set);
    if (space >= 0) h->Sclose(space);
    return ok;
}

static bool put_text(const writer *w, hid_t group, const char *name, const char *text) {
    const hys__nir_param one = {.n = 1};
    return put_set(w, group, name, &one, w->text, w->text, &text);
}

static bool put_param(const writer *w, hid_t group, const char *name, const hys__nir_param *p) {
    const hid_t types[] = {w->h.T_IEEE_F32LE, w->h.T_IEEE_F64LE, w->h.T_STD_I64LE};
    if (p->kind == HYS__NIR_TEXT) return put_text(w, group, name, p->text);
    return put_set(w, group, name, p, types[p->kind], w->h.T_NATIVE_DOUBLE, p->values);
}

#define NOTE "metadata/"

static bool is_note(const hys__nir_param *p) {
    return !strncmp(p->name, NOTE, sizeof NOTE - 1);
}

static bool put_notes(const writer *w, hid_t group, const hys__nir_node *node) {
    hid_t notes = -1;
    bool ok = true;
    for (size_t k = 0; k < node->params.n && ok; k++) {
        const hys__nir_param *p = &node->params.at[k];
        if (!is_note(p)) continue;
        if (notes < 0) notes = w->h.Gcreate2(group, "metadata", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        ok = notes >= 0 && put_param(w, notes, p->name + sizeof NOTE - 1, p);
    }
    if (notes >= 0) w->h.Gclose(notes);
    return ok;
}

static bool put_node(const writer *w, hid_t nodes, const hys__nir_node *node) {
    const hid_t group = w->h.Gcreate2(nodes, node->name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    bool ok = group >= 0 && put_text(w, group, "type", node->type);
    for (size_t k = 0; k < node->params.n && ok; k++)
        if (!is_note(&node->params.at[k])) ok = put_param(w, group, node->params.at[k].name, &node->params.at[k]);
    ok = ok && put_notes(w, group, node);
    if (group >= 0) w->h.Gclose(group);
    return ok;
}

static bool put_edges(const writer *w, hys__arena *arena, hid_t group, const hys__nir *graph) {
    const hys__nir_param list = {.n_axes = 2, .shape = {graph->edges.n, 2}, .n = 2 * graph->edges.n};
    const char **names = HYS_NEW_N(arena, const char *, list.n + 1);
    for (size_t k = 0; names && k < graph->edges.n; k++) {
        names[2 * k] = graph->nodes.at[graph->edges.at[k].from].name;
        names[2 * k + 1] = graph->nodes.at[graph->edges.at[k].to].name;
    }
    return names && put_set(w, group, "edges", &list, w->text, w->text, names);
}

static bool put_graph(const writer *w, hys__arena *arena, hid_t file, const hys__nir *graph) {
    const hys__h5 *h = &w->h;
    const hid_t root = h->Gcreate2(file, "node", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t nodes = root >= 0 ? h->Gcreate2(root, "nodes", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT) : -1;
    bool ok = nodes >= 0 && put_text(w, file, "version", VERSION) && put_text(w, root, "type", "NIRGraph");
    for (size_t k = 0; k < graph->nodes.n && ok; k++) ok = put_node(w, nodes, &graph->nodes.at[k]);
    ok = ok && put_edges(w, arena, root, graph);
    if (nodes >= 0) h->Gclose(nodes);
    if (root >= 0) h->Gclose(root);
    return ok;
}

static hys_status write_loaded(writer *w, hys__arena *arena, const hys__nir *graph, const char *path) {
    const hys__h5 *h = &w->h;
    const hid_t file = hys__h5_open_memory(h);
    w->text = h->Tcopy(h->T_C_S1);
    bool ok = file >= 0 && w->text >= 0 && h->Tset_size(w->text, H5T_VARIABLE) >= 0 &&
              h->Tset_cset(w->text, H5T_CSET_UTF8) >= 0 && put_graph(w, arena, file, graph);
    hys_status status = arena->failed ? HYS_NOMEM : ok ? hys__h5_write(h, arena->ctx, file, path) : HYS_IO;
    if (w->text >= 0) h->Tclose(w->text);
    if (file >= 0) h->Fclose(file);
    if (status == HYS_IO && !hys_diag_n_errors(arena->ctx))
        hys__fail(arena->ctx, HYS_IO, "is there room on the disk, and in memory?", "the HDF5 library cannot write '%s'",
                  path);
    return status;
}

hys_status hys__nir_write(hys_ctx *ctx, const hys__nir *graph, const char *path) {
    writer w;
    hys__arena arena;
    hys_status status = hys__h5_load(ctx, &w.h);
    if (status != HYS_OK) return status;
    hys__arena_init(&arena, ctx, 0);
    status = write_loaded(&w, &arena, graph, path);
    hys__arena_free(&arena);
    hys__h5_unload(&w.h);
    return status;
}
