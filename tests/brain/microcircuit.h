/* The cortical microcircuit of Potjans and Diesmann (Cereb. Cortex 24, 785 (2014)), of a part of its cells, and
 * benchmark 3 of Brette et al. (J. Comput. Neurosci. 23, 349 (2007)): for a test and for the benchmark. */
#ifndef TESTS_BRAIN_MICROCIRCUIT_H
#define TESTS_BRAIN_MICROCIRCUIT_H
#include <hysteron/brain_network.h>
#include <math.h>
#include <stdio.h>

#define MICRO_GROUPS 8u

static const size_t micro_cells[MICRO_GROUPS] = {20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948};
static const char *const micro_names[MICRO_GROUPS] = {"L2/3E", "L2/3I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"};
static const double micro_rates[MICRO_GROUPS] = {0.971, 2.868, 4.746, 5.396, 8.142, 9.078, 0.991, 7.523}; /* Hz */
static const size_t micro_external[MICRO_GROUPS] = {1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100};
/* Rows: targets. */
static const double micro_probability[MICRO_GROUPS][MICRO_GROUPS] = {
    {0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0, 0.0076, 0},
    {0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0, 0.0042, 0},
    {0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0},
    {0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0, 0.1057, 0},
    {0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0},
    {0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0},
    {0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252},
    {0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443}};

#define MICRO_WEIGHT 87.81e-12 /* A */

/* Pairs drawn with repetition so often that a pair is connected with the probability told. */
static size_t micro_number(size_t target, size_t source, double scale_synapses) {
    const double pairs = (double)micro_cells[target] * (double)micro_cells[source];
    return (size_t)(log1p(-micro_probability[target][source]) / log1p(-1 / pairs) * scale_synapses + 0.5);
}

/* Of a part of the cells, with so many synapses each that indegrees are `part` of the whole: weights grow by
 * 1/sqrt(part), and a steady current makes up for the mean of what is left out (van Albada et al., PLoS Comput. Biol.
 * 11, e1004490 (2015)). */
static hys_status micro_group(hys_brain *brain, hys_ctx *ctx, size_t k, double part, size_t *group) {
    hys_point p = hys_point_default(HYS_POINT_LIF);
    hys_port_opts port = hys_port_opts_default();
    hys_brain_cell *cell = NULL;
    const double larger = 1 / sqrt(part), tau = 0.5e-3;
    double mean = (double)micro_external[k] * 8;
    for (size_t s = 0; s < MICRO_GROUPS; s++) {
        const double weight = s % 2 ? -4 : k == 0 && s == 2 ? 2 : 1;
        mean += weight * (double)micro_number(k, s, 1) / (double)micro_cells[k] * micro_rates[s];
    }
    p.bias = mean * MICRO_WEIGHT * tau * (1 - sqrt(part));
    p.v_start = -58e-3;
    p.v_start_noise = 10e-3;
    port.name = "syn";
    port.tau = tau;
    port.is_current = true;
    hys_status status = hys_brain_point_new(ctx, &p, &cell);
    if (status == HYS_OK) status = hys_brain_cell_add_port(cell, &port);
    if (status == HYS_OK) status = hys_brain_add(brain, cell, (size_t)((double)micro_cells[k] * part + 0.5), group);
    if (status == HYS_OK)
        status =
            hys_brain_add_background(brain, *group, "syn", (double)micro_external[k] * 8 * part, MICRO_WEIGHT * larger);
    hys_brain_cell_free(cell);
    return status;
}

/* Groups 0 to 7 of a brain with steps of 0.1 ms. */
static hys_status micro_build(hys_brain *brain, hys_ctx *ctx, double part) {
    hys_status status = HYS_OK;
    size_t projection, group[MICRO_GROUPS];
    for (size_t k = 0; k < MICRO_GROUPS && status == HYS_OK; k++) status = micro_group(brain, ctx, k, part, &group[k]);
    for (size_t k = 0; k < MICRO_GROUPS * MICRO_GROUPS && status == HYS_OK; k++) {
        const size_t t = k / MICRO_GROUPS, s = k % MICRO_GROUPS;
        const double mean = MICRO_WEIGHT / sqrt(part) * (s % 2 ? -4 : t == 0 && s == 2 ? 2 : 1);
        const double delay = s % 2 ? 0.75e-3 : 1.5e-3;
        hys_connect_opts o = hys_connect_opts_default();
        if (micro_probability[t][s] == 0) continue;
        o.source = group[s];
        o.target = group[t];
        o.port = "syn";
        o.rule = HYS_CONNECT_TOTAL;
        o.may_be_self = true;
        o.number = micro_number(t, s, part * part);
        o.weight = (hys_draw){HYS_DRAW_NORMAL, mean, 0.1 * fabs(mean), mean < 0 ? -1 : 0, mean < 0 ? 0 : 1};
        o.delay = (hys_draw){HYS_DRAW_NORMAL, delay, delay / 2, 1e-4, 1};
        status = hys_brain_connect(brain, &o, &projection);
    }
    return status;
}

/* ---- 4000 cells of Hodgkin and Huxley's kind ---- */

static hys_status cobahh_cell(hys_ctx *ctx, const char *folder, hys_brain_cell **cell) {
    static const char *const names[] = {"traub_na", "traub_k"};
    hys_brain_cell_opts o = hys_brain_cell_opts_default();
    hys_port_opts e = hys_port_opts_default(), i = e;
    char path[512];
    o.area = 2e-8;
    o.leak = 0.5;
    o.leak_reversal = -60e-3;
    e.name = "excitatory";
    i.name = "inhibitory";
    i.tau = 10e-3;
    i.reversal = -80e-3;
    hys_status status = hys_brain_cell_new(ctx, &o, cell);
    for (size_t k = 0; k < 2 && status == HYS_OK; k++) {
        hys_channel_opts c = hys_channel_opts_default();
        snprintf(path, sizeof path, "%s/%s.va", folder, names[k]);
        c.device = path;
        c.name = names[k];
        status = hys_brain_cell_add_channel(*cell, &c);
    }
    if (status == HYS_OK) status = hys_brain_cell_add_port(*cell, &e);
    return status == HYS_OK ? hys_brain_cell_add_port(*cell, &i) : status;
}

/* Potentials and conductances are drawn at the start: each cell gets spikes of its own at once that bring it there. */
static hys_status cobahh_start(hys_brain *brain, size_t group, size_t n) {
    hys_status status = HYS_OK;
    uint64_t bits = 1;
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        double sum = 0;
        for (int j = 0; j < 12; j++) {
            bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            sum += (double)(bits >> 11) * 0x1p-53;
        }
        status = hys_brain_set_v(brain, &(hys_brain_place){group, k, 0}, -65e-3 + 5e-3 * (sum - 6));
    }
    return status;
}

/* Group 0, 3200 excitatory cells, and 1, 800 inhibitory ones; steps of 0.1 ms. */
static hys_status cobahh_build(hys_brain *brain, hys_ctx *ctx, const char *folder) {
    hys_brain_cell *cell = NULL;
    size_t group[2] = {0}, projection, kick;
    hys_spike start[1] = {{0, 0}};
    hys_status status = cobahh_cell(ctx, folder, &cell);
    for (size_t k = 0; k < 2 && status == HYS_OK; k++) {
        status = hys_brain_add(brain, cell, k ? 800 : 3200, &group[k]);
        if (status == HYS_OK) status = hys_brain_detect(brain, group[k], 0, -20e-3);
        if (status == HYS_OK) status = cobahh_start(brain, group[k], k ? 800 : 3200);
    }
    hys_brain_cell_free(cell);
    if (status == HYS_OK) status = hys_brain_add_replay(brain, 1, start, 1, &kick);
    for (size_t k = 0; k < 8 && status == HYS_OK; k++) {
        hys_connect_opts o = hys_connect_opts_default();
        const bool is_start = k / 4, is_inhibitory = k % 2;
        o.source = is_start ? kick : group[is_inhibitory];
        o.target = group[k / 2 % 2];
        o.port = is_inhibitory ? "inhibitory" : "excitatory";
        o.rule = is_start ? HYS_CONNECT_ALL : HYS_CONNECT_PROBABILITY;
        o.probability = 0.02;
        o.weight = (hys_draw){HYS_DRAW_CONSTANT, is_inhibitory ? 67e-9 : 6e-9, 0, 0, 0};
        if (is_start) /* 10 nS (4 +- 1.5), 10 nS (20 +- 12) */
            o.weight =
                (hys_draw){HYS_DRAW_NORMAL, is_inhibitory ? 200e-9 : 40e-9, is_inhibitory ? 120e-9 : 15e-9, 0, 1};
        o.delay.mean = 1e-4;
        status = hys_brain_connect(brain, &o, &projection);
    }
    return status;
}

/* Mean rate in Hz and mean coefficient of variation of intervals, of cells with three spikes or more. */
static double rate_and_cv(const hys_brain *brain, size_t group, size_t n_cells, double duration, double *cv) {
    size_t n, n_cv = 0;
    const hys_spike *s = hys_brain_spikes(brain, group, &n);
    double sum_cv = 0;
    for (size_t k = 0, end; k < n; k = end) {
        for (end = k; end < n && s[end].cell == s[k].cell;) end++;
        double sum = 0, squares = 0;
        const double count = (double)(end - k) - 1;
        for (size_t j = k + 1; j < end; j++) {
            const double t = s[j].time - s[j - 1].time;
            sum += t;
            squares += t * t;
        }
        if (count < 2) continue;
        sum_cv += sqrt(fmax(0, squares / count - sum / count * (sum / count))) / (sum / count);
        n_cv++;
    }
    *cv = n_cv ? sum_cv / (double)n_cv : NAN;
    return (double)n / (double)n_cells / duration;
}

#endif
