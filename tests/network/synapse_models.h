/* Devices whose pulses do what is known in closed form: x moves at a rate beyond 0.5 V, so that a pulse of 1 V counts
 * for its width exactly, with edges of any length. */
#ifndef HYS_TEST_SYNAPSE_MODELS_H
#define HYS_TEST_SYNAPSE_MODELS_H
#include "hys_test.h"
#include <hysteron/synapse.h>

#define NL_UP   2.4 /* of Ag:a-Si, with A of its exponential updates (Chen et al., TCAD 2018) */
#define A_UP    0.499181
#define NL_DOWN (-4.88)
#define A_DOWN  0.200303
#define K_STEP  2e5 /* 1/s: 0.02 in 100 ns */
#define STEPS   64

#define MODEL HYS_TEST_SOURCE "/tests/network/fixtures/steps.va"

/* Pulses of 1 V up and -1 V down, 100 ns long; read at 0.1 V. */
static hys_synapse_opts opts_of(const char *model) {
    hys_synapse_opts o = hys_synapse_opts_default();
    o.cell.memory = model;
    o.up = (hys_synapse_pulse){1, 1e-7, 0};
    o.down = (hys_synapse_pulse){-1, 1e-7, 0};
    o.read = (hys_synapse_pulse){0.1, 1e-7, 0};
    o.seed = 7;
    return o;
}

static hys_synapse *synapse_of(hys_ctx *ctx, const hys_synapse_opts *o) {
    hys_synapse *s = NULL;
    if (hys_synapse_new(ctx, o, &s) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    return s;
}

#endif
