/* The same questions asked of measured tables. */
#include "lab/classify_curve.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* What would tell, where the curves at hand do not. */
static const struct {
    int trait;
    const char *what;
} needs[] = {
    {HYS__TRAIT_CONTROL, "an S- or N-shaped curve would tell, or times to switch at constant voltages and currents"},
    {HYS__TRAIT_POLARITY, "a sweep through both signs, to and fro, would tell"},
    {HYS__TRAIT_VOLATILITY, "a read at a small voltage after a wait at 0 V would tell"},
    {HYS__TRAIT_ORDER, "steps to one voltage from several prepared states, with time, would tell"},
    {HYS__TRAIT_ORDER_C, "the order itself, first"},
    {HYS__TRAIT_NDR, "a sweep by current and one by voltage, to and fro, would tell"},
    {HYS__TRAIT_THRESHOLD_POS, "a sweep from 0 to a positive voltage that switches would tell"},
    {HYS__TRAIT_THRESHOLD_NEG, "a sweep from 0 to a negative voltage that switches would tell"},
    {HYS__TRAIT_THRESHOLD_I, "an S-shaped curve under a current would show its fold"},
    {HYS__TRAIT_HOLD, "a sweep back to 0 behind a volatile switching would tell"},
    {HYS__TRAIT_ON_OFF, "both branches at a small voltage would tell"},
    {HYS__TRAIT_TIME_SET, "the current under a step of voltage, with time, would tell"},
    {HYS__TRAIT_TIME_RESET, "the current under a step of voltage, with time, would tell"},
    {HYS__TRAIT_TIME_CONSTANT, "relaxation behind a step, or impedance, would tell"},
    {HYS__TRAIT_REACTANCE, "impedance down to low frequencies would tell"},
    {HYS__TRAIT_LOOP_POS, "a sweep from 0 to a positive voltage and back would tell"},
    {HYS__TRAIT_LOOP_NEG, "a sweep from 0 to a negative voltage and back would tell"},
    {HYS__TRAIT_PINCHED, "a loop through both signs would tell"},
    {HYS__TRAIT_CROSSING, "a loop through both signs would tell"},
    {HYS__TRAIT_RECTIFICATION, "currents at opposite voltages would tell"},
    {HYS__TRAIT_SYMMETRY, "currents at opposite voltages would tell"},
    {HYS__TRAIT_NONLINEARITY, "currents at two voltages in one state would tell"},
    {HYS__TRAIT_ENERGY, "v and i with time would tell"},
    {HYS__TRAIT_STOCHASTICITY, "four cycles or more would tell"},
    {HYS__TRAIT_GATE_POLARITY, "the current between two ports under pulses at a third would tell"},
    {HYS__TRAIT_GATE_VOLATILITY, "the current between two ports behind pulses at a third would tell"},
    {HYS__TRAIT_GATE_ON_OFF, "the current between two ports under pulses at a third would tell"},
};

static hys_status say_needs(hys_class *c, const char *why) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof needs / sizeof *needs && status == HYS_OK; k++) {
        const hys_finding *f = &c->findings[needs[k].trait];
        if (f->is_told || f->table[0] || !hys__class_is_blank(f)) continue;
        status = hys__class_untold(c, needs[k].trait, "%s%s%s", why ? why : "", why ? ": " : "", needs[k].what);
    }
    return status;
}

static hys_status keep_curve(hys_class *c, const hys__measured_curve *m) {
    static const char *const with_time[] = {"time", "s", "v", "V", "i", "A", NULL};
    hys_table *table;
    const hys__curve *x = &m->curve;
    hys_status status = hys__class_table(c, "curve", "iv", x->t ? with_time : with_time + 2, &table);
    for (size_t k = 0; k < x->n && status == HYS_OK; k++) {
        double row[] = {x->t ? x->t[k] : 0, x->v[k], x->i[k]};
        status = hys_table_add_row(table, x->t ? row : row + 1);
    }
    return status;
}

/* ---- impedance ---- */

static hys_status ask_impedance(hys_class *c, const hys_class_data *data) {
    const double *f = hys_table_column(data->table, "f"), *re = hys_table_column(data->table, "Z.re"),
                 *im = hys_table_column(data->table, "Z.im");
    size_t n = hys_table_n_rows(data->table), low = 0;
    for (size_t k = 1; k < n; k++)
        if (f[k] < f[low]) low = k;
    if (n == 0 || !isfinite(re[low]) || !isfinite(im[low])) return HYS_OK;
    double size = hypot(re[low], im[low]);
    const char *word = fabs(im[low]) < 1e-3 * size ? "none" : im[low] < 0 ? "capacitive" : "inductive";
    return hys__class_word(c, HYS__TRAIT_REACTANCE, word, 0.85, "", "%s: at %.3g Hz, the lowest, Z is %.4g %+.4gi ohm",
                           data->name, f[low], re[low], im[low]);
}

static bool is_impedance(const hys_table *table) {
    return hys_table_column(table, "f") && hys_table_column(table, "Z.re") && hys_table_column(table, "Z.im");
}

/* A slow loop lies below on the way up where the device is inductive. */
static hys_status compare(hys_class *c) {
    const hys_finding *x = &c->findings[HYS__TRAIT_REACTANCE], *loop = &c->findings[HYS__TRAIT_LOOP_POS];
    const hys_finding *memory = &c->findings[HYS__TRAIT_VOLATILITY];
    if (!x->is_told || !loop->is_told || !memory->is_told || memory->answer[0] != 'v') return HYS_OK;
    bool asks_ccw = x->answer[0] == 'i', asks_cw = x->answer[0] == 'c' && x->answer[1] == 'a';
    bool is_ccw = loop->answer[0] == 'c' && loop->answer[1] == 'o',
         is_cw = loop->answer[0] == 'c' && loop->answer[1] == 'l';
    if ((asks_ccw && is_cw) || (asks_cw && is_ccw))
        return hys__class_contradicts(c,
                                      "loop-positive is %s, but reactance is %s: a slow sweep of a volatile device "
                                      "would run the other way; the sweep may be fast, or at another bias",
                                      loop->answer, x->answer);
    return HYS_OK;
}

/* ---- all ---- */

/* Sentences name a file without its folder. */
static hys_class_data brief(const hys_class_data *data) {
    const char *slash = strrchr(data->name, '/');
    return (hys_class_data){.name = slash && slash[1] ? slash + 1 : data->name, .table = data->table};
}

static hys_status ask_one(hys_class *c, const hys_class_data *given, const char **why) {
    const hys_class_data named = brief(given), *data = &named;
    hys__arena arena;
    bool is_good;
    if (is_impedance(data->table)) return ask_impedance(c, data);
    hys_status status = hys__measured_decay_ask(c, data);
    if (status != HYS_OK) return status;
    hys__arena_init(&arena, c->ctx, 0);
    hys__measured_curve *m = HYS_NEW(&arena, hys__measured_curve);
    status = m ? hys__measured_curve_read(c->ctx, &arena, data, m, &is_good, why) : HYS_NOMEM;
    if (status == HYS_OK && is_good) status = hys__measured_curve_ask(c, m);
    if (status == HYS_OK && is_good) status = keep_curve(c, m);
    if (status == HYS_OK && !is_good) status = hys__class_remark(c, "%s tells nothing: %s", data->name, *why);
    if (status == HYS_OK && is_good && !m->curve.t)
        status = hys__class_remark(c, "%s has no time (or it does not rise): nothing is told of times", data->name);
    hys__arena_free(&arena);
    return status;
}

hys_status hys_classify_data(hys_ctx *ctx, const hys_class_data *data, size_t n_data, const hys_class_opts *opts,
                             hys_class **result) {
    hys_class *c;
    (void)opts; /* the range is that of the data */
    const char *why = NULL;
    hys_status status = hys__class_new(ctx, &c);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < n_data && status == HYS_OK; k++) status = ask_one(c, &data[k], &why);
    if (status == HYS_OK) status = say_needs(c, n_data == 1 ? why : NULL);
    if (status == HYS_OK) status = compare(c);
    if (status == HYS_OK) *result = c;
    else hys_class_free(c);
    return status;
}
