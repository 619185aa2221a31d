/* Work side by side: items are taken in turn, each is done by one thread, and nothing depends on which. */
#include "base/diag.h"
#include "lab/passport.h"
#include <pthread.h>
#include <stdatomic.h>

struct hys__crew {
    const hys__crew_plan *plan;
    double *done; /* [n], each 0..1 */
    atomic_size_t next;
    atomic_int status;    /* the first that ends everything: out of memory, cancelled */
    pthread_mutex_t lock; /* of done, and of the user's progress function */
};

int hys__crew_report(hys__crew *crew, size_t k, double done) {
    const hys__crew_plan *plan = crew->plan;
    if (hys_ctx_is_cancelled(plan->ctx) || atomic_load(&crew->status) != HYS_OK) return 1;
    if (!plan->progress) return 0;
    pthread_mutex_lock(&crew->lock);
    double sum = 0;
    if (done > crew->done[k]) crew->done[k] = done;
    for (size_t j = 0; j < plan->n; j++) sum += crew->done[j];
    int stop = plan->progress(plan->progress_user, plan->from + (plan->to - plan->from) * sum / (double)plan->n);
    pthread_mutex_unlock(&crew->lock);
    if (stop) atomic_store(&crew->status, HYS_CANCEL);
    return stop;
}

int hys__crew_progress(void *item, double done) {
    const hys__crew_item *i = item;
    return hys__crew_report(i->crew, i->k, done);
}

static void *work(void *user) {
    hys__crew *crew = user;
    for (;;) {
        size_t k = atomic_fetch_add(&crew->next, 1);
        if (k >= crew->plan->n || hys__crew_report(crew, k, 0)) return NULL;
        hys_status status = crew->plan->what(crew->plan->user, k, crew);
        if (status != HYS_OK) atomic_store(&crew->status, (int)status);
        hys__crew_report(crew, k, 1);
    }
}

static void run(hys__crew *crew, pthread_t *threads, bool *is_started, size_t n) {
    pthread_mutex_init(&crew->lock, NULL);
    for (size_t k = 1; k < n; k++) is_started[k] = !pthread_create(&threads[k], NULL, work, crew);
    work(crew);
    for (size_t k = 1; k < n; k++)
        if (is_started[k]) pthread_join(threads[k], NULL);
    pthread_mutex_destroy(&crew->lock);
}

hys_status hys__crew_run(const hys__crew_plan *plan) {
    hys__crew crew = {.plan = plan};
    size_t n = plan->n_threads < plan->n ? plan->n_threads : plan->n;
    hys__arena arena;
    if (plan->n == 0) return HYS_OK;
    hys__arena_init(&arena, plan->ctx, 0);
    pthread_t *threads = HYS_NEW_N(&arena, pthread_t, n);
    bool *is_started = HYS_NEW_N(&arena, bool, n);
    crew.done = HYS_NEW_N(&arena, double, plan->n);
    if (threads && is_started && crew.done) run(&crew, threads, is_started, n);
    hys_status status = arena.failed ? HYS_NOMEM : (hys_status)atomic_load(&crew.status);
    hys__arena_free(&arena);
    if (hys_ctx_is_cancelled(plan->ctx)) status = HYS_CANCEL;
    /* It happened in a worker's context. */
    return status == HYS_NOMEM ? hys__fail(plan->ctx, status, "", "out of memory") : status;
}
