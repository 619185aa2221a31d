/* The parts of a passport, each in a context of its own with the model loaded anew: a context stays on one thread. */
#include "base/context.h"
#include "base/diag.h"
#include "device/model.h"
#include "lab/passport.h"
#include <math.h>
#include <string.h>

void hys__passport_explain(const hys_ctx *ctx, hys_status status, char *why, size_t size) {
    for (size_t k = 0; k < hys_diag_count(ctx); k++) {
        const hys_diag *d = hys_diag_get(ctx, k);
        if (d->severity != HYS_ERROR) continue;
        snprintf(why, size, "%s%s%s%s%s", d->message, *d->hint ? " (" : "", d->hint, *d->hint ? ")" : "", "");
        return;
    }
    snprintf(why, size, "%s", hys_status_text(status));
}

#define FIT_POINTS 1000 /* of a curve: enough to rank models */

/* What a part's own progress is reported as. */
static hys_bench_opts bench_of(const hys_passport *p, hys__crew_item *item) {
    hys_bench_opts bench = p->bench;
    bench.progress = hys__crew_progress;
    bench.progress_user = item;
    return bench;
}

/* ---- class ---- */

static hys_status find_class(hys_passport *p, hys__part *part, hys__crew_item *item) {
    hys_class_opts opts = hys_class_opts_default();
    hys_bench_opts bench = p->bench;
    opts.bench = &bench;
    opts.progress = hys__crew_progress;
    opts.progress_user = item;
    return p->is_data ? hys_classify_data(part->ctx, p->data, p->n_data, &opts, &p->class_)
                      : hys_classify_model(part->ctx, part->model, &opts, &p->class_);
}

/* ---- protocols ---- */

static hys_status run_protocol(hys_passport *p, hys__part *part, hys__crew_item *item, const char *name,
                               hys_protocol_result **result) {
    hys_protocol_opts opts = hys_protocol_opts_default();
    hys_bench_opts bench = bench_of(p, item);
    const hys_protocol *protocol = hys_protocol_find(name);
    opts.bench = &bench;
    if (!protocol) return hys__fail(part->ctx, HYS_ARG, "", "there is no protocol '%s'", name);
    return hys_protocol_run(part->ctx, protocol, part->model, &opts, result);
}

static hys_status run_iv(hys_passport *p, hys__part *part, hys__crew_item *item) {
    return run_protocol(p, part, item, "iv", &p->iv);
}

static hys_status run_impedance(hys_passport *p, hys__part *part, hys__crew_item *item) {
    return run_protocol(p, part, item, "impedance", &p->impedance);
}

/* ---- uses ---- */

/* The channels are screened on their own, where the search is longer. */
static hys_status judge_uses(hys_passport *p, hys__part *part, hys__crew_item *item) {
    hys_verdict_opts opts = hys_verdict_opts_default();
    hys_bench_opts bench = p->bench;
    hys__text as;
    hys__text_init(&as, part->ctx);
    for (size_t k = 0; k < hys_use_count(); k++)
        if (strncmp(hys_use_name(k), "channel", 7) != 0)
            hys__text_printf(&as, "%s%s", as.n ? "," : "", hys_use_name(k));
    opts.as = as.at;
    opts.known = p->class_;
    opts.bench = &bench;
    opts.n_threads = (int32_t)p->n_threads;
    opts.progress = hys__crew_progress;
    opts.progress_user = item;
    hys_status status = as.failed ? HYS_NOMEM : hys_verdict_run(part->ctx, part->model, &opts, &p->verdicts);
    hys__text_free(&as);
    return status;
}

/* ---- channels ---- */

/* A channel forgets: for what does not, time and voltage are not searched for. */
static bool is_volatile(const hys_passport *p) {
    const hys_finding *f = p->class_ ? hys_class_find(p->class_, "volatility") : NULL;
    return !f || !f->is_told || strstr(f->answer, "volatile") == f->answer;
}

static hys_status screen_channel(hys_passport *p, hys__part *part, hys__crew_item *item) {
    hys_screen_opts opts = hys_screen_opts_default();
    bool is_k = part == &p->parts[HYS__PART_CHANNEL_K];
    opts.channel = is_k ? "K" : "Na";
    opts.free = is_volatile(p) ? NULL : "conductance";
    opts.set = p->bench.set;
    opts.n_set = p->bench.n_set;
    opts.temp = p->bench.temp;
    opts.progress = hys__crew_progress;
    opts.progress_user = item;
    return hys_screen_run(part->ctx, part->model, &opts, &p->screens[is_k ? 0 : 1]);
}

/* ---- fits of data ---- */

/* One of each way to remember and to conduct, quickly; hysteron fit tries the whole library, and searches longer. */
static const char *const tried[] = {"yakopcic",        "vteam",       "hp_linear",
                                    "volatile_linear", "mott_switch", "diode_selector"};

static hys_status fit_data(hys_passport *p, hys__part *part, hys__crew_item *item) {
    hys_fit_opts fit = hys_fit_opts_default();
    hys_fit_select_opts opts = hys_fit_select_opts_default();
    fit.most_points = FIT_POINTS;
    fit.n_threads = (int32_t)p->n_threads;
    fit.temp = p->bench.temp;
    fit.seed = p->bench.seed;
    fit.has_seed = p->bench.has_seed;
    fit.progress = hys__crew_progress;
    fit.progress_user = item;
    opts.fit = &fit;
    opts.models = tried;
    opts.n_models = sizeof tried / sizeof *tried;
    opts.is_quick = true;
    return hys_fit_select(part->ctx, p->fit_data, p->n_data, &opts, &p->selection);
}

/* ---- the catalogue ---- */

static const struct {
    const char *trait, *column, *unit, *what;
} ranked[HYS__N_RANKS] = {
    {"on-off", "dynamic_range", "1", "on/off ratio"},
    {"energy", "energy", "J", "energy per event"},
    {"threshold-positive", "voltage_high", "V", "positive switching voltage"},
    {"threshold-negative", "voltage_low", "V", "negative switching voltage"},
};
static const struct {
    const char *x_trait, *x, *y_trait, *y;
} charts[HYS__N_CHARTS] = {{"threshold-positive", "voltage_high", "on-off", "dynamic_range"},
                           {"threshold-positive", "voltage_high", "threshold-negative", "voltage_low"}};

static hys_status place_all(hys_passport *p, const hys_catalogue *catalogue) {
    for (size_t k = 0; k < HYS__N_RANKS; k++) {
        double value = hys__passport_number(p, ranked[k].trait);
        hys__place *place = &p->places[p->n_places];
        if (!isfinite(value)) continue;
        *place = (hys__place){.name = ranked[k].column, .unit = ranked[k].unit, .what = ranked[k].what, .value = value};
        hys_status status =
            hys_catalogue_place(catalogue, NULL, hys_catalogue_find_column(ranked[k].column), value, &place->rank);
        if (status != HYS_OK) return status;
        p->n_places++;
    }
    return HYS_OK;
}

static hys_status place(hys_passport *p, hys__part *part, hys__crew_item *item) {
    hys_catalogue *catalogue = NULL;
    (void)item;
    hys_status status = hys_catalogue_read(part->ctx, NULL, &catalogue);
    if (status == HYS_OK) status = place_all(p, catalogue);
    for (size_t k = 0; k < HYS__N_CHARTS && status == HYS_OK; k++) {
        double mine[2] = {hys__passport_number(p, charts[k].x_trait), hys__passport_number(p, charts[k].y_trait)};
        bool has_mine = isfinite(mine[0]) && isfinite(mine[1]);
        status = hys_catalogue_chart(catalogue, NULL, hys_catalogue_find_column(charts[k].y),
                                     hys_catalogue_find_column(charts[k].x), has_mine ? mine : NULL, &p->charts[k]);
    }
    hys_catalogue_free(catalogue);
    return status;
}

/* ---- all of them ---- */

typedef hys_status part_function(hys_passport *p, hys__part *part, hys__crew_item *item);
static part_function *const functions[HYS__N_PARTS] = {
    [HYS__PART_CLASS] = find_class,
    [HYS__PART_IV] = run_iv,
    [HYS__PART_IMPEDANCE] = run_impedance,
    [HYS__PART_USE] = judge_uses,
    [HYS__PART_CHANNEL_K] = screen_channel,
    [HYS__PART_CHANNEL_NA] = screen_channel,
    [HYS__PART_FIT] = fit_data,
    [HYS__PART_CATALOGUE] = place,
};

static hys_status open_part(hys_passport *p, hys__part *part) {
    hys_ctx_opts opts = hys_ctx_opts_default();
    opts.seed = hys__ctx_seed(p->ctx);
    opts.n_threads = (int32_t)p->n_threads;
    hys_status status = hys_ctx_new(&opts, &part->ctx);
    if (status == HYS_OK) hys__ctx_follow(part->ctx, p->ctx);
    return status;
}

/* HYS_OK also where the part fails: the passport says why. */
static hys_status do_part(hys_passport *p, hys__part_id id, hys__crew *crew, size_t k) {
    hys__part *part = &p->parts[id];
    hys__crew_item item = {crew, k};
    hys_status status = open_part(p, part);
    if (status != HYS_OK) return status;
    if (!p->is_data && id != HYS__PART_CATALOGUE) status = hys__model_again(part->ctx, p->model, &part->model);
    if (status == HYS_OK) status = functions[id](p, part, &item);
    if (status == HYS_NOMEM || status == HYS_CANCEL) return status;
    part->is_good = status == HYS_OK;
    if (status != HYS_OK) hys__passport_explain(part->ctx, status, part->why, sizeof part->why);
    return HYS_OK;
}

/* What others need comes first. */
static const struct {
    double from, to; /* of the progress */
    hys__part_id ids[4];
    size_t n;
} rounds[] = {
    {0, 0.35, {HYS__PART_CLASS, HYS__PART_IV, HYS__PART_IMPEDANCE, HYS__PART_FIT}, 4},
    {0.35, 0.9, {HYS__PART_USE, HYS__PART_CHANNEL_NA, HYS__PART_CHANNEL_K, HYS__PART_CATALOGUE}, 4},
};

static hys_status do_item(void *user, size_t k, hys__crew *crew) {
    hys_passport *p = user;
    return do_part(p, p->round[k], crew, k);
}

hys_status hys__passport_parts(hys_passport *p) {
    hys_status status = HYS_OK;
    for (size_t r = 0; r < sizeof rounds / sizeof *rounds && status == HYS_OK; r++) {
        size_t n = 0;
        for (size_t k = 0; k < rounds[r].n; k++)
            if (p->is_wanted[rounds[r].ids[k]]) p->round[n++] = rounds[r].ids[k];
        status = hys__crew_run(&(hys__crew_plan){.ctx = p->ctx,
                                                 .n = n,
                                                 .n_threads = p->n_threads,
                                                 .from = rounds[r].from,
                                                 .to = rounds[r].to,
                                                 .progress = p->progress,
                                                 .progress_user = p->progress_user,
                                                 .what = do_item,
                                                 .user = p});
    }
    return status;
}
