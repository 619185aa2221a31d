/* The way from a file to a kernel: front end, passes, C, C compiler, cache. */
#include "device/compile.h"
#include "device/cache.h"
#include "device/cc.h"
#include "device/kernel.h"
#include "device/library.h"
#include "device/manifest.h"
#include "veriloga/emit.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

extern const char hys__kernel_header[];
extern const size_t hys__kernel_header_len;
extern const char hys__compiler_hash[];

#define FILE_MAX ((size_t)16 << 20)

struct hys__recipe {
    hys_ctx *ctx;
    hys_model *model;
    hys__arena *arena; /* of the model */
    hys__cache cache;
    hys__cc cc;
    bool has_cc;
    const char *path; /* of the main file; a name for text in memory */
    const char *text; /* in memory; NULL */
    size_t text_len;
    const hys__origin *origin;
    bool is_shipped;
    hys_model_opts opts; /* with copies of its strings */
    hys__hash file_key;  /* what is known before the front end runs */
    hys__hash key;       /* with includes and structural settings: names the kernels */
    const char *source;  /* C; NULL until the front end has run or the cache gave it */
    size_t source_len;
    const char *flags;
    hys__hash source_hash;
    bool has_source_hash;
};

static const char *const *copy_list(hys__arena *arena, const char *const *list, size_t n) {
    const char **copy = HYS_NEW_N(arena, const char *, n + 1);
    for (size_t i = 0; copy && i < n; i++)
        if (!(copy[i] = hys__arena_strndup(arena, list[i], strlen(list[i])))) return NULL;
    return copy;
}

static hys_status copy_opts(hys__recipe *r, const hys_model_opts *opts) {
    hys_model_opts *o = &r->opts;
    *o = *opts;
    o->include_dirs = copy_list(r->arena, opts->include_dirs, opts->n_include_dirs);
    o->defines = copy_list(r->arena, opts->defines, opts->n_defines);
    o->set = copy_list(r->arena, opts->set, opts->n_set);
    if (opts->module) o->module = hys__arena_strndup(r->arena, opts->module, strlen(opts->module));
    return r->arena->failed ? HYS_NOMEM : HYS_OK;
}

/* ---- keys ---- */

static void add_number(hys__hasher *h, uint64_t n) {
    hys__hasher_add(h, &n, sizeof n);
}

static void add_list(hys__hasher *h, const char *const *list, size_t n) {
    add_number(h, n);
    for (size_t i = 0; i < n; i++) hys__hasher_add_str(h, list[i]);
}

/* Shipped models must be found in any folder and by any compiler: they were compiled with hysteron.  Others
 * depend on where they lie (their includes), on the compiler, and on this very build of hysteron. */
static hys_status add_place(hys__recipe *r, hys__hasher *h) {
    hys__hasher_add_str(h, r->is_shipped ? "shipped" : r->text ? "text" : "file");
    if (r->is_shipped) return HYS_OK;
    char real[PATH_MAX];
    if (!r->text) hys__hasher_add_str(h, realpath(r->path, real) ? real : r->path);
    hys_status status = hys__cc_find(r->ctx, r->arena, &r->cc);
    if (status != HYS_OK) return status;
    r->has_cc = true;
    hys__hasher_add_str(h, r->cc.identity);
    hys__hasher_add_str(h, hys__manifest_build(r->arena));
    return HYS_OK;
}

static hys_status make_file_key(hys__recipe *r) {
    const char *text = r->text;
    size_t len = r->text_len;
    hys_status status = text ? HYS_OK : hys__file_read(r->arena, r->path, FILE_MAX, &text, &len);
    if (status != HYS_OK) return status;
    hys__hasher h;
    hys__hasher_init(&h);
    add_number(&h, HYS_ABI_VERSION);
    hys__hasher_add_str(&h, hys_version());
    hys__hasher_add(&h, hys__kernel_header, hys__kernel_header_len);
    hys__hasher_add_str(&h, hys__compiler_hash);
    hys__hasher_add_str(&h, hys__cc_machine());
    add_number(&h, len);
    hys__hasher_add(&h, text, len);
    hys__hasher_add_str(&h, r->opts.module ? r->opts.module : "");
    add_number(&h, (r->opts.as_written ? 1u : 0u) + (r->opts.pure ? 2u : 0u));
    add_list(&h, r->opts.include_dirs, r->opts.n_include_dirs);
    add_list(&h, r->opts.defines, r->opts.n_defines);
    status = add_place(r, &h);
    r->file_key = hys__hasher_end(&h);
    return status;
}

/* The part of "NAME=VALUE" before the '='. */
static size_t name_len(const char *set) {
    return strcspn(set, "=");
}

static bool is_structural(const hys__manifest *m, const char *set) {
    for (size_t i = 0; i < m->structural.n; i++)
        if (strlen(m->structural.at[i]) == name_len(set) && memcmp(m->structural.at[i], set, name_len(set)) == 0)
            return true;
    return false;
}

static void make_key(hys__recipe *r, const hys__manifest *m) {
    hys__hasher h;
    hys__hasher_init(&h);
    hys__hasher_add_str(&h, r->file_key.hex);
    for (size_t i = 0; i < m->includes.n; i++) hys__hasher_add_str(&h, m->includes.at[i].hash.hex);
    for (size_t i = 0; i < r->opts.n_set; i++)
        if (is_structural(m, r->opts.set[i])) hys__hasher_add_str(&h, r->opts.set[i]);
    r->key = hys__hasher_end(&h);
}

/* ---- the front end ---- */

static hys_status settings_of(hys__recipe *r, va_setting **result) {
    va_setting *s = HYS_NEW_N(r->arena, va_setting, r->opts.n_set + 1);
    if (!s) return HYS_NOMEM;
    for (size_t i = 0; i < r->opts.n_set; i++) {
        const char *set = r->opts.set[i];
        size_t n = name_len(set);
        if (set[n] != '=')
            return hys__report_at(r->ctx, HYS_ERROR, HYS_ARG, "--set", 1, 1, set, "", "'NAME=VALUE' is needed");
        s[i].name = hys__arena_strndup(r->arena, set, n);
        s[i].value = set + n + 1;
        if (!s[i].name) return HYS_NOMEM;
    }
    *result = s;
    return HYS_OK;
}

/* Parsing, building, lifting, lowering; with all warnings where asked. */
static hys_status run_passes(hys__recipe *r, va_front *front, va_model *model, va_program *program) {
    va_setting *settings = NULL;
    hys_status status = settings_of(r, &settings);
    if (status != HYS_OK) return status;
    va_build_opts opts = {.module = r->opts.module,
                          .settings = settings,
                          .n_settings = r->opts.n_set,
                          .no_lift = r->opts.as_written,
                          .pure = r->opts.pure};
    front->include_dirs = r->opts.include_dirs;
    front->n_include_dirs = r->opts.n_include_dirs;
    front->defines = r->opts.defines;
    front->n_defines = r->opts.n_defines;
    front->sources.origin = r->origin;
    hys_status parsed =
        r->text ? va_front_parse_text(front, r->path, r->text, r->text_len) : va_front_parse(front, r->path);
    if (parsed != HYS_OK && (parsed != HYS_SYNTAX || !front->file)) return parsed;
    status = va_build(front, &opts, model); /* after errors of syntax: tells of more */
    if (status == HYS_OK && !opts.no_lift) status = va_lift(model);
    if (status == HYS_OK) status = va_lower(model, program);
    if (status == HYS_OK) va_lint(model, program);
    return status;
}

static hys_status list_modules(hys__recipe *r, const va_front *front) {
    hys_model *m = r->model;
    size_t n = 0;
    for (const va_module *at = front->file->modules; at; at = at->next) n++;
    m->modules = HYS_NEW_N(r->arena, const char *, n + 1);
    if (!m->modules) return HYS_NOMEM;
    m->n_modules = 0;
    for (const va_module *at = front->file->modules; at; at = at->next) {
        const char *name = hys__arena_strndup(r->arena, at->name, strlen(at->name));
        if (!name) return HYS_NOMEM;
        m->modules[m->n_modules++] = name;
    }
    return HYS_OK;
}

static hys_status emit(hys__recipe *r, const va_program *program) {
    hys__text text;
    hys__text_init(&text, r->ctx);
    hys_status status = va_emit(program, &text);
    if (status == HYS_OK && text.failed) status = HYS_NOMEM;
    if (status == HYS_OK) {
        r->source = hys__arena_strndup(r->arena, text.at, text.n);
        r->source_len = text.n;
        r->flags = hys__kernel_flags(program->model->ir.ins.n);
        hys__hasher h;
        hys__hasher_init(&h);
        hys__hasher_add_str(&h, r->flags);
        hys__hasher_add(&h, text.at, text.n);
        r->source_hash = hys__hasher_end(&h);
        r->has_source_hash = true;
        if (!r->source) status = HYS_NOMEM;
    }
    hys__text_free(&text);
    return status;
}

static hys_status describe(hys__recipe *r, const va_front *front, const va_model *model, hys__manifest *m) {
    hys__manifest_init(m, r->arena);
    m->file = r->path;
    m->flags = r->flags;
    for (size_t i = 1; i < front->included.n; i++)
        if (!hys__manifest_include(m, front->included.at[i].path, &front->included.at[i].hash)) return HYS_NOMEM;
    for (size_t i = 0; i < model->params.n; i++) {
        const va_param *p = &model->params.at[i];
        if (!p->is_structural && p->type != VA_TYPE_STRING) continue;
        if (!hys__manifest_structural(m, p->name)) return HYS_NOMEM;
        for (size_t k = 0; k < p->n_aliases; k++)
            if (!hys__manifest_structural(m, p->aliases[k])) return HYS_NOMEM;
    }
    return HYS_OK;
}

/* Runs the front end: source, flags and key are known then, and the manifest for next time. */
static hys_status run_front(hys__recipe *r, hys__manifest *m) {
    va_front front;
    va_model model = {.ctx = r->ctx};
    va_program program = {.model = NULL};
    va_front_init(&front, r->ctx);
    size_t first_diag = hys_diag_count(r->ctx);
    hys_status status = run_passes(r, &front, &model, &program);
    if (status == HYS_OK) status = list_modules(r, &front);
    if (status == HYS_OK) status = emit(r, &program);
    if (status == HYS_OK) status = describe(r, &front, &model, m);
    if (status == HYS_OK) status = hys__manifest_diags(m, r->ctx, first_diag);
    va_front_free(&front);
    if (status == HYS_OK) make_key(r, m);
    return status;
}

/* ---- variants ---- */

static const char *file_name(hys__recipe *r, hys__variant v) {
    return hys__arena_printf(r->arena, "%.40s-%u%c.so", r->key.hex, v.is_wide ? HYS_LANES_MAX : 1,
                             v.has_own_params ? 'o' : 's');
}

struct hys__build {
    hys__recipe *recipe;
    const char *name, *dir;
    hys__cc_process *process;
    hys__loaded *loaded;
};

static hys_status start_compiler(hys__recipe *r, hys__variant v, hys__build *b) {
    hys_status status = r->has_cc ? HYS_OK : hys__cc_find(r->ctx, r->arena, &r->cc);
    if (status == HYS_OK) status = hys__cache_workdir(&r->cache, &b->dir);
    if (status != HYS_OK) return status;
    r->has_cc = true;
    hys__cc_job job = {&r->cc, b->dir, r->flags, v};
    status = hys__cache_write(r->ctx, b->dir, "hys_kernel.h", hys__kernel_header, hys__kernel_header_len);
    if (status == HYS_OK) status = hys__cache_write(r->ctx, b->dir, "kernel.c", r->source, r->source_len);
    if (status == HYS_OK) status = hys__cc_start(r->ctx, r->arena, &job, &b->process);
    if (status != HYS_OK) hys__cache_remove(b->dir);
    return status;
}

hys_status hys__recipe_begin(hys__recipe *r, hys__variant v, hys__loaded *loaded, hys__build **build) {
    const char *name = file_name(r, v), *path, *text;
    size_t len;
    *build = NULL;
    if (!name) return HYS_NOMEM;
    if (hys__cache_find(&r->cache, name, r->has_source_hash ? &r->source_hash : NULL, &path, &text, &len))
        return hys__kernel_open(r->ctx, path, loaded);
    if (!r->source) {
        hys__manifest m;
        hys_status status = run_front(r, &m);
        if (status != HYS_OK) return status;
        name = file_name(r, v);
    }
    hys__build *b = HYS_NEW(r->arena, hys__build);
    if (!b || !name) return HYS_NOMEM;
    *b = (hys__build){.recipe = r, .name = name, .loaded = loaded};
    hys_status status = start_compiler(r, v, b);
    if (status == HYS_OK) *build = b;
    return status;
}

hys_status hys__build_end(hys__build *b) {
    hys__recipe *r = b->recipe;
    const char *path;
    hys_status status = hys__cc_wait(r->ctx, b->process);
    if (status == HYS_OK) status = hys__cache_keep(&r->cache, b->dir, "kernel.so", b->name, &r->source_hash, &path);
    if (status == HYS_OK) status = hys__kernel_open(r->ctx, path, b->loaded);
    hys__cache_remove(b->dir); /* what is loaded stays loaded */
    return status;
}

hys_status hys__recipe_make(hys__recipe *r, hys__variant v, hys__loaded *loaded) {
    hys__build *build;
    hys_status status = hys__recipe_begin(r, v, loaded, &build);
    return status == HYS_OK && build ? hys__build_end(build) : status;
}

/* ---- the recipe ---- */

static const char *manifest_name(hys__recipe *r) {
    return hys__arena_printf(r->arena, "%.40s.manifest", r->file_key.hex);
}

/* Finds the key without the front end, where a manifest of an earlier run still holds. */
static bool key_from_cache(hys__recipe *r) {
    const char *name = manifest_name(r), *path, *text;
    size_t len;
    hys__manifest m;
    if (!name || !hys__cache_find(&r->cache, name, NULL, &path, &text, &len)) return false;
    if (!hys__manifest_read(&m, r->arena, text, len) || !hys__manifest_is_current(&m)) return false;
    hys__manifest_replay(&m, r->ctx, r->path);
    r->flags = m.flags;
    make_key(r, &m);
    return true;
}

/* A manifest that cannot be kept costs time at the next start, nothing else. */
static void keep_manifest(hys__recipe *r, const hys__manifest *m) {
    hys__text text;
    const char *dir, *path, *name = manifest_name(r);
    hys__text_init(&text, r->ctx);
    if (name && r->cache.own[0] && hys__manifest_write(m, &text) && hys__cache_workdir(&r->cache, &dir) == HYS_OK) {
        if (hys__cache_write(r->ctx, dir, "manifest", text.at, text.n) == HYS_OK)
            (void)hys__cache_keep(&r->cache, dir, "manifest", name, NULL, &path);
        hys__cache_remove(dir);
    }
    hys__text_free(&text);
}

static hys_status recipe_begin(hys_model *model, const hys_model_opts *opts, hys__recipe **result) {
    hys__recipe *r = HYS_NEW(&model->arena, hys__recipe);
    if (!r) return HYS_NOMEM;
    r->ctx = model->ctx;
    r->model = model;
    r->arena = &model->arena;
    *result = r;
    return copy_opts(r, opts);
}

/* Opens the cache and finds the key there, else runs the front end. */
static hys_status recipe_complete(hys__recipe *r, const char *cache_dir, bool is_check) {
    hys_status status = hys__cache_open(r->ctx, r->arena, cache_dir, &r->cache);
    if (status == HYS_OK) status = make_file_key(r);
    if (status != HYS_OK) return status;
    if (!is_check && key_from_cache(r)) return HYS_OK;
    hys__manifest m;
    status = run_front(r, &m);
    if (status == HYS_OK) keep_manifest(r, &m);
    return status;
}

hys_status hys__recipe_new(hys_model *model, const char *device, const hys_model_opts *opts, bool is_check,
                           hys__recipe **result) {
    hys_status status = recipe_begin(model, opts, result);
    hys__recipe *r = *result;
    if (status == HYS_OK) status = hys__library_resolve(r->ctx, r->arena, device, &r->path, &r->is_shipped);
    return status == HYS_OK ? recipe_complete(r, opts->cache_dir, is_check) : status;
}

hys_status hys__recipe_from_text(hys_model *model, const hys__model_text *text, const hys_model_opts *opts,
                                 hys__recipe **result) {
    hys_status status = recipe_begin(model, opts, result);
    hys__recipe *r = *result;
    if (status != HYS_OK) return status;
    r->path = model->file;
    r->text = hys__arena_strndup(r->arena, text->text, text->len);
    r->text_len = text->len;
    r->origin = text->origin;
    return r->text ? recipe_complete(r, opts->cache_dir, false) : HYS_NOMEM;
}

hys_model_opts hys__recipe_opts(const hys__recipe *recipe) {
    hys_model_opts opts = recipe->opts;
    opts.cache_dir = recipe->cache.own;
    return opts;
}

hys_status hys__recipe_text_again(hys_model *model, const hys__recipe *recipe, hys__recipe **result) {
    hys_model_opts opts = hys__recipe_opts(recipe);
    hys__model_text text = {.text = recipe->text, .len = recipe->text_len};
    return recipe->text ? hys__recipe_from_text(model, &text, &opts, result) : HYS_DONE;
}
