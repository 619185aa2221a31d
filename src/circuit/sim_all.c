/* All runs of a netlist: one in the caller's context; many side by side on threads and ranks (sim_crew, sim_ranks),
 * put together in the order of the runs, so that nothing depends on where they were carried out. */
#include "base/hash64.h"
#include "base/ranks.h"
#include "circuit/sim_ranks.h"
#include <math.h>
#include <string.h>
#include <strings.h>

#define MAX_RUNS 1000000u

/* ---- putting together ---- */

typedef struct joiner {
    hys_sim *sim;
    const hys__sim_place *place;
    const hys_sim_opts *opts;
    size_t n_runs, n_failed;
    hys_status status; /* of the first run that failed */
} joiner;

static bool add_remark(hys_sim *sim, const char *text) {
    for (size_t k = 0; k < sim->remarks.n; k++)
        if (!strcmp(sim->remarks.at[k], text)) return true;
    const char **place = HYS_PUSH(&sim->arena, &sim->remarks);
    if (place) *place = hys__arena_strndup(&sim->arena, text, strlen(text));
    return place && *place;
}

static bool keep_measures(hys_sim *sim, const hys_sim_measure *measures, size_t n, size_t index) {
    for (size_t k = 0; k < n; k++) {
        hys_sim_measure *measure = HYS_PUSH(&sim->arena, &sim->measures);
        if (!measure) return false;
        *measure = measures[k];
        measure->run = index;
        measure->name = hys__arena_printf(&sim->arena, "%s", measure->name);
        measure->analysis = hys__arena_printf(&sim->arena, "%s", measure->analysis);
        measure->unit = hys__arena_printf(&sim->arena, "%s", measure->unit);
        measure->why = hys__arena_printf(&sim->arena, "%s", measure->why);
    }
    return !sim->arena.failed;
}

static bool keep_remarks(hys_sim *sim, const char *const *remarks, size_t n) {
    for (size_t k = 0; k < n; k++)
        if (!add_remark(sim, remarks[k])) return false;
    return true;
}

static hys_sim_result *keep_result(hys_sim *sim, const hys_sim_result *from, const hys_table *table) {
    hys_sim_result *result = HYS_PUSH(&sim->arena, &sim->results);
    if (!result) return NULL;
    *result = *from;
    result->table = table;
    result->name = hys__arena_printf(&sim->arena, "%s", from->name);
    result->analysis = hys__arena_printf(&sim->arena, "%s", from->analysis);
    result->method = hys__arena_printf(&sim->arena, "%s", from->method);
    result->x = hys_table_n_columns(table) ? hys_table_name(table, 0) : "";
    return sim->arena.failed ? NULL : result;
}

static bool has_column(const hys_table *table, const char *name) {
    for (size_t c = 0; c < hys_table_n_columns(table); c++)
        if (!strcmp(hys_table_name(table, c), name)) return true;
    return false;
}

/* Of the column that counts the runs: a parameter of .step may be called so too. */
static const char *run_name(const hys__sim_place *place) {
    for (size_t k = 0; k < place->n_steps; k++)
        if (!strcasecmp(place->flat->steps[k].sweep[0].target.name, "run")) return "run_number";
    return "run";
}

static hys_status add_step_column(hys_sim *sim, hys_table *table, const char *name) {
    if (has_column(table, name)) name = hys__arena_printf(&sim->arena, "%s_step", name);
    return name ? hys_table_add_column(table, name, "") : HYS_NOMEM;
}

/* The table of all runs: that of a run, then the run's number and the values of .step. */
static hys_status open_joint(hys_sim *sim, const hys__sim_place *place, const hys__packed_output *output) {
    hys_table *table = NULL;
    hys_status status = hys_table_new(sim->ctx, &table);
    for (size_t c = 0; status == HYS_OK && c < output->n_columns; c++)
        status = hys_table_add_column(table, output->names[c], output->units[c]);
    if (status == HYS_OK) status = hys_table_add_column(table, run_name(place), "1");
    for (size_t k = 0; status == HYS_OK && k < place->n_steps; k++)
        status = add_step_column(sim, table, place->flat->steps[k].sweep[0].target.name);
    if (status == HYS_OK && keep_result(sim, &output->result, table)) return HYS_OK;
    hys_table_free(table);
    return status == HYS_OK ? HYS_NOMEM : status;
}

static hys_sim_result *joint_of(hys_sim *sim, const char *name) {
    for (size_t k = 0; k < sim->results.n; k++)
        if (!strcmp(sim->results.at[k].name, name)) return &sim->results.at[k];
    return NULL;
}

#define NOWHERE SIZE_MAX

/* Which column of a run stands in each column of the table of all runs.  Where .step decides conditions, circuits
 * differ: what a run lacks is NaN there, what only a later one has is left out. */
static hys_status match_columns(const joiner *j, const hys__packed_output *from, const hys_table *to, size_t *order,
                                size_t n) {
    size_t n_met = 0;
    for (size_t c = 0; c < n; c++) {
        const char *name = hys_table_name(to, c);
        order[c] = c < from->n_columns && !strcmp(from->names[c], name) ? c : NOWHERE;
        for (size_t i = 0; i < from->n_columns && order[c] == NOWHERE; i++)
            if (!strcmp(from->names[i], name)) order[c] = i;
        n_met += order[c] != NOWHERE;
    }
    if (n_met >= from->n_columns) return HYS_OK;
    const char *text = hys__arena_printf(
        &j->sim->arena, "%s: columns that the first run does not have are left out: name them in .save",
        from->result.name);
    return text && add_remark(j->sim, text) ? HYS_OK : HYS_NOMEM;
}

static hys_status append_rows(const joiner *j, const hys__packed_run *run, const hys__packed_output *from,
                              hys_table *to) {
    hys_sim *sim = j->sim;
    size_t width = hys_table_n_columns(to), n = width - 1 - run->n_steps;
    double *row = hys__realloc(sim->ctx, NULL, 0, width * sizeof *row);
    size_t *order = hys__realloc(sim->ctx, NULL, 0, (n + 1) * sizeof *order);
    hys_status status = row && order ? match_columns(j, from, to, order, n) : HYS_NOMEM;
    for (size_t r = 0; status == HYS_OK && r < from->n_rows; r++) {
        for (size_t c = 0; c < n; c++) row[c] = order[c] == NOWHERE ? NAN : from->values[order[c] * from->n_rows + r];
        row[n] = (double)run->index;
        for (size_t s = 0; s < run->n_steps; s++) row[n + 1 + s] = run->steps[s];
        status = hys_table_add_row(to, row);
    }
    hys__free(sim->ctx, order, (n + 1) * sizeof *order);
    hys__free(sim->ctx, row, width * sizeof *row);
    return status;
}

static void add_effort(hys_sim_result *sum, const hys_sim_result *one) {
    sum->n_points += one->n_points;
    sum->n_steps += one->n_steps;
    sum->n_rejected += one->n_rejected;
    sum->n_evals += one->n_evals;
    sum->n_jacobians += one->n_jacobians;
    sum->n_newton += one->n_newton;
    sum->solver_s += one->solver_s;
    sum->step_error = fmax(sum->step_error, one->step_error);
    sum->check_difference = fmax(sum->check_difference, one->check_difference);
}

static hys_status join(const joiner *j, const hys__packed_run *run) {
    hys_sim *sim = j->sim;
    for (size_t k = 0; k < run->n_outputs; k++) {
        const hys__packed_output *output = &run->outputs[k];
        if (!output->n_columns) continue; /* the run failed before it had any */
        hys_sim_result *result = joint_of(sim, output->result.name);
        if (result) add_effort(result, &output->result);
        hys_status status = result ? HYS_OK : open_joint(sim, j->place, output);
        if (!result && status == HYS_OK) result = &sim->results.at[sim->results.n - 1];
        if (status == HYS_OK) status = append_rows(j, run, output, (hys_table *)result->table);
        if (status != HYS_OK) return status;
    }
    bool ok = keep_measures(sim, run->measures, run->n_measures, run->index) &&
              keep_remarks(sim, run->remarks, run->n_remarks);
    return ok ? HYS_OK : HYS_NOMEM;
}

/* Warnings of all runs; of those that failed only the first says why. */
static void keep_diagnostics(joiner *j, const hys__packed_run *run) {
    bool is_first = run->status != HYS_OK && !j->n_failed;
    hys__repeat_diags(j->sim->ctx, run->diags, run->n_diags, is_first);
    if (is_first) {
        hys__note(j->sim->ctx, NULL, HYS_NO_SPAN, "in run %zu of %zu", (size_t)run->index, j->n_runs);
        j->status = run->status;
    }
    j->n_failed += run->status != HYS_OK;
}

static hys_status join_block(void *user, const void *block, size_t n) {
    joiner *j = user;
    hys__arena arena;
    hys__packed_run run;
    hys__arena_init(&arena, j->sim->ctx, 0);
    hys_status status = HYS_OK;
    if (!hys__unpack_run(&arena, block, n, &run))
        status = arena.failed ? HYS_NOMEM : HYS_BUG_HERE(j->sim->ctx, "a run's block is damaged");
    if (status == HYS_OK && *run.text && j->opts->message) j->opts->message(j->opts->message_user, run.text);
    if (status == HYS_OK) keep_diagnostics(j, &run);
    if (status == HYS_OK) status = join(j, &run);
    hys__arena_free(&arena);
    return status;
}

/* ---- the runs ---- */

static hys_status finish_join(const joiner *j) {
    hys_ctx *ctx = j->sim->ctx;
    if (hys_ctx_is_cancelled(ctx)) return HYS_CANCEL;
    if (j->n_failed > 1)
        hys__report_at(ctx, HYS_WARNING, HYS_OK, NULL, 0, 0, NULL, "", "%zu more of the %zu runs failed",
                       j->n_failed - 1, j->n_runs);
    return j->status;
}

static hys_status run_many(hys_sim *sim, const hys__sim_place *place, const hys__introduction *all) {
    hys_ctx *ctx = sim->ctx;
    bool is_alone = hys__ranks_size(ctx) == 1;
    joiner j = {.sim = sim, .place = place, .opts = place->opts, .n_runs = hys__sim_place_n_runs(place)};
    hys__crew crew = {.ctx = ctx, .arena = &sim->arena, .path = place->path, .opts = place->opts};
    crew.n_draw_runs = hys__sim_place_n_draw_runs(place);
    if (!hys__ranks_plan(ctx, &sim->arena, all, j.n_runs, &crew.plan)) {
        hys__ranks_give_up(ctx);
        return HYS_NOMEM;
    }
    hys_status status = hys__crew_start(&crew, (size_t)hys__ctx_n_threads(ctx), !is_alone);
    if (crew.plan.rank == 0) {
        status = hys__ranks_collect(&crew, status, join_block, &j);
        if (status == HYS_OK) status = finish_join(&j);
    } else {
        status = hys__ranks_deliver(&crew, status);
    }
    hys__crew_free(&crew);
    return status;
}

/* One run needs no joint table: its own are handed on. */
static hys_status run_one(hys_sim *sim, hys__sim_place *place) {
    hys__sim_run run;
    hys__sim_place_run(place, 0, &run);
    bool ok = run.outputs != NULL || run.status != HYS_OK;
    for (size_t k = 0; run.outputs && k < run.n_outputs; k++) {
        if (keep_result(sim, &run.outputs[k].result, run.outputs[k].table)) continue;
        hys_table_free(run.outputs[k].table);
        ok = false;
    }
    if (!keep_measures(sim, run.measures, run.n_measures, 0) || !keep_remarks(sim, run.remarks, run.n_remarks))
        ok = false;
    return run.status == HYS_OK && !ok ? HYS_NOMEM : run.status;
}

/* ---- before the runs ---- */

static uint64_t mix(uint64_t key, const char *text, size_t n) {
    return (key ^ hys__hash64(text, n)) * 0x9e3779b97f4a7c15u;
}

static uint64_t mix_list(uint64_t key, const char *const *list, size_t n) {
    for (size_t k = 0; k < n; k++) key = mix(key, list[k], strlen(list[k]));
    return mix(key, (const char *)&n, sizeof n);
}

/* Of what the results depend on. */
static uint64_t key_of(const hys__sim_place *place) {
    const hys_sim_opts *o = place->opts;
    const hys__sources *sources = place->flat->sources;
    const uint64_t switches[] = {o->has_seed ? o->seed : hys__ctx_seed(place->ctx), o->check_step, o->as_written};
    uint64_t key = mix(0, (const char *)switches, sizeof switches);
    for (size_t k = 0; sources && k < sources->list.n; k++)
        key = mix(key, sources->list.at[k].text, sources->list.at[k].len);
    key = mix_list(mix_list(key, o->set, o->n_set), o->spread, o->n_spread);
    if (o->temp) key = mix(key, o->temp, strlen(o->temp));
    return mix(key, (const char *)&o->rtol, sizeof o->rtol);
}

static hys_status load(hys_sim *sim, hys__sim_place *place) {
    hys_status status = hys__sim_place_load(place, 0);
    if (status != HYS_OK) return status;
    const char *title = place->flat->title ? place->flat->title : "";
    sim->title = hys__arena_strndup(&sim->arena, title, strlen(title));
    if (hys__sim_place_n_runs(place) <= MAX_RUNS) return sim->title ? HYS_OK : HYS_NOMEM;
    return hys__fail(sim->ctx, HYS_LIMIT, "take fewer points in .step or .mc", "more than %u runs", MAX_RUNS);
}

/* The status of rank 0, on all. */
static hys_status agree(hys_ctx *ctx, hys_status status) {
    return (hys_status)hys_ranks_agree(ctx, status);
}

/* Rank 0 first: what it compiles the others find in the cache. */
static hys_status load_on_all(hys_sim *sim, hys__sim_place *place, hys__introduction **all) {
    hys_ctx *ctx = sim->ctx;
    bool is_first = hys__ranks_rank(ctx) == 0;
    hys_status status = agree(ctx, is_first ? load(sim, place) : HYS_OK);
    if (status != HYS_OK) return status;
    if (!is_first) status = load(sim, place);
    hys__introduction mine = {.status = status, .n_threads = hys__ctx_n_threads(ctx)};
    if (status == HYS_OK) {
        mine.n_runs = hys__sim_place_n_runs(place);
        mine.key = key_of(place);
    }
    return hys__ranks_introduce(ctx, &sim->arena, mine, all);
}

hys_status hys__sim_run_all(hys_sim *sim, const char *path, const hys_sim_opts *opts) {
    hys__sim_place place;
    hys__introduction *all = NULL;
    hys__sim_place_init(&place, sim->ctx, path, opts);
    hys_status status = load_on_all(sim, &place, &all);
    if (status == HYS_OK) {
        bool is_single = all[0].n_runs == 1 && !place.flat->n_steps;
        if (!is_single) status = run_many(sim, &place, all);
        else if (hys__ranks_rank(sim->ctx) == 0) status = run_one(sim, &place);
        status = agree(sim->ctx, status);
    }
    hys__sim_place_free(&place);
    return status;
}
