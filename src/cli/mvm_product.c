/* Products with a signed matrix: options, report, JSON. */
#include "cli/mvm_product.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- options ---- */

int refuse_product_options(invocation *in) {
    static const option_info options[] = {PRODUCT_OPTIONS};
    for (size_t k = 1; k < sizeof options / sizeof *options; k++)
        if (option_get(in, options[k].name)->is_set) {
            char what[64];
            snprintf(what, sizeof what, "--%s is of products with a signed matrix", options[k].name);
            return refuse(in, what, NULL, "--weights W.csv in place of --conductances G.csv");
        }
    return EXIT_GOOD;
}

static hys_status quantity(invocation *in, const char *name, const char *unit, double *value) {
    char label[32];
    const char *text = option_text(in, name);
    snprintf(label, sizeof label, "--%s", name);
    return text ? hys_quantity_read(in->ctx, label, text, unit, value) : HYS_OK;
}

/* "1%,9%": the second may be left out. */
static hys_status two_parts(invocation *in, const char *name, double *first, double *second) {
    const char *text = option_text(in, name), *comma = text ? strchr(text, ',') : NULL;
    char label[32], head[32];
    if (!text) return HYS_OK;
    snprintf(label, sizeof label, "--%s", name);
    snprintf(head, sizeof head, "%.*s", comma ? (int)(comma - text) : 31, text);
    hys_status status = hys_quantity_read(in->ctx, label, head, "1", first);
    return status == HYS_OK && comma ? hys_quantity_read(in->ctx, label, comma + 1, "1", second) : status;
}

static bool is_percentage(const char *text) {
    const size_t n = strlen(text);
    return n && text[n - 1] == '%';
}

static int read_encoding(invocation *in, hys_product_opts *o) {
    static const char *const names[] = {"differential", "reference", "offset", "unsigned"};
    const char *text = option_text(in, "encoding");
    for (int k = 0; k < 4 && text; k++)
        if (!strcmp(text, names[k])) {
            o->weights = (hys_weight_coding)k;
            return EXIT_GOOD;
        }
    return text ? refuse(in, "there is no encoding", text, "differential, reference, offset, unsigned") : EXIT_GOOD;
}

/* tile = R "x" C */
static int read_tile(invocation *in, hys_product_opts *o) {
    const char *text = option_text(in, "tile");
    if (!text) return EXIT_GOOD;
    char *end;
    const unsigned long long rows = strtoull(text, &end, 10), columns = *end == 'x' ? strtoull(end + 1, &end, 10) : 0;
    if (*text == '-' || *end || !rows || !columns || rows > 1000000 || columns > 1000000)
        return refuse(in, "this is no size of an array:", text, "--tile 128x128");
    o->tile_rows = (size_t)rows;
    o->tile_columns = (size_t)columns;
    return EXIT_GOOD;
}

static int32_t bits(const invocation *in, const char *name) {
    return option_int(in, name, 0);
}

static void read_counts(const invocation *in, hys_product_opts *o) {
    o->weight_bits = bits(in, "bits-weight");
    o->cell_bits = bits(in, "bits-cell");
    o->input_bits = bits(in, "bits-input");
    o->dac_bits = bits(in, "dac");
    o->adc_bits = bits(in, "adc");
    o->columns_per_adc = (size_t)option_int(in, "adc-share", 0);
    o->inputs = option_flag(in, "pulses") ? HYS_INPUTS_PULSES : HYS_INPUTS_AMPLITUDE;
    o->has_sign_passes = option_flag(in, "sign-passes");
    o->converts_each = option_flag(in, "adc-each");
    o->compensates_drift = option_flag(in, "compensate");
    o->solves_each = option_flag(in, "solve-each");
    o->seed = option_get(in, "seed")->is_set ? (uint64_t)option_get(in, "seed")->number : 0;
    o->cells = option_text(in, "program");
    o->adc = option_text(in, "adc-model");
}

static hys_status read_range(invocation *in, hys_product_opts *o) {
    const char *text = option_text(in, "adc-range");
    if (!text || !strcmp(text, "full")) return HYS_OK;
    if (!strcmp(text, "unit")) {
        o->adc_range = HYS_ADC_UNIT;
        return HYS_OK;
    }
    o->adc_range = is_percentage(text) ? HYS_ADC_CALIBRATED : HYS_ADC_GIVEN;
    if (o->adc_range == HYS_ADC_GIVEN) return quantity(in, "adc-range", "A", &o->adc_full);
    return quantity(in, "adc-range", "1", &o->adc_part);
}

static hys_status read_quantities(invocation *in, hys_product_opts *o) {
    const char *noise = option_text(in, "read-noise");
    if (option_text(in, "gmin") || option_text(in, "gmax")) {
        o->g_min = 1e-6;
        o->g_max = 100e-6;
    }
    hys_status status = quantity(in, "gmin", "S", &o->g_min);
    if (status == HYS_OK) status = quantity(in, "gmax", "S", &o->g_max);
    if (status == HYS_OK) status = quantity(in, "vmax", "V", &o->voltage);
    if (status == HYS_OK) status = quantity(in, "drift", "s", &o->time);
    if (status == HYS_OK && option_text(in, "drift") && o->time < 0) {
        refuse(in, "no time since programming is", option_text(in, "drift"), "--drift 1day");
        return HYS_ARG;
    }
    if (status == HYS_OK) status = two_parts(in, "nu", &o->drift, &o->drift_spread);
    if (status == HYS_OK) status = two_parts(in, "stuck", &o->stuck_on, &o->stuck_off);
    if (status == HYS_OK && noise)
        status = is_percentage(noise) ? quantity(in, "read-noise", "1", &o->read_noise)
                                      : quantity(in, "read-noise", "S", &o->read_noise_S);
    if (status == HYS_OK) status = quantity(in, "adc-rate", "Hz", &o->adc_rate);
    if (status == HYS_OK) status = quantity(in, "read-time", "s", &o->read_time);
    if (status == HYS_OK) status = quantity(in, "cwire", "F", &o->lines.word_capacitance);
    if (status == HYS_OK) status = quantity(in, "cwire", "F", &o->lines.bit_capacitance);
    return status == HYS_OK ? read_range(in, o) : status;
}

static int read_opts(invocation *in, hys_product_opts *o) {
    *o = hys_product_opts_default();
    int result = array_opts(in, &o->lines);
    if (result == EXIT_GOOD) result = array_law(in, &o->law);
    if (result == EXIT_GOOD) result = read_encoding(in, o);
    if (result == EXIT_GOOD) result = read_tile(in, o);
    if (result != EXIT_GOOD) return result;
    if (!option_text(in, "read-voltage")) o->law.voltage = 1;
    read_counts(in, o);
    return exit_status(read_quantities(in, o));
}

/* ---- a product ---- */

typedef struct outcome {
    hys_product_opts opts;
    hys_matrix weights, inputs, outputs;
    hys_product *product;
    hys_product_shape shape;
    hys_product_error error;
    hys_product_stage *stages; /* NULL: not asked for */
    hys_product_cost cost;
    bool has_cost;
    struct progress *progress;
    double from, to; /* of the progress: what is done now */
} outcome;

static int tell(void *user, double done) {
    const outcome *o = user;
    return progress_report(o->progress, o->from + (o->to - o->from) * done);
}

/* The report is as many products as two of each step. */
#define PRODUCT 1.0
#define COST    0.5
#define REPORT  6.0

static void go_on(outcome *o, double part, double whole) {
    o->from = o->to;
    o->to += part / whole;
}

static hys_status study(invocation *in, outcome *o, double whole) {
    hys_status status = HYS_OK;
    if (option_flag(in, "energy")) {
        go_on(o, COST, whole);
        status = hys_product_get_cost(o->product, &o->inputs, &o->cost);
        o->has_cost = status == HYS_OK;
    }
    if (!option_flag(in, "report") || status != HYS_OK) return status;
    go_on(o, REPORT, whole);
    o->stages = calloc(hys_product_n_stages(), sizeof *o->stages);
    status = hys_ranks_all(in->ctx, o->stages ? HYS_OK : HYS_NOMEM);
    return status == HYS_OK ? hys_product_stages(o->product, &o->weights, &o->inputs, o->stages) : status;
}

static hys_status compute(invocation *in, outcome *o) {
    const double whole = PRODUCT + (option_flag(in, "energy") ? COST : 0) + (option_flag(in, "report") ? REPORT : 0);
    hys_status status = hys_matrix_read(in->ctx, option_text(in, "weights"), &o->weights);
    if (status == HYS_OK) status = hys_matrix_read(in->ctx, option_text(in, "inputs"), &o->inputs);
    status = hys_ranks_all(in->ctx, status);
    go_on(o, PRODUCT, whole);
    if (status == HYS_OK) status = hys_product_new(in->ctx, &o->weights, &o->opts, &o->product);
    if (status == HYS_OK) status = hys_product_multiply(o->product, &o->inputs, &o->outputs);
    if (status != HYS_OK) return status;
    status = hys_product_compare(in->ctx, &o->weights, &o->inputs, &o->outputs, &o->error);
    status = hys_ranks_all(in->ctx, status);
    o->shape = hys_product_get_shape(o->product);
    return status == HYS_OK ? study(in, o, whole) : status;
}

/* ---- text ---- */

static void put(FILE *out, double value, const char *unit, int width) {
    char text[48];
    hys_quantity_format(value, unit, 4, text);
    fprintf(out, "%*s", width, text);
}

static void print_shape(FILE *out, const outcome *o) {
    const hys_product_shape *s = &o->shape;
    fprintf(out, "%zu x %zu weights on %zu array%s of %zu x %zu cells: %zu slice%s, %zu x %zu tile%s\n",
            o->weights.rows, o->weights.columns, s->arrays, s->arrays == 1 ? "" : "s", s->rows, s->columns, s->slices,
            s->slices == 1 ? "" : "s", s->row_tiles, s->column_tiles, s->row_tiles * s->column_tiles == 1 ? "" : "s");
    fprintf(out, "a product takes %zu pass%s and %zu conversion%s\n", s->passes, s->passes == 1 ? "" : "es",
            s->conversions, s->conversions == 1 ? "" : "s");
}

/* Infinite where there is no error, no number where there is no signal either. */
static void put_ratio(FILE *out, double value, int width, int digits, const char *unit) {
    char text[32] = "-";
    if (isfinite(value)) snprintf(text, sizeof text, "%.*f%s", digits, value, unit);
    fprintf(out, " %*s", width, text);
}

static void print_column(FILE *out, const char *name, const hys_product_column *c) {
    fprintf(out, "%-10s %12.4g %12.4g %12.4g", name, c->mean, c->rms, c->most);
    put_ratio(out, c->snr_dB, 12, 2, " dB");
    put_ratio(out, c->bits, 7, 2, "");
    fputc('\n', out);
}

#define MOST_PRINTED 16 /* columns; all are in the JSON */

static void print_errors(FILE *out, const outcome *o) {
    char name[32];
    fprintf(out, "\nerror of %zu product%s\n%-10s %12s %12s %12s %12s %7s\n", o->error.n_products,
            o->error.n_products == 1 ? "" : "s", "column", "mean", "rms", "largest", "SNR", "bits");
    for (size_t j = 0; j < o->error.n_columns && j < MOST_PRINTED; j++) {
        snprintf(name, sizeof name, "%zu", j + 1);
        print_column(out, name, &o->error.columns[j]);
    }
    if (o->error.n_columns > MOST_PRINTED) fprintf(out, "... %zu columns\n", o->error.n_columns);
    print_column(out, "all", &o->error.all);
    fprintf(out, "\n%-14s %14s %14s   rms\n", "step", "alone", "without it");
    for (size_t k = 0; k < hys_product_n_stages(); k++)
        if (o->stages[k].is_on)
            fprintf(out, "%-14s %14.4g %14.4g\n", o->stages[k].name, o->stages[k].alone, o->stages[k].without);
}

static const struct {
    const char *name, *unit;
    size_t at;
    const char *what;
} costs[] = {
    {"cells", "J", offsetof(hys_product_cost, cells), "in cells"},
    {"wires", "J", offsetof(hys_product_cost, wires), "in wires"},
    {"drivers", "J", offsetof(hys_product_cost, drivers), "in drivers and sense resistances"},
    {"charging", "J", offsetof(hys_product_cost, charging), "charging word lines"},
    {"dac", "J", offsetof(hys_product_cost, dac), "converting inputs"},
    {"adc", "J", offsetof(hys_product_cost, adc), "converting currents"},
    {"adding", "J", offsetof(hys_product_cost, adding), "shifting and adding"},
    {"energy", "J", offsetof(hys_product_cost, energy), "a product"},
    {"settling", "s", offsetof(hys_product_cost, settling), "a pass, by Elmore's delays"},
    {"driving", "s", offsetof(hys_product_cost, driving), "a pass"},
    {"converting", "s", offsetof(hys_product_cost, converting), "a pass"},
    {"latency", "s", offsetof(hys_product_cost, latency), "a product"},
};
#define N_COSTS (sizeof costs / sizeof *costs)

static double cost_at(const hys_product_cost *c, size_t k) {
    double value;
    memcpy(&value, (const char *)c + costs[k].at, sizeof value);
    return value;
}

static void print_cost(FILE *out, const hys_product_cost *c) {
    fprintf(out, "\ncost, mean of %zu product%s\n", c->n_products, c->n_products == 1 ? "" : "s");
    for (size_t k = 0; k < N_COSTS; k++) {
        fprintf(out, "  %-12s", costs[k].name);
        put(out, cost_at(c, k), costs[k].unit, 12);
        fprintf(out, "  %s\n", costs[k].what);
    }
    if (c->converters > 0)
        fprintf(out, "  %-12s%8.4g mm^2  %.0f converters of currents\n", "area", 1e6 * c->adc_area, c->converters);
    fprintf(out, "  %.4g TOPS/W, %.4g GOPS: %.0f operations, a multiplication and an addition for each weight\n",
            1e-12 * c->operations_per_J, 1e-9 * c->operations / c->latency, c->operations);
    fprintf(out, "converters of currents: %s\nconverters of inputs: %s\nshifts and additions: %s\n", c->adc_source,
            c->dac_source, c->add_source);
}

static int print_models(void) {
    for (size_t k = 0; k < hys_product_n_cells(); k++) {
        const hys_product_cell_info *info = hys_product_cells(k);
        printf("%-14s", info->name);
        put(stdout, info->g_min, "S", 8);
        printf(" to");
        put(stdout, info->g_max, "S", 10);
        printf("  %s\n%-14s  %s\n", info->desc, "", info->source);
    }
    return EXIT_GOOD;
}

/* ---- JSON ---- */

static json_t *column_json(const hys_product_column *c) {
    json_t *j = json_object();
    json_object_set_new(j, "mean", json_number(c->mean));
    json_object_set_new(j, "rms", json_number(c->rms));
    json_object_set_new(j, "largest", json_number(c->most));
    json_object_set_new(j, "signal_rms", json_number(c->signal));
    json_object_set_new(j, "span", json_number(c->span));
    json_object_set_new(j, "snr_dB", json_number(c->snr_dB));
    json_object_set_new(j, "bits", json_number(c->bits));
    return j;
}

static json_t *shape_json(const hys_product_shape *s) {
    const struct {
        const char *name;
        size_t value;
    } all[] = {{"arrays", s->arrays},
               {"rows", s->rows},
               {"columns", s->columns},
               {"cells", s->cells},
               {"slices", s->slices},
               {"row_tiles", s->row_tiles},
               {"column_tiles", s->column_tiles},
               {"passes", s->passes},
               {"conversions", s->conversions}};
    json_t *j = json_object();
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        json_object_set_new(j, all[k].name, json_integer((json_int_t)all[k].value));
    return j;
}

static json_t *stages_json(const hys_product_stage *stages) {
    json_t *list = json_array();
    for (size_t k = 0; k < hys_product_n_stages(); k++) {
        if (!stages[k].is_on) continue;
        json_t *j = json_object();
        json_object_set_new(j, "step", json_text(stages[k].name));
        json_object_set_new(j, "rms_alone", json_number(stages[k].alone));
        json_object_set_new(j, "rms_without", json_number(stages[k].without));
        json_array_append_new(list, j);
    }
    return list;
}

static json_t *cost_json(const hys_product_cost *c) {
    json_t *j = json_object();
    for (size_t k = 0; k < N_COSTS; k++) {
        char name[32];
        snprintf(name, sizeof name, "%s_%s", costs[k].name, costs[k].unit);
        json_object_set_new(j, name, json_number(cost_at(c, k)));
    }
    json_object_set_new(j, "operations", json_number(c->operations));
    json_object_set_new(j, "operations_per_J", json_number(c->operations_per_J));
    json_object_set_new(j, "converters", json_number(c->converters));
    json_object_set_new(j, "adc_area_m2", json_number(c->adc_area));
    json_object_set_new(j, "adc_source", json_text(c->adc_source));
    json_object_set_new(j, "dac_source", json_text(c->dac_source));
    json_object_set_new(j, "add_source", json_text(c->add_source));
    return j;
}

static json_t *outcome_json(const outcome *o) {
    json_t *root = json_document(), *error = column_json(&o->error.all), *columns = json_array();
    for (size_t j = 0; j < o->error.n_columns; j++) json_array_append_new(columns, column_json(&o->error.columns[j]));
    json_object_set_new(error, "columns", columns);
    json_object_set_new(root, "arrays", shape_json(&o->shape));
    json_object_set_new(root, "error", error);
    if (o->stages) json_object_set_new(root, "steps", stages_json(o->stages));
    if (o->has_cost) json_object_set_new(root, "cost", cost_json(&o->cost));
    json_object_set_new(root, "outputs", matrix_json(&o->outputs));
    return root;
}

/* ---- all of it ---- */

static hys_status write_outputs(invocation *in, const outcome *o) {
    const char *notes[] = {"hysteron", hys_version(), "columns", "y_j = sum over word lines i of x_i w_ij", NULL};
    const char *path = option_text(in, "output");
    const bool is_silent = option_flag(in, "json") || option_flag(in, "report") || option_flag(in, "energy");
    return path || !is_silent ? hys_matrix_write(in->ctx, &o->outputs, path ? path : "-", notes) : HYS_OK;
}

/* array1.npy, array2.npy ...: the conductances of all arrays. */
static int write_arrays(invocation *in, const outcome *o) {
    const char *folder = option_text(in, "arrays");
    int result = folder ? make_folder(in, folder) : EXIT_GOOD;
    hys_matrix m;
    const double *g;
    for (size_t k = 0; folder && result == EXIT_GOOD && hys_product_array(o->product, k, &m.rows, &m.columns, &g);
         k++) {
        char path[4096];
        snprintf(path, sizeof path, "%.4000s/array%zu.npy", folder, k + 1);
        m.values = (double *)(uintptr_t)g; /* only read */
        result = exit_status(hys_matrix_write(in->ctx, &m, path, NULL));
    }
    return result;
}

static void print_outcome(const invocation *in, const outcome *o) {
    if (option_flag(in, "json") || !(o->stages || o->has_cost)) return;
    FILE *out = report_stream(in);
    print_shape(out, o);
    if (o->stages) print_errors(out, o);
    if (o->has_cost) print_cost(out, &o->cost);
}

static int tell_outcome(invocation *in, const outcome *o, hys_status status) {
    if (status == HYS_OK) status = write_outputs(in, o);
    int result = exit_status(status);
    if (status == HYS_OK) result = write_arrays(in, o);
    if (result == EXIT_GOOD) print_outcome(in, o);
    if (option_flag(in, "json") && (status != HYS_OK || result == EXIT_GOOD))
        result = json_finish(in, status == HYS_OK ? outcome_json(o) : json_document(), status);
    return result;
}

static int prepare(invocation *in, hys_product_opts *opts) {
    if (option_text(in, "conductances"))
        return refuse(in, "a product is with weights or with conductances, not with both", NULL, NULL);
    if (option_text(in, "effective"))
        return refuse(in, "--effective is of conductances", NULL, "--conductances G.csv in place of --weights W.csv");
    if (!option_text(in, "weights") || !option_text(in, "inputs"))
        return refuse(in, "a product needs a matrix and vectors", NULL, "--weights W.csv --inputs X.csv");
    if (wants_both_on_stdout(in)) return refuse(in, "--json and -o - both want standard output", NULL, "-o FILE.csv");
    return read_opts(in, opts);
}

int run_product(invocation *in) {
    const char *program = option_text(in, "program");
    const bool is_first = hys_ranks_rank(in->ctx) == 0; /* the others have the same results, and say nothing */
    outcome o = {.has_cost = false};
    if (program && !strcmp(program, "list")) return is_first ? print_models() : EXIT_GOOD;
    int result = prepare(in, &o.opts);
    const hys_status agreed = hys_ranks_all(in->ctx, result == EXIT_GOOD ? HYS_OK : HYS_ARG);
    if (result != EXIT_GOOD || agreed != HYS_OK) return result != EXIT_GOOD ? result : exit_status(agreed);
    o.progress = is_first ? progress_new("array mvm") : NULL;
    o.opts.progress = tell;
    o.opts.progress_user = &o;
    hys_status status = compute(in, &o);
    progress_free(o.progress);
    result = is_first ? tell_outcome(in, &o, status) : exit_status(status);
    hys_product_error_free(in->ctx, &o.error);
    hys_product_free(o.product);
    free(o.stages);
    hys_matrix *const all[] = {&o.weights, &o.inputs, &o.outputs};
    for (size_t k = 0; k < 3; k++) hys_matrix_free(in->ctx, all[k]);
    return result;
}
