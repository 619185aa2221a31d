/* Parameters of cells: settings, spread, values of their own. */
#include "array/cells_impl.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

/* ---- one chunk of one device ---- */

typedef struct taker { /* what hys__params asks for values of a cell */
    hys__cells *cells;
    const hys__cell_part *part;
    size_t first; /* cell */
} taker;

static void take_own(void *user, size_t instance, double *value, unsigned char *given) {
    const taker *t = user;
    for (size_t o = 0; o < t->part->own.n; o++) {
        const hys__cell_own *own = &t->part->own.at[o];
        value[own->param] = own->values[t->first + instance];
        given[own->param] = 1;
    }
}

static hys_status refuse_own(void *user, size_t instance, hys_u32 param, const char *text) {
    (void)param;
    const taker *t = user;
    const size_t k = t->first + instance;
    return hys__fail(t->cells->ctx, HYS_ARG, "", "in the cell of word line %zu and bit line %zu %s%s",
                     k / t->cells->columns, k % t->cells->columns, t->part->shown, text);
}

static bool differs(const hys__cell_part *part) {
    return part->has_spread || part->own.n;
}

static hys_status fill_part(hys__cells *c, hys__cell_part *part, size_t chunk) {
    taker t = {c, part, chunk * c->chunk};
    hys__settings settings = {.set = part->set.at,
                              .n_set = part->set.n,
                              .spread = part->spread.at,
                              .n_spread = part->spread.n,
                              .seed = c->seed};
    hys__params *params = NULL;
    hys__batch *b = part->batch;
    if (differs(part)) {
        b->n = c->n - t.first < c->chunk ? c->n - t.first : c->chunk;
        settings.names = hys__cells_names(c, chunk, part->shown);
    }
    if (part->own.n) settings.own = (hys__own_settings){&t, take_own, refuse_own};
    hys_status status = hys__params_new(b, &settings, &params);
    if (status == HYS_OK && part->has_cycles) {
        hys__cells_view(c, chunk);
        for (size_t j = 0; j < c->now.n; j++)
            if (c->now.cycle[j]) hys__params_cycle(params, j, c->now.cycle[j]);
    }
    hys__params_free(params);
    return status;
}

static hys_status new_part_batches(hys__cells *c) {
    for (size_t p = 0; p < c->n_parts; p++) {
        hys__cell_part *part = &c->parts[p];
        const hys__batch_opts opts = {
            .n = differs(part) ? c->chunk : 1, .own_params = differs(part), .temp = c->temp, .seed = c->seed};
        hys_status status = hys__batch_new(c->ctx, part->plain, &opts, &part->batch);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

static hys_status fill_parts(hys__cells *c, size_t chunk) {
    hys_status status = HYS_OK;
    for (size_t p = 0; p < c->n_parts && status == HYS_OK; p++)
        if (chunk == 0 || differs(&c->parts[p])) status = fill_part(c, &c->parts[p], chunk);
    return status;
}

/* ---- the cell's kernel ---- */

/* Parameters of lane j, into p_one; retained initial values into r_one. */
static void gather(hys__cells *c, size_t j) {
    hys__batch *b = c->batch;
    const bool is_alone = c->model == c->memory;
    for (size_t p = 0; p < c->n_parts; p++) {
        const hys__cell_part *part = &c->parts[p];
        const size_t lane = part->batch->has_own_params ? j : 0;
        for (hys_u32 k = 0; k < part->batch->kernel->n_params; k++)
            if (part->to_cell[k] != HYS_NONE) b->p_one[part->to_cell[k]] = part->batch->p[k][lane];
        for (hys_u32 r = 0; is_alone && r < c->kernel->n_retained; r++) b->r_one[r] = part->batch->r[r][lane];
    }
    if (!is_alone) c->kernel->params_fn(&b->env, b->p_one, b->lo, b->hi, b->r_one);
}

static void set_shared(hys__cells *c) {
    hys__batch *b = c->batch;
    memset(b->given, c->model != c->memory, c->kernel->n_params);
    if (c->model == c->memory) memcpy(b->given, c->parts[0].batch->given, c->kernel->n_params);
    for (size_t o = 0; o < c->parts[0].own.n && c->model == c->memory; o++) b->given[c->parts[0].own.at[o].param] = 1;
    gather(c, 0);
    for (hys_u32 k = 0; k < c->kernel->n_params; k++) {
        b->p[k][0] = b->p_one[k];
        b->p_stride[k] = 0;
    }
}

#define FEW 8

/* Which parameters differ between cells. */
static hys_status find_own(hys__cells *c) {
    hys__batch *b = c->batch;
    c->n_own = 0;
    for (size_t chunk = 0; chunk < c->n_chunks; chunk++) {
        const size_t left = c->n - chunk * c->chunk;
        hys_status status = fill_parts(c, chunk);
        if (status != HYS_OK) return status;
        if (chunk == 0) set_shared(c);
        for (size_t j = 0; j < left && j < c->chunk; j++) {
            gather(c, j);
            for (hys_u32 k = 0; k < c->kernel->n_params; k++)
                if (b->p_one[k] != b->p[k][0]) b->p_stride[k] = 1;
        }
    }
    /* What differs from cycle to cycle also differs between cells, if these are many. */
    if (c->has_cycles && c->n < FEW) memset(b->p_stride, 1, c->kernel->n_params);
    for (hys_u32 k = 0; k < c->kernel->n_params; k++)
        if (b->p_stride[k]) c->own_params[c->n_own++] = k;
    return HYS_OK;
}

static void store(hys__cells *c, size_t chunk, bool has_restart) {
    hys__cells_view(c, chunk);
    for (size_t j = 0; j < c->now.n; j++) {
        gather(c, j);
        for (size_t o = 0; o < c->n_own; o++) c->now.p[c->own_params[o]][j] = c->batch->p_one[c->own_params[o]];
        for (hys_u32 r = 0; has_restart && r < c->kernel->n_retained; r++) c->now.r[r][j] = c->batch->r_one[r];
    }
    for (size_t o = 0; o < c->n_own; o++) /* what lies behind the last cell is evaluated as well */
        for (size_t j = c->now.n; j < c->stride; j++)
            c->now.p[c->own_params[o]][j] = c->now.p[c->own_params[o]][c->now.n - 1];
}

#define STILL 1e-3 /* V: has no sign */

hys_status hys__cells_cycle(hys__cells *c, size_t chunk) {
    bool turns[HYS__CELLS_CHUNK] = {false}, any = false;
    for (size_t j = 0; j < c->now.n; j++) {
        const double v = c->now.x[c->word_at][j] - c->now.x[c->bit_at][j];
        if (!(fabs(v) > STILL)) continue;
        turns[j] = v * c->now.sign[j] < 0;
        c->now.cycle[j] += turns[j];
        c->now.sign[j] = v > 0 ? 1 : -1;
        any = any || turns[j];
    }
    hys_status status = any ? fill_parts(c, chunk) : HYS_OK;
    if (status != HYS_OK || !any) return status;
    hys__cells_view(c, chunk);
    for (size_t j = 0; j < c->now.n; j++) {
        if (!turns[j]) continue;
        gather(c, j);
        for (size_t o = 0; o < c->n_own; o++) c->now.p[c->own_params[o]][j] = c->batch->p_one[c->own_params[o]];
    }
    return HYS_OK;
}

static hys_status make_batch(hys__cells *c, bool has_own) {
    const hys__batch_opts opts = {.n = c->chunk, .own_params = has_own, .temp = c->temp, .seed = c->seed};
    hys_status status = hys__batch_new(c->ctx, c->model, &opts, &c->batch);
    if (status == HYS_OK) c->kernel = c->batch->kernel;
    return status;
}

static hys_status fill(hys__cells *c, bool has_restart) {
    bool has_own = false;
    for (size_t p = 0; p < c->n_parts; p++) has_own = has_own || differs(&c->parts[p]);
    hys_status status = new_part_batches(c);
    if (status == HYS_OK) status = make_batch(c, has_own);
    if (status == HYS_OK) status = has_own ? find_own(c) : fill_parts(c, 0);
    if (status != HYS_OK) return status;
    if (!has_own) {
        c->n_own = 0;
        set_shared(c);
    }
    status = hys__cells_take_own(c);
    for (size_t chunk = 0; chunk < c->n_chunks && status == HYS_OK; chunk++) {
        if (has_own) status = fill_parts(c, chunk);
        if (status == HYS_OK) store(c, chunk, has_restart);
    }
    return status;
}

/* ---- all of it, or nothing ---- */

typedef struct filled {
    hys__batch *parts[HYS__CELL_PARTS], *batch;
    double *own_block;
    size_t own_size, n_own;
    hys_u32 *own_params;
} filled;

static filled take_out(hys__cells *c) {
    filled f = {.batch = c->batch, .own_block = c->own_block, .own_size = c->own_size, .n_own = c->n_own};
    for (size_t p = 0; p < c->n_parts; p++) {
        f.parts[p] = c->parts[p].batch;
        c->parts[p].batch = NULL;
    }
    f.own_params = c->own_params;
    c->own_params = c->own_params == c->own_rooms[0] ? c->own_rooms[1] : c->own_rooms[0];
    c->batch = NULL;
    c->own_block = NULL;
    c->own_size = c->n_own = 0;
    return f;
}

static void put_back(hys__cells *c, const filled *f) {
    for (size_t p = 0; p < c->n_parts; p++) c->parts[p].batch = f->parts[p];
    c->batch = f->batch;
    if (c->batch) c->kernel = c->batch->kernel;
    c->own_block = f->own_block;
    c->own_size = f->own_size;
    c->n_own = f->n_own;
    c->own_params = f->own_params;
}

static void release(hys__cells *c, const filled *f) {
    for (size_t p = 0; p < c->n_parts; p++) hys__batch_free(f->parts[p]);
    hys__batch_free(f->batch);
    if (f->own_block) hys__free(c->ctx, f->own_block, f->own_size);
}

hys_status hys__cells_fill(hys__cells *c, bool has_restart) {
    const filled old = take_out(c);
    hys_status status = fill(c, has_restart);
    if (status == HYS_OK) {
        if (old.batch)
            c->batch->env = (hys_env){.time = old.batch->env.time,
                                      .temp = c->temp,
                                      .flags = old.batch->env.flags,
                                      .interval = old.batch->env.interval,
                                      .simparam = c->batch->env.simparam,
                                      .given = c->batch->env.given,
                                      .connected = c->batch->env.connected};
        release(c, &old);
        return HYS_OK;
    }
    const filled failed = take_out(c);
    release(c, &failed);
    put_back(c, &old);
    return status;
}

void hys__cells_release(hys__cells *c) {
    const filled all = take_out(c);
    release(c, &all);
}

/* ---- values of cells' own ---- */

static hys_status unknown_param(const hys__cells *c, const hys__cell_part *part, const char *name) {
    hys__arena scratch;
    hys__arena_init(&scratch, c->ctx, 0);
    const size_t n = part->model->n_params;
    const char **names = HYS_NEW_N(&scratch, const char *, n + 1);
    hys_status status = HYS_NOMEM;
    if (names) {
        for (size_t k = 0; k < n; k++) names[k] = part->model->params[k].name;
        const char *near = hys__nearest(name, names, n);
        char hint[160];
        snprintf(hint, sizeof hint, near ? "did you mean '%s%.80s'?" : "hysteron device show lists the names",
                 part->shown, near);
        status = hys__fail(c->ctx, HYS_ARG, hint, "%s has no parameter '%.60s'", hys_model_name(part->model), name);
    }
    hys__arena_free(&scratch);
    return status;
}

static hys_status find_param(const hys__cells *c, const hys__cell_part *part, const char *name, hys_u32 *param) {
    const long at = hys__model_find_param(part->model, name, strlen(name));
    if (at < 0) return unknown_param(c, part, name);
    const hys_param_info *info = &part->model->kernel->params[at];
    *param = (hys_u32)at;
    if (info->flags & (HYS_P_STRUCTURAL | HYS_P_STRING))
        return hys__fail(c->ctx, HYS_ARG, "give it among the device's settings",
                         "%s changes the structure of %s, so it is the same in all cells", info->name,
                         hys_model_name(part->model));
    if (part->to_cell[at] == HYS_NONE)
        return hys__fail(c->ctx, HYS_ARG, "give it among the device's settings as well, at any value",
                         "%s asks which of its parameters are given, and %s is not", hys_model_name(part->model),
                         info->name);
    return HYS_OK;
}

/* The values that the parameter has had so far, or room for them. */
static hys__cell_own *own_of(hys__cells *c, hys__cell_part *part, hys_u32 param, bool *is_new) {
    *is_new = false;
    for (size_t o = 0; o < part->own.n; o++)
        if (part->own.at[o].param == param) return &part->own.at[o];
    double *values = HYS_NEW_N(&c->arena, double, c->n);
    hys__cell_own *own = values ? HYS_PUSH(&c->arena, &part->own) : NULL;
    if (own) *own = (hys__cell_own){param, values};
    *is_new = true;
    return own;
}

static hys_status set_part_param(hys__cells *c, hys__cell_part *part, const char *name, const double *values) {
    hys_u32 param = 0;
    bool is_new;
    hys_status status = find_param(c, part, name, &param);
    if (status != HYS_OK) return status;
    const size_t size = c->n * sizeof(double);
    hys__cell_own *own = own_of(c, part, param, &is_new);
    double *before = own ? hys__realloc(c->ctx, NULL, 0, size) : NULL;
    if (!before) return HYS_NOMEM;
    memcpy(before, own->values, size);
    memcpy(own->values, values, size);
    status = hys__cells_fill(c, c->is_fresh);
    if (status != HYS_OK) {
        memcpy(own->values, before, size);
        part->own.n -= is_new;
    }
    hys__free(c->ctx, before, size);
    return status;
}

hys_status hys__cells_set_param(hys__cells *c, const char *name, const double *values) {
    hys_status status = HYS_OK;
    size_t first = 0, last = c->n_parts > 1 && !strcmp(c->parts[1].shown, "second.") ? 2 : 1;
    for (size_t p = 1; p < c->n_parts; p++) {
        const size_t n = strlen(c->parts[p].shown);
        if (strncmp(name, c->parts[p].shown, n) != 0) continue;
        name += n;
        first = p;
        last = p + 1;
        break;
    }
    for (size_t p = first; p < last && status == HYS_OK; p++) status = set_part_param(c, &c->parts[p], name, values);
    if (status != HYS_OK) return status;
    if (c->is_fresh) status = hys__cells_start(c);
    else hys__cells_settle(c);
    c->is_two_terminal = hys__cells_probe(c);
    return status;
}
