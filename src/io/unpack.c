/* gzip and zip. */
#include "io/unpack.h"
#include "base/diag.h"
#include <string.h>
#include <zlib.h>

#define MOST_BYTES ((size_t)256 << 20) /* of what is unpacked */

bool hys__is_gzip(hys__bytes file) {
    return file.n >= 2 && !memcmp(file.at, "\x1f\x8b", 2);
}
bool hys__is_zip(hys__bytes file) {
    return file.n >= 4 && (!memcmp(file.at, "PK\3\4", 4) || !memcmp(file.at, "PK\5\6", 4));
}

static hys_status damaged(hys__arena *arena, const char *path, const char *what) {
    return hys__report_at(arena->ctx, HYS_ERROR, HYS_SYNTAX, path, 0, 0, "", "was it copied or downloaded whole?",
                          "this packed file is damaged: %s", what);
}

static hys_status too_large(hys__arena *arena, const char *path) {
    return hys__report_at(arena->ctx, HYS_ERROR, HYS_LIMIT, path, 0, 0, "", "unpack it by hand, and take a part",
                          "this packed file holds more than %zu MiB", MOST_BYTES >> 20);
}

/* zlib's memory is the context's; the size stands before each block. */
typedef union block {
    size_t size;
    char room[16];
} block;

static void *take(void *user, unsigned n, unsigned size) {
    size_t bytes = sizeof(block) + (size_t)n * size;
    block *b = hys__realloc(user, NULL, 0, bytes);
    if (!b) return NULL;
    b->size = bytes;
    return b + 1;
}

static void give(void *user, void *p) {
    block *b = p ? (block *)p - 1 : NULL;
    if (b) hys__free(user, b, b->size);
}

typedef struct stream {
    z_stream z;
    hys__arena *arena;
    const char *path;
} stream;

static hys_status start(stream *s, hys__arena *arena, const char *path, hys__bytes packed, int bits) {
    *s = (stream){.arena = arena, .path = path};
    s->z.zalloc = take;
    s->z.zfree = give;
    s->z.opaque = arena->ctx;
    s->z.next_in = (unsigned char *)(uintptr_t)packed.at;
    s->z.avail_in = (unsigned)packed.n;
    return inflateInit2(&s->z, bits) == Z_OK ? HYS_OK : HYS_NOMEM;
}

static hys_status judge(const stream *s, int code) {
    if (code == Z_MEM_ERROR) return HYS_NOMEM;
    return damaged(s->arena, s->path, code == Z_BUF_ERROR ? "it ends too early" : s->z.msg ? s->z.msg : "no deflate");
}

/* ---- gzip ---- */

static hys_status inflate_all(stream *s, hys__text *out) {
    char buffer[16384];
    for (;;) {
        s->z.next_out = (unsigned char *)buffer;
        s->z.avail_out = sizeof buffer;
        int code = inflate(&s->z, Z_NO_FLUSH);
        hys__text_put(out, buffer, sizeof buffer - s->z.avail_out);
        if (out->failed) return HYS_NOMEM;
        if (out->n > MOST_BYTES) return too_large(s->arena, s->path);
        bool is_next = code == Z_STREAM_END && s->z.avail_in > 1 && s->z.next_in[0] == 0x1f && s->z.next_in[1] == 0x8b;
        if (code == Z_STREAM_END && !is_next) return HYS_OK;
        if (is_next) inflateReset(&s->z);
        else if (code != Z_OK) return judge(s, code);
        if (hys_ctx_is_cancelled(s->arena->ctx)) return HYS_CANCEL;
    }
}

hys_status hys__gunzip(hys__arena *arena, const char *path, hys__bytes file, hys__bytes *text) {
    stream s;
    hys__text out;
    hys__text_init(&out, arena->ctx);
    hys_status status = start(&s, arena, path, file, 16 + MAX_WBITS);
    if (status == HYS_OK) {
        status = inflate_all(&s, &out);
        inflateEnd(&s.z);
    }
    char *copy = status == HYS_OK ? hys__arena_alloc(arena, out.n + 1) : NULL;
    if (copy && out.n) memcpy(copy, out.at, out.n);
    if (copy) *text = (hys__bytes){copy, out.n};
    hys__text_free(&out);
    if (status != HYS_OK) return status;
    return copy ? HYS_OK : HYS_NOMEM;
}

/* ---- zip: entries = { "PK\1\2" entry } "PK\5\6" end ---- */

#define END_SIZE   22
#define ENTRY_SIZE 46
#define LOCAL_SIZE 30

static size_t number(const hys__zip *zip, size_t at, size_t n) {
    size_t value = 0;
    for (size_t k = n; k > 0; k--) value = value << 8 | (unsigned char)zip->file.at[at + k - 1];
    return value;
}

/* The end stands behind all entries, before a comment of at most 64 KiB. */
static size_t find_end(const hys__zip *zip) {
    if (zip->file.n < END_SIZE) return SIZE_MAX;
    size_t least = zip->file.n > END_SIZE + 65535 ? zip->file.n - END_SIZE - 65535 : 0;
    for (size_t at = zip->file.n - END_SIZE + 1; at > least; at--)
        if (!memcmp(zip->file.at + at - 1, "PK\5\6", 4)) return at - 1;
    return SIZE_MAX;
}

hys_status hys__zip_open(hys__arena *arena, const char *path, hys__bytes file, hys__zip *zip) {
    *zip = (hys__zip){.arena = arena, .path = path, .file = file};
    size_t end = find_end(zip);
    if (end == SIZE_MAX) return damaged(arena, path, "it ends too early");
    zip->n_entries = number(zip, end + 10, 2);
    zip->directory = number(zip, end + 16, 4);
    return zip->directory <= end ? HYS_OK : damaged(arena, path, "its list of entries lies outside");
}

typedef struct entry {
    size_t flags, method, crc, packed, size, local;
} entry;

/* *at: of this entry; then of the next. */
static hys_status next_entry(const hys__zip *zip, size_t *at, const char *name, entry *e, bool *is_it) {
    if (zip->file.n < ENTRY_SIZE || *at > zip->file.n - ENTRY_SIZE || memcmp(zip->file.at + *at, "PK\1\2", 4) != 0)
        return damaged(zip->arena, zip->path, "its list of entries breaks off");
    size_t n = number(zip, *at + 28, 2), rest = number(zip, *at + 30, 2) + number(zip, *at + 32, 2);
    if (n + rest > zip->file.n - ENTRY_SIZE - *at)
        return damaged(zip->arena, zip->path, "its list of entries breaks off");
    *is_it = n == strlen(name) && !memcmp(zip->file.at + *at + ENTRY_SIZE, name, n);
    *e = (entry){number(zip, *at + 8, 2),  number(zip, *at + 10, 2), number(zip, *at + 16, 4),
                 number(zip, *at + 20, 4), number(zip, *at + 24, 4), number(zip, *at + 42, 4)};
    *at += ENTRY_SIZE + n + rest;
    return HYS_OK;
}

static hys_status unpack(const hys__zip *zip, const entry *e, hys__bytes packed, char *out) {
    stream s;
    if (e->method == 0 && e->packed == e->size) {
        memcpy(out, packed.at, packed.n);
        return HYS_OK;
    }
    if (e->method != 8) return damaged(zip->arena, zip->path, "an entry is packed in an unknown way");
    hys_status status = start(&s, zip->arena, zip->path, packed, -MAX_WBITS);
    if (status != HYS_OK) return status;
    s.z.next_out = (unsigned char *)out;
    s.z.avail_out = (unsigned)e->size;
    int code = inflate(&s.z, Z_FINISH);
    if (code != Z_STREAM_END) status = judge(&s, code == Z_OK ? Z_BUF_ERROR : code);
    else if (s.z.avail_out) status = damaged(zip->arena, zip->path, "an entry is shorter than it says");
    inflateEnd(&s.z);
    return status;
}

static hys_status read_entry(hys__zip *zip, const entry *e, hys__bytes *content) {
    const hys__bytes *file = &zip->file;
    if (e->flags & 1)
        return hys__report_at(zip->arena->ctx, HYS_ERROR, HYS_SYNTAX, zip->path, 0, 0, "", "save it without a password",
                              "this file is encrypted");
    if (e->size > MOST_BYTES) return too_large(zip->arena, zip->path);
    if (file->n < LOCAL_SIZE || e->local > file->n - LOCAL_SIZE || memcmp(file->at + e->local, "PK\3\4", 4) != 0)
        return damaged(zip->arena, zip->path, "an entry lies outside");
    size_t from = e->local + LOCAL_SIZE + number(zip, e->local + 26, 2) + number(zip, e->local + 28, 2);
    if (from > file->n || e->packed > file->n - from) return damaged(zip->arena, zip->path, "an entry lies outside");
    if (e->size / 1100 > e->packed + 1) return damaged(zip->arena, zip->path, "an entry is shorter than it says");
    char *out = hys__arena_alloc(zip->arena, e->size + 1); /* deflate packs 1032 bytes into one at best */
    if (!out) return HYS_NOMEM;
    hys_status status = unpack(zip, e, (hys__bytes){file->at + from, e->packed}, out);
    if (status != HYS_OK) return status;
    if (crc32(0, (unsigned char *)out, (unsigned)e->size) != e->crc)
        return damaged(zip->arena, zip->path, "an entry has another checksum than it says");
    *content = (hys__bytes){out, e->size};
    return HYS_OK;
}

hys_status hys__zip_read(hys__zip *zip, const char *name, hys__bytes *content) {
    size_t at = zip->directory;
    bool is_it = false;
    *content = (hys__bytes){NULL, 0};
    for (size_t k = 0; k < zip->n_entries; k++) {
        entry e;
        hys_status status = next_entry(zip, &at, name, &e, &is_it);
        if (status != HYS_OK) return status;
        if (is_it) return read_entry(zip, &e, content);
    }
    return HYS_OK;
}
