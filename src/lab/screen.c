/* hys_screen_run: options in, criteria and verdict out. */
#include "device/word.h"
#include "lab/bench_opts.h"
#include "lab/screen_impl.h"
#include <hysteron/lab.h>
#include <math.h>
#include <string.h>

hys_screen_opts hys_screen_opts_default(void) {
    return (hys_screen_opts){.size = sizeof(hys_screen_opts), .start = {1, 1, 1, 0}};
}

/* Callers built against an older header give a shorter struct. */
static hys_screen_opts complete_opts(const hys_screen_opts *given) {
    hys_screen_opts opts = hys_screen_opts_default();
    if (given) memcpy(&opts, given, given->size < sizeof opts ? given->size : sizeof opts);
    return opts;
}

static hys_status read_channel(hys_ctx *ctx, const char *name, hys__channel *channel) {
    if (!name)
        return hys__fail(ctx, HYS_ARG, "--channel K, --channel Na, --channel Ca",
                         "which channel should the device replace?");
    static const hys__channel screened[] = {HYS__HH_K, HYS__HH_NA, HYS__ML_CA};
    hys__word word = hys__word_all("--channel", name);
    for (size_t k = 0; k < sizeof screened / sizeof *screened; k++)
        if (hys__word_is(&word, hys__channel_name(screened[k]))) {
            *channel = screened[k];
            return HYS_OK;
        }
    return hys__word_fail(ctx, &word, HYS_ARG, "K and Na of the Hodgkin-Huxley, Ca of the Morris-Lecar membrane",
                          "no channel '%.40s' to compare with", name);
}

/* list = "none" | NAME { "," NAME } */
static hys_status read_free(hys_ctx *ctx, const char *text, bool *is_free) {
    static const char *const names[4] = {"time", "voltage", "conductance", "offset"};
    for (int k = 0; k < 4; k++) is_free[k] = !text;
    if (!text) return HYS_OK;
    hys__word rest = hys__word_all("--free", text), word;
    if (hys__word_is(&rest, "none")) return HYS_OK;
    while (hys__word_next(&rest, ',', &word)) {
        int k = 0;
        while (k < 4 && !hys__word_is(&word, names[k])) k++;
        if (k == 4)
            return hys__word_fail(ctx, &word, HYS_ARG, "time, voltage, conductance, offset, or none",
                                  "this is no scale of a channel");
        is_free[k] = true;
    }
    return HYS_OK;
}

static hys_status check_start(hys_ctx *ctx, const hys_screen_scale *s) {
    const bool is_good = s->time > 0 && isfinite(s->time) && s->voltage != 0 && isfinite(s->voltage) &&
                         s->conductance >= 0 && isfinite(s->conductance) && isfinite(s->offset);
    if (is_good) return HYS_OK;
    return hys__fail(ctx, HYS_ARG, "time above 0, voltage not 0, conductance not below 0", "the scale means nothing");
}

static hys_status report(const hys_screen_opts *opts, double done) {
    return opts->progress && opts->progress(opts->progress_user, done) ? HYS_CANCEL : HYS_OK;
}

static hys_status run(hys_screen *s, hys__subject *subject, const hys_screen_opts *opts, const bool *is_free) {
    hys_status status = hys__screen_search(s, subject, is_free);
    s->scale = subject->scale;
    if (status == HYS_OK) status = report(opts, 0.6);
    if (status == HYS_OK) status = hys__screen_class(s, subject);
    if (status == HYS_OK) status = hys__screen_clamps(s, subject);
    if (status == HYS_OK) status = report(opts, 0.8);
    if (status == HYS_OK) status = hys__screen_loop(s, subject);
    if (status == HYS_OK && subject->model->kernel->flags & HYS_K_DRAWS)
        status = hys__screen_remark(s, "random draws of the device are held at their first values");
    if (status == HYS_OK) hys__screen_judge(s);
    return status;
}

hys_status hys_screen_run(hys_ctx *ctx, const hys_model *model, const hys_screen_opts *opts, hys_screen **result) {
    const hys_screen_opts complete = complete_opts(opts);
    const hys_bench_opts bench = {.size = sizeof bench, .temp = complete.temp};
    bool is_free[4];
    /* Kernels are built when they are first needed; nothing else of a model changes. */
    hys__subject subject = {.ctx = ctx, .model = (hys_model *)(uintptr_t)model, .scale = complete.start};
    subject.dut = (hys__dut_opts){.set = complete.set, .n_set = complete.n_set};
    hys_status status = read_channel(ctx, complete.channel, &subject.channel);
    if (status == HYS_OK) status = read_free(ctx, complete.free, is_free);
    if (status == HYS_OK) status = check_start(ctx, &complete.start);
    if (status == HYS_OK) status = hys__opts_temperature(ctx, &bench, &subject.dut.temp);
    if (status != HYS_OK) return status;
    hys_screen *s = hys__realloc(ctx, NULL, 0, sizeof *s);
    if (!s) return HYS_NOMEM;
    memset(s, 0, sizeof *s);
    s->ctx = ctx;
    s->channel = subject.channel;
    s->verdict = "fail";
    hys__arena_init(&s->arena, ctx, 0);
    status = run(s, &subject, &complete, is_free);
    if (status == HYS_OK) *result = s;
    else hys_screen_free(s);
    return status;
}

void hys_screen_free(hys_screen *s) {
    if (!s) return;
    hys_ctx *ctx = s->ctx;
    hys_table_free(s->spike);
    hys_table_free(s->replay);
    hys_table_free(s->train);
    hys_table_free(s->rate);
    hys__arena_free(&s->arena);
    hys__free(ctx, s, sizeof *s);
}

const char *hys_screen_verdict(const hys_screen *s) {
    return s->verdict;
}
double hys_screen_score(const hys_screen *s) {
    return s->score;
}
hys_screen_scale hys_screen_best_scale(const hys_screen *s) {
    return s->scale;
}
const char *hys_screen_channel(const hys_screen *s) {
    return hys__channel_name(s->channel);
}
const char *hys_screen_membrane(const hys_screen *s) {
    return hys__membrane_of(s->channel)->name;
}
size_t hys_screen_n_criteria(const hys_screen *s) {
    return s->criteria.n;
}
const hys_screen_criterion *hys_screen_get_criterion(const hys_screen *s, size_t i) {
    return i < s->criteria.n ? &s->criteria.at[i] : NULL;
}
size_t hys_screen_n_directions(const hys_screen *s) {
    return s->directions.n;
}
const hys_screen_direction *hys_screen_get_direction(const hys_screen *s, size_t i) {
    return i < s->directions.n ? &s->directions.at[i] : NULL;
}
const hys_table *hys_screen_table(const hys_screen *s, const char *name) {
    const struct {
        const char *name;
        const hys_table *table;
    } tables[] = {{"spike", s->spike}, {"replay", s->replay}, {"train", s->train}, {"rate", s->rate}};
    for (size_t k = 0; k < sizeof tables / sizeof *tables; k++)
        if (!strcmp(tables[k].name, name)) return tables[k].table;
    return NULL;
}
size_t hys_screen_n_remarks(const hys_screen *s) {
    return s->remarks.n;
}
const char *hys_screen_remark(const hys_screen *s, size_t i) {
    return i < s->remarks.n ? s->remarks.at[i] : NULL;
}
