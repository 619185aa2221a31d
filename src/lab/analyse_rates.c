/* What is told of trains of pulses at several rates. */
#include "lab/analyse.h"
#include <math.h>

hys_status hys__tell_rates(hys__protocol *p, const hys__values *f, const double *gain, double energy) {
    double low = gain[0], high = gain[f->n - 1], half = NAN, level = 0.5 * (low + high);
    for (size_t k = 1; k < f->n && isnan(half); k++)
        if ((gain[k - 1] - level) * (gain[k] - level) <= 0 && gain[k] != gain[k - 1])
            half = f->at[k - 1] * pow(f->at[k] / f->at[k - 1], (level - gain[k - 1]) / (gain[k] - gain[k - 1]));
    bool depends = fabs(high - low) > 1e-3 * fabs(low);
    hys_status status =
        hys__protocol_feature(p, "gain_low", "1", low, "last response against the first, at the lowest rate");
    if (status == HYS_OK) status = hys__protocol_feature(p, "gain_high", "1", high, "the same at the highest rate");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "f_half", "Hz", depends ? half : NAN, "rate of half the gain between them");
    if (status == HYS_OK)
        status = hys__protocol_says(p, "kind",
                                    !depends     ? "none"
                                    : high > low ? "potentiation by rate"
                                                 : "depression by rate",
                                    "what higher rates do");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "energy_per_event", "J", energy, "of a pulse at the highest rate, mean");
    if (status == HYS_OK && !depends)
        status = hys__protocol_remark(p, "a time constant cannot be told: the gain does not depend on the rate");
    return status;
}
