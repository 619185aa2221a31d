/* The table of protocols, and running one. */
#include "lab/protocol.h"
#include <math.h>
#include <string.h>

static const hys__protocol_row *const rows[] = {
    &hys__protocol_iv,         &hys__protocol_iv_frequency, &hys__protocol_potentiation, &hys__protocol_ppf,
    &hys__protocol_epsc,       &hys__protocol_stp_ltp,      &hys__protocol_srdp,         &hys__protocol_stdp,
    &hys__protocol_retention,  &hys__protocol_endurance,    &hys__protocol_disturb,      &hys__protocol_kinetics,
    &hys__protocol_thresholds, &hys__protocol_levels,
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

static const hys__protocol_row *row_of(const hys_protocol *shown) {
    for (size_t k = 0; k < N_ROWS; k++)
        if (&rows[k]->shown == shown) return rows[k];
    return NULL;
}

hys_status hys_protocol_run(hys_ctx *ctx, const hys_protocol *protocol, const hys_model *model,
                            const hys_protocol_opts *given, hys_protocol_result **result) {
    hys_protocol_opts opts = hys_protocol_opts_default();
    if (given) memcpy(&opts, given, given->size < sizeof opts ? given->size : sizeof opts);
    const hys__protocol_row *row = row_of(protocol);
    if (!row) return HYS_BUG_HERE(ctx, "not a protocol of the table");
    hys_protocol_result *made = hys__realloc(ctx, NULL, 0, sizeof *made);
    if (!made) return HYS_NOMEM;
    memset(made, 0, sizeof *made);
    made->ctx = ctx;
    hys__arena_init(&made->arena, ctx, 0);
    hys__protocol p = {.ctx = ctx, .shown = protocol, .model = model, .result = made, .arena = &made->arena};
    p.bench = hys_bench_opts_default();
    if (opts.bench) {
        size_t size = opts.bench->size;
        memcpy(&p.bench, opts.bench, size < sizeof p.bench ? size : sizeof p.bench);
    }
    p.bench.wave = p.bench.train = NULL;
    hys_status status = set_options(&p, &opts);
    if (status == HYS_OK) status = row->run(&p);
    if (status == HYS_OK) *result = made;
    else hys_protocol_result_free(made);
    return status;
}
