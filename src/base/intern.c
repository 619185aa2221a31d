/* Interned strings: open addressing, at most half full. */
#include "base/hash64.h"
#include "base/memory.h"
#include <string.h>

#define SLOTS_FIRST 256

void hys__intern_init(hys__intern *table, hys__arena *arena) {
    *table = (hys__intern){.arena = arena};
}

/* Where the string is, or the empty slot where it belongs.  cap is a power of two. */
static const char **intern_slot(const char **slots, size_t cap, const char *s, size_t n) {
    size_t i = (size_t)hys__hash64(s, n) & (cap - 1);
    while (slots[i] && !(strncmp(slots[i], s, n) == 0 && slots[i][n] == 0)) i = (i + 1) & (cap - 1);
    return &slots[i];
}

static bool intern_grow(hys__intern *table) {
    size_t cap = table->cap ? 2 * table->cap : SLOTS_FIRST;
    const char **slots = hys__arena_calloc(table->arena, cap, sizeof *slots);
    if (!slots) return false;
    for (size_t i = 0; i < table->cap; i++) {
        const char *s = table->slots[i];
        if (s) *intern_slot(slots, cap, s, strlen(s)) = s;
    }
    table->slots = slots;
    table->cap = cap;
    return true;
}

const char *hys__intern_add(hys__intern *table, const char *s, size_t n) {
    if (2 * table->n >= table->cap && !intern_grow(table)) return NULL;
    n = strnlen(s, n);
    const char **slot = intern_slot(table->slots, table->cap, s, n);
    if (!*slot) {
        *slot = hys__arena_strndup(table->arena, s, n);
        if (*slot) table->n++;
    }
    return *slot;
}
