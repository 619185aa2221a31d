/* Settings that are chosen on a part of the training set: trained on the rest, scored on that part, for each seed; the
 * combination with the best mean is taken.  The test sets have no say. */
#include "network/reservoir_choose.h"
#include "base/random.h"
#include "network/reservoir_run.h"
#include <math.h>
#include <string.h>

typedef hys_reservoir_experiment experiment;

#define HYS_X(name, unit, section, is_echo)                                                                            \
    {#name,  "chosen_" #name, unit, offsetof(hys__said_choose, name), offsetof(hys__said_computing, section.name),     \
     is_echo},
static const struct {
    const char *name, *number, *unit;
    size_t list, at;
    bool is_echo;
} settings[] = {HYS__SETTINGS(HYS_X)};
#undef HYS_X

/* ---- the file ---- */

#define MOST_TRIED 1000u

static hys_status check_list(experiment *e, size_t k, const hys__yaml_reals *values) {
    const hys__yaml_node *node = hys__yaml_find(e->choose, settings[k].name);
    if (node && values->n < 2)
        return hys__yaml_fail(&e->yaml, node, "[0.6, 0.7, 0.8]", "one value leaves nothing to choose");
    if (values->n && !(settings[k].is_echo ? e->echo : e->reservoir))
        return hys__yaml_fail(&e->yaml, node, NULL, "'%s' is chosen, but there is no %s", settings[k].name,
                              settings[k].is_echo ? "echo-state network" : "reservoir");
    return HYS_OK;
}

static hys_status take_list(experiment *e, size_t k) {
    const hys__yaml_reals *values =
        (const hys__yaml_reals *)(const void *)((const char *)&e->said.choose + settings[k].list);
    hys__choices *c = &e->choices[settings[k].is_echo];
    const hys_status status = check_list(e, k, values);
    if (status != HYS_OK || values->n == 0) return status;
    c->at[c->n++] = (hys__choice){settings[k].name, settings[k].number, settings[k].unit, values, settings[k].at, NAN};
    if (values->n > MOST_TRIED / (c->n_tried ? c->n_tried : 1))
        return hys__yaml_fail(&e->yaml, e->choose, "at most 1000", "there are too many combinations to try");
    c->n_tried = values->n * (c->n_tried ? c->n_tried : 1);
    return HYS_OK;
}

hys_status hys__choose_read(experiment *e) {
    const double part = e->said.choose.part;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < HYS__N_SETTINGS && status == HYS_OK; k++) status = take_list(e, k);
    if (status != HYS_OK) return status;
    if (e->choices[0].n + e->choices[1].n == 0)
        return hys__yaml_fail(&e->yaml, e->choose, "high: [0.6V, 0.7V]", "nothing is to be chosen");
    if (!(part > 0 && part < 1))
        return hys__yaml_fail(&e->yaml, hys__yaml_find(e->choose, "part"), "between 0 and 1",
                              "no part of the training set is %g of it", part);
    if (e->said.choose.seeds > e->said.seeds)
        return hys__yaml_fail(&e->yaml, hys__yaml_find(e->choose, "seeds"), "", "%zu seeds to choose with, of %zu",
                              e->said.choose.seeds, e->said.seeds);
    if (e->said.choose.seeds == 0) e->said.choose.seeds = e->said.seeds;
    if (e->images && !strcmp(e->said.images.data, HYS__DIGITS))
        return hys__yaml_fail(&e->yaml, e->choose, "other images", "of ten digits none can be left out");
    e->choices[0].score_name = e->images ? "chosen_part_accuracy" : "chosen_part_nrmse";
    e->choices[1].score_name = "echo_chosen_part_nrmse";
    return HYS_OK;
}

/* ---- a part of the images ---- */

typedef struct parts { /* of the training images */
    hys_samples kept, part;
} parts;

/* Drawn, as files may be sorted by class. */
static bool is_in_part(const experiment *e, size_t k) {
    const uint64_t key[2] = {e->said.seed, hys__name_hash("choose")}, ctr[2] = {k, 0};
    uint64_t bits[2];
    hys__threefry2x64(key, ctr, bits);
    return hys__uniform(bits[0]) < e->said.choose.part;
}

static hys_status new_samples(hys_ctx *ctx, const hys_samples *like, size_t n, hys_samples *to) {
    *to = *like;
    to->n = n;
    to->values = hys__realloc(ctx, NULL, 0, n * hys_samples_width(like) * sizeof *to->values);
    to->labels = hys__realloc(ctx, NULL, 0, n * sizeof *to->labels);
    return to->values && to->labels ? HYS_OK : HYS_NOMEM;
}

static void free_samples(hys_ctx *ctx, hys_samples *s) {
    if (s->values) hys__free(ctx, s->values, s->n * hys_samples_width(s) * sizeof *s->values);
    if (s->labels) hys__free(ctx, s->labels, s->n * sizeof *s->labels);
}

static hys_status divide(const experiment *e, const hys_samples *all, parts *p) {
    const size_t width = hys_samples_width(all);
    size_t n_part = 0, at[2] = {0, 0};
    for (size_t k = 0; k < all->n; k++) n_part += is_in_part(e, k);
    if (n_part == 0 || n_part == all->n)
        return hys__fail(e->ctx, HYS_ARG, "more images", "%zu images are too few to choose by %g of them", all->n,
                         e->said.choose.part);
    hys_status status = new_samples(e->ctx, all, all->n - n_part, &p->kept);
    if (status == HYS_OK) status = new_samples(e->ctx, all, n_part, &p->part);
    for (size_t k = 0; k < all->n && status == HYS_OK; k++) {
        const bool is_part = is_in_part(e, k);
        hys_samples *to = is_part ? &p->part : &p->kept;
        memcpy(to->values + at[is_part] * width, all->values + k * width, width * sizeof *all->values);
        to->labels[at[is_part]++] = all->labels[k];
    }
    return status;
}

/* ---- one combination, one seed ---- */

static hys_status score_images(experiment *e, const parts *p, double *score) {
    const hys_reservoir_classify_opts o = hys__computing_classify(e);
    hys_reservoir *r = NULL;
    hys_reservoir_scores s;
    hys_status status = hys__computing_reservoir(e, &r);
    if (status == HYS_OK) status = hys_reservoir_classify(r, &p->kept, &p->part, &o, &s);
    hys_reservoir_free(r);
    if (status != HYS_OK) return status;
    *score = s.accuracy;
    hys_reservoir_scores_free(e->ctx, &s);
    return HYS_OK;
}

/* The series ends where the test would begin; its last part is foretold from what is before it. */
static hys_readout_opts shorten(experiment *e, hys_task *task) {
    hys_readout_opts o = hys__computing_readout(e);
    if (o.n_train == 0 && task->n > o.washout) o.n_train = (task->n - o.washout) / 2;
    if (o.washout < task->n && o.n_train < task->n - o.washout) task->n = o.washout + o.n_train;
    o.n_train -= (size_t)ceil(e->said.choose.part * (double)o.n_train);
    e->n_learnt = o.washout + o.n_train;
    return o;
}

static hys_status predict(experiment *e, bool is_echo, const hys_task *task, const hys_readout_opts *o, double *score) {
    hys_reservoir *r = NULL;
    hys_echo *echo = NULL;
    hys_series_scores s;
    hys_status status = is_echo ? hys__computing_echo(e, &echo) : hys__computing_reservoir(e, &r);
    if (status == HYS_OK) status = hys_reservoir_predict(r, echo, task, o, NULL, &s);
    if (status == HYS_OK) *score = s.nrmse;
    hys_reservoir_free(r);
    hys_echo_free(echo);
    return status;
}

static hys_status score_series(experiment *e, bool is_echo, double *score) {
    hys_task task = {0, NULL, NULL};
    hys_status status = hys__computing_task(e, &task);
    if (status != HYS_OK) return status;
    const size_t whole = task.n;
    const hys_readout_opts o = shorten(e, &task);
    status = o.n_train < 2 ? hys__yaml_fail(&e->yaml, e->choose, "a longer series", "nothing is left to train with")
                           : predict(e, is_echo, &task, &o, score);
    task.n = whole;
    hys_task_free(e->ctx, &task);
    return status;
}

/* ---- all of them ---- */

static void set_combination(experiment *e, const hys__choices *c, size_t k, double *row) {
    size_t left = k;
    for (size_t j = c->n; j-- > 0;) {
        row[j] = c->at[j].values->at[left % c->at[j].values->n];
        left /= c->at[j].values->n;
        memcpy((char *)&e->said + c->at[j].at, &row[j], sizeof row[j]);
    }
}

/* Mean and standard deviation over the seeds. */
static hys_status try_combination(experiment *e, bool is_echo, const parts *p, double score[2]) {
    double sum = 0, squares = 0, one = 0;
    hys_status status = HYS_OK;
    const size_t n = e->said.choose.seeds, done = e->n_done;
    for (e->seed = 0; e->seed < n && status == HYS_OK; e->seed++, e->n_done++) {
        status = e->images ? score_images(e, p, &one) : score_series(e, is_echo, &one);
        sum += one;
        squares += one * one;
    }
    e->n_done = done + n;
    const double mean = sum / (double)n, left = squares - (double)n * mean * mean;
    score[0] = status == HYS_OK ? mean : NAN;
    score[1] = status != HYS_OK ? NAN : n > 1 && left > 0 ? sqrt(left / (double)(n - 1)) : 0;
    return status;
}

static bool is_better(const experiment *e, double a, double b) {
    return !isfinite(b) || (e->images ? a > b : a < b);
}

/* With some settings a device is no node of a reservoir: that is no failure as long as with others it is. */
static hys_status try_all(experiment *e, hys__choices *c, const parts *p) {
    const bool is_echo = c == &e->choices[1];
    const size_t n_said = hys_diag_count(e->ctx);
    double best = NAN;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < c->n_tried; k++) {
        double *row = c->tried.values + k * c->tried.columns;
        hys__diag_rewind(e->ctx, n_said);
        set_combination(e, c, k, row);
        status = try_combination(e, is_echo, p, row + c->n);
        if (status == HYS_NOMEM || status == HYS_CANCEL) return status;
        if (!isfinite(row[c->n]) || !is_better(e, row[c->n], best)) continue;
        best = row[c->n];
        c->best = k;
    }
    if (!isfinite(best) && status == HYS_OK)
        return hys__yaml_fail(&e->yaml, e->choose, "a longer part, or another",
                              "no combination can be scored: the part that is to be foretold never changes");
    if (!isfinite(best)) return hys__computing_blame(e, e->choose, status);
    hys__diag_rewind(e->ctx, n_said);
    return HYS_OK;
}

static hys_status choose(experiment *e, hys__choices *c, const parts *p) {
    if (c->n == 0) return HYS_OK;
    hys_status status = hys_matrix_new(e->ctx, c->n_tried, c->n + 2, &c->tried);
    if (status == HYS_OK) status = try_all(e, c, p);
    if (status != HYS_OK) return status;
    set_combination(e, c, c->best, c->tried.values + c->best * c->tried.columns);
    for (size_t j = 0; j < c->n; j++) c->at[j].value = c->tried.values[c->best * c->tried.columns + j];
    return HYS_OK;
}

hys_status hys__choose(experiment *e) {
    parts p = {{0}, {0}};
    hys_status status = e->images ? divide(e, hys_dataset_train(e->data), &p) : HYS_OK;
    for (size_t k = 0; k < 2 && status == HYS_OK; k++) status = choose(e, &e->choices[k], &p);
    free_samples(e->ctx, &p.kept);
    free_samples(e->ctx, &p.part);
    return status;
}

/* ---- what was chosen ---- */

size_t hys_reservoir_experiment_n_choices(const experiment *e) {
    return e->choices[0].n + e->choices[1].n;
}

hys_reservoir_choice hys_reservoir_experiment_choice(const experiment *e, size_t k) {
    const bool is_echo = k >= e->choices[0].n;
    const hys__choice *c = &e->choices[is_echo].at[is_echo ? k - e->choices[0].n : k];
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < c->values->n; i++) {
        least = fmin(least, c->values->at[i]);
        most = fmax(most, c->values->at[i]);
    }
    return (hys_reservoir_choice){c->name,      c->unit, c->value,
                                  c->values->n, is_echo, c->value == least || c->value == most};
}

hys_matrix hys_reservoir_experiment_tried(const experiment *e, bool is_echo) {
    return e->choices[is_echo].tried;
}
