/* SWC files: samples in any order, their parents found and checked. */
#include "io/swc.h"
#include "base/file.h"
#include "base/forest.h"
#include "base/units.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST     ((size_t)1 << 30)
#define MOST_ID     9007199254740992.0 /* beyond, doubles skip integers */
#define MOST_TYPE   65534.0
#define UM_PER_M    1e6
#define N_COLUMNS   7
#define LARGEST_UM  1e8  /* 100 m: places beyond are no neuron's */
#define LEAST_UM    1e-6 /* thinner than an atom; its resistance would leave the range of doubles */
#define MOST_POINTS ((size_t)1 << 28)

typedef struct reader {
    hys__swc *swc;
    const char *text, *end;
    uint32_t source;
    double least_radius; /* m */
} reader;

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static hys__span span_of(const reader *r, const char *at, size_t n) {
    return (hys__span){.source = r->source, .offset = (uint32_t)(at - r->text), .len = (uint32_t)n};
}

static size_t word_length(const char *at, const char *end) {
    const char *p = at;
    while (p < end && !is_blank(*p) && *p != '#') p++;
    return (size_t)(p - at);
}

#define COMPLAIN(r, at, n, hint, ...)                                                                                  \
    hys__report((r)->swc->arena->ctx, HYS_ERROR, HYS_SYNTAX, &(r)->swc->sources, span_of((r), (at), (n)), (hint),      \
                __VA_ARGS__)

/* ---- one line ---- */

static const struct column {
    const char *name;
    bool is_integer;
    double least, most;
} columns[N_COLUMNS] = {{"the sample's number", true, 0, MOST_ID}, {"the type", true, 0, MOST_TYPE},
                        {"x", false, -LARGEST_UM, LARGEST_UM},     {"y", false, -LARGEST_UM, LARGEST_UM},
                        {"z", false, -LARGEST_UM, LARGEST_UM},     {"the radius", false, -LARGEST_UM, LARGEST_UM},
                        {"the parent's number", true, -1, MOST_ID}};

static const char order_hint[] = "a sample is: number type x y z radius parent, in um";

static hys_status refuse_word(const reader *r, const char *at, size_t n, size_t k) {
    if (memchr(at, ',', n) || memchr(at, ';', n))
        return COMPLAIN(r, at, n, "blanks or tabs stand between the columns of SWC", "%s is no number",
                        columns[k].name);
    return COMPLAIN(r, at, n, order_hint, "%s is no number", columns[k].name);
}

/* column = number ; followed by a blank, # or the line's end. */
static hys_status read_column(const reader *r, const char **at, const char *end, size_t k, double *value) {
    const struct column *c = &columns[k];
    bool overflow = false;
    const size_t n = word_length(*at, end), used = n ? hys__number_parse(*at, value, &overflow) : 0;
    if (!n) return COMPLAIN(r, k ? *at - 1 : *at, 1, order_hint, "%zu columns, and %s is missing", k, c->name);
    if (!used && !overflow) return refuse_word(r, *at, n, k);
    if (!overflow && used != n) return refuse_word(r, *at, n, k);
    if (c->is_integer && !overflow && *value != floor(*value))
        return COMPLAIN(r, *at, n, order_hint, "%s is no integer", c->name);
    if (overflow || *value < c->least || *value > c->most)
        return COMPLAIN(r, *at, n, k == 6 ? "the parent of a root is -1" : "", "%s is out of range", c->name);
    *at += n;
    while (*at < end && is_blank(**at)) (*at)++;
    return HYS_OK;
}

static hys_status check_radius(reader *r, const char *at, size_t n, double *radius) {
    if (*radius >= r->least_radius && *radius >= LEAST_UM / UM_PER_M) return HYS_OK;
    if (r->least_radius <= 0)
        return COMPLAIN(r, at, n, "--least-radius 0.1um raises all radii below it", "the radius is %s",
                        *radius > 0 ? "smaller than 1e-6 um" : "not positive");
    *radius = fmax(r->least_radius, LEAST_UM / UM_PER_M);
    r->swc->n_raised++;
    return HYS_OK;
}

/* sample = number type x y z radius parent { column } */
static hys_status read_sample(reader *r, const char *line, const char *at, const char *end) {
    double v[N_COLUMNS] = {0};
    const char *radius = at, *parent = at;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < N_COLUMNS && status == HYS_OK; k++) {
        if (k == 5) radius = at;
        if (k == 6) parent = at;
        status = read_column(r, &at, end, k, &v[k]);
    }
    double metres = v[5] / UM_PER_M;
    if (status == HYS_OK) status = check_radius(r, radius, word_length(radius, end), &metres);
    if (status != HYS_OK) return status;
    if (at < end && *at != '#') r->swc->n_longer++;
    hys__swc_point *point = HYS_PUSH(r->swc->arena, &r->swc->points);
    if (!point) return HYS_NOMEM;
    *point = (hys__swc_point){.id = (int64_t)v[0],
                              .parent_id = (int64_t)v[6],
                              .parent = -1,
                              .type = (uint16_t)v[1],
                              .at = {v[2] / UM_PER_M, v[3] / UM_PER_M, v[4] / UM_PER_M},
                              .radius = metres,
                              .span = span_of(r, line, (size_t)(end - line)),
                              .parent_span = span_of(r, parent, word_length(parent, end))};
    return HYS_OK;
}

static hys_status keep_comment(const reader *r, const char *at, const char *end) {
    while (at < end && (is_blank(*at) || *at == '#')) at++;
    while (end > at && is_blank(end[-1])) end--;
    if (at == end) return HYS_OK;
    const char **comment = HYS_PUSH(r->swc->arena, &r->swc->comments);
    if (!comment) return HYS_NOMEM;
    *comment = hys__arena_strndup(r->swc->arena, at, (size_t)(end - at));
    return *comment ? HYS_OK : HYS_NOMEM;
}

/* line = [ sample ] [ "#" comment ] */
static hys_status read_line(reader *r, const char *line, const char *end) {
    const char *at = line;
    if (memchr(line, 0, (size_t)(end - line)))
        return hys__report_at(r->swc->arena->ctx, HYS_ERROR, HYS_SYNTAX, r->swc->sources.list.at[0].name, 0, 0, "",
                              "SWC is plain text, in ASCII or UTF-8", "this is no text");
    while (end > line && is_blank(end[-1])) end--;
    while (at < end && is_blank(*at)) at++;
    if (at == end) return HYS_OK;
    if (*at == '#') return keep_comment(r, at, end);
    if (r->swc->points.n >= MOST_POINTS) return COMPLAIN(r, at, 1, "", "more than %zu samples", MOST_POINTS);
    return read_sample(r, at, at, end);
}

static hys_status read_lines(reader *r) {
    const char *line = r->text;
    hys_status status = HYS_OK;
    if (r->end - line >= 3 && !memcmp(line, "\xef\xbb\xbf", 3)) line += 3;
    while (line < r->end && status == HYS_OK) {
        const char *stop = memchr(line, '\n', (size_t)(r->end - line));
        if (!stop) stop = r->end;
        status = read_line(r, line, stop);
        line = stop + 1;
    }
    if (status != HYS_OK || r->swc->points.n) return status;
    return hys__report_at(r->swc->arena->ctx, HYS_ERROR, HYS_SYNTAX, r->swc->sources.list.at[0].name, 0, 0, "",
                          order_hint, "there is no sample in it");
}

/* ---- parents ---- */

typedef struct numbered {
    int64_t id;
    int32_t place;
} numbered;

static int by_id(const void *a, const void *b) {
    const numbered *x = a, *y = b;
    if (x->id != y->id) return x->id < y->id ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static const numbered *find_id(const numbered *list, size_t n, int64_t id) {
    size_t lo = 0, hi = n;
    while (lo < hi) {
        const size_t middle = lo + (hi - lo) / 2;
        if (list[middle].id < id) lo = middle + 1;
        else hi = middle;
    }
    return lo < n && list[lo].id == id ? &list[lo] : NULL;
}

#define FAULT(swc, where, hint, ...)                                                                                   \
    hys__report((swc)->arena->ctx, HYS_ERROR, HYS_SEMANTIC, &(swc)->sources, (where), (hint), __VA_ARGS__)

/* Sorted numbers of the samples, of which no two are the same. */
static hys_status number_points(hys__swc *swc, numbered **result) {
    const size_t n = swc->points.n;
    bool is_sorted = true;
    numbered *list = HYS_NEW_N(swc->arena, numbered, n);
    if (!list) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) {
        list[k] = (numbered){swc->points.at[k].id, (int32_t)k};
        is_sorted = is_sorted && (!k || list[k].id > list[k - 1].id);
    }
    if (!is_sorted) qsort(list, n, sizeof *list, by_id);
    for (size_t k = 1; k < n; k++) {
        if (list[k].id != list[k - 1].id) continue;
        hys_status status = FAULT(swc, swc->points.at[list[k].place].span, "each sample has a number of its own",
                                  "a second sample %lld", (long long)list[k].id);
        hys__note(swc->arena->ctx, &swc->sources, swc->points.at[list[k - 1].place].span, "the first is here");
        return status;
    }
    *result = list;
    return HYS_OK;
}

static hys_status find_parents(hys__swc *swc, const numbered *list, int32_t *parent) {
    for (size_t k = 0; k < swc->points.n; k++) {
        const hys__swc_point *point = &swc->points.at[k];
        const int64_t id = point->parent_id;
        const numbered *found = id < 0 ? NULL : find_id(list, swc->points.n, id);
        parent[k] = found ? found->place : -1;
        if (id == point->id)
            return FAULT(swc, point->parent_span, "the parent of a root is -1", "sample %lld is its own parent",
                         (long long)id);
        if (id >= 0 && !found)
            return FAULT(swc, point->parent_span, "the parent of a root is -1",
                         "there is no sample %lld, the parent of sample %lld", (long long)id, (long long)point->id);
    }
    return HYS_OK;
}

/* n steps towards the root from a sample that hangs on none end in a circle: the circle's first sample is named. */
static hys_status refuse_circle(hys__swc *swc, const int32_t *parent, const int32_t *order, size_t n_found,
                                int32_t *mark) {
    const size_t n = swc->points.n;
    size_t k = 0;
    memset(mark, 0, n * sizeof *mark);
    for (size_t i = 0; i < n_found; i++) mark[order[i]] = 1;
    while (k < n && mark[k]) k++;
    for (size_t i = 0; i < n; i++) k = (size_t)parent[k];
    size_t first = k, length = 1;
    for (size_t at = (size_t)parent[k]; at != k; at = (size_t)parent[at], length++)
        if (at < first) first = at;
    return FAULT(swc, swc->points.at[first].parent_span, "the parents of each sample lead to one of parent -1",
                 "sample %lld is its own ancestor: %zu samples form a circle", (long long)swc->points.at[first].id,
                 length);
}

static hys_status sort_points(hys__swc *swc, const int32_t *parent, int32_t *order, int32_t *work) {
    const size_t n = swc->points.n, n_found = hys__forest_order(n, parent, order, work);
    if (n_found < n) return refuse_circle(swc, parent, order, n_found, work);
    hys__swc_point *sorted = HYS_NEW_N(swc->arena, hys__swc_point, n);
    if (!sorted) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) work[order[k]] = (int32_t)k;
    for (size_t k = 0; k < n; k++) {
        sorted[k] = swc->points.at[order[k]];
        sorted[k].parent = parent[order[k]] < 0 ? -1 : work[parent[order[k]]];
        swc->n_trees += sorted[k].parent < 0;
    }
    swc->points.at = sorted;
    return HYS_OK;
}

static hys_status link_points(hys__swc *swc) {
    const size_t n = swc->points.n;
    numbered *list = NULL;
    int32_t *parent = HYS_NEW_N(swc->arena, int32_t, 4 * n);
    if (!parent) return HYS_NOMEM;
    hys_status status = number_points(swc, &list);
    if (status == HYS_OK && list) status = find_parents(swc, list, parent);
    return status == HYS_OK ? sort_points(swc, parent, parent + n, parent + 2 * n) : status;
}

/* ---- the file ---- */

/* Lines may end with a carriage return alone, as on old machines: a newline takes its place. */
static const char *with_newlines(hys__arena *arena, const char *text, size_t n) {
    const char *alone = memchr(text, '\r', n);
    while (alone && alone[1] == '\n') alone = memchr(alone + 1, '\r', n - (size_t)(alone + 1 - text));
    if (!alone) return text;
    char *copy = hys__arena_strndup(arena, text, n);
    for (size_t k = 0; copy && k < n; k++)
        if (copy[k] == '\r' && copy[k + 1] != '\n') copy[k] = '\n';
    return copy;
}

hys_status hys__swc_read(hys__arena *arena, const char *path, double least_radius, hys__swc *swc) {
    size_t n;
    reader r = {.swc = swc, .least_radius = least_radius};
    *swc = (hys__swc){.arena = arena};
    hys__sources_init(&swc->sources, arena);
    hys_status status = hys__file_read(arena, path, LARGEST, &r.text, &n);
    if (status != HYS_OK) return status;
    if (!memchr(r.text, 0, n)) r.text = with_newlines(arena, r.text, n);
    const char *name = hys__arena_strndup(arena, path, strlen(path));
    if (!r.text || !name) return HYS_NOMEM;
    r.end = r.text + n;
    r.source = hys__sources_add(&swc->sources, name, name, r.text, n);
    if (!r.source) return HYS_NOMEM;
    status = read_lines(&r);
    return status == HYS_OK ? link_points(swc) : status;
}
