#include "device/params.h"
#include "base/clocale.h"
#include "base/random.h"
#include "device/spread.h"
#include "device/variants.h"
#include "device/word.h"
#include <math.h>
#include <string.h>

struct hys__params {
    hys_ctx *ctx;
    hys__batch *batch;
    hys__arena arena;
    double *value;          /* [n_params] set by the user, in the file's unit */
    unsigned char *given;   /* [n_params] */
    const char **where;     /* [n_params] the setting's text, NULL: not set */
    hys__spread *d2d, *c2c; /* [n_params] */
    uint64_t *name_hash;    /* [n] of the instances */
    uint64_t *cycle;        /* [n] */
    uint64_t seed;
    size_t n_spread;
    bool has_c2c;
    hys__own_settings own;
};

static const hys_param_info *info_of(const hys__params *s, long index) {
    return &s->batch->kernel->params[index];
}

static hys_status unknown_name(const hys__params *s, const hys__word *name, const char *kind) {
    const hys_model *model = s->batch->model;
    hys__arena arena;
    hys__arena_init(&arena, s->ctx, 0);
    const char **names = HYS_NEW_N(&arena, const char *, model->n_params + 1);
    const char *word = hys__word_copy(&arena, name);
    hys_status status = HYS_NOMEM;
    if (names && word) {
        for (size_t i = 0; i < model->n_params; i++) names[i] = model->params[i].name;
        const char *near = hys__nearest(word, names, model->n_params);
        char hint[160];
        snprintf(hint, sizeof hint, near ? "did you mean '%.80s'?" : "hysteron device show lists the names", near);
        status = hys__word_fail(s->ctx, name, HYS_ARG, hint, "%s has no parameter '%.60s'%s", hys_model_name(model),
                                word, kind);
    }
    hys__arena_free(&arena);
    return status;
}

/* The declared unit of a parameter; false when the file declares none that can be read. */
static bool declared_unit(const hys_param_info *info, hys__unit *unit) {
    return info->units && info->units[0] && hys__unit_parse(info->units, strlen(info->units), unit);
}

/* A word as a value of a parameter, in the file's own unit. */
static hys_status read_value(const hys__params *s, const hys_param_info *info, const hys__word *word, double *value) {
    hys__unit unit, own;
    bool has_unit;
    if (!hys__quantity_parse(word->text + word->at, word->n, value, &unit, &has_unit))
        return hys__word_fail(s->ctx, word, HYS_ARG, "", "the value of %s is not a number", info->name);
    if (has_unit && !declared_unit(info, &own)) {
        *value = hys__unit_to_si(&unit, *value);
        hys__word_warn(s->ctx, word, "check the equations of the file, or give a bare number",
                       "%s declares no unit%s%s; the value is taken in SI: %g", info->name,
                       info->units && info->units[0] ? " that can be read, only " : "", info->units ? info->units : "",
                       *value);
    } else if (has_unit) {
        if (!hys__unit_same_dim(&unit, &own))
            return hys__word_fail(s->ctx, word, HYS_UNIT, "", "%s is in %s", info->name, info->units);
        *value = hys__unit_from_si(&own, hys__unit_to_si(&unit, *value));
    }
    if (info->flags & HYS_P_INTEGER) *value = round(*value);
    return HYS_OK;
}

/* A structural or string parameter is part of the compiled kernel: a setting must agree with it. */
static hys_status check_structural(const hys__params *s, const hys_param_info *info, const hys__word *word) {
    static const char hint[] = "it changes the structure: give it when the model is loaded";
    if (info->flags & HYS_P_STRING) {
        hys__word bare = *word;
        bool quoted = bare.n >= 2 && bare.text[bare.at] == '"' && bare.text[bare.at + bare.n - 1] == '"';
        if (quoted) bare.at++, bare.n -= 2;
        if (hys__word_is(&bare, info->text ? info->text : "")) return HYS_OK;
        return hys__word_fail(s->ctx, word, HYS_ARG, hint, "%s is \"%s\" in this model", info->name,
                              info->text ? info->text : "");
    }
    double value;
    hys_status status = read_value(s, info, word, &value);
    if (status != HYS_OK) return status;
    if (value == info->def) return HYS_OK;
    return hys__word_fail(s->ctx, word, HYS_ARG, hint, "%s is %g in this model", info->name, info->def);
}

/* setting = NAME "=" VALUE */
static hys_status split(const hys__params *s, const hys__word *all, hys__word *name, hys__word *value, long *index) {
    hys__word rest = *all;
    hys__word_next(&rest, '=', name);
    if (!rest.text) return hys__word_fail(s->ctx, all, HYS_ARG, "", "'NAME=VALUE' is needed");
    *value = rest;
    hys__word whole = rest;
    hys__word_next(&whole, '\0', value);
    *index = hys__model_find_param(s->batch->model, name->text + name->at, name->n);
    return *index < 0 ? unknown_name(s, name, "") : HYS_OK;
}

static hys_status apply_setting(hys__params *s, const char *text) {
    hys__word all = hys__word_all("--set", text), name = all, value = all;
    long index = -1;
    hys_status status = split(s, &all, &name, &value, &index);
    if (status != HYS_OK) return status;
    const hys_param_info *info = info_of(s, index);
    if (info->flags & (HYS_P_STRUCTURAL | HYS_P_STRING)) return check_structural(s, info, &value);
    status = read_value(s, info, &value, &s->value[index]);
    if (status != HYS_OK) return status;
    s->given[index] = 1;
    s->where[index] = text;
    return HYS_OK;
}

/* What the model's variant sets and the user does not; what is structural was set when the model was loaded. */
static hys_status apply_variant(hys__params *s, const hys__settings *settings) {
    const hys_variant *variant = s->batch->model->variant;
    hys_status status = HYS_OK;
    for (size_t i = 0; variant && i < variant->n_set && status == HYS_OK; i++) {
        const char *text = variant->set[i];
        long index = hys__model_find_param(s->batch->model, text, strcspn(text, "="));
        if (index >= 0 && info_of(s, index)->flags & (HYS_P_STRUCTURAL | HYS_P_STRING)) continue;
        if (!hys__variants_has(settings->set, settings->n_set, text)) status = apply_setting(s, text);
    }
    return status;
}

static hys_status apply_spread(hys__params *s, const char *text) {
    hys__word all = hys__word_all("--spread", text), name = all, value = all;
    long index = -1;
    hys_status status = split(s, &all, &name, &value, &index);
    if (status != HYS_OK) return status;
    const hys_param_info *info = info_of(s, index);
    if (info->flags & (HYS_P_STRUCTURAL | HYS_P_STRING | HYS_P_INTEGER))
        return hys__word_fail(s->ctx, &name, HYS_ARG, "",
                              "%s cannot be spread: it is not a real "
                              "parameter that may differ between instances",
                              info->name);
    hys__spread spread;
    bool is_cycle = false;
    status = hys__spread_read(s->ctx, &value, info->units, &spread, &is_cycle);
    if (status != HYS_OK) return status;
    (is_cycle ? s->c2c : s->d2d)[index] = spread;
    return HYS_OK;
}

static hys_status file_spread(hys__params *s) {
    const hys_kernel *k = s->batch->kernel;
    for (hys_u32 i = 0; i < k->n_params; i++) {
        const char *texts[2] = {k->params[i].d2d, k->params[i].c2c};
        hys__spread *to[2] = {&s->d2d[i], &s->c2c[i]};
        for (int j = 0; j < 2; j++) {
            if (!texts[j] || !texts[j][0]) continue;
            hys__word word = hys__word_all(hys_model_file(s->batch->model), texts[j]);
            bool is_cycle;
            hys_status status = hys__spread_read(s->ctx, &word, k->params[i].units, to[j], &is_cycle);
            if (status != HYS_OK) return status;
        }
    }
    return HYS_OK;
}

static bool in_bound(const hys_bound_info *b, double lo, double hi, double v) {
    if (b->flags & HYS_B_VALUE) return v == lo;
    bool above = b->flags & HYS_B_LO_OPEN ? v > lo : v >= lo;
    bool below = b->flags & HYS_B_HI_OPEN ? v < hi : v <= hi;
    return above && below;
}

bool hys__param_is_allowed(const hys__batch *b, const hys_param_info *info, double v, hys_u32 *broken) {
    bool has_from = false, inside = false;
    for (hys_u32 k = info->first_bound; k < info->first_bound + info->n_bounds; k++) {
        const hys_bound_info *bound = &b->kernel->bounds[k];
        bool in = in_bound(bound, b->lo[k], b->hi[k], v);
        if (bound->flags & HYS_B_EXCLUDE) {
            if (in) return *broken = k, false;
            continue;
        }
        if (!has_from) *broken = k;
        has_from = true;
        inside = inside || in;
    }
    return !isnan(v) && (inside || !has_from);
}

static hys_status out_of_range(const hys__params *s, size_t instance, hys_u32 index, double v, hys_u32 k) {
    const hys__batch *b = s->batch;
    const hys_param_info *info = &b->kernel->params[index];
    const hys_bound_info *bound = info->n_bounds ? &b->kernel->bounds[k] : NULL;
    char must[160] = "it must be finite";
    if (bound && bound->flags & HYS_B_VALUE) hys__c_snprintf(must, sizeof must, "it must not be %g", b->lo[k]);
    else if (bound)
        hys__c_snprintf(must, sizeof must, "it must %slie in %s%g, %g%s", bound->flags & HYS_B_EXCLUDE ? "not " : "",
                        bound->flags & HYS_B_LO_OPEN ? "(" : "[", b->lo[k], b->hi[k],
                        bound->flags & HYS_B_HI_OPEN ? ")" : "]");
    const char *unit = info->units ? info->units : "", *gap = unit[0] ? " " : "";
    if (s->where[index]) {
        hys__word all = hys__word_all("--set", s->where[index]), rest = all, name;
        hys__word_next(&rest, '=', &name);
        hys__word_next(&rest, '\0', &name);
        return hys__word_fail(s->ctx, &name, HYS_ARG, "", "%s is %g%s%s; %s", info->name, v, gap, unit, must);
    }
    if (s->own.take && b->given[index]) {
        char text[320];
        hys__c_snprintf(text, sizeof text, "%s is %g%s%s; %s", info->name, v, gap, unit, must);
        return s->own.fail(s->own.user, instance, index, text);
    }
    return hys__report_at(s->ctx, HYS_ERROR, HYS_ARG, hys_model_file(b->model), (int32_t)info->line, 0, "",
                          "its default depends on other parameters", "%s is %g%s%s; %s", info->name, v, gap, unit,
                          must);
}

static hys_status check_ranges(const hys__params *s, size_t instance) {
    const hys__batch *b = s->batch;
    for (hys_u32 i = 0; i < b->kernel->n_params; i++) {
        const hys_param_info *info = &b->kernel->params[i];
        hys_u32 broken = 0;
        if (info->flags & (HYS_P_STRING | HYS_P_LOCAL)) continue;
        if (!info->n_bounds && isfinite(b->p_one[i])) continue;
        if (!info->n_bounds && !s->where[i] && !b->given[i]) continue; /* an infinite default is the file's wish */
        if (!hys__param_is_allowed(b, info, b->p_one[i], &broken))
            return out_of_range(s, instance, i, b->p_one[i], broken);
    }
    return HYS_OK;
}

/* Completes p_one with dependent defaults for the given values. */
static void complete(hys__params *s) {
    hys__batch *b = s->batch;
    b->kernel->params_fn(&b->env, b->p_one, b->lo, b->hi, b->r_one);
}

static void draw(hys__params *s, size_t instance, uint64_t salt, const hys__spread *spread, unsigned attempt) {
    hys__batch *b = s->batch;
    for (hys_u32 i = 0; i < b->kernel->n_params; i++) {
        if (spread[i].kind == HYS__SPREAD_NONE) continue;
        uint64_t key[2] = {s->seed, s->name_hash[instance]};
        uint64_t ctr[2] = {hys__name_hash(b->kernel->params[i].name), salt + attempt};
        b->p_one[i] = hys__spread_draw(&spread[i], b->p_one[i], key, ctr);
        b->given[i] = 1;
    }
}

/* Where a draw falls outside a range, all are drawn again: 100 times suffice for any spread whose range
 * holds a twentieth of it (0.95^100 = 0.6 %). */
#define DRAWS_MAX 100u

static hys_status fill_instance(hys__params *s, size_t instance) {
    hys__batch *b = s->batch;
    const hys_kernel *k = b->kernel;
    hys_status status = HYS_OK;
    for (unsigned attempt = 0; attempt < DRAWS_MAX; attempt++) {
        memcpy(b->given, s->given, k->n_params);
        memcpy(b->p_one, s->value, k->n_params * sizeof(double));
        if (s->own.take) s->own.take(s->own.user, instance, b->p_one, b->given);
        complete(s);
        if (!s->n_spread) break;
        draw(s, instance, 0, s->d2d, attempt);
        complete(s);
        if (s->has_c2c) {
            draw(s, instance, (s->cycle[instance] + 1) << 32, s->c2c, attempt);
            complete(s);
        }
        bool good = true;
        for (hys_u32 i = 0; i < k->n_params && good; i++) {
            hys_u32 broken;
            good = k->params[i].flags & (HYS_P_STRING | HYS_P_LOCAL) || !k->params[i].n_bounds ||
                   hys__param_is_allowed(b, &k->params[i], b->p_one[i], &broken);
        }
        if (good) break;
    }
    status = check_ranges(s, instance);
    if (!s->own.take) memcpy(b->given, s->given, k->n_params);
    if (status != HYS_OK) return status;
    size_t place = b->has_own_params ? instance : 0;
    for (hys_u32 i = 0; i < k->n_params; i++) b->p[i][place] = b->p_one[i];
    for (hys_u32 i = 0; i < k->n_retained; i++) b->r[i][instance] = b->r_one[i];
    return HYS_OK;
}

static hys_status fill_all(hys__params *s) {
    hys__batch *b = s->batch;
    for (size_t i = 0; i < b->n; i++) {
        if (i == 0 || b->has_own_params) {
            hys_status status = fill_instance(s, i);
            if (status != HYS_OK) return status;
        }
        for (hys_u32 k = 0; k < b->kernel->n_retained; k++) b->r[k][i] = b->r_one[k];
    }
    for (hys_u32 i = 0; i < b->kernel->n_params; i++) /* the padding must be harmless to evaluate */
        for (size_t j = b->n; b->has_own_params && j < b->n_pad; j++) b->p[i][j] = b->p[i][0];
    return HYS_OK;
}

static hys_status take(hys__params *s, const hys__settings *settings) {
    size_t n = s->batch->kernel->n_params;
    s->value = HYS_NEW_N(&s->arena, double, n + 1);
    s->given = HYS_NEW_N(&s->arena, unsigned char, n + 1);
    s->where = HYS_NEW_N(&s->arena, const char *, n + 1);
    s->d2d = HYS_NEW_N(&s->arena, hys__spread, n + 1);
    s->c2c = HYS_NEW_N(&s->arena, hys__spread, n + 1);
    s->name_hash = HYS_NEW_N(&s->arena, uint64_t, s->batch->n);
    s->cycle = HYS_NEW_N(&s->arena, uint64_t, s->batch->n);
    if (!s->value || !s->given || !s->where || !s->d2d || !s->c2c || !s->name_hash || !s->cycle) return HYS_NOMEM;
    s->seed = settings->seed;
    s->own = settings->own;
    for (size_t i = 0; i < s->batch->n; i++)
        s->name_hash[i] = hys__name_hash(settings->names ? settings->names[i] : "x1");
    hys_status status = file_spread(s);
    if (status == HYS_OK) status = apply_variant(s, settings);
    for (size_t i = 0; i < settings->n_set && status == HYS_OK; i++) status = apply_setting(s, settings->set[i]);
    for (size_t i = 0; i < settings->n_spread && status == HYS_OK; i++) status = apply_spread(s, settings->spread[i]);
    for (size_t i = 0; i < n; i++) {
        s->has_c2c = s->has_c2c || s->c2c[i].kind != HYS__SPREAD_NONE;
        s->n_spread += s->d2d[i].kind != HYS__SPREAD_NONE || s->c2c[i].kind != HYS__SPREAD_NONE;
    }
    return status;
}

hys_status hys__params_new(hys__batch *batch, const hys__settings *settings, hys__params **result) {
    hys__params *s = hys__realloc(batch->ctx, NULL, 0, sizeof *s);
    if (!s) return HYS_NOMEM;
    memset(s, 0, sizeof *s);
    s->ctx = batch->ctx;
    s->batch = batch;
    hys__arena_init(&s->arena, s->ctx, 0);
    hys_status status = take(s, settings);
    if (status == HYS_OK) status = fill_all(s);
    if (status != HYS_OK) {
        hys__params_free(s);
        return status;
    }
    *result = s;
    return HYS_OK;
}

hys_status hys__params_refill(hys__params *s, bool has_restart) {
    hys__batch *b = s->batch;
    for (hys_u32 k = 0; k < b->kernel->n_retained; k++) memcpy(b->r_next[k], b->r[k], b->n_pad * sizeof(double));
    hys_status status = fill_all(s);
    if (status == HYS_OK && !has_restart) hys__batch_commit(b);
    return status;
}

void hys__params_free(hys__params *s) {
    if (!s) return;
    hys_ctx *ctx = s->ctx;
    hys__arena_free(&s->arena);
    hys__free(ctx, s, sizeof *s);
}

size_t hys__params_n_spread(const hys__params *s) {
    return s->n_spread;
}

bool hys__params_cycle(hys__params *s, size_t instance, uint64_t cycle) {
    if (!s->has_c2c) return false;
    hys__batch *b = s->batch;
    s->cycle[instance] = cycle;
    /* Retained values are the run's by now: initialisers must not come back. */
    for (hys_u32 k = 0; k < b->kernel->n_retained; k++) b->r_next[k][instance] = b->r[k][instance];
    (void)fill_instance(s, instance);
    for (hys_u32 k = 0; k < b->kernel->n_retained; k++) b->r[k][instance] = b->r_next[k][instance];
    return true;
}
