/* hys_lump_fit_table: a circuit, or the best of a table of circuits, fitted to a measured spectrum. */
#include "circuit/lump.h"
#include <math.h>
#include <string.h>

#define LEVEL      0.95
#define UNKNOWN    1.0  /* standard error of a logarithm from which on a parameter is not determined */
#define UNKNOWN_N  0.25 /* of an exponent */
#define CORRELATED 0.99

struct hys_lump_fit {
    hys_impedance *holder; /* arena and table */
    hys__lump lump;
    hys__lump_solution solution;
    hys_lump_param params[HYS__LUMP_PARAMS];
    hys_lump_choice *choices;
    size_t n_choices;
};

/* What is tried without a circuit, and which of its elements may be negative. */
static const struct candidate {
    const char *circuit, *negative[3];
} candidates[] = {
    {"R0", {NULL}},
    {"R0-C0", {NULL}},
    {"R0-L0", {NULL}},
    {"R0-p(R1,C1)", {NULL}},
    {"R0-p(R1,C1)", {"R1", "C1"}},
    {"R0-p(R1,CPE1)", {NULL}},
    {"R0-p(R1,CPE1)-W1", {NULL}},
    {"R0-p(R1-W1,C1)", {NULL}},
    {"R0-p(R1-W1,CPE1)", {NULL}},
    {"R0-p(R1-Wo1,CPE1)", {NULL}},
    {"R0-p(R1-Ws1,CPE1)", {NULL}},
    {"R0-p(R1,C1)-p(R2,C2)", {NULL}},
    {"R0-p(R1,C1)-p(R2,C2)-p(R3,C3)", {NULL}},
    {"R0-p(R1,CPE1)-p(R2,CPE2)", {NULL}},
    {"R0-p(R1,CPE1)-p(R2-Wo1,CPE2)", {NULL}},
    {"L0-R0-p(R1,CPE1)", {NULL}},
    {"L0-R0-p(R1,CPE1)-p(R2,CPE2)", {NULL}},
    {"L0-R0-p(R1,CPE1)-p(R2-Wo1,CPE2)", {NULL}},
    {"p(R1,C1,R2-L1)", {NULL}},
    {"p(R1,C1,R2-L1)", {"R1"}},
    {"p(R1,C1,R2-L1)", {"R2", "L1"}},
    {"R0-p(R1,C1,R2-L1)", {NULL}},
    {"R0-p(R1,CPE1,R2-L1)", {NULL}},
    {"R0-p(R1,C1,R2-L1)", {"R1"}},
};
#define N_CANDIDATES (sizeof candidates / sizeof *candidates)

hys_lump_opts hys_lump_opts_default(void) {
    return (hys_lump_opts){.size = sizeof(hys_lump_opts), .level = LEVEL};
}

typedef struct task {
    hys_ctx *ctx;
    const hys_lump_opts *opts;
    hys_lump_fit *fit;
    hys__arena *arena;
    hys__spectrum spectrum;
    hys__lump_problem problem;
} task;

/* ---- options ---- */

static hys_status find_param(task *t, const hys__lump *lump, const hys__word *name, size_t *k) {
    for (*k = 0; *k < lump->n; ++*k)
        if (hys__word_is(name, lump->names[*k])) return HYS_OK;
    const char *near = NULL;
    const char *copy = hys__word_copy(t->arena, name);
    if (!copy) return HYS_NOMEM;
    near = hys__nearest(copy, lump->names, lump->n);
    const char *hint = near ? hys__arena_printf(t->arena, "did you mean '%s'?", near) : "R1, CPE1.Q, CPE1.n";
    return hys__word_fail(t->ctx, name, HYS_ARG, hint ? hint : "", "the circuit has no such parameter");
}

/* fix = NAME "=" QUANTITY */
static hys_status read_fix(task *t, const hys__lump *lump, const char *text, double *p) {
    hys__word rest = hys__word_all("--fix", text), name, value;
    size_t k = 0;
    if (!hys__word_next(&rest, '=', &name) || !hys__word_next(&rest, '\0', &value))
        return hys__word_fail(t->ctx, &rest, HYS_ARG, "--fix R0=10ohm", "a parameter and its value are needed");
    hys_status status = find_param(t, lump, &name, &k);
    const char *unit = status == HYS_OK ? lump->symbols[k]->unit : "1";
    bool is_plain = strpbrk(unit, "*/^") != NULL; /* S*s^n: no unit that is fixed */
    if (status == HYS_OK) status = hys__word_quantity(t->ctx, &value, is_plain ? "1" : unit, "the value", &p[k]);
    if (status != HYS_OK) return status;
    if (!isfinite(p[k]) || p[k] == 0)
        return hys__word_fail(t->ctx, &value, HYS_ARG, "", "the value must be finite and not 0");
    t->problem.is_fixed[k] = true;
    return HYS_OK;
}

static hys_status read_negative(task *t, const hys__lump *lump, const char *text) {
    hys__word rest = hys__word_all("--negative", text), name;
    hys_status status = HYS_OK;
    while (status == HYS_OK && hys__word_next(&rest, ',', &name)) {
        size_t k = 0;
        status = find_param(t, lump, &name, &k);
        if (status != HYS_OK) return status;
        if (lump->symbols[k]->is_exponent)
            return hys__word_fail(t->ctx, &name, HYS_ARG, "", "an exponent lies between 0 and 1");
        t->problem.is_signed[k] = true;
    }
    return status;
}

static hys_status read_limits(task *t, const hys__lump *lump, double *p) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < t->opts->n_fix && status == HYS_OK; k++) status = read_fix(t, lump, t->opts->fix[k], p);
    for (size_t k = 0; k < t->opts->n_negative && status == HYS_OK; k++)
        status = read_negative(t, lump, t->opts->negative[k]);
    return status;
}

static bool is_determined(const hys__lump_symbol *symbol, double spread) {
    return spread < (symbol->is_exponent ? UNKNOWN_N : UNKNOWN);
}

/* ---- one circuit ---- */

static hys_status fit_lump(task *t, const hys__lump *lump, hys__lump_solution *s) {
    t->problem.lump = lump;
    size_t n_free = 0;
    for (size_t k = 0; k < lump->n; k++) n_free += !t->problem.is_fixed[k];
    if (n_free >= 2 * t->spectrum.n)
        return hys__fail(t->ctx, HYS_ARG, "a smaller circuit, or --fix",
                         "%zu frequencies cannot determine %zu parameters", t->spectrum.n, n_free);
    hys_status status = hys__lump_search(&t->problem, s);
    if (status == HYS_OK) hys__lump_judge(&t->problem, s);
    return status;
}

static hys_status fit_given(task *t) {
    hys_lump_fit *f = t->fit;
    hys_status status = hys__lump_read(t->ctx, t->arena, t->opts->circuit, &f->lump);
    if (status == HYS_OK) status = read_limits(t, &f->lump, f->solution.p);
    return status == HYS_OK ? fit_lump(t, &f->lump, &f->solution) : status;
}

/* ---- all candidates ---- */

/* A circuit with parameters that the data do not determine is more than they call for. */
static bool is_better(const hys_lump_choice *a, const hys_lump_choice *b) {
    return a->is_determined == b->is_determined ? a->bic < b->bic : a->is_determined;
}

static void insert_choice(hys_lump_fit *f, hys_lump_choice c) {
    size_t at = f->n_choices++;
    for (; at > 0 && is_better(&c, &f->choices[at - 1]); at--) f->choices[at] = f->choices[at - 1];
    f->choices[at] = c;
}

static bool fits_data(const task *t, const hys__lump *lump) {
    return 2 * t->spectrum.n > lump->n + 1;
}

static hys_status try_candidate(task *t, const struct candidate *c) {
    hys_lump_fit *f = t->fit;
    hys__lump *lump = HYS_NEW_N(t->arena, hys__lump, 1);
    hys__lump_solution *s = HYS_NEW_N(t->arena, hys__lump_solution, 1);
    if (!lump || !s) return HYS_NOMEM;
    hys_status status = hys__lump_read(t->ctx, t->arena, c->circuit, lump);
    memset(t->problem.is_signed, 0, sizeof t->problem.is_signed);
    for (size_t k = 0; k < 3 && c->negative[k] && status == HYS_OK; k++)
        status = read_negative(t, lump, c->negative[k]);
    if (status != HYS_OK || !fits_data(t, lump)) return status;
    status = fit_lump(t, lump, s);
    if (status == HYS_NOCONV) return HYS_OK;
    if (status != HYS_OK) return status;
    const char *name = c->circuit;
    for (size_t k = 0; k < lump->n; k++)
        if (s->p[k] < 0) name = hys__arena_printf(t->arena, "%s, %s < 0", name ? name : "", lump->names[k]);
    if (!name) return HYS_NOMEM;
    hys_lump_choice choice = {name, s->n_free, s->bic, s->rms, true};
    for (size_t k = 0; k < lump->n; k++)
        choice.is_determined = choice.is_determined && is_determined(lump->symbols[k], s->spread[k]);
    bool is_best = f->n_choices == 0 || is_better(&choice, &f->choices[0]);
    insert_choice(f, choice);
    if (is_best) f->lump = *lump;
    if (is_best) f->solution = *s;
    return HYS_OK;
}

static hys_status choose(task *t) {
    hys_status status = HYS_OK;
    if (t->opts->n_fix || t->opts->n_negative)
        return hys__fail(t->ctx, HYS_ARG, "--circuit \"R0-p(R1,CPE1)\"",
                         "--fix and --negative need a circuit of one's own");
    t->fit->choices = HYS_NEW_N(t->arena, hys_lump_choice, N_CANDIDATES);
    if (!t->fit->choices) return HYS_NOMEM;
    for (size_t k = 0; k < N_CANDIDATES && status == HYS_OK; k++) status = try_candidate(t, &candidates[k]);
    t->problem.lump = &t->fit->lump;
    return status;
}

/* ---- what is told ---- */

static const char *trades_with(task *t, size_t k) {
    const hys_lump_fit *f = t->fit;
    size_t other = SIZE_MAX;
    double most = CORRELATED;
    for (size_t j = 0; j < f->lump.n; j++) {
        double c = fabs(f->solution.correlation[k][j]);
        if (j != k && c > most) most = c, other = j;
    }
    if (other == SIZE_MAX) return "";
    return hys__arena_printf(t->arena, "trades off against %s (correlation %.3f)", f->lump.names[other],
                             f->solution.correlation[k][other]);
}

static hys_status tell_params(task *t) {
    hys_lump_fit *f = t->fit;
    for (size_t k = 0; k < f->lump.n; k++) {
        const hys__lump_symbol *symbol = f->lump.symbols[k];
        const hys__lump_solution *s = &f->solution;
        hys_lump_param *p = &f->params[k];
        *p = (hys_lump_param){f->lump.names[k], symbol->unit,           s->p[k], s->low[k],
                              s->high[k],       t->problem.is_fixed[k], false,   ""};
        if (p->is_fixed) continue;
        p->is_determined = is_determined(symbol, s->spread[k]);
        p->note = trades_with(t, k);
        if (!p->note) return HYS_NOMEM;
        if (symbol->is_exponent && s->p[k] >= 1 && !*p->note) p->note = "at its bound";
        if (!p->is_determined)
            p->note = *p->note ? hys__arena_printf(t->arena, "not determined; %s", p->note) : "not determined";
        if (!p->note) return HYS_NOMEM;
    }
    return HYS_OK;
}

static hys_status fill_table(task *t) {
    static const char *const columns[][2] = {{"frequency", "Hz"}, {"Z.re", "ohm"},      {"Z.im", "ohm"},
                                             {"|Z|", "ohm"},      {"phase", "deg"},     {"fit.re", "ohm"},
                                             {"fit.im", "ohm"},   {"residual.re", "1"}, {"residual.im", "1"}};
    hys_table **table = &t->fit->holder->table;
    hys_status status = hys_table_new(t->ctx, table);
    for (size_t k = 0; status == HYS_OK && k < sizeof columns / sizeof *columns; k++)
        status = hys_table_add_column(*table, columns[k][0], columns[k][1]);
    for (size_t k = 0; status == HYS_OK && k < t->spectrum.n; k++) {
        double f = t->spectrum.f[k];
        double complex z = 1 / t->spectrum.y[k],
                       fit = hys__lump_z(&t->fit->lump, t->fit->solution.p, 2 * acos(-1.0) * f);
        double complex left = (z - fit) / cabs(z);
        const double row[] = {f,          creal(z),   cimag(z),    cabs(z),    carg(z) * 180 / acos(-1.0),
                              creal(fit), cimag(fit), creal(left), cimag(left)};
        status = hys_table_add_row(*table, row);
    }
    return status;
}

static hys_status run(task *t, const hys_table *table) {
    hys_status status = hys__impedance_read(t->fit->holder, table, &t->spectrum);
    if (status != HYS_OK) return status;
    double level = t->opts->level > 0 ? t->opts->level : LEVEL;
    if (!(level < 1)) return hys__fail(t->ctx, HYS_ARG, "--level 0.95", "the level must lie between 0 and 1");
    t->problem = (hys__lump_problem){.ctx = t->ctx,
                                     .spectrum = &t->spectrum,
                                     .is_uniform = t->opts->is_uniform,
                                     .seed = t->opts->seed,
                                     .level = level};
    t->problem.residuals = HYS_NEW_N(t->arena, double, (HYS__LUMP_PARAMS + 4) * 2 * t->spectrum.n);
    if (!t->problem.residuals) return HYS_NOMEM;
    status = t->opts->circuit ? fit_given(t) : choose(t);
    if (status == HYS_OK) status = tell_params(t);
    return status == HYS_OK ? fill_table(t) : status;
}

hys_status hys_lump_fit_table(hys_ctx *ctx, const hys_table *spectrum, const hys_lump_opts *given,
                              hys_lump_fit **result) {
    hys_lump_opts opts = hys_lump_opts_default();
    if (given) memcpy(&opts, given, given->size < sizeof opts ? given->size : sizeof opts);
    hys_impedance *holder = hys__impedance_new(ctx);
    if (!holder) return HYS_NOMEM;
    hys_lump_fit *fit = HYS_NEW_N(&holder->arena, hys_lump_fit, 1);
    hys_status status = fit ? HYS_OK : HYS_NOMEM;
    if (fit) {
        fit->holder = holder;
        task t = {.ctx = ctx, .opts = &opts, .fit = fit, .arena = &holder->arena};
        status = run(&t, spectrum);
    }
    if (status == HYS_OK) *result = fit;
    else hys_impedance_free(holder);
    return status;
}

void hys_lump_fit_free(hys_lump_fit *fit) {
    if (fit) hys_impedance_free(fit->holder);
}

const char *hys_lump_circuit(const hys_lump_fit *fit) {
    return fit->lump.text;
}
size_t hys_lump_n_params(const hys_lump_fit *fit) {
    return fit->lump.n;
}
const hys_lump_param *hys_lump_get_param(const hys_lump_fit *fit, size_t i) {
    return i < fit->lump.n ? &fit->params[i] : NULL;
}
double hys_lump_correlation(const hys_lump_fit *fit, size_t i, size_t j) {
    return i < fit->lump.n && j < fit->lump.n ? fit->solution.correlation[i][j] : NAN;
}
double hys_lump_rms(const hys_lump_fit *fit) {
    return fit->solution.rms;
}
double hys_lump_bic(const hys_lump_fit *fit) {
    return fit->solution.bic;
}
size_t hys_lump_n_choices(const hys_lump_fit *fit) {
    return fit->n_choices;
}
const hys_lump_choice *hys_lump_get_choice(const hys_lump_fit *fit, size_t i) {
    return i < fit->n_choices ? &fit->choices[i] : NULL;
}
const hys_table *hys_lump_table(const hys_lump_fit *fit) {
    return fit->holder->table;
}
