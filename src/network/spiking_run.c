/* Samples in time: step by step through all layers, block by block. */
#include "network/spiking_run.h"
#include "base/diag.h"
#include <math.h>
#include <stdatomic.h>
#include <string.h>

/* ---- room ---- */

static hys_status new_desk(hys__spiking_run *r, hys__desk *d) {
    const hys_spiking *s = r->spiking;
    const size_t outputs = hys__network_outputs(s->network);
    d->x = HYS_NEW_N(&r->arena, float, HYS__BLOCK_SAMPLES *hys__shape_size(&s->network->in));
    d->membranes = HYS_NEW_N(&r->arena, hys__membrane, s->n_layers + 1);
    d->fixed = HYS_NEW_N(&r->arena, float, HYS__BLOCK_SAMPLES *hys__shape_size(&s->network->layers[0].out));
    d->last = HYS_NEW_N(&r->arena, float, HYS__BLOCK_SAMPLES *outputs);
    d->sums = HYS_NEW_N(&r->arena, double, HYS__BLOCK_SAMPLES *outputs);
    d->first = HYS_NEW_N(&r->arena, uint32_t, HYS__BLOCK_SAMPLES * outputs);
    hys_status status = r->arena.failed ? HYS_NOMEM : HYS_OK;
    for (size_t k = 0; k <= s->n_layers && status == HYS_OK; k++)
        if (s->neurons[k].n)
            status = hys__membrane_new(&r->arena, &s->neurons[k], HYS__BLOCK_SAMPLES, &d->membranes[k]);
    return status;
}

/* Weights that are floats are read once, so that rows can be added where there are spikes. */
static hys_status read_rows(hys__spiking_run *r) {
    const hys_spiking *s = r->spiking;
    r->rows = HYS_NEW_N(&r->arena, float *, s->n_layers + 1);
    r->fan_out = HYS_NEW_N(&r->arena, float *, s->n_layers + 1);
    if (r->arena.failed) return HYS_NOMEM;
    for (size_t k = 0; k < s->n_layers; k++) {
        const hys__layer *l = &s->network->layers[k];
        if (!l->rows || l->spec.kind != HYS_LAYER_DENSE) continue;
        float *w = HYS_NEW_N(&r->arena, float, l->rows * l->columns);
        r->fan_out[k] = HYS_NEW_N(&r->arena, float, l->rows);
        if (!w || !r->fan_out[k]) return HYS_NOMEM;
        const hys_status status = l->weights->kind->get(l->weights, w);
        if (status != HYS_OK) return status;
        for (size_t i = 0; i < l->rows * l->columns; i++) r->fan_out[k][i / l->columns] += w[i] != 0;
        if (!strcmp(l->weights->kind->name, "software")) r->rows[k] = w;
    }
    return HYS_OK;
}

hys_status hys__spiking_run_init(hys__spiking_run *r) {
    const hys_spiking *s = r->spiking;
    const unsigned n = hys__team_size(s->network->team);
    hys__arena_init(&r->arena, s->ctx, 0);
    hys_status status = hys__workers_init(s->network, &r->crew);
    if (status != HYS_OK) return status;
    r->code = hys__code_of(&s->opts);
    r->desks = HYS_NEW_N(&r->arena, hys__desk, n);
    r->taken = HYS_NEW_N(&r->arena, hys__spiking_taken, s->n_layers + 1);
    if (r->arena.failed) status = HYS_NOMEM;
    for (unsigned k = 0; k < n && status == HYS_OK; k++) status = new_desk(r, &r->desks[k]);
    if (status == HYS_OK) status = read_rows(r);
    for (size_t k = 0; k < s->n_layers && status == HYS_OK; k++)
        if (s->network->layers[k].rows) {
            r->taken[k].inputs = HYS_NEW_N(&r->arena, float, HYS__SPIKING_TAKEN * s->network->layers[k].rows);
            if (!r->taken[k].inputs) status = HYS_NOMEM;
        }
    if (status != HYS_OK) hys__workers_free(&r->crew);
    return status;
}

/* ---- a layer ---- */

/* Above this part of them, all inputs at once take less time than those that are not 0. */
#define DENSE_PART 0.25

/* y = b + rows of the inputs that are not 0 */
static void add_rows(const hys__layer *l, const float *w, size_t n, const float *x, float *y) {
    const size_t columns = l->columns;
    for (size_t s = 0; s < n; s++) {
        const float *in = x + s * l->rows;
        float *restrict out = y + s * columns;
        if (l->n_params) memcpy(out, l->params, columns * sizeof *out);
        else memset(out, 0, columns * sizeof *out);
        for (size_t r = 0; r < l->rows; r++) {
            const float part = in[r];
            if (part == 0) continue;
            const float *restrict row = w + r * columns;
            for (size_t c = 0; c < columns; c++) out[c] += part * row[c];
        }
    }
}

/* Spikes are added up, other numbers multiplied (NeuroBench). */
static void count_operations(const hys__layer *l, const float *fan_out, size_t n, const float *x, size_t *live,
                             double *operations) {
    const size_t width = l->spec.kind == HYS_LAYER_DENSE ? l->rows : hys__shape_size(&l->in);
    const double places = l->spec.kind == HYS_LAYER_DENSE
                              ? 0
                              : (double)l->products * (double)l->rows * (double)l->columns / (double)width;
    for (size_t i = 0; i < n * width; i++) {
        if (x[i] == 0) continue;
        ++*live;
        *operations += fan_out ? (double)fan_out[i % width] : places;
    }
}

/* A few products of the first block, for their cost. */
static void take_inputs(hys__spiking_run *r, size_t k, const hys__visit *visit, size_t step, const float *x) {
    const hys__layer *l = &r->spiking->network->layers[k];
    hys__spiking_taken *t = &r->taken[k];
    const size_t steps = r->spiking->opts.steps, every = steps > HYS__SPIKING_TAKEN ? steps / HYS__SPIKING_TAKEN : 1;
    if (visit->first || t->n == HYS__SPIKING_TAKEN || step % every) return;
    const size_t sample = t->n % visit->n;
    const float *from = x + sample * l->rows;
    if (l->spec.kind == HYS_LAYER_CONV) from = visit->patches + t->n % l->products * l->rows;
    memcpy(t->inputs + t->n++ * l->rows, from, l->rows * sizeof *from);
}

static hys_status go_weights(hys__spiking_run *r, size_t k, const hys__visit *visit, size_t step, const float *x,
                             float *y) {
    const hys__layer *l = &r->spiking->network->layers[k];
    hys__tally *tally = &r->tallies[visit->first / HYS__BLOCK_SAMPLES];
    const bool are_numbers = k == 0 && r->code.kind == HYS_CODE_CURRENT;
    size_t live = 0;
    hys_status status = HYS_OK;
    count_operations(l, r->fan_out[k], visit->n, x, &live, are_numbers ? &tally->macs : &tally->acs);
    if (r->rows[k] && (double)live < DENSE_PART * (double)(visit->n * l->rows)) add_rows(l, r->rows[k], visit->n, x, y);
    else status = hys__layer_ops_of(l->spec.kind)->forward(l, visit, x, y);
    if (status == HYS_OK) take_inputs(r, k, visit, step, x);
    return status;
}

/* A current that never changes is multiplied once, where reads have no noise. */
static hys_status go_first(hys__spiking_run *r, hys__desk *d, const hys__visit *visit, size_t step, float *const *v) {
    const hys__layer *l = &r->spiking->network->layers[0];
    const size_t size = visit->n * hys__shape_size(&l->out) * sizeof(float);
    const bool is_fixed = r->code.kind == HYS_CODE_CURRENT && r->rows[0] && !r->currents;
    if (is_fixed && step > 0) {
        memcpy(v[1], d->fixed, size);
        return HYS_OK;
    }
    const hys_status status = go_weights(r, 0, visit, step, v[0], v[1]);
    if (is_fixed && status == HYS_OK) memcpy(d->fixed, v[1], size);
    return status;
}

static void go_neurons(hys__spiking_run *r, hys__desk *d, size_t k, const hys__visit *visit, size_t step,
                       const float *x, float *y) {
    const hys__neurons *l = &r->spiking->neurons[k];
    hys__tally *tally = &r->tallies[visit->first / HYS__BLOCK_SAMPLES];
    const bool is_heard = k == r->heard;
    for (size_t s = 0; s < visit->n; s++) {
        float *seen = is_heard && r->potentials ? r->potentials + step * l->n : NULL;
        tally->spikes += hys__neurons_step(l, &d->membranes[k], s, x + s * l->n, y + s * l->n, seen);
    }
    if (is_heard && r->spikes) memcpy(r->spikes + step * l->n, y, l->n * sizeof *y);
}

/* ---- a step ---- */

static void encode(hys__spiking_run *r, hys__desk *d, const hys__visit *visit, size_t step) {
    const size_t width = hys__shape_size(&r->spiking->network->in);
    hys__tally *tally = &r->tallies[visit->first / HYS__BLOCK_SAMPLES];
    if (r->currents) {
        memcpy(d->x, r->currents + step * width, width * sizeof *d->x);
        return;
    }
    for (size_t s = 0; s < visit->n; s++)
        tally->input_spikes += hys__code_step(&r->code, r->samples->values + (visit->first + s) * width, width,
                                              visit->first + s, step, d->x + s * width);
}

static void read_out(hys__spiking_run *r, hys__desk *d, const hys__visit *visit, size_t step, const float *out) {
    const size_t n = visit->n * hys__network_outputs(r->spiking->network);
    for (size_t i = 0; i < n; i++) {
        d->sums[i] += (double)out[i];
        if (out[i] != 0 && d->first[i] == UINT32_MAX) d->first[i] = (uint32_t)step;
    }
}

static hys_status go_step(hys__spiking_run *r, hys__desk *d, const hys__visit *visit, size_t step) {
    const hys_spiking *s = r->spiking;
    float *const *v = r->crew.workers[visit->thread].values;
    hys_status status = HYS_OK;
    encode(r, d, visit, step);
    for (size_t k = 0; k < s->n_layers && status == HYS_OK; k++) {
        const hys__layer *l = &s->network->layers[k];
        if (s->neurons[k].n) go_neurons(r, d, k, visit, step, v[k], v[k + 1]);
        else if (!l->rows) status = hys__layer_ops_of(l->spec.kind)->forward(l, visit, v[k], v[k + 1]);
        else if (k == 0) status = go_first(r, d, visit, step, v);
        else status = go_weights(r, k, visit, step, v[k], v[k + 1]);
    }
    if (status != HYS_OK) return status;
    const float *out = v[s->n_layers];
    if (s->neurons[s->n_layers].n) {
        go_neurons(r, d, s->n_layers, visit, step, out, d->last);
        out = d->last;
    }
    read_out(r, d, visit, step, out);
    return HYS_OK;
}

/* ---- a block ---- */

/* What an output is worth so far.  Of first spikes: among those of one step, and where there are none, potentials
 * decide, which are less than a step. */
static float score(const hys__spiking_run *r, const hys__desk *d, size_t i, size_t step) {
    const hys_spiking *s = r->spiking;
    if (s->opts.readout != HYS_READOUT_FIRST) return (float)(d->sums[i] / (double)step);
    const size_t k = s->neurons[s->n_layers].n ? s->n_layers : s->n_layers - 1;
    const float v = d->membranes[k].v[i];
    const float left = d->first[i] == UINT32_MAX ? 0 : (float)(s->opts.steps - d->first[i]);
    return left + 0.49f * v / (1 + fabsf(v));
}

static void judge(hys__spiking_run *r, hys__desk *d, const hys__visit *visit, size_t step, size_t *right) {
    const size_t outputs = hys__network_outputs(r->spiking->network);
    for (size_t s = 0; s < visit->n; s++) {
        size_t best = 0;
        float most = -INFINITY;
        for (size_t c = 0; c < outputs; c++) {
            const float value = score(r, d, s * outputs + c, step);
            if (value > most) most = value, best = c;
        }
        *right += best == r->samples->labels[visit->first + s];
        if (r->classes) r->classes[visit->first + s] = (uint16_t)best;
    }
}

static void finish(hys__spiking_run *r, const hys__desk *d, const hys__visit *visit) {
    const size_t outputs = hys__network_outputs(r->spiking->network);
    hys__tally *tally = &r->tallies[visit->first / HYS__BLOCK_SAMPLES];
    for (size_t s = 0; s < visit->n; s++) {
        uint32_t first = UINT32_MAX;
        for (size_t c = 0; c < outputs; c++) {
            const size_t i = s * outputs + c;
            if (r->outputs) r->outputs[(visit->first + s) * outputs + c] = score(r, d, i, r->spiking->opts.steps);
            first = d->first[i] < first ? d->first[i] : first;
        }
        if (first == UINT32_MAX) continue;
        tally->first_steps += first + 1;
        tally->n_first++;
    }
}

static hys_status go_block(hys__spiking_run *r, size_t part, unsigned thread) {
    const hys_spiking *s = r->spiking;
    const size_t first = part * HYS__BLOCK_SAMPLES, left = r->n - first;
    const size_t n = left < HYS__BLOCK_SAMPLES ? left : HYS__BLOCK_SAMPLES, outputs = hys__network_outputs(s->network);
    hys__desk *d = &r->desks[thread];
    hys__visit visit = hys__visit_new(&r->crew, thread, n, first, 0);
    hys_status status = HYS_OK;
    size_t at = 0;
    r->crew.workers[thread].values[0] = d->x;
    for (size_t k = 0; k <= s->n_layers; k++)
        if (s->neurons[k].n) hys__membrane_start(&s->neurons[k], n, &d->membranes[k]);
    memset(d->sums, 0, n * outputs * sizeof *d->sums);
    memset(d->first, 0xff, n * outputs * sizeof *d->first);
    for (size_t step = 0; step < s->opts.steps && status == HYS_OK; step++) {
        visit.pass = r->pass + step;
        status = hys_ctx_is_cancelled(s->ctx) ? HYS_CANCEL : go_step(r, d, &visit, step);
        if (at < r->n_at && step + 1 == r->at[at]) judge(r, d, &visit, step + 1, &r->tallies[part].right[at]), at++;
    }
    if (status == HYS_OK) finish(r, d, &visit);
    return status;
}

typedef struct going {
    hys__spiking_run *run;
    atomic_int status; /* the first that failed */
} going;

static void go_part(void *data, size_t part, unsigned thread) {
    going *g = data;
    int expected = HYS_OK;
    if (atomic_load(&g->status) != HYS_OK) return;
    const int failed = go_block(g->run, part, thread);
    if (failed != HYS_OK) atomic_compare_exchange_strong(&g->status, &expected, failed);
}

hys_status hys__spiking_go(hys__spiking_run *r) {
    const hys_spiking *s = r->spiking;
    const size_t n_parts = (r->n + HYS__BLOCK_SAMPLES - 1) / HYS__BLOCK_SAMPLES;
    const size_t n_errors = hys_diag_n_errors(s->ctx);
    going g = {.run = r};
    r->tallies = HYS_NEW_N(&r->arena, hys__tally, n_parts);
    if (!r->tallies) return HYS_NOMEM;
    r->pass = s->network->pass;
    s->network->pass += s->opts.steps;
    if (n_parts == 1) go_part(&g, 0, 0);
    else hys__team_run(s->network->team, n_parts, go_part, &g);
    r->n_parts = n_parts;
    return hys__network_told(s->network, n_errors, (hys_status)atomic_load(&g.status));
}
