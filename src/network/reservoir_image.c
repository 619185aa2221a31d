/* Images as trains of pulses: some pixels side by side are one train, and each place in the image has a device of its
 * own (Du et al. 2017).
 *
 * A device that gets the same pixels from the same start does the same, to the bit, so each pair of device and pixels
 * is simulated once: with 0 and 1 these are at most 32 a device for trains of five, however many images there are. */
#include "base/diag.h"
#include "base/hash64.h"
#include "network/reservoir_impl.h"
#include <math.h>
#include <string.h>

#define PART 16384u /* traces that are simulated side by side */

typedef struct coding {
    hys_reservoir *r;
    const hys_samples *images;
    size_t devices, width, n_traces;
    bool are_alike, is_random;
    hys__arena arena;
    uint32_t *kind_of;  /* [n_traces] image by image, device by device: which of the different ones */
    uint32_t *first_of; /* [n_kinds] a trace of that kind */
    size_t n_kinds;
    double *currents, *energies; /* [n_kinds] A, J: of a rate */
    double energy;               /* J: of all images */
} coding;

static size_t pixels_of(const coding *c) {
    return c->r->opts.pixels;
}

static const float *train_of(const coding *c, size_t trace) {
    return c->images->values + trace / c->devices * c->width + trace % c->devices * pixels_of(c);
}

/* ---- different traces ---- */

static bool is_same(const coding *c, size_t a, size_t b) {
    if (!c->are_alike && a % c->devices != b % c->devices) return false;
    return memcmp(train_of(c, a), train_of(c, b), pixels_of(c) * sizeof(float)) == 0;
}

/* 0 and -0 would count as two, which does no harm. */
static uint64_t hash_of(const coding *c, size_t trace) {
    const uint64_t device = c->are_alike ? 0 : trace % c->devices;
    const uint64_t h = hys__hash64((const char *)train_of(c, trace), pixels_of(c) * sizeof(float));
    return (h ^ h >> 32) + device * UINT64_C(0x9e3779b97f4a7c15);
}

static void sort_kinds(coding *c, uint32_t *slots, size_t n_slots) {
    memset(slots, 0xff, n_slots * sizeof *slots);
    for (size_t t = 0; t < c->n_traces; t++) {
        size_t at = hash_of(c, t) & (n_slots - 1);
        while (slots[at] != UINT32_MAX && !is_same(c, c->first_of[slots[at]], t)) at = (at + 1) & (n_slots - 1);
        if (slots[at] == UINT32_MAX) {
            slots[at] = (uint32_t)c->n_kinds;
            c->first_of[c->n_kinds++] = (uint32_t)t;
        }
        c->kind_of[t] = slots[at];
    }
}

static hys_status find_kinds(coding *c) {
    size_t n_slots = 64;
    c->kind_of = HYS_NEW_N(&c->arena, uint32_t, c->n_traces);
    c->first_of = HYS_NEW_N(&c->arena, uint32_t, c->n_traces);
    if (c->arena.failed) return HYS_NOMEM;
    if (c->is_random) {
        for (size_t t = 0; t < c->n_traces; t++) c->kind_of[t] = c->first_of[t] = (uint32_t)t;
        c->n_kinds = c->n_traces;
        return HYS_OK;
    }
    while (n_slots < 2 * c->n_traces) n_slots *= 2;
    uint32_t *slots = hys__realloc(c->r->ctx, NULL, 0, n_slots * sizeof *slots);
    if (!slots) return HYS_NOMEM;
    sort_kinds(c, slots, n_slots);
    hys__free(c->r->ctx, slots, n_slots * sizeof *slots);
    return HYS_OK;
}

/* ---- simulating them ---- */

typedef struct part {
    const coding *c;
    size_t rate, first, n; /* kinds */
    size_t *device_of;     /* [n] */
    double *v;             /* [n] V */
    hys__nodes *nodes;
} part;

static void set_pixels(const part *p, size_t pixel) {
    const hys_reservoir_opts *o = &p->c->r->opts;
    const bool is_given = o->input_low < o->input_high;
    const double from = is_given ? o->input_low : 0, to = is_given ? o->input_high : 1;
    for (size_t k = 0; k < p->n; k++) {
        const double x = (double)train_of(p->c, p->c->first_of[p->first + k])[pixel];
        p->v[k] = o->low + fmin(fmax((x - from) / (to - from), 0), 1) * (o->high - o->low);
    }
}

static hys_status hold_all(const part *p, double v, double time) {
    for (size_t k = 0; k < p->n; k++) p->v[k] = v;
    return time > 0 ? hys__nodes_hold(p->nodes, p->v, time) : HYS_OK;
}

static hys_status run_train(const part *p) {
    const hys_reservoir_opts *o = &p->c->r->opts;
    const hys_reservoir_rate *r = &p->c->r->rates[p->rate];
    const double pulse = r->pulse > 0 ? r->pulse : r->frame;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < pixels_of(p->c) && status == HYS_OK; k++) {
        const bool is_state = o->read_time == 0 && k + 1 == pixels_of(p->c);
        set_pixels(p, k);
        status = hys__nodes_hold(p->nodes, p->v, pulse);
        if (status == HYS_OK && !is_state) status = hold_all(p, o->rest, r->frame - pulse);
    }
    if (status == HYS_OK && o->read_time > 0) status = hold_all(p, o->read, o->read_time);
    return status;
}

static hys_status run_part(part *p) {
    const coding *c = p->c;
    for (size_t k = 0; k < p->n; k++) p->device_of[k] = c->first_of[p->first + k] % c->devices;
    hys_status status = hys__reservoir_nodes(c->r, c->devices, p->n, p->device_of, &p->nodes);
    if (status == HYS_OK) status = run_train(p);
    if (status == HYS_OK) {
        memcpy(c->currents + p->first, hys__nodes_currents(p->nodes), p->n * sizeof(double));
        memcpy(c->energies + p->first, hys__nodes_energies(p->nodes), p->n * sizeof(double));
    }
    hys__nodes_free(p->nodes);
    p->nodes = NULL;
    return status;
}

static hys_status run_rate(coding *c, size_t rate, hys_matrix *states) {
    part p = {.c = c, .rate = rate};
    const size_t room = c->n_kinds < PART ? c->n_kinds : PART;
    hys_status status = HYS_OK;
    hys__arena arena;
    hys__arena_init(&arena, c->r->ctx, 0);
    p.device_of = HYS_NEW_N(&arena, size_t, room);
    p.v = HYS_NEW_N(&arena, double, room);
    if (arena.failed) status = HYS_NOMEM;
    for (p.first = 0; p.first < c->n_kinds && status == HYS_OK; p.first += PART) {
        p.n = c->n_kinds - p.first < PART ? c->n_kinds - p.first : PART;
        status = hys__reservoir_tell(c->r, rate, (double)p.first / (double)c->n_kinds);
        if (status == HYS_OK) status = run_part(&p);
    }
    hys__arena_free(&arena);
    for (size_t t = 0; t < c->n_traces && status == HYS_OK; t++) {
        double *row = states->values + t / c->devices * states->columns;
        row[rate * c->devices + t % c->devices] = c->currents[c->kind_of[t]];
        c->energy += c->energies[c->kind_of[t]];
    }
    return status;
}

/* ---- all of it ---- */

static hys_status check_images(const coding *c) {
    const hys_samples *s = c->images;
    hys_ctx *ctx = c->r->ctx;
    if (s->n == 0 || c->width == 0) return hys__fail(ctx, HYS_ARG, "", "there are no images");
    if (s->width % pixels_of(c))
        return hys__fail(ctx, HYS_ARG, "crop them, or choose another number of pixels a train",
                         "rows of %zu pixels cannot be cut into trains of %zu", s->width, pixels_of(c));
    if (c->r->opts.devices && c->r->opts.devices != c->devices)
        return hys__fail(ctx, HYS_ARG, "", "images of %zu x %zu in trains of %zu need %zu devices, not %zu", s->height,
                         s->width, pixels_of(c), c->devices, c->r->opts.devices);
    if (c->r->opts.mask != HYS_MASK_NONE || c->r->opts.mask_length > 1)
        return hys__fail(ctx, HYS_ARG, "masks are for series", "pixels of images are not masked");
    if (c->n_traces / c->devices != s->n || c->n_traces >= UINT32_MAX)
        return hys__fail(ctx, HYS_LIMIT, "", "%zu images for %zu devices are too many", s->n, c->devices);
    for (size_t k = 0; k < s->n * c->width; k++)
        if (!isfinite(s->values[k]))
            return hys__fail(ctx, HYS_ARG, "", "a pixel of image %zu is %g", k / c->width, (double)s->values[k]);
    return HYS_OK;
}

static hys_status look_at_devices(coding *c) {
    hys__nodes *b = NULL;
    hys_status status = hys__reservoir_nodes(c->r, c->devices, c->devices, NULL, &b);
    if (status != HYS_OK) return status;
    c->is_random = hys__nodes_is_random(b);
    c->are_alike = hys__nodes_are_alike(b);
    if (hys__nodes_has_cycles(b))
        status = hys__fail(c->r->ctx, HYS_ARG, "leave c2c away, or give noise of states instead",
                           "all images meet the same devices, which spread from cycle to cycle would change");
    hys__nodes_free(b);
    return status;
}

static void report_images(const coding *c, const hys_matrix *states, double start) {
    hys_reservoir_report *to = &c->r->report;
    to->nodes = states->columns;
    to->samples = c->images->n;
    to->traces = c->n_traces * c->r->opts.n_rates;
    to->distinct = c->n_kinds * c->r->opts.n_rates;
    to->energy = c->energy / (double)c->images->n;
    to->sample_time = hys__reservoir_time(c->r, pixels_of(c), 1);
    to->solve_s = hys__reservoir_clock() - start;
    to->abs_current = 0;
    for (size_t k = 0; k < states->rows * states->columns; k++)
        to->abs_current = fmax(to->abs_current, fabs(states->values[k]));
}

static hys_status code(coding *c, hys_matrix *states) {
    hys_status status = look_at_devices(c);
    if (status == HYS_OK) status = find_kinds(c);
    if (status != HYS_OK) return status;
    c->currents = HYS_NEW_N(&c->arena, double, c->n_kinds);
    c->energies = HYS_NEW_N(&c->arena, double, c->n_kinds);
    if (c->arena.failed) return HYS_NOMEM;
    status = hys_matrix_new(c->r->ctx, c->images->n, c->devices * c->r->opts.n_rates, states);
    for (size_t k = 0; k < c->r->opts.n_rates && status == HYS_OK; k++) status = run_rate(c, k, states);
    return status;
}

hys_status hys_reservoir_images(hys_reservoir *r, const hys_samples *images, hys_matrix *states) {
    const double start = hys__reservoir_clock();
    coding c = {.r = r, .images = images, .width = images->channels * images->height * images->width};
    hys_matrix found = {0, 0, NULL};
    c.devices = c.width / pixels_of(&c);
    c.n_traces = images->n * c.devices;
    hys_status status = check_images(&c);
    if (status != HYS_OK) return status;
    hys__arena_init(&c.arena, r->ctx, 0);
    status = code(&c, &found);
    if (status == HYS_OK) {
        hys__reservoir_add_noise(r, &found);
        report_images(&c, &found, start);
        *states = found;
    } else hys_matrix_free(r->ctx, &found);
    hys__arena_free(&c.arena);
    return status;
}
