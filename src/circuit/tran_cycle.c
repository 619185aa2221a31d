/* Cycle-to-cycle spread: a device draws anew each time that the potential across its first two terminals turns over. */
#include "circuit/tran_impl.h"
#include <math.h>

#define SMALL 1e-3 /* V: below, a device has no direction */

hys_status hys__tran_plan_cycles(hys__tran *tr) {
    tr->turns = HYS_NEW_N(&tr->arena, hys__turns, tr->c->groups.n + 1);
    if (!tr->turns) return HYS_NOMEM;
    for (size_t j = 0; j < tr->c->groups.n; j++) {
        const hys__group *g = &tr->c->groups.at[j];
        if (g->kernel->n_terminals < 2 || g->behavioural || !hys__params_n_spread(g->params)) continue;
        tr->turns[j].sign = HYS_NEW_N(&tr->arena, signed char, g->n);
        tr->turns[j].cycle = HYS_NEW_N(&tr->arena, uint64_t, g->n);
        if (!tr->turns[j].sign || !tr->turns[j].cycle) return HYS_NOMEM;
        tr->has_turns = true;
    }
    return HYS_OK;
}

hys_status hys__circuit_first_cycle(hys__circuit *c) {
    bool any = false;
    for (size_t j = 0; j < c->groups.n; j++) {
        hys__group *g = &c->groups.at[j];
        bool is_drawn = false;
        if (g->behavioural || !hys__params_n_spread(g->params)) continue;
        for (size_t i = 0; i < g->n; i++) is_drawn = hys__params_cycle(g->params, i, 0) || is_drawn;
        if (is_drawn) g->kernel->fixed(&g->batch->env, &g->batch->in, &g->batch->out);
        any = any || is_drawn;
    }
    return any ? hys__circuit_values(c) : HYS_OK;
}

static bool turn_group(hys__tran *tr, hys__group *g, hys__turns *turns) {
    bool any = false;
    double *const *x = g->batch->x;
    for (size_t i = 0; i < g->n; i++) {
        double v = x[0][i] - x[1][i];
        if (fabs(v) < SMALL) continue;
        signed char sign = v > 0 ? 1 : -1;
        bool turned = turns->sign[i] && turns->sign[i] != sign;
        turns->sign[i] = sign;
        if (turned && hys__params_cycle(g->params, i, ++turns->cycle[i])) any = true;
    }
    if (any) g->kernel->fixed(&g->batch->env, &g->batch->in, &g->batch->out);
    (void)tr;
    return any;
}

hys_status hys__tran_turn(hys__tran *tr, bool *jumped) {
    bool any = false;
    if (!tr->has_turns) return HYS_OK;
    hys__circuit_gather(tr->c, tr->t, tr->y);
    for (size_t j = 0; j < tr->c->groups.n; j++)
        if (tr->turns[j].sign && turn_group(tr, &tr->c->groups.at[j], &tr->turns[j])) any = true;
    *jumped = *jumped || any;
    return any ? hys__circuit_values(tr->c) : HYS_OK;
}
