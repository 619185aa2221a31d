/* Ladders: levels held on fresh devices, from the smallest that mean something to what the device or its file bears. */
#include "base/units.h"
#include "lab/classify_sample.h"
#include <math.h>
#include <string.h>

#define LEAST_V    1e-3 /* V */
#define PER_DECADE 8
#define DEFAULT_V  5.0  /* V: where no file says anything */
#define FURTHEST_V 50.0 /* V: as far as it goes when nothing has answered by DEFAULT_V */
#define MOST_I     10.0 /* A */
#define FAILS_MOST 3    /* rungs in a row that end at once */
#define FEW_LOOKS  6
#define N_CURRENTS 32
#define LEAST_I    1e-12 /* A: of devices that take no voltage */
#define DECADES_I  8.0
#define LEAST_END  1e-15 /* A: what an electrometer resolves */

const char *hys__sample_text(hys__sample *s, double value, const char *unit) {
    char text[48];
    size_t n = hys__quantity_format(value, unit, 3, text);
    const char *copy = hys__arena_strndup(&s->c->arena, text, n);
    return copy ? copy : "";
}

double hys__rung_change(const hys__rung *r, size_t k) {
    return log((fabs(r->x[k] / r->level) + HYS__LEAST_G) / (fabs(r->x[0] / r->level) + HYS__LEAST_G));
}

double hys__rung_time(const hys__rung *r, double part) {
    if (fabs(r->swing) < HYS__CHANGE) return NAN;
    for (size_t k = 1; k < r->n; k++)
        if (hys__rung_change(r, k) / r->swing >= part) return hys__look_time(k);
    return NAN;
}

/* Responses to a current are turned round, so that all swings are those of a conductance. */
static void find_swing(hys__rung *r, bool is_current) {
    r->swing = 0;
    for (size_t k = 0; k < r->n; k++) {
        double change = hys__rung_change(r, k);
        if (fabs(change) > fabs(r->swing)) r->swing = change;
    }
    if (is_current) r->swing = -r->swing;
}

static hys_status hold_level(hys__sample *s, double level, bool is_current, hys__rung *r) {
    hys__trace trace;
    hys__plan plan = hys__plan_new(&s->t, is_current);
    plan.wants_linear = true;
    size_t leg = hys__plan_look(&plan, level, HYS__LOOK_LAST);
    hys_status status = hys__tester_run(&s->t, &plan, &trace);
    if (status != HYS_OK) return status;
    *r = (hys__rung){.level = level, .n = hys__trace_n(&trace, leg), .linear = trace.linear};
    r->x = (is_current ? trace.v : trace.i) + trace.legs[leg].first;
    find_swing(r, is_current);
    return HYS_OK;
}

static hys_status climb(hys__sample *s, int sign, double most, hys__ladder *ladder) {
    int fails = 0;
    for (int k = 0; ladder->n < HYS__RUNGS_MAX; k++) {
        double level = LEAST_V * pow(10, (double)k / PER_DECADE);
        bool is_last = level >= most * (1 - 1e-9);
        hys__rung *r = &ladder->at[ladder->n];
        if (is_last) level = most;
        if (ladder->n && level <= fabs(ladder->at[ladder->n - 1].level) * 1.01) {
            if (is_last) return HYS_OK;
            continue;
        }
        hys_status status = hold_level(s, sign * level, false, r);
        if (status != HYS_OK) return status;
        bool is_far = r->n > 0 && fabs(r->x[r->n - 1]) > MOST_I;
        fails = r->n < FEW_LOOKS ? fails + 1 : 0;
        if (r->n >= FEW_LOOKS) {
            ladder->n++;
            if (fabs(r->swing) > fabs(ladder->swing)) ladder->swing = r->swing;
        }
        if (is_last || is_far || fails >= FAILS_MOST) return HYS_OK;
    }
    return HYS_OK;
}

/* ---- the range ---- */

/* attribute = "bias" "=" '"' QUANTITY '"', of the module itself: the last one before its name */
static const char *find_claim(const char *text, const char *module) {
    const char *found = NULL, *end = NULL;
    for (const char *at = strstr(text, "module "); at; at = strstr(at + 1, "module ")) {
        const char *name = at + 7 + strspn(at + 7, " \t");
        if (!strncmp(name, module, strlen(module))) end = at;
        if (end) break;
    }
    for (const char *at = strstr(text, "bias = \""); at && end && at < end; at = strstr(at + 1, "bias = \""))
        found = at + 8;
    return found;
}

hys_status hys__sample_claim(hys__sample *s) {
    const char *text = NULL;
    size_t len = 0, n_before = hys_diag_count(s->t.ctx);
    hys__unit unit;
    double value;
    bool has_unit;
    s->limit_v = DEFAULT_V;
    s->limit_i = 0;
    s->limit_why = "no file says how far";
    hys_status status = hys_device_source(s->t.ctx, hys_model_file(s->t.model), &text, &len);
    if (status != HYS_OK) {
        hys__diag_rewind(s->t.ctx, n_before);
        return status == HYS_NOMEM ? status : HYS_OK;
    }
    const char *claim = text ? find_claim(text, hys_model_name(s->t.model)) : NULL;
    if (!claim || !hys__quantity_parse(claim, strcspn(claim, "\""), &value, &unit, &has_unit) || !has_unit)
        return HYS_OK;
    hys__unit volt, ampere;
    if (!hys__unit_parse("V", 1, &volt) || !hys__unit_parse("A", 1, &ampere)) return HYS_OK;
    value = hys__unit_to_si(&unit, value);
    if (hys__unit_same_dim(&unit, &volt)) s->limit_v = value;
    else if (hys__unit_same_dim(&unit, &ampere)) s->limit_i = value;
    else return HYS_OK;
    s->limit_why = "the file's claim";
    return HYS_OK;
}

/* range = QUANTITY [ "," QUANTITY ]: "1.5V", "-2V,1.5V", or in A */
static hys_status read_range(hys__sample *s, const char *range, double limits[2], bool *is_current) {
    const char *comma = strchr(range, ',');
    char first[64];
    size_t n = comma ? (size_t)(comma - range) : strlen(range);
    if (n >= sizeof first) n = sizeof first - 1;
    memcpy(first, range, n);
    first[n] = 0;
    *is_current = strchr(range, 'A') != NULL;
    const char *unit = *is_current ? "A" : "V";
    double a, b;
    hys_status status = hys_quantity_read(s->t.ctx, "--range", first, unit, &a);
    if (status == HYS_OK && comma) status = hys_quantity_read(s->t.ctx, "--range", comma + 1, unit, &b);
    if (status != HYS_OK) return status;
    if (!comma) b = -a;
    limits[0] = fmax(a, b);
    limits[1] = -fmin(a, b);
    if (!(limits[0] > 0 || limits[1] > 0) || !isfinite(a) || !isfinite(b))
        return hys__fail(s->t.ctx, HYS_ARG, "1.5V, -2V,1.5V or 1mA", "the range %s has no length", range);
    s->limit_why = "as asked";
    return HYS_OK;
}

/* ---- currents ---- */

static bool is_symmetric(const hys__sample *s) {
    const hys__ladder *p = s->v[0], *m = s->v[1];
    if (p->n != m->n) return false;
    for (size_t k = 0; k < p->n; k++) {
        const hys__rung *a = &p->at[k], *b = &m->at[k];
        for (size_t j = 0; j < a->n && j < b->n; j++)
            if (fabs(a->x[j] + b->x[j]) > 1e-4 * fabs(a->x[j])) return false;
    }
    return true;
}

/* Currents that the voltages of this sign have shown. */
static bool currents_seen(const hys__ladder *ladder, double *lo, double *hi) {
    *lo = INFINITY;
    *hi = 0;
    for (size_t k = 0; k < ladder->n; k++)
        for (size_t j = HYS__LOOK_PER_DECADE; j < ladder->at[k].n; j++) {
            double i = fabs(ladder->at[k].x[j]);
            if (fabs(ladder->at[k].level) >= 0.01 && i > 0) *lo = fmin(*lo, i);
            *hi = fmax(*hi, i);
        }
    *lo = fmax(*lo, *hi * pow(10, -DECADES_I));
    return *hi > LEAST_I;
}

static hys_status climb_current(hys__sample *s, int sign, double lo, double hi, hys__ladder *ladder) {
    int fails = 0;
    for (size_t k = 0; k < N_CURRENTS && fails < FAILS_MOST; k++) {
        double level = lo * pow(hi / lo, (double)k / (N_CURRENTS - 1));
        hys__rung *r = &ladder->at[ladder->n];
        hys_status status = hold_level(s, sign * level, true, r);
        if (status != HYS_OK) return status;
        bool is_good = r->n >= FEW_LOOKS && fabs(r->x[r->n - 1]) < 1e3;
        fails = is_good ? 0 : fails + 1;
        if (!is_good) continue;
        ladder->n++;
        if (fabs(r->swing) > fabs(ladder->swing)) ladder->swing = r->swing;
    }
    return HYS_OK;
}

static hys_status explore_currents(hys__sample *s) {
    double lo, hi;
    for (int sign = 0; sign < 2; sign++) {
        if (sign && is_symmetric(s) && !s->is_current_only) break;
        if (s->is_current_only) {
            hi = s->limit_i > 0 ? s->limit_i : 1e-3;
            lo = hi * 1e-6;
        } else if (!currents_seen(s->v[sign], &lo, &hi)) {
            continue;
        }
        if (s->limit_i > 0) hi = fmin(hi, s->limit_i);
        if (!(hi > lo)) continue;
        hys_status status = climb_current(s, sign ? -1 : 1, lo, hi, s->i[sign]);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

/* ---- all ---- */

static const char *const columns[] = {"level", "V", "time", "s", "i", "A", "change", "1", NULL};

/* Three looks a decade are enough to draw. */
static hys_status show(hys__sample *s) {
    hys_table *table;
    hys_status status = hys__class_table(s->c, "steps", "time", columns, &table);
    for (int sign = 0; sign < 2; sign++)
        for (size_t k = 0; k < s->v[sign]->n; k++) {
            const hys__rung *r = &s->v[sign]->at[k];
            for (size_t j = 0; j < r->n && status == HYS_OK; j += 2) {
                double row[] = {r->level, hys__look_time(j), r->x[j], hys__rung_change(r, j)};
                status = hys_table_add_row(table, row);
            }
        }
    return status;
}

static double furthest(const hys__ladder *ladder) {
    return ladder->n ? fabs(ladder->at[ladder->n - 1].level) : 0;
}

static bool answers(const hys__sample *s) {
    return fabs(s->v[0]->swing) > HYS__CHANGE || fabs(s->v[1]->swing) > HYS__CHANGE;
}

static hys_status climb_both(hys__sample *s, const double limits[2]) {
    hys_status status = HYS_OK;
    for (int sign = 0; sign < 2 && status == HYS_OK; sign++)
        if (limits[sign] > 0) status = climb(s, sign ? -1 : 1, limits[sign], s->v[sign]);
    return status;
}

/* Currents flow at first, and none in the end. */
static bool blocks(const hys__sample *s) {
    bool has_flowed = false;
    for (int sign = 0; sign < 2; sign++)
        for (size_t k = 0; k < s->v[sign]->n; k++) {
            const hys__rung *r = &s->v[sign]->at[k];
            double most = 0, end = fabs(r->x[r->n - 1]);
            for (size_t j = 0; j < r->n; j++) most = fmax(most, fabs(r->x[j]));
            if (end > LEAST_END && end > 1e-9 * most) return false;
            has_flowed = has_flowed || most > 1e-12;
        }
    return has_flowed;
}

static hys_status say_range(hys__sample *s, bool is_given) {
    if (s->is_current_only)
        return hys__class_remark(s->c, "no voltage can be imposed on it: explored by currents up to %s (%s)",
                                 hys__sample_text(s, s->limit_i > 0 ? s->limit_i : 1e-3, "A"), s->limit_why);
    return hys__class_remark(s->c, "explored from -%s to %s (%s), each level for %g s to %g s on a fresh device",
                             hys__sample_text(s, furthest(s->v[1]), "V"), hys__sample_text(s, furthest(s->v[0]), "V"),
                             is_given ? "as asked" : s->limit_why, HYS__LOOK_FIRST, HYS__LOOK_LAST);
}

hys_status hys__sample_explore(hys__sample *s) {
    double limits[2];
    bool is_current = false;
    const char *range = s->t.range;
    hys_status status = hys__sample_claim(s);
    limits[0] = limits[1] = s->limit_v;
    if (status == HYS_OK && range) status = read_range(s, range, limits, &is_current);
    if (is_current) {
        s->limit_i = fmax(limits[0], limits[1]);
        limits[0] = limits[1] = s->limit_v;
    }
    if (status == HYS_OK) status = climb_both(s, limits);
    bool is_default = !range && !strncmp(s->limit_why, "no", 2);
    if (status == HYS_OK && is_default && !answers(s)) {
        limits[0] = limits[1] = FURTHEST_V;
        status = climb_both(s, limits);
    }
    if (status != HYS_OK) return status;
    s->is_current_only = s->v[0]->n == 0 && s->v[1]->n == 0;
    s->is_capacitor = blocks(s);
    if (!s->is_capacitor) status = explore_currents(s);
    if (status == HYS_OK) status = say_range(s, range && !is_current);
    return status == HYS_OK ? show(s) : status;
}
