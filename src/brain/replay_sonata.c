/* Spikes of a SONATA file: /spikes/POPULATION/{timestamps,node_ids}, times in ms. */
#include "brain/experiment.h"
#include "brain/sonata.h"

static hys_status take_spikes(hys_brain_experiment *e, const hys__sonata *s, hys__brain_population *p) {
    hys__sonata_column t, cell = {NULL, 0};
    hys_status status = hys__sonata_read(s, s->population, "timestamps", &e->arena, &t);
    if (status == HYS_OK) status = hys__sonata_read(s, s->population, "node_ids", &e->arena, &cell);
    if (status != HYS_OK) return status;
    if (!t.at || !cell.at) return hys__sonata_refuse(s, "timestamps and node_ids", "a list of spikes is not there");
    if (t.n != cell.n) return hys__sonata_refuse(s, "", "there are not as many times as cells");
    hys_spike *spikes = HYS_NEW_N(&e->arena, hys_spike, t.n + 1);
    if (!spikes) return HYS_NOMEM;
    for (size_t k = 0; k < t.n && status == HYS_OK; k++) {
        if (!(cell.at[k] >= 0 && cell.at[k] < (double)p->n))
            status = hys__sonata_refuse(s, "give the group as many cells: n",
                                        "a spike is of a cell that the group does not have");
        else spikes[k] = (hys_spike){1e-3 * t.at[k], (uint32_t)cell.at[k]};
    }
    p->replay = spikes;
    p->n_replay = t.n;
    return status;
}

hys_status hys__brain_replay_sonata(hys_brain_experiment *e, const char *path, const char *population,
                                    hys__brain_population *p) {
    hys__sonata s;
    hys_status status = hys__sonata_open(e->ctx, path, "spikes", population, &s);
    if (status != HYS_OK) return status;
    status = take_spikes(e, &s, p);
    hys__sonata_close(&s);
    return status;
}
