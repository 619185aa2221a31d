/* Threads that carry out runs.  Each has a context of its own; a run leaves it as a block of bytes, so that nothing
 * depends on which thread it was.  A thread does not begin a run while too many bytes wait to be taken. */
#include "circuit/sim_crew.h"
#include <string.h>
#include <time.h>

#define STORED_MAX   ((size_t)256 << 20) /* bytes that wait to be taken, before new runs must wait */
#define BLOCK_EXTRA  1024                /* of a block, besides its bytes */
#define DECORRELATED 0x9e3779b97f4a7c15u /* 2^64 over the golden ratio */

typedef struct block {
    struct block *next;
    size_t index;
    hys__text text;
} block;

struct hys__run_slot {
    const char *at; /* NULL, once it is done: out of memory */
    size_t n;
    enum { OPEN, DONE, GIVEN_BACK } state;
    hys__pack_head empty; /* the block of a run that has none */
};

typedef struct hys__worker {
    hys__crew *crew;
    pthread_t thread;
    hys_ctx *ctx;
    hys__sim_place place;
    hys_sim_opts opts;
    hys__text said;      /* by the devices in this run */
    block *first, *last; /* in the order of the runs */
} worker;

/* ---- which runs ---- */

int32_t hys__run_owner(const hys__run_plan *plan, size_t index) {
    uint64_t round = index / plan->n_slots;
    uint64_t turn = (round * DECORRELATED >> 32) % plan->n_slots;
    return plan->ranks[(index + turn) % plan->n_slots];
}

size_t hys__run_own(const hys__run_plan *plan, size_t from) {
    while (from < plan->n_runs && hys__run_owner(plan, from) != plan->rank) from++;
    return from;
}

/* ---- one run ---- */

static bool is_stopped(hys__crew *crew) {
    return atomic_load_explicit(&crew->is_stopped, memory_order_relaxed) || hys_ctx_is_cancelled(crew->ctx);
}

/* The user's function is called on the user's thread only. */
static int run_progress(void *user, const char *what, double done) {
    hys__crew *crew = user;
    if (is_stopped(crew)) return 1;
    if (crew->n_threads || !crew->opts->progress) return 0;
    double part = ((double)crew->n_done + done) / (double)crew->plan.n_runs;
    return crew->opts->progress(crew->opts->progress_user, what, part);
}

static void keep_message(void *user, const char *text) {
    hys__text_puts(user, text);
}

static void free_block(worker *self, block *b) {
    hys__text_free(&b->text);
    hys__free(self->ctx, b, sizeof *b);
}

/* What the thread that puts the runs together has given back. */
static void free_blocks(worker *self) {
    while (self->first) {
        block *b = self->first;
        pthread_mutex_lock(&self->crew->lock);
        bool is_free = self->crew->slots[b->index].state == GIVEN_BACK;
        pthread_mutex_unlock(&self->crew->lock);
        if (!is_free) return;
        self->first = b->next;
        if (!self->first) self->last = NULL;
        free_block(self, b);
    }
}

/* NULL: out of memory. */
static block *pack(worker *self, size_t index, const hys__sim_run *run) {
    block *b = hys__realloc(self->ctx, NULL, 0, sizeof *b);
    if (!b) return NULL;
    *b = (block){.index = index};
    hys__text_init(&b->text, self->ctx);
    hys__pack_run(&b->text, index, run, self->place.n_steps, &self->said, self->ctx);
    if (!b->text.failed && !self->said.failed) return b;
    free_block(self, b);
    return NULL;
}

static void carry_out(worker *self, size_t index) {
    hys__crew *crew = self->crew;
    hys__sim_run run;
    free_blocks(self);
    hys__sim_place_run(&self->place, index, &run);
    block *b = pack(self, index, &run);
    for (size_t k = 0; run.outputs && k < run.n_outputs; k++) hys_table_free(run.outputs[k].table);
    hys__text_free(&self->said);
    hys__arena_free(&self->place.arena);
    hys_diag_clear(self->ctx);
    if (b && self->last) self->last->next = b;
    else if (b) self->first = b;
    if (b) self->last = b;
    pthread_mutex_lock(&crew->lock);
    struct hys__run_slot *slot = &crew->slots[index];
    slot->at = b ? b->text.at : NULL;
    slot->n = b ? b->text.n : 0;
    slot->state = DONE;
    crew->stored += slot->n + BLOCK_EXTRA;
    crew->n_done++;
    pthread_cond_signal(&crew->done);
    pthread_mutex_unlock(&crew->lock);
}

/* The next run; false: none.  The lowest that is not given back never waits, so that what waits for it goes on. */
static bool begin(hys__crew *crew, size_t *index) {
    pthread_mutex_lock(&crew->lock);
    *index = crew->next;
    if (*index < crew->plan.n_runs) crew->next = hys__run_own(&crew->plan, *index + 1);
    while (!crew->is_stopped && crew->stored > STORED_MAX && *index > crew->lowest)
        pthread_cond_wait(&crew->room, &crew->lock);
    bool go_on = !crew->is_stopped && *index < crew->plan.n_runs;
    pthread_mutex_unlock(&crew->lock);
    return go_on && !hys_ctx_is_cancelled(crew->ctx);
}

static void *work(void *user) {
    worker *self = user;
    size_t index;
    while (begin(self->crew, &index)) carry_out(self, index);
    return NULL;
}

/* ---- the crew ---- */

static hys_status open_worker(hys__crew *crew, worker *self) {
    hys_ctx_opts ctx_opts = hys_ctx_opts_default();
    ctx_opts.seed = hys__ctx_seed(crew->ctx);
    ctx_opts.n_threads = 1;
    hys_status status = hys_ctx_new(&ctx_opts, &self->ctx);
    if (status != HYS_OK) return status;
    self->crew = crew;
    self->opts = *crew->opts;
    self->opts.progress = run_progress;
    self->opts.progress_user = crew;
    if (self->opts.message) self->opts.message = keep_message;
    self->opts.message_user = &self->said;
    hys__text_init(&self->said, self->ctx);
    hys__sim_place_init(&self->place, self->ctx, crew->path, &self->opts);
    self->place.n_draw_runs = crew->n_draw_runs;
    return HYS_OK;
}

static hys_status open_workers(hys__crew *crew, size_t n) {
    size_t n_runs = crew->plan.n_runs;
    crew->slots = hys__realloc(crew->ctx, NULL, 0, n_runs * sizeof *crew->slots);
    if (crew->slots) memset(crew->slots, 0, n_runs * sizeof *crew->slots);
    crew->workers = HYS_NEW_N(crew->arena, worker, n);
    if (!crew->slots || !crew->workers) return HYS_NOMEM;
    hys_status status = HYS_OK;
    while (status == HYS_OK && crew->n_workers < n) {
        status = open_worker(crew, &crew->workers[crew->n_workers]);
        if (status == HYS_OK) crew->n_workers++;
    }
    return status;
}

hys_status hys__crew_start(hys__crew *crew, size_t n_threads, bool is_apart) {
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->done, NULL);
    pthread_cond_init(&crew->room, NULL);
    crew->next = crew->lowest = hys__run_own(&crew->plan, 0);
    if (n_threads > crew->plan.n_runs) n_threads = crew->plan.n_runs;
    if (n_threads < 1) n_threads = 1;
    hys_status status = open_workers(crew, n_threads);
    if (status != HYS_OK || (n_threads == 1 && !is_apart)) return status;
    while (crew->n_threads < n_threads &&
           pthread_create(&crew->workers[crew->n_threads].thread, NULL, work, &crew->workers[crew->n_threads]) == 0)
        crew->n_threads++;
    if (crew->n_threads || !is_apart) return HYS_OK;
    return hys__fail(crew->ctx, HYS_LIMIT, "", "the system gives no thread");
}

void hys__crew_free(hys__crew *crew) {
    hys__crew_stop(crew);
    for (size_t k = 0; k < crew->n_threads; k++) pthread_join(crew->workers[k].thread, NULL);
    for (size_t k = 0; k < crew->n_workers; k++) {
        hys__sim_place_free(&crew->workers[k].place);
        hys_ctx_free(crew->workers[k].ctx);
    }
    if (crew->slots) hys__free(crew->ctx, crew->slots, crew->plan.n_runs * sizeof *crew->slots);
    pthread_cond_destroy(&crew->room);
    pthread_cond_destroy(&crew->done);
    pthread_mutex_destroy(&crew->lock);
}

bool hys__crew_take(hys__crew *crew, size_t index, const void **at, size_t *n) {
    if (!crew->n_threads && !is_stopped(crew)) carry_out(&crew->workers[0], index);
    pthread_mutex_lock(&crew->lock);
    struct hys__run_slot *slot = &crew->slots[index];
    bool is_done = slot->state == DONE;
    *at = slot->at;
    *n = slot->n;
    if (is_done && !slot->at) {
        slot->empty = hys__pack_empty(index, HYS_NOMEM);
        *at = &slot->empty;
        *n = sizeof slot->empty;
    }
    pthread_mutex_unlock(&crew->lock);
    return is_done;
}

void hys__crew_give_back(hys__crew *crew, size_t index) {
    size_t next = hys__run_own(&crew->plan, index + 1);
    pthread_mutex_lock(&crew->lock);
    crew->slots[index].state = GIVEN_BACK;
    crew->stored -= crew->slots[index].n + BLOCK_EXTRA;
    crew->lowest = next;
    pthread_cond_broadcast(&crew->room);
    pthread_mutex_unlock(&crew->lock);
}

void hys__crew_wait(hys__crew *crew, long ns) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += ns;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&crew->lock);
    pthread_cond_timedwait(&crew->done, &crew->lock, &until);
    pthread_mutex_unlock(&crew->lock);
}

void hys__crew_stop(hys__crew *crew) {
    pthread_mutex_lock(&crew->lock);
    crew->is_stopped = true;
    pthread_cond_broadcast(&crew->room);
    pthread_mutex_unlock(&crew->lock);
}
