/* What a layer can be mapped with. */
#include "base/diag.h"
#include "network/mapping.h"
#include <math.h>

static hys_status check_window(hys_ctx *ctx, const hys_synapse_law *law) {
    const char *name = law->name ? law->name : "";
    if (!(law->g_min >= 0) || !(law->g_max > law->g_min) || !isfinite(law->g_max))
        return hys__fail(ctx, HYS_ARG, "a synapse has two conductances that its pulses can reach",
                         "'%.60s' goes from %g to %g S: no weight can be laid on it", name, law->g_min, law->g_max);
    if (!isfinite(law->read.voltage) || law->read.voltage == 0)
        return hys__fail(ctx, HYS_ARG, "", "'%.60s' is read at %g V", name, law->read.voltage);
    return HYS_OK;
}

hys_status hys__mapping_check_temp(hys_ctx *ctx, const hys_synapse_law *law, double temp) {
    if (temp == 0 || !law->has_retention || fabs(temp - law->temp) <= 0.01) return HYS_OK;
    return hys__fail(ctx, HYS_ARG, "distil it at that temperature, or program cells as kernels",
                     "what '%.60s' keeps was seen at %g K, not at %g K", law->name ? law->name : "", law->temp, temp);
}

static hys_status check_kernel(hys_ctx *ctx, const hys_mapping_opts *o, const hys_synapse_law *law) {
    const char *name = law->name ? law->name : "";
    if (o->fidelity == HYS_FIDELITY_EXACT && !law->is_kernel)
        return hys__fail(ctx, HYS_ARG, "linear and distilled layers take any synapse",
                         "exact layers need the device's equations, and '%.60s' has none", name);
    if (o->is_kernel && (!law->is_kernel || o->fidelity == HYS_FIDELITY_DISTILLED))
        return hys__fail(ctx, HYS_ARG, "linear and exact layers of a synapse that is a model",
                         "cells of '%.60s' in a %s layer cannot be programmed pulse by pulse", name,
                         hys_fidelity_name(o->fidelity));
    return o->is_kernel ? HYS_OK : hys__mapping_check_temp(ctx, law, o->temp);
}

static hys_status check_cycles(hys_ctx *ctx, const hys_mapping_opts *o, const hys_synapse_law *law) {
    const char *name = law->name ? law->name : "";
    if (!(o->cycles >= 0) || !isfinite(o->cycles))
        return hys__fail(ctx, HYS_ARG, "0: new", "no cell can have %g cycles behind it", o->cycles);
    if (o->cycles > 0 && law->n_wear == 0)
        return hys__fail(ctx, HYS_ARG, "a law of it in YAML with wear_cycles, wear_low and wear_high",
                         "nothing is known of how '%.60s' wears: after %g cycles it would be as new", name, o->cycles);
    if (o->cycles > 0 && o->cycles > law->wear_cycles[law->n_wear - 1])
        return hys__fail(ctx, HYS_ARG, "", "how '%.60s' wears is known up to %g cycles, not %g", name,
                         law->wear_cycles[law->n_wear - 1], o->cycles);
    return HYS_OK;
}

hys_status hys__mapping_check(hys_ctx *ctx, const hys_mapping_opts *o) {
    if (o->fidelity >= HYS_N_FIDELITIES)
        return hys__fail(ctx, HYS_ARG, "distilled, linear, exact", "there is no fidelity %d", (int)o->fidelity);
    if (!o->synapse) return hys__fail(ctx, HYS_ARG, "", "a layer on arrays needs a synapse");
    if (o->levels == 1) return hys__fail(ctx, HYS_ARG, "two or more, 0: any conductance", "cells of one level");
    if (!(o->weight_clip >= 0) || !isfinite(o->weight_clip))
        return hys__fail(ctx, HYS_ARG, "0: none are clipped", "weights are clipped at %g standard deviations",
                         o->weight_clip);
    if (!(o->time >= 0) || !isfinite(o->time))
        return hys__fail(ctx, HYS_ARG, "0 s or more", "no time since programming can be %g s", o->time);
    if (!(o->temp >= 0) || !isfinite(o->temp))
        return hys__fail(ctx, HYS_ARG, "0: the synapse's", "no temperature can be %g K", o->temp);
    const double on = o->product.stuck_on, off = o->product.stuck_off;
    if (!(on >= 0) || !(off >= 0) || !(on + off <= 1))
        return hys__fail(ctx, HYS_ARG, "parts of all cells, together at most 1", "%g and %g of all cells are stuck", on,
                         off);
    const hys_synapse_law *law = hys_synapse_get_law(o->synapse);
    hys_status status = check_window(ctx, law);
    if (status == HYS_OK) status = check_cycles(ctx, o, law);
    return status == HYS_OK ? check_kernel(ctx, o, law) : status;
}
