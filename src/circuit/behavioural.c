/* From the plan to compiled modules with the tables that connect them. */
#include "circuit/behavioural_impl.h"
#include <math.h>
#include <string.h>

/* ---- instances ---- */

static bool set_elems(hys__bh_module *m, const hys__bh_job *job) {
    size_t per_scope = job->is_shape ? job->n_cards : 1;
    uint32_t *scopes = HYS_NEW_N(m->arena, uint32_t, m->n_instances);
    uint32_t *elems = HYS_NEW_N(m->arena, uint32_t, m->n_instances * m->n_parts);
    if (!scopes || !elems) return false;
    for (size_t i = 0; i < m->n_instances; i++) {
        scopes[i] = job->scopes[i / per_scope];
        const hys__scope *scope = &m->flat->scopes[scopes[i]];
        for (size_t k = 0; k < m->n_parts; k++) {
            size_t card = job->is_shape ? i % per_scope : k;
            elems[i * m->n_parts + k] = scope->first_behavioural + job->cards[card];
        }
    }
    m->scopes = scopes;
    m->elems = elems;
    return true;
}

/* The leaves of each card, shared by its instances. */
static bool set_leaves(hys__bh_module *m, const hys__bh_job *job) {
    hys__bh_leaves *lists = HYS_NEW_N(m->scratch, hys__bh_leaves, job->n_cards);
    const hys__bh_leaves **own = HYS_NEW_N(m->scratch, const hys__bh_leaves *, m->n_instances);
    if (!lists || !own) return false;
    for (size_t k = 0; k < job->n_cards; k++)
        if (!hys__bh_leaves_of(m->scratch, job->definition->behavioural[job->cards[k]]->expr, SIZE_MAX, &lists[k]))
            return false;
    for (size_t i = 0; i < m->n_instances; i++) own[i] = &lists[i % job->n_cards];
    m->own_leaves = own;
    return true;
}

/* ---- tables of the finished module ---- */

static hys_status keep_ports(const hys__bh_module *m, hys__behavioural *b) {
    uint32_t *ports = HYS_NEW_N(m->arena, uint32_t, m->n_instances * m->ports.n);
    bool *is_current = HYS_NEW_N(m->arena, bool, m->ports.n + 1);
    const char **terminals = HYS_NEW_N(m->arena, const char *, m->ports.n + 1);
    if (!ports || !is_current || !terminals) return HYS_NOMEM;
    for (size_t k = 0; k < m->ports.n; k++) {
        is_current[k] = m->ports.at[k].is_current;
        terminals[k] = m->ports.at[k].terminal;
        for (size_t i = 0; i < m->n_instances; i++) ports[i * m->ports.n + k] = m->ports.at[k].at[i];
    }
    b->ports = ports;
    b->is_current = is_current;
    b->terminals = terminals;
    b->n_ports = m->ports.n;
    return HYS_OK;
}

static uint32_t find_unknown(const hys_kernel *kernel, const char *name) {
    for (hys_u32 i = 0; i < kernel->n_unknowns; i++)
        if (!strcmp(kernel->unknowns[i].name, name)) return i;
    return HYS__NO_UNKNOWN;
}

static uint32_t find_opvar(const hys_kernel *kernel, const char *name) {
    for (hys_u32 i = 0; i < kernel->n_opvars; i++)
        if (!strcmp(kernel->opvars[i].name, name)) return i;
    return HYS__NO_UNKNOWN;
}

static hys_status keep_parts(const hys__bh_module *m, hys__behavioural *b) {
    b->parts = HYS_NEW_N(m->arena, hys__behavioural_part, m->n_parts);
    for (size_t k = 0; b->parts && k < m->n_parts; k++)
        b->parts[k] = (hys__behavioural_part){.card = m->cards[k], .branch = m->branches[k]};
    return b->parts ? HYS_OK : HYS_NOMEM;
}

/* Where the compiled module has the currents of its parts. */
static void find_currents(hys__behavioural *b) {
    for (size_t k = 0; k < b->n_parts; k++) {
        char name[100];
        snprintf(name, sizeof name, "I(%s)", b->parts[k].branch);
        b->parts[k].unknown = find_unknown(b->model->kernel, name);
        snprintf(name, sizeof name, "i%zu", k);
        b->parts[k].opvar = find_opvar(b->model->kernel, name);
    }
}

void hys__behavioural_params(const hys__behavioural *b, const hys__flat *flat, size_t instance, double *values) {
    for (size_t k = 0; k < b->n_params; k++) {
        const struct hys__behavioural_param *p = &b->params[k];
        const hys__expr *e = p->own ? p->own[instance] : p->expr;
        if (p->kind == HYS__BH_M) values[k] = flat->elems[b->elems[instance * b->n_parts + p->part]].m;
        else if (e->op == HYS__EXPR_NUMBER) values[k] = e->number;
        else if (e->op == HYS__EXPR_PARAM) values[k] = hys__flat_expr_param(flat, b->scopes[instance], e);
        else values[k] = hys__flat_expr_value(flat, b->scopes[instance], e);
    }
}

static hys_status compare_params(const hys__bh_module *m, hys__behavioural *b) {
    double *first = HYS_NEW_N(m->scratch, double, b->n_params + 1),
           *next = HYS_NEW_N(m->scratch, double, b->n_params + 1);
    if (!first || !next) return HYS_NOMEM;
    if (m->n_instances) hys__behavioural_params(b, m->flat, 0, first);
    for (size_t i = 1; i < m->n_instances && b->n_params && !b->has_own_params; i++) {
        hys__behavioural_params(b, m->flat, i, next);
        b->has_own_params = memcmp(first, next, b->n_params * sizeof *first) != 0;
    }
    return HYS_OK;
}

/* ---- one module ---- */

/* "b_vteam"; "netlist" for the top level. */
static const char *module_name(hys__bh_module *m) {
    if (m->own_leaves) return "b_each";
    const char *name = m->definition->name ? hys__bh_clean(m, m->definition->name) : "";
    return !name ? NULL : *name ? hys__arena_printf(m->scratch, "b_%s", name) : "b_top";
}

static hys_status make_text(hys__bh_module *m, hys__behavioural *b, hys__model_text *text) {
    hys__origin *origin = HYS_NEW(m->arena, hys__origin);
    const char *name = module_name(m);
    b->text = origin && name ? hys__bh_text(m, name, origin) : NULL;
    if (!b->text) return HYS_NOMEM;
    *text = (hys__model_text){.name = "behavioural",
                              .text = b->text,
                              .len = strlen(b->text),
                              .origin = origin,
                              .variant = {m->n_instances >= HYS_LANES_MAX, b->has_own_params}};
    return HYS_OK;
}

/* HYS_DONE: it has no ports, so that nothing is to be computed. */
static hys_status make_module(hys__bh_module *m, const hys__bh_job *job, hys__behavioural *b, hys__model_text *text) {
    if (!set_elems(m, job) || (job->is_shape && !set_leaves(m, job))) return HYS_NOMEM;
    hys_status status = hys__bh_write(m);
    if (status != HYS_OK) return status;
    if (m->ports.n == 0) return HYS_DONE;
    *b = (hys__behavioural){.definition = m->definition,
                            .n_instances = m->n_instances,
                            .n_params = m->params.n,
                            .n_parts = m->n_parts,
                            .scopes = m->scopes,
                            .elems = m->elems,
                            .params = m->params.at};
    status = compare_params(m, b);
    if (status == HYS_OK) status = keep_ports(m, b);
    if (status == HYS_OK) status = keep_parts(m, b);
    if (status == HYS_OK) status = make_text(m, b, text);
    return status;
}

static hys_status compile(hys_ctx *ctx, hys__arena *scratch, const hys__model_text *texts, const char *cache_dir,
                          hys__behavioural_set *set) {
    hys_model **models = HYS_NEW_N(scratch, hys_model *, set->n + 1);
    hys_model_opts opts = hys_model_opts_default();
    opts.cache_dir = cache_dir;
    opts.as_written = true; /* nothing in it is a hand-made integration */
    if (!models) return HYS_NOMEM;
    hys_status status = hys__models_from_texts(ctx, texts, set->n, &opts, models);
    for (size_t i = 0; i < set->n && status == HYS_OK; i++) {
        set->at[i].model = models[i];
        find_currents(&set->at[i]);
    }
    return status;
}

/* What stays the same for all modules. */
typedef struct maker {
    hys_ctx *ctx;
    hys__arena *arena, scratch;
    const hys__flat *flat;
    hys__bh_plan plan;
    hys__model_text *texts;
} maker;

static hys_status make_modules(maker *k, hys__behavioural_set *set) {
    hys_status status = HYS_OK;
    for (size_t i = 0; i < k->plan.jobs.n && status == HYS_OK; i++) {
        const hys__bh_job *job = &k->plan.jobs.at[i];
        hys__bh_module m = {.ctx = k->ctx,
                            .arena = k->arena,
                            .scratch = &k->scratch,
                            .flat = k->flat,
                            .definition = job->definition,
                            .n_instances = job->is_shape ? job->n_scopes * job->n_cards : job->n_scopes,
                            .n_parts = job->is_shape ? 1 : job->n_cards,
                            .cards = job->cards,
                            .wanted = k->plan.wanted};
        status = make_module(&m, job, &set->at[set->n], &k->texts[set->n]);
        if (status == HYS_DONE) status = HYS_OK;
        else set->n++;
    }
    return status;
}

hys_status hys__behavioural_make(hys_ctx *ctx, hys__arena *arena, const hys__flat *flat, const char *cache_dir,
                                 hys__behavioural_set *set) {
    maker k = {.ctx = ctx, .arena = arena, .flat = flat};
    *set = (hys__behavioural_set){.n = 0};
    hys__arena_init(&k.scratch, ctx, 0);
    hys_status status = hys__bh_plan_make(arena, &k.scratch, flat, &k.plan);
    if (status == HYS_OK) {
        set->at = HYS_NEW_N(arena, hys__behavioural, k.plan.jobs.n + 1);
        k.texts = HYS_NEW_N(&k.scratch, hys__model_text, k.plan.jobs.n + 1);
        if (!set->at || !k.texts) status = HYS_NOMEM;
    }
    if (status == HYS_OK) status = make_modules(&k, set);
    if (status == HYS_OK) status = compile(ctx, &k.scratch, k.texts, cache_dir, set);
    hys__arena_free(&k.scratch);
    if (status != HYS_OK) hys__behavioural_free(set);
    return status;
}

void hys__behavioural_free(hys__behavioural_set *set) {
    for (size_t i = 0; i < set->n; i++) {
        hys_model_free(set->at[i].model);
        set->at[i].model = NULL;
    }
    set->n = 0;
}
