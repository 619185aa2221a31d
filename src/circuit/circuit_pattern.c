/* The pattern of the Jacobian, in compressed columns with ascending rows. */
#include "circuit/circuit_impl.h"
#include <string.h>

typedef struct entry {
    uint32_t row, col;
} entry;

typedef struct collector { /* first a count, then the entries themselves */
    hys__stamper stamper;
    entry *at;
    size_t n;
} collector;

static void add(collector *l, uint32_t row, uint32_t col) {
    uint32_t ground = l->stamper.circuit->n;
    if (row == ground || col == ground) return;
    if (l->at) l->at[l->n] = (entry){row, col};
    l->n++;
}

static void put(hys__stamper *s, bool is_mass, uint32_t row, uint32_t col, double value) {
    (void)is_mass, (void)value;
    add((collector *)s, row, col);
}

static void add_group(collector *l, const hys__group *g) {
    const hys__circuit *c = l->stamper.circuit;
    const hys_kernel *k = g->kernel;
    const struct {
        const hys_u32 *row, *col;
        hys_u32 n;
    } lists[2] = {{k->jac_row, k->jac_col, k->n_jac}, {k->mass_row, k->mass_col, k->n_mass}};
    for (size_t i = 0; i < g->n; i++)
        for (int f = 0; f < 2; f++)
            for (hys_u32 e = 0; e < lists[f].n; e++)
                add(l, hys__sensor_row(c, g, i, lists[f].row[e]), c->y_of[hys__group_place(c, g, i, lists[f].col[e])]);
}

/* What absdelay couples is not in the kernel's pattern. */
static void add_delays(collector *l, const hys__group *g) {
    const hys__circuit *c = l->stamper.circuit;
    for (size_t i = 0; i < g->n; i++)
        for (hys_u32 u = 0; u < g->kernel->n_unknowns; u++)
            for (hys_u32 v = 0; v < g->kernel->n_unknowns; v++)
                add(l, hys__sensor_row(c, g, i, u), c->y_of[hys__group_place(c, g, i, v)]);
}

static void collect(collector *l) {
    hys__circuit *c = l->stamper.circuit;
    l->n = 0;
    for (uint32_t i = 0; i < c->n; i++) add(l, i, i); /* gmin, pseudo-transient */
    hys__circuit_stamp(&l->stamper);
    for (size_t i = 0; i < c->groups.n; i++) {
        add_group(l, &c->groups.at[i]);
        if (c->groups.at[i].kernel->n_delays) add_delays(l, &c->groups.at[i]);
    }
}

/* Sorts by one key, stably: twice, first by row and then by column, makes columns of ascending rows. */
static void bucket_sort(const entry *from, entry *to, size_t n, uint32_t *count, uint32_t n_keys, bool by_row) {
    memset(count, 0, ((size_t)n_keys + 1) * sizeof *count);
    for (size_t k = 0; k < n; k++) count[(by_row ? from[k].row : from[k].col) + 1]++;
    for (uint32_t i = 0; i < n_keys; i++) count[i + 1] += count[i];
    for (size_t k = 0; k < n; k++) to[count[by_row ? from[k].row : from[k].col]++] = from[k];
}

static hys_status compress(hys__circuit *c, const entry *sorted, size_t n) {
    int64_t *start = HYS_NEW_N(&c->layout, int64_t, (size_t)c->n + 1);
    int64_t *row = HYS_NEW_N(&c->layout, int64_t, n + 1);
    if (!start || !row) return HYS_NOMEM;
    size_t nnz = 0;
    for (size_t k = 0; k < n; k++) {
        if (k && sorted[k].row == sorted[k - 1].row && sorted[k].col == sorted[k - 1].col) continue;
        row[nnz++] = sorted[k].row;
        start[sorted[k].col + 1] = (int64_t)nnz;
    }
    for (uint32_t j = 0; j < c->n; j++)
        if (start[j + 1] < start[j]) start[j + 1] = start[j];
    c->nnz = nnz;
    c->system = (hys__system){c->n, nnz, start, row, c, hys__circuit_eval};
    return nnz < HYS__NO_PLACE ? HYS_OK : hys__fail(c->ctx, HYS_LIMIT, "", "more than 4e9 matrix entries");
}

/* Where the entries of each row are: for rows that are replaced. */
static hys_status transpose(hys__circuit *c) {
    c->row_start = HYS_NEW_N(&c->layout, uint32_t, (size_t)c->n + 2);
    c->row_at = HYS_NEW_N(&c->layout, uint32_t, c->nnz + 1);
    c->diagonal = HYS_NEW_N(&c->layout, uint32_t, (size_t)c->n + 1);
    if (!c->row_start || !c->row_at || !c->diagonal) return HYS_NOMEM;
    uint32_t *fill = c->row_start + 1;
    for (size_t k = 0; k < c->nnz; k++) fill[c->system.row[k] + 1]++;
    for (uint32_t i = 0; i < c->n; i++) fill[i + 1] += fill[i];
    for (uint32_t j = 0; j < c->n; j++)
        for (int64_t k = c->system.col_start[j]; k < c->system.col_start[j + 1]; k++) {
            c->row_at[fill[c->system.row[k]]++] = (uint32_t)k;
            if (c->system.row[k] == (int64_t)j) c->diagonal[j] = (uint32_t)k;
        }
    return HYS_OK;
}

hys_status hys__circuit_pattern(hys__circuit *c) {
    collector l = {.stamper = {c, put}};
    collect(&l);
    size_t n = l.n, size = n * sizeof(entry), counts = ((size_t)c->n + 1) * sizeof(uint32_t);
    entry *all = hys__realloc(c->ctx, NULL, 0, size), *other = hys__realloc(c->ctx, NULL, 0, size);
    uint32_t *count = hys__realloc(c->ctx, NULL, 0, counts);
    hys_status status = HYS_NOMEM;
    if (all && other && count) {
        l.at = all;
        collect(&l);
        bucket_sort(all, other, n, count, c->n, true);
        bucket_sort(other, all, n, count, c->n, false);
        status = compress(c, all, n);
    }
    hys__free(c->ctx, all, size);
    hys__free(c->ctx, other, size);
    hys__free(c->ctx, count, counts);
    return status == HYS_OK ? transpose(c) : status;
}

uint32_t hys__circuit_entry(const hys__circuit *c, uint32_t row, uint32_t col) {
    if (row == c->n || col == c->n) return (uint32_t)c->nnz;
    int64_t lo = c->system.col_start[col], hi = c->system.col_start[col + 1];
    while (hi - lo > 1) {
        int64_t mid = lo + (hi - lo) / 2;
        if (c->system.row[mid] <= (int64_t)row) lo = mid;
        else hi = mid;
    }
    return c->system.row[lo] == (int64_t)row ? (uint32_t)lo : (uint32_t)c->nnz;
}
