/* Memory of a context: blocks from the user's allocator, and arenas made of them. */
#include "base/memory.h"
#include "base/clocale.h"
#include "base/context.h"
#include <stdalign.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAVE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAVE_ASAN 1
#endif
#endif
#ifdef HAVE_ASAN
#include <sanitizer/asan_interface.h>
#define RED_ZONE 16 /* between the pieces of an arena, so that overruns are seen */
#else
#define ASAN_POISON_MEMORY_REGION(p, n)   ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define RED_ZONE                          0
#endif

#define ALIGNMENT 16

/* Stands before all memory that is given out, so that a context can give back what its objects
 * forgot. */
typedef struct hys__block {
    alignas(ALIGNMENT) struct hys__block *prev;
    struct hys__block *next;
    size_t size; /* of what follows */
} hys__block;

void *hys__realloc(hys_ctx *ctx, void *p, size_t old_size, size_t new_size) {
    hys__block *old = p ? (hys__block *)p - 1 : NULL;
    if (new_size == 0) {
        hys__free(ctx, p, old_size);
        return NULL;
    }
    hys__block *block = NULL;
    if (new_size <= PTRDIFF_MAX - sizeof *block)
        block = ctx->alloc(ctx->alloc_user, old, old ? old_size + sizeof *block : 0, new_size + sizeof *block);
    if (!block) {
        hys__out_of_memory(ctx);
        return NULL;
    }
    if (!old) {
        block->prev = NULL;
        block->next = ctx->blocks;
    }
    *(block->prev ? &block->prev->next : &ctx->blocks) = block;
    if (block->next) block->next->prev = block;
    block->size = new_size;
    return block + 1;
}

void hys__free(hys_ctx *ctx, void *p, size_t size) {
    if (!p) return;
    hys__block *block = (hys__block *)p - 1;
    *(block->prev ? &block->prev->next : &ctx->blocks) = block->next;
    if (block->next) block->next->prev = block->prev;
    ctx->alloc(ctx->alloc_user, block, size + sizeof *block, 0);
}

void hys__guard_add(hys_ctx *ctx, hys__guard *guard) {
    guard->prev = NULL;
    guard->next = ctx->guards;
    if (guard->next) guard->next->prev = guard;
    ctx->guards = guard;
}

void hys__guard_remove(hys_ctx *ctx, hys__guard *guard) {
    *(guard->prev ? &guard->prev->next : &ctx->guards) = guard->next;
    if (guard->next) guard->next->prev = guard->prev;
}

void hys__memory_release(hys_ctx *ctx) {
    while (ctx->guards) {
        hys__guard *guard = ctx->guards;
        hys__guard_remove(ctx, guard);
        guard->release(ctx, guard);
    }
    while (ctx->blocks) {
        ASAN_UNPOISON_MEMORY_REGION(ctx->blocks + 1, ctx->blocks->size);
        hys__free(ctx, ctx->blocks + 1, ctx->blocks->size);
    }
}

/* The first chunk of an arena; each next one is twice as large, up to the last. */
#define CHUNK_FIRST ((size_t)4 << 10)
#define CHUNK_LAST  ((size_t)1 << 20)

typedef struct hys__chunk {
    alignas(ALIGNMENT) struct hys__chunk *next;
    size_t size; /* with this header */
} hys__chunk;

void hys__arena_init(hys__arena *arena, hys_ctx *ctx, size_t limit) {
    *arena = (hys__arena){.ctx = ctx, .limit = limit};
}

void hys__arena_free(hys__arena *arena) {
    while (arena->chunks) {
        hys__chunk *chunk = arena->chunks;
        arena->chunks = chunk->next;
        ASAN_UNPOISON_MEMORY_REGION(chunk, chunk->size);
        hys__free(arena->ctx, chunk, chunk->size);
    }
    hys__arena_init(arena, arena->ctx, arena->limit);
}

static void arena_limit_reached(hys__arena *arena) {
    if (!arena->failed)
        hys__fail(arena->ctx, HYS_LIMIT, "make the input smaller",
                  "this needs more than %zu bytes of memory, which is the limit here", arena->limit);
    arena->failed = true;
}

/* A chunk with room for size bytes, at most PTRDIFF_MAX / 2; the bytes are zero. */
static hys__chunk *chunk_new(hys__arena *arena, size_t size) {
    size += sizeof(hys__chunk);
    if (arena->limit && size > arena->limit - arena->total) {
        arena_limit_reached(arena);
        return NULL;
    }
    hys__chunk *chunk = hys__realloc(arena->ctx, NULL, 0, size);
    if (!chunk) {
        arena->failed = true;
        return NULL;
    }
    memset(chunk, 0, size);
    chunk->size = size;
    arena->total += size;
    ASAN_POISON_MEMORY_REGION(chunk + 1, size - sizeof *chunk);
    return chunk;
}

/* A piece in a chunk of its own, behind the newest, whose rest stays in use. */
static void *arena_alloc_apart(hys__arena *arena, size_t size) {
    hys__chunk *chunk = chunk_new(arena, size + RED_ZONE);
    if (!chunk) return NULL;
    chunk->next = arena->chunks->next;
    arena->chunks->next = chunk;
    ASAN_UNPOISON_MEMORY_REGION(chunk + 1, size);
    return chunk + 1;
}

static bool arena_add_chunk(hys__arena *arena, size_t room) {
    size_t size = arena->chunks ? 2 * arena->chunks->size : CHUNK_FIRST;
    if (size > CHUNK_LAST) size = CHUNK_LAST;
    if (arena->limit && size > arena->limit - arena->total) size = arena->limit - arena->total;
    if (size < room + sizeof(hys__chunk)) size = room + sizeof(hys__chunk);
    hys__chunk *chunk = chunk_new(arena, size - sizeof *chunk);
    if (!chunk) return false;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->used = sizeof *chunk;
    arena->size = chunk->size;
    return true;
}

void *hys__arena_alloc(hys__arena *arena, size_t size) {
    if (size > PTRDIFF_MAX / 2) {
        hys__out_of_memory(arena->ctx);
        arena->failed = true;
        return NULL;
    }
    size_t taken = ((size ? size : 1) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + RED_ZONE;
    if (taken > arena->size - arena->used) {
        if (arena->chunks && taken > CHUNK_LAST / 4) return arena_alloc_apart(arena, size);
        if (!arena_add_chunk(arena, taken)) return NULL;
    }
    char *p = (char *)arena->chunks + arena->used;
    arena->used += taken;
    ASAN_UNPOISON_MEMORY_REGION(p, size);
    return p;
}

void *hys__arena_calloc(hys__arena *arena, size_t count, size_t size) {
    return hys__arena_alloc(arena, size && count > SIZE_MAX / size ? SIZE_MAX : count * size);
}

char *hys__arena_strndup(hys__arena *arena, const char *s, size_t n) {
    n = strnlen(s, n);
    char *copy = hys__arena_alloc(arena, n + 1);
    if (copy) memcpy(copy, s, n);
    return copy;
}

char *hys__arena_printf(hys__arena *arena, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    int n = hys__c_vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *text = hys__arena_alloc(arena, n < 0 ? SIZE_MAX : (size_t)n + 1);
    if (!text) return NULL;
    va_start(args, fmt);
    hys__c_vsnprintf(text, (size_t)n + 1, fmt, args);
    va_end(args);
    return text;
}

/* Wants of the first growth, so that short lists cost one allocation. */
#define GROW_FIRST 8

bool hys__grow(hys__arena *arena, void **at, size_t *cap, size_t n_needed, size_t elem_size) {
    if (n_needed <= *cap) return true;
    size_t wanted = *cap > SIZE_MAX / 2 ? n_needed : 2 * *cap;
    if (wanted < GROW_FIRST) wanted = GROW_FIRST;
    if (wanted < n_needed) wanted = n_needed;
    void *grown = hys__arena_calloc(arena, wanted, elem_size);
    if (!grown) return false;
    /* The caller's variable is a T *, not a void *: memcpy may read and write either. */
    void *old;
    memcpy(&old, at, sizeof old);
    if (*cap) memcpy(grown, old, *cap * elem_size);
    memcpy(at, &grown, sizeof grown);
    *cap = wanted;
    return true;
}
