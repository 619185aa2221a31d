/* A synapse as a port: linear, at rest without events, of one or two decays.
 *
 *     x' = A x between events, x += J weight at one, i = (c x) (v - e)
 *
 * A, J and c are found by trying the file's statements at unit vectors, and tried again elsewhere.  The response to an
 * event is c exp(A t) J: with eigenvalues a, b of A it is p exp(a t) + q exp(b t), or (p + q t) exp(a t). */
#include "base/units.h"
#include "io/nmodl_eval.h"
#include "io/nmodl_write.h"
#include <math.h>
#include <string.h>

#define N_STATES 2
#define ALIKE    1e-9 /* of what is computed twice */
#define MG_HALF  3.57 /* mM */

typedef struct probe {
    nm_file *f;
    nm_values v;
    const nm_block *initial, *breakpoint, *events;
    size_t state[N_STATES], n;
    size_t at_v, at_t, at_weight;
    double a[2][2], jump[2], out[2]; /* 1/ms; per weight; nA/mV, or nA, per state */
    hys_nmodl_port *port;
} probe;

static const char hint[] = "a netlist takes it as hysteron device import writes it";

/* ---- trying ---- */

static bool is_near(double a, double b, double scale) {
    return fabs(a - b) <= ALIKE * fabs(scale);
}

static void set_states(probe *p, const double *x) {
    for (size_t k = 0; k < N_STATES && k < p->n; k++) p->v.at[p->state[k]] = x[k];
}

/* nA out of the cell, and the rates of states beside it. */
static double try_breakpoint(probe *p, const double *x, double mv, double ms, double *rate) {
    double i = 0;
    set_states(p, x);
    p->v.at[p->at_v] = mv;
    p->v.at[p->at_t] = ms;
    nm_run(&p->v, p->breakpoint, p->breakpoint->body);
    for (size_t k = 0; k < p->f->symbols.n; k++) {
        const nm_symbol *s = &p->f->symbols.at[k];
        if (nm_is_carried(s)) i += s->is_electrode ? -p->v.at[k] : p->v.at[k];
    }
    for (size_t k = 0; k < N_STATES && k < p->n && rate; k++) rate[k] = p->v.rate[p->state[k]];
    return i;
}

static void try_event(probe *p, const double *x, double weight, double ms, double *gain) {
    set_states(p, x);
    p->v.at[p->at_weight] = weight;
    p->v.at[p->at_t] = ms;
    nm_run(&p->v, p->events, p->events->body);
    for (size_t k = 0; k < N_STATES && k < p->n; k++) gain[k] = p->v.at[p->state[k]] - x[k];
}

/* x, x, mV, ms, weight: great ones too, for what saturates */
static const double tried[][5] = {{0, 0, -70, 0, 0},          {0.7, 1.9, -95, 3, 1e-3}, {2.1, 0.3, 35, 500, 2},
                                  {0.02, 0.05, -40, 7, -0.5}, {1e6, 2e6, -60, 20, 3e6}, {2e-9, 1e-9, 10, 30, 1e-9}};
#define N_TRIED (sizeof tried / sizeof *tried)

static hys_status find_rates(probe *p) {
    for (size_t j = 0; j < N_STATES && j < p->n; j++) {
        double x[2] = {j == 0, j == 1}, rate[2] = {0, 0};
        try_breakpoint(p, x, -65, 0, rate);
        for (size_t k = 0; k < N_STATES && k < p->n; k++) p->a[k][j] = rate[k];
    }
    for (size_t i = 0; i < N_TRIED; i++) {
        double rate[2] = {0, 0};
        const double *x = tried[i];
        try_breakpoint(p, x, tried[i][2], tried[i][3], rate);
        for (size_t k = 0; k < N_STATES && k < p->n; k++) {
            const double b = p->n > 1 ? p->a[k][1] * x[1] : 0, want = p->a[k][0] * x[0] + b;
            if (!is_near(rate[k], want, fabs(p->a[k][0] * x[0]) + fabs(b)))
                return nm_refuse(p->f, p->f->symbols.at[p->state[k]].span, hint,
                                 "as a port, %s does not just decay: its rate is not linear in the states alone",
                                 p->f->symbols.at[p->state[k]].name);
        }
    }
    return HYS_OK;
}

static hys_status find_jumps(probe *p) {
    const double none[2] = {0, 0};
    try_event(p, none, 1, 0, p->jump);
    for (size_t i = 0; i < N_TRIED; i++) {
        const double weight = tried[i][4];
        double gain[2] = {0, 0};
        try_event(p, tried[i], weight, tried[i][3], gain);
        for (size_t k = 0; k < N_STATES && k < p->n; k++)
            if (!is_near(gain[k], weight * p->jump[k], fabs(weight * p->jump[k]) + 1e-6 * tried[i][k]))
                return nm_refuse(p->f, p->events->span, hint,
                                 "as a port, what an event does to %s is not its weight times a constant",
                                 p->f->symbols.at[p->state[k]].name);
    }
    return HYS_OK;
}

/* ---- the current ---- */

/* x f(v): the same f for all states. */
static hys_status check_current(probe *p, double (*of)(const probe *, double)) {
    for (size_t i = 0; i < N_TRIED; i++) {
        const double *x = tried[i], b = p->n > 1 ? p->out[1] * x[1] : 0, sum = p->out[0] * x[0] + b;
        const double size = fabs(p->out[0] * x[0]) + fabs(b), shape = of(p, tried[i][2]);
        if (!is_near(try_breakpoint(p, x, tried[i][2], tried[i][3], NULL), sum * shape,
                     size * fabs(shape) + 1e-9 * size))
            return nm_refuse(p->f, p->breakpoint->span, hint,
                             "as a port, the current is no conductance times (v - e), with a block by "
                             "magnesium or without");
    }
    return HYS_OK;
}

static double drive(const probe *p, double mv) {
    return p->port->is_current ? 1 : mv - 1e3 * p->port->reversal;
}

static double blocked_drive(const probe *p, double mv) {
    return drive(p, mv) / (1 + p->port->magnesium / MG_HALF * exp(-1e-3 * p->port->slope * mv));
}

/* nA of both states at their like. */
static double total(probe *p, double mv) {
    const double x[2] = {p->out[0] != 0, p->n > 1 && p->out[1] != 0 && p->out[0] == 0};
    return try_breakpoint(p, x, mv, 0, NULL);
}

/* Where the current turns, by halves; NaN: nowhere. */
static double find_reversal(probe *p) {
    double low = -200, high = 200;
    const double i_low = total(p, low);
    if (!(i_low * total(p, high) < 0)) return NAN;
    for (int k = 0; k < 200 && high - low > 1e-13; k++) {
        const double middle = 0.5 * (low + high);
        if (i_low * total(p, middle) > 0) low = middle;
        else high = middle;
    }
    const double e = 0.5 * (low + high);
    return fabs(e - round(e)) < 1e-9 ? round(e) : e;
}

/* (v - e)/i = (1 + mg/3.57 exp(-s v))/g, at three potentials: differences are in the ratio exp(30 s). */
static void find_block(probe *p) {
    const double e = 1e3 * p->port->reversal;
    double y[3];
    for (int k = 0; k < 3; k++) y[k] = (30.0 * k - 75) / total(p, e + 30.0 * k - 75);
    const double slope = log((y[0] - y[1]) / (y[1] - y[2])) / 30, z = exp(-slope * (e - 45));
    const double part = (y[1] - y[2]) / (1 - exp(-30 * slope)) / z; /* mg/3.57/g */
    const bool is_usual = !(fabs(slope - 0.062) > 1e-9);
    p->port->slope = is_usual ? 62 : 1e3 * slope;
    p->port->magnesium = fmax(0, MG_HALF * part / (y[1] - part * z));
}

/* The current of each state at 1, over the shape of all. */
static void find_outs(probe *p, double (*of)(const probe *, double)) {
    for (size_t k = 0; k < N_STATES && k < p->n; k++) {
        const double x[2] = {k == 0, k == 1}, mv = 1e3 * p->port->reversal - 70;
        p->out[k] = try_breakpoint(p, x, mv, 0, NULL) / of(p, mv);
    }
}

static hys_status find_current(probe *p) {
    hys_nmodl_port *port = p->port;
    for (size_t k = 0; k < N_STATES && k < p->n; k++) {
        const double x[2] = {k == 0, k == 1};
        p->out[k] = try_breakpoint(p, x, -70.123456789, 0, NULL); /* where no potential reverses */
    }
    const double turn = find_reversal(p);
    port->is_current = isnan(turn);
    port->reversal = isnan(turn) ? 0 : 1e-3 * turn;
    find_outs(p, drive);
    if (port->is_current) return check_current(p, drive);
    const double bent = total(p, turn + 60) / total(p, turn - 60);
    if (is_near(bent, -1, 1)) return check_current(p, drive);
    find_block(p);
    find_outs(p, blocked_drive);
    port->kind = "nmda";
    return check_current(p, blocked_drive);
}

/* ---- the time course ---- */

static hys_status refuse_course(const probe *p) {
    return nm_refuse(
        p->f, p->f->symbols.at[p->state[0]].span, hint,
        "as a port, the response to an event is neither an exponential, an alpha function nor a difference "
        "of two exponentials");
}

static hys_status take_course(const probe *p, const char *kind, double tau, double tau_rise, double gain) {
    hys_nmodl_port *port = p->port;
    const bool has_block = port->kind != NULL, rises = !strcmp(kind, "dual") || (has_block && !strcmp(kind, "alpha"));
    if (port->is_current) gain = -gain; /* into the cell */
    if (gain == 0) return nm_refuse(p->f, p->events->span, hint, "as a port, no current follows an event");
    if (!(tau > 0 && isfinite(tau) && tau_rise > 0 && isfinite(tau_rise) && isfinite(gain) && gain != 0) ||
        (has_block && !rises) || (!port->is_current && gain < 0))
        return refuse_course(p);
    if (!has_block) port->kind = kind;
    port->tau = 1e-3 * tau;
    port->tau_rise = 1e-3 * tau_rise;
    port->gain = gain;
    return HYS_OK;
}

/* p exp(-t/slow) + q exp(-t/fast); the peak of the difference of two is 1 at the port. */
static hys_status take_two(const probe *p, double slow, double fast, double of_slow, double of_fast) {
    const double size = fabs(of_slow) + fabs(of_fast), peak = slow * fast / (slow - fast) * log(slow / fast);
    if (is_near(of_fast, 0, size)) return take_course(p, "exponential", slow, slow, of_slow);
    if (is_near(of_slow, 0, size)) return take_course(p, "exponential", fast, fast, of_fast);
    if (!is_near(of_slow, -of_fast, size)) return refuse_course(p);
    return take_course(p, "dual", slow, fast, of_slow * (exp(-peak / slow) - exp(-peak / fast)));
}

static hys_status find_course(probe *p) {
    if (p->n == 1) return take_course(p, "exponential", -1 / p->a[0][0], 1, p->out[0] * p->jump[0]);
    const double trace = p->a[0][0] + p->a[1][1], *c = p->out, *j = p->jump;
    const double half = 0.5 * (p->a[0][0] - p->a[1][1]), gap2 = half * half + p->a[0][1] * p->a[1][0];
    const double size = fabs(half * half) + fabs(p->a[0][1] * p->a[1][0]) + ALIKE * trace * trace;
    const double direct = c[0] * j[0] + c[1] * j[1];
    const double aj[2] = {p->a[0][0] * j[0] + p->a[0][1] * j[1], p->a[1][0] * j[0] + p->a[1][1] * j[1]};
    const double moved = c[0] * aj[0] + c[1] * aj[1]; /* c A J */
    if (gap2 < -ALIKE * size) return refuse_course(p);
    if (gap2 <= ALIKE * size) {
        const double decay = -0.5 * trace, growth = moved + decay * direct, tau = 1 / decay;
        const double all = fabs(moved) + fabs(decay * direct);
        if (is_near(growth, 0, all)) return take_course(p, "exponential", tau, tau, direct);
        if (!is_near(direct * decay, 0, all)) return refuse_course(p);
        return take_course(p, "alpha", tau, tau, growth * tau * exp(-1));
    }
    const double slow = 0.5 * trace + sqrt(gap2), fast = 0.5 * trace - sqrt(gap2); /* 1/ms, negative */
    return take_two(p, -1 / slow, -1 / fast, (moved - fast * direct) / (slow - fast),
                    (slow * direct - moved) / (slow - fast));
}

/* ---- parameters ---- */

static hys_status set_one(probe *p, const char *text) {
    hys__unit unit, own;
    bool has_unit;
    double value;
    const char *equals = strchr(text, '='), *ours = NULL;
    const size_t n = equals ? (size_t)(equals - text) : 0;
    nm_symbol *s = NULL;
    for (size_t k = 0; k < p->f->symbols.n; k++)
        if (strlen(p->f->symbols.at[k].name) == n && !memcmp(p->f->symbols.at[k].name, text, n))
            s = &p->f->symbols.at[k];
    if (!equals || !s || s->class != NM_PARAM || s->is_weight)
        return hys__fail(p->f->ctx, HYS_ARG, "NAME=VALUE, a PARAMETER of the file", "%.80s: no parameter of %.80s",
                         text, p->f->path);
    if (!hys__quantity_parse(equals + 1, strlen(equals + 1), &value, &unit, &has_unit))
        return hys__fail(p->f->ctx, HYS_ARG, "", "%.80s: not a number with a unit", text);
    if (has_unit) {
        ours = nm_unit_ours(p->f, s->unit);
        if (!ours && p->f->arena.failed) return HYS_NOMEM;
        if (!ours || !hys__unit_parse(ours, strlen(ours), &own) || !hys__unit_same_dim(&own, &unit))
            return hys__fail(p->f->ctx, HYS_ARG, "", "%.80s: not in %.40s", text, *s->unit ? s->unit : "1");
        value = hys__unit_from_si(&own, hys__unit_to_si(&unit, value));
    }
    p->v.at[s - p->f->symbols.at] = value;
    return HYS_OK;
}

/* ---- all ---- */

static bool is_used_by(const nm_stmt *s, const char *name) {
    for (; s; s = s->next) {
        const bool is_own = s->kind == NM_ASSIGN && s->name == name;
        if (!is_own && (nm_mentions(s->e, name) || nm_mentions(s->e2, name))) return true;
        if (is_used_by(s->body, name) || is_used_by(s->other, name)) return true;
    }
    return false;
}

/* total = total + weight: what nothing else reads. */
static bool is_counter(const probe *p, const char *name, size_t k) {
    for (size_t i = 0; i < p->f->blocks.n; i++) {
        const nm_block *b = &p->f->blocks.at[i];
        if (b->is_used && (b->kind == NM_PROCEDURE || b->kind == NM_FUNCTION) && b->reads[k]) return false;
        if (b->is_used && b->kind != NM_INITIAL && is_used_by(b->body, name)) return false;
    }
    return true;
}

static hys_status find_states(probe *p) {
    nm_file *f = p->f;
    for (size_t k = 0; k < f->symbols.n; k++) {
        const nm_symbol *s = &f->symbols.at[k];
        if (s->role == NM_V) p->at_v = k;
        if (s->role == NM_T) p->at_t = k;
        if (s->is_weight) p->at_weight = k;
        if (s->is_kept && s->is_read && !is_counter(p, s->name, k))
            return nm_refuse(f, s->span, hint, "as a port, %s is kept from event to event", s->name);
        if (s->class != NM_STATE || !s->has_rate) continue;
        if (p->n == N_STATES)
            return nm_refuse(f, s->span, "write a port for each", "as a port, it has more than two states");
        p->state[p->n++] = k;
    }
    if (!p->n) return nm_refuse(f, f->suffix_span, hint, "as a port, it has no state that decays");
    if (p->at_weight == f->symbols.n)
        return nm_refuse(f, p->events->span, "NET_RECEIVE(weight)", "as a port, events have no weight");
    return HYS_OK;
}

hys_status nm_port_of(nm_file *f, const char *const *set, size_t n_set, double celsius, hys_nmodl_port *port) {
    probe p = {.f = f, .at_weight = f->symbols.n, .port = port};
    *port = (hys_nmodl_port){.tau = 1, .tau_rise = 1, .slope = 62, .gain = 1};
    p.initial = nm_block_of(f, NM_INITIAL);
    p.breakpoint = nm_block_of(f, NM_BREAKPOINT);
    p.events = nm_block_of(f, NM_NET_RECEIVE);
    if (!f->is_point || !p.events || !p.breakpoint)
        return nm_refuse(f, f->suffix_span, "a port is a POINT_PROCESS with NET_RECEIVE",
                         "%.60s is no synapse with events", f->suffix);
    hys_status status = nm_values_init(f, &p.v);
    if (status == HYS_OK) status = find_states(&p);
    for (size_t k = 0; k < n_set && status == HYS_OK; k++) status = set_one(&p, set[k]);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < f->symbols.n; k++) {
        if (f->symbols.at[k].role == NM_CELSIUS) p.v.at[k] = celsius;
        if (f->symbols.at[k].role == NM_AREA) p.v.at[k] = 100;
    }
    p.v.at[p.at_v] = -65;
    if (p.initial) nm_run(&p.v, p.initial, p.initial->body);
    try_breakpoint(&p, tried[0], -65, 0, NULL);
    try_event(&p, tried[0], 1, 0, p.jump);
    if (p.v.fails) return nm_refuse(f, f->suffix_span, hint, "as a port, its equations cannot be tried");
    status = find_rates(&p);
    if (status == HYS_OK) status = find_jumps(&p);
    if (status == HYS_OK) status = find_current(&p);
    return status == HYS_OK ? find_course(&p) : status;
}
