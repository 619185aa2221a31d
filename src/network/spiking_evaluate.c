/* What spiking networks say, and what it takes. */
#include "array/product_impl.h"
#include "base/diag.h"
#include "network/mapping.h"
#include "network/spiking_run.h"
#include <math.h>
#include <string.h>

hys_status hys_spiking_predict(hys_spiking *s, const hys_samples *samples, float *outputs) {
    hys__spiking_run r = {.spiking = s, .samples = samples, .n = samples->n, .outputs = outputs, .heard = SIZE_MAX};
    hys_status status = hys__network_check(s->network, samples, false);
    if (status != HYS_OK || samples->n == 0) return status;
    status = hys__spiking_run_init(&r);
    if (status == HYS_OK) status = hys__spiking_go(&r), hys__workers_free(&r.crew);
    hys__arena_free(&r.arena);
    return status;
}

hys_status hys_spiking_trace(hys_spiking *s, const float *currents, size_t k, float *potentials, float *spikes) {
    hys__spiking_run r = {
        .spiking = s, .n = 1, .currents = currents, .heard = k, .potentials = potentials, .spikes = spikes};
    if (!hys_spiking_n_neurons(s, k)) return hys__fail(s->ctx, HYS_ARG, "", "there are no neurons behind layer %zu", k);
    hys_status status = hys__spiking_run_init(&r);
    if (status == HYS_OK) status = hys__spiking_go(&r), hys__workers_free(&r.crew);
    hys__arena_free(&r.arena);
    return status;
}

/* ---- energy ---- */

/* J of a product of the arrays, mean over inputs that they had. */
static hys_status price(hys__mapped *m, const hys__spiking_taken *t, double *energy) {
    hys_product_cost cost = {.size = sizeof cost};
    hys_matrix inputs = {0};
    hys_status status = hys_matrix_new(m->base.ctx, t->n, m->base.rows, &inputs);
    if (status != HYS_OK) return status;
    for (size_t i = 0; i < t->n * m->base.rows; i++) inputs.values[i] = (double)t->inputs[i];
    status = hys_product_get_cost(m->product, &inputs, &cost);
    hys_matrix_free(m->base.ctx, &inputs);
    *energy = cost.energy;
    return status;
}

static hys_status add_energies(const hys__spiking_run *r, double *total) {
    const hys_network *network = r->spiking->network;
    hys_status status = HYS_OK;
    *total = 0;
    for (size_t k = 0; k < r->spiking->n_layers && status == HYS_OK; k++) {
        const hys__layer *l = &network->layers[k];
        hys__mapped *m = l->rows ? hys__mapped_of(l->weights) : NULL;
        double energy = 0;
        if (!m || !r->taken[k].n) continue;
        status = price(m, &r->taken[k], &energy);
        *total += energy * (double)l->products * (double)r->spiking->opts.steps;
    }
    return status;
}

/* ---- all that is told ---- */

static void sum_up(const hys__spiking_run *r, hys_spiking_result *e) {
    const hys_spiking *s = r->spiking;
    const double n = (double)r->n;
    double neurons = 0, first = 0, n_first = 0, right[HYS__MOST_MARKS] = {0};
    for (size_t k = 0; k <= s->n_layers; k++) neurons += (double)s->neurons[k].n;
    for (size_t p = 0; p < r->n_parts; p++) {
        const hys__tally *t = &r->tallies[p];
        e->input_spikes += (double)t->input_spikes / n;
        e->spikes += (double)t->spikes / n;
        e->effective_acs += t->acs / n;
        e->effective_macs += t->macs / n;
        first += (double)t->first_steps;
        n_first += (double)t->n_first;
        for (size_t k = 0; k < r->n_at; k++) right[k] += (double)t->right[k];
    }
    for (size_t k = 0; k + 1 < r->n_at; k++) e->accuracies[k] = right[k] / n;
    e->accuracy = right[r->n_at - 1] / n;
    const bool has_times = s->opts.readout != HYS_READOUT_SUM;
    e->first_step = has_times && n_first > 0 ? first / n_first : (double)NAN;
    e->activation_sparsity = neurons > 0 ? 1 - e->spikes / (neurons * (double)s->opts.steps) : (double)NAN;
    e->neuron_energy = e->spikes * s->opts.neuron_energy;
    e->time = (double)s->opts.steps * s->opts.dt;
}

static hys_status check_marks(const hys_spiking *s, const size_t *at, size_t n_at) {
    if (n_at >= HYS__MOST_MARKS)
        return hys__fail(s->ctx, HYS_LIMIT, "", "accuracies are told at %d steps at most", HYS__MOST_MARKS - 1);
    for (size_t k = 0; k < n_at; k++)
        if (at[k] < 1 || at[k] > s->opts.steps || (k > 0 && at[k] <= at[k - 1]))
            return hys__fail(s->ctx, HYS_ARG, "rising numbers of steps",
                             "the accuracy behind %zu of %zu steps cannot be told", at[k], s->opts.steps);
    return HYS_OK;
}

hys_status hys_spiking_evaluate(hys_spiking *s, const hys_samples *samples, const size_t *at, size_t n_at,
                                hys_spiking_result *result) {
    hys_spiking_result e = {.size = sizeof e, .classes = result->classes, .n = samples->n, .n_at = n_at};
    size_t marks[HYS__MOST_MARKS];
    hys__spiking_run r = {
        .spiking = s, .samples = samples, .n = samples->n, .classes = e.classes, .at = marks, .heard = SIZE_MAX};
    hys_status status = hys__network_check(s->network, samples, true);
    if (status == HYS_OK) status = check_marks(s, at, n_at);
    if (status != HYS_OK) return status;
    /* the last of them is the end; one that was asked for as well is told from it */
    for (size_t k = 0; k < n_at; k++) marks[k] = at[k];
    const bool ends_so = n_at > 0 && at[n_at - 1] == s->opts.steps;
    r.n_at = ends_so ? n_at : n_at + 1;
    marks[r.n_at - 1] = s->opts.steps;
    status = hys__spiking_run_init(&r);
    if (status == HYS_OK) {
        status = hys__spiking_go(&r);
        if (status == HYS_OK) sum_up(&r, &e);
        if (status == HYS_OK && ends_so) e.accuracies[n_at - 1] = e.accuracy;
        if (status == HYS_OK) status = add_energies(&r, &e.synapse_energy);
        hys__workers_free(&r.crew);
    }
    hys__arena_free(&r.arena);
    const size_t size = result->size && result->size < sizeof e ? result->size : sizeof e;
    if (status == HYS_OK) memcpy(result, &e, size);
    return status;
}
