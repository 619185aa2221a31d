/* Integration of many sets of parameters at once: steps of the two-stage, L-stable SDIRK method of order 2 (R.
 * Alexander, SIAM J. Numer. Anal. 14 (1977) 1006), each stage one implicit step of the kernel, along the measured
 * drive, which is linear between its points.  The steps do not adapt: so the residuals are smooth in the parameters.
 */
#include "lab/fit.h"
#include "veriloga/ir.h"
#include <math.h>
#include <string.h>

#define ALIGN      64u
#define NEWTON_TOL 1e-10
#define NEWTON_MAX 25u
/* Steps of a batch against those of the data, above which sets that ask for more are given up. */
#define HALVED       16u
#define HALVED_QUICK 3u
#define FLAGS_RUN    (1u << VA_FLAG_TRAN)
#define FLAGS_INIT   (1u << VA_FLAG_INIT | 1u << VA_FLAG_STATIC | 1u << VA_FLAG_TRAN | 1u << VA_FLAG_IC)

/* ---- memory ---- */

typedef struct cutter {
    char *base;
    size_t used;
} cutter;

static void *cut(cutter *c, size_t bytes) {
    void *at = c->base ? c->base + c->used : NULL;
    c->used += (bytes + ALIGN - 1) / ALIGN * ALIGN;
    return at;
}

static double **cut_rows(cutter *c, size_t n) {
    double **rows = cut(c, n * sizeof *rows);
    for (size_t k = 0; k < n; k++) {
        double *row = cut(c, HYS__FIT_LANES * sizeof *row);
        if (rows) rows[k] = row;
    }
    return rows;
}

static void lay_out(hys__fit_sim *s, cutter *c) {
    const hys_kernel *k = s->batch->kernel;
    s->x_start = cut_rows(c, k->n_unknowns);
    s->x_old = cut_rows(c, k->n_unknowns);
    s->i = cut_rows(c, k->n_terminals);
    s->g = cut_rows(c, (size_t)k->n_terminals * k->n_terminals);
    for (size_t d = 0; d < HYS__FIT_DEPTH; d++) {
        s->saves[d].x0 = cut_rows(c, k->n_unknowns);
        s->saves[d].x1 = cut_rows(c, k->n_unknowns);
        s->saves[d].i = cut(c, HYS__FIT_LANES * sizeof(double));
    }
    s->solved.x0 = cut_rows(c, k->n_unknowns);
    s->solved.i = cut(c, HYS__FIT_LANES * sizeof(double));
    s->ok = cut(c, HYS__FIT_LANES * sizeof *s->ok);
    s->base = cut(c, k->n_params * sizeof *s->base);
}

static hys_status take(hys_ctx *ctx, hys__fit_sim *s) {
    cutter c = {NULL, 0};
    lay_out(s, &c);
    s->block_size = c.used + ALIGN;
    s->block = hys__realloc(ctx, NULL, 0, s->block_size);
    if (!s->block) return HYS_NOMEM;
    memset(s->block, 0, s->block_size);
    c = (cutter){(char *)(((uintptr_t)s->block + ALIGN - 1) / ALIGN * ALIGN), 0};
    lay_out(s, &c);
    return HYS_OK;
}

static hys_status refuse(hys_ctx *ctx, const hys_model *model, const char *why) {
    return hys__fail(ctx, HYS_ARG, "hysteron device show NAME tells what a model is made of", "%s cannot be fitted: %s",
                     hys_model_name(model), why);
}

/* What a batch of fixed steps cannot do. */
static hys_status check_kernel(hys_ctx *ctx, const hys_model *model, const hys__fit_sim *s) {
    const hys_kernel *k = s->batch->kernel;
    bool is_stepped = k->flags & HYS_K_STEPPED && s->batch->stepped[0] != 0;
    if (k->n_terminals != 2) return refuse(ctx, model, "it has not two terminals");
    if (k->flags & HYS_K_DRAWS) return refuse(ctx, model, "it draws random numbers");
    if (is_stepped || k->n_retained || k->n_delays)
        return refuse(ctx, model, "it keeps variables from one accepted step to the next");
    if (!k->step || !k->reduce) return refuse(ctx, model, "it has too many internal unknowns");
    for (hys_u32 c = 0; c < k->n_collapses; c++)
        if (s->batch->collapse[c][0] != 0) return refuse(ctx, model, "it joins nodes with these parameters");
    return HYS_OK;
}

hys_status hys__fit_sim_new(hys_fit *fit, hys__fit_sim *s) {
    hys_ctx *ctx = fit->ctx;
    hys__batch_opts opts = {.n = HYS__FIT_LANES, .own_params = true, .temp = fit->fine.curves[0].temp};
    hys_status status = hys__batch_new(ctx, (hys_model *)fit->model, &opts, &s->batch);
    if (status != HYS_OK) return status;
    hys__settings settings = {.set = fit->opts.set, .n_set = fit->opts.n_set};
    status = hys__params_new(s->batch, &settings, &s->params);
    if (status == HYS_OK) status = take(ctx, s);
    if (status != HYS_OK) return status;
    const hys_kernel *k = s->batch->kernel;
    memcpy(s->base, s->batch->p_one, k->n_params * sizeof *s->base);
    k->fixed(&s->batch->env, &s->batch->in, &s->batch->out);
    return check_kernel(ctx, fit->model, s);
}

void hys__fit_sim_free(hys_ctx *ctx, hys__fit_sim *s) {
    if (s->block) hys__free(ctx, s->block, s->block_size);
    hys__params_free(s->params);
    hys__batch_free(s->batch);
    memset(s, 0, sizeof *s);
}

/* ---- parameters ---- */

/* Completes the set for its lane; false where a parameter leaves its range. */
static bool set_lane(const hys_fit *fit, hys__fit_sim *s, size_t lane, const double *u) {
    hys__batch *b = s->batch;
    const hys_kernel *k = b->kernel;
    bool is_good = true;
    memcpy(b->p_one, s->base, k->n_params * sizeof *b->p_one);
    s->series[lane] = fit->series;
    for (size_t j = 0; j < fit->n; j++) {
        if (fit->axes[j].param == HYS__FIT_SERIES) {
            s->series[lane] = hys__fit_value(&fit->axes[j], u[j]);
            continue;
        }
        b->p_one[fit->axes[j].param] = hys__fit_value(&fit->axes[j], u[j]);
        b->given[fit->axes[j].param] = 1;
    }
    k->params_fn(&b->env, b->p_one, b->lo, b->hi, b->r_one);
    for (hys_u32 p = 0; p < k->n_params && is_good; p++) {
        hys_u32 broken;
        bool is_checked = !(k->params[p].flags & (HYS_P_STRING | HYS_P_LOCAL)) && k->params[p].n_bounds;
        if (is_checked) is_good = hys__param_is_allowed(b, &k->params[p], b->p_one[p], &broken);
        else is_good = k->params[p].flags & HYS_P_STRING || !isnan(b->p_one[p]);
    }
    for (hys_u32 p = 0; p < k->n_params; p++) b->p[p][lane] = b->p_one[p];
    return is_good;
}

/* A lane without a solution goes on as a copy of one that has: its numbers are dropped, and cost nothing. */
static bool bury(hys__fit_sim *s, size_t n) {
    const hys_kernel *k = s->batch->kernel;
    size_t live = 0;
    while (live < n && s->is_dead[live]) live++;
    if (live == n) return false;
    for (size_t l = 0; l < HYS__FIT_LANES; l++) {
        if (l < n && !s->is_dead[l]) continue;
        for (hys_u32 p = 0; p < k->n_params; p++) s->batch->p[p][l] = s->batch->p[p][live];
        s->series[l] = s->series[live];
        for (hys_u32 u = 0; u < k->n_unknowns; u++) {
            s->batch->x[u][l] = s->batch->x[u][live];
            s->x_start[u][l] = s->x_start[u][live];
        }
    }
    return true;
}

/* ---- steps ---- */

static bool is_held(const hys_unknown_info *info) {
    return info->flags & HYS_U_HAS_INIT && info->flags & (HYS_U_STATE | HYS_U_DIFFERENTIAL);
}

/* Marks the sets that did not converge; how many of the wanted. */
static size_t kernel_step(hys__fit_sim *s, size_t n, double h, double *const *x_old, bool *is_failed) {
    hys__batch *b = s->batch;
    const hys_step_args args = {.h = h,
                                .rtol = NEWTON_TOL,
                                .max_iter = NEWTON_MAX,
                                .x = b->x,
                                .x_old = (const double *const *)x_old,
                                .i = s->i,
                                .g = s->g,
                                .ok = s->ok};
    size_t n_failed = 0;
    b->kernel->step(&b->env, &b->in, &args);
    for (size_t l = 0; l < n; l++) {
        if (s->ok[l] != 0 && isfinite(s->i[0][l])) continue;
        is_failed[l] = true;
        n_failed++;
    }
    return n_failed;
}

/* False where no set is left. */
static bool give_up(hys__fit_sim *s, size_t n, const bool *is_failed) {
    bool is_new = false;
    for (size_t l = 0; l < n; l++) {
        if (!is_failed[l] || s->is_dead[l]) continue;
        s->is_dead[l] = is_new = true;
    }
    return !is_new || bury(s, n);
}

static void set_terminals(double *const *x, double v) {
    for (size_t l = 0; l < HYS__FIT_LANES; l++) {
        x[0][l] = v;
        x[1][l] = 0;
    }
}

/* The device answers to the source's voltage or current; how many of the wanted did not converge. */
static size_t respond(hys__fit_sim *s, size_t n, double h, double aim, double *const *x_old, bool *is_failed) {
    if (s->drive.is_line) return hys__fit_line(s, n, h, aim, x_old, is_failed);
    set_terminals(s->batch->x, aim);
    return kernel_step(s, n, h, x_old, is_failed);
}

static void clamp(hys__fit_sim *s) {
    const hys__batch *b = s->batch;
    for (hys_u32 u = 2; u < b->kernel->n_unknowns; u++) {
        hys_u32 flags = b->kernel->unknowns[u].flags;
        for (size_t l = 0; flags & HYS_U_CLAMP_LO && l < HYS__FIT_LANES; l++)
            b->x[u][l] = fmax(b->x[u][l], b->clamp_lo[u][l]);
        for (size_t l = 0; flags & HYS_U_CLAMP_HI && l < HYS__FIT_LANES; l++)
            b->x[u][l] = fmin(b->x[u][l], b->clamp_hi[u][l]);
    }
}

static void copy(const hys_kernel *k, double *const *to, double *const *from) {
    for (hys_u32 u = 0; u < k->n_unknowns; u++) memcpy(to[u], from[u], HYS__FIT_LANES * sizeof **to);
}

/* States that have no initial value come to rest, the others are held at theirs: steps that grow from nothing to for
 * ever. */
static bool start(hys__fit_sim *s, size_t n, double aim, double h) {
    hys__batch *b = s->batch;
    const hys_kernel *k = b->kernel;
    bool has_free = false;
    for (hys_u32 u = 0; u < k->n_unknowns; u++) {
        bool is_warm = k->unknowns[u].units && !strcmp(k->unknowns[u].units, "K");
        for (size_t l = 0; l < HYS__FIT_LANES; l++) b->x[u][l] = b->x0[u][l] = is_warm ? b->env.temp : 0;
        has_free = has_free || (u > 1 && k->unknowns[u].flags & HYS_U_DIFFERENTIAL && !is_held(&k->unknowns[u]));
    }
    set_terminals(b->x, s->drive.is_line ? 0 : aim);
    b->env.flags = FLAGS_INIT;
    k->init(&b->env, &b->in, &b->out);
    k->fixed(&b->env, &b->in, &b->out);
    b->env.flags = FLAGS_RUN;
    for (hys_u32 u = 2; u < k->n_unknowns; u++)
        if (k->unknowns[u].flags & HYS_U_HAS_INIT) memcpy(b->x[u], b->x0[u], HYS__FIT_LANES * sizeof **b->x);
    for (int round = 0; round < (has_free ? 40 : 1); round++) {
        copy(k, s->x_start, b->x);
        bool is_failed[HYS__FIT_LANES] = {false};
        respond(s, n, h * (has_free ? pow(10, -9 + 0.5 * round) : 1e-9), aim, s->x_start, is_failed);
        if (!give_up(s, n, is_failed)) return false;
        for (hys_u32 u = 2; u < k->n_unknowns; u++)
            if (is_held(&k->unknowns[u])) memcpy(b->x[u], b->x0[u], HYS__FIT_LANES * sizeof **b->x);
    }
    return true;
}

/* A straight piece of the drive. */
typedef struct piece {
    double from, to, h;
} piece;

/* Stages at gamma h and h, gamma = 1 - 1/sqrt(2).  The start is in x; marks the sets that did not converge. */
static size_t step(hys__fit_sim *s, size_t n, piece p, bool *is_failed) {
    const double gamma = 1 - sqrt(0.5), beyond = (1 - gamma) / gamma;
    hys__batch *b = s->batch;
    const hys_kernel *k = b->kernel;
    double time = b->env.time;
    s->n_steps++;
    copy(k, s->x_start, b->x);
    b->env.time = time + gamma * p.h;
    size_t n_failed = respond(s, n, gamma * p.h, p.from + gamma * (p.to - p.from), s->x_start, is_failed);
    for (hys_u32 u = 0; u < k->n_unknowns; u++)
        for (size_t l = 0; l < HYS__FIT_LANES; l++) {
            if (n_failed && l < n && is_failed[l]) b->x[u][l] = s->x_start[u][l];
            s->x_old[u][l] = s->x_start[u][l] + beyond * (b->x[u][l] - s->x_start[u][l]);
        }
    b->env.time = time + p.h;
    n_failed += respond(s, n, gamma * p.h, p.to, s->x_old, is_failed);
    clamp(s);
    return n_failed;
}

static void merge(double *const *to, double *const *from, const bool *is_taken, size_t n_rows) {
    for (size_t u = 0; u < n_rows; u++)
        for (size_t l = 0; l < HYS__FIT_LANES; l++)
            if (is_taken[l]) to[u][l] = from[u][l];
}

/* A step, of which the sets that do not converge take two of half the length, and so on: where a device switches
 * within a step.  The others keep what they have, so that no set depends on its neighbours. */
static bool advance(hys__fit_sim *s, size_t n, piece p, const bool *is_wanted, unsigned depth) {
    hys__batch *b = s->batch;
    const hys_kernel *k = b->kernel;
    bool is_failed[HYS__FIT_LANES] = {false}, is_good[HYS__FIT_LANES] = {false};
    double time = b->env.time;
    hys__fit_save *save = &s->saves[depth];
    copy(k, save->x0, b->x);
    bool has_failed = step(s, n, p, is_failed) > 0;
    for (size_t l = 0; has_failed && l < n; l++) is_failed[l] = is_failed[l] && is_wanted[l] && !s->is_dead[l];
    has_failed = has_failed && memchr(is_failed, 1, n);
    if (!has_failed) return true;
    if (depth + 1 == HYS__FIT_DEPTH || s->n_steps > s->most_steps) return give_up(s, n, is_failed);
    for (size_t l = 0; l < HYS__FIT_LANES; l++) is_good[l] = !is_failed[l];
    copy(k, save->x1, b->x);
    memcpy(save->i, s->i[0], HYS__FIT_LANES * sizeof *save->i);
    copy(k, b->x, save->x0);
    b->env.time = time;
    double middle = (p.from + p.to) / 2;
    if (!advance(s, n, (piece){p.from, middle, p.h / 2}, is_failed, depth + 1)) return false;
    if (!advance(s, n, (piece){middle, p.to, p.h / 2}, is_failed, depth + 1)) return false;
    merge(b->x, save->x1, is_good, k->n_unknowns);
    merge(s->i, &save->i, is_good, 1);
    return true;
}

/* ---- curves ---- */

/* What becomes of a point. */
typedef struct sink {
    const hys_fit *fit;
    size_t n;          /* sets */
    double *cost;      /* [n] */
    double *residuals; /* NULL, or [n][n_points] */
    double *value;     /* NULL, or of the first set [curve->n] */
    size_t n_points, at;
} sink;

/* What the instrument sees. */
static double seen(const hys__fit_sim *s, size_t lane) {
    double i = s->i[0][lane];
    return s->drive.is_current ? s->batch->x[0][lane] + s->series[lane] * i : i;
}

static void put(hys__fit_sim *s, sink *to, const hys__fit_curve *curve, size_t k) {
    if (to->value) to->value[k] = seen(s, 0);
    for (size_t l = 0; l < to->n; l++) {
        double r = s->is_dead[l] ? 0 : hys__fit_residual(to->fit, curve, k, seen(s, l));
        to->cost[l] += r * r;
        if (to->residuals) to->residuals[l * to->n_points + to->at + k] = r;
    }
}

static bool run_curve(hys__fit_sim *s, const hys__fit_level *level, const hys__fit_curve *c, sink *to) {
    bool all[HYS__FIT_LANES];
    memset(all, 1, sizeof all);
    s->batch->env.time = 0;
    s->drive = c->drive;
    s->drive.is_line = s->drive.is_line || to->fit->has_series;
    if (!bury(s, to->n) || !start(s, to->n, c->x[0], c->t[1] - c->t[0])) return false;
    put(s, to, c, 0);
    for (size_t k = 0; k + 1 < c->n; k++) {
        double h = (c->t[k + 1] - c->t[k]) / level->n_sub, rise = (c->x[k + 1] - c->x[k]) / level->n_sub;
        for (unsigned j = 0; j < level->n_sub; j++)
            if (!advance(s, to->n, (piece){c->x[k] + rise * j, c->x[k] + rise * (j + 1), h}, all, 0)) return false;
        put(s, to, c, k + 1);
    }
    return true;
}

/* Parameters whose defaults follow the temperature are completed anew where it changes. */
static void warm(const hys_fit *fit, hys__fit_sim *s, const hys__fit_curve *c, const sink *to, const double *u) {
    if (s->batch->env.temp == c->temp) return;
    s->batch->env.temp = c->temp;
    for (size_t l = 0; l < to->n; l++)
        if (!set_lane(fit, s, l, u + l * fit->n)) s->is_dead[l] = true;
}

static void begin(const hys_fit *fit, hys__fit_sim *s, const hys__fit_level *level, const sink *to, const double *u) {
    s->batch->env.temp = level->curves[0].temp;
    for (size_t l = 0; l < to->n; l++) {
        s->is_dead[l] = !set_lane(fit, s, l, u + l * fit->n);
        to->cost[l] = 0;
    }
}

static void run_lanes(const hys_fit *fit, hys__fit_sim *s, const hys__fit_level *level, const double *u, sink *to) {
    begin(fit, s, level, to, u);
    s->batch->in.n = (hys_u32)((to->n + HYS_LANES_MAX - 1) / HYS_LANES_MAX * HYS_LANES_MAX);
    bool is_alive = true;
    s->n_steps = 0;
    s->most_steps = (uint64_t)level->n_points * level->n_sub * (fit->opts.is_quick ? HALVED_QUICK : HALVED);
    to->at = 0;
    for (size_t c = 0; c < level->n_curves && is_alive; c++) {
        /* bury() overwrote the parameters of sets without a solution, no others */
        warm(fit, s, &level->curves[c], to, u);
        is_alive = run_curve(s, level, &level->curves[c], to);
        to->at += level->curves[c].n;
    }
    for (size_t l = 0; l < to->n; l++)
        if (!is_alive || s->is_dead[l] || !isfinite(to->cost[l])) to->cost[l] = INFINITY;
    s->n_evaluations += to->n;
}

void hys__fit_sim_run(const hys_fit *fit, hys__fit_sim *s, const hys__fit_level *level, size_t n, const double *u,
                      double *cost, double *residuals) {
    for (size_t k = 0; k < n; k += HYS__FIT_LANES) {
        size_t left = n - k < HYS__FIT_LANES ? n - k : HYS__FIT_LANES;
        sink to = {.fit = fit, .n = left, .cost = cost + k, .n_points = level->n_points};
        if (residuals) to.residuals = residuals + k * level->n_points;
        run_lanes(fit, s, level, u + k * fit->n, &to);
    }
}

bool hys__fit_sim_values(const hys_fit *fit, hys__fit_sim *s, const hys__fit_level *level, const double *u,
                         double *value) {
    double cost = 0;
    sink to = {.fit = fit, .n = 1, .cost = &cost};
    s->n_steps = 0;
    s->most_steps = UINT64_MAX;
    begin(fit, s, level, &to, u);
    s->batch->in.n = HYS_LANES_MAX;
    for (size_t c = 0; c < level->n_curves && !s->is_dead[0]; c++) {
        to.value = value;
        warm(fit, s, &level->curves[c], &to, u);
        if (!run_curve(s, level, &level->curves[c], &to)) return false;
        value += level->curves[c].n;
    }
    return !s->is_dead[0];
}
