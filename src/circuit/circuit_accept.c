/* Accepted points: what devices remember, say and ask for. */
#include "circuit/circuit_impl.h"
#include "device/effect.h"
#include "veriloga/ir.h"
#include <math.h>
#include <string.h>

/* ---- words ---- */

static void say(hys__circuit *c, const hys_effect_info *info, const char *instance, const char *text) {
    const char *file = hys_model_file(c->speaking->model);
    int32_t line = (int32_t)info->line;
    switch (info->kind) {
    case VA_EFFECT_WARNING:
        hys__report_at(c->ctx, HYS_WARNING, HYS_OK, file, line, 0, "", "", "%s: %s", instance, text);
        break;
    case VA_EFFECT_ERROR:
    case VA_EFFECT_FATAL:
        c->effect_status = hys__report_at(c->ctx, HYS_ERROR, HYS_SEMANTIC, file, line, 0, "",
                                          "the device itself reports this", "%s: %s", instance, text);
        break;
    default:
        if (c->message) c->message(c->message_user, text);
    }
}

static void effect(void *user, hys_u32 which, hys_u32 instance, const double *values, hys_u32 n_values) {
    hys__circuit *c = user;
    hys__group *g = c->speaking;
    const hys_effect_info *info = &g->kernel->effects[which];
    if (info->kind == VA_EFFECT_DISCONTINUITY) {
        g->wants_restart = true;
        return;
    }
    if (info->kind == VA_EFFECT_FINISH || info->kind == VA_EFFECT_STOP || info->kind == VA_EFFECT_FATAL)
        c->is_finished = true;
    if (!info->format || !info->format[0]) return;
    char name[256];
    hys__flat_elem_name(c->flat, g->elems[instance], name, sizeof name);
    hys__text out;
    hys__text_init(&out, c->ctx);
    hys__effect_text(info, name, values, n_values, &out);
    if (!out.failed && out.n) say(c, info, name, out.at);
    hys__text_free(&out);
}

/* ---- points ---- */

static void set_fired(hys__circuit *c, hys__group *g, const unsigned char *fired) {
    g->batch->in.event = NULL;
    if (!fired || !g->kernel->n_events) return;
    for (hys_u32 e = 0; e < g->kernel->n_events; e++)
        for (size_t i = 0; i < g->n; i++) g->batch->event[e][i] = fired[g->first_root + e * g->n + i];
    g->batch->in.event = (const double *const *)g->batch->event;
    (void)c;
}

static hys_status not_finite(hys__circuit *c, const hys__group *g, hys_u32 k, size_t i) {
    char name[256];
    hys__flat_elem_name(c->flat, g->elems[i], name, sizeof name);
    return hys__fail(c->ctx, HYS_NOCONV, "check its equation for division by zero or overflow",
                     "%s: %s becomes %g at %g s", name, g->kernel->retained[k].name, g->batch->r_next[k][i], c->time);
}

static hys_status commit(hys__circuit *c, hys__group *g, bool *jumped) {
    for (hys_u32 k = 0; k < g->kernel->n_retained; k++)
        for (size_t i = 0; i < g->n; i++) {
            double next = g->batch->r_next[k][i], now = g->batch->r[k][i];
            if (!isfinite(next) && isfinite(now)) return not_finite(c, g, k, i);
            if (next != now) *jumped = true;
            g->batch->r[k][i] = next;
        }
    return HYS_OK;
}

static void bound(hys__circuit *c, const hys__group *g) {
    for (size_t i = 0; i < g->n; i++) {
        double step = g->batch->bound_step[i], next = g->batch->next_time[i];
        if (step > 0) c->bound_step = fmin(c->bound_step, step);
        if (next > c->time) c->next_time = fmin(c->next_time, next);
    }
}

static bool has_something_to_say(const hys_kernel *k) {
    return k->accept && (k->n_retained || k->n_effects || k->n_delays || k->n_events || k->flags & HYS_K_USES_TIME ||
                         k->flags & HYS_K_DRAWS || k->flags & HYS_K_STEPPED);
}

hys_status hys__circuit_accept(hys__circuit *c, double t, const double *y, const unsigned char *fired, bool *jumped) {
    *jumped = false;
    c->bound_step = c->next_time = INFINITY;
    c->effect_status = HYS_OK;
    if (!c->needs_accept) return HYS_OK;
    hys__circuit_gather(c, t, y);
    for (size_t j = 0; j < c->groups.n; j++) {
        hys__group *g = &c->groups.at[j];
        hys__batch *b = g->batch;
        if (!has_something_to_say(g->kernel)) continue;
        set_fired(c, g, fired);
        g->wants_restart = false;
        for (size_t i = 0; i < g->n_pad; i++) b->bound_step[i] = b->next_time[i] = INFINITY;
        c->speaking = g;
        b->out.effect = effect;
        b->out.effect_user = c;
        if (b->in.event) hys__batch_draw_anew(b);
        g->kernel->accept(&b->env, &b->in, &b->out);
        if (b->in.event) hys__batch_draw_as_before(b);
        b->in.event = NULL;
        bound(c, g);
        *jumped = *jumped || g->wants_restart;
        hys_status status = commit(c, g, jumped);
        if (*jumped) c->probe_evals = 0; /* what probes read is that of before */
        if (status == HYS_OK) status = c->effect_status;
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

void hys__circuit_plan_accept(hys__circuit *c) {
    c->needs_accept = false;
    for (size_t j = 0; j < c->groups.n; j++)
        c->needs_accept = c->needs_accept || has_something_to_say(c->groups.at[j].kernel);
}

/* ---- events ---- */

bool hys__circuit_roots(hys__circuit *c, double t, const double *y, double *g) {
    hys__circuit_gather(c, t, y);
    for (size_t j = 0; j < c->groups.n; j++) {
        hys__group *group = &c->groups.at[j];
        if (!group->kernel->n_events) continue;
        group->kernel->roots(&group->batch->env, &group->batch->in, &group->batch->out);
        for (hys_u32 e = 0; e < group->kernel->n_events; e++)
            memcpy(g + group->first_root + e * group->n, group->batch->root[e], group->n * sizeof *g);
    }
    double *at = g + c->n_roots - c->switches.n;
    for (size_t i = 0; i < c->switches.n; i++) {
        const hys__switch *s = &c->switches.at[i];
        at[i] = s->is_smooth ? 1 : hys__switch_control(c, s, y) - (s->is_on ? s->off : s->on);
    }
    return hys__circuit_all_finite(g, c->n_roots);
}

/* Puts clamped states that have crossed a bound onto it and marks those that rest at one. */
void hys__circuit_project(hys__circuit *c, double *y) {
    for (size_t j = 0; j < c->groups.n; j++) {
        hys__group *g = &c->groups.at[j];
        for (hys_u32 u = 0; g->has_clamps && u < g->kernel->n_unknowns; u++) {
            hys_u32 flags = g->kernel->unknowns[u].flags;
            if (!(flags & (HYS_U_CLAMP_LO | HYS_U_CLAMP_HI))) continue;
            signed char *at = g->at_bound + u * g->n_pad;
            const uint32_t *to = g->to_y + u * g->n_pad;
            for (size_t i = 0; i < g->n; i++) {
                if (to[i] == c->n) continue;
                double *x = &y[to[i]], lo = g->batch->clamp_lo[u][i], hi = g->batch->clamp_hi[u][i];
                at[i] = 0;
                if (flags & HYS_U_CLAMP_LO && *x <= lo) *x = lo, at[i] = -1;
                if (flags & HYS_U_CLAMP_HI && *x >= hi) *x = hi, at[i] = 1;
            }
        }
    }
}
