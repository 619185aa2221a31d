/* The linearised circuit. */
#include "circuit/small_signal.h"
#include <math.h>
#include <string.h>

hys_status hys__small_signal_new(hys__circuit *circuit, hys__arena *arena, const double *y, hys__small_signal *s) {
    const hys__system *system = hys__circuit_system(circuit);
    *s = (hys__small_signal){.circuit = circuit, .arena = arena, .y = y};
    s->g = HYS_NEW_N(arena, double, system->nnz + 1);
    s->jac = HYS_NEW_N(arena, double, 2 * system->nnz + 2);
    s->x = HYS_NEW_N(arena, double complex, system->n + 1);
    s->gradient = HYS_NEW_N(arena, double, system->n + 1);
    s->rate = HYS_NEW_N(arena, double, system->n + 1);
    if (!s->g || !s->jac || !s->x || !s->gradient || !s->rate) return HYS_NOMEM;
    hys__circuit_set_mode(circuit, HYS__MODE_SMALL_SIGNAL);
    hys_status status = hys__circuit_linearise(circuit, y, s->g);
    return status == HYS_OK ? hys__zlu_new(arena->ctx, system, &s->lu) : status;
}

void hys__small_signal_free(hys__small_signal *s) {
    hys__zlu_free(s->lu);
    s->lu = NULL;
}

hys_status hys__small_signal_factor(hys__small_signal *s, double omega) {
    const hys__system *system = hys__circuit_system(s->circuit);
    const double *mass = hys__circuit_mass(s->circuit);
    for (size_t k = 0; k < system->nnz; k++) {
        s->jac[2 * k] = s->g[k];
        s->jac[2 * k + 1] = omega * mass[k];
    }
    if (hys__circuit_has_delays(s->circuit)) hys__circuit_delay_stamp(s->circuit, omega, s->jac);
    size_t bad = 0;
    if (hys__zlu_factor(s->lu, s->jac, &bad)) return HYS_OK;
    char name[300];
    hys__circuit_unknown(s->circuit, bad, name, sizeof name);
    return hys__fail(s->arena->ctx, HYS_SINGULAR, "give it a path to ground",
                     "at %g Hz nothing determines %s: the linearised circuit is singular", omega / (2 * acos(-1.0)),
                     name);
}

void hys__small_signal_respond(hys__small_signal *s) {
    hys__circuit_ac_rhs(s->circuit, (double *)s->x);
    hys__zlu_solve(s->lu, (double *)s->x);
}

static hys_status take_gradient(hys__small_signal *s, const hys__probe *probe) {
    return hys__circuit_probe_gradient(s->circuit, probe, s->y, s->gradient, s->rate);
}

hys_status hys__small_signal_probe(hys__small_signal *s, const hys__probe *probe, double omega, double complex *value) {
    hys_status status = take_gradient(s, probe);
    if (status != HYS_OK) return status;
    double complex sum = 0;
    for (size_t k = 0; k < hys__circuit_system(s->circuit)->n; k++)
        if (s->gradient[k] != 0 || s->rate[k] != 0) sum += (s->gradient[k] + I * omega * s->rate[k]) * s->x[k];
    *value = sum;
    return HYS_OK;
}

hys_status hys__small_signal_adjoint(hys__small_signal *s, const hys__probe *probe, double omega) {
    hys_status status = take_gradient(s, probe);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < hys__circuit_system(s->circuit)->n; k++) s->x[k] = s->gradient[k] + I * omega * s->rate[k];
    hys__zlu_solve_transposed(s->lu, (double *)s->x);
    return HYS_OK;
}
