/* What the weights of connections are at the end. */
#include "brain/experiment.h"
#include <math.h>
#include <string.h>

static hys_status add_wire(hys_brain_experiment *e, size_t wire, double *sum, double *n) {
    const size_t count = hys_brain_n_synapses(e->brain, wire); /* wires are numbered as projections */
    hys_synapse_row *rows = count ? hys__realloc(e->ctx, NULL, 0, count * sizeof *rows) : NULL;
    if (!rows) return count ? HYS_NOMEM : HYS_OK;
    memset(rows, 0, count * sizeof *rows); /* they are told on rank 0 */
    const hys_status status = hys_brain_synapses(e->brain, wire, rows);
    for (size_t k = 0; k < count && status == HYS_OK; k++) *sum += rows[k].weight;
    *n += (double)count;
    hys__free(e->ctx, rows, count * sizeof *rows);
    return status;
}

hys_status hys__brain_read_weights(hys_brain_experiment *e) {
    const hys__said_connect *s = e->said.connect.at;
    e->weights = HYS_NEW_N(&e->arena, double, e->said.connect.n + 1);
    hys_status status = e->weights ? HYS_OK : HYS_NOMEM;
    for (size_t k = 0; k < e->said.connect.n && status == HYS_OK; k++) {
        double sum = 0, n = 0;
        for (size_t w = 0; w < e->wires.n && s[k].name && status == HYS_OK; w++)
            if (e->wires.at[w].node == e->said.connect.nodes[k]) status = add_wire(e, w, &sum, &n);
        e->weights[k] = n > 0 ? sum / n : NAN;
    }
    return status;
}
