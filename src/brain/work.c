/* Work space of a thread: outputs of kernels for a piece, the equations of a chunk. */
#include "brain/network_impl.h"
#include <string.h>

typedef struct cutter {
    char *base;
    size_t used;
} cutter;

static void *cut(cutter *c, size_t bytes) {
    void *at = c->base ? c->base + c->used : NULL;
    c->used += (bytes + HYS__ALIGN - 1) / HYS__ALIGN * HYS__ALIGN;
    return at;
}

static double *cut_row(cutter *c, size_t n) {
    return cut(c, (n + HYS__BESIDE) * sizeof(double));
}

static double **cut_rows(cutter *c, size_t count, size_t n) {
    double **rows = cut(c, (count + 1) * sizeof *rows);
    for (size_t k = 0; k < count; k++) {
        double *at = n ? cut_row(c, n) : NULL;
        if (rows) rows[k] = at;
    }
    return rows;
}

typedef struct largest {
    size_t entries, unknowns, jac, params, terminals, ions, slots;
} largest;

static void lay_out(hys__work *w, cutter *c, const largest *m) {
    double **const rows[] = {&w->diagonal, &w->rhs, &w->beside};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) *rows[k] = cut_row(c, m->entries);
    double **const pieces[] = {&w->v, &w->zero, &w->left, &w->h, &w->ok, &w->i, &w->g};
    for (size_t k = 0; k < sizeof pieces / sizeof *pieces; k++) *pieces[k] = cut_row(c, HYS__PIECE);
    for (int k = 0; k < 2; k++) {
        w->f[k] = cut_rows(c, m->unknowns, HYS__PIECE);
        w->jac[k] = cut_rows(c, m->jac, HYS__PIECE);
    }
    for (int k = 0; k < 3; k++) w->room[k] = cut_rows(c, m->unknowns, HYS__PIECE);
    w->x = cut_rows(c, m->unknowns, 0);
    w->old = cut_rows(c, m->unknowns, 0);
    w->middle = cut_rows(c, m->unknowns, 0);
    w->p = cut_rows(c, m->params, 0);
    w->i_out = cut_rows(c, m->terminals, HYS__PIECE);
    w->g_out = cut_rows(c, m->terminals * m->terminals, HYS__PIECE);
    w->p_stride = cut(c, m->params + 1);
    w->packed = cut_rows(c, 3, m->slots);
    w->ion_i = cut_rows(c, m->ions, m->entries);
    w->ion_g = cut_rows(c, m->ions, m->entries);
    w->nernst = cut_rows(c, m->ions, HYS__PIECE);
    w->nernst_mv = cut_rows(c, m->ions, HYS__PIECE);
}

static void include(largest *m, const hys__group *g) {
    if (g->most > m->entries) m->entries = g->most;
    if (g->cell->ions.n > m->ions) m->ions = g->cell->ions.n;
    if (g->lanes < HYS__LANES && g->cell->packs.n_slots > m->slots) m->slots = g->cell->packs.n_slots;
    for (size_t k = 0; k < g->cell->channels.n; k++) {
        const hys_kernel *kernel = g->cell->channels.at[k].kernel;
        if (kernel->n_unknowns > m->unknowns) m->unknowns = kernel->n_unknowns;
        if (kernel->n_jac > m->jac) m->jac = kernel->n_jac;
        if (kernel->n_terminals > m->terminals) m->terminals = kernel->n_terminals;
        if (kernel->n_params > m->params) m->params = kernel->n_params;
    }
}

size_t hys__work_size(const hys__group *groups, size_t n) {
    largest m = {0};
    hys__work w = {0};
    cutter measure = {.base = NULL};
    for (size_t k = 0; k < n; k++) include(&m, &groups[k]);
    lay_out(&w, &measure, &m);
    return measure.used + HYS__ALIGN;
}

hys_status hys__work_new(hys_brain *b, hys__work *w) {
    largest m = {0};
    for (size_t k = 0; k < b->groups.n; k++) include(&m, b->groups.at[k]);
    for (size_t k = 0; b->net && k < b->net->devices.n; k++) include(&m, b->net->devices.at[k]);
    cutter measure = {.base = NULL};
    lay_out(w, &measure, &m);
    w->size = measure.used + HYS__ALIGN;
    w->block = hys__realloc(b->ctx, NULL, 0, w->size);
    if (!w->block) return HYS_NOMEM;
    memset(w->block, 0, w->size);
    cutter real = {.base = (char *)(((uintptr_t)w->block + HYS__ALIGN - 1) / HYS__ALIGN * HYS__ALIGN)};
    lay_out(w, &real, &m);
    return HYS_OK;
}

void hys__work_free(hys_brain *b, hys__work *w) {
    if (w->block) hys__free(b->ctx, w->block, w->size);
    w->block = NULL;
}
