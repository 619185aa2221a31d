/* What each pulse of a train did. */
#include "lab/features.h"
#include <math.h>
#include <string.h>

typedef struct tally { /* one pulse */
    double v, i, energy, v_read, i_read;
    bool has_read;
} tally;

typedef struct walk {
    hys_run *run;
    const double *t, *v, *i;
    size_t row; /* of the last output so far */
    tally now;
    uint32_t pulse;
    double g_first, g_last, e_sum, e_max;
} walk;

static double conductance(const tally *p) {
    double v = p->has_read ? p->v_read : p->v, i = p->has_read ? p->i_read : p->i;
    return v != 0 ? i / v : NAN;
}

static hys_status close_pulse(walk *w) {
    if (!w->pulse) return HYS_OK;
    const tally *p = &w->now;
    double g = conductance(p);
    if (w->pulse == 1) w->g_first = g;
    w->g_last = g;
    w->e_sum += p->energy;
    w->e_max = fmax(w->e_max, p->energy);
    double row[] = {w->pulse, p->v, p->i, p->energy, p->has_read ? p->v_read : NAN, p->has_read ? p->i_read : NAN, g};
    return hys_table_add_row(w->run->pulses, row);
}

/* Rows (first, last] of one section. */
static void add_section(walk *w, const hys__section *s, size_t first, size_t last) {
    if (s->part == HYS__PART_PULSE)
        for (size_t k = first; k < last; k++)
            w->now.energy += 0.5 * (w->v[k] * w->i[k] + w->v[k + 1] * w->i[k + 1]) * (w->t[k + 1] - w->t[k]);
    if (s->part == HYS__PART_PULSE && s->from == s->to) w->now.v = w->v[last], w->now.i = w->i[last];
    if (s->part == HYS__PART_READ_TOP) {
        w->now.v_read = w->v[last];
        w->now.i_read = w->i[last];
        w->now.has_read = true;
    }
}

static hys_status add_columns(hys_table *table) {
    static const char *const columns[][2] = {{"pulse", "1"},  {"v", "V"},      {"i", "A"}, {"energy", "J"},
                                             {"v_read", "V"}, {"i_read", "A"}, {"g", "S"}};
    hys_status status = HYS_OK;
    for (size_t c = 0; c < sizeof columns / sizeof *columns && status == HYS_OK; c++)
        status = hys_table_add_column(table, columns[c][0], columns[c][1]);
    return status;
}

static hys_status add_features(hys_run *run, const walk *w) {
    double n = w->pulse;
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"n_pulses", "1", n, "pulses applied"},
                {"g_first", "S", w->g_first, "conductance behind the first pulse"},
                {"g_last", "S", w->g_last, "conductance behind the last pulse"},
                {"g_ratio", "1", w->g_last / w->g_first, "last against first"},
                {"energy_per_pulse", "J", n > 0 ? w->e_sum / n : NAN, "mean over the pulses"},
                {"energy_max", "J", w->e_max, "of the most costly pulse"},
                {"energy_total", "J", w->e_sum, "of all pulses, without reads"}};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__feature_add(run, list[k].name, list[k].unit, list[k].value, NULL, list[k].desc);
    return status;
}

hys_status hys__features_pulse(hys_run *run, const hys_table *table, const hys__drive *drive) {
    walk w = {.run = run,
              .t = hys_table_column(table, "time"),
              .v = hys_table_column(table, "v"),
              .i = hys_table_column(table, "i"),
              .g_first = NAN,
              .g_last = NAN};
    hys_status status = hys_table_new(run->ctx, &run->pulses);
    if (status == HYS_OK) status = add_columns(run->pulses);
    size_t row = 0, n = hys_table_n_rows(table);
    for (size_t k = 0; k < drive->sections.n && status == HYS_OK; k++) {
        const hys__section *s = &drive->sections.at[k];
        if (row + s->n_out >= n) break; /* the run was ended early by the device */
        if (s->pulse != w.pulse) {
            status = close_pulse(&w);
            w.now = (tally){0};
            w.pulse = s->pulse;
        }
        add_section(&w, s, row, row + s->n_out);
        row += s->n_out;
    }
    if (status == HYS_OK) status = close_pulse(&w);
    return status == HYS_OK ? add_features(run, &w) : status;
}
