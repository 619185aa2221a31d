/* Events of devices in a transient: which fire, and which their consequences fire in turn. */
#include "circuit/tran_impl.h"
#include <string.h>

hys_status hys__tran_plan_events(hys__tran *tr) {
    const hys__circuit *c = tr->c;
    hys__root_signs *s = &tr->signs;
    s->n = c->n_roots - c->switches.n;
    int *dir = HYS_NEW_N(&tr->arena, int, s->n + 1);
    s->last = HYS_NEW_N(&tr->arena, signed char, s->n + 1);
    s->is_quiet = HYS_NEW_N(&tr->arena, unsigned char, s->n + 1);
    if (!dir || !s->last || !s->is_quiet) return HYS_NOMEM;
    s->dir = dir;
    for (size_t j = 0; j < c->groups.n; j++) {
        const hys__group *g = &c->groups.at[j];
        for (size_t k = 0; k < g->kernel->n_events * g->n; k++) {
            const hys_event_info *info = &g->kernel->events[k / g->n];
            dir[g->first_root + k] = info->kind == HYS_E_CLAMP ? HYS__ROOT_NEVER : info->dir;
        }
    }
    return HYS_OK;
}

bool hys__tran_missed(hys__tran *tr) {
    if (!tr->signs.n) return false;
    hys__circuit_roots(tr->c, tr->t, tr->y, tr->g_after);
    return hys__root_signs_look(&tr->signs, tr->g_after, tr->fired);
}

#define CASCADE_MAX 20

hys_status hys__tran_accept(hys__tran *tr, bool has_fired, bool *jumped) {
    hys__circuit *c = tr->c;
    *jumped = false;
    for (int round = 0; round < CASCADE_MAX; round++) {
        bool moved;
        if (has_fired) hys__circuit_roots(c, tr->t, tr->y, tr->g_before);
        hys_status status = hys__circuit_accept(c, tr->t, tr->y, has_fired ? tr->fired : NULL, &moved);
        if (status != HYS_OK) return status;
        *jumped = *jumped || moved;
        if (!moved || !has_fired) break;
        hys__circuit_roots(c, tr->t, tr->y, tr->g_after);
        if (!hys__root_signs_jump(&tr->signs, tr->g_before, tr->g_after, tr->fired)) break;
    }
    return HYS_OK;
}
