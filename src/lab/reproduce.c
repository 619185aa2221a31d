/* hys_reproduce: the tables of the families are found and read, what was asked for is run. */
#include "lab/reproduce.h"
#include "base/clocale.h"
#include "device/paths.h"
#include <dirent.h>
#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_FAMILIES 256u

hys_reproduce_opts hys_reproduce_opts_default(void) {
    return (hys_reproduce_opts){.size = sizeof(hys_reproduce_opts)};
}

static hys_reproduce_opts read_opts(const hys_reproduce_opts *given) {
    hys_reproduce_opts opts = hys_reproduce_opts_default();
    if (given) memcpy(&opts, given, given->size < sizeof opts ? given->size : sizeof opts);
    return opts;
}

/* ---- families ---- */

typedef struct family {
    const char *name, *folder;
} family;

typedef struct family_list {
    family *at;
    size_t n, cap;
} family_list;

static int by_name(const void *a, const void *b) {
    return strcmp(((const family *)a)->name, ((const family *)b)->name);
}

static bool is_known(const family_list *list, const char *name) {
    for (size_t k = 0; k < list->n; k++)
        if (!strcmp(list->at[k].name, name)) return true;
    return false;
}

/* Adds the family where the folder holds a table of reproductions and no folder before did. */
static bool add_family(hys__arena *arena, family_list *list, const char *root, const char *name) {
    if (name[0] == '.' || list->n == MAX_FAMILIES || is_known(list, name)) return true;
    const char *folder = hys__arena_printf(arena, "%s/%s", root, name);
    const char *table = folder ? hys__arena_printf(arena, "%s/reproduce.csv", folder) : NULL;
    if (!table) return false;
    if (access(table, F_OK) != 0) return true;
    family *place = HYS_PUSH(arena, list);
    if (!place) return false;
    *place = (family){hys__arena_strndup(arena, name, strlen(name)), folder};
    return place->name != NULL;
}

static hys_status scan(hys__arena *arena, family_list *list, const char *root) {
    DIR *dir = opendir(root);
    bool ok = true;
    if (!dir)
        return hys__report_at(arena->ctx, HYS_ERROR, HYS_IO, root, 0, 0, NULL, "", "cannot read this folder of models");
    for (const struct dirent *entry; ok && (entry = readdir(dir));) ok = add_family(arena, list, root, entry->d_name);
    closedir(dir);
    return ok ? HYS_OK : HYS_NOMEM;
}

static hys_status find_families(hys__arena *arena, const hys_reproduce_opts *opts, family_list *list) {
    hys__dirs dirs = {.at = {opts->models_dir}, .n = 1};
    if (!opts->models_dir && !hys__paths_models(arena, &dirs)) return HYS_NOMEM;
    for (size_t k = 0; k < dirs.n; k++) {
        hys_status status = scan(arena, list, dirs.at[k]);
        if (status != HYS_OK) return status;
    }
    if (list->n) qsort(list->at, list->n, sizeof *list->at, by_name);
    if (list->n) return HYS_OK;
    return hys__fail(arena->ctx, HYS_IO, "set HYSTERON_MODELS to the folder of the shipped models",
                     "there are no reproductions: no folder FAMILY/reproduce.csv is found");
}

/* ---- what was asked for ---- */

/* name = family | model | value | value with * */
static bool is_asked_for(const hys_reproduced *value, const char *name) {
    size_t n = strlen(name);
    const char *const own[] = {value->family, value->model, value->module, value->name};
    for (size_t k = 0; k < sizeof own / sizeof *own; k++)
        if (!strcmp(own[k], name)) return true;
    if (!strncmp(value->name, name, n) && (value->name[n] == '.' || (n && name[n - 1] == '.'))) return true;
    return strchr(name, '*') && fnmatch(name, value->name, 0) == 0;
}

static hys_status fail_name(const hys_reproduction *r, const char *name) {
    const char *names[512];
    char hint[160] = "hysteron reproduce runs all";
    size_t n = 0;
    for (size_t k = 0; k < r->rows.n && n + 3 < 512; k++) {
        names[n++] = r->rows.at[k].shown.name;
        names[n++] = r->rows.at[k].shown.model;
        names[n++] = r->rows.at[k].shown.family;
    }
    const char *near = hys__nearest(name, names, n);
    if (near) snprintf(hint, sizeof hint, "did you mean '%.100s'?", near);
    return hys__fail(r->ctx, HYS_ARG, hint, "no family, model or value '%.100s' is reproduced", name);
}

/* Keeps the rows that one of the names asks for. */
static hys_status choose(hys_reproduction *r, const hys_reproduce_opts *opts) {
    size_t n = 0;
    for (size_t i = 0; i < opts->n_names; i++) {
        size_t k = 0;
        while (k < r->rows.n && !is_asked_for(&r->rows.at[k].shown, opts->names[i])) k++;
        if (k == r->rows.n) return fail_name(r, opts->names[i]);
    }
    for (size_t k = 0; k < r->rows.n; k++) {
        bool keep = opts->n_names == 0;
        for (size_t i = 0; i < opts->n_names && !keep; i++) keep = is_asked_for(&r->rows.at[k].shown, opts->names[i]);
        if (keep) r->rows.at[n++] = r->rows.at[k];
    }
    r->rows.n = n;
    return HYS_OK;
}

/* Where only families were asked for, no other table need be good. */
static bool is_needed(const family_list *list, const hys_reproduce_opts *opts, const char *name) {
    bool is_named = opts->n_names == 0;
    for (size_t i = 0; i < opts->n_names; i++) {
        if (!is_known(list, opts->names[i])) return true;
        is_named = is_named || !strcmp(opts->names[i], name);
    }
    return is_named;
}

static hys_status fill(hys_reproduction *r, const hys_reproduce_opts *opts) {
    family_list list = {0};
    hys_status status = find_families(&r->arena, opts, &list);
    for (size_t k = 0; status == HYS_OK && k < list.n; k++)
        if (is_needed(&list, opts, list.at[k].name))
            status = hys__reproduce_table(r, list.at[k].folder, list.at[k].name);
    if (status == HYS_OK) status = choose(r, opts);
    if (status == HYS_OK && !opts->no_run) status = hys__reproduce_runs(r, opts);
    return status;
}

hys_status hys_reproduce(hys_ctx *ctx, const hys_reproduce_opts *opts, hys_reproduction **result) {
    const hys_reproduce_opts complete = read_opts(opts);
    hys_reproduction *r = hys__realloc(ctx, NULL, 0, sizeof *r);
    if (!r) return HYS_NOMEM;
    memset(r, 0, sizeof *r);
    r->ctx = ctx;
    hys__arena_init(&r->arena, ctx, 0);
    hys_status status = fill(r, &complete);
    if (status == HYS_OK) *result = r;
    else hys_reproduction_free(r);
    return status;
}

void hys_reproduction_free(hys_reproduction *r) {
    if (!r) return;
    hys__arena_free(&r->arena);
    hys__free(r->ctx, r, sizeof *r);
}

size_t hys_reproduction_count(const hys_reproduction *r) {
    return r->rows.n;
}

const hys_reproduced *hys_reproduction_get(const hys_reproduction *r, size_t i) {
    return &r->rows.at[i].shown;
}

void hys__reproduce_judge(hys__reproduce_row *row) {
    hys_reproduced *v = &row->shown;
    v->why = row->why;
    v->verdict = fabs(v->got - v->expected) <= v->tolerance ? HYS_VERDICT_PASS : HYS_VERDICT_FAIL;
}

void hys_reproduced_format(const hys_reproduced *value, double si, char text[32]) {
    hys__unit unit;
    double number = hys__unit_parse(value->unit, strlen(value->unit), &unit) ? hys__unit_from_si(&unit, si) : si;
    if (isnan(number)) snprintf(text, 32, "-");
    else hys__c_snprintf(text, 32, "%.6g", number);
}
