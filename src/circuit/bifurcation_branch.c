/* Branch switching: from each branch point the equilibria that cross there are followed, into both directions. */
#include "circuit/bifurcation_impl.h"
#include <math.h>
#include <string.h>

#define MOST_ARMS 24   /* directions that are followed */
#define SAME      1e-3 /* of the range of p, and of each unknown's largest value: two branch points are one */

#define LEFT 20 /* points after which a branch has left its branch point, to which it may come back */

static bool is_same(const hys__study *s, const hys__fork *fork, const hys__crossing *c) {
    if (fabs(fork->x[s->n] - c->p) > SAME * fabs(s->to - s->from)) return false;
    for (size_t i = 0; i < s->n; i++) {
        double size = s->family.abstol[i] * 1e3;
        for (size_t k = 0; k < s->spots.n; k++) size = fmax(size, fabs(s->spots.at[k].y[i]));
        if (fabs(fork->x[i] - c->y[i]) > SAME * size) return false;
    }
    return true;
}

bool hys__study_knows_fork(hys__study *s, const hys__crossing *c) {
    for (size_t k = 0; k < s->forks.n; k++) {
        if (!is_same(s, &s->forks.at[k], c)) continue;
        /* Met again on the other branch, which need not be followed from here. */
        s->forks.at[k].is_done = true;
        s->arm.is_closed = s->forks.at[k].x == s->arm.x && s->spots.n > s->arm.first + LEFT;
        return true;
    }
    return false;
}

hys_status hys__study_keep_fork(hys__study *s, const hys__crossing *c) {
    hys__fork *fork = HYS_PUSH(&s->arena, &s->forks);
    double *room = HYS_NEW_N(&s->arena, double, 2 * (s->n + 1));
    if (!fork || !room) return HYS_NOMEM;
    memcpy(room, c->y, s->n * sizeof *room);
    room[s->n] = c->p;
    fork->x = room;
    fork->is_done = !c->other;
    fork->n_unstable = c->n_unstable_before;
    if (!c->other) return HYS_OK;
    memcpy(room + s->n + 1, c->other, (s->n + 1) * sizeof *room);
    fork->t = room + s->n + 1;
    return HYS_OK;
}

/* forks.at moves when it grows: taken by value. */
static hys_status follow_arm(hys__study *s, hys__fork fork, double sign) {
    double *t = HYS_NEW_N(&s->arena, double, s->n + 1);
    if (!t) return HYS_NOMEM;
    for (size_t i = 0; i <= s->n; i++) t[i] = sign * fork.t[i];
    const hys__study_row row = {fork.x[s->n], fork.x, fork.x, NAN, NAN, fork.n_unstable, 0};
    s->branch++;
    s->arm.x = fork.x;
    s->arm.first = s->spots.n;
    s->arm.is_closed = false;
    hys_status status = hys__study_add_row(s, &row);
    return status == HYS_OK ? hys__study_follow(s, fork.x, t) : status;
}

hys_status hys__study_forks(hys__study *s) {
    size_t n_arms = 0;
    for (size_t k = 0; k < s->forks.n; k++) {
        if (s->forks.at[k].is_done) continue;
        s->forks.at[k].is_done = true;
        if (n_arms >= MOST_ARMS)
            return hys__bifurcation_remark(s->result,
                                           "the branches of later branch points were not followed: %d are "
                                           "enough",
                                           MOST_ARMS);
        for (int sign = 1; sign >= -1; sign -= 2, n_arms++) {
            hys_status status = follow_arm(s, s->forks.at[k], sign);
            if (status != HYS_OK) return status;
            if (hys_ctx_is_cancelled(s->ctx)) return HYS_CANCEL;
            if (s->arm.is_closed) break;
        }
    }
    return HYS_OK;
}
