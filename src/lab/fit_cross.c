/* Cross-validation: parts of the data are left out, and predicted by what the others say.  A part is a stretch of
 * neighbouring points, as their residuals may go together; each fold leaves out every n-th part, and the state runs
 * through them. */
#include "lab/fit.h"
#include <math.h>
#include <string.h>

#define FOLDS  4u
#define ROUNDS 6u
#define BLOCKS 250u /* at most: a byte says which */

typedef struct cross {
    hys__fit_level level;
    hys__fit_curve *curves; /* of the level: own copies */
    unsigned char *blocks;  /* [n_points] the part of a point */
    double *u;              /* [n] */
    double *counts;         /* [n_blocks] */
} cross;

static hys_status take(hys_fit *fit, cross *c) {
    c->level = fit->coarse;
    c->curves = HYS_NEW_N(&fit->arena, hys__fit_curve, c->level.n_curves);
    c->blocks = HYS_NEW_N(&fit->arena, unsigned char, 2 * c->level.n_points);
    c->u = HYS_NEW_N(&fit->arena, double, fit->n);
    fit->blocks = HYS_NEW_N(&fit->arena, double, 2 * fit->n_blocks);
    if (!c->curves || !c->blocks || !c->u || !fit->blocks) return HYS_NOMEM;
    c->counts = fit->blocks + fit->n_blocks;
    memcpy(c->curves, fit->coarse.curves, c->level.n_curves * sizeof *c->curves);
    c->level.curves = c->curves;
    unsigned char *folds = c->blocks + c->level.n_points;
    for (size_t k = 0, at = 0; k < c->level.n_curves; at += c->curves[k++].n) c->curves[k].folds = folds + at;
    for (size_t p = 0; p < c->level.n_points; p++) {
        c->blocks[p] = (unsigned char)(p * fit->n_blocks / c->level.n_points);
        folds[p] = c->blocks[p] % FOLDS;
    }
    return HYS_OK;
}

static void set_fold(const cross *c, unsigned fold, bool is_left_out) {
    for (size_t k = 0; k < c->level.n_curves; k++) {
        c->curves[k].fold = fold;
        c->curves[k].is_left_out = is_left_out;
    }
}

hys_status hys__fit_cross(hys_fit *fit, hys__fit_work *w) {
    cross c;
    fit->n_blocks = (size_t)fit->opts.n_blocks < BLOCKS ? (size_t)fit->opts.n_blocks : BLOCKS;
    hys_status status = take(fit, &c);
    for (unsigned fold = 0; fold < FOLDS && status == HYS_OK; fold++) {
        double cost;
        memcpy(c.u, fit->best, fit->n * sizeof *c.u);
        set_fold(&c, fold, false);
        hys__fit_descend(fit, &fit->sims[0], &c.level, ROUNDS, w, c.u);
        set_fold(&c, fold, true);
        hys__fit_sim_run(fit, &fit->sims[0], &c.level, 1, c.u, &cost, w->residuals);
        for (size_t p = 0; p < c.level.n_points; p++) {
            if (c.blocks[p] % FOLDS != fold) continue;
            fit->blocks[c.blocks[p]] += isfinite(cost) ? w->residuals[p] * w->residuals[p] : INFINITY;
            c.counts[c.blocks[p]]++;
        }
        if (hys_ctx_is_cancelled(fit->ctx)) status = HYS_CANCEL;
    }
    for (size_t k = 0; k < fit->n_blocks && status == HYS_OK; k++) fit->blocks[k] /= fmax(1, c.counts[k]);
    return status;
}
