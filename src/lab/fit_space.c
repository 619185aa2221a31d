/* The parameters that are fitted: which, within what range, on what scale. */
#include "device/word.h"
#include "lab/fit.h"
#include <math.h>
#include <string.h>

/* Search windows of open ranges, in decades to either side of the default: speeds of devices differ most. */
#define DECADES       3.0
#define DECADES_SPEED 5.0
#define SERIES        "series"
#define FAR           1e4
#define LOG_RATIO     30.0 /* of a finite range from 0 and the default, from which the scale is logarithmic */

double hys__fit_value(const hys__fit_axis *axis, double u) {
    double z = axis->lo + u * (axis->hi - axis->lo);
    if (z < axis->hard_lo) z = axis->hard_lo;
    if (z > axis->hard_hi) z = axis->hard_hi;
    return axis->is_log ? axis->sign * exp(z) : z;
}

double hys__fit_place(const hys__fit_axis *axis, double value) {
    double z = axis->is_log ? log(axis->sign * value) : value;
    return (z - axis->lo) / (axis->hi - axis->lo);
}

/* ---- the range of the file ---- */

typedef struct range {
    double lo, hi; /* of values; infinite where open */
    bool lo_open, hi_open;
} range;

/* The `from` range that holds the value (several are seldom). */
static range range_of(const hys__batch *b, uint32_t p, double value) {
    range r = {-INFINITY, INFINITY, true, true};
    const hys_param_info *info = &b->kernel->params[p];
    for (hys_u32 k = info->first_bound; k < info->first_bound + info->n_bounds; k++) {
        hys_u32 flags = b->kernel->bounds[k].flags;
        if (flags & (HYS_B_EXCLUDE | HYS_B_VALUE) || value < b->lo[k] || value > b->hi[k]) continue;
        return (range){b->lo[k], b->hi[k], flags & HYS_B_LO_OPEN, flags & HYS_B_HI_OPEN};
    }
    return r;
}

static bool ends_in(const char *text, const char *end) {
    size_t n = strlen(text), m = strlen(end);
    return n >= m && !strcmp(text + n - m, end);
}

static bool is_speed(const char *units) {
    return ends_in(units, "/s") || !strcmp(units, "s") || !strcmp(units, "Hz");
}

static void make_log(hys__fit_axis *a, range r, double value, double decades) {
    double near = a->sign > 0 ? r.lo : -r.hi, far = a->sign > 0 ? r.hi : -r.lo;
    a->is_log = true;
    a->start = log(fabs(value));
    a->hard_lo = near > 0 ? log(near) : -INFINITY;
    a->hard_hi = far < INFINITY ? log(far) : INFINITY;
    a->lo = fmax(a->hard_lo, a->start - decades * log(10));
    a->hi = fmin(a->hard_hi, a->start + decades * log(10));
}

/* A range end that does not belong to the range is kept off by a millionth of it. */
static void make_linear(hys__fit_axis *a, range r, double value, double reach) {
    double width = isfinite(r.hi - r.lo) ? r.hi - r.lo : reach;
    a->start = value;
    a->hard_lo = r.lo_open && isfinite(r.lo) ? r.lo + 1e-6 * width : r.lo;
    a->hard_hi = r.hi_open && isfinite(r.hi) ? r.hi - 1e-6 * width : r.hi;
    a->lo = fmax(a->hard_lo, isfinite(r.lo) ? r.lo : -reach);
    a->hi = fmin(a->hard_hi, isfinite(r.hi) ? r.hi : reach);
}

/* A size: 0 and below are not allowed, nor is there another end. */
static bool is_from_0(range r) {
    return (r.lo == 0 && r.lo_open && r.hi == INFINITY) || (r.hi == 0 && r.hi_open && r.lo == -INFINITY);
}

/* The size of a voltage, up to what the data reach. */
static bool make_scale(hys__fit_axis *a, range r, double value, double reach) {
    make_log(a, r, value, DECADES);
    a->hi = fmin(a->hard_hi, log(reach));
    a->lo = fmax(a->hard_lo, a->hi - DECADES * log(10));
    return a->lo < a->hi;
}

static double most_voltage(const hys_fit *fit) {
    double most = 0;
    for (size_t c = 0; c < fit->fine.n_curves; c++)
        for (size_t k = 0; k < fit->fine.curves[c].n; k++) most = fmax(most, fabs(fit->fine.curves[c].v[k]));
    return most;
}

/* False where nothing says how large the parameter is. */
static bool make_axis(const hys_fit *fit, hys__fit_axis *a, range r, double value) {
    double reach = 1.2 * most_voltage(fit);
    bool one_sign = (r.lo >= 0 && value > 0) || (r.hi <= 0 && value < 0);
    a->sign = value < 0 ? -1 : 1;
    if (!strcmp(a->units, "V") && reach > 0 && is_from_0(r)) return make_scale(a, r, value, reach);
    if (!strcmp(a->units, "V") && reach > 0 && (!isfinite(r.hi - r.lo) || r.hi - r.lo > reach)) {
        make_linear(a, r, value, reach);
        a->lo = fmax(a->lo, -reach);
        a->hi = fmin(a->hi, reach);
        if (a->lo < a->hi) return true;
    }
    if (isfinite(r.hi - r.lo)) {
        double far = fmax(fabs(r.lo), fabs(r.hi));
        if (one_sign && far > LOG_RATIO * fabs(value)) make_log(a, r, value, DECADES);
        else make_linear(a, r, value, 0);
        return a->lo < a->hi;
    }
    if (value == 0) return false;
    if (one_sign) make_log(a, r, value, is_speed(a->units) ? DECADES_SPEED : DECADES);
    else make_linear(a, r, value, 10 * fabs(value));
    return a->lo < a->hi;
}

/* ---- which ---- */

/* The default of a parameter that follows another one. */
static bool is_dependent(const hys__fit_sim *s, uint32_t p, const double *complete, double *scratch) {
    const hys__batch *b = s->batch;
    const hys_kernel *k = b->kernel;
    for (hys_u32 other = 0; other < k->n_params; other++) {
        if (other == p || k->params[other].flags & (HYS_P_STRING | HYS_P_LOCAL | HYS_P_STRUCTURAL)) continue;
        unsigned char was_given = b->given[other];
        memcpy(scratch, s->base, k->n_params * sizeof *scratch);
        scratch[other] = complete[other] != 0 ? 1.01 * complete[other] : 1e-3;
        b->given[other] = 1;
        k->params_fn(&b->env, scratch, b->lo, b->hi, b->r_one);
        b->given[other] = was_given;
        if (scratch[p] != complete[p]) return true;
    }
    return false;
}

static bool is_set(const hys_fit *fit, uint32_t p) {
    for (size_t k = 0; k < fit->opts.n_set; k++) {
        const char *text = fit->opts.set[k];
        if (hys__model_find_param(fit->model, text, strcspn(text, "=")) == (long)p) return true;
    }
    return false;
}

static hys_status add_axis(hys_fit *fit, uint32_t p, range r, bool is_asked, const char *word) {
    const hys_kernel *k = fit->sims[0].batch->kernel;
    hys__fit_axis axis = {.param = p, .name = k->params[p].name, .units = k->params[p].units};
    if (!axis.units) axis.units = "";
    if (!make_axis(fit, &axis, r, fit->sims[0].base[p])) {
        if (!is_asked) return HYS_OK;
        return hys__fail(fit->ctx, HYS_ARG, "--range NAME=LOW,HIGH",
                         "nothing says how large %s may be: its default is 0 and its range open", word);
    }
    if (fit->n == HYS__FIT_MOST)
        return hys__fail(fit->ctx, HYS_LIMIT, "--free A,B,... names some", "more than %u parameters are free",
                         HYS__FIT_MOST);
    fit->axes[fit->n++] = axis;
    return HYS_OK;
}

/* range = NAME "=" LOW "," HIGH */
static hys_status read_range(hys_fit *fit, const char *text, uint32_t *p, range *r) {
    hys__word all = hys__word_all("--range", text), rest = all, name, lo, hi;
    hys__word_next(&rest, '=', &name);
    if (!rest.text) return hys__word_fail(fit->ctx, &all, HYS_ARG, "", "NAME=LOW,HIGH is needed");
    long index = hys__model_find_param(fit->model, name.text + name.at, name.n);
    bool is_line = index < 0 && name.n == strlen(SERIES) && !strncmp(name.text + name.at, SERIES, name.n);
    if (index < 0 && !is_line)
        return hys__word_fail(fit->ctx, &name, HYS_ARG, "hysteron device show lists the names",
                              "%s has no such parameter", hys_model_name(fit->model));
    const char *units = is_line ? "ohm" : fit->sims[0].batch->kernel->params[index].units;
    hys__unit unit, own;
    bool has_unit, has_own = units && *units && hys__unit_parse(units, strlen(units), &own);
    double *to[2] = {&r->lo, &r->hi};
    hys__word *words[2] = {&lo, &hi};
    if (!hys__word_next(&rest, ',', &lo) || !hys__word_next(&rest, ',', &hi))
        return hys__word_fail(fit->ctx, &all, HYS_ARG, "", "NAME=LOW,HIGH is needed");
    for (int k = 0; k < 2; k++) {
        if (!hys__quantity_parse(words[k]->text + words[k]->at, words[k]->n, to[k], &unit, &has_unit))
            return hys__word_fail(fit->ctx, words[k], HYS_ARG, "", "this is not a number");
        if (has_unit && has_own && !hys__unit_same_dim(&unit, &own))
            return hys__word_fail(fit->ctx, words[k], HYS_UNIT, "", "this is in %s", units);
        if (has_unit && has_own) *to[k] = hys__unit_from_si(&own, hys__unit_to_si(&unit, *to[k]));
    }
    if (!(r->lo < r->hi)) return hys__word_fail(fit->ctx, &lo, HYS_ARG, "", "the range is empty");
    *p = is_line ? HYS__FIT_SERIES : (uint32_t)index;
    return HYS_OK;
}

/* The user's range of a parameter takes the place of the file's where it is narrower. */
static hys_status narrow(hys_fit *fit, uint32_t p, range *r) {
    for (size_t k = 0; k < fit->opts.n_range; k++) {
        uint32_t which = 0;
        range own = {0};
        hys_status status = read_range(fit, fit->opts.range[k], &which, &own);
        if (status != HYS_OK) return status;
        if (which != p) continue;
        double *value = p == HYS__FIT_SERIES ? &fit->series : &fit->sims[0].base[p];
        if (own.lo > r->lo || (own.lo == r->lo && !r->lo_open)) r->lo = own.lo, r->lo_open = false;
        if (own.hi < r->hi || (own.hi == r->hi && !r->hi_open)) r->hi = own.hi, r->hi_open = false;
        bool is_ratio = r->lo > 0 && r->hi > LOG_RATIO * r->lo;
        if (!(*value >= r->lo && *value <= r->hi)) *value = is_ratio ? sqrt(r->lo * r->hi) : (r->lo + r->hi) / 2;
    }
    return HYS_OK;
}

static hys_status take_axis(hys_fit *fit, uint32_t p, bool is_asked, const char *word) {
    hys__batch *b = fit->sims[0].batch;
    double *scratch = HYS_NEW_N(&fit->arena, double, b->kernel->n_params + 1);
    if (!scratch) return HYS_NOMEM;
    memcpy(scratch, fit->sims[0].base, b->kernel->n_params * sizeof *scratch);
    b->kernel->params_fn(&b->env, scratch, b->lo, b->hi, b->r_one);
    range r = range_of(b, p, scratch[p]);
    hys_status status = narrow(fit, p, &r);
    return status == HYS_OK ? add_axis(fit, p, r, is_asked, word) : status;
}

/* No resistance of a passive device is below 0: that in series is at most v / i wherever i is not small. */
static double most_series(const hys_fit *fit) {
    double most = INFINITY;
    for (size_t c = 0; c < fit->fine.n_curves; c++) {
        const hys__fit_curve *curve = &fit->fine.curves[c];
        double largest = 0;
        for (size_t k = 0; k < curve->n; k++) largest = fmax(largest, fabs(curve->i[k]));
        for (size_t k = 0; k < curve->n; k++)
            if (fabs(curve->i[k]) > 0.3 * largest) most = fmin(most, fabs(curve->v[k] / curve->i[k]));
    }
    return most;
}

/* On a linear scale from 0: with none in the data the interval begins there. */
static hys_status take_series(hys_fit *fit) {
    hys__word word = hys__word_all("--free", SERIES);
    range r = {0, INFINITY, false, true};
    double most = most_series(fit);
    if (fit->has_series)
        return hys__word_fail(fit->ctx, &word, HYS_ARG, "", "the series resistance is held at a value or named twice");
    if (!(most > 0 && isfinite(most)))
        return hys__word_fail(fit->ctx, &word, HYS_ARG, "--range series=LOW,HIGH",
                              "nothing says how large the series resistance may be");
    fit->has_series = true;
    hys_status status = narrow(fit, HYS__FIT_SERIES, &r);
    if (status != HYS_OK) return status;
    if (fit->n == HYS__FIT_MOST) return hys__word_fail(fit->ctx, &word, HYS_LIMIT, "", "too many parameters are free");
    hys__fit_axis axis = {.param = HYS__FIT_SERIES, .name = SERIES, .units = "ohm", .sign = 1};
    make_linear(&axis, r, fmin(r.hi, fmax(r.lo, 0.1 * most)), most);
    fit->axes[fit->n++] = axis;
    return HYS_OK;
}

static hys_status take_named(hys_fit *fit, const char *text) {
    hys__word name = hys__word_all("--free", text);
    long p = hys__model_find_param(fit->model, text, strlen(text));
    if (p < 0 && !strcmp(text, SERIES)) return take_series(fit);
    if (p < 0) {
        const char **names = HYS_NEW_N(&fit->arena, const char *, fit->model->n_params + 1);
        if (!names) return HYS_NOMEM;
        for (size_t k = 0; k < fit->model->n_params; k++) names[k] = fit->model->params[k].name;
        const char *near = hys__nearest(text, names, fit->model->n_params);
        char hint[160];
        snprintf(hint, sizeof hint, near ? "did you mean '%.80s'?" : "hysteron device show lists the names", near);
        return hys__word_fail(fit->ctx, &name, HYS_ARG, hint, "%s has no such parameter", hys_model_name(fit->model));
    }
    if (fit->sims[0].batch->kernel->params[p].flags & (HYS_P_INTEGER | HYS_P_STRING | HYS_P_STRUCTURAL | HYS_P_LOCAL))
        return hys__word_fail(fit->ctx, &name, HYS_ARG, "",
                              "only real parameters that leave the structure can be free");
    if (is_set(fit, (uint32_t)p))
        return hys__word_fail(fit->ctx, &name, HYS_ARG, "", "this parameter is held at a value too");
    for (size_t k = 0; k < fit->n; k++)
        if (fit->axes[k].param == (uint32_t)p)
            return hys__word_fail(fit->ctx, &name, HYS_ARG, "", "this parameter is named twice");
    return take_axis(fit, (uint32_t)p, true, text);
}

/* Its default is 0, which leaves an effect out, and its range ends so far from all that has the same unit that nearly
 * every value in it would drown the rest. */
static bool is_off(const hys_fit *fit, uint32_t p) {
    const hys__fit_sim *s = &fit->sims[0];
    const hys_kernel *k = s->batch->kernel;
    const char *units = k->params[p].units ? k->params[p].units : "";
    const range r = range_of(s->batch, p, 0);
    double largest = 0;
    for (hys_u32 other = 0; other < k->n_params; other++)
        if (!(k->params[other].flags & HYS_P_STRING) && k->params[other].units &&
            !strcmp(k->params[other].units, units))
            largest = fmax(largest, fabs(s->base[other]));
    return s->base[p] == 0 && *units && largest > 0 && fmax(fabs(r.lo), fabs(r.hi)) > FAR * largest;
}

static hys_status take_all(hys_fit *fit) {
    hys__fit_sim *s = &fit->sims[0];
    const hys_kernel *k = s->batch->kernel;
    double *complete = HYS_NEW_N(&fit->arena, double, 2 * (size_t)k->n_params + 1);
    hys_status status = complete ? HYS_OK : HYS_NOMEM;
    if (complete) memcpy(complete, s->base, k->n_params * sizeof *complete);
    for (hys_u32 p = 0; p < k->n_params && status == HYS_OK; p++) {
        hys_u32 no = HYS_P_INTEGER | HYS_P_STRING | HYS_P_STRUCTURAL | HYS_P_LOCAL;
        if (k->params[p].flags & no || is_set(fit, p)) continue;
        if (is_dependent(s, p, complete, complete + k->n_params) || is_off(fit, p)) continue;
        status = take_axis(fit, p, false, k->params[p].name);
    }
    return status;
}

hys_status hys__fit_axes(hys_fit *fit) {
    fit->axes = HYS_NEW_N(&fit->arena, hys__fit_axis, HYS__FIT_MOST);
    if (!fit->axes) return HYS_NOMEM;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < fit->opts.n_free && status == HYS_OK; k++) status = take_named(fit, fit->opts.free[k]);
    if (!fit->opts.n_free) status = take_all(fit);
    if (status == HYS_OK && fit->opts.adds_series) status = take_series(fit);
    if (status == HYS_OK && !fit->n)
        status = hys__fail(fit->ctx, HYS_ARG, "--free A,B,... names some", "no parameter is free");
    return status;
}
