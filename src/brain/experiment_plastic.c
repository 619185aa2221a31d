/* Plasticity as a file tells it. */
#include "brain/experiment.h"
#include <string.h>

static hys_status read_bound(hys_brain_experiment *e, const char *text, const char *unit, const hys__yaml_node *node,
                             double *value) {
    hys_draw draw;
    if (!text) return HYS_OK;
    const hys_status status = hys__brain_read_draw(e, text, unit, node, &draw);
    if (status == HYS_OK) *value = draw.mean;
    return status;
}

/* Names of the library have no slash and no ending. */
static const char *device_path(hys_brain_experiment *e, const char *device) {
    const size_t n = strlen(device);
    const bool is_file = strchr(device, '/') || (n > 3 && !strcmp(device + n - 3, ".va"));
    return is_file ? hys__brain_beside(e, device) : device;
}

hys_status hys__brain_take_plasticity(hys_brain_experiment *e, const hys__said_connect *s, const hys__yaml_node *node,
                                      const char *unit, hys_plasticity *p) {
    int kind = HYS_PLASTIC_NONE;
    for (int k = HYS_PLASTIC_NONE + 1; k < HYS_N_PLASTICITIES; k++) {
        if (!hys__yaml_find(node, hys__brain_plastic_keys[k])) continue;
        if (kind != HYS_PLASTIC_NONE)
            return hys__yaml_fail(&e->yaml, node, "one of pair, triplet and memristive",
                                  "synapses are plastic in one way");
        kind = k;
    }
    if (kind == HYS_PLASTIC_NONE) return HYS_OK;
    *p = s->plasticity[kind];
    p->set = s->set.at;
    p->n_set = s->set.n;
    p->spread = s->spread.at;
    p->n_spread = s->spread.n;
    if (p->device) p->device = device_path(e, p->device);
    if (kind == HYS_PLASTIC_DEVICE && !p->device) return HYS_NOMEM;
    hys_status status = read_bound(e, s->w_min, unit, node, &p->w_min);
    return status == HYS_OK ? read_bound(e, s->w_max, unit, node, &p->w_max) : status;
}
