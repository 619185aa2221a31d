#include "lab/kernels.h"
#include "base/random.h"
#include <math.h>
#include <stddef.h>

#define X(k)    (b->x[k][0])
#define P(k)    (b->p[k][0])
#define R(k)    (b->r[k][0])
#define F(k)    (o->f[k][0])
#define J(k)    (o->jac[k][0])
#define ARGS    const hys_env *e, const hys_batch *b, const hys_out *o
#define UNUSED  (void)e, (void)b, (void)o
#define N(list) (hys_u32)(sizeof list / sizeof *list)

/* Fills defaults where not given, and bounds from a table of pairs. */
static void fill(const hys_env *e, double *p, const double *def, hys_u32 n) {
    for (hys_u32 k = 0; k < n; k++)
        if (!e->given[k]) p[k] = def[k];
}

static void no_accept(ARGS) {
    UNUSED;
}
static void no_fixed(ARGS) {
    UNUSED;
}
static void unit_mass(ARGS) {
    UNUSED;
    o->mass[0][0] = 1;
}

#define TERMINALS                                                                                                      \
    {"p", "V", 1e-6, HYS_U_TERMINAL, 1}, {                                                                             \
        "n", "V", 1e-6, HYS_U_TERMINAL, 1                                                                              \
    }
#define PARAM(name, units, def, first, n)                                                                              \
    { name, units, "", "", def, NULL, 0, first, n, 3, "", "" }
#define KERNEL(text)                                                                                                   \
    .abi = HYS_ABI_VERSION, .lanes = 1, .module = text, .file = text ".va", .desc = "", .n_terminals = 2
#define UNKNOWNS(list)   .unknowns = list, .n_unknowns = N(list)
#define PARAMS(list, fn) .params = list, .n_params = N(list), .params_fn = fn
#define JAC(rows, cols)  .jac_row = rows, .jac_col = cols, .n_jac = N(rows)
#define MASS(rows, cols) .mass_row = rows, .mass_col = cols, .n_mass = N(rows)

/* ---- linear ion drift ---- */

static const hys_unknown_info drift_x[] = {
    TERMINALS, {"w", "m", 1e-14, HYS_U_STATE | HYS_U_SHOWN | HYS_U_HAS_INIT | HYS_U_DIFFERENTIAL, 9}};
static const hys_param_info drift_p[] = {PARAM("Ron", "ohm", 100, 0, 1), PARAM("Roff", "ohm", 16e3, 1, 1),
                                         PARAM("D", "nm", 10, 2, 1), PARAM("mu", "", 1e-14, 3, 0),
                                         PARAM("w0", "nm", 3, 3, 1)};
static const hys_bound_info drift_b[] = {
    {0, HYS_B_LO_OPEN | HYS_B_HI_OPEN}, {1, HYS_B_LO_OPEN | HYS_B_HI_OPEN}, {2, HYS_B_LO_OPEN | HYS_B_HI_OPEN}, {4, 0}};
static const hys_u32 drift_jr[] = {0, 0, 0, 1, 1, 1, 2, 2, 2}, drift_jc[] = {0, 1, 2, 0, 1, 2, 0, 1, 2};
static const hys_u32 two[] = {2};

static void drift_params(const hys_env *e, double *p, double *lo, double *hi, double *r0) {
    const double def[] = {100, 16e3, 10, 1e-14, 3};
    (void)r0;
    fill(e, p, def, 5);
    lo[0] = lo[1] = lo[2] = lo[3] = 0;
    hi[0] = hi[1] = hi[2] = INFINITY;
    hi[3] = p[2];
}
static void drift_both(const hys_env *e, const hys_batch *b, const hys_out *o, int jac) {
    (void)e;
    double d = P(2) * 1e-9, k = P(3) * P(0) / d, r = P(1) + (P(0) - P(1)) * X(2) / d;
    double v = X(0) - X(1), i = v / r, di_dw = -i / r * (P(0) - P(1)) / d;
    F(0) = i, F(1) = -i, F(2) = -k * i;
    if (!jac) return;
    J(0) = 1 / r, J(1) = -1 / r, J(2) = di_dw;
    J(3) = -1 / r, J(4) = 1 / r, J(5) = -di_dw;
    J(6) = -k / r, J(7) = k / r, J(8) = -k * di_dw;
}
static void drift_f(ARGS) {
    drift_both(e, b, o, 0);
}
static void drift_fj(ARGS) {
    drift_both(e, b, o, 1);
}
static void drift_init(ARGS) {
    (void)e;
    o->x0[2][0] = P(4) * 1e-9;
}
const hys_kernel kernel_drift = {KERNEL("drift"),     UNKNOWNS(drift_x),      PARAMS(drift_p, drift_params),
                                 .bounds = drift_b,   .n_bounds = N(drift_b), JAC(drift_jr, drift_jc),
                                 MASS(two, two),      .fixed = unit_mass,     .eval_f = drift_f,
                                 .eval_fj = drift_fj, .init = drift_init,     .accept = no_accept};

/* ---- diode and capacitance behind a resistance; unknowns p n m z ---- */

static const hys_unknown_info diode_x[] = {
    TERMINALS, {"m", "V", 1e-6, 0, 5}, {"z", "C", 1e-18, HYS_U_CHARGE | HYS_U_DIFFERENTIAL, 6}};
static const hys_param_info diode_p[] = {PARAM("Is", "A", 1e-14, 0, 0), PARAM("Rs", "ohm", 1e3, 0, 0),
                                         PARAM("C", "F", 1e-9, 0, 0), PARAM("Vt", "V", 0.02585, 0, 0)};
static const hys_u32 diode_jr[] = {0, 0, 1, 1, 2, 2, 2, 3, 3, 3}, diode_jc[] = {0, 2, 1, 2, 0, 2, 1, 3, 2, 1};
static const hys_u32 diode_mr[] = {2, 1}, diode_mc[] = {3, 3};

static void diode_params(const hys_env *e, double *p, double *lo, double *hi, double *r0) {
    const double def[] = {1e-14, 1e3, 1e-9, 0.02585};
    (void)lo, (void)hi, (void)r0;
    fill(e, p, def, 4);
}
static void diode_fixed(ARGS) {
    UNUSED;
    o->mass[0][0] = 1, o->mass[1][0] = -1;
}
/* p --Rs-- m --(diode || C)-- n */
static void diode_fj(ARGS) {
    (void)e;
    double g = 1 / P(1), vd = X(2) - X(1), i_d = P(0) * (exp(vd / P(3)) - 1);
    double g_d = P(0) * exp(vd / P(3)) / P(3), i_r = (X(0) - X(2)) * g;
    F(0) = i_r, F(1) = -i_d, F(2) = i_d - i_r, F(3) = X(3) - P(2) * vd;
    J(0) = g, J(1) = -g;
    J(2) = g_d, J(3) = -g_d;
    J(4) = -g, J(5) = g_d + g, J(6) = -g_d;
    J(7) = 1, J(8) = -P(2), J(9) = P(2);
}
static void no_init(ARGS) {
    UNUSED;
}
const hys_kernel kernel_diode = {KERNEL("diode"),         UNKNOWNS(diode_x),        PARAMS(diode_p, diode_params),
                                 JAC(diode_jr, diode_jc), MASS(diode_mr, diode_mc), .fixed = diode_fixed,
                                 .eval_f = diode_fj,      .eval_fj = diode_fj,      .init = no_init,
                                 .accept = no_accept};

/* ---- gate and capacitance side by side; unknowns p n x z ---- */

static const hys_unknown_info gate_x[] = {
    TERMINALS, {"x", "", 1e-9, HYS_U_SHOWN | HYS_U_DIFFERENTIAL, 5}, {"z", "C", 1e-14, HYS_U_CHARGE, 6}};
static const hys_param_info gate_p[] = {PARAM("G", "A", 1e-3, 0, 0), PARAM("tau", "s", 1e-3, 0, 0),
                                        PARAM("C", "F", 1e-6, 0, 0)};
static const hys_u32 gate_jr[] = {0, 1, 2, 2, 2, 3, 3, 3}, gate_jc[] = {2, 2, 0, 1, 2, 0, 1, 3};
static const hys_u32 gate_mr[] = {0, 1, 2}, gate_mc[] = {3, 3, 2};

static void gate_params(const hys_env *e, double *p, double *lo, double *hi, double *r0) {
    const double def[] = {1e-3, 1e-3, 1e-6};
    (void)lo, (void)hi, (void)r0;
    fill(e, p, def, 3);
}
static void gate_fixed(ARGS) {
    UNUSED;
    o->mass[0][0] = 1, o->mass[1][0] = -1, o->mass[2][0] = 1;
}
static void gate_fj(ARGS) {
    (void)e;
    double v = X(0) - X(1);
    F(0) = P(0) * X(2), F(1) = -F(0), F(2) = (X(2) - v) / P(1), F(3) = X(3) - P(2) * v;
    J(0) = P(0), J(1) = -P(0);
    J(2) = -1 / P(1), J(3) = 1 / P(1), J(4) = 1 / P(1);
    J(5) = -P(2), J(6) = P(2), J(7) = 1;
}
const hys_kernel kernel_gate = {
    KERNEL("gate"),      UNKNOWNS(gate_x),  PARAMS(gate_p, gate_params), JAC(gate_jr, gate_jc), MASS(gate_mr, gate_mc),
    .fixed = gate_fixed, .eval_f = gate_fj, .eval_fj = gate_fj,          .init = no_init,       .accept = no_accept};

/* ---- volatile state ---- */

static const hys_unknown_info volatile_x[] = {
    TERMINALS, {"x", "", 1e-9, HYS_U_STATE | HYS_U_SHOWN | HYS_U_HAS_INIT | HYS_U_DIFFERENTIAL, 5}};
static const hys_param_info volatile_p[] = {PARAM("tau", "s", 1e-3, 0, 0), PARAM("g0", "S", 1e-6, 0, 0),
                                            PARAM("g1", "S", 1e-4, 0, 0), PARAM("k", "1/V", 1, 0, 0),
                                            PARAM("x0", "", 0, 0, 0)};
static const hys_u32 full_r[] = {0, 0, 0, 1, 1, 1, 2, 2, 2}, full_c[] = {0, 1, 2, 0, 1, 2, 0, 1, 2};

static void volatile_params(const hys_env *e, double *p, double *lo, double *hi, double *r0) {
    const double def[] = {1e-3, 1e-6, 1e-4, 1, 0};
    (void)lo, (void)hi, (void)r0;
    fill(e, p, def, 5);
}
static void volatile_fj(ARGS) {
    (void)e;
    double v = X(0) - X(1), g = P(1) + P(2) * X(2), up = P(3) * v, in = up > 0 && up < 1 ? P(3) : 0;
    F(0) = g * v, F(1) = -F(0), F(2) = (X(2) - fmin(fmax(up, 0), 1)) / P(0);
    J(0) = g, J(1) = -g, J(2) = P(2) * v;
    J(3) = -g, J(4) = g, J(5) = -P(2) * v;
    J(6) = -in / P(0), J(7) = in / P(0), J(8) = 1 / P(0);
}
static void volatile_init(ARGS) {
    (void)e;
    o->x0[2][0] = P(4);
}
const hys_kernel kernel_volatile = {KERNEL("relaxer"),     UNKNOWNS(volatile_x),   PARAMS(volatile_p, volatile_params),
                                    JAC(full_r, full_c),   MASS(two, two),         .fixed = unit_mass,
                                    .eval_f = volatile_fj, .eval_fj = volatile_fj, .init = volatile_init,
                                    .accept = no_accept};

/* ---- threshold switch by its own heat ---- */

static const hys_unknown_info thermal_x[] = {TERMINALS, {"T", "K", 1e-4, HYS_U_SHOWN | HYS_U_DIFFERENTIAL, 5}};
static const hys_param_info thermal_p[] = {PARAM("g0", "S", 1, 0, 0), PARAM("Ta", "K", 3000, 0, 0),
                                           PARAM("Rth", "K/W", 1e6, 0, 0), PARAM("Cth", "J/K", 1e-12, 0, 0)};
static const hys_u32 thermal_m[] = {2};

static void thermal_params(const hys_env *e, double *p, double *lo, double *hi, double *r0) {
    const double def[] = {1, 3000, 1e6, 1e-12};
    (void)lo, (void)hi, (void)r0;
    fill(e, p, def, 4);
}
static void thermal_mass(ARGS) {
    (void)e;
    o->mass[0][0] = P(3);
}
static void thermal_fj(ARGS) {
    double v = X(0) - X(1), T = X(2), g = P(0) * exp(-P(1) / T), gT = g * P(1) / (T * T);
    F(0) = g * v, F(1) = -F(0), F(2) = (T - e->temp) / P(2) - g * v * v;
    J(0) = g, J(1) = -g, J(2) = gT * v;
    J(3) = -g, J(4) = g, J(5) = -gT * v;
    J(6) = -2 * g * v, J(7) = 2 * g * v, J(8) = 1 / P(2) - gT * v * v;
}
const hys_kernel kernel_thermal = {KERNEL("heater"),     UNKNOWNS(thermal_x),        PARAMS(thermal_p, thermal_params),
                                   JAC(full_r, full_c),  MASS(thermal_m, thermal_m), .fixed = thermal_mass,
                                   .eval_f = thermal_fj, .eval_fj = thermal_fj,      .init = no_init,
                                   .accept = no_accept};

/* ---- Euler by hand: retained x, t_prev ---- */

static const hys_unknown_info plain_x[] = {TERMINALS};
static const hys_param_info euler_p[] = {PARAM("k", "", 1, 0, 0), PARAM("g0", "S", 1e-3, 0, 0),
                                         PARAM("g1", "S", 1e-3, 0, 0), PARAM("dt", "s", 1e-5, 0, 0)};
static const hys_retained_info euler_r[] = {{"x", "", HYS_R_STEPPED, 7}, {"t_prev", "", HYS_R_STEPPED, 8}};
static const hys_u32 plain_jr[] = {0, 0, 1, 1}, plain_jc[] = {0, 1, 0, 1};

static void euler_params(const hys_env *e, double *p, double *lo, double *hi, double *r0) {
    const double def[] = {1, 1e-3, 1e-3, 1e-5};
    (void)lo, (void)hi;
    fill(e, p, def, 4);
    r0[0] = r0[1] = 0;
}
/* x' = k v (1 - x) x-dependent, so that first-order errors show. */
static double euler_next(const hys_env *e, const hys_batch *b, double dt) {
    (void)e;
    return R(0) + P(0) * (X(0) - X(1)) * (1 - R(0)) * dt;
}
static void conduct(const hys_batch *b, const hys_out *o, double g, double dg_dv) {
    double v = X(0) - X(1), d = g + dg_dv * v;
    F(0) = g * v, F(1) = -F(0);
    J(0) = d, J(1) = -d, J(2) = -d, J(3) = d;
}
static void euler_fj(ARGS) {
    double dt = e->time - R(1), x = euler_next(e, b, dt);
    conduct(b, o, P(1) + P(2) * x, P(2) * P(0) * (1 - R(0)) * dt);
}
static void euler_accept(ARGS) {
    o->r[0][0] = euler_next(e, b, e->time - R(1));
    o->r[1][0] = e->time;
}
static void keep_r(ARGS) {
    (void)e;
    o->r[0][0] = R(0), o->r[1][0] = R(1);
}
const hys_kernel kernel_euler = {KERNEL("euler"),         .flags = HYS_K_STEPPED | HYS_K_USES_TIME,
                                 UNKNOWNS(plain_x),       PARAMS(euler_p, euler_params),
                                 .retained = euler_r,     .n_retained = N(euler_r),
                                 JAC(plain_jr, plain_jc), .fixed = no_fixed,
                                 .eval_f = euler_fj,      .eval_fj = euler_fj,
                                 .init = keep_r,          .accept = euler_accept};

/* ---- Euler with the file's own dt ---- */

static void own_dt_fj(ARGS) {
    double x = euler_next(e, b, P(3));
    conduct(b, o, P(1) + P(2) * x, P(2) * P(0) * (1 - R(0)) * P(3));
}
static void own_dt_accept(ARGS) {
    o->r[0][0] = e->flags & 1u ? R(0) : euler_next(e, b, P(3));
}
static void own_dt_keep(ARGS) {
    (void)e;
    o->r[0][0] = R(0);
}
const hys_kernel kernel_own_dt = {
    KERNEL("own_dt"),    .flags = HYS_K_STEPPED, UNKNOWNS(plain_x),       PARAMS(euler_p, euler_params),
    .retained = euler_r, .n_retained = 1,        JAC(plain_jr, plain_jc), .fixed = no_fixed,
    .eval_f = own_dt_fj, .eval_fj = own_dt_fj,   .init = own_dt_keep,     .accept = own_dt_accept};

/* ---- relay ---- */

static const hys_param_info relay_p[] = {PARAM("v_on", "V", 0.7, 0, 0), PARAM("v_off", "V", 0.2, 0, 0),
                                         PARAM("g_on", "S", 1e-3, 0, 0), PARAM("g_off", "S", 1e-6, 0, 0)};
static const hys_retained_info relay_r[] = {{"on", "", 0, 7}, {"t_last", "s", 0, 8}, {"count", "", HYS_R_INTEGER, 9}};
static const hys_event_info relay_e[] = {{HYS_E_CROSS, 1, 0, 0, 10}, {HYS_E_CROSS, -1, 0, 0, 11}};

static void relay_params(const hys_env *e, double *p, double *lo, double *hi, double *r0) {
    const double def[] = {0.7, 0.2, 1e-3, 1e-6};
    (void)lo, (void)hi;
    fill(e, p, def, 4);
    r0[0] = r0[1] = r0[2] = 0;
}
static void relay_fj(ARGS) {
    (void)e;
    conduct(b, o, R(0) > 0.5 ? P(2) : P(3), 0);
}
static void relay_roots(ARGS) {
    (void)e;
    o->root[0][0] = X(0) - X(1) - P(0);
    o->root[1][0] = X(0) - X(1) - P(1);
}
static void relay_accept(ARGS) {
    int rises = b->event && b->event[0][0] != 0, falls = b->event && b->event[1][0] != 0;
    o->r[0][0] = rises ? 1 : falls ? 0 : R(0);
    o->r[1][0] = rises || falls ? e->time : R(1);
    o->r[2][0] = R(2) + (rises || falls);
}
static void relay_keep(ARGS) {
    (void)e;
    for (int k = 0; k < 3; k++) o->r[k][0] = R(k);
}
const hys_kernel kernel_relay = {KERNEL("relay"),        UNKNOWNS(plain_x),        PARAMS(relay_p, relay_params),
                                 .retained = relay_r,    .n_retained = N(relay_r), .events = relay_e,
                                 .n_events = N(relay_e), JAC(plain_jr, plain_jc),  .fixed = no_fixed,
                                 .eval_f = relay_fj,     .eval_fj = relay_fj,      .init = relay_keep,
                                 .accept = relay_accept, .roots = relay_roots};

/* ---- noise ---- */

static const hys_param_info noisy_p[] = {PARAM("g0", "S", 1e-3, 0, 0), PARAM("s", "", 0.1, 0, 0)};

static void noisy_params(const hys_env *e, double *p, double *lo, double *hi, double *r0) {
    const double def[] = {1e-3, 0.1};
    (void)lo, (void)hi, (void)r0;
    fill(e, p, def, 2);
}
static void noisy_fj(ARGS) {
    uint64_t key[2] = {b->key[0], e->interval}, ctr[2] = {0, 0};
    conduct(b, o, P(0) * (1 + P(1) * hys__normal(key, ctr)), 0);
}
const hys_kernel kernel_noisy = {
    KERNEL("noisy"),         .flags = HYS_K_DRAWS, UNKNOWNS(plain_x),  PARAMS(noisy_p, noisy_params),
    JAC(plain_jr, plain_jc), .fixed = no_fixed,    .eval_f = noisy_fj, .eval_fj = noisy_fj,
    .init = no_init,         .accept = no_accept};

/* ---- resistance ---- */

static const hys_param_info resistor_p[] = {PARAM("R", "ohm", 1e3, 0, 0)};

static void resistor_params(const hys_env *e, double *p, double *lo, double *hi, double *r0) {
    const double def[] = {1e3};
    (void)lo, (void)hi, (void)r0;
    fill(e, p, def, 1);
}
static void resistor_fj(ARGS) {
    (void)e;
    conduct(b, o, 1 / P(0), 0);
}
const hys_kernel kernel_resistor = {KERNEL("resistor"),      UNKNOWNS(plain_x), PARAMS(resistor_p, resistor_params),
                                    JAC(plain_jr, plain_jc), .fixed = no_fixed, .eval_f = resistor_fj,
                                    .eval_fj = resistor_fj,  .init = no_init,   .accept = no_accept};
