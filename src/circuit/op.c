/* Operating points: the equilibrium, the held point that starts a transient, and the first instant with uic. */
#include "base/units.h"
#include "circuit/circuit_impl.h"
#include "veriloga/ir.h"
#include <math.h>
#include <string.h>

#define FLAG(name) (1u << VA_FLAG_##name)

void hys__circuit_flags(hys__circuit *c, uint32_t flags) {
    for (size_t j = 0; j < c->groups.n; j++) c->groups.at[j].batch->env.flags = flags;
}

static const uint32_t mode_flags[] = {[HYS__MODE_EQUILIBRIUM] = FLAG(STATIC) | FLAG(DC),
                                      [HYS__MODE_HELD] = FLAG(INIT) | FLAG(STATIC) | FLAG(TRAN) | FLAG(IC),
                                      [HYS__MODE_TRAN] = FLAG(TRAN),
                                      [HYS__MODE_SMALL_SIGNAL] = FLAG(STATIC) | FLAG(AC)};

void hys__circuit_set_mode(hys__circuit *c, hys__circuit_mode mode) {
    c->mode = mode;
    c->has_source_values = c->has_line_history = false;
    hys__circuit_unpin(c);
    hys__circuit_flags(c, mode_flags[mode]);
}

/* ---- where Newton starts ---- */

/* Exactly 0 comes first, then points beside it, for equations that divide by an unknown. */
static const double beside[] = {0, 1e-6, -1e-6, 1e-2, 1};
#define N_GUESSES (sizeof beside / sizeof *beside)

static void guess(const hys__circuit *c, size_t attempt, double *y) {
    hys__unit unit, kelvin;
    hys__unit_parse("K", 1, &kelvin);
    for (uint32_t i = 0; i < c->n; i++) y[i] = beside[attempt];
    for (size_t k = 0; k < c->units.n; k++) {
        const char *text = c->units.at[k];
        if (!hys__unit_parse(text, strlen(text), &unit) || !hys__unit_same_dim(&unit, &kelvin)) continue;
        for (uint32_t i = 0; i < c->n; i++)
            if (c->unit_of[i] == k) y[i] = c->temp;
    }
}

/* ---- .ic and .nodeset ---- */

typedef struct forcing {
    double *conductance, *to; /* [n]; S, V */
    size_t n;
} forcing;

#define FORCE 1e6 /* S: 1 uohm to the potential asked for */

static void read_presets(hys__circuit *c, bool is_nodeset, bool may_be_ic, forcing *f) {
    f->n = 0;
    f->conductance = c->room;
    f->to = c->room + c->n;
    memset(f->conductance, 0, c->n * sizeof(double));
    for (size_t i = 0; i < c->flat->n_presets; i++) {
        const hys__preset *p = &c->flat->presets[i];
        uint32_t y = p->node < c->flat->n_nodes ? c->y_of[p->node] : c->n;
        if (y == c->n || isnan(p->value) || (p->is_nodeset ? !is_nodeset : !may_be_ic)) continue;
        f->conductance[y] = FORCE;
        f->to[y] = p->value;
        f->n++;
    }
}

static void force(hys__circuit *c, const forcing *f) {
    c->forced = f && f->n ? f->conductance : NULL;
    c->forced_to = f && f->n ? f->to : NULL;
}

/* ---- the ladder, with what surrounds it ---- */

static hys_status climb(hys__circuit *c, const hys__op_opts *opts, double *y) {
    hys__dc_opts dc = {.is_node = c->is_node, .source_scale = &c->source_scale, .follows = opts->use_start};
    if (c->charge) {
        dc.c = 1 / c->first_instant;
        dc.y_old = c->room + 2 * (size_t)c->n;
        memset(c->room + 2 * (size_t)c->n, 0, c->n * sizeof(double));
    }
    hys_status status = hys__dc_solve(c->newton, &dc, opts->t, y);
    c->op_method = hys__newton_last(c->newton)->method;
    c->has_source_values = false;
    return status;
}

/* What absdelay gives at rest: what goes in. */
static bool settle_delays(hys__circuit *c, double t, const double *y) {
    bool moved = false;
    hys__circuit_gather(c, t, y);
    for (size_t j = 0; j < c->groups.n; j++) {
        hys__group *g = &c->groups.at[j];
        if (!g->kernel->n_delays) continue;
        hys_out out = g->batch->out;
        out.effect = NULL;
        g->kernel->accept(&g->batch->env, &g->batch->in, &out);
        for (hys_u32 k = 0; k < g->kernel->n_delays; k++)
            for (size_t i = 0; i < g->n; i++) {
                double in = g->batch->delay_in[k][i], was = g->batch->delayed[k][i];
                moved = moved || !(fabs(in - was) <= 1e-9 * fabs(in) + 1e-12);
            }
    }
    return moved;
}

#define ROUNDS_MAX 30

static hys_status pin_states(hys__circuit *c, double t, const double *y, bool *moved) {
    *moved = false;
    if (c->mode != HYS__MODE_HELD || c->charge) return HYS_OK;
    hys__circuit_gather(c, t, y);
    return hys__circuit_pin_initial(c, moved);
}

/* Until switches, delays and, where states are held, their initial values agree with the solution. */
static hys_status settle(hys__circuit *c, const hys__op_opts *opts, double *y) {
    bool moved;
    hys_status status = pin_states(c, opts->t, y, &moved);
    for (int round = 0; round < ROUNDS_MAX && status == HYS_OK; round++) {
        status = climb(c, opts, y);
        if (status != HYS_OK) break;
        bool again = hys__switches_update(c, y);
        again = settle_delays(c, opts->t, y) || again;
        status = pin_states(c, opts->t, y, &moved);
        if (!again && !moved) break; /* a switch that its own action opens and closes never gets here */
    }
    return status;
}

/* States where nothing tells them to move are held, as long as that is so. */
static hys_status solve_equilibrium(hys__circuit *c, const hys__op_opts *opts, double *y) {
    hys_status status = HYS_OK;
    for (int round = 0; round < 4; round++) {
        size_t n_before = c->n_pins;
        hys__circuit_unpin(c);
        const hys__point at = {.t = opts->t, .y = y};
        hys__circuit_eval(c, &at, c->f, c->jac);
        status = hys__circuit_pin_lost(c, y);
        if (status != HYS_OK || (round && c->n_pins == n_before)) return status;
        status = settle(c, opts, y);
        if (status != HYS_OK) return status;
    }
    return status;
}

/* Kernels' initial values of states into y: where equilibria are looked for, and kept where states are held. */
static hys_status start_states(hys__circuit *c, double t, double *y) {
    bool moved;
    hys__circuit_gather(c, t, y);
    hys__circuit_unpin(c);
    hys_status status = hys__circuit_pin_initial(c, &moved);
    for (size_t p = 0; p < c->n_pins; p++) y[c->pins[p].col] = c->pins[p].value;
    if (c->mode != HYS__MODE_HELD) hys__circuit_unpin(c);
    return status;
}

static hys_status solve(hys__circuit *c, const hys__op_opts *opts, double *y) {
    return c->mode == HYS__MODE_HELD ? settle(c, opts, y) : solve_equilibrium(c, opts, y);
}

/* .nodeset holds nodes while a first solution is sought, .ic (before transients) to the end. */
static hys_status solve_with_presets(hys__circuit *c, const hys__op_opts *opts, double *y) {
    forcing f = {.n = 0};
    hys_status status = HYS_OK;
    bool is_transient = opts->is_transient || c->mode == HYS__MODE_HELD;
    if (c->flat->n_presets && !opts->use_start) {
        read_presets(c, true, is_transient, &f);
        force(c, &f);
        if (f.n) status = solve(c, opts, y);
        if (status == HYS_NOCONV || status == HYS_SINGULAR) status = HYS_OK; /* a bad guess is no more than that */
        read_presets(c, false, is_transient, &f);
        force(c, &f);
    }
    if (status == HYS_OK) status = solve(c, opts, y);
    force(c, NULL);
    return status;
}

/* The first instant: capacitances keep their charges, inductors their flux, states their values; the rest follows. */
static hys_status solve_first_instant(hys__circuit *c, const hys__op_opts *opts, double *y) {
    double *start = c->room + 3 * (size_t)c->n, *charge;
    guess(c, 0, start);
    hys_status status = start_states(c, opts->t, start);
    hys__circuit_unpin(c);
    for (size_t i = 0; i < c->flat->n_presets; i++) {
        const hys__preset *p = &c->flat->presets[i];
        if (!p->is_nodeset && p->node < c->flat->n_nodes && !isnan(p->value)) start[c->y_of[p->node]] = p->value;
    }
    start[c->n] = 0;
    if (status == HYS_OK) status = hys__circuit_initial_charge(c, &charge, start);
    if (status != HYS_OK) return status;
    memcpy(y, start, c->n * sizeof *y);
    c->charge = charge;
    status = settle(c, opts, y);
    c->charge = NULL;
    return status;
}

/* What @(initial_step) gives retained variables at y; true when some changed. */
static bool take_initial_retained(hys__circuit *c, double t, const double *y) {
    bool moved = false;
    hys__circuit_gather(c, t, y);
    for (size_t j = 0; j < c->groups.n; j++) {
        hys__group *g = &c->groups.at[j];
        if (!g->kernel->n_retained || !g->kernel->init) continue;
        hys_u32 flags = g->batch->env.flags;
        g->batch->env.flags |= FLAG(INIT);
        g->kernel->init(&g->batch->env, &g->batch->in, &g->batch->out);
        g->batch->env.flags = flags;
        for (hys_u32 k = 0; k < g->kernel->n_retained; k++)
            moved = moved || memcmp(g->batch->r[k], g->batch->r_next[k], g->n * sizeof(double)) != 0;
        hys__batch_commit(g->batch);
    }
    return moved;
}

#define INITIAL_ROUNDS 5

/* Until what the devices start with agrees with the solution. */
static hys_status solve_from_nothing(hys__circuit *c, const hys__op_opts *opts, double *y) {
    hys_status status = start_states(c, opts->t, y);
    take_initial_retained(c, opts->t, y);
    for (int round = 0; round < INITIAL_ROUNDS && status == HYS_OK; round++) {
        status = solve_with_presets(c, opts, y);
        if (status == HYS_OK && !take_initial_retained(c, opts->t, y)) break;
    }
    return status;
}

static hys_status attempt(hys__circuit *c, const hys__op_opts *opts, size_t n, double *y) {
    if (opts->uic) return solve_first_instant(c, opts, y);
    if (opts->use_start) return solve_with_presets(c, opts, y);
    guess(c, n, y);
    return solve_from_nothing(c, opts, y);
}

hys_status hys__circuit_op(hys__circuit *c, const hys__op_opts *opts, double *y) {
    hys__circuit_mode before = c->mode;
    hys__circuit_mode mode = opts->is_held || opts->uic         ? HYS__MODE_HELD
                             : before == HYS__MODE_SMALL_SIGNAL ? before
                                                                : HYS__MODE_EQUILIBRIUM;
    if (mode != before || !opts->use_start) hys__circuit_set_mode(c, mode);
    if (!(c->first_instant > 0)) c->first_instant = 1e-15;
    if (!opts->use_start)
        for (size_t k = 0; k < c->switches.n; k++) c->switches.at[k].is_on = false;
    hys_status status = HYS_OK;
    c->starts_transient = opts->is_transient;
    c->has_source_values = false;
    for (size_t n = 0; n < N_GUESSES; n++) {
        status = attempt(c, opts, n, y);
        bool is_over = opts->use_start || opts->uic || !hys__newton_last(c->newton)->is_nonfinite;
        if (status == HYS_OK || is_over) break;
    }
    if (status == HYS_OK && opts->uic) take_initial_retained(c, opts->t, y);
    if (status != HYS_OK) {
        const char *what =
            opts->is_held || opts->uic || opts->is_transient ? "start of the transient" : "operating point";
        status = hys__circuit_no_solution(c, status, 0, what, y);
    }
    c->starts_transient = false;
    if (mode != before && mode == HYS__MODE_HELD) hys__circuit_set_mode(c, before);
    return status;
}
