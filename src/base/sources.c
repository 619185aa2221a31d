/* Source sets: from bytes to lines and columns. */
#include "base/diag.h"
#include <string.h>

void hys__sources_init(hys__sources *sources, hys__arena *arena) {
    memset(sources, 0, sizeof *sources);
    sources->arena = arena;
}

uint32_t hys__sources_add(hys__sources *sources, const char *name, const char *path, const char *text, size_t len) {
    hys__arena *arena = sources->arena;
    if (len >= UINT32_MAX || sources->list.n >= UINT32_MAX) {
        hys__fail(arena->ctx, HYS_LIMIT, "", "%s: a text must be smaller than 4 GiB", name);
        return 0;
    }
    hys__source source = {.text = text, .len = len};
    source.name = hys__arena_strndup(arena, name, strlen(name));
    source.path = path ? hys__arena_strndup(arena, path, strlen(path)) : NULL;
    if (!source.name || (path && !source.path)) return 0;
    hys__source *added = HYS_PUSH(arena, &sources->list);
    if (!added) return 0;
    *added = source;
    return (uint32_t)sources->list.n;
}

static size_t lines_count(const hys__source *source) {
    size_t n = 1;
    const char *end = source->text + source->len, *p = source->text;
    while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
        n++;
        p++;
    }
    return n;
}

static bool line_starts_make(hys__arena *arena, hys__source *source) {
    size_t n = lines_count(source);
    uint32_t *starts = HYS_NEW_N(arena, uint32_t, n);
    if (!starts) return false;
    const char *p = source->text;
    for (size_t i = 1; i < n; i++) {
        p = (const char *)memchr(p, '\n', source->len - (size_t)(p - source->text)) + 1;
        starts[i] = (uint32_t)(p - source->text);
    }
    source->line_starts = starts;
    source->n_lines = n;
    return true;
}

void hys__source_locate(hys__sources *sources, hys__span span, int32_t *line, int32_t *col) {
    *line = 0;
    *col = 0;
    if (span.source == 0 || span.source > sources->list.n) return;
    hys__source *source = &sources->list.at[span.source - 1];
    if (!source->line_starts && !line_starts_make(sources->arena, source)) return;
    uint32_t offset = span.offset < source->len ? span.offset : (uint32_t)source->len;
    size_t low = 0, high = source->n_lines; /* line low begins at or before offset, high after */
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        *(source->line_starts[mid] <= offset ? &low : &high) = mid;
    }
    uint32_t bytes = offset - source->line_starts[low];
    *line = low < INT32_MAX ? (int32_t)low + 1 : INT32_MAX;
    *col = bytes < INT32_MAX ? (int32_t)bytes + 1 : INT32_MAX;
}
