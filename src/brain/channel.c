/* Channels of a type of cells: from a device to what steps need to know of its kernel. */
#include "base/diag.h"
#include "base/units.h"
#include "brain/brain_impl.h"
#include "device/flags.h"
#include "device/variants.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

hys_channel_opts hys_channel_opts_default(void) {
    return (hys_channel_opts){.size = sizeof(hys_channel_opts), .density = 1, .reversal = NAN, .scale = {1, 1, 1, 0}};
}

/* ---- what was asked for ---- */

static hys_status check_opts(hys_brain_cell *cell, const hys_channel_opts *o) {
    hys_ctx *ctx = cell->ctx;
    const hys_screen_scale *s = &o->scale;
    if (!o->device || !*o->device)
        return hys__fail(ctx, HYS_ARG, "a file, or a name that hysteron device list shows", "a channel needs a device");
    if (!(s->time > 0) || !isfinite(s->time))
        return hys__fail(ctx, HYS_ARG, "device seconds per membrane second", "a channel's time cannot be scaled by %g",
                         s->time);
    if (!(s->voltage != 0) || !isfinite(s->voltage) || !isfinite(s->offset) || !isfinite(s->conductance))
        return hys__fail(ctx, HYS_ARG, "", "a channel cannot have the scale %g, %g, %g V", s->voltage, s->conductance,
                         s->offset);
    if (isinf(o->reversal))
        return hys__fail(ctx, HYS_ARG, "", "a channel's reversal potential cannot be %g V", o->reversal);
    for (size_t k = 0; k < cell->n; k++) {
        const double d = o->densities ? o->densities[k] : o->density;
        if (!(d >= 0) || !isfinite(d))
            return hys__fail(ctx, HYS_ARG, "0 or more", "the density of a channel cannot be %g", d);
    }
    return HYS_OK;
}

static const char *const *copy_texts(hys_brain_cell *cell, const char *const *texts, size_t n) {
    const char **copy = HYS_NEW_N(&cell->arena, const char *, n + 1);
    for (size_t k = 0; k < n && copy; k++) copy[k] = hys__arena_printf(&cell->arena, "%s", texts[k]);
    return copy;
}

static hys_status load(hys_brain_cell *cell, hys__channel *c, const hys_channel_opts *o) {
    hys_model_opts opts = hys_model_opts_default();
    if (o->model) memcpy(&opts, o->model, o->model->size < sizeof opts ? o->model->size : sizeof opts);
    hys__arena arena;
    hys__arena_init(&arena, cell->ctx, 0);
    const char **all = HYS_NEW_N(&arena, const char *, opts.n_set + o->n_set + 1);
    size_t n = 0;
    for (size_t k = 0; k < opts.n_set && all; k++) all[n++] = opts.set[k];
    for (size_t k = 0; k < o->n_set && all; k++) all[n++] = o->set[k];
    opts.set = all;
    opts.n_set = n;
    hys_status status = all ? hys_model_load(cell->ctx, o->device, &opts, &c->model) : HYS_NOMEM;
    if (status == HYS_OK) {
        c->set = copy_texts(cell, all, n);
        c->n_set = n;
    }
    hys__arena_free(&arena);
    if (status != HYS_OK) return status;
    c->spread = copy_texts(cell, o->spread, o->n_spread);
    c->n_spread = o->n_spread;
    c->name = hys__arena_printf(&cell->arena, "%s", o->name ? o->name : hys_model_name(c->model));
    return cell->arena.failed ? HYS_NOMEM : HYS_OK;
}

/* ---- whether such a device can be a channel ---- */

static hys_status check_kernel(const hys_brain_cell *cell, const hys__channel *c) {
    const hys_kernel *k = c->model->kernel;
    const char *name = c->name;
    hys_ctx *ctx = cell->ctx;
    if (k->n_terminals < 2)
        return hys__fail(ctx, HYS_ARG, "", "%s has %u terminals; a channel has two", name, k->n_terminals);
    for (hys_u32 t = 0; t < 2; t++)
        if (k->unknowns[t].units && k->unknowns[t].units[0] && strcmp(k->unknowns[t].units, "V") != 0)
            return hys__fail(ctx, HYS_ARG, "", "a terminal of %s is in %s, not in V", name, k->unknowns[t].units);
    if (k->n_retained || k->n_delays || k->n_events || k->flags & (HYS_K_DRAWS | HYS_K_USES_TIME))
        return hys__fail(ctx, HYS_LIMIT, "channels have true states: write their rates with ddt or idt",
                         "%s keeps variables, draws, looks at the clock or waits for events: it cannot be a channel",
                         name);
    for (hys_u32 m = 0; m < k->n_mass; m++)
        if (k->mass_row[m] == 0)
            return hys__fail(ctx, HYS_ARG, "add it to the capacitance of the membrane",
                             "%s has a capacitance at its first terminal", name);
    if (k->n_unknowns > k->n_terminals + HYS_STEP_MAX)
        return hys__fail(ctx, HYS_LIMIT, "choose a simpler model", "%s has more than %u inner unknowns", name,
                         HYS_STEP_MAX);
    return HYS_OK;
}

/* ---- parameters ---- */

static bool has_file_spread(const hys_kernel *k) {
    for (hys_u32 p = 0; p < k->n_params; p++)
        if ((k->params[p].d2d && k->params[p].d2d[0]) || (k->params[p].c2c && k->params[p].c2c[0])) return true;
    return false;
}

static bool is_set(const hys__channel *c, long param) {
    for (size_t k = 0; k < c->n_set; k++)
        if (hys__model_find_param(c->model, c->set[k], strcspn(c->set[k], "=")) == param) return true;
    return false;
}

/* A reversal potential that was given is that of the model's equations too. */
static hys_status tell_reversal(hys_brain_cell *cell, hys__channel *c, const hys_channel_opts *o) {
    const long at = hys__model_find_param(c->model, "E_rev", 5);
    if (isnan(o->reversal) || at < 0 || is_set(c, at)) return HYS_OK;
    const char **all = HYS_NEW_N(&cell->arena, const char *, c->n_set + 1);
    if (!all) return HYS_NOMEM;
    memcpy(all, c->set, c->n_set * sizeof *all);
    char number[32];
    hys__number_format(o->reversal, number);
    all[c->n_set] = hys__arena_printf(&cell->arena, "E_rev=%s", number);
    c->set = all;
    c->n_set++;
    return cell->arena.failed ? HYS_NOMEM : HYS_OK;
}

/* A model that reads its ion on both sides has its own driving force (Goldman, Hodgkin and Katz). */
static hys_status find_ion(const hys_brain_cell *cell, hys__channel *c, const hys_channel_opts *o) {
    char param[64] = "";
    c->ion = -1;
    c->reversal_param = HYS_NONE;
    if (!o->ion) return HYS_OK;
    c->ion = hys__cell_find_ion(cell, o->ion, strlen(o->ion));
    if (c->ion < 0)
        return hys__fail(cell->ctx, HYS_ARG, "hys_brain_cell_add_ion comes before it", "%s: the cell has no ion %.60s",
                         c->name, o->ion);
    if (strlen(o->ion) < sizeof param - 1) snprintf(param, sizeof param, "e%s", o->ion);
    long at = hys__model_find_param(c->model, "E_rev", 5);
    if (at < 0) {
        at = hys__model_find_param(c->model, param, strlen(param));
        c->is_absolute = at >= 0;
    }
    if (at < 0) {
        c->is_absolute = hys__channel_reads(c, c->ion, false) && hys__channel_reads(c, c->ion, true);
        return HYS_OK;
    }
    c->reversal_param = (hys_u32)at;
    c->is_mv = c->model->kernel->params[at].units && !strcmp(c->model->kernel->params[at].units, "mV");
    return HYS_OK;
}

static hys_status fill(hys_brain_cell *cell, hys__channel *c, const hys_channel_opts *o) {
    const hys__batch_opts opts = {.n = 1, .own_params = false, .temp = c->temp, .wide_from = 1};
    hys_status status = tell_reversal(cell, c, o);
    if (status == HYS_OK) status = hys__batch_new(cell->ctx, c->model, &opts, &c->plain);
    if (status != HYS_OK) return status;
    const hys__settings settings = {.set = c->set, .n_set = c->n_set, .spread = c->spread, .n_spread = c->n_spread};
    if (c->n_spread || c->reversal_param != HYS_NONE || has_file_spread(c->model->kernel)) {
        c->has_own = true; /* the text is checked with one instance, without its draws */
        status = hys__model_kernel(c->model, (hys__variant){true, true}, &c->kernel);
    } else c->kernel = c->plain->kernel;
    if (status == HYS_OK) status = hys__params_new(c->plain, &settings, &c->params);
    return status;
}

static double value_of(const hys__channel *c, const char *name, double otherwise) {
    const long at = hys__model_find_param(c->model, name, strlen(name));
    return at < 0 ? otherwise : c->plain->p[at][0];
}

static hys_status take_numbers(hys_brain_cell *cell, hys__channel *c, const hys_channel_opts *o) {
    const double area = value_of(c, "area", 1), reversal = value_of(c, "E_rev", 0);
    c->reversal = isnan(o->reversal) ? reversal : o->reversal;
    if (c->ion >= 0 && !c->is_absolute)
        c->reversal = hys__ion_reversal(&cell->ions.at[c->ion], cell->ions.at[c->ion].inside);
    c->scale = o->scale;
    c->density = HYS_NEW_N(&cell->arena, double, cell->n);
    c->reversals = hys__cell_row(cell, c->reversal);
    if (!c->density || !c->reversals) return HYS_NOMEM;
    for (size_t k = 0; k < cell->n; k++)
        c->density[k] = (o->densities ? o->densities[k] : o->density) * o->scale.conductance / area;
    return HYS_OK;
}

/* ---- the shape of its equations ---- */

static hys_u32 find_jac(const hys_kernel *k, hys_u32 row, hys_u32 col) {
    for (hys_u32 j = 0; j < k->n_jac; j++)
        if (k->jac_row[j] == row && k->jac_col[j] == col) return j;
    return HYS_NONE;
}

/* Each inner unknown has a row of its own with its own derivative in it, and no other derivative is anywhere. */
static bool has_own_rates(const hys__channel *c) {
    const hys_kernel *k = c->kernel;
    hys_u32 n_own = 0;
    for (hys_u32 m = 0; m < k->n_mass; m++) {
        if (k->mass_row[m] != k->mass_col[m] || k->mass_row[m] < c->nt) return false;
        const double mass = c->plain->mass[m][0];
        if (mass == 0 || !isfinite(1 / mass)) return false;
        c->per_mass[k->mass_row[m] - c->nt] = 1 / mass;
        c->rate[k->mass_row[m] - c->nt] = -1 / mass;
        n_own++;
    }
    return n_own == c->n_inner;
}

static bool is_alone(const hys__channel *c) {
    for (hys_u32 a = 0; a < c->n_inner; a++)
        for (hys_u32 b = 0; b < c->n_inner; b++)
            if (a != b && c->jac_ss[a * c->n_inner + b] != HYS_NONE) return false;
    return true;
}

#define LINEAR_TOL 1e-9

static void put_readers(const hys_brain_cell *cell, const hys__channel *c) {
    for (hys_u32 t = 2; t < c->nt; t++) {
        const hys__reader *r = &c->readers[t - 2];
        c->plain->x[t][0] = r->fixed ? r->fixed[0] : cell->ions.at[r->ion].inside;
    }
}

/* Whether the rates of states are linear in them, seen at a few potentials of a membrane. */
static bool is_linear(hys__channel *c) {
    static const double volts[] = {-0.09, -0.061, -0.032, 0.001, 0.04}, parts[] = {0.07, 0.31, 0.62, 0.94};
    hys__batch *b = c->plain;
    const hys_kernel *k = b->kernel;
    for (size_t a = 0; a < sizeof volts / sizeof *volts; a++)
        for (hys_u32 s = 0; s < c->n_inner; s++) {
            const hys_u32 self = c->jac_ss[s * c->n_inner + s];
            double first = 0;
            for (size_t p = 0; p < sizeof parts / sizeof *parts && self != HYS_NONE; p++) {
                for (hys_u32 u = 0; u < c->n_inner; u++) b->x[c->nt + u][0] = parts[p];
                b->x[0][0] = c->scale.voltage * (volts[a] - c->reversal) + c->scale.offset;
                b->x[1][0] = 0;
                k->eval_fj(&b->env, &b->in, &b->out);
                const double slope = b->jac[self][0];
                if (p == 0) first = slope;
                if (!(fabs(slope - first) <= LINEAR_TOL * fabs(first))) return false;
            }
        }
    return true;
}

static hys_status take_shape(hys_brain_cell *cell, hys__channel *c) {
    const hys_kernel *k = c->kernel;
    const hys_u32 n = k->n_unknowns - c->nt;
    hys__arena *a = &cell->arena;
    c->n_inner = n;
    c->jac_is = HYS_NEW_N(a, hys_u32, n + 1);
    c->jac_ss = HYS_NEW_N(a, hys_u32, (size_t)n * n + 1);
    double **const rows[] = {&c->per_mass, &c->rate, &c->lo, &c->hi, &c->scale_of, &c->start};
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) *rows[r] = HYS_NEW_N(a, double, n + 1);
    c->rate_start = HYS_NEW_N(a, double, k->n_unknowns + 1);
    c->has_mass = HYS_NEW_N(a, bool, n + 1);
    if (a->failed) return HYS_NOMEM;
    c->jac_vv = find_jac(k, 0, 0);
    for (hys_u32 s = 0; s < n; s++) {
        c->jac_is[s] = find_jac(k, 0, c->nt + s);
        for (hys_u32 u = 0; u < n; u++) c->jac_ss[s * n + u] = find_jac(k, c->nt + s, c->nt + u);
        c->scale_of[s] = k->unknowns[c->nt + s].abstol > 0 ? k->unknowns[c->nt + s].abstol : 1e-9;
    }
    c->plain->env.flags = HYS__FLAGS_START;
    c->plain->kernel->fixed(&c->plain->env, &c->plain->in, &c->plain->out);
    put_readers(cell, c);
    for (hys_u32 m = 0; m < k->n_mass; m++)
        if (k->mass_col[m] >= c->nt && c->plain->mass[m][0] != 0) c->has_mass[k->mass_col[m] - c->nt] = true;
    if (!n) c->kind = HYS__CHANNEL_STATIC;
    else if (!has_own_rates(c)) c->kind = HYS__CHANNEL_LOCAL;
    else if (!k->gates || !is_alone(c)) c->kind = HYS__CHANNEL_SMOOTH;
    else c->kind = is_linear(c) ? HYS__CHANNEL_GATES : HYS__CHANNEL_CURVED;
    if (c->kind == HYS__CHANNEL_LOCAL && !k->step)
        return hys__fail(cell->ctx, HYS_LIMIT, "choose a simpler model", "%s has too many inner unknowns", c->name);
    return HYS_OK;
}

static void take_clamps(hys__channel *c) {
    const hys_kernel *k = c->kernel;
    for (hys_u32 s = 0; s < c->n_inner; s++) {
        const hys_u32 flags = k->unknowns[c->nt + s].flags;
        c->lo[s] = flags & HYS_U_CLAMP_LO ? c->plain->clamp_lo[c->nt + s][0] : -INFINITY;
        c->hi[s] = flags & HYS_U_CLAMP_HI ? c->plain->clamp_hi[c->nt + s][0] : INFINITY;
    }
}

/* Initial values, and for unknowns that have none those that follow from them at the potential of the start. */
static hys_status take_start(hys_brain_cell *cell, hys__channel *c) {
    hys__batch *b = c->plain;
    const hys_kernel *k = b->kernel;
    enum { NT = 2 + HYS__MOST_PORTS };
    _Alignas(64) double i[NT][HYS_LANES_MAX] = {{0}}, g[NT * NT][HYS_LANES_MAX] = {{0}}, ok[HYS_LANES_MAX] = {0};
    double was[HYS_STEP_MAX + NT] = {0}, *is[NT], *gs[NT * NT];
    for (size_t t = 0; t < NT; t++) is[t] = i[t];
    for (size_t t = 0; t < NT * NT; t++) gs[t] = g[t];
    for (hys_u32 u = 0; u < k->n_unknowns; u++)
        b->x[u][0] = k->unknowns[u].units && !strcmp(k->unknowns[u].units, "K") ? c->temp : 0;
    b->x[0][0] = c->scale.voltage * (cell->opts.v_start - c->reversal) + c->scale.offset;
    put_readers(cell, c);
    b->env.flags = HYS__FLAGS_START;
    k->init(&b->env, &b->in, &b->out);
    for (hys_u32 u = c->nt; u < k->n_unknowns; u++) {
        const hys_u32 flags = k->unknowns[u].flags;
        if (flags & HYS_U_HAS_INIT) b->x[u][0] = b->x0[u][0];
        c->rate_start[u] =
            flags & HYS_U_DIFFERENTIAL && !(flags & HYS_U_CHARGE) && flags & HYS_U_HAS_INIT ? HYS_RATE_HELD : 0;
        was[u] = b->x[u][0];
    }
    b->env.flags = HYS__FLAGS_RUN;
    if (c->kind == HYS__CHANNEL_LOCAL) {
        for (hys_u32 u = 0; u < k->n_unknowns; u++) b->x0[u][0] = b->x[u][0];
        const hys_step_args args = {.h = INFINITY,
                                    .rtol = 1e-10,
                                    .max_iter = 100,
                                    .x = b->x,
                                    .x_old = (const double *const *)b->x0,
                                    .i = is,
                                    .g = gs,
                                    .ok = ok,
                                    .rate = c->rate_start};
        k->step(&b->env, &b->in, &args);
    }
    for (hys_u32 u = c->nt; u < k->n_unknowns; u++) {
        const double x = b->x[u][0];
        c->start[u - c->nt] = c->kind == HYS__CHANNEL_LOCAL && !(ok[0] != 0 && isfinite(x)) ? was[u] : x;
        if (!isfinite(c->start[u - c->nt]))
            return hys__fail(cell->ctx, HYS_ARG, "", "%s does not begin with a finite %s", c->name,
                             k->unknowns[u].name);
    }
    return HYS_OK;
}

/* Between its own steps such a channel is as good as absent. */
static hys_status take_step(hys_brain_cell *cell, hys__channel *c, double step) {
    bool has_current = c->jac_vv != HYS_NONE;
    if (step == 0) return HYS_OK;
    if (!(step > 0) || !isfinite(step))
        return hys__fail(cell->ctx, HYS_ARG, "", "states of %s cannot take steps of %g s", c->name, step);
    for (hys_u32 s = 0; s < c->n_inner; s++) has_current = has_current || c->jac_is[s] != HYS_NONE;
    if (has_current || !hys__channel_has_fixed(c))
        return hys__fail(cell->ctx, HYS_ARG, "leave out its own step",
                         "%s carries a current: its states take the steps of the cell", c->name);
    c->step = step;
    return HYS_OK;
}

static hys_status make(hys_brain_cell *cell, hys__channel *c, const hys_channel_opts *o) {
    hys_status status = load(cell, c, o);
    c->temp = cell->opts.temp;
    if (status == HYS_OK) status = check_kernel(cell, c);
    if (status == HYS_OK) status = hys__channel_find_readers(cell, c, o);
    if (status == HYS_OK) status = find_ion(cell, c, o);
    if (status == HYS_OK) status = fill(cell, c, o);
    if (status == HYS_OK) status = take_numbers(cell, c, o);
    if (status == HYS_OK) status = take_shape(cell, c);
    if (status == HYS_OK) status = take_step(cell, c, o->step);
    if (status != HYS_OK) return status;
    take_clamps(c);
    return take_start(cell, c);
}

hys_status hys_brain_cell_add_channel(hys_brain_cell *cell, const hys_channel_opts *opts) {
    hys_channel_opts o = hys_channel_opts_default();
    if (opts) memcpy(&o, opts, opts->size < sizeof o ? opts->size : sizeof o);
    if (cell->n_users > 1)
        return hys__fail(cell->ctx, HYS_ARG, "",
                         "cells of this type are in a brain already: it takes no more channels");
    hys_status status = check_opts(cell, &o);
    if (status != HYS_OK) return status;
    hys__channel *c = HYS_PUSH(&cell->arena, &cell->channels);
    if (!c) return HYS_NOMEM;
    status = make(cell, c, &o);
    for (size_t k = 0; k + 1 < cell->channels.n && status == HYS_OK; k++)
        if (!strcmp(cell->channels.at[k].name, c->name))
            status = hys__fail(cell->ctx, HYS_ARG, "give it a name of its own", "two channels are called %s", c->name);
    if (status == HYS_OK) return HYS_OK;
    hys__channel_release(c);
    cell->channels.n--;
    return status;
}

void hys__channel_release(hys__channel *c) {
    hys__params_free(c->params);
    hys__batch_free(c->plain);
    hys_model_free(c->model);
}

long hys__channel_find_state(const hys__channel *c, const char *name) {
    for (hys_u32 s = 0; s < c->n_inner; s++)
        if (!strcmp(c->kernel->unknowns[c->nt + s].name, name)) return (long)s;
    return -1;
}
