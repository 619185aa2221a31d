/* The map of programming: what pulses of many sizes and widths leave, each on a fresh device or on one that a pulse
 * has brought to the other end of its range.  Side by side, each run for itself. */
#include "base/units.h"
#include "lab/protocol.h"
#include "lab/verdict_impl.h"
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>

#define MOST_POLLS 400 /* of a run, each 64 steps */
#define LATE       1e3 /* s behind a pulse */
#define LEAST_G    1e-15
#define DRAWS      "5s" /* random draws are held for: years are not cut into microseconds */

typedef struct crew {
    hys_verdicts *v;
    hys__cell *cells;
    size_t n;
    atomic_size_t next;
    atomic_int status;
} crew;

typedef struct watcher {
    crew *c;
    int polls;
} watcher;

/* Steps are counted, not seconds: the answer does not depend on the machine. */
static int watch(void *user, double done) {
    watcher *w = user;
    (void)done;
    if (hys_ctx_is_cancelled(w->c->v->ctx) || atomic_load(&w->c->status) != HYS_OK) return 1;
    return ++w->polls > MOST_POLLS;
}

typedef struct marks {
    size_t before, pulse, after, late;
} marks;

static void lay_out(hys__script *s, const hys__cell *c, marks *m) {
    s->read = c->read;
    s->read_width = fmin(c->width, 1e-3);
    if (c->prepare.volts != 0) {
        hys__script_pulse(s, c->prepare.volts, c->prepare.width);
        hys__script_rest(s, c->prepare.width);
    }
    m->before = hys__script_read(s);
    hys__script_rest(s, c->width);
    m->pulse = hys__script_pulse(s, c->pulse.volts, c->pulse.width);
    m->after = hys__script_read(s);
    hys__script_rest(s, LATE);
    m->late = hys__script_read(s);
}

static double log_ratio(double g, double g0) {
    return log((fabs(g) + LEAST_G) / (fabs(g0) + LEAST_G));
}

static void look(const hys__seen *seen, const marks *m, hys__cell *c) {
    c->g = hys__seen_conductance(seen, m->before);
    c->after = log_ratio(hys__seen_conductance(seen, m->after), c->g);
    c->late = log_ratio(hys__seen_conductance(seen, m->late), c->g);
    c->i = hys__seen_current(seen, m->pulse);
    c->is_known = isfinite(c->after) && isfinite(c->late) && isfinite(c->i);
}

/* Failures of the run are answers: the cell is not known then. */
static hys_status carry_out(crew *all, hys_ctx *ctx, hys__cell *c) {
    static const hys_protocol bare = {"map", "", "", NULL, 0};
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    watcher w = {all, 0};
    hys__protocol p = {.ctx = ctx, .shown = &bare, .model = all->v->model, .bench = all->v->bench, .arena = &arena};
    p.bench.progress = watch;
    p.bench.progress_user = &w;
    p.bench.rtol = 1e-5;
    p.bench.n_spread = 0;
    if (!p.bench.noise_step) p.bench.noise_step = DRAWS;
    hys__script script;
    hys__seen seen;
    marks m;
    size_t n_before = hys_diag_count(ctx);
    hys_status status = hys__script_new(&p, &script);
    if (status == HYS_OK) lay_out(&script, c, &m);
    if (status == HYS_OK) status = hys__script_run(&script, &seen);
    if (status == HYS_OK) {
        look(&seen, &m, c);
        hys__seen_free(&seen);
    }
    hys__arena_free(&arena);
    if (status == HYS_OK || status == HYS_NOMEM) return status;
    if (status == HYS_CANCEL && w.polls <= MOST_POLLS) return status;
    if (status == HYS_ARG || status == HYS_UNIT) return status; /* the user's options */
    hys__diag_rewind(ctx, n_before);
    return HYS_OK;
}

static void *work(void *user) {
    crew *c = user;
    hys_ctx_opts opts = hys_ctx_opts_default();
    hys_ctx *ctx = NULL;
    opts.seed = hys__ctx_seed(c->v->ctx);
    opts.n_threads = 1;
    hys_status status = hys_ctx_new(&opts, &ctx);
    while (status == HYS_OK) {
        size_t k = atomic_fetch_add(&c->next, 1);
        if (k >= c->n || atomic_load(&c->status) != HYS_OK) break;
        if (!c->cells[k].is_left_out) status = carry_out(c, ctx, &c->cells[k]);
    }
    if (status != HYS_OK) atomic_store(&c->status, (int)status);
    hys_ctx_free(ctx);
    return NULL;
}

/* What a worker's context says of the user's options is said again in the caller's. */
static hys_status say_again(crew *c) {
    hys_status status = (hys_status)atomic_load(&c->status);
    if (status == HYS_NOMEM) return hys__fail(c->v->ctx, status, "", "out of memory");
    if (status != HYS_ARG && status != HYS_UNIT) return status;
    atomic_store(&c->status, HYS_OK);
    return carry_out(c, c->v->ctx, &c->cells[0]);
}

hys_status hys__verdict_map(hys_verdicts *v, hys__cell *cells, size_t n) {
    crew c = {.v = v, .cells = cells, .n = n};
    pthread_t threads[HYS__MOST_THREADS];
    bool is_started[HYS__MOST_THREADS] = {false};
    size_t n_threads = v->n_threads < HYS__MOST_THREADS ? v->n_threads : HYS__MOST_THREADS;
    for (size_t k = 1; k < n_threads; k++) is_started[k] = !pthread_create(&threads[k], NULL, work, &c);
    work(&c);
    for (size_t k = 1; k < n_threads; k++)
        if (is_started[k]) pthread_join(threads[k], NULL);
    return say_again(&c);
}

/* ---- where the device rests ---- */

/* "STATE=VALUE" of the last row: what measurements start from. */
static hys_status keep_states(hys_verdicts *v, const hys_table *table) {
    size_t n = hys_model_n_states(v->model), m = 0;
    const char **init = HYS_NEW_N(&v->arena, const char *, n + 1);
    if (!init) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) {
        const hys_state *state = hys_model_state(v->model, k);
        const double *x = state->is_retained ? NULL : hys_table_column(table, state->name);
        double value = x ? x[hys_table_n_rows(table) - 1] : NAN;
        char number[32];
        if (!isfinite(value)) continue;
        hys__number_format(value, number);
        init[m] = hys__arena_printf(&v->arena, "%s=%s", state->name, number);
        if (!init[m++]) return HYS_NOMEM;
    }
    v->bench.init = init;
    v->bench.n_init = m;
    return HYS_OK;
}

typedef struct bare_run { /* of the caller's context */
    crew all;
    watcher w;
    hys__protocol p;
    hys__script script;
    hys__seen seen;
    size_t n_before;
} bare_run;

static hys_status begin(hys_verdicts *v, bare_run *r) {
    static const hys_protocol bare = {"rest", "", "", NULL, 0};
    r->all = (crew){.v = v};
    r->w = (watcher){&r->all, 0};
    r->p = (hys__protocol){.ctx = v->ctx, .shown = &bare, .model = v->model, .bench = v->bench, .arena = &v->arena};
    r->p.bench.n_spread = 0;
    r->p.bench.progress = watch;
    r->p.bench.progress_user = &r->w;
    if (!r->p.bench.noise_step) r->p.bench.noise_step = DRAWS;
    r->n_before = hys_diag_count(v->ctx);
    return hys__script_new(&r->p, &r->script);
}

/* A run that cannot be carried out says nothing: *is_done is false. */
static hys_status carry_on(bare_run *r, bool *is_done) {
    hys_status status = hys__script_run(&r->script, &r->seen);
    *is_done = status == HYS_OK;
    if (status == HYS_OK || status == HYS_NOMEM || status == HYS_ARG || status == HYS_UNIT) return status;
    if (status == HYS_CANCEL && r->w.polls <= MOST_POLLS) return status;
    hys__diag_rewind(r->p.ctx, r->n_before);
    return HYS_OK;
}

/* Devices whose file starts them elsewhere come to rest at 0 V first, unless the user says where they start. */
hys_status hys__verdict_settle(hys_verdicts *v) {
    bare_run r;
    bool is_done;
    if (v->bench.n_init) return HYS_OK;
    hys_status status = begin(v, &r);
    if (status != HYS_OK) return status;
    hys__script_rest(&r.script, LATE);
    status = carry_on(&r, &is_done);
    if (status != HYS_OK || !is_done) return status;
    status = keep_states(v, hys_run_table(r.seen.run));
    hys__seen_free(&r.seen);
    return status;
}

/* ---- how fast what is fleeting goes ---- */

#define FIRST_LOOK 1e-9 /* s */
#define PER_DECADE 8
#define N_LOOKS    (12 * PER_DECADE + 1)

static double look_time(int k) {
    return FIRST_LOOK * pow(10, (double)k / PER_DECADE);
}

static size_t lay_decay(hys__script *s, const hys__plan *p) {
    double read = p->up * p->read, gone = 0;
    hys__script_line(s, 0.01 * p->brief_width, 0, p->brief, 2);
    hys__script_line(s, p->brief_width, p->brief, p->brief, 4);
    size_t first = hys__script_line(s, 0.01 * fmin(p->brief_width, FIRST_LOOK), p->brief, read, 2) + 1;
    for (int k = 0; k < N_LOOKS; k++) {
        hys__script_line(s, look_time(k) - gone, read, read, 1);
        gone = look_time(k);
    }
    return first;
}

/* Half of what goes within 1000 s, from the first look on that shows the change. */
static double half_time(const hys__seen *seen, size_t first) {
    double last = hys__seen_current(seen, first + N_LOOKS - 1), most = 0;
    int from = 0;
    for (int k = 0; k < N_LOOKS; k++) {
        double d = fabs(hys__seen_current(seen, first + (size_t)k) - last);
        if (d > most) most = d, from = k;
    }
    for (int k = from; k < N_LOOKS; k++)
        if (fabs(hys__seen_current(seen, first + (size_t)k) - last) < 0.5 * most) return look_time(k);
    return NAN;
}

hys_status hys__verdict_relax(hys_verdicts *v) {
    bare_run r;
    bool is_done;
    hys_status status = begin(v, &r);
    if (status != HYS_OK) return status;
    size_t first = lay_decay(&r.script, &v->plan);
    status = carry_on(&r, &is_done);
    if (status != HYS_OK || !is_done) return status;
    v->plan.t_forget = half_time(&r.seen, first);
    hys__seen_free(&r.seen);
    return HYS_OK;
}
