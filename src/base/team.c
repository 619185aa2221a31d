#include "base/team.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#define MOST_THREADS 256
#define LOOKS        2000 /* for new work before a thread sleeps: about as long as waking it takes */

struct hys__team {
    hys_ctx *ctx;
    hys__guard guard;
    unsigned n_helpers; /* beside the caller */
    size_t size;        /* B: of this with its threads */
    pthread_t *threads;
    pthread_mutex_t lock;
    pthread_cond_t has_work;
    unsigned n_named;    /* helpers that took a number */
    unsigned n_sleeping; /* under the lock */
    bool is_over;        /* under the lock */
    atomic_uint state;   /* INSIDE: helpers at work; OPEN: others may join; above: the round */
    atomic_size_t next;  /* part */
    size_t n_parts;
    hys__team_work work;
    void *data;
};

static inline void breathe(void) {
#if defined __x86_64__ || defined __i386__
    __builtin_ia32_pause();
#endif
}

static void take_parts(hys__team *t, unsigned thread) {
    for (size_t part; (part = atomic_fetch_add_explicit(&t->next, 1, memory_order_relaxed)) < t->n_parts;)
        t->work(t->data, part, thread);
}

/* A helper that comes late, as its processor is busy with something else, is not waited for: the round is closed. */
#define INSIDE 0xffffu
#define OPEN   0x10000u
#define ROUND  0x20000u

static bool is_new(unsigned state, unsigned seen) {
    return (state & OPEN) && state / ROUND != seen;
}

/* Joins a round other than the one last seen. */
static bool join(hys__team *t, unsigned *seen) {
    unsigned state = atomic_load_explicit(&t->state, memory_order_acquire);
    while (is_new(state, *seen))
        if (atomic_compare_exchange_weak_explicit(&t->state, &state, state + 1, memory_order_acq_rel,
                                                  memory_order_acquire)) {
            *seen = state / ROUND;
            return true;
        }
    return false;
}

/* False: the team is over. */
static bool wait_for_work(hys__team *t, unsigned seen) {
    for (int k = 0; k < LOOKS; k++) {
        if (is_new(atomic_load_explicit(&t->state, memory_order_acquire), seen)) return true;
        breathe();
    }
    pthread_mutex_lock(&t->lock);
    t->n_sleeping++;
    while (!is_new(atomic_load_explicit(&t->state, memory_order_acquire), seen) && !t->is_over)
        pthread_cond_wait(&t->has_work, &t->lock);
    t->n_sleeping--;
    const bool is_over = t->is_over;
    pthread_mutex_unlock(&t->lock);
    return !is_over;
}

static void *help(void *data) {
    hys__team *t = data;
    pthread_mutex_lock(&t->lock);
    const unsigned thread = ++t->n_named;
    pthread_mutex_unlock(&t->lock);
    for (unsigned seen = 0; wait_for_work(t, seen);)
        if (join(t, &seen)) {
            take_parts(t, thread);
            atomic_fetch_sub_explicit(&t->state, 1, memory_order_release);
        }
    return NULL;
}

static void dismiss(hys__team *t) {
    pthread_mutex_lock(&t->lock);
    t->is_over = true;
    pthread_cond_broadcast(&t->has_work);
    pthread_mutex_unlock(&t->lock);
    for (unsigned k = 0; k < t->n_helpers; k++) pthread_join(t->threads[k], NULL);
    pthread_cond_destroy(&t->has_work);
    pthread_mutex_destroy(&t->lock);
}

/* The context is freed first; it gives the memory back. */
static void release(hys_ctx *ctx, hys__guard *guard) {
    (void)ctx;
    dismiss((hys__team *)((char *)guard - offsetof(hys__team, guard)));
}

hys_status hys__team_new(hys_ctx *ctx, unsigned n_threads, hys__team **result) {
    const unsigned n = n_threads < 1 ? 0 : n_threads > MOST_THREADS ? MOST_THREADS - 1 : n_threads - 1;
    const size_t size = sizeof(hys__team) + n * sizeof(pthread_t);
    hys__team *t = hys__realloc(ctx, NULL, 0, size);
    if (!t) return HYS_NOMEM;
    *t = (hys__team){.ctx = ctx, .guard.release = release, .size = size, .threads = (pthread_t *)(t + 1)};
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->has_work, NULL);
    while (t->n_helpers < n && pthread_create(&t->threads[t->n_helpers], NULL, help, t) == 0) t->n_helpers++;
    hys__guard_add(ctx, &t->guard);
    *result = t;
    return HYS_OK;
}

void hys__team_free(hys__team *t) {
    if (!t) return;
    hys__guard_remove(t->ctx, &t->guard);
    dismiss(t);
    hys__free(t->ctx, t, t->size);
}

unsigned hys__team_size(const hys__team *t) {
    return t ? t->n_helpers + 1 : 1;
}

/* Rounds count from 1 and begin anew when their bits are used up. */
static void open_round(hys__team *t) {
    const unsigned round = (atomic_load_explicit(&t->state, memory_order_relaxed) / ROUND + 1) * ROUND;
    atomic_store_explicit(&t->next, 0, memory_order_relaxed);
    pthread_mutex_lock(&t->lock);
    atomic_store_explicit(&t->state, (round != 0 ? round : ROUND) | OPEN, memory_order_release);
    if (t->n_sleeping) pthread_cond_broadcast(&t->has_work);
    pthread_mutex_unlock(&t->lock);
}

static void close_round(hys__team *t) {
    atomic_fetch_and_explicit(&t->state, ~OPEN, memory_order_acq_rel);
    /* Others may be busy with the processors: give way after a while. */
    for (int k = 0; atomic_load_explicit(&t->state, memory_order_acquire) & INSIDE; k++)
        if (k < LOOKS) breathe();
        else sched_yield();
}

void hys__team_run(hys__team *t, size_t n_parts, hys__team_work work, void *data) {
    if (!t || !t->n_helpers || n_parts < 2) {
        for (size_t part = 0; part < n_parts; part++) work(data, part, 0);
        return;
    }
    t->n_parts = n_parts;
    t->work = work;
    t->data = data;
    open_round(t);
    take_parts(t, 0);
    close_round(t);
}
