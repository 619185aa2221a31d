/* Building the equations of the bench: which unknowns there are, and where their entries stand. */
#include "lab/bench.h"
#include "lab/bench_opts.h"
#include <math.h>
#include <string.h>

/* An open terminal whose current depends on nothing has no potential of its own. */
static bool row_is_empty(const hys__bench *b, uint32_t row) {
    const hys_kernel *k = b->kernel;
    for (hys_u32 e = 0; e < k->n_jac; e++)
        if (k->jac_row[e] == row) return false;
    for (hys_u32 e = 0; e < k->n_mass; e++)
        if (k->mass_row[e] == row) return false;
    return true;
}

static uint32_t representative(const hys__bench *b, uint32_t unknown) {
    while (unknown != HYS_NONE && b->same_as[unknown] != unknown) unknown = b->same_as[unknown];
    return unknown;
}

/* Of two merged unknowns the reference node wins, then the driven terminals, then other terminals. */
static int rank(const hys__bench *b, uint32_t unknown) {
    if (unknown == HYS_NONE) return 4;
    if (unknown == b->minus) return 3;
    if (unknown == b->plus) return 2;
    return unknown < b->kernel->n_terminals;
}

static hys_status merge_collapsed(hys__bench *b, bool *is_dropped) {
    const hys_kernel *k = b->kernel;
    for (hys_u32 u = 0; u < k->n_unknowns; u++) b->same_as[u] = u;
    for (hys_u32 c = 0; c < k->n_collapses; c++) {
        const hys_collapse_info *info = &k->collapses[c];
        if (b->batch->collapse[c][0] == 0) continue;
        if (info->flow != HYS_NONE) is_dropped[info->flow] = true;
        uint32_t x = representative(b, info->a), y = representative(b, info->b);
        if (x == y) continue;
        uint32_t winner = rank(b, x) >= rank(b, y) ? x : y, loser = winner == x ? y : x;
        if (rank(b, loser) >= 2)
            return hys__fail(b->ctx, HYS_ARG, "change its parameters, or drive other ports",
                             "%s connects its driven ports without resistance", hys_model_name(b->model));
        b->same_as[loser] = winner;
    }
    for (hys_u32 u = 0; u < k->n_unknowns; u++) b->same_as[u] = representative(b, u);
    return HYS_OK;
}

static void prescribe(hys__bench *b, uint32_t unknown, double value) {
    b->to_y[unknown] = -1;
    b->fixed[unknown] = value;
}

/* Where the current flows to an internal node through a small resistance, tolerances in volts say nothing about
 * amperes: 1 uV across 1 mohm is 1 mA.  There the current is an unknown of its own, with a tolerance of its own; but
 * for the current of capacitances at the terminal itself: under a given voltage that jumps with the voltage's slope. */
static void add_current(hys__bench *b) {
    const hys_kernel *k = b->kernel;
    for (hys_u32 e = 0; e < k->n_jac; e++) {
        uint32_t col = k->jac_col[e];
        hys_u32 not_node = HYS_U_FLOW | HYS_U_STATE | HYS_U_CHARGE | HYS_U_AUX;
        if (b->same_as[k->jac_row[e]] != b->plus || b->to_y[col] < 0 || b->to_y[col] == b->plus_y) continue;
        if (k->unknowns[col].flags & not_node) continue;
        b->current_y = (int64_t)b->n;
        b->from_y[b->n++] = HYS_NONE;
        return;
    }
}

/* Numbers the unknowns that are solved for. */
static void number_unknowns(hys__bench *b, const double *held_at, const bool *is_dropped) {
    const hys_kernel *k = b->kernel;
    b->n = 0;
    b->current_y = -1;
    for (hys_u32 u = 0; u < k->n_unknowns; u++) {
        b->to_y[u] = -2;
        uint32_t r = representative(b, u);
        if (is_dropped[u] || r == HYS_NONE || r == b->minus) prescribe(b, u, 0);
        else if (r == b->plus && b->is_ideal) prescribe(b, u, 0);
        else if (r < k->n_terminals && r != b->plus && !isnan(held_at[r])) prescribe(b, u, held_at[r]);
        else if (r < k->n_terminals && r != b->plus && r == u && row_is_empty(b, u)) prescribe(b, u, 0);
    }
    for (hys_u32 u = 0; u < k->n_unknowns; u++)
        if (b->to_y[u] == -2 && representative(b, u) == u) {
            b->from_y[b->n] = u;
            b->to_y[u] = (int64_t)b->n++;
        }
    for (hys_u32 u = 0; u < k->n_unknowns; u++)
        if (b->to_y[u] == -2) {
            uint32_t r = representative(b, u);
            b->to_y[u] = b->to_y[r];
            b->fixed[u] = b->fixed[r];
        }
    b->plus_y = b->to_y[b->plus];
    if (b->n == 0) b->from_y[b->n++] = HYS_NONE; /* IDA wants one: y' + y = 0 */
    else add_current(b);
}

/* The pattern is small (tens of unknowns): marked in a square of bytes, then read off by columns. */
static hys_status make_pattern(hys__bench *b) {
    const hys_kernel *k = b->kernel;
    size_t n = b->n;
    unsigned char *mark = HYS_NEW_N(&b->arena, unsigned char, n *n);
    int64_t *place = HYS_NEW_N(&b->arena, int64_t, n * n);
    int64_t *start = HYS_NEW_N(&b->arena, int64_t, n + 1);
    if (!mark || !place || !start) return HYS_NOMEM;
    for (size_t i = 0; i < n; i++) mark[i * n + i] = 1;
    const struct {
        const hys_u32 *row, *col;
        hys_u32 n;
        int64_t *at;
        int64_t *i_at; /* NULL: not in the row of the current */
    } lists[2] = {{k->jac_row, k->jac_col, k->n_jac, b->jac_at, b->jac_i_at},
                  {k->mass_row, k->mass_col, k->n_mass, b->mass_at, NULL}};
    size_t current = b->current_y >= 0 ? (size_t)b->current_y : 0;
    for (int l = 0; l < 2; l++)
        for (hys_u32 e = 0; e < lists[l].n; e++) {
            int64_t r = b->to_y[lists[l].row[e]], c = b->to_y[lists[l].col[e]];
            if (r >= 0 && c >= 0) mark[(size_t)c * n + (size_t)r] = 1;
            bool is_in = lists[l].i_at && c >= 0 && current && b->same_as[lists[l].row[e]] == b->plus;
            if (is_in) mark[(size_t)c * n + current] = 1;
        }
    size_t nnz = 0;
    for (size_t j = 0; j < n * n; j++) nnz += mark[j];
    int64_t *row = HYS_NEW_N(&b->arena, int64_t, nnz);
    if (!row) return HYS_NOMEM;
    int64_t at = 0;
    for (size_t j = 0; j < n; j++) {
        start[j] = at;
        for (size_t i = 0; i < n; i++)
            if (mark[j * n + i]) place[j * n + i] = at, row[at++] = (int64_t)i;
    }
    start[n] = at;
    for (int l = 0; l < 2; l++)
        for (hys_u32 e = 0; e < lists[l].n; e++) {
            int64_t r = b->to_y[lists[l].row[e]], c = b->to_y[lists[l].col[e]];
            lists[l].at[e] = r >= 0 && c >= 0 ? place[(size_t)c * n + (size_t)r] : -1;
            if (!lists[l].i_at) continue;
            bool is_in = c >= 0 && current && b->same_as[lists[l].row[e]] == b->plus;
            lists[l].i_at[e] = is_in ? place[(size_t)c * n + current] : -1;
        }
    b->current_diagonal = current ? place[current * (n + 1)] : -1;
    b->plus_diagonal = b->plus_y >= 0 ? place[(size_t)b->plus_y * (n + 1)] : -1;
    b->system = (hys__system){n, nnz, start, row, b, hys__bench_eval};
    return HYS_OK;
}

/* Tolerance of unknowns whose nature gives none. */
#define ABSTOL_DEFAULT 1e-9
#define CURRENT_ABSTOL 1e-12 /* A: of the standard nature Current */

/* A charge is integrated for the sake of its current: what matters is the charge that a negligible current
 * moves in one period.  The usual 1e-14 C is all the charge that a small device holds. */
static double charge_tolerance(const hys__bench *b) {
    return CURRENT_ABSTOL * (b->drive->period > 0 ? b->drive->period : b->drive->duration);
}

/* The standard nature Position tolerates 1 um, for machines; what moves in these devices moves by nanometres. */
#define LENGTH_ABSTOL 1e-12 /* m */

static bool is_length(const char *units) {
    return units && strcmp(units, "m") == 0;
}

/* Mostly the state's own row; "V(x): ddt(V(x)) == ..." puts the derivative into the row of another unknown. */
static uint32_t hold_row(const hys__bench *b, size_t i) {
    const hys_kernel *k = b->kernel;
    int64_t found = -1;
    for (hys_u32 e = 0; e < k->n_mass; e++) {
        if (b->to_y[k->mass_col[e]] != (int64_t)i) continue;
        if (found < 0 || b->to_y[k->mass_row[e]] == (int64_t)i) found = b->to_y[k->mass_row[e]];
    }
    return (uint32_t)(found >= 0 ? found : (int64_t)i);
}

static hys_status describe_unknowns(hys__bench *b) {
    const hys_kernel *k = b->kernel;
    /* The natures' tolerances belong to the usual relative one, 1e-6: a finer run is finer in both. */
    double finer = fmin(1, b->rtol / 1e-6);
    for (size_t i = 0; i < b->n; i++) {
        uint32_t u = b->from_y[i];
        double abstol = (int64_t)i == b->current_y ? CURRENT_ABSTOL : u == HYS_NONE ? 1 : k->unknowns[u].abstol;
        if (!(abstol > 0 && isfinite(abstol))) abstol = ABSTOL_DEFAULT;
        if (u != HYS_NONE && k->unknowns[u].flags & HYS_U_CHARGE) abstol = fmin(abstol, charge_tolerance(b));
        if (u != HYS_NONE && is_length(k->unknowns[u].units)) abstol = fmin(abstol, LENGTH_ABSTOL);
        b->abstol[i] = abstol * finer;
        b->hold_row[i] = hold_row(b, i);
        hys_u32 not_node = HYS_U_FLOW | HYS_U_STATE | HYS_U_CHARGE | HYS_U_AUX;
        b->is_node[i] = u != HYS_NONE && !(k->unknowns[u].flags & not_node);
        b->is_open[i] = u < k->n_terminals && u != b->plus;
    }
    return HYS_OK;
}

static hys_status take_arrays(hys__bench *b) {
    const hys_kernel *k = b->kernel;
    size_t n = (size_t)k->n_unknowns + 1;
    b->same_as = HYS_NEW_N(&b->arena, uint32_t, n);
    b->to_y = HYS_NEW_N(&b->arena, int64_t, n);
    b->fixed = HYS_NEW_N(&b->arena, double, n);
    b->from_y = HYS_NEW_N(&b->arena, uint32_t, n);
    b->abstol = HYS_NEW_N(&b->arena, double, n);
    b->is_differential = HYS_NEW_N(&b->arena, unsigned char, n);
    b->is_node = HYS_NEW_N(&b->arena, unsigned char, n);
    b->is_open = HYS_NEW_N(&b->arena, unsigned char, n);
    b->jac_at = HYS_NEW_N(&b->arena, int64_t, k->n_jac + 1);
    b->mass_at = HYS_NEW_N(&b->arena, int64_t, k->n_mass + 1);
    b->jac_i_at = HYS_NEW_N(&b->arena, int64_t, k->n_jac + 1);
    b->mass = HYS_NEW_N(&b->arena, double, k->n_mass + 1);
    b->scratch = HYS_NEW_N(&b->arena, double, n);
    b->at_bound = HYS_NEW_N(&b->arena, signed char, n);
    b->is_held = HYS_NEW_N(&b->arena, unsigned char, n);
    b->held = HYS_NEW_N(&b->arena, double, n);
    b->hold_row = HYS_NEW_N(&b->arena, uint32_t, n);
    b->history = HYS_NEW_N(&b->arena, hys__history, k->n_delays + 1);
    return b->arena.failed ? HYS_NOMEM : HYS_OK;
}

static hys_status make_batch(hys__bench *b) {
    double temp;
    hys_status status = hys__opts_temperature(b->ctx, b->opts, &temp);
    if (status != HYS_OK) return status;
    uint64_t seed = b->opts->has_seed ? b->opts->seed : hys__ctx_seed(b->ctx);
    const char *name = b->opts->instance ? b->opts->instance : "x1";
    hys__batch_opts opts = {.n = 1, .temp = temp, .seed = seed};
    status = hys__batch_new(b->ctx, b->model, &opts, &b->batch);
    if (status != HYS_OK) return status;
    b->kernel = b->batch->kernel;
    hys__batch_name(b->batch, 0, name, seed);
    hys__settings settings = {.set = b->opts->set,
                              .n_set = b->opts->n_set,
                              .spread = b->opts->spread,
                              .n_spread = b->opts->n_spread,
                              .names = &name,
                              .seed = seed};
    return hys__params_new(b->batch, &settings, &b->params);
}

void hys__bench_refresh(hys__bench *b) {
    b->kernel->fixed(&b->batch->env, &b->batch->in, &b->batch->out);
    for (hys_u32 e = 0; e < b->kernel->n_mass; e++) b->mass[e] = b->batch->mass[e][0];
}

bool hys__bench_is_stepped(const hys__bench *b) {
    return b->kernel->flags & HYS_K_STEPPED && b->batch->stepped[0] != 0;
}

static hys_status make_circuit(hys__bench *b) {
    const hys_kernel *k = b->kernel;
    double *held_at = HYS_NEW_N(&b->arena, double, k->n_terminals + 1);
    bool *is_dropped = HYS_NEW_N(&b->arena, bool, k->n_unknowns + 1);
    hys_status status = take_arrays(b);
    if (status != HYS_OK || !held_at || !is_dropped) return HYS_NOMEM;
    status = hys__opts_circuit(b, held_at);
    if (status != HYS_OK) return status;
    for (hys_u32 i = 0; i < k->n_terminals; i++)
        b->batch->connected[i] = i == b->plus || i == b->minus || !isnan(held_at[i]);
    hys__bench_refresh(b);
    status = merge_collapsed(b, is_dropped);
    if (status != HYS_OK) return status;
    number_unknowns(b, held_at, is_dropped);
    for (hys_u32 e = 0; e < k->n_mass; e++)
        if (b->same_as[k->mass_row[e]] == b->plus) b->current_has_rate = true;
    status = make_pattern(b);
    return status == HYS_OK ? describe_unknowns(b) : status;
}

static hys_status make_solvers(hys__bench *b) {
    /* Operating points and steps are solved a thousand times finer than the run's tolerance, so that
     * their errors never show. */
    b->fine = 1e-3;
    double *fine = HYS_NEW_N(&b->arena, double, b->n);
    if (!fine) return HYS_NOMEM;
    for (size_t i = 0; i < b->n; i++) {
        uint32_t u =
            b->from_y[i]; /* a charge follows from its equation: only integrating it asks for more than its nature */
        bool is_charge = u != HYS_NONE && b->kernel->unknowns[u].flags & HYS_U_CHARGE;
        fine[i] = b->fine * (is_charge ? fmax(b->abstol[i], b->kernel->unknowns[u].abstol) : b->abstol[i]);
    }
    hys__newton_opts opts = {fmax(b->fine * b->rtol, 1e-12), fine, 60};
    hys_status status = hys__newton_new(b->ctx, &b->system, &opts, &b->newton);
    if (status != HYS_OK) return status;
    return hys__consistent_new(b->ctx, &b->system, fine, b->newton, &b->consistent);
}

hys_status hys__bench_new(hys_ctx *ctx, hys_model *model, const hys_bench_opts *opts, const hys__drive *drive,
                          hys__bench **result) {
    hys__bench *b = hys__realloc(ctx, NULL, 0, sizeof *b);
    if (!b) return HYS_NOMEM;
    memset(b, 0, sizeof *b);
    b->ctx = ctx;
    b->opts = opts;
    b->model = model;
    b->drive = drive;
    b->rtol = opts->rtol > 0 ? opts->rtol : 1e-6;
    b->source_scale = 1;
    b->bound_step = b->next_time = INFINITY;
    hys__arena_init(&b->arena, ctx, 0);
    hys_status status = make_batch(b);
    if (status == HYS_OK) status = make_circuit(b);
    if (status == HYS_OK) status = make_solvers(b);
    if (status != HYS_OK) {
        hys__bench_free(b);
        return status;
    }
    hys__outputs_init(&b->outputs, &b->arena, b->opts->files_dir);
    b->batch->out.effect = hys__bench_effect;
    b->batch->out.effect_user = b;
    *result = b;
    return HYS_OK;
}

void hys__bench_free(hys__bench *b) {
    if (!b) return;
    hys__consistent_free(b->consistent);
    hys__newton_free(b->newton);
    hys__params_free(b->params);
    hys__batch_free(b->batch);
    hys__outputs_discard(&b->outputs);
    hys__arena_free(&b->arena);
    hys__free(b->ctx, b, sizeof *b);
}

const char *hys__bench_unknown(const hys__bench *b, size_t i) {
    if ((int64_t)i == b->current_y) return "the current";
    return b->from_y[i] == HYS_NONE ? "(none)" : b->kernel->unknowns[b->from_y[i]].name;
}
