/* manifest  = "hysteron-manifest 1" NL { line NL }
 * line      = "file" FIELD | "flags" FIELD | "structural" FIELD | "include" FIELD FIELD
 *           | "diag" SEVERITY LINE COL LEN PARENT FIELD FIELD FIELD FIELD    (file, message, hint, source)
 * FIELD     = " " LENGTH ":" BYTES                                                                      */
#include "device/manifest.h"
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char head[] = "hysteron-manifest 1\n";
#define INCLUDE_MAX ((size_t)16 << 20)

void hys__manifest_init(hys__manifest *m, hys__arena *arena) {
    *m = (hys__manifest){.arena = arena, .file = "", .flags = ""};
}

bool hys__manifest_structural(hys__manifest *m, const char *name) {
    const char **slot = HYS_PUSH(m->arena, &m->structural);
    return slot && (*slot = hys__arena_strndup(m->arena, name, strlen(name)));
}

bool hys__manifest_include(hys__manifest *m, const char *path, const hys__hash *hash) {
    hys__manifest_include_entry *slot = HYS_PUSH(m->arena, &m->includes);
    if (!slot) return false;
    slot->hash = *hash;
    return (slot->path = hys__arena_strndup(m->arena, path, strlen(path)));
}

static const char *keep(hys__arena *arena, const char *s) {
    return hys__arena_strndup(arena, s ? s : "", s ? strlen(s) : 0);
}

hys_status hys__manifest_diags(hys__manifest *m, const hys_ctx *ctx, size_t first) {
    for (size_t i = first; i < hys_diag_count(ctx); i++) {
        const hys_diag *from = hys_diag_get(ctx, i);
        hys_diag *d = HYS_PUSH(m->arena, &m->diags);
        if (!d) return HYS_NOMEM;
        *d = *from;
        d->file = keep(m->arena, from->file);
        d->message = keep(m->arena, from->message);
        d->hint = keep(m->arena, from->hint);
        d->source = keep(m->arena, from->source);
    }
    return m->arena->failed ? HYS_NOMEM : HYS_OK;
}

static void put_field(hys__text *out, const char *s) {
    hys__text_printf(out, " %zu:", strlen(s));
    hys__text_puts(out, s);
}

bool hys__manifest_write(const hys__manifest *m, hys__text *out) {
    hys__text_puts(out, head);
    hys__text_puts(out, "file");
    put_field(out, m->file);
    hys__text_puts(out, "\nflags");
    put_field(out, m->flags);
    hys__text_puts(out, "\n");
    for (size_t i = 0; i < m->structural.n; i++) {
        hys__text_puts(out, "structural");
        put_field(out, m->structural.at[i]);
        hys__text_puts(out, "\n");
    }
    for (size_t i = 0; i < m->includes.n; i++) {
        hys__text_puts(out, "include");
        put_field(out, m->includes.at[i].hash.hex);
        put_field(out, m->includes.at[i].path);
        hys__text_puts(out, "\n");
    }
    for (size_t i = 0; i < m->diags.n; i++) {
        const hys_diag *d = &m->diags.at[i];
        hys__text_printf(out, "diag %d %d %d %d %d", (int)d->severity, d->line, d->col, d->len, d->parent);
        const char *fields[] = {d->file, d->message, d->hint, d->source};
        for (int k = 0; k < 4; k++) put_field(out, fields[k]);
        hys__text_puts(out, "\n");
    }
    return !out->failed;
}

typedef struct scan {
    hys__arena *arena;
    const char *at, *end;
} scan;

static bool eat(scan *s, const char *word) {
    size_t n = strlen(word);
    if ((size_t)(s->end - s->at) < n || memcmp(s->at, word, n) != 0) return false;
    s->at += n;
    return true;
}

static bool eat_number(scan *s, long *value) {
    char *end;
    if (s->at >= s->end) return false;
    *value = strtol(s->at, &end, 10); /* the text ends in a NUL */
    bool good = end > s->at && end <= s->end;
    if (good) s->at = end;
    return good;
}

static const char *eat_field(scan *s) {
    long n;
    if (!eat(s, " ") || !eat_number(s, &n) || !eat(s, ":") || n < 0 || n > s->end - s->at) return NULL;
    const char *copy = hys__arena_strndup(s->arena, s->at, (size_t)n);
    s->at += n;
    return copy;
}

static bool read_diag(scan *s, hys__manifest *m) {
    long numbers[5];
    const char *fields[4];
    for (int k = 0; k < 5; k++)
        if (!eat(s, " ") || !eat_number(s, &numbers[k])) return false;
    for (int k = 0; k < 4; k++)
        if (!(fields[k] = eat_field(s))) return false;
    hys_diag *d = HYS_PUSH(m->arena, &m->diags);
    if (!d) return false;
    *d = (hys_diag){.severity = numbers[0] == HYS_NOTE ? HYS_NOTE : HYS_WARNING,
                    .file = fields[0],
                    .line = (int32_t)numbers[1],
                    .col = (int32_t)numbers[2],
                    .len = (int32_t)numbers[3],
                    .parent = (int32_t)numbers[4],
                    .message = fields[1],
                    .hint = fields[2],
                    .source = fields[3]};
    return true;
}

static bool read_line(scan *s, hys__manifest *m) {
    const char *a, *b;
    if (eat(s, "file")) return (m->file = eat_field(s)) != NULL;
    if (eat(s, "flags")) return (m->flags = eat_field(s)) != NULL;
    if (eat(s, "structural")) return (a = eat_field(s)) && hys__manifest_structural(m, a);
    if (eat(s, "diag")) return read_diag(s, m);
    if (!eat(s, "include") || !(a = eat_field(s)) || !(b = eat_field(s))) return false;
    hys__hash hash = {""};
    if (strlen(a) != 64) return false;
    memcpy(hash.hex, a, 65);
    return hys__manifest_include(m, b, &hash);
}

bool hys__manifest_read(hys__manifest *m, hys__arena *arena, const char *text, size_t len) {
    scan s = {arena, text, text + len};
    hys__manifest_init(m, arena);
    if (!eat(&s, head)) return false;
    while (s.at < s.end)
        if (!read_line(&s, m) || !eat(&s, "\n")) return false;
    return true;
}

bool hys__manifest_is_current(const hys__manifest *m) {
    for (size_t i = 0; i < m->includes.n; i++) {
        FILE *f = fopen(m->includes.at[i].path, "rbe");
        if (!f) return false;
        char part[16384];
        size_t n, total = 0;
        hys__hasher h;
        hys__hasher_init(&h);
        while ((n = fread(part, 1, sizeof part, f)) > 0 && (total += n) <= INCLUDE_MAX) hys__hasher_add(&h, part, n);
        bool good = !ferror(f) && total <= INCLUDE_MAX;
        fclose(f);
        hys__hash now = hys__hasher_end(&h);
        if (!good || strcmp(now.hex, m->includes.at[i].hash.hex) != 0) return false;
    }
    return true;
}

void hys__manifest_replay(const hys__manifest *m, hys_ctx *ctx, const char *file) {
    for (size_t i = 0; i < m->diags.n; i++) {
        hys_diag d = m->diags.at[i];
        if (strcmp(d.file, m->file) == 0) d.file = file;
        hys__report_again(ctx, &d);
    }
}

const char *hys__manifest_build(hys__arena *arena) {
    Dl_info where;
    struct stat info;
    if (!dladdr((const void *)head, &where) || !where.dli_fname || stat("/proc/self/exe", &info) != 0) return "";
    struct stat library;
    if (stat(where.dli_fname, &library) == 0) info = library;
    const char *text = hys__arena_printf(arena, "%lld %lld.%09ld", (long long)info.st_size,
                                         (long long)info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
    return text ? text : "";
}
