/* NMODL: from the file to the module's text. */
#include "io/nmodl.h"
#include "base/file.h"
#include <string.h>

#define MOST_BYTES  ((size_t)1 << 20)
#define MOST_MEMORY ((size_t)1 << 28)

struct hys_nmodl {
    hys_ctx *ctx;
    nm_file file;
    hys_nmodl_opts opts;
    hys__text text;
};

hys_nmodl_opts hys_nmodl_opts_default(void) {
    return (hys_nmodl_opts){.size = sizeof(hys_nmodl_opts)};
}

static hys_status translate(hys_nmodl *m) {
    nm_file *f = &m->file;
    const size_t errors = hys_diag_n_errors(f->ctx);
    f->source = hys__sources_add(&f->sources, f->path, f->path, f->text, f->len);
    hys_status status = f->source ? nm_tokens(f) : HYS_NOMEM;
    if (status == HYS_OK) status = nm_parse(f);
    if (status == HYS_OK) status = nm_unroll(f);
    if (status == HYS_OK) status = nm_resolve(f);
    if (status == HYS_OK) status = nm_singular(f);
    if (status == HYS_OK) status = nm_effects(f);
    if (status == HYS_OK) status = nm_write_module(f, &m->text);
    if (f->arena.failed && hys_diag_n_errors(f->ctx) == errors)
        return hys__fail(f->ctx, HYS_NOMEM, "", "not enough memory to translate %s", f->path);
    return status;
}

static hys_status start(hys_ctx *ctx, const char *name, const hys_nmodl_opts *opts, hys_nmodl **result) {
    hys_nmodl *m = hys__realloc(ctx, NULL, 0, sizeof *m);
    if (!m) return HYS_NOMEM;
    *m = (hys_nmodl){.ctx = ctx, .opts = opts ? *opts : hys_nmodl_opts_default()};
    nm_file *f = &m->file;
    f->ctx = ctx;
    f->opts = &m->opts;
    hys__arena_init(&f->arena, ctx, MOST_MEMORY);
    hys__sources_init(&f->sources, &f->arena);
    hys__intern_init(&f->names, &f->arena);
    hys__text_init(&m->text, ctx);
    f->path = hys__arena_strndup(&f->arena, name, strlen(name));
    *result = m;
    return f->path ? HYS_OK : HYS_NOMEM;
}

static hys_status finish(hys_nmodl *m, hys_status status, hys_nmodl **result) {
    if (status == HYS_OK) status = translate(m);
    if (status == HYS_OK) *result = m;
    else hys_nmodl_free(m);
    return status;
}

static bool is_name(const char *s) {
    const size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
    return n && !s[n] && !(*s >= '0' && *s <= '9');
}

static hys_status begin(hys_ctx *ctx, const char *name, const hys_nmodl_opts *opts, hys_nmodl **m) {
    if (opts && opts->module && !is_name(opts->module))
        return hys__fail(ctx, HYS_ARG, "letters, digits and _", "'%.60s' is no name of a module", opts->module);
    return start(ctx, name, opts, m);
}

hys_status hys_nmodl_import(hys_ctx *ctx, const char *path, const hys_nmodl_opts *opts, hys_nmodl **result) {
    hys_nmodl *m = NULL;
    hys_status status = begin(ctx, path, opts, &m);
    if (!m) return status;
    if (status == HYS_OK) status = hys__file_read(&m->file.arena, path, MOST_BYTES, &m->file.text, &m->file.len);
    return finish(m, status, result);
}

hys_status hys_nmodl_parse(hys_ctx *ctx, const char *name, const char *text, size_t len, const hys_nmodl_opts *opts,
                           hys_nmodl **result) {
    hys_nmodl *m = NULL;
    hys_status status = begin(ctx, name, opts, &m);
    if (!m) return status;
    if (status == HYS_OK && len > MOST_BYTES)
        status = hys__fail(ctx, HYS_LIMIT, "", "%s has more than %zu bytes", name, MOST_BYTES);
    char *copy = status == HYS_OK ? hys__arena_alloc(&m->file.arena, len + 1) : NULL; /* with its zero bytes */
    if (copy && len) memcpy(copy, text, len);
    m->file.text = copy;
    m->file.len = len;
    return finish(m, status == HYS_OK && !m->file.text ? HYS_NOMEM : status, result);
}

void hys_nmodl_free(hys_nmodl *m) {
    if (!m) return;
    hys__text_free(&m->text);
    hys__arena_free(&m->file.arena);
    hys__free(m->ctx, m, sizeof *m);
}

const char *hys_nmodl_text(const hys_nmodl *m) {
    return m->text.at;
}

hys_status hys_nmodl_write(const hys_nmodl *m, const char *path) {
    hys__outfile *out = NULL;
    const hys_status status = hys__outfile_open(m->ctx, path, &out);
    if (status != HYS_OK) return status;
    fputs(m->text.at, hys__outfile_stream(out)); /* commit sees what failed */
    return hys__outfile_commit(out);
}

const char *hys_nmodl_module(const hys_nmodl *m) {
    return m->file.module;
}

size_t hys_nmodl_n_remarks(const hys_nmodl *m) {
    return m->file.remarks.n;
}

const char *hys_nmodl_remark(const hys_nmodl *m, size_t i) {
    return i < m->file.remarks.n ? m->file.remarks.at[i] : "";
}

hys_status hys_nmodl_port_of(hys_nmodl *m, const char *const *set, size_t n_set, double temp, hys_nmodl_port *port) {
    return nm_port_of(&m->file, set, n_set, temp - 273.15, port);
}
