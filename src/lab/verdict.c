/* hys_verdict_run: options in, a ranking out. */
#include "base/clocale.h"
#include "base/diag.h"
#include "lab/classify_gate.h"
#include "lab/verdict_impl.h"
#include <hysteron/lab.h>
#include <math.h>
#include <string.h>

static const struct {
    const char *name, *desc;
} uses[HYS__N_USES] = {
    [HYS__USE_SYNAPSE] = {"synapse", "a weight that learns by pulses, and keeps it"},
    [HYS__USE_MEMORY] = {"memory", "two states, written fast, kept for years"},
    [HYS__USE_SELECTOR] = {"selector",
                           "open at half the voltage, closed at the whole: a switch for each cell of an array"},
    [HYS__USE_NEURON] = {"neuron", "it spikes with a resistor and a capacitor"},
    [HYS__USE_RESERVOIR] = {"reservoir", "a node that tells recent pulse trains apart, and forgets"},
    [HYS__USE_CHANNEL_K] = {"channel-K", "the potassium channel of the Hodgkin-Huxley membrane"},
    [HYS__USE_CHANNEL_NA] = {"channel-Na", "the sodium channel of the Hodgkin-Huxley membrane"},
};

size_t hys_use_count(void) {
    return HYS__N_USES;
}
const char *hys_use_name(size_t i) {
    return i < HYS__N_USES ? uses[i].name : NULL;
}
const char *hys_use_desc(size_t i) {
    return i < HYS__N_USES ? uses[i].desc : NULL;
}

hys_verdict_opts hys_verdict_opts_default(void) {
    return (hys_verdict_opts){.size = sizeof(hys_verdict_opts)};
}

static hys_status unknown_use(hys_ctx *ctx, const char *all, const char *at, size_t n) {
    const char *names[HYS__N_USES], *near;
    char word[64], hint[128] = "synapse, memory, selector, neuron, reservoir, channel-K, channel-Na";
    for (size_t k = 0; k < HYS__N_USES; k++) names[k] = uses[k].name;
    snprintf(word, sizeof word, "%.*s", (int)(n < 60 ? n : 60), at);
    near = hys__nearest(word, names, HYS__N_USES);
    if (near) snprintf(hint, sizeof hint, "did you mean '%s'?", near);
    return hys__report_at(ctx, HYS_ERROR, HYS_ARG, "--as", 1, (int32_t)(at - all) + 1, all, hint,
                          "there is no use '%s'", word);
}

/* list = NAME { "," NAME } */
static hys_status read_uses(hys_ctx *ctx, const char *text, bool *is_wanted) {
    for (size_t k = 0; k < HYS__N_USES; k++) is_wanted[k] = !text;
    for (const char *at = text; at && *at;) {
        size_t n = strcspn(at, ","), k = 0;
        while (k < HYS__N_USES && (strlen(uses[k].name) != n || memcmp(uses[k].name, at, n) != 0)) k++;
        if (k == HYS__N_USES) return unknown_use(ctx, text, at, n);
        is_wanted[k] = true;
        at += n + (at[n] == ',');
    }
    return HYS_OK;
}

hys_status hys__verdict_remark(hys_verdicts *v, const char *fmt, ...) {
    char text[400];
    va_list args;
    va_start(args, fmt);
    hys__c_vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    for (size_t k = 0; k < v->remarks.n; k++)
        if (!strcmp(v->remarks.at[k], text)) return HYS_OK;
    const char **slot = HYS_PUSH(&v->arena, &v->remarks);
    if (slot) *slot = hys__arena_strndup(&v->arena, text, strlen(text));
    return slot && *slot ? HYS_OK : HYS_NOMEM;
}

/* ---- tables, from the contexts of the measurements into the caller's ---- */

static hys_status copy_table(hys_ctx *ctx, const hys_table *from, hys_table **to) {
    hys_status status = hys_table_new(ctx, to);
    size_t n = hys_table_n_columns(from);
    double row[64];
    for (size_t c = 0; c < n && status == HYS_OK; c++)
        status = hys_table_add_column(*to, hys_table_name(from, c), hys_table_unit(from, c));
    for (size_t r = 0; r < hys_table_n_rows(from) && status == HYS_OK && n <= 64; r++) {
        for (size_t c = 0; c < n; c++) row[c] = hys_table_column_at(from, c)[r];
        status = hys_table_add_row(*to, row);
    }
    return status;
}

static hys_status take_tables(hys_verdicts *v, const hys__job *job) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < hys_protocol_n_tables(job->result) && status == HYS_OK; k++) {
        const hys_protocol_table *t = hys_protocol_table_at(job->result, k);
        hys_protocol_table *slot = HYS_PUSH(&v->arena, &v->tables);
        if (!slot) return HYS_NOMEM;
        hys_table *copy = NULL;
        *slot = (hys_protocol_table){job->name, NULL, t->figure};
        status = copy_table(v->ctx, t->table, &copy);
        slot->table = copy;
    }
    return status;
}

static hys_status take_results(hys_verdicts *v) {
    hys_status status = HYS_OK;
    for (int k = 0; k < HYS__N_JOBS && status == HYS_OK; k++)
        if (v->jobs[k].result) status = take_tables(v, &v->jobs[k]);
    return status;
}

/* ---- the whole ---- */

static hys_status report(hys_verdicts *v, double done) {
    if (hys_ctx_is_cancelled(v->ctx)) return HYS_CANCEL;
    return v->progress && v->progress(v->progress_user, done) ? HYS_CANCEL : HYS_OK;
}

/* What the literature says is left out where the catalogue cannot be read. */
static hys_status open_catalogue(hys_verdicts *v) {
    size_t n = hys_diag_count(v->ctx);
    hys_status status = hys_catalogue_read(v->ctx, NULL, &v->catalogue);
    if (status == HYS_OK || status == HYS_NOMEM) return status;
    hys__diag_rewind(v->ctx, n);
    return hys__verdict_remark(v, "the catalogue of published devices could not be read: no values of the literature");
}

static hys_status tell_plan(hys_verdicts *v) {
    const hys__plan *p = &v->plan;
    hys_status status = HYS_OK;
    if (!p->answers && v->tables.n)
        return hys__verdict_remark(v, "no pulse up to 5.1 V, 10 ns to 1 s, leaves a change of conductance");
    for (size_t k = 0; k < p->n_ways && status == HYS_OK; k++)
        status =
            p->ways[k].up_width == p->ways[k].down_width
                ? hys__verdict_remark(v, "mapped: %.3g V and %.3g V go through its range within %.3g s", p->ways[k].up,
                                      p->ways[k].down, p->ways[k].width)
                : hys__verdict_remark(v, "mapped: no width goes both ways; %.3g V for %.3g s and %.3g V for %.3g s do",
                                      p->ways[k].up, p->ways[k].up_width, p->ways[k].down, p->ways[k].down_width);
    if (status == HYS_OK && p->answers) status = hys__verdict_remark(v, "reads with %.3g V", p->read);
    if (status == HYS_OK && p->brief != 0)
        status =
            hys__verdict_remark(v, "for short-term plasticity: pulses of %.3g V, %.3g s", p->brief, p->brief_width);
    return status;
}

/* A device of three ports is a synapse or a memory by its gate: where nothing else is asked for, that is driven. */
static hys_status choose_ports(hys_verdicts *v) {
    hys__gate gate;
    hys_status status = hys__gate_ports(v->ctx, v->model, &v->bench, &gate);
    if (status != HYS_OK || !gate.ports[0]) return status;
    const char **held = HYS_NEW(&v->arena, const char *);
    v->bench.ports = hys__arena_strndup(&v->arena, gate.ports, strlen(gate.ports));
    if (!held || !v->bench.ports) return HYS_NOMEM;
    *held = hys__arena_strndup(&v->arena, gate.held, strlen(gate.held));
    v->bench.port = held;
    v->bench.n_port = 1;
    return hys__verdict_remark(v, "a gate is driven: --ports %s --port %s; other --ports are other devices",
                               v->bench.ports, *held);
}

static hys_status run(hys_verdicts *v, const hys_verdict_opts *opts) {
    hys_status status = choose_ports(v);
    if (status == HYS_OK) status = hys__verdict_plan(v, opts->known);
    if (status == HYS_OK) status = report(v, 0.2);
    if (status == HYS_OK) status = hys__verdict_measure(v);
    if (status == HYS_OK) status = open_catalogue(v);
    if (status == HYS_OK) status = hys__verdict_judge(v);
    if (status == HYS_OK) status = tell_plan(v);
    if (status == HYS_OK) status = take_results(v);
    if (status == HYS_OK && v->arena.failed) status = HYS_NOMEM;
    hys__verdict_forget(v);
    hys_catalogue_free(v->catalogue);
    v->catalogue = NULL;
    return status;
}

static hys_status new_verdicts(hys_ctx *ctx, const hys_model *model, const hys_verdict_opts *opts,
                               hys_verdicts **result) {
    hys_verdicts *v = hys__realloc(ctx, NULL, 0, sizeof *v);
    if (!v) return HYS_NOMEM;
    memset(v, 0, sizeof *v);
    v->ctx = ctx;
    v->model = model;
    v->bench = hys_bench_opts_default();
    if (opts->bench)
        memcpy(&v->bench, opts->bench, opts->bench->size < sizeof v->bench ? opts->bench->size : sizeof v->bench);
    v->bench.wave = v->bench.train = NULL;
    v->progress = opts->progress;
    v->progress_user = opts->progress_user;
    v->n_threads = opts->n_threads > 0 ? (size_t)opts->n_threads : (size_t)hys__ctx_n_threads(ctx);
    hys__arena_init(&v->arena, ctx, 0);
    *result = v;
    return HYS_OK;
}

hys_status hys_verdict_run(hys_ctx *ctx, const hys_model *model, const hys_verdict_opts *opts, hys_verdicts **result) {
    hys_verdict_opts complete = hys_verdict_opts_default();
    if (opts) memcpy(&complete, opts, opts->size < sizeof complete ? opts->size : sizeof complete);
    bool is_wanted[HYS__N_USES];
    hys_verdicts *v;
    hys_status status = read_uses(ctx, complete.as, is_wanted);
    if (status == HYS_OK) status = new_verdicts(ctx, model, &complete, &v);
    if (status != HYS_OK) return status;
    memcpy(v->is_wanted, is_wanted, sizeof is_wanted);
    status = run(v, &complete);
    if (status == HYS_OK) *result = v;
    else hys_verdicts_free(v);
    return status;
}

void hys_verdicts_free(hys_verdicts *result) {
    if (!result) return;
    hys_ctx *ctx = result->ctx;
    for (size_t k = 0; k < result->tables.n; k++) hys_table_free((hys_table *)(uintptr_t)result->tables.at[k].table);
    hys__arena_free(&result->arena);
    hys__free(ctx, result, sizeof *result);
}

size_t hys_verdicts_count(const hys_verdicts *result) {
    return result->n;
}
const hys_verdict *hys_verdicts_get(const hys_verdicts *result, size_t i) {
    return i < result->n ? &result->verdicts[i] : NULL;
}
size_t hys_verdicts_n_tables(const hys_verdicts *result) {
    return result->tables.n;
}
const hys_protocol_table *hys_verdicts_table(const hys_verdicts *result, size_t i) {
    return i < result->tables.n ? &result->tables.at[i] : NULL;
}
size_t hys_verdicts_n_remarks(const hys_verdicts *result) {
    return result->remarks.n;
}
const char *hys_verdicts_remark(const hys_verdicts *result, size_t i) {
    return i < result->remarks.n ? result->remarks.at[i] : NULL;
}
