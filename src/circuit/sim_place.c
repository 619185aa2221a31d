/* Carrying out one run: parameters of .step set, then one analysis after the other, then .meas. */
#include "circuit/sim_runs.h"
#include "device/word.h"
#include "io/table.h"
#include <math.h>
#include <string.h>

#define MAX_STEPS (sizeof((hys__sim_place *)0)->n_grid / sizeof(size_t))

void hys__sim_place_init(hys__sim_place *place, hys_ctx *ctx, const char *path, const hys_sim_opts *opts) {
    *place = (hys__sim_place){.ctx = ctx, .path = path, .opts = opts, .draw = UINT64_MAX};
    hys__arena_init(&place->arena, ctx, 0);
    hys__arena_init(&place->plan, ctx, 0);
    hys__arena_init(&place->flat_arena, ctx, 0);
}

static void unload(hys__sim_place *place) {
    hys__circuit_free(place->circuit);
    place->circuit = NULL;
    place->flat = NULL;
    place->draw = UINT64_MAX;
    hys__arena_free(&place->flat_arena);
    hys__arena_init(&place->flat_arena, place->ctx, 0);
}

void hys__sim_place_free(hys__sim_place *place) {
    unload(place);
    hys__arena_free(&place->flat_arena);
    hys__arena_free(&place->plan);
    hys__arena_free(&place->arena);
}

static uint64_t seed_of(const hys__sim_place *place) {
    return place->opts->has_seed ? place->opts->seed : hys__ctx_seed(place->ctx);
}

static hys_status load_circuit(hys__sim_place *place, uint64_t draw) {
    hys__circuit_opts opts = {.seed = seed_of(place),
                              .cache_dir = place->opts->cache_dir,
                              .as_written = place->opts->as_written,
                              .spread = place->opts->spread,
                              .n_spread = place->opts->n_spread,
                              .run = draw};
    if (place->opts->temp) {
        hys__word word = hys__word_all("--temp", place->opts->temp);
        hys_status status = hys__word_quantity(place->ctx, &word, "K", "the temperature", &opts.temp);
        if (status != HYS_OK) return status;
    }
    return hys__circuit_new(place->ctx, place->flat, &opts, &place->circuit);
}

static hys_status plan_steps(hys__sim_place *place) {
    const hys__flat *flat = place->flat;
    place->n_steps = flat->n_steps;
    if (place->n_steps > MAX_STEPS)
        return hys__report(place->ctx, HYS_ERROR, HYS_LIMIT, flat->sources, flat->steps[MAX_STEPS].span, "",
                           "more than %zu .step cards", MAX_STEPS);
    for (size_t k = 0; k < place->n_steps; k++) {
        const hys__analysis *step = &flat->steps[k];
        hys__sim_task task = {.ctx = place->ctx, .arena = &place->plan, .flat = place->flat, .analysis = step};
        hys_status status = hys__sim_grid(&task, &step->sweep[0].grid, &place->grid[k], &place->n_grid[k]);
        if (status != HYS_OK) return status;
        if (step->sweep[0].target.kind != HYS__TARGET_PARAM) continue;
        const char *name = flat->scopes[0].definition->params[step->sweep[0].target.slot];
        place->param[k] = hys__arena_strndup(&place->plan, name, strlen(name));
        if (!place->param[k]) return HYS_NOMEM;
        place->is_shaped = flat->is_shaped;
    }
    place->is_planned = true;
    return HYS_OK;
}

/* Conditions may hold .step cards; what they decide may not decide how many runs there are. */
static hys_status check_steps(const hys__sim_place *place) {
    if (place->flat->n_steps == place->n_steps) return HYS_OK;
    return hys__fail(place->ctx, HYS_SEMANTIC, "put the .step cards outside of .if",
                     "in this run of .step a condition gives the netlist %zu .step cards instead of %zu",
                     place->flat->n_steps, place->n_steps);
}

static hys_status load(hys__sim_place *place, uint64_t draw, uint64_t shape, const hys__fixed *fixed, size_t n_fixed) {
    if (place->draw == draw && place->shape == shape) return HYS_OK;
    unload(place);
    const hys__flat_opts opts = {.set = place->opts->set,
                                 .n_set = place->opts->n_set,
                                 .fixed = fixed,
                                 .n_fixed = n_fixed,
                                 .include_dirs = place->opts->include_dirs,
                                 .n_include_dirs = place->opts->n_include_dirs,
                                 .seed = seed_of(place),
                                 .run = draw};
    hys_status status = hys__flat_load(place->ctx, &place->flat_arena, place->path, &opts, &place->flat);
    if (status == HYS_OK) status = place->is_planned ? check_steps(place) : plan_steps(place);
    if (status == HYS_OK) status = load_circuit(place, draw);
    if (status != HYS_OK) return status;
    place->draw = draw;
    place->shape = shape;
    return HYS_OK;
}

hys_status hys__sim_place_load(hys__sim_place *place, uint64_t draw) {
    return load(place, draw, UINT64_MAX, NULL, 0);
}

size_t hys__sim_place_n_draw_runs(const hys__sim_place *place) {
    size_t n = 1;
    for (size_t k = 0; k < place->n_steps; k++) n *= place->n_grid[k];
    return n ? n : 1;
}

size_t hys__sim_place_n_runs(const hys__sim_place *place) {
    return (place->flat->n_runs ? place->flat->n_runs : 1) * hys__sim_place_n_draw_runs(place);
}

/* The last .step turns fastest; draws of .mc are outermost. */
static void step_values(const hys__sim_place *place, size_t index, double *values) {
    for (size_t k = place->n_steps; k-- > 0;) {
        values[k] = place->grid[k][index % place->n_grid[k]];
        index /= place->n_grid[k];
    }
}

/* The netlist with the run's parameters put in. */
static hys_status load_shaped(hys__sim_place *place, uint64_t draw, uint64_t shape, const double *values) {
    hys__fixed fixed[MAX_STEPS];
    size_t n = 0;
    for (size_t k = 0; k < place->n_steps; k++)
        if (place->param[k]) fixed[n++] = (hys__fixed){place->param[k], values[k]};
    return load(place, draw, shape, fixed, n);
}

static hys_status set_steps(hys__sim_place *place, const double *values) {
    for (size_t k = 0; k < place->n_steps; k++) {
        hys_status status = hys__circuit_set_target(place->circuit, &place->flat->steps[k].sweep[0].target, values[k]);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

/* ---- probes of a run: what .save names, else all node potentials and currents of voltage sources ---- */

static bool default_probes(hys__sim_place *place, hys__probe **probes, size_t *n) {
    struct {
        hys__probe *at;
        size_t n, cap;
    } list = {NULL, 0, 0};
    char name[512];
    for (uint32_t node = 1; node < place->flat->n_nodes; node++) {
        if (hys__circuit_node_unknown(place->circuit, node) < 0) continue;
        hys__flat_node_name(place->flat, node, name, sizeof name);
        hys__probe *probe = HYS_PUSH(&place->arena, &list);
        if (!probe) return false;
        *probe = (hys__probe){.kind = HYS__PROBE_V, .a = node, .unit = "V"};
        probe->label = hys__arena_printf(&place->arena, "v(%s)", name);
    }
    for (uint32_t k = 0; k < place->flat->n_elems; k++) {
        hys__elem_kind kind = place->flat->elems[k].card->kind;
        if (kind != HYS__ELEM_V && kind != HYS__ELEM_L) continue;
        hys__flat_elem_name(place->flat, k, name, sizeof name);
        hys__probe *probe = HYS_PUSH(&place->arena, &list);
        if (!probe) return false;
        *probe = (hys__probe){.kind = HYS__PROBE_I, .a = k, .unit = "A"};
        probe->label = hys__arena_printf(&place->arena, "i(%s)", name);
    }
    *probes = list.at;
    *n = list.n;
    return !place->arena.failed;
}

typedef struct meas_plan {
    hys__meas **meas; /* [n] */
    size_t n;
} meas_plan;

static hys_status read_measures(hys__sim_place *place, meas_plan *plan) {
    plan->n = place->flat->n_measures;
    plan->meas = HYS_NEW_N(&place->arena, hys__meas *, plan->n + 1);
    if (!plan->meas) return HYS_NOMEM;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < plan->n; k++) {
        hys_status one = hys__meas_read(place->flat, &place->arena, &place->flat->measures[k], &plan->meas[k]);
        if (one != HYS_OK) status = one;
    }
    return status;
}

/* Without the name of an analysis: all that have probes. */
static bool measures_analysis(const hys__meas *meas, const hys__sim_analysis *info) {
    return *hys__meas_analysis(meas) ? !strcmp(hys__meas_analysis(meas), info->name) : info->has_probes;
}

/* The probes of the run, then those that only .meas needs. */
static bool add_hidden(hys__sim_place *place, const meas_plan *plan, hys__sim_task *task, const hys__probe *shown,
                       size_t n_shown) {
    const hys__sim_analysis *info = &hys__sim_analyses[task->analysis->kind];
    size_t n = n_shown;
    for (size_t k = 0; k < plan->n; k++)
        if (measures_analysis(plan->meas[k], info)) n += hys__meas_n_probes(plan->meas[k]);
    hys__probe *all = HYS_NEW_N(&place->arena, hys__probe, n + 1);
    task->row = HYS_NEW_N(&place->arena, double, 2 * n + 8);
    if (!all || !task->row) return false;
    if (n_shown) memcpy(all, shown, n_shown * sizeof *all);
    task->probes = all;
    task->n_probes = n;
    task->n_hidden = n - n_shown;
    for (size_t k = 0, at = n_shown; k < plan->n; k++) {
        if (!measures_analysis(plan->meas[k], info)) continue;
        for (size_t i = 0; i < hys__meas_n_probes(plan->meas[k]); i++) all[at++] = *hys__meas_probe(plan->meas[k], i);
    }
    return true;
}

static void evaluate_measures(hys__sim_place *place, const meas_plan *plan, const hys__sim_task *task,
                              hys__sim_run *run) {
    const hys__sim_analysis *info = &hys__sim_analyses[task->analysis->kind];
    size_t per = info->is_complex ? 2 : 1;
    size_t column = hys_table_n_columns(task->table) - per * task->n_hidden;
    for (size_t k = 0; k < plan->n; k++) {
        if (!measures_analysis(plan->meas[k], info)) continue;
        size_t n = hys__meas_n_probes(plan->meas[k]);
        size_t *columns = HYS_NEW_N(&place->arena, size_t, n + 1);
        if (!columns) return;
        for (size_t i = 0; i < n; i++, column += per) columns[i] = column;
        hys_sim_measure *measure = &run->measures[run->n_measures];
        *measure = (hys_sim_measure){
            .analysis = task->result->name, .name = place->flat->measures[k].name, .unit = "", .why = "", .value = NAN};
        hys__meas_evaluate(plan->meas[k], task->table, hys_table_n_rows(task->table), columns, run->measures,
                           run->n_measures, measure);
        measure->name = hys__arena_printf(&place->arena, "%s", measure->name);
        run->n_measures++;
    }
}

/* The table without its last columns. */
static void drop_hidden(const hys__sim_task *task) {
    size_t n = hys_table_n_columns(task->table), hidden = task->n_hidden;
    if (hys__sim_analyses[task->analysis->kind].is_complex) hidden *= 2;
    if (hidden && hidden < n) hys__table_drop(task->table, n - hidden);
}

static const char *result_name(hys__sim_place *place, size_t index) {
    hys__analysis_kind kind = place->flat->analyses[index].kind;
    size_t number = 1;
    for (size_t k = 0; k < index; k++) number += place->flat->analyses[k].kind == kind;
    return hys__arena_printf(&place->arena, "%s%zu", hys__sim_analyses[kind].name, number);
}

static void keep_more(const hys__sim_task *task, hys__sim_run *run) {
    for (size_t k = 0; k < task->n_more; k++) {
        hys__sim_output *output = &run->outputs[run->n_outputs++];
        *output = task->more[k];
        output->result.n_points = hys_table_n_rows(output->table);
        output->result.table = output->table;
    }
}

static hys_status run_analysis(hys__sim_place *place, const meas_plan *plan, size_t index, const hys__probe *probes,
                               size_t n_probes, hys__sim_run *run) {
    const hys__analysis *analysis = &place->flat->analyses[index];
    const hys__sim_analysis *info = &hys__sim_analyses[analysis->kind];
    hys__sim_output *output = &run->outputs[run->n_outputs];
    output->result =
        (hys_sim_result){.name = result_name(place, index),
                         .analysis = info->name,
                         .is_complex = info->is_complex,
                         .is_log = analysis->grid.kind == HYS__GRID_DEC || analysis->grid.kind == HYS__GRID_OCT,
                         .method = "",
                         .step_error = NAN,
                         .check_difference = NAN};
    if (!output->result.name) return HYS_NOMEM;
    hys_status status = hys_table_new(place->ctx, &output->table);
    if (status != HYS_OK) return status;
    run->n_outputs++;
    hys__sim_task task = {.ctx = place->ctx,
                          .arena = &place->arena,
                          .opts = place->opts,
                          .flat = place->flat,
                          .circuit = place->circuit,
                          .analysis = analysis,
                          .table = output->table,
                          .result = &output->result};
    if (!add_hidden(place, plan, &task, probes, info->has_probes ? n_probes : 0)) return HYS_NOMEM;
    if (!info->has_probes) task.n_probes = task.n_hidden = 0;
    status = hys__circuit_first_cycle(place->circuit);
    if (status == HYS_OK) status = info->run(&task);
    if (status == HYS_OK) evaluate_measures(place, plan, &task, run);
    drop_hidden(&task);
    output->result.n_points = hys_table_n_rows(output->table);
    output->result.method = hys__arena_printf(&place->arena, "%s", output->result.method ? output->result.method : "");
    output->result.table = output->table;
    keep_more(&task, run);
    return status;
}

static void keep_remarks(hys__sim_place *place, hys__sim_run *run) {
    size_t n = hys__circuit_n_remarks(place->circuit);
    run->remarks = HYS_NEW_N(&place->arena, const char *, n + 1);
    if (!run->remarks) return;
    for (size_t k = 0; k < n; k++) {
        const char *text = hys__circuit_remark(place->circuit, k);
        run->remarks[run->n_remarks] = hys__arena_strndup(&place->arena, text, strlen(text));
        if (run->remarks[run->n_remarks]) run->n_remarks++;
    }
}

static hys_status run_analyses(hys__sim_place *place, hys__sim_run *run) {
    meas_plan plan;
    hys__probe *probes = (hys__probe *)place->flat->probes;
    size_t n_probes = place->flat->n_probes;
    hys_status status = read_measures(place, &plan);
    if (status != HYS_OK) return status;
    if (!n_probes && !default_probes(place, &probes, &n_probes)) return HYS_NOMEM;
    run->outputs = HYS_NEW_N(&place->arena, hys__sim_output, (1 + HYS__SIM_MORE_MAX) * place->flat->n_analyses + 1);
    run->measures = HYS_NEW_N(&place->arena, hys_sim_measure, place->flat->n_analyses * plan.n + 1);
    if (!run->outputs || !run->measures) return HYS_NOMEM;
    for (size_t k = 0; k < place->flat->n_analyses && status == HYS_OK; k++)
        status = run_analysis(place, &plan, k, probes, n_probes, run);
    return status;
}

void hys__sim_place_run(hys__sim_place *place, size_t index, hys__sim_run *run) {
    size_t n = place->n_draw_runs ? place->n_draw_runs : hys__sim_place_n_draw_runs(place);
    bool is_plain = !place->is_planned || !place->is_shaped;
    *run = (hys__sim_run){.status = is_plain ? hys__sim_place_load(place, index / n) : HYS_OK};
    if (run->status != HYS_OK) return;
    run->steps = HYS_NEW_N(&place->arena, double, place->n_steps + 1);
    if (!run->steps) run->status = HYS_NOMEM;
    else step_values(place, index, run->steps);
    if (run->status == HYS_OK && place->is_shaped) run->status = load_shaped(place, index / n, index % n, run->steps);
    if (run->status == HYS_OK) run->status = set_steps(place, run->steps);
    if (run->status == HYS_OK) run->status = run_analyses(place, run);
    if (place->circuit) keep_remarks(place, run);
}
