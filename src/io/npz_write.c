/* NumPy's .npz written: a zip file (APPNOTE 6.3) whose entries are stored as they are. */
#include "base/file.h"
#include "io/npz.h"
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#define HEADER_SIZE 256u /* of an array; NumPy wants a multiple of 64 */
#define LARGEST     ((size_t)0xfffffffe)
#define LOCAL_SIZE  30u
#define ENTRY_SIZE  46u

static const struct kind {
    char letter;
    size_t bytes;
} kinds[HYS__N_NPZ_TYPES] = {
#define HYS_X(id, letter, bytes, type) {letter, bytes},
    HYS__NPZ_TYPES(HYS_X)
#undef HYS_X
};

typedef struct entry {
    const hys__npz_array *array;
    char header[HEADER_SIZE];
    size_t n_values; /* bytes */
    size_t size, crc;
    size_t local; /* where it begins in the file */
} entry;

static size_t name_size(const entry *e) {
    return strlen(e->array->name) + 4;
}

/* The array's header, filled up with blanks. */
static void put_header(entry *e) {
    const hys__npz_array *a = e->array;
    const struct kind *kind = &kinds[a->type];
    char shape[120];
    int n = 0;
    for (size_t k = 0; k < a->n_axes; k++) n += snprintf(shape + n, sizeof shape - (size_t)n, "%zu, ", a->shape[k]);
    if (n && a->n_axes > 1) n -= 2; /* a tuple of one keeps its comma */
    const size_t from = 10;
    memcpy(e->header, "\x93NUMPY\x01\x00", 8);
    e->header[8] = (char)((HEADER_SIZE - from) & 255);
    e->header[9] = (char)((HEADER_SIZE - from) >> 8);
    memset(e->header + from, ' ', HEADER_SIZE - from);
    n = snprintf(e->header + from, HEADER_SIZE - from,
                 "{'descr': '%c%c%zu', 'fortran_order': False, 'shape': (%.*s), }", kind->bytes > 1 ? '<' : '|',
                 kind->letter, kind->bytes, n, shape);
    e->header[from + (size_t)n] = ' ';
    e->header[HEADER_SIZE - 1] = '\n';
}

static void measure(entry *e, const hys__npz_array *array, size_t local) {
    e->array = array;
    e->local = local;
    e->n_values = hys__npz_size(array) * kinds[array->type].bytes;
    put_header(e);
    e->size = HEADER_SIZE + e->n_values;
    e->crc = crc32(0, (const unsigned char *)e->header, HEADER_SIZE);
    e->crc = crc32_z(e->crc, array->values, e->n_values);
}

static void put(FILE *out, size_t value, size_t n) {
    for (; n > 0; n--, value >>= 8) putc((int)(value & 255), out);
}

/* version, flags (names are UTF-8), method 0, 0:00 of 1 January 1980, checksum, sizes */
static void put_common(FILE *out, const entry *e) {
    put(out, 20, 2);
    put(out, 0x800, 2);
    put(out, 0, 2);
    put(out, 0x210000, 4);
    put(out, e->crc, 4);
    put(out, e->size, 4);
    put(out, e->size, 4);
    put(out, name_size(e), 2);
    put(out, 0, 2);
}

static void put_local(FILE *out, const entry *e) {
    fwrite("PK\3\4", 1, 4, out);
    put_common(out, e);
    fprintf(out, "%s.npy", e->array->name);
    fwrite(e->header, 1, HEADER_SIZE, out);
    fwrite(e->array->values, 1, e->n_values, out);
}

static void put_entry(FILE *out, const entry *e) {
    fwrite("PK\1\2", 1, 4, out);
    put(out, 20, 2);
    put_common(out, e);
    put(out, 0, 10); /* comment, disk, attributes */
    put(out, e->local, 4);
    fprintf(out, "%s.npy", e->array->name);
}

static void put_end(FILE *out, size_t n, size_t directory, size_t size) {
    fwrite("PK\5\6", 1, 4, out);
    put(out, 0, 4);
    put(out, n, 2);
    put(out, n, 2);
    put(out, size, 4);
    put(out, directory, 4);
    put(out, 0, 2);
}

static hys_status write_entries(hys_ctx *ctx, const char *path, const entry *entries, size_t n, size_t directory) {
    hys__outfile *out;
    size_t size = 0;
    hys_status status = hys__outfile_open(ctx, path, &out);
    if (status != HYS_OK) return status;
    FILE *stream = hys__outfile_stream(out);
    for (size_t k = 0; k < n; k++) put_local(stream, &entries[k]);
    for (size_t k = 0; k < n; k++) {
        put_entry(stream, &entries[k]);
        size += ENTRY_SIZE + name_size(&entries[k]);
    }
    put_end(stream, n, directory, size);
    return hys__outfile_commit(out);
}

hys_status hys__npz_write(hys_ctx *ctx, const char *path, const hys__npz_array *arrays, size_t n) {
    hys__arena arena;
    size_t at = 0;
    hys__arena_init(&arena, ctx, 0);
    entry *entries = HYS_NEW_N(&arena, entry, n ? n : 1);
    hys_status status = entries ? HYS_OK : HYS_NOMEM;
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        measure(&entries[k], &arrays[k], at);
        at += LOCAL_SIZE + name_size(&entries[k]) + entries[k].size;
        if (at > LARGEST || n > 65535 || name_size(&entries[k]) > 65535)
            status = hys__report_at(ctx, HYS_ERROR, HYS_LIMIT, path, 0, 0, "", "",
                                    "an .npz file holds at most 4 GiB and 65535 arrays");
    }
    if (status == HYS_OK) status = write_entries(ctx, path, entries, n, at);
    hys__arena_free(&arena);
    return status;
}
