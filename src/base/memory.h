/* Memory of a context.  Everything that the library allocates goes through hys__realloc, so that a
 * user's allocator sees it and tests can make each allocation fail in turn.
 *
 * An arena hands out memory that lives until the arena is cleared or freed; nothing in it is freed
 * alone.  hys__arena_alloc returns NULL when memory is out (the context then holds the diagnostic
 * HYS_NOMEM once); callers check. */
#ifndef HYS_BASE_MEMORY_H
#define HYS_BASE_MEMORY_H
#include <hysteron/core.h>
#include <stdarg.h>
#include <stdbool.h>

void *hys__realloc(hys_ctx *ctx, void *p, size_t old_size, size_t new_size);
void hys__free(hys_ctx *ctx, void *p, size_t size);

/* Undoes what is not memory (open files, loaded code) when a context is freed before its objects.
 * A guard lives inside its object; release runs after the guard was removed and may free it. */
typedef struct hys__guard hys__guard;
struct hys__guard {
    hys__guard *prev, *next;
    void (*release)(hys_ctx *ctx, hys__guard *guard);
};
void hys__guard_add(hys_ctx *ctx, hys__guard *guard);
void hys__guard_remove(hys_ctx *ctx, hys__guard *guard);

typedef struct hys__arena hys__arena;
struct hys__arena {
    hys_ctx *ctx;
    struct hys__chunk *chunks; /* newest first */
    size_t used, size;         /* of the newest chunk */
    size_t total;              /* bytes taken from the context */
    size_t limit;              /* most bytes this arena may take; 0: no limit */
    bool failed;               /* an allocation failed: sticky */
};

void hys__arena_init(hys__arena *arena, hys_ctx *ctx, size_t limit);
void hys__arena_free(hys__arena *arena);
/* Zeroed, 16-byte aligned. */
void *hys__arena_alloc(hys__arena *arena, size_t size);
void *hys__arena_calloc(hys__arena *arena, size_t count, size_t size); /* checks the product */
char *hys__arena_strndup(hys__arena *arena, const char *s, size_t n);
char *hys__arena_printf(hys__arena *arena, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#define HYS_NEW(arena, type)      ((type *)hys__arena_alloc((arena), sizeof(type)))
#define HYS_NEW_N(arena, type, n) ((type *)hys__arena_calloc((arena), (n), sizeof(type)))

/* A growing array of any element type, kept in an arena.  Declare as
 *     struct { T *at; size_t n, cap; } list;
 * HYS_PUSH evaluates to a pointer to the new zeroed element, or NULL. */
bool hys__grow(hys__arena *arena, void **at, size_t *cap, size_t n_needed, size_t elem_size);
#define HYS_PUSH(arena, list)                                                                                          \
    (hys__grow((arena), (void **)&(list)->at, &(list)->cap, (list)->n + 1, sizeof *(list)->at)                         \
         ? &(list)->at[(list)->n++]                                                                                    \
         : NULL)

/* Strings that grow: for generated C, JSON, messages. */
typedef struct hys__text {
    hys_ctx *ctx;
    char *at; /* always NUL-terminated once n > 0; NULL before */
    size_t n, cap;
    bool failed; /* sticky */
} hys__text;
void hys__text_init(hys__text *text, hys_ctx *ctx);
void hys__text_free(hys__text *text);
void hys__text_put(hys__text *text, const char *s, size_t n);
void hys__text_puts(hys__text *text, const char *s);
void hys__text_printf(hys__text *text, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Interned strings: equal strings have equal pointers.  NULL when out of memory. */
typedef struct hys__intern {
    hys__arena *arena;
    const char **slots;
    size_t n, cap;
} hys__intern;
void hys__intern_init(hys__intern *table, hys__arena *arena);
const char *hys__intern_add(hys__intern *table, const char *s, size_t n);

#endif
