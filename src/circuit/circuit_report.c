/* Why a circuit has no solution, in words that lead to the place. */
#include "base/clocale.h"
#include "base/units.h"
#include "circuit/circuit_impl.h"
#include <math.h>
#include <string.h>

/* A kernel instance with a row at unknown i. */
static const hys__group *device_at(const hys__circuit *c, size_t i, size_t *instance) {
    for (size_t j = 0; j < c->groups.n; j++) {
        const hys__group *g = &c->groups.at[j];
        for (hys_u32 u = 0; u < g->kernel->n_unknowns; u++)
            for (size_t k = 0; k < g->n; k++)
                if (g->to_y[u * g->n_pad + k] == i) return *instance = k, g;
    }
    return NULL;
}

#define STATES_MAX 4

/* "x1 (w = 0.31, T = 340)" */
static void describe_device(const hys__circuit *c, const hys__group *g, size_t instance, char *text, size_t size) {
    char name[200];
    hys__flat_elem_name(c->flat, g->elems[instance], name, sizeof name);
    int used = snprintf(text, size, "%s", name);
    size_t n = g->model->n_states < STATES_MAX ? g->model->n_states : STATES_MAX;
    for (size_t s = 0; s < n && used >= 0 && (size_t)used < size; s++) {
        const hys_state *state = &g->model->states[s];
        uint32_t at = g->model->state_index[s];
        double value = state->is_retained ? g->batch->r[at][instance] : g->batch->x[at][instance];
        used += hys__c_snprintf(text + used, size - (size_t)used, "%s%s = %.4g", s ? ", " : " (", state->name, value);
    }
    if (n && used >= 0 && (size_t)used < size) snprintf(text + used, size - (size_t)used, ")");
}

void hys__circuit_device_at(const hys__circuit *c, size_t i, char *text, size_t size) {
    size_t instance;
    const hys__group *g = device_at(c, i, &instance);
    char device[500];
    if (g) describe_device(c, g, instance, device, sizeof device);
    snprintf(text, size, "%s%s", g ? ", at " : "", g ? device : "");
}

static const char *advice(const hys__newton_report *r, double t) {
    if (r->is_nonfinite)
        return "the equations are not finite there: look for a division by zero, a logarithm of a negative number, an "
               "overflow of exp";
    if (r->is_singular) return "give it a path to ground, or break a loop of sources with a small resistance";
    if (t > 0) return "a jump without an event, or NDR without the capacitance across it that every device has: add it";
    return "give a starting value by .nodeset, put the capacitance across a device with NDR, or use .tran with uic";
}

/* How much an equation is off at rest: "; 3 mA are missing there". */
static void describe_residual(hys__circuit *c, size_t row, double t, const double *y, char *text, size_t size) {
    char number[48];
    text[0] = 0;
    if (!y || t > 0) return;
    hys__point at = {.t = t, .y = y};
    hys__circuit_eval(c, &at, c->room, NULL);
    if (!isfinite(c->room[row]) || c->room[row] == 0) return;
    hys__quantity_format(fabs(c->room[row]), c->is_node[row] ? "A" : "", 3, number);
    snprintf(text, size,
             c->is_node[row] ? ", and the currents there do not add up: %s are left" : ", its equation is off by %s",
             number);
}

hys_status hys__circuit_no_solution(hys__circuit *c, hys_status status, double t, const char *what, const double *y) {
    if (status != HYS_NOCONV && status != HYS_SINGULAR) return status;
    const hys__newton_report *r = hys__newton_last(c->newton);
    size_t worst = r->worst_row;
    char name[300], when[64] = "", device[500] = "", off[160], number[48];
    hys__circuit_unknown(c, worst, name, sizeof name);
    hys__quantity_format(t, "s", 9, number);
    if (t > 0) snprintf(when, sizeof when, " at %s", number);
    if (y) hys__circuit_gather(c, t, y);
    hys__circuit_device_at(c, worst, device, sizeof device);
    if (r->is_singular)
        return hys__fail(c->ctx, HYS_SINGULAR, advice(r, t), "%s%s: nothing determines %s%s", what, when, name, device);
    describe_residual(c, worst, t, y, off, sizeof off);
    return hys__fail(c->ctx, HYS_NOCONV, advice(r, t),
                     "%s%s: no convergence; worst is %s%s: the last step is %.3g times its tolerance%s", what, when,
                     name, device, r->step, off);
}
