/* Numbers of elements: at first, and again when a parameter has changed. */
#include "base/random.h"
#include "circuit/flat_impl.h"
#include <math.h>
#include <string.h>

/* SPICE's replacement of a resistance of 0 (ngspice says so too). */
#define R_SHORT 1e-3 /* ohm */

double nl_value_at(const nl_eval *v, nl_value value) {
    return value.expr ? nl_eval_expr(v, value.expr) : value.number;
}

typedef struct filler {
    nl_eval v; /* of the scope */
    hys__elem *e;
    nl_card *card;
    const nl_more *more;
} filler;

static double at(const filler *f, nl_value value) {
    return nl_value_at(&f->v, value);
}

/* Says once for each card what is wrong with a value. */
static bool bad(filler *f, const char *what, double value) {
    if (f->card->was_reported) return false;
    f->card->was_reported = true;
    char name[400];
    hys__flat_elem_name(f->v.net->flat, (uint32_t)(f->e - f->v.net->flat->elems), name, sizeof name);
    if (isnan(value))
        nl_fail_as(f->v.net, HYS_SEMANTIC, f->card->card.span, "", "%s of '%s' is not a number", what, name);
    else nl_fail_as(f->v.net, HYS_SEMANTIC, f->card->card.span, "", "%s of '%s' is %g", what, name, value);
    return false;
}

static bool is_fine(filler *f, const char *what, double value) {
    return isfinite(value) || bad(f, what, value);
}

/* ---- values of passive elements ---- */

static double tnom(const hys__netlist *net) {
    const hys__option *o = hys__flat_option(net->flat, "tnom");
    return o && isfinite(o->value) ? o->value + NL_CELSIUS : NL_TEMP;
}

/* K; NaN: the circuit's */
static double own_temp(const filler *f) {
    const nl_more *more = f->more;
    if (!more) return NAN;
    if (more->has_temp) return at(f, more->temp) + NL_CELSIUS;
    if (more->dtemp.expr || more->dtemp.number != 0) return f->v.net->temp + at(f, more->dtemp);
    return NAN;
}

static bool fill_passive(filler *f) {
    double value = f->e->value;
    const nl_more *more = f->more;
    if (more) {
        double tc1 = at(f, more->tc1), tc2 = at(f, more->tc2);
        double temp = isnan(f->e->temp) ? f->v.net->temp : f->e->temp;
        double dt = tc1 != 0 || tc2 != 0 ? temp - tnom(f->v.net) : 0;
        value *= (1 + dt * (tc1 + dt * tc2)) * at(f, more->scale);
    }
    f->e->value = value;
    if (!is_fine(f, "the value", value)) return false;
    if (f->card->card.kind != HYS__ELEM_R || value != 0) return true;
    f->e->value = R_SHORT;
    if (f->card->was_reported) return true;
    f->card->was_reported = true;
    nl_warn(f->v.net, f->card->card.span, "a source of 0 V is a short",
            "this resistance is 0; it is taken as 1 mohm, as ngspice does");
    return true;
}

/* ---- sources ---- */

static void scale_points(const filler *f, const nl_wave_text *t, double *time, double *value) {
    double ts = at(f, t->time_scale), vs = at(f, t->value_scale);
    size_t n = t->n_points ? t->n_points : t->n_args / 2;
    for (size_t i = 0; i < n; i++) {
        time[i] = ts * (t->n_points ? t->points[2 * i] : at(f, t->args[2 * i]));
        value[i] = vs * (t->n_points ? t->points[2 * i + 1] : at(f, t->args[2 * i + 1]));
    }
}

static bool fill_points(filler *f, const nl_wave_text *t, hys__wave *w) {
    size_t n = t->n_points ? t->n_points : t->n_args / 2;
    double *time = w->n == n && n ? (double *)(uintptr_t)w->time : HYS_NEW_N(f->v.net->arena, double, 2 * n);
    if (!time) return nl_no_memory(f->v.net);
    double *value = time + n;
    scale_points(f, t, time, value);
    w->time = time;
    w->at = value;
    w->n = n;
    w->is_repeated = t->is_repeated;
    w->repeat = at(f, t->repeat);
    w->delay = at(f, t->delay);
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(time[i]) || !isfinite(value[i])) return bad(f, "a point of the wave", NAN);
        if (i == 0 || time[i] > time[i - 1]) continue;
        if (time[i] < time[i - 1]) {
            nl_fail_as(f->v.net, HYS_SEMANTIC, t->span, "", "the times of a pwl wave go up; %g s stands behind %g s",
                       time[i], time[i - 1]);
            return false;
        }
    }
    return true;
}

static bool fill_args(filler *f, const nl_wave_text *t, hys__wave *w) {
    for (unsigned i = 0; i < 8; i++) w->p[i] = i < t->n_args ? at(f, t->args[i]) : NAN;
    for (unsigned i = 0; i < t->n_args && i < 8; i++)
        if (!is_fine(f, "a number of the wave", w->p[i])) return false;
    w->key[0] = f->v.net->seed;
    w->key[1] = f->v.key ^ f->v.net->run * UINT64_C(0x9e3779b97f4a7c15);
    return true;
}

static bool fill_source(filler *f) {
    hys__netlist *net = f->v.net;
    if (f->more && f->more->wave) {
        const nl_wave_text *t = f->more->wave;
        hys__wave *w = f->e->wave ? (hys__wave *)(uintptr_t)f->e->wave : HYS_NEW(net->arena, hys__wave);
        if (!w) return nl_no_memory(net);
        w->kind = t->kind;
        if (t->kind == HYS__WAVE_PWL ? !fill_points(f, t, w) : !fill_args(f, t, w)) return false;
        hys__wave_finish(w, net->tran_step, net->tran_stop);
        f->e->wave = w;
        if (!f->more->has_dc) f->e->value = NAN; /* the wave at t = 0 */
    }
    f->e->ac_mag = f->more ? at(f, f->more->ac_mag) : 0;
    f->e->ac_phase = f->more ? at(f, f->more->ac_phase) * (3.14159265358979323846 / 180) : 0;
    if (f->e->wave && f->more && !f->more->has_dc) return true;
    return is_fine(f, "the value", f->e->value);
}

/* ---- kernels, switches, lines ---- */

static double setting_value(const filler *f, const hys__setting *s) {
    return s->value ? nl_eval_expr(&f->v, s->value) : NAN;
}

static bool settings_are_constant(const hys__setting *s, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (s[i].value && s[i].value->op != HYS__EXPR_NUMBER) return false;
    return true;
}

/* The settings of a model are those of the scope in which the model stands. */
static double model_setting(const filler *f, const hys__setting *s) {
    nl_eval v = f->v;
    v.scope = nl_scope_of(v.net->flat, v.scope, f->more->model->body);
    return s->value ? nl_eval_expr(&v, s->value) : NAN;
}

static bool fill_kernel(filler *f) {
    const hys__card *card = &f->card->card;
    const hys__model_card *model = card->model;
    size_t n = model->n_settings + card->n_settings;
    if (!f->more) return false; /* every kernel has it: see finish_kernel */
    bool is_constant = settings_are_constant(model->settings, model->n_settings) &&
                       settings_are_constant(card->settings, card->n_settings);
    double *values = (double *)(uintptr_t)(is_constant ? f->more->constant_values : f->e->values);
    if (is_constant && values) {
        f->e->values = values;
        return true;
    }
    if (!values) values = HYS_NEW_N(f->v.net->arena, double, n + 1);
    if (!values) return nl_no_memory(f->v.net);
    for (size_t i = 0; i < n; i++) {
        const bool is_model = i < model->n_settings;
        const hys__setting *s = is_model ? &model->settings[i] : &card->settings[i - model->n_settings];
        values[i] = is_model ? model_setting(f, s) : setting_value(f, s);
        if (s->value && !is_fine(f, s->name, values[i])) return false;
    }
    if (is_constant) f->card->more->constant_values = values;
    f->e->values = values;
    return true;
}

static bool fill_values(filler *f) {
    if (!f->more) return false; /* S, W and T have it */
    uint32_t n = f->more->n_values;
    double *values = f->e->values ? (double *)(uintptr_t)f->e->values : HYS_NEW_N(f->v.net->arena, double, n);
    if (!values) return nl_no_memory(f->v.net);
    for (uint32_t i = 0; i < n; i++) values[i] = at(f, f->more->values[i]);
    f->e->values = values;
    if (f->card->card.kind != HYS__ELEM_T) {
        if (!(values[2] > 0)) return bad(f, "ron", values[2]);
        return values[3] > 0 ? true : bad(f, "roff", values[3]);
    }
    if (!(values[0] > 0)) return bad(f, "the impedance z0", values[0]);
    return values[1] >= 0 && isfinite(values[1]) ? true : bad(f, "the delay td", values[1]);
}

/* ---- other elements that an element names ---- */

static bool find_control(filler *f, unsigned i) {
    hys__flat *flat = f->v.net->flat;
    const nl_ref *ref = &f->more->refs[i];
    uint32_t found = nl_find_elem_from(flat, f->e->scope, ref->name, strlen(ref->name));
    f->e->control[i] = found;
    if (found == HYS__GLOBAL) {
        if (f->card->was_reported) return false;
        f->card->was_reported = true;
        const nl_map *map = &nl_scope_body(&flat->scopes[f->e->scope])->elem_map;
        nl_fail_as(f->v.net, HYS_SEMANTIC, ref->span, nl_did_you_mean(f->v.net, ref->name, &map, 1),
                   "there is no element '%s'", ref->name);
        return false;
    }
    if (f->card->card.kind != HYS__ELEM_K || flat->elems[found].card->kind == HYS__ELEM_L) return true;
    nl_fail_as(f->v.net, HYS_SEMANTIC, ref->span, "", "a coupling needs inductors; '%s' is none with a value",
               ref->name);
    return false;
}

static bool check_coupling(filler *f) {
    if (f->e->control[0] == f->e->control[1])
        return bad(f, "an inductor is coupled with itself; the value", f->e->value);
    return fabs(f->e->value) <= 1 ? true : bad(f, "the coupling", f->e->value);
}

/* ---- all ---- */

static bool fill_by_kind(filler *f) {
    switch (f->card->card.kind) {
    case HYS__ELEM_R:
    case HYS__ELEM_C:
    case HYS__ELEM_L:
        return fill_passive(f);
    case HYS__ELEM_V:
    case HYS__ELEM_I:
        return fill_source(f);
    case HYS__ELEM_KERNEL:
        return fill_kernel(f);
    case HYS__ELEM_S:
    case HYS__ELEM_W:
    case HYS__ELEM_T:
        return fill_values(f);
    case HYS__ELEM_K:
        return is_fine(f, "the coupling", f->e->value) && check_coupling(f);
    case HYS__ELEM_E:
    case HYS__ELEM_G:
    case HYS__ELEM_F:
    case HYS__ELEM_H:
        return is_fine(f, "the gain", f->e->value);
    case HYS__ELEM_B:
    case HYS__ELEM_N_KINDS:
        break;
    }
    return true;
}

static bool fill_elem(filler *f) {
    hys__elem *e = f->e;
    const nl_scope_place *place = &f->v.net->places[e->scope];
    f->card = nl_card_of(e);
    f->more = f->card->more;
    f->v.scope = e->scope;
    if (f->more || f->card->value.expr) f->v.key = place->key ^ hys__name_hash(f->card->card.name);
    e->value = at(f, f->card->value);
    e->m = place->m * (f->more ? at(f, f->more->m) : 1);
    e->ic = f->more && f->more->has_ic ? at(f, f->more->ic) : NAN;
    e->temp = own_temp(f);
    if (!(e->m > 0) || !isfinite(e->m)) return bad(f, "the multiplicity m", e->m);
    return fill_by_kind(f);
}

static bool fill_all(hys__netlist *net) {
    hys__flat *flat = net->flat;
    size_t before = net->n_failed;
    for (size_t i = 0; i < flat->n_elems; i++) {
        filler f = {.v = {.net = net}, .e = &flat->elems[i]};
        if (!fill_elem(&f)) net->n_failed++;
        if (net->arena->failed) return nl_no_memory(net);
    }
    return net->n_failed == before;
}

bool nl_fill_elems(hys__netlist *net) {
    hys__flat *flat = net->flat;
    bool holds = true;
    for (size_t i = 0; i < flat->n_elems; i++) {
        filler f = {.v = {.net = net}, .e = &flat->elems[i], .card = nl_card_of(&flat->elems[i])};
        f.more = f.card->more;
        for (unsigned k = 0; k < f.card->card.n_controls; k++) holds = find_control(&f, k) && holds;
    }
    return holds && fill_all(net) && nl_fill_presets(net);
}

hys_status hys__flat_refresh(hys__flat *flat) {
    hys__netlist *net = flat->netlist;
    hys_status before = net->status;
    net->status = HYS_OK;
    bool holds = true;
    for (uint32_t s = 0; s < flat->n_scopes && holds; s++) {
        hys__scope *scope = &flat->scopes[s];
        const nl_inst *inst = s ? nl_scope_body(&flat->scopes[scope->parent])->insts.at[net->places[s].inst] : NULL;
        holds = nl_scope_params(net, s, scope, inst, (double *)(uintptr_t)scope->params);
    }
    holds = holds && fill_all(net) && nl_fill_presets(net);
    hys_status status = holds ? HYS_OK : net->status != HYS_OK ? net->status : HYS_SEMANTIC;
    net->status = before;
    return status;
}

hys_status hys__flat_set_param(hys__flat *flat, uint32_t slot, double value) {
    hys__netlist *net = flat->netlist;
    if (slot >= net->top.params.n) return HYS_ARG;
    nl_param *p = &net->top.params.at[slot];
    p->is_fixed = true;
    p->value = (nl_value){.number = value};
    return hys__flat_refresh(flat);
}

double hys__flat_param(const hys__flat *flat, uint32_t slot) {
    return slot < flat->netlist->top.params.n ? flat->netlist->globals[slot] : NAN;
}

hys_status hys__flat_set_temp(hys__flat *flat, double temp) {
    flat->temp = flat->netlist->temp = temp;
    return hys__flat_refresh(flat);
}

hys_status hys__flat_set_run(hys__flat *flat, uint64_t run) {
    flat->netlist->run = run;
    return hys__flat_refresh(flat);
}
