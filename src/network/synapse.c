/* Synapses: a device, and what was distilled of it. */
#include "base/diag.h"
#include "network/cells_impl.h"
#include <math.h>
#include <string.h>

/* ---- options ---- */

hys_synapse_opts hys_synapse_opts_default(void) {
    return (hys_synapse_opts){.size = sizeof(hys_synapse_opts),
                              .cell = hys_cell_opts_default(),
                              .read_gate = NAN,
                              .pulses = 64,
                              .tolerance = 0.01};
}

static const char *copy_text(hys__arena *a, const char *text) {
    return text ? hys__arena_strndup(a, text, strlen(text)) : NULL;
}

static const char *const *copy_texts(hys__arena *a, const char *const *texts, size_t n) {
    const char **at = HYS_NEW_N(a, const char *, n + 1);
    for (size_t k = 0; at && k < n; k++) at[k] = copy_text(a, texts[k]);
    return at;
}

static const hys_model_opts *copy_model(hys__arena *a, const hys_model_opts *given) {
    hys_model_opts *m = given ? HYS_NEW(a, hys_model_opts) : NULL;
    if (!m) return NULL;
    *m = hys_model_opts_default();
    memcpy(m, given, given->size && given->size < sizeof *m ? given->size : sizeof *m);
    m->module = copy_text(a, m->module);
    m->cache_dir = copy_text(a, m->cache_dir);
    m->include_dirs = copy_texts(a, m->include_dirs, m->n_include_dirs);
    m->defines = copy_texts(a, m->defines, m->n_defines);
    m->set = copy_texts(a, m->set, m->n_set);
    return m;
}

hys_status hys__synapse_copy_cell(hys__arena *a, const hys_cell_opts *given, hys_cell_opts *to) {
    *to = hys_cell_opts_default();
    memcpy(to, given, given->size && given->size < sizeof *to ? given->size : sizeof *to);
    to->size = sizeof *to;
    to->memory = copy_text(a, to->memory);
    to->memory_set = copy_texts(a, to->memory_set, to->n_memory_set);
    to->selector = copy_text(a, to->selector);
    to->selector_set = copy_texts(a, to->selector_set, to->n_selector_set);
    to->spread = copy_texts(a, to->spread, to->n_spread);
    to->model = copy_model(a, to->model);
    return a->failed ? HYS_NOMEM : HYS_OK;
}

static hys_status check_pulse(hys_ctx *ctx, const char *name, const hys_synapse_pulse *p) {
    if (isfinite(p->voltage) && isfinite(p->width) && isfinite(p->gate) && p->width >= 0 &&
        (p->width == 0 || p->voltage != 0))
        return HYS_OK;
    return hys__fail(ctx, HYS_ARG, "a width of 0 s: it will be found", "the pulse '%s' is one of %g V and %g s", name,
                     p->voltage, p->width);
}

static hys_status check(hys_ctx *ctx, const hys_synapse_opts *o) {
    if (!o->cell.memory && !o->measured)
        return hys__fail(ctx, HYS_ARG,
                         "a name of `hysteron device list`, a Verilog-A file, or a file of measured pulses",
                         "a synapse needs a device, or what was measured of one");
    if (o->pulses < 1 || o->pulses > 100000)
        return hys__fail(ctx, HYS_ARG, "1 to 100000", "no window can be crossed in %zu pulses", o->pulses);
    if (!(o->tolerance > 0 && o->tolerance < 1))
        return hys__fail(ctx, HYS_ARG, "a part of the window, such as 0.01",
                         "write-verify to within %g is not possible", o->tolerance);
    if (!(o->read_noise >= 0 && isfinite(o->read_noise) && o->variation >= 0 && isfinite(o->variation)))
        return hys__fail(ctx, HYS_ARG, "standard deviations, 0 or more",
                         "read noise of %g and variation of %g cannot be added", o->read_noise, o->variation);
    hys_status status = check_pulse(ctx, "up", &o->up);
    if (status == HYS_OK) status = check_pulse(ctx, "down", &o->down);
    return status == HYS_OK ? check_pulse(ctx, "read", &o->read) : status;
}

static hys_status take_opts(hys_synapse *s, const hys_synapse_opts *given) {
    hys_synapse_opts o = hys_synapse_opts_default();
    if (given) memcpy(&o, given, given->size && given->size < sizeof o ? given->size : sizeof o);
    if (!o.pulses) o.pulses = 64;
    if (o.tolerance == 0) o.tolerance = 0.01;
    hys_status status = check(s->ctx, &o);
    if (status != HYS_OK) return status;
    o.measured = copy_text(&s->arena, o.measured);
    status = hys__synapse_copy_cell(&s->arena, &o.cell, &s->cell);
    if (s->cell.temp == 0) s->cell.temp = 300.15;
    o.cell = s->cell;
    s->opts = o;
    return status;
}

/* ---- what is told ---- */

hys_status hys__synapse_remark(hys_synapse *s, const char *fmt, ...) {
    char text[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    const char **to = HYS_PUSH(&s->arena, &s->remarks);
    if (to) *to = hys__arena_strndup(&s->arena, text, strlen(text));
    return s->arena.failed ? HYS_NOMEM : HYS_OK;
}

hys_status hys__synapse_tell(hys_synapse *s, double done) {
    if (hys_ctx_is_cancelled(s->ctx)) return HYS_CANCEL;
    return s->opts.progress && s->opts.progress(s->opts.progress_user, done) ? HYS_CANCEL : HYS_OK;
}

/* ---- coming and going ---- */

static hys_synapse *blank(hys_ctx *ctx) {
    hys_synapse *s = hys__realloc(ctx, NULL, 0, sizeof *s);
    if (!s) return NULL;
    *s = (hys_synapse){.ctx = ctx, .law = hys__law_empty()};
    hys__arena_init(&s->arena, ctx, 0);
    return s;
}

void hys_synapse_free(hys_synapse *s) {
    if (!s) return;
    hys_ctx *ctx = s->ctx;
    hys__arena_free(&s->arena);
    hys__free(ctx, s, sizeof *s);
}

static hys_status distil(hys_synapse *s) {
    hys_synapse_law *l = &s->law;
    hys__arena scratch;
    hys__arena_init(&scratch, s->ctx, 0);
    hys__distil d = {.synapse = s, .ctx = s->ctx, .arena = &scratch};
    l->name = s->cell.memory;
    l->source = hys__arena_printf(&s->arena, "kernel %s", s->cell.memory);
    l->is_kernel = true;
    l->temp = s->cell.temp;
    hys_status status = l->source ? hys__synapse_find(&d) : HYS_NOMEM;
    if (status == HYS_OK) status = hys__synapse_tell(s, 0.3);
    if (status == HYS_OK) status = hys__synapse_tables(&d);
    if (status == HYS_OK) status = hys__synapse_tell(s, 0.5);
    if (status == HYS_OK) status = hys__synapse_after(&d);
    if (status == HYS_OK) status = hys__synapse_tell(s, 0.7);
    if (status == HYS_OK) hys__law_label(l);
    if (status == HYS_OK) status = hys__synapse_try_program(s, HYS_CELLS_KERNEL);
    hys__arena_free(&scratch);
    return status;
}

static hys_status add_options(hys_synapse *s) {
    hys_synapse_law *l = &s->law;
    l->read_noise = hypot(l->read_noise, s->opts.read_noise);
    l->device_sd = hypot(l->device_sd, s->opts.variation);
    if (s->opts.variation > 0 && l->is_kernel)
        return hys__synapse_remark(
            s,
            "a variation of steps of %g was added to what was distilled; kernels know of it only "
            "by their own spread",
            s->opts.variation);
    return HYS_OK;
}

hys_status hys_synapse_new(hys_ctx *ctx, const hys_synapse_opts *given, hys_synapse **result) {
    hys_synapse *s = blank(ctx);
    if (!s) return HYS_NOMEM;
    hys_status status = take_opts(s, given);
    if (status == HYS_OK) status = hys__synapse_tell(s, 0);
    if (status == HYS_OK) status = s->opts.measured ? hys__synapse_measured(s) : distil(s);
    if (status == HYS_OK) status = add_options(s);
    if (status == HYS_OK) status = hys__law_check(ctx, &s->law);
    if (status == HYS_OK) status = hys__synapse_tell(s, 1);
    if (status == HYS_OK) *result = s;
    else hys_synapse_free(s);
    return status;
}

hys_status hys_synapse_of_law(hys_ctx *ctx, const hys_synapse_law *law, hys_synapse **result) {
    hys_synapse *s = blank(ctx);
    if (!s) return HYS_NOMEM;
    memcpy(&s->law, law, law->size && law->size < sizeof s->law ? law->size : sizeof s->law);
    s->law.size = sizeof s->law;
    s->law.name = copy_text(&s->arena, s->law.name ? s->law.name : "");
    s->law.source = copy_text(&s->arena, s->law.source ? s->law.source : "");
    s->law.is_kernel = false;
    s->opts = hys_synapse_opts_default();
    hys_status status = s->arena.failed ? HYS_NOMEM : hys__law_check(ctx, &s->law);
    if (status == HYS_OK) hys__law_label(&s->law);
    if (status == HYS_OK) *result = s;
    else hys_synapse_free(s);
    return status;
}

/* ---- what is asked ---- */

const hys_synapse_law *hys_synapse_get_law(const hys_synapse *s) {
    return &s->law;
}

size_t hys_synapse_n_remarks(const hys_synapse *s) {
    return s->remarks.n;
}

const char *hys_synapse_remark(const hys_synapse *s, size_t k) {
    return k < s->remarks.n ? s->remarks.at[k] : "";
}

const hys_cell_opts *hys_synapse_cell(const hys_synapse *s) {
    return s->law.is_kernel ? &s->cell : NULL;
}

typedef struct column {
    const char *name, *unit;
    const double *at;
} column;

hys_status hys_synapse_table(const hys_synapse *synapse, hys_table **table) {
    const hys_synapse_law *l = &synapse->law;
    const column all[] = {{"x", "1", NULL},
                          {"g", "S", NULL},
                          {"up_mean", "1", l->up_mean},
                          {"up_sd", "1", l->up_sd},
                          {"down_mean", "1", l->down_mean},
                          {"down_sd", "1", l->down_sd},
                          {"energy_up", "J", l->energy_up},
                          {"energy_down", "J", l->energy_down},
                          {"program_mean", "1", l->program_mean},
                          {"program_sd", "1", l->program_sd},
                          {"retention_mean", "1", l->retention_mean[HYS__N_TIMES - 1]},
                          {"retention_sd", "1", l->retention_sd[HYS__N_TIMES - 1]}};
    enum { N = sizeof all / sizeof *all };
    hys_table *t = NULL;
    hys_status status = hys_table_new(synapse->ctx, &t);
    for (size_t c = 0; c < N && status == HYS_OK; c++) status = hys_table_add_column(t, all[c].name, all[c].unit);
    for (size_t k = 0; k < HYS__POINTS && status == HYS_OK; k++) {
        double row[N];
        row[0] = (double)k / (double)(HYS__POINTS - 1);
        row[1] = l->g_min + row[0] * (l->g_max - l->g_min);
        for (size_t c = 2; c < N; c++) row[c] = all[c].at[k];
        status = hys_table_add_row(t, row);
    }
    if (status == HYS_OK) *table = t;
    else hys_table_free(t);
    return status;
}
