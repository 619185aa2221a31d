/* Experiments: the file is read, the array is made, steps run one after the other. */
#include "array/experiment.h"
#include "base/units.h"
#include <math.h>
#include <string.h>

#define MOST_FILE (1u << 20)
#define MOST_DATA (1u << 30)

size_t hys__experiment_count(const hys_experiment *e) {
    return e->lines.rows * e->lines.columns;
}

/* ---- places in the file ---- */

hys_status hys__experiment_blame(hys_experiment *e, const hys__yaml_node *node, hys_status status) {
    if (status == HYS_OK || status == HYS_NOMEM || status == HYS_CANCEL) return status;
    if (node && hys_diag_n_errors(e->ctx)) hys__note(e->ctx, &e->yaml.sources, node->span, "asked for here");
    return status == HYS_ARG || status == HYS_UNIT ? HYS_SEMANTIC : status;
}

const char *hys__experiment_path(hys_experiment *e, const char *name) {
    const char *slash = strrchr(e->path, '/');
    if (*name == '/' || !slash) return hys__arena_printf(&e->arena, "%s", name);
    return hys__arena_printf(&e->arena, "%.*s/%s", (int)(slash - e->path), e->path, name);
}

/* ---- inputs ---- */

static hys_status keep_input(hys_experiment *e, const char *path, const char *text, size_t len) {
    hys__hasher hasher;
    for (size_t k = 0; k < e->inputs.n; k++)
        if (!strcmp(e->inputs.at[k].path, path)) return HYS_OK;
    hys__hasher_init(&hasher);
    hys__hasher_add(&hasher, text, len);
    hys__experiment_input *input = HYS_PUSH(&e->arena, &e->inputs);
    if (!input) return HYS_NOMEM;
    *input = (hys__experiment_input){path, hys__hasher_end(&hasher)};
    return HYS_OK;
}

static hys_status hash_file(hys_experiment *e, const char *path) {
    hys__arena scratch;
    const char *text = NULL;
    size_t len = 0;
    hys__arena_init(&scratch, e->ctx, 0);
    hys_status status = hys__file_read(&scratch, path, MOST_DATA, &text, &len);
    if (status == HYS_OK) status = keep_input(e, path, text, len);
    hys__arena_free(&scratch);
    return status;
}

static hys_status hash_device(hys_experiment *e, const char *device) {
    const char *text = NULL;
    size_t len = 0;
    hys_status status = hys_device_source(e->ctx, device, &text, &len);
    return status == HYS_OK ? keep_input(e, device, text, len) : status;
}

static hys_status check_size(hys_experiment *e, const hys__yaml_node *node, const char *name, const hys_matrix *m,
                             size_t rows, size_t columns) {
    if ((!rows || m->rows == rows) && (!columns || m->columns == columns)) return HYS_OK;
    if (!rows)
        return hys__yaml_fail(&e->yaml, node, "a row for each product, a column for each word line",
                              "rows of \"%.80s\" have length %zu, there are %zu word lines", name, m->columns, columns);
    return hys__yaml_fail(&e->yaml, node, "rows are word lines, columns are bit lines",
                          "\"%.80s\" has %zu rows and %zu columns, the array %zu word lines and %zu bit lines", name,
                          m->rows, m->columns, e->lines.rows, e->lines.columns);
}

hys_status hys__experiment_matrix(hys_experiment *e, const hys__yaml_node *node, const char *name, size_t rows,
                                  size_t columns, hys_matrix *matrix) {
    hys_matrix m = {.values = NULL};
    const char *path = hys__experiment_path(e, name);
    hys_status status = path ? hash_file(e, path) : HYS_NOMEM;
    if (status == HYS_OK) status = hys_matrix_read(e->ctx, path, &m);
    if (status != HYS_OK) return hys__experiment_blame(e, node, status);
    status = check_size(e, node, name, &m, rows, columns);
    double *values = status == HYS_OK ? HYS_NEW_N(&e->arena, double, m.rows *m.columns) : NULL;
    if (status == HYS_OK && !values) status = HYS_NOMEM;
    if (status == HYS_OK) {
        memcpy(values, m.values, m.rows * m.columns * sizeof *values);
        *matrix = (hys_matrix){m.rows, m.columns, values};
    }
    hys_matrix_free(e->ctx, &m);
    return status;
}

/* ---- the array ---- */

static double said_or(double said, double otherwise) {
    return isnan(said) ? otherwise : said;
}

static hys_status take_layout(hys_experiment *e, hys_array_opts *o) {
    const hys__said_layout *s = &e->said.array.layout;
    if (s->half_pitch == 0) return HYS_OK;
    hys_layout_opts opts = hys_layout_opts_default();
    hys_layout layout = {.size = sizeof layout};
    opts.half_pitch = s->half_pitch;
    opts.line_thickness = s->thickness;
    opts.metal = s->metal;
    opts.cell = s->cell;
    hys_status status = hys_layout_make(e->ctx, &opts, &layout);
    if (status == HYS_OK) hys_layout_apply(&layout, o);
    return status;
}

static hys_status take_lines(hys_experiment *e) {
    static const hys_array_ends ends[] = {HYS_ENDS_FIRST, HYS_ENDS_LAST, HYS_ENDS_BOTH};
    static const hys_array_ends bit_ends[] = {HYS_ENDS_LAST, HYS_ENDS_FIRST, HYS_ENDS_BOTH};
    const hys__said_array *s = &e->said.array;
    hys_array_opts *o = &e->lines;
    *o = hys_array_opts_default();
    hys_status status = take_layout(e, o);
    if (status != HYS_OK) return status;
    o->rows = s->rows;
    o->columns = s->columns;
    o->lines = s->lines ? HYS_LINES_PARALLEL : HYS_LINES_CROSSED;
    o->word_wire = said_or(s->word_wire, said_or(s->wire, o->word_wire));
    o->bit_wire = said_or(s->bit_wire, said_or(s->wire, o->bit_wire));
    o->word_capacitance = said_or(s->word_capacitance, o->word_capacitance);
    o->bit_capacitance = said_or(s->bit_capacitance, o->bit_capacitance);
    o->driver = s->driver;
    o->sense = s->sense;
    o->words = ends[s->word_ends];
    o->bits = bit_ends[s->bit_ends];
    o->tolerance = s->tolerance;
    return hys_array_check(e->ctx, o);
}

static const char *device_path(hys_experiment *e, const char *device) {
    if (!device) return NULL;
    const size_t n = strlen(device);
    const bool is_file = strchr(device, '/') || (n > 3 && !strcmp(device + n - 3, ".va"));
    return is_file ? hys__experiment_path(e, device) : device;
}

static hys_status take_cell(hys_experiment *e) {
    const hys__said_cell *s = &e->said.cell;
    const hys__yaml_node *node = hys__yaml_find(e->yaml.root, "cell");
    if (!s->device == !s->conductances)
        return hys__yaml_fail(&e->yaml, node, "device: NAME, or conductances: G.csv",
                              "cells are devices or conductances, one of both");
    e->cell = hys_cell_opts_default();
    e->cell.memory = device_path(e, s->device);
    e->cell.memory_set = s->set.at;
    e->cell.n_memory_set = s->set.n;
    e->cell.selector = device_path(e, s->selector);
    e->cell.selector_set = s->selector_set.at;
    e->cell.n_selector_set = s->selector_set.n;
    e->cell.is_complementary = s->is_complementary;
    e->cell.is_turned = s->is_turned;
    e->cell.spread = s->spread.at;
    e->cell.n_spread = s->spread.n;
    e->cell.temp = e->temp = s->temperature;
    e->cell.seed = e->said.seed;
    return e->arena.failed ? HYS_NOMEM : HYS_OK;
}

/* One number for all cells, or a file that has one for each. */
static hys_status state_values(hys_experiment *e, const hys__yaml_node *node, const char *text, hys_matrix *m) {
    const size_t count = hys__experiment_count(e);
    hys__unit unit;
    bool has_unit;
    double value;
    if (!hys__quantity_parse(text, strlen(text), &value, &unit, &has_unit))
        return hys__experiment_matrix(e, node, text, e->lines.rows, e->lines.columns, m);
    if (has_unit) value = hys__unit_to_si(&unit, value);
    m->values = HYS_NEW_N(&e->arena, double, count);
    for (size_t k = 0; k < count && m->values; k++) m->values[k] = value;
    return m->values ? HYS_OK : HYS_NOMEM;
}

/* "NAME=VALUE" or "NAME=FILE" */
static hys_status set_state(hys_experiment *e, hys_array *array, const char *text) {
    const hys__yaml_node *node = hys__yaml_find(hys__yaml_find(e->yaml.root, "cell"), "states");
    const char *equals = strchr(text, '=');
    hys_matrix m = {.values = NULL};
    if (!equals || equals == text)
        return hys__yaml_fail(&e->yaml, node, "NAME=VALUE, or NAME=FILE", "\"%.80s\" sets no state", text);
    const char *name = hys__arena_printf(&e->arena, "%.*s", (int)(equals - text), text);
    hys_status status = name ? state_values(e, node, equals + 1, &m) : HYS_NOMEM;
    return status == HYS_OK ? hys__experiment_blame(e, node, hys_array_set_state(array, name, m.values)) : status;
}

static hys_status set_devices(hys_experiment *e, hys_array *array) {
    const hys__yaml_node *cell = hys__yaml_find(e->yaml.root, "cell");
    hys_status status = hys__experiment_blame(e, cell, hys_array_set_device(array, &e->cell));
    for (size_t k = 0; k < e->said.cell.states.n && status == HYS_OK; k++)
        status = set_state(e, array, e->said.cell.states.at[k]);
    return status;
}

static hys_status set_conductances(hys_experiment *e, hys_array *array) {
    const hys__yaml_node *cell = hys__yaml_find(e->yaml.root, "cell");
    const hys__yaml_node *node = hys__yaml_find(cell, "conductances");
    const hys_array_law law = {sizeof law, e->said.cell.nonlinearity, e->said.cell.law_voltage};
    hys_matrix g = {.values = NULL};
    hys_status status = hys__experiment_matrix(e, node, e->said.cell.conductances, e->lines.rows, e->lines.columns, &g);
    if (status == HYS_OK) status = hys__experiment_blame(e, node, hys_array_set_conductances(array, g.values));
    if (status == HYS_OK) status = hys__experiment_blame(e, cell, hys_array_set_law(array, &law));
    return status;
}

/* ---- faults ---- */

enum { STUCK, OPEN, CUT_WORD, CUT_BIT, RANDOM };

static hys_status random_faults(hys_experiment *e, hys_array *array, const hys__said_fault *f) {
    hys_fault_opts o = hys_fault_opts_default();
    o.stuck_on = f->stuck_on;
    o.stuck_off = f->stuck_off;
    o.on = f->on;
    o.off = f->off;
    o.cut_word = f->cut_word;
    o.cut_bit = f->cut_bit;
    o.seed = e->said.seed;
    return hys_array_random_faults(array, &o, NULL);
}

static hys_status set_fault(hys_experiment *e, hys_array *array, const hys__said_fault *f) {
    switch (f->kind) {
    case STUCK:
        return hys_array_stick(array, f->row, f->column, f->resistance);
    case OPEN:
        return hys_array_stick(array, f->row, f->column, INFINITY);
    case CUT_WORD:
        return hys_array_cut_word(array, f->row, f->column);
    case CUT_BIT:
        return hys_array_cut_bit(array, f->column, f->row);
    default:
        return random_faults(e, array, f);
    }
}

hys_status hys__experiment_make_array(hys_experiment *e, hys_array **array) {
    const hys__yaml_sections *faults = &e->said.faults;
    hys_status status = hys_array_new(e->ctx, &e->lines, array);
    if (status == HYS_OK) status = e->cell.memory ? set_devices(e, *array) : set_conductances(e, *array);
    for (size_t k = 0; k < faults->n && status == HYS_OK; k++)
        status =
            hys__experiment_blame(e, faults->nodes[k], set_fault(e, *array, (const hys__said_fault *)faults->at + k));
    return status;
}

/* ---- temperature: the same cells with the same states at another one ---- */

static hys_status swap_states(hys_experiment *e, double *room, bool keeps) {
    const size_t count = hys__experiment_count(e);
    hys_status status = HYS_OK;
    for (size_t k = 0; k < hys_array_n_states(e->array) && status == HYS_OK; k++) {
        const char *name = hys_array_state(e->array, k);
        status = keeps ? hys_array_get_state(e->array, name, room + k * count)
                       : hys_array_set_state(e->array, name, room + k * count);
    }
    return status;
}

hys_status hys__experiment_set_temp(hys_experiment *e, double temp) {
    hys__arena scratch;
    hys_cell_opts cell = e->cell;
    cell.temp = temp;
    if (!e->cell.memory || temp == e->temp) return HYS_OK;
    hys__arena_init(&scratch, e->ctx, 0);
    double *room = HYS_NEW_N(&scratch, double, hys__experiment_count(e) * (hys_array_n_states(e->array) + 1));
    hys_status status = room ? swap_states(e, room, true) : HYS_NOMEM;
    if (status == HYS_OK) status = hys_array_set_device(e->array, &cell);
    if (status == HYS_OK) status = swap_states(e, room, false);
    hys__arena_free(&scratch);
    if (status == HYS_OK) e->temp = e->cell.temp = temp;
    return status;
}

hys_write_gates hys__experiment_gates(const hys_experiment *e) {
    const hys__said_array *s = &e->said.array;
    return (hys_write_gates){.size = sizeof(hys_write_gates),
                             .along = s->gates_along ? HYS_GATES_ALONG_BITS : HYS_GATES_ALONG_WORDS,
                             .read = s->gate_read,
                             .off = s->gate_off};
}

/* ---- steps ---- */

static const hys__step_kind *kind_of(const char *name) {
    for (size_t k = 0; k < hys__n_step_kinds; k++)
        if (!strcmp(hys__step_kinds[k].name, name)) return &hys__step_kinds[k];
    return NULL;
}

static hys_status take_step(hys_experiment *e, size_t k) {
    hys__found *f = &e->found[k];
    const hys__yaml_node *node = e->said.steps.nodes[k];
    f->said = (hys__said_step *)e->said.steps.at + k;
    for (const hys__yaml_node *part = node->first; part; part = part->next) {
        const hys__step_kind *kind = kind_of(part->key);
        if (kind && f->kind)
            return hys__yaml_fail(&e->yaml, part, "a step of its own for each", "this step is %s already",
                                  f->kind->name);
        if (!kind) continue;
        f->kind = kind;
        f->node = part;
    }
    if (!f->kind)
        return hys__yaml_fail(&e->yaml, node, "read, write, pulse, program, residual, multiply, wait, retention ...",
                              "this step does nothing");
    f->step.kind = f->kind->name;
    f->step.name = f->said->name ? hys__arena_printf(&e->arena, "%s", f->said->name)
                                 : hys__arena_printf(&e->arena, "%02zu-%s", k + 1, f->kind->name);
    if (!f->step.name) return HYS_NOMEM;
    if (!*f->step.name || *f->step.name == '.' || strchr(f->step.name, '/'))
        return hys__yaml_fail(&e->yaml, node, "files are called by it", "a step cannot be called \"%.80s\"",
                              f->step.name);
    return f->kind->prepare ? f->kind->prepare(e, f) : HYS_OK;
}

static hys_status check_names(hys_experiment *e) {
    for (size_t k = 0; k < e->n_steps; k++)
        for (size_t j = 0; j < k; j++)
            if (!strcmp(e->found[k].step.name, e->found[j].step.name))
                return hys__yaml_fail(&e->yaml, e->said.steps.nodes[k], "", "there is a step \"%.80s\" already",
                                      e->found[k].step.name);
    return HYS_OK;
}

static hys_status take_steps(hys_experiment *e) {
    if (!e->said.steps.n)
        return hys__yaml_fail(&e->yaml, hys__yaml_find(e->yaml.root, "steps"), "- read: {}", "there are no steps");
    e->found = HYS_NEW_N(&e->arena, hys__found, e->said.steps.n);
    if (!e->found) return HYS_NOMEM;
    e->n_steps = e->said.steps.n;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < e->n_steps && status == HYS_OK; k++) status = take_step(e, k);
    return status == HYS_OK ? check_names(e) : status;
}

/* ---- reading ---- */

static hys_status read_all(hys_experiment *e) {
    const char *text = NULL;
    size_t len = 0;
    hys__experiment_preset(&e->said);
    hys_status status = hys__file_read(&e->arena, e->path, MOST_FILE, &text, &len);
    if (status == HYS_OK) status = keep_input(e, e->path, text, len);
    if (status == HYS_OK) status = hys__yaml_parse(&e->arena, e->path, text, len, &e->yaml);
    if (status == HYS_OK) status = hys__yaml_take(&e->yaml, e->yaml.root, &hys__experiment_schema, &e->said);
    if (status != HYS_OK) return status;
    const hys__yaml_node *array = hys__yaml_find(e->yaml.root, "array");
    status = hys__experiment_blame(e, array, take_lines(e));
    if (status == HYS_OK) status = take_cell(e);
    if (status == HYS_OK) status = hys__experiment_make_array(e, &e->array);
    if (status == HYS_OK && e->cell.memory) status = hash_device(e, e->cell.memory);
    if (status == HYS_OK && e->cell.selector) status = hash_device(e, e->cell.selector);
    return status == HYS_OK ? take_steps(e) : status;
}

hys_status hys_experiment_read(hys_ctx *ctx, const char *path, hys_experiment **result) {
    hys_experiment *e = hys__realloc(ctx, NULL, 0, sizeof *e);
    if (!e) return HYS_NOMEM;
    *e = (hys_experiment){.ctx = ctx};
    hys__arena_init(&e->arena, ctx, 0);
    e->path = hys__arena_printf(&e->arena, "%s", path);
    hys_status status = e->path ? read_all(e) : HYS_NOMEM;
    if (status == HYS_OK) *result = e;
    else hys_experiment_free(e);
    return status;
}

void hys_experiment_free(hys_experiment *e) {
    if (!e) return;
    hys_ctx *ctx = e->ctx;
    for (size_t k = 0; k < e->n_steps; k++) hys__found_free(&e->found[k]);
    hys_array_free(e->array);
    hys__arena_free(&e->arena);
    hys__free(ctx, e, sizeof *e);
}

/* ---- running ---- */

int hys__experiment_progress(void *user, double done) {
    const hys_experiment *e = user;
    if (hys_ctx_is_cancelled(e->ctx)) return 1;
    if (!e->opts || !e->opts->progress) return 0;
    return e->opts->progress(e->opts->progress_user, ((double)e->step + done) / (double)e->n_steps);
}

static hys_status run_step(hys_experiment *e, hys__found *f) {
    if (hys__experiment_progress(e, 0)) return HYS_CANCEL;
    const hys_status status = f->kind->run(e, f);
    hys__found_close(f);
    f->step.is_done = status == HYS_OK;
    return hys__experiment_blame(e, f->node, status);
}

hys_status hys_experiment_run(hys_experiment *e, const hys_experiment_opts *given) {
    hys_experiment_opts o = {.size = sizeof o};
    if (given) memcpy(&o, given, given->size < sizeof o ? given->size : sizeof o);
    if (e->is_run) return hys__fail(e->ctx, HYS_ARG, "read it again", "an experiment runs once");
    e->is_run = true;
    e->opts = &o;
    hys_status status = HYS_OK;
    for (e->step = 0; e->step < e->n_steps && status == HYS_OK; e->step++) status = run_step(e, &e->found[e->step]);
    e->opts = NULL;
    return status;
}

/* ---- what it is ---- */

hys_experiment_info hys_experiment_get_info(const hys_experiment *e) {
    return (hys_experiment_info){.size = sizeof(hys_experiment_info),
                                 .title = e->said.title,
                                 .folder = e->said.outputs.folder,
                                 .has_csv = e->said.outputs.has_csv,
                                 .has_figures = e->said.outputs.has_figures,
                                 .seed = e->said.seed,
                                 .rows = e->lines.rows,
                                 .columns = e->lines.columns,
                                 .n_steps = e->n_steps,
                                 .n_inputs = e->inputs.n};
}

bool hys_experiment_input(const hys_experiment *e, size_t k, const char **path, const char **hash) {
    if (k >= e->inputs.n) return false;
    *path = e->inputs.at[k].path;
    *hash = e->inputs.at[k].hash.hex;
    return true;
}

const hys_experiment_step *hys_experiment_get_step(const hys_experiment *e, size_t k) {
    return k < e->n_steps ? &e->found[k].step : NULL;
}
