/* Reservoirs of devices: what they are made of, and series that they are driven by. */
#include "base/diag.h"
#include "base/random.h"
#include "network/reservoir_impl.h"
#include <math.h>
#include <string.h>
#include <time.h>

#define HYS_X(id, name, what) name,
static const char *const mask_names[] = {HYS_MASK_KINDS(HYS_X)};
#undef HYS_X

const char *hys_mask_kind_name(hys_mask_kind kind) {
    return (size_t)kind < HYS_N_MASK_KINDS ? mask_names[kind] : NULL;
}

static const hys_reservoir_rate default_rates[] = {{0.8e-3, 0.5e-3}, {4e-3, 0.8e-3}};

hys_reservoir_opts hys_reservoir_opts_default(void) {
    return (hys_reservoir_opts){.size = sizeof(hys_reservoir_opts),
                                .rates = default_rates,
                                .n_rates = 2,
                                .mask = HYS_MASK_NONE,
                                .mask_length = 1,
                                .low = 0,
                                .high = 0.85,
                                .read = 0.3,
                                .read_time = 50e-6,
                                .pixels = 5,
                                .substeps = 4};
}

double hys__reservoir_clock(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- checks ---- */

static hys_status check_rates(hys_ctx *ctx, const hys_reservoir_opts *o) {
    if (!o->rates || o->n_rates == 0 || o->n_rates > HYS__RESERVOIR_RATES)
        return hys__fail(ctx, HYS_ARG, "from 1 to 16", "a reservoir driven at %zu rates", o->n_rates);
    for (size_t k = 0; k < o->n_rates; k++) {
        const hys_reservoir_rate *r = &o->rates[k];
        if (!(r->frame > 0) || !isfinite(r->frame))
            return hys__fail(ctx, HYS_ARG, "more than 0 s", "no frame can be %g s long", r->frame);
        if (!(r->pulse >= 0 && r->pulse <= r->frame))
            return hys__fail(ctx, HYS_ARG, "at most as long as its frame", "a pulse of %g s in a frame of %g s",
                             r->pulse, r->frame);
    }
    return HYS_OK;
}

static hys_status check_voltages(hys_ctx *ctx, const hys_reservoir_opts *o) {
    if (!isfinite(o->low + o->high + o->rest + o->read + o->input_low + o->input_high))
        return hys__fail(ctx, HYS_ARG, "", "voltages and inputs of a reservoir must be finite");
    if (o->low == o->high)
        return hys__fail(ctx, HYS_ARG, "two voltages that differ", "all inputs would be %g V", o->low);
    if (o->input_low > o->input_high)
        return hys__fail(ctx, HYS_ARG, "the least first", "inputs from %g to %g", o->input_low, o->input_high);
    if (!(o->read_time >= 0) || !isfinite(o->read_time) || (o->read_time > 0 && o->read == 0))
        return hys__fail(ctx, HYS_ARG, "a voltage, and 0 s or more", "a read at %g V of %g s", o->read, o->read_time);
    if (!(o->noise >= 0 && o->noise < 10))
        return hys__fail(ctx, HYS_ARG, "not negative, and small", "states cannot have noise of %g of them", o->noise);
    return HYS_OK;
}

#define MOST_COUNT 1000000u

static hys_status check_counts(hys_ctx *ctx, const hys_reservoir_opts *o) {
    if ((size_t)o->mask >= HYS_N_MASK_KINDS) return hys__fail(ctx, HYS_ARG, "", "no such mask");
    const size_t counts[] = {o->devices, o->mask_length, o->pixels, o->substeps};
    static const char *const names[] = {"devices", "virtual nodes", "pixels of a train", "substeps"};
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
        if (counts[k] > MOST_COUNT)
            return hys__fail(ctx, HYS_LIMIT, "at most 1000000", "%zu %s are too many", counts[k], names[k]);
    return HYS_OK;
}

static hys_status check(hys_ctx *ctx, const hys_reservoir_opts *o) {
    if (!o->cell || !o->cell->memory) return hys__fail(ctx, HYS_ARG, "give a device", "a reservoir without devices");
    hys_status status = check_rates(ctx, o);
    if (status == HYS_OK) status = check_voltages(ctx, o);
    return status == HYS_OK ? check_counts(ctx, o) : status;
}

/* ---- masks ---- */

/* x <- 4 x (1 - x) keeps some digits of its start for good; a draw keeps it off the few points that stay. */
static double chaotic(double x) {
    const double next = 4 * x * (1 - x);
    return next > 1e-9 && next < 1 - 1e-9 ? next : 0.3 + 0.1 * x;
}

static void draw_mask(const hys_reservoir_opts *o, size_t device, double *mask) {
    const uint64_t key[2] = {o->seed, hys__name_hash("mask")};
    double x = 0;
    for (size_t j = 0; j < o->mask_length; j++) {
        const uint64_t ctr[2] = {device, j};
        uint64_t bits[2];
        hys__threefry2x64(key, ctr, bits);
        const double draw = hys__uniform(bits[0]);
        x = j ? chaotic(x) : chaotic(draw);
        mask[j] = o->mask == HYS_MASK_BINARY    ? (draw < 0.5 ? -1 : 1)
                  : o->mask == HYS_MASK_UNIFORM ? 2 * draw - 1
                  : o->mask == HYS_MASK_CHAOTIC ? 2 * x - 1
                                                : 1;
    }
}

static hys_status make_mask(hys_reservoir *r) {
    const hys_reservoir_opts *o = &r->opts;
    r->mask = HYS_NEW_N(&r->arena, double, o->devices * o->mask_length);
    for (size_t d = 0; r->mask && d < o->devices; d++) draw_mask(o, d, r->mask + d * o->mask_length);
    return r->mask ? HYS_OK : HYS_NOMEM;
}

const double *hys_reservoir_mask(const hys_reservoir *r) {
    return r->mask;
}

/* ---- making one ---- */

hys_status hys_reservoir_new(hys_ctx *ctx, const hys_reservoir_opts *given, hys_reservoir **result) {
    hys_reservoir_opts o = hys_reservoir_opts_default();
    if (given) memcpy(&o, given, given->size < sizeof o ? given->size : sizeof o);
    if (o.mask_length == 0) o.mask_length = 1;
    if (o.pixels == 0) o.pixels = 5;
    if (o.substeps == 0) o.substeps = 4;
    hys_status status = check(ctx, &o);
    if (status != HYS_OK) return status;
    hys_reservoir *r = hys__realloc(ctx, NULL, 0, sizeof *r);
    if (!r) return HYS_NOMEM;
    *r = (hys_reservoir){
        .ctx = ctx, .opts = o, .report = {.size = sizeof r->report, .fading = {NAN, NAN, NAN}, .step_error = NAN}};
    hys__arena_init(&r->arena, ctx, 0);
    memcpy(r->rates, o.rates, o.n_rates * sizeof *o.rates);
    r->opts.rates = r->rates;
    if (o.devices) status = make_mask(r);
    if (status == HYS_OK && !o.is_unchecked) status = hys__reservoir_test(r);
    if (status == HYS_OK) *result = r;
    else hys_reservoir_free(r);
    return status;
}

void hys_reservoir_free(hys_reservoir *r) {
    if (!r) return;
    hys_ctx *ctx = r->ctx;
    hys__arena_free(&r->arena);
    hys__free(ctx, r, sizeof *r);
}

hys_reservoir_report hys_reservoir_get_report(const hys_reservoir *r) {
    return r->report;
}

hys_status hys__reservoir_nodes(hys_reservoir *r, size_t devices, size_t n, const size_t *device_of,
                                hys__nodes **nodes) {
    const hys__nodes_opts opts = {.cell = r->opts.cell,
                                  .devices = devices,
                                  .n = n,
                                  .device_of = device_of,
                                  .substeps = r->opts.substeps,
                                  .threads = r->opts.threads};
    return hys__nodes_new(r->ctx, &opts, nodes);
}

double hys__reservoir_time(const hys_reservoir *r, size_t frames, size_t reads) {
    double sum = 0;
    for (size_t k = 0; k < r->opts.n_rates; k++)
        sum += (double)frames * r->rates[k].frame + (double)reads * r->opts.read_time;
    return sum;
}

void hys__reservoir_add_noise(hys_reservoir *r, hys_matrix *states) {
    const uint64_t key[2] = {r->opts.seed, hys__name_hash("noise") + r->n_noises++};
    for (size_t i = 0; r->opts.noise > 0 && i < states->rows; i++)
        for (size_t j = 0; j < states->columns; j++) {
            const uint64_t ctr[2] = {i, j};
            states->values[i * states->columns + j] *= 1 + r->opts.noise * hys__normal(key, ctr);
        }
}

/* ---- series ---- */

typedef struct series {
    hys_reservoir *r;
    const double *u;
    size_t n;
    double from, to; /* inputs that low and high stand for */
    double *v;       /* [devices] V */
    hys_matrix *states;
} series;

/* Of what the mask makes of them. */
static void find_range(const hys_reservoir *r, series *s) {
    const size_t n_mask = r->opts.devices * r->opts.mask_length;
    double u_low = INFINITY, u_high = -INFINITY, low = INFINITY, high = -INFINITY;
    const size_t n = r->opts.n_range && r->opts.n_range < s->n ? r->opts.n_range : s->n;
    for (size_t t = 0; t < n; t++) {
        u_low = fmin(u_low, s->u[t]);
        u_high = fmax(u_high, s->u[t]);
    }
    for (size_t k = 0; k < n_mask; k++) {
        low = fmin(low, fmin(r->mask[k] * u_low, r->mask[k] * u_high));
        high = fmax(high, fmax(r->mask[k] * u_low, r->mask[k] * u_high));
    }
    const bool is_given = r->opts.input_low < r->opts.input_high;
    s->from = is_given ? r->opts.input_low : low;
    s->to = is_given ? r->opts.input_high : high;
}

static void set_voltages(const series *s, size_t t, size_t virtual_node) {
    const hys_reservoir_opts *o = &s->r->opts;
    const double width = s->to - s->from;
    for (size_t d = 0; d < o->devices; d++) {
        const double x = s->r->mask[d * o->mask_length + virtual_node] * s->u[t];
        const double part = width > 0 ? fmin(fmax((x - s->from) / width, 0), 1) : 0;
        s->v[d] = o->low + part * (o->high - o->low);
    }
}

static void set_all(const series *s, double v) {
    for (size_t d = 0; d < s->r->opts.devices; d++) s->v[d] = v;
}

static void keep_states(const series *s, const hys__nodes *b, size_t t, size_t rate, size_t virtual_node) {
    const hys_reservoir_opts *o = &s->r->opts;
    double *row = s->states->values + t * s->states->columns + rate * o->devices * o->mask_length;
    for (size_t d = 0; d < o->devices; d++) row[d * o->mask_length + virtual_node] = hys__nodes_currents(b)[d];
}

static hys_status hold(const series *s, hys__nodes *b, double time) {
    return time > 0 ? hys__nodes_hold(b, s->v, time) : HYS_OK;
}

static hys_status run_node(const series *s, hys__nodes *b, size_t t, size_t rate, size_t virtual_node) {
    const hys_reservoir_opts *o = &s->r->opts;
    const hys_reservoir_rate *r = &s->r->rates[rate];
    const double pulse = r->pulse > 0 ? r->pulse : r->frame;
    set_voltages(s, t, virtual_node);
    hys_status status = hold(s, b, pulse);
    if (status != HYS_OK) return status;
    if (o->read_time == 0) keep_states(s, b, t, rate, virtual_node);
    set_all(s, o->rest);
    status = hold(s, b, r->frame - pulse);
    if (status != HYS_OK || o->read_time == 0) return status;
    set_all(s, o->read);
    status = hold(s, b, o->read_time);
    if (status == HYS_OK) keep_states(s, b, t, rate, virtual_node);
    return status;
}

hys_status hys__reservoir_tell(const hys_reservoir *r, size_t rate, double done) {
    if (!r->opts.progress) return HYS_OK;
    return r->opts.progress(r->opts.progress_user, ((double)rate + done) / (double)r->opts.n_rates) ? HYS_CANCEL
                                                                                                    : HYS_OK;
}

static hys_status run_input(const series *s, hys__nodes *b, size_t t, size_t rate) {
    hys_status status = hys__reservoir_tell(s->r, rate, (double)t / (double)s->n);
    for (size_t k = 0; k < s->r->opts.mask_length && status == HYS_OK; k++) status = run_node(s, b, t, rate, k);
    return status;
}

static hys_status run_rate(const series *s, size_t rate, double *energy) {
    hys__nodes *b = NULL;
    const hys_reservoir_opts *o = &s->r->opts;
    hys_status status = hys__reservoir_nodes(s->r, o->devices, o->devices, NULL, &b);
    for (size_t t = 0; t < s->n && status == HYS_OK; t++) status = run_input(s, b, t, rate);
    for (size_t d = 0; d < o->devices && status == HYS_OK; d++) *energy += hys__nodes_energies(b)[d];
    hys__nodes_free(b);
    return status;
}

static void report_series(const series *s, double energy, double start) {
    const hys_reservoir_opts *o = &s->r->opts;
    hys_reservoir_report *to = &s->r->report;
    to->nodes = s->states->columns;
    to->samples = s->n;
    to->traces = to->distinct = o->devices * o->n_rates;
    to->energy = energy / (double)s->n;
    to->sample_time = hys__reservoir_time(s->r, o->mask_length, o->mask_length);
    to->solve_s = hys__reservoir_clock() - start;
    to->abs_current = 0;
    for (size_t k = 0; k < s->states->rows * s->states->columns; k++)
        to->abs_current = fmax(to->abs_current, fabs(s->states->values[k]));
}

static hys_status check_series(const hys_reservoir *r, const double *u, size_t n) {
    if (!r->opts.devices)
        return hys__fail(r->ctx, HYS_ARG, "give their number", "a series needs to know how many devices there are");
    if (n == 0) return hys__fail(r->ctx, HYS_ARG, "", "a series without values");
    for (size_t t = 0; t < n; t++)
        if (!isfinite(u[t])) return hys__fail(r->ctx, HYS_ARG, "", "value %zu of the series is %g", t, u[t]);
    return HYS_OK;
}

hys_status hys_reservoir_run(hys_reservoir *r, const double *u, size_t n, hys_matrix *states) {
    const double start = hys__reservoir_clock();
    const hys_reservoir_opts *o = &r->opts;
    hys_matrix found = {0, 0, NULL};
    double energy = 0;
    hys_status status = check_series(r, u, n);
    if (status == HYS_OK) status = hys_matrix_new(r->ctx, n, o->devices * o->mask_length * o->n_rates, &found);
    if (status != HYS_OK) return status;
    series s = {.r = r, .u = u, .n = n, .states = &found};
    find_range(r, &s);
    s.v = hys__realloc(r->ctx, NULL, 0, o->devices * sizeof *s.v);
    if (!s.v) status = HYS_NOMEM;
    for (size_t k = 0; k < o->n_rates && status == HYS_OK; k++) status = run_rate(&s, k, &energy);
    if (s.v) hys__free(r->ctx, s.v, o->devices * sizeof *s.v);
    if (status != HYS_OK) {
        hys_matrix_free(r->ctx, &found);
        return status;
    }
    hys__reservoir_add_noise(r, &found);
    report_series(&s, energy, start);
    *states = found;
    return HYS_OK;
}
