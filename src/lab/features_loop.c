/* Figures of merit of an I-V loop.  They are taken from the last full cycle.  Conventions: current is
 * positive into the first terminal; areas and directions are seen with v to the right and i up. */
#include "base/units.h"
#include "lab/features.h"
#include <math.h>
#include <string.h>

hys_status hys__feature_add(hys_run *run, const char *name, const char *unit, double value, const char *text,
                            const char *desc) {
    hys_feature *f = HYS_PUSH(&run->arena, &run->features);
    if (!f) return HYS_NOMEM;
    *f = (hys_feature){name, unit, desc, value, text};
    return HYS_OK;
}

typedef struct side {
    int sign;
    const char *area, *direction, *ratio, *r_low, *r_high;
    const char *area_desc, *direction_desc, *ratio_desc;
} side;

static const side sides[2] = {
    {1, "area_pos", "direction_pos", "on_off_pos", "r_low_pos", "r_high_pos",
     "signed area of the lobe at v > 0, counter-clockwise positive", "sense in which the lobe at v > 0 is run through",
     "ratio of the two branches at v = v_read"},
    {-1, "area_neg", "direction_neg", "on_off_neg", "r_low_neg", "r_high_neg",
     "signed area of the lobe at v < 0, counter-clockwise positive", "sense in which the lobe at v < 0 is run through",
     "ratio of the two branches at v = -v_read"}};

/* A lobe thinner than this part of the box around the curve has no sense of rotation. */
#define AREA_LEAST 1e-6
/* Resistances are read at this part of the largest voltage: low enough that reading does not switch. */
#define READ_PART 0.1

static hys_status add_side(hys_run *run, const hys__curve *c, const side *s) {
    double area = hys__curve_area(c, s->sign), box = c->v_max * c->i_max, v = READ_PART * c->v_max;
    const char *sense = fabs(area) <= AREA_LEAST * box ? "none" : area > 0 ? "counter-clockwise" : "clockwise";
    double least, most, ratio = NAN, low = NAN, high = NAN;
    if (hys__curve_branches(c, s->sign * v, &least, &most)) {
        ratio = least > 0 ? most / least : NAN;
        low = most > 0 ? v / most : NAN;
        high = least > 0 ? v / least : NAN;
    }
    hys_status status = hys__feature_add(run, s->area, "W", area, NULL, s->area_desc);
    if (status == HYS_OK) status = hys__feature_add(run, s->direction, "", NAN, sense, s->direction_desc);
    if (status == HYS_OK) status = hys__feature_add(run, s->ratio, "1", ratio, NULL, s->ratio_desc);
    if (status == HYS_OK) status = hys__feature_add(run, s->r_low, "ohm", low, NULL, "lower resistance there");
    if (status == HYS_OK) status = hys__feature_add(run, s->r_high, "ohm", high, NULL, "higher resistance there");
    return status;
}

/* Largest ratio of the branches over 49 levels of voltage on either side. */
static double best_ratio(const hys__curve *c, double *where) {
    double best = NAN;
    *where = NAN;
    for (int k = -49; k <= 49; k++) {
        double v = 0.02 * k * c->v_max, least, most;
        if (k == 0 || !hys__curve_branches(c, v, &least, &most) || !(least > 0)) continue;
        if (!(most / least <= best)) best = most / least, *where = v;
    }
    return best;
}

static hys_status add_switching(hys_run *run, const hys__curve *c) {
    double where, ratio = best_ratio(c, &where);
    bool switches = ratio > 1.05; /* else the curve is merely not straight */
    hys_status status = hys__feature_add(run, "ratio_max", "1", ratio, NULL, "largest ratio of the two branches");
    if (status == HYS_OK) status = hys__feature_add(run, "ratio_max_v", "V", where, NULL, "voltage of that ratio");
    if (status == HYS_OK)
        status = hys__feature_add(run, "v_set", "V", switches ? hys__curve_switch(c, 1) : NAN, NULL,
                                  "voltage at which the conductance rises fastest");
    if (status == HYS_OK)
        status = hys__feature_add(run, "v_reset", "V", switches ? hys__curve_switch(c, -1) : NAN, NULL,
                                  "voltage at which the conductance falls fastest");
    return status;
}

static hys_status add_ndr(hys_run *run, const hys__curve *c) {
    hys__ndr r = hys__curve_ndr(c);
    const char *kind = r.is_s && r.is_n ? "S, N" : r.is_s ? "S" : r.is_n ? "N" : "none";
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } folds[] = {{"v_fold", "V", r.v_fold, "voltage at which S-shaped NDR begins"},
                 {"i_fold", "A", r.i_fold, "current there"},
                 {"v_hold", "V", r.v_hold, "voltage at which it ends"},
                 {"i_hold", "A", r.i_hold, "current there"}};
    hys_status status = hys__feature_add(run, "ndr", "", NAN, kind,
                                         "negative differential resistance: S (v falls while i rises), "
                                         "N (i falls while v rises)");
    for (size_t k = 0; k < 4 && status == HYS_OK; k++)
        status = hys__feature_add(run, folds[k].name, folds[k].unit, folds[k].value, NULL, folds[k].desc);
    return status;
}

static hys_status add_all(hys_run *run, const hys__curve *c) {
    hys_status status = hys__feature_add(run, "v_max", "V", c->v_max, NULL, "largest |v| of the last cycle");
    if (status == HYS_OK) status = hys__feature_add(run, "i_max", "A", c->i_max, NULL, "largest |i| of the last cycle");
    if (status == HYS_OK)
        status =
            hys__feature_add(run, "v_read", "V", READ_PART * c->v_max, NULL, "voltage at which branches are compared");
    for (int k = 0; k < 2 && status == HYS_OK; k++) status = add_side(run, c, &sides[k]);
    if (status == HYS_OK)
        status = hys__feature_add(run, "pinch", "1", hys__curve_pinch(c), NULL,
                                  "|i| at v = 0 against the largest |i|: 0 for a memristor");
    double where;
    size_t crossings = hys__curve_crossings(c, &where);
    if (status == HYS_OK)
        status = hys__feature_add(run, "n_crossings", "1", (double)crossings, NULL,
                                  "times that the two branches cross away from the origin");
    if (status == HYS_OK)
        status = hys__feature_add(run, "v_crossing", "V", where, NULL, "the nearest of them to the origin");
    if (status == HYS_OK)
        status = hys__feature_add(run, "energy_per_cycle", "J", hys__curve_energy(c), NULL,
                                  "energy that the device takes in a cycle");
    if (status == HYS_OK) status = add_switching(run, c);
    return status == HYS_OK ? add_ndr(run, c) : status;
}

/* A column by one of several names, in SI. */
static const double *si_column(hys_run *run, const hys_table *table, const char *const *names) {
    for (; *names; names++)
        for (size_t c = 0; c < hys_table_n_columns(table); c++) {
            if (strcmp(hys_table_name(table, c), *names) != 0) continue;
            const char *unit = hys_table_unit(table, c);
            const double *values = hys_table_column_at(table, c);
            hys__unit u;
            if (!unit[0] || !hys__unit_parse(unit, strlen(unit), &u) || (u.scale == 1 && u.offset == 0)) return values;
            size_t n = hys_table_n_rows(table);
            double *copy = HYS_NEW_N(&run->arena, double, n);
            for (size_t k = 0; copy && k < n; k++) copy[k] = hys__unit_to_si(&u, values[k]);
            return copy;
        }
    return NULL;
}

/* How uneven the steps of a column are: their standard deviation against their mean size.  A sweep that an
 * instrument imposes has even steps. */
static double unevenness(const double *a, size_t n) {
    double sum = 0, squares = 0, most = 0;
    for (size_t k = 1; k < n; k++) most = fmax(most, fabs(a[k] - a[k - 1]));
    for (size_t k = 1; k < n && most > 0; k++) {
        double step = fabs(a[k] - a[k - 1]) / most;
        sum += step;
        squares += step * step;
    }
    double mean = sum / (double)(n - 1);
    return mean > 0 ? sqrt(fmax(0, squares / (double)(n - 1) - mean * mean)) / mean : INFINITY;
}

static const double *imposed(const hys__curve *c, const double *vs, hys__loop_source source) {
    if (vs) return vs;
    bool is_current = source.imposed == HYS__IMPOSED_UNKNOWN ? unevenness(c->i, c->n) < unevenness(c->v, c->n)
                                                             : source.imposed == HYS__IMPOSED_I;
    return is_current ? c->i : c->v;
}

hys_status hys__features_loop(hys_run *run, const hys_table *table, int32_t cycles, hys__loop_source source) {
    static const char *const vs_names[] = {"vs", NULL};
    static const char *const v_names[] = {"v", "V", "voltage", NULL};
    static const char *const i_names[] = {"i", "I", "current", NULL};
    static const char *const t_names[] = {"time", "t", NULL};
    hys__curve c = {.t = si_column(run, table, t_names),
                    .v = si_column(run, table, v_names),
                    .i = si_column(run, table, i_names),
                    .n = hys_table_n_rows(table)};
    if (run->arena.failed) return HYS_NOMEM;
    if (!c.v || !c.i || c.n < 3)
        return hys__fail(run->ctx, HYS_ARG, "columns: v[V], i[A], and time[s] for energies",
                         "a loop needs columns v and i and at least three rows");
    c.source = imposed(&c, si_column(run, table, vs_names), source);
    if (source.is_static) c.t = NULL;
    if (cycles > 1 && (size_t)cycles < c.n / 3) {
        size_t skip = (c.n - 1) / (size_t)cycles * (size_t)(cycles - 1);
        if (c.t) c.t += skip;
        c.v += skip;
        c.i += skip;
        c.source += skip;
        c.n -= skip;
    }
    for (size_t k = 0; k < c.n; k++) {
        c.v_max = fmax(c.v_max, fabs(c.v[k]));
        c.i_max = fmax(c.i_max, fabs(c.i[k]));
    }
    return add_all(run, &c);
}
