/* Pulses that lead through the window, and what the window is: repeated until nothing changes any more. */
#include "base/diag.h"
#include "network/synapse_scan.h"
#include <math.h>
#include <string.h>

#define USUAL_READ 0.1  /* V */
#define READ_WIDTH 1e-7 /* s */
#define LATER      16u  /* pulses behind each other that change next to nothing end a trail */
#define STILL      2e-3 /* of what has been gone so far */
#define NEAR       0.95 /* of the way: where pulses are counted */
#define TRIES      8u
#define CLOSE      1.06 /* to the number of pulses asked for */
#define COSTLY     40u  /* steps in time for a pulse */

typedef struct walker { /* one nominal cell */
    hys__distil *d;
    hys__stand *stand;
    size_t n_states, most_steps; /* most_steps: that a pulse has taken */
    const hys_synapse_pulse *read;
} walker;

/* ---- trails ---- */

static hys_status put_point(walker *w, hys__trail *t, double g) {
    if (t->n == t->cap) {
        const size_t cap = 2 * t->cap + 256;
        double *all = HYS_NEW_N(w->d->arena, double, cap * w->n_states + 1), *at = HYS_NEW_N(w->d->arena, double, cap);
        if (!all || !at) return HYS_NOMEM;
        if (t->n) memcpy(all, t->states, t->n * w->n_states * sizeof *all);
        if (t->n) memcpy(at, t->g, t->n * sizeof *at);
        t->states = all;
        t->g = at;
        t->cap = cap;
    }
    t->g[t->n] = g;
    return hys__stand_get(w->stand, t->states + t->n++ * w->n_states);
}

static hys_status read_one(walker *w, double *g) {
    return hys__stand_read(w->stand, w->read->voltage, w->read->gate, g);
}

static hys_status pulse_one(walker *w, const hys_synapse_pulse *p) {
    const hys__stand_pulse pulse = {&p->voltage, hys__stand_has_gates(w->stand) ? &p->gate : NULL, p->width,
                                    HYS__STAND_REST(p->width)};
    const size_t before = hys__stand_steps(w->stand);
    hys_status status = hys__stand_drive(w->stand, &pulse);
    const size_t steps = hys__stand_steps(w->stand) - before;
    w->most_steps = steps > w->most_steps ? steps : w->most_steps;
    return status;
}

/* From where the cell is, until little changes. */
static hys_status walk(walker *w, const hys_synapse_pulse *p, size_t most, hys__trail *t) {
    double g = 0;
    size_t still = 0;
    t->n = 0;
    hys_status status = read_one(w, &g);
    if (status == HYS_OK) status = put_point(w, t, g);
    while (status == HYS_OK && t->n <= most && still < LATER) {
        status = pulse_one(w, p);
        if (status == HYS_OK) status = read_one(w, &g);
        if (status != HYS_OK) break;
        const double step = fabs(g - t->g[t->n - 1]), gone = fabs(g - t->g[0]);
        still = t->n > 1 && step <= STILL / LATER * gone ? still + 1 : 0;
        if (t->n > LATER && gone < 1e-6 * fabs(g)) break;
        status = put_point(w, t, g);
    }
    return status;
}

/* Pulses to NEAR of the way, in part. */
static double pulses_of(const hys__trail *t) {
    const double whole = t->g[t->n - 1] - t->g[0];
    for (size_t k = 1; k < t->n; k++) {
        const double before = (t->g[k - 1] - t->g[0]) / whole, part = (t->g[k] - t->g[0]) / whole;
        if (part >= NEAR) return (double)(k - 1) + (NEAR - before) / (part - before);
    }
    return 0;
}

static double way_of(const hys__trail *t) {
    return t->n ? t->g[t->n - 1] - t->g[0] : 0;
}

/* ---- widths ---- */

/* The width with which so many pulses are needed.  A pulse that does all or nothing stays as it was found. */
static hys_status fit_width(walker *w, const double *from, double want, hys_synapse_pulse *p, hys__trail *t) {
    hys_synapse_pulse best = *p;
    double way = 0, found = 0;
    const size_t most = (size_t)(4 * want) + 64;
    for (size_t k = 0; k < TRIES; k++) {
        hys_status status = hys__stand_set(w->stand, from);
        if (status == HYS_OK) status = walk(w, p, most, t);
        if (status != HYS_OK) return status;
        const double n = pulses_of(t) / NEAR, gone = fabs(way_of(t));
        const bool is_short = gone < 0.7 * way;
        if (!is_short) {
            best = *p;
            way = fmax(way, gone);
            found = n;
        } else if (found > 0) { /* such short pulses do not go all the way: back half of it */
            p->width = sqrt(best.width * p->width);
            continue;
        }
        if (n >= want / CLOSE && n <= want * CLOSE) break;
        p->width = fmax(p->width * (n > 0 ? fmin(fmax(n / want, 0.02), 50) : 10), HYS__SHORTEST);
        if (p->width == best.width) break;
    }
    *p = best;
    return HYS_OK;
}

/* ---- what reads ---- */

static void choose_read(hys__scan *scan, const hys_synapse_opts *o, hys_synapse_pulse *read) {
    static const double volts[] = {0.2, 0.1, 0.05, 0.02, 0.01, 0.005};
    *read = o->read;
    read->gate = scan->gate;
    if (read->width == 0) read->width = READ_WIDTH;
    if (read->voltage != 0) return;
    const double quiet = hys__scan_quiet(scan);
    read->voltage = scan->read;
    if (read->voltage > USUAL_READ) return; /* below, nothing is seen */
    for (size_t k = 1; k < sizeof volts / sizeof *volts && read->voltage > 0.5 * quiet; k++) read->voltage = volts[k];
}

/* ---- all ---- */

static hys_status check_direction(hys__distil *d, const char *name, double way, const hys_synapse_pulse *p) {
    const bool is_up = !strcmp(name, "up");
    const hys_synapse_opts *o = &d->synapse->opts;
    if (is_up ? way > 0 : way < 0) return HYS_OK;
    if ((is_up ? o->up.width : o->down.width) == 0)
        return hys__fail(d->ctx, HYS_ARG, "give the pulse that does, if there is one",
                         "no pulse was found that brings the conductance of %s %s again and again",
                         d->synapse->cell.memory, name);
    return hys__fail(d->ctx, HYS_ARG, "leave its width out, and it is found",
                     "pulses of %g V and %g s, called '%s', change the conductance of %s by %g S", p->voltage, p->width,
                     name, d->synapse->cell.memory, way);
}

static hys_status remark_pulse(hys_synapse *s, const char *name, const hys_synapse_pulse *p, const hys__trail *t,
                               bool was_found) {
    const double n = pulses_of(t) / NEAR;
    char width[64];
    hys_quantity_format(p->width, "s", 3, width);
    const char *how = n < 1.5 ? "goes all the way: it is a switch, not a step" : "goes the way in about";
    if (n < 1.5)
        return hys__synapse_remark(s, "a pulse %s (%.3g V, %s%s) %s", name, p->voltage, width,
                                   was_found ? ", found" : "", how);
    return hys__synapse_remark(s, "a pulse %s (%.3g V, %s%s) %s %.3g pulses", name, p->voltage, width,
                               was_found ? ", found" : "", how, n);
}

/* Up, down and again: the first way may begin where pulses never come back to. */
static hys_status walk_window(walker *w, const hys__scan *scan, hys_synapse_law *l) {
    const size_t most = 4 * w->d->synapse->opts.pulses + 64;
    hys_status status = scan ? hys__stand_set(w->stand, scan->low_state) : HYS_OK;
    for (size_t round = 0; round < 2 && status == HYS_OK; round++) {
        status = walk(w, &l->up, most, &w->d->up);
        if (status == HYS_OK) status = walk(w, &l->down, most, &w->d->down);
        if (status == HYS_OK) status = hys__synapse_tell(w->d->synapse, 0.22 + 0.04 * (double)round);
    }
    if (status != HYS_OK) return status;
    status = check_direction(w->d, "up", way_of(&w->d->up), &l->up);
    if (status == HYS_OK) status = check_direction(w->d, "down", way_of(&w->d->down), &l->down);
    l->g_max = fmax(w->d->up.g[w->d->up.n - 1], w->d->down.g[0]);
    l->g_min = fmin(w->d->down.g[w->d->down.n - 1], w->d->up.g[0]);
    return status;
}

static hys_status find_pulses(walker *w, hys__scan *scan) {
    hys_synapse *s = w->d->synapse;
    hys_synapse_law *l = &s->law;
    const double want = (double)s->opts.pulses;
    hys_status status = HYS_OK;
    l->up = s->opts.up.width > 0 ? s->opts.up : hys__scan_choose(scan, true, want);
    l->down = s->opts.down.width > 0 ? s->opts.down : hys__scan_choose(scan, false, want);
    if (!(l->up.width > 0 && l->down.width > 0))
        return hys__fail(w->d->ctx, HYS_ARG, "give the pulse that does, if there is one",
                         "no pulse of 0.02 V to 8 V brings the conductance of %s %s again", s->cell.memory,
                         l->up.width > 0 ? "down" : "up");
    if (s->opts.up.width == 0) status = fit_width(w, scan->low_state, want, &l->up, &w->d->up);
    if (status == HYS_OK) status = hys__synapse_tell(s, 0.18);
    if (s->opts.down.width == 0 && status == HYS_OK)
        status = fit_width(w, scan->high_state, want, &l->down, &w->d->down);
    return status;
}

static hys_status remark_all(walker *w, const hys__scan *scan) {
    hys_synapse *s = w->d->synapse;
    const hys_synapse_law *l = &s->law;
    s->is_costly = w->most_steps > COSTLY;
    hys_status status = remark_pulse(s, "up", &l->up, &w->d->up, s->opts.up.width == 0);
    if (status == HYS_OK) status = remark_pulse(s, "down", &l->down, &w->d->down, s->opts.down.width == 0);
    if (status == HYS_OK && pulses_of(&w->d->up) < 1.5 && pulses_of(&w->d->down) < 1.5)
        status =
            hys__synapse_remark(s, "binary: there are two levels, and nothing between them is reached by these pulses");
    if (!scan || status != HYS_OK) return status;
    if (l->g_max - l->g_min < 0.5 * (scan->high - scan->low))
        status =
            hys__synapse_remark(s, "these pulses reach %.3g %% of what single long pulses reached, %.3g S to %.3g S",
                                100 * (l->g_max - l->g_min) / (scan->high - scan->low), scan->low, scan->high);
    if (status == HYS_OK && s->opts.read.voltage == 0)
        status =
            hys__synapse_remark(s, "reads are at %g V: up to %.3g V nothing was seen to change within a millisecond",
                                l->read.voltage, hys__scan_quiet(scan));
    return status;
}

static hys_status find_with(walker *w, hys__scan *scan) {
    hys_synapse *s = w->d->synapse;
    hys_synapse_law *l = &s->law;
    hys_status status = hys__scan_run(scan);
    if (status != HYS_OK) return status;
    choose_read(scan, &s->opts, &l->read);
    status = find_pulses(w, scan);
    if (status == HYS_OK) status = walk_window(w, scan, l);
    return status == HYS_OK ? remark_all(w, scan) : status;
}

/* Both pulses were given: the window is where they lead to. */
static hys_status take_given(walker *w) {
    hys_synapse *s = w->d->synapse;
    hys_synapse_law *l = &s->law;
    l->up = s->opts.up;
    l->down = s->opts.down;
    l->read = s->opts.read;
    if (l->read.voltage == 0) l->read.voltage = USUAL_READ;
    if (l->read.width == 0) l->read.width = READ_WIDTH;
    l->read.gate = isnan(s->opts.read_gate) ? l->up.gate : s->opts.read_gate;
    hys_status status = walk_window(w, NULL, l);
    return status == HYS_OK ? remark_all(w, NULL) : status;
}

hys_status hys__synapse_find(hys__distil *d) {
    const hys_synapse_opts *o = &d->synapse->opts;
    const bool are_given = o->up.width > 0 && o->down.width > 0;
    hys_cell_opts cell = d->synapse->cell;
    hys__scan scan = {.stand = NULL};
    walker w = {.d = d, .read = &d->synapse->law.read};
    cell.n_spread = 0;
    hys_status status = are_given ? HYS_OK : hys__scan_new(d, &scan);
    if (status == HYS_OK)
        status = hys__stand_new(d->ctx, &(hys__stand_opts){.cell = &cell, .n = 1, .most_steps = 20000}, &w.stand);
    if (status == HYS_OK) {
        w.n_states = hys__stand_n_states(w.stand);
        status = are_given ? take_given(&w) : find_with(&w, &scan);
    }
    hys__stand_free(w.stand);
    hys__scan_free(&scan);
    return status;
}
