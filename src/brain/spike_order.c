/* Spikes in the order of their times: dealt to as many equal intervals as there are spikes, then sorted in each. */
#include "brain/brain_impl.h"
#include <math.h>
#include <stdlib.h>

#define FEW 16u /* that are sorted by insertion */

int hys__spike_compare(const void *a, const void *b) {
    const hys_spike *x = a, *y = b;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    return (x->cell > y->cell) - (x->cell < y->cell);
}

static void sort_few(hys_spike *at, size_t n) {
    for (size_t k = 1; k < n; k++) {
        const hys_spike spike = at[k];
        size_t to = k;
        for (; to > 0 && hys__spike_compare(&spike, &at[to - 1]) < 0; to--) at[to] = at[to - 1];
        at[to] = spike;
    }
}

/* Never falls with the time. */
static size_t interval_of(const hys_spike *spike, double lo, double span, size_t n) {
    return (size_t)((spike->time - lo) / span * (double)(n - 1));
}

bool hys__spikes_by_time(hys__arena *scratch, const hys_spike *spikes, size_t n, hys_spike *sorted) {
    double lo = INFINITY, hi = -INFINITY;
    for (size_t k = 0; k < n; k++) {
        lo = fmin(lo, spikes[k].time);
        hi = fmax(hi, spikes[k].time);
    }
    const double span = hi > lo ? hi - lo : 1;
    size_t *end = HYS_NEW_N(scratch, size_t, n + 1);
    if (!end) return false;
    for (size_t k = 0; k < n; k++) end[1 + interval_of(&spikes[k], lo, span, n)]++;
    for (size_t k = 0; k < n; k++) end[k + 1] += end[k];
    for (size_t k = 0; k < n; k++) sorted[end[interval_of(&spikes[k], lo, span, n)]++] = spikes[k];
    for (size_t k = 0, from = 0; k < n; from = end[k++]) {
        if (end[k] - from <= FEW) sort_few(sorted + from, end[k] - from);
        else qsort(sorted + from, end[k] - from, sizeof *sorted, hys__spike_compare);
    }
    return true;
}
