/* NumPy's .npz read. */
#include "io/npz.h"
#include "base/file.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_FILE ((size_t)4 << 30)
#define MOST_BYTES   ((size_t)2 << 30) /* of all arrays of a file */
#define MOST_ENTRIES 4096u
#define ENTRY_SIZE   46 /* of an entry in a zip's list, before its name */

static const struct kind {
    char letter;
    size_t bytes;
} kinds[HYS__N_NPZ_TYPES] = {
#define HYS_X(id, letter, bytes, type) {letter, bytes},
    HYS__NPZ_TYPES(HYS_X)
#undef HYS_X
};

typedef struct reader {
    hys__arena *arena;
    const char *path, *name; /* of the array; "" of a lone .npy */
    bool is_swapped, is_fortran;
    size_t total; /* bytes of all arrays so far */
} reader;

static hys_status refuse(const reader *r, const char *hint, const char *what) {
    if (!*r->name) return hys__report_at(r->arena->ctx, HYS_ERROR, HYS_SYNTAX, r->path, 0, 0, "", hint, "%s", what);
    return hys__report_at(r->arena->ctx, HYS_ERROR, HYS_SYNTAX, r->path, 0, 0, "", hint, "array '%.80s': %s", r->name,
                          what);
}

/* ---- the header of an array: "{" "'descr':" type "," "'fortran_order':" order "," "'shape':" shape "}" ---- */

/* What follows 'key': in the header's dictionary; NULL when it is missing. */
static const char *value_of(const char *text, const char *key) {
    const char *at = strstr(text, key);
    if (!at) return NULL;
    at += strlen(key);
    while (*at == ' ') at++;
    return at;
}

/* type = "'" ("<" | ">" | "=" | "|") letter bytes "'" */
static bool read_type(reader *r, const char *at, hys__npz_array *array) {
    if (!at || at[0] != '\'' || !at[1] || !strchr("<>=|", at[1]) || !at[2] || !at[3] || at[4] != '\'') return false;
    r->is_swapped = at[1] == '>';
    for (size_t k = 0; k < HYS__N_NPZ_TYPES; k++)
        if (kinds[k].letter == at[2] && kinds[k].bytes == (size_t)(at[3] - '0')) {
            array->type = (hys__npz_type)k;
            return true;
        }
    return false;
}

/* shape = "(" [ integer { "," integer } [ "," ] ] ")" */
static bool read_shape(const char *at, hys__npz_array *array) {
    if (!at || *at++ != '(') return false;
    for (size_t k = 0; k < HYS__NPZ_MOST_AXES; k++) array->shape[k] = 1;
    while (*at && *at != ')') {
        char *end;
        if (*at < '0' || *at > '9') return false;
        const unsigned long long n = strtoull(at, &end, 10);
        if (array->n_axes == HYS__NPZ_MOST_AXES || n > ((size_t)1 << 40)) return false;
        array->shape[array->n_axes++] = (size_t)n;
        at = end;
        while (*at == ' ' || *at == ',' || *at == 'L') at++;
    }
    return *at == ')';
}

static hys_status read_header(reader *r, hys__bytes file, hys__npz_array *array, hys__bytes *data) {
    char text[4096];
    const unsigned char *b = (const unsigned char *)file.at;
    if (file.n < 12 || memcmp(file.at, "\x93NUMPY", 6)) return refuse(r, "", "this is no .npy array");
    const size_t start = b[6] == 1 ? 10 : 12;
    const size_t n = b[6] == 1 ? (size_t)b[8] | (size_t)b[9] << 8
                               : (size_t)b[8] | (size_t)b[9] << 8 | (size_t)b[10] << 16 | (size_t)b[11] << 24;
    if (b[6] < 1 || b[6] > 3 || n >= sizeof text || n > file.n - start)
        return refuse(r, "versions 1 to 3", "its header is cut off, or too long");
    memcpy(text, file.at + start, n);
    text[n] = 0;
    const char *order = value_of(text, "'fortran_order':");
    if (!read_type(r, value_of(text, "'descr':"), array))
        return refuse(r, "array.astype('float32')",
                      "its values are neither 4 or 8 byte floats, nor integers, nor bool");
    if (!order || (*order != 'T' && *order != 'F') || !read_shape(value_of(text, "'shape':"), array))
        return refuse(r, "at most four axes", "its shape cannot be read");
    r->is_fortran = *order == 'T';
    *data = (hys__bytes){file.at + start + n, file.n - start - n};
    return HYS_OK;
}

/* ---- its values ---- */

static bool is_complete(const hys__npz_array *array, size_t n_bytes) {
    size_t most = n_bytes / kinds[array->type].bytes, n = 1;
    for (size_t k = 0; k < array->n_axes; k++)
        if (!array->shape[k]) return true;
    for (size_t k = 0; k < array->n_axes; k++) {
        if (array->shape[k] > most / n) return false;
        n *= array->shape[k];
    }
    return n <= most;
}

/* Values of Fortran's order, whose first index runs fastest, in C's. */
static void reorder(const hys__npz_array *array, const char *from, char *to, size_t width) {
    size_t step[HYS__NPZ_MOST_AXES], at = 1, index[HYS__NPZ_MOST_AXES] = {0};
    const size_t n = hys__npz_size(array);
    for (size_t k = 0; k < array->n_axes; k++) {
        step[k] = at;
        at *= array->shape[k];
    }
    at = 0;
    for (size_t i = 0; i < n; i++) {
        memcpy(to + i * width, from + at * width, width);
        for (size_t k = array->n_axes; k > 0; k--) {
            at += step[k - 1];
            if (++index[k - 1] < array->shape[k - 1]) break;
            at -= step[k - 1] * array->shape[k - 1];
            index[k - 1] = 0;
        }
    }
}

static void swap_bytes(char *values, size_t n, size_t width) {
    for (size_t i = 0; i < n; i++, values += width)
        for (size_t k = 0; k < width / 2; k++) {
            const char kept = values[k];
            values[k] = values[width - 1 - k];
            values[width - 1 - k] = kept;
        }
}

static hys_status take_values(reader *r, hys__bytes data, hys__npz_array *array) {
    const size_t width = kinds[array->type].bytes, n = hys__npz_size(array);
    const bool is_shuffled = r->is_fortran && array->n_axes > 1, is_swapped = r->is_swapped && width > 1;
    array->values = data.at;
    if (!is_shuffled && !is_swapped && (uintptr_t)data.at % 8 == 0) return HYS_OK;
    char *values = hys__arena_alloc(r->arena, n * width + 1);
    if (!values) return HYS_NOMEM;
    if (is_shuffled) reorder(array, data.at, values, width);
    else memcpy(values, data.at, n * width);
    if (is_swapped) swap_bytes(values, n, width);
    array->values = values;
    return HYS_OK;
}

static hys_status read_array(reader *r, hys__bytes file, hys__npz *result) {
    hys__npz_array array = {.name = r->name};
    hys__bytes data = {NULL, 0};
    hys_status status = read_header(r, file, &array, &data);
    if (status != HYS_OK || !data.at) return status;
    if (!is_complete(&array, data.n))
        return refuse(r, "is the file complete?", "it has fewer values than its shape says");
    status = take_values(r, data, &array);
    hys__npz_array *place = status == HYS_OK ? HYS_PUSH(r->arena, &result->arrays) : NULL;
    if (place) *place = array;
    return place || status != HYS_OK ? status : HYS_NOMEM;
}

/* ---- a file ---- */

/* *at: of this entry in the zip's list; then of the next. */
static const char *next_name(const hys__zip *zip, size_t *at) {
    const unsigned char *b = (const unsigned char *)zip->file.at + *at;
    if (zip->file.n < ENTRY_SIZE || *at > zip->file.n - ENTRY_SIZE || memcmp(b, "PK\1\2", 4) != 0) return NULL;
    const size_t n = (size_t)b[28] | (size_t)b[29] << 8;
    const size_t rest = ((size_t)b[30] | (size_t)b[31] << 8) + ((size_t)b[32] | (size_t)b[33] << 8);
    if (n + rest > zip->file.n - ENTRY_SIZE - *at) return NULL;
    *at += ENTRY_SIZE + n + rest;
    return hys__arena_strndup(zip->arena, (const char *)b + ENTRY_SIZE, n);
}

static hys_status read_entry(reader *r, hys__zip *zip, const char *entry, hys__npz *result) {
    const size_t n = strlen(entry);
    hys__bytes content;
    if (n < 4 || strcmp(entry + n - 4, ".npy") != 0) return HYS_OK;
    hys_status status = hys__zip_read(zip, entry, &content);
    if (status != HYS_OK || !content.at) return status;
    r->total += content.n;
    if (r->total > MOST_BYTES)
        return hys__report_at(r->arena->ctx, HYS_ERROR, HYS_LIMIT, r->path, 0, 0, "", "save a part of it",
                              "the arrays of this file are larger than %zu GiB together", MOST_BYTES >> 30);
    r->name = hys__arena_strndup(r->arena, entry, n - 4);
    return r->name ? read_array(r, content, result) : HYS_NOMEM;
}

static hys_status read_zip(reader *r, hys__bytes file, hys__npz *result) {
    hys__zip zip;
    hys_status status = hys__zip_open(r->arena, r->path, file, &zip);
    if (status != HYS_OK) return status;
    if (zip.n_entries > MOST_ENTRIES)
        return hys__report_at(r->arena->ctx, HYS_ERROR, HYS_LIMIT, r->path, 0, 0, "", "save a part of it",
                              "this file holds more than %u arrays", MOST_ENTRIES);
    size_t at = zip.directory;
    for (size_t k = 0; k < zip.n_entries && status == HYS_OK; k++) {
        const char *entry = next_name(&zip, &at);
        if (!entry && r->arena->failed) return HYS_NOMEM;
        if (!entry)
            return refuse(r, "was it copied or downloaded whole?", "this packed file is damaged: its list breaks off");
        status = read_entry(r, &zip, entry, result);
        r->name = "";
    }
    if (status != HYS_OK || result->arrays.n) return status;
    return refuse(r, "numpy.savez(path, name=array)", "there is no array in this file");
}

hys_status hys__npz_parse(hys__arena *arena, const char *path, hys__bytes file, hys__npz *result) {
    reader r = {.arena = arena, .path = path, .name = ""};
    *result = (hys__npz){.ctx = arena->ctx, .path = path};
    if (hys__is_zip(file)) return read_zip(&r, file, result);
    if (file.n >= 6 && !memcmp(file.at, "\x93NUMPY", 6)) return read_array(&r, file, result);
    return refuse(&r, "numpy.savez(path, name=array)", "this is neither an .npz nor an .npy file");
}

hys_status hys__npz_read(hys__arena *arena, const char *path, hys__npz *result) {
    hys__bytes file;
    hys_status status = hys__file_read(arena, path, LARGEST_FILE, &file.at, &file.n);
    return status == HYS_OK ? hys__npz_parse(arena, path, file, result) : status;
}

const hys__npz_array *hys__npz_find(const hys__npz *file, const char *name) {
    for (size_t k = 0; k < file->arrays.n; k++)
        if (!strcmp(file->arrays.at[k].name, name)) return &file->arrays.at[k];
    return NULL;
}

/* ---- an array's values ---- */

size_t hys__npz_size(const hys__npz_array *array) {
    size_t n = 1;
    for (size_t k = 0; k < array->n_axes; k++) n *= array->shape[k];
    return n;
}

double hys__npz_at(const hys__npz_array *array, size_t k) {
    switch (array->type) {
#define HYS_X(id, letter, bytes, type)                                                                                 \
    case HYS__NPZ_##id:                                                                                                \
        return (double)((const type *)array->values)[k];
        HYS__NPZ_TYPES(HYS_X)
#undef HYS_X
    default:
        return NAN;
    }
}

static hys_status check_value(const hys__npz *file, const hys__npz_array *array, size_t k, double most) {
    const double value = hys__npz_at(array, k);
    if (fabs(value) <= most) return HYS_OK;
    return hys__report_at(file->ctx, HYS_ERROR, HYS_SYNTAX, file->path, 0, 0, "", "", "array '%.80s': value %zu %s",
                          array->name, k, isfinite(value) ? "is too large for a float" : "is not finite");
}

hys_status hys__npz_floats(const hys__npz *file, const hys__npz_array *array, float *values) {
    const size_t n = hys__npz_size(array);
    hys_status status = HYS_OK;
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        status = check_value(file, array, k, (double)FLT_MAX);
        if (status == HYS_OK) values[k] = (float)hys__npz_at(array, k);
    }
    return status;
}

hys_status hys__npz_doubles(const hys__npz *file, const hys__npz_array *array, double *values) {
    const size_t n = hys__npz_size(array);
    hys_status status = HYS_OK;
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        status = check_value(file, array, k, DBL_MAX);
        values[k] = hys__npz_at(array, k);
    }
    return status;
}
