#include "device/batch.h"
#include "base/random.h"
#include <math.h>
#include <string.h>

#define ALIGN 64u
/* Kernels walk all arrays of a batch side by side.  Were those to start at like places of their pages, each
 * group of lanes would want some 30 lines of one set of the first cache, which has 8 (12); 10^6 instances then
 * take 1.2 to 1.5 times as long.  So each array starts a few lines further into its page than the last one: an
 * odd number, that 64 arrays have lines of their own. */
#define PAGE    4096u
#define STAGGER (7 * ALIGN)

/* Cuts one block into arrays; run once with no block to learn its size. */
typedef struct cutter {
    char *base;
    size_t used;
    size_t n_large; /* arrays of a page and more so far */
} cutter;

static void *cut(cutter *c, size_t bytes) {
    void *at = c->base ? c->base + c->used : NULL;
    c->used += (bytes + ALIGN - 1) / ALIGN * ALIGN;
    return at;
}

static double *cut_array(cutter *c, size_t n) {
    size_t bytes = n * sizeof(double);
    if (bytes >= PAGE) {
        size_t place = c->n_large++ * STAGGER % PAGE;
        c->used += (place + PAGE - c->used % PAGE) % PAGE;
    }
    return cut(c, bytes);
}

static double **cut_arrays(cutter *c, size_t count, size_t n_pad) {
    double **arrays = cut(c, count * sizeof(double *));
    for (size_t k = 0; k < count; k++) {
        double *at = cut_array(c, n_pad);
        if (arrays) arrays[k] = at;
    }
    return arrays;
}

static void lay_out(hys__batch *b, cutter *c) {
    const hys_kernel *k = b->kernel;
    size_t n = b->n_pad;
    b->x = cut_arrays(c, k->n_unknowns, n);
    b->p = cut_arrays(c, k->n_params, b->has_own_params ? n : 1);
    b->r = cut_arrays(c, k->n_retained, n);
    b->r_next = cut_arrays(c, k->n_retained, n);
    b->delayed = cut_arrays(c, k->n_delays, n);
    b->event = cut_arrays(c, k->n_events, n);
    b->f = cut_arrays(c, k->n_unknowns, n);
    b->jac = cut_arrays(c, k->n_jac, n);
    b->mass = cut_arrays(c, k->n_mass, n);
    b->x0 = cut_arrays(c, k->n_unknowns, n);
    b->root = cut_arrays(c, k->n_events, n);
    b->delay_in = cut_arrays(c, k->n_delays, n);
    b->delay_td = cut_arrays(c, k->n_delays, n);
    b->collapse = cut_arrays(c, k->n_collapses, n);
    b->clamp_lo = cut_arrays(c, k->n_unknowns, n);
    b->clamp_hi = cut_arrays(c, k->n_unknowns, n);
    b->opvar = cut_arrays(c, k->n_opvars, n);
    b->bound_step = cut_array(c, n);
    b->next_time = cut_array(c, n);
    b->stepped = cut_array(c, n);
    b->key = cut(c, n * sizeof(uint64_t));
    b->n_fired = cut(c, n * sizeof(uint64_t));
    b->given = cut(c, k->n_params);
    b->connected = cut(c, k->n_terminals);
    b->p_stride = cut(c, k->n_params);
    b->simparam = cut(c, k->n_simparams * sizeof(double));
    b->lo = cut(c, k->n_bounds * sizeof(double));
    b->hi = cut(c, k->n_bounds * sizeof(double));
    b->p_one = cut(c, k->n_params * sizeof(double));
    b->r_one = cut(c, k->n_retained * sizeof(double));
}

static void connect(hys__batch *b) {
    b->in = (hys_batch){.n = (hys_u32)b->n,
                        .x = (const double *const *)b->x,
                        .p = (const double *const *)b->p,
                        .p_stride = b->p_stride,
                        .r = (const double *const *)b->r,
                        .delayed = (const double *const *)b->delayed,
                        .key = (const hys_u64 *)b->key,
                        .event = NULL};
    b->out = (hys_out){.f = b->f,
                       .jac = b->jac,
                       .mass = b->mass,
                       .x0 = b->x0,
                       .r = b->r_next,
                       .root = b->root,
                       .bound_step = b->bound_step,
                       .next_time = b->next_time,
                       .stepped = b->stepped,
                       .delay_in = b->delay_in,
                       .delay_td = b->delay_td,
                       .opvar = b->opvar,
                       .collapse = b->collapse,
                       .clamp_lo = b->clamp_lo,
                       .clamp_hi = b->clamp_hi};
    b->env.given = b->given;
    b->env.connected = b->connected;
    b->env.simparam = b->simparam;
}

/* What $simparam may ask for; names as in the language's reference manual, temperatures in degC. */
static double simparam_value(const char *name) {
    static const struct {
        const char *name;
        double value;
    } known[] = {{"gmin", 1e-12},
                 {"gdev", 0},
                 {"tnom", 27},
                 {"scale", 1},
                 {"shrink", 0},
                 {"imax", 1},
                 {"imelt", 1},
                 {"iniLim", 0},
                 {"rthresh", 1e-3},
                 {"simulatorSubversion", 0},
                 {"simulatorVersion", 1},
                 {"sourceScaleFactor", 1},
                 {"minr", 1e-3},
                 {"reltol", 1e-6},
                 {"vntol", 1e-9},
                 {"abstol", 1e-15}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, name) == 0) return known[i].value;
    return NAN;
}

static hys_status take_block(hys__batch *b) {
    cutter measure = {.base = NULL};
    lay_out(b, &measure);
    b->block_size = measure.used + ALIGN;
    b->block = hys__realloc(b->ctx, NULL, 0, b->block_size);
    if (!b->block) return HYS_NOMEM;
    memset(b->block, 0, b->block_size);
    cutter real = {.base = (char *)(((uintptr_t)b->block + ALIGN - 1) / ALIGN * ALIGN)};
    lay_out(b, &real);
    return HYS_OK;
}

static void set_defaults(hys__batch *b) {
    const hys_kernel *k = b->kernel;
    memset(b->connected, 1, k->n_terminals);
    memset(b->p_stride, b->has_own_params, k->n_params);
    for (hys_u32 i = 0; i < k->n_simparams; i++) b->simparam[i] = simparam_value(k->simparams[i]);
    for (size_t j = 0; j < b->n_pad; j++) b->stepped[j] = 1;
    k->params_fn(&b->env, b->p_one, b->lo, b->hi, b->r_one);
    for (hys_u32 i = 0; i < k->n_params; i++)
        for (size_t j = 0; j < (b->has_own_params ? b->n_pad : 1); j++) b->p[i][j] = b->p_one[i];
    for (hys_u32 i = 0; i < k->n_retained; i++)
        for (size_t j = 0; j < b->n_pad; j++) b->r[i][j] = b->r_one[i];
}

hys_status hys__batch_new(hys_ctx *ctx, hys_model *model, const hys__batch_opts *opts, hys__batch **result) {
    const hys_kernel *kernel;
    size_t wide_from = opts->wide_from ? opts->wide_from : HYS_LANES_MAX;
    hys_status status = hys__model_kernel(model, (hys__variant){opts->n >= wide_from, opts->own_params}, &kernel);
    if (status != HYS_OK) return status;
    hys__batch *b = hys__realloc(ctx, NULL, 0, sizeof *b);
    if (!b) return HYS_NOMEM;
    memset(b, 0, sizeof *b);
    b->ctx = ctx;
    b->model = model;
    b->kernel = kernel;
    b->n = opts->n;
    b->n_pad = (opts->n + kernel->lanes - 1) / kernel->lanes * kernel->lanes;
    b->has_own_params = opts->own_params;
    if (take_block(b) != HYS_OK) {
        hys__free(ctx, b, sizeof *b);
        return HYS_NOMEM;
    }
    connect(b);
    b->env.temp = opts->temp;
    set_defaults(b);
    *result = b;
    return HYS_OK;
}

void hys__batch_free(hys__batch *b) {
    if (!b) return;
    hys__free(b->ctx, b->block, b->block_size);
    hys__free(b->ctx, b, sizeof *b);
}

void hys__batch_name(hys__batch *b, size_t instance, const char *name, uint64_t seed) {
    uint64_t key[2] = {seed, hys__name_hash(name)}, ctr[2] = {0, 0}, out[2];
    hys__threefry2x64(key, ctr, out);
    b->key[instance] = out[0];
}

static bool has_fired(const hys__batch *b, size_t i) {
    bool any = false;
    for (hys_u32 e = 0; e < b->kernel->n_events; e++) any = any || b->event[e][i] != 0;
    return any;
}

#define KEY_STEP 0x9e3779b97f4a7c15u /* odd: no count gives the key of another */

void hys__batch_draw_anew(hys__batch *b) {
    for (size_t i = 0; i < b->n; i++)
        if (has_fired(b, i)) b->key[i] += KEY_STEP * ++b->n_fired[i];
}

void hys__batch_draw_as_before(hys__batch *b) {
    for (size_t i = 0; i < b->n; i++)
        if (has_fired(b, i)) b->key[i] -= KEY_STEP * b->n_fired[i];
}

void hys__batch_commit(hys__batch *b) {
    for (hys_u32 i = 0; i < b->kernel->n_retained; i++) memcpy(b->r[i], b->r_next[i], b->n_pad * sizeof(double));
}
