/* The table of protocols, and running one. */
#include "lab/protocol.h"
#include <math.h>
#include <string.h>

static const hys__protocol_row *const rows[] = {
    &hys__protocol_iv,          &hys__protocol_iv_frequency, &hys__protocol_potentiation, &hys__protocol_ppf,
    &hys__protocol_epsc,        &hys__protocol_stp_ltp,      &hys__protocol_srdp,         &hys__protocol_stdp,
    &hys__protocol_retention,   &hys__protocol_endurance,    &hys__protocol_disturb,      &hys__protocol_kinetics,
    &hys__protocol_thresholds,  &hys__protocol_levels,       &hys__protocol_oscillation,  &hys__protocol_fire,
    &hys__protocol_rtn,         &hys__protocol_curve,        &hys__protocol_temperature,  &hys__protocol_spread,
    &hys__protocol_chrono,      &hys__protocol_half_select,  &hys__protocol_forming,      &hys__protocol_seeker,
    &hys__protocol_triplet,     &hys__protocol_impedance,    &hys__protocol_harmonics,    &hys__protocol_step,
    &hys__protocol_selectivity, &hys__protocol_codes,
};
#define N_ROWS (sizeof rows / sizeof *rows)

size_t hys_protocol_count(void) {
    return N_ROWS;
}

const hys_protocol *hys_protocol_get(size_t i) {
    return i < N_ROWS ? &rows[i]->shown : NULL;
}

/* aliases = NAME { " " NAME } */
static bool is_among(const char *aliases, const char *name) {
    size_t n = strlen(name);
    for (const char *at = aliases; *at; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");
        if (length == n && !memcmp(at, name, n)) return true;
        at += length;
    }
    return false;
}

const hys_protocol *hys_protocol_find(const char *name) {
    for (size_t k = 0; k < N_ROWS; k++)
        if (!strcmp(rows[k]->shown.name, name) || is_among(rows[k]->shown.aliases, name)) return &rows[k]->shown;
    return NULL;
}

hys_protocol_opts hys_protocol_opts_default(void) {
    return (hys_protocol_opts){.size = sizeof(hys_protocol_opts)};
}

static hys_status unknown_option(hys__protocol *p, const char *text, size_t n) {
    const char *names[32], *near;
    size_t n_names = 0;
    for (; n_names < p->shown->n_options && n_names < 32; n_names++) names[n_names] = p->shown->options[n_names].name;
    char *name = hys__arena_strndup(p->arena, text, n);
    if (!name) return HYS_NOMEM;
    near = hys__nearest(name, names, n_names);
    const char *hint = near ? hys__arena_printf(p->arena, "did you mean '%s'?", near) : "--help lists the options";
    return hys__report_at(p->ctx, HYS_ERROR, HYS_ARG, "--opt", 0, 0, text, hint ? hint : "",
                          "protocol %s has no option '%s'", p->shown->name, name);
}

/* option = NAME "=" VALUE */
static hys_status set_option(hys__protocol *p, const char *text) {
    size_t n = strcspn(text, "=");
    if (!text[n])
        return hys__report_at(p->ctx, HYS_ERROR, HYS_ARG, "--opt", 0, 0, text, "NAME=VALUE",
                              "which value of the option?");
    for (size_t k = 0; k < p->shown->n_options; k++) {
        if (strlen(p->shown->options[k].name) != n || memcmp(p->shown->options[k].name, text, n) != 0) continue;
        p->values[k] = hys__arena_strndup(p->arena, text + n + 1, strlen(text + n + 1));
        return p->values[k] ? HYS_OK : HYS_NOMEM;
    }
    return unknown_option(p, text, n);
}

static hys_status set_options(hys__protocol *p, const hys_protocol_opts *opts) {
    p->values = HYS_NEW_N(p->arena, const char *, p->shown->n_options + 1);
    if (!p->values) return HYS_NOMEM;
    for (size_t k = 0; k < p->shown->n_options; k++) p->values[k] = p->shown->options[k].value;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < opts->n_opt && status == HYS_OK; k++) status = set_option(p, opts->opt[k]);
    return status;
}

/* Progress never goes back: a protocol may know its length only as it goes. */
static int part_done(void *user, double done) {
    hys__protocol *p = user;
    double whole = p->done + p->share * fmin(fmax(done, 0), 1);
    return p->is_cancelled || p->progress(p->progress_user, whole);
}

void hys__protocol_done(hys__protocol *p, double at, double of) {
    p->done = at / of;
    p->share = 1 / of;
    if (p->progress && p->progress(p->progress_user, p->done)) p->is_cancelled = true;
}

static const hys__protocol_row *row_of(const hys_protocol *shown) {
    for (size_t k = 0; k < N_ROWS; k++)
        if (&rows[k]->shown == shown) return rows[k];
    return NULL;
}

hys_status hys__protocol_open(hys_ctx *ctx, const hys_protocol_opts *opts, hys__protocol *p) {
    hys_protocol_result *made = hys__realloc(ctx, NULL, 0, sizeof *made);
    if (!made) return HYS_NOMEM;
    memset(made, 0, sizeof *made);
    made->ctx = ctx;
    hys__arena_init(&made->arena, ctx, 0);
    p->ctx = ctx;
    p->result = made;
    p->arena = &made->arena;
    return set_options(p, opts);
}

hys_status hys__protocol_close(hys__protocol *p, hys_status status, hys_protocol_result **result) {
    if (status == HYS_OK && p->arena->failed) status = HYS_NOMEM;
    if (status == HYS_OK) *result = p->result;
    else hys_protocol_result_free(p->result);
    return status;
}

hys_status hys_protocol_run(hys_ctx *ctx, const hys_protocol *protocol, const hys_model *model,
                            const hys_protocol_opts *given, hys_protocol_result **result) {
    hys_protocol_opts opts = hys_protocol_opts_default();
    if (given) memcpy(&opts, given, given->size < sizeof opts ? given->size : sizeof opts);
    const hys__protocol_row *row = row_of(protocol);
    if (!row) return HYS_BUG_HERE(ctx, "not a protocol of the table");
    hys__protocol p = {.shown = protocol, .model = model};
    p.bench = hys_bench_opts_default();
    if (opts.bench) {
        size_t size = opts.bench->size;
        memcpy(&p.bench, opts.bench, size < sizeof p.bench ? size : sizeof p.bench);
    }
    p.bench.wave = p.bench.train = NULL;
    p.progress = p.bench.progress;
    p.progress_user = p.bench.progress_user;
    p.share = 1;
    if (p.progress) p.bench.progress = part_done;
    p.bench.progress_user = &p;
    hys_status status = hys__protocol_open(ctx, &opts, &p);
    if (status == HYS_OK) status = row->run(&p);
    return hys__protocol_close(&p, status, result);
}
