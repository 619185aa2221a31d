/* From options to an experiment on a network. */
#include "cli/network_args.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static hys_status quantity(invocation *in, const char *name, const char *unit, double *value) {
    char label[32];
    const char *text = option_text(in, name);
    snprintf(label, sizeof label, "--%s", name);
    return text ? hys_quantity_read(in->ctx, label, text, unit, value) : HYS_OK;
}

/* Up to three quantities with commas between them; so many are needed. */
static int several(invocation *in, const char *name, const char *const *units, size_t needed, double *const *values) {
    const char *text = option_text(in, name);
    char label[32], part[64];
    snprintf(label, sizeof label, "--%s", name);
    for (size_t k = 0; text && k < 3 && units[k]; k++) {
        const size_t n = strcspn(text, ",");
        snprintf(part, sizeof part, "%.*s", (int)(n < 63 ? n : 63), text);
        const hys_status status = hys_quantity_read(in->ctx, label, part, units[k], values[k]);
        if (status != HYS_OK) return exit_status(status);
        text = text[n] ? text + n + 1 : NULL;
        needed -= needed > 0;
        if (text && (k == 2 || !units[k + 1]))
            return refuse(in, "there is more than it takes in", option_text(in, name), NULL);
    }
    return needed && option_text(in, name) ? refuse(in, "something is missing in", option_text(in, name), NULL)
                                           : EXIT_GOOD;
}

static int read_pulse(invocation *in, const char *name, hys_synapse_pulse *pulse) {
    static const char *const units[] = {"V", "s", "V"};
    double *const values[] = {&pulse->voltage, &pulse->width, &pulse->gate};
    return several(in, name, units, 2, values);
}

/* Of names, which may be cut off by the end of a list. */
static int choose(invocation *in, const char *name, const char *text, const char *(*name_of)(int), int n, int *chosen) {
    char what[64], list[256] = "";
    for (int k = 0; k < n; k++) {
        if (!strcmp(text, name_of(k))) {
            *chosen = k;
            return EXIT_GOOD;
        }
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", k ? ", " : "", name_of(k));
    }
    snprintf(what, sizeof what, "--%s cannot be", name);
    return refuse(in, what, text, list);
}

static const char *training_at(int k) {
    return hys_training_name((hys_training)k);
}
static const char *fidelity_at(int k) {
    return hys_fidelity_name((hys_fidelity)k);
}
static const char *rule_at(int k) {
    return hys_pulsed_rule_name((hys_pulsed_rule)k);
}
static const char *sweep_at(int k) {
    return hys_sweep_name((hys_sweep)k);
}
static const char *encoding_at(int k) {
    static const char *const names[] = {"differential", "reference", "offset"};
    return names[k];
}

/* ---- the device ---- */

/* Options that nothing would look at. */
static int check_device(invocation *in) {
    static const char *const of_models[] = {"set", "selector", "selector-set", "turned", "spread", "temp", "pulses"};
    static const char *const of_devices[] = {"up", "down", "read", "time", "kernel"};
    const bool has_model = option_text(in, "device"), is_measured = option_text(in, "measured");
    const bool has_law = option_text(in, "law");
    if (has_law && (has_model || is_measured))
        return refuse(in, "is the device a model, measured, or a law?", NULL, "--device, --measured or --law");
    if (has_model && is_measured)
        return refuse(in, "is the device a model, or measured?", NULL, "--device or --measured");
    for (size_t k = 0; k < sizeof of_models / sizeof *of_models; k++)
        if (option_get(in, of_models[k])->is_set && !has_model)
            return refuse(in, "only models take this:", of_models[k], "--device DEVICE");
    for (size_t k = 0; k < sizeof of_devices / sizeof *of_devices; k++)
        if (option_get(in, of_devices[k])->is_set && !has_model && !is_measured &&
            !(has_law && !strcmp(of_devices[k], "time")))
            return refuse(in, has_law ? "laws do not take this:" : "ideal cells do not take this:", of_devices[k],
                          "--device DEVICE");
    if (option_text(in, "measured-unit") && !is_measured)
        return refuse(in, "nothing was measured, which has a unit", NULL, "--measured FILE");
    return EXIT_GOOD;
}

static int read_device(invocation *in, accuracy_args *args) {
    hys_synapse_opts *d = &args->opts.device;
    const option_value *set = option_get(in, "set"), *other = option_get(in, "selector-set");
    const option_value *spread = option_get(in, "spread");
    args->model = model_opts(in);
    args->opts.has_device = option_text(in, "device") || option_text(in, "measured");
    d->measured = option_text(in, "measured");
    args->opts.law = option_text(in, "law");
    d->cell.memory = option_text(in, "device");
    d->cell.memory_set = set->list;
    d->cell.n_memory_set = set->n_list;
    d->cell.selector = option_text(in, "selector");
    d->cell.selector_set = other->list;
    d->cell.n_selector_set = other->n_list;
    d->cell.spread = spread->list;
    d->cell.n_spread = spread->n_list;
    d->cell.is_turned = option_flag(in, "turned");
    d->cell.model = &args->model;
    if (option_get(in, "pulses")->is_set) d->pulses = (size_t)option_int(in, "pulses", 64);
    hys_status status = quantity(in, "temp", "K", &d->cell.temp);
    if (status == HYS_OK) status = quantity(in, "measured-unit", "S", &d->measured_unit);
    int result = exit_status(status);
    if (result == EXIT_GOOD) result = check_device(in);
    if (option_text(in, "temp") && result == EXIT_GOOD && !(d->cell.temp > 0))
        return refuse(in, "a temperature lies above", "0 K", "--temp 300K");
    if (result == EXIT_GOOD) result = read_pulse(in, "up", &d->up);
    if (result == EXIT_GOOD) result = read_pulse(in, "down", &d->down);
    return result == EXIT_GOOD ? read_pulse(in, "read", &d->read) : result;
}

/* ---- training ---- */

static double real(const invocation *in, const char *name, double otherwise) {
    return option_get(in, name)->is_set ? option_get(in, name)->number : otherwise;
}

static void read_counts(const invocation *in, hys_accuracy_opts *o) {
    o->dataset.n_train = (size_t)option_int(in, "train", 0);
    o->dataset.n_test = (size_t)option_int(in, "test", 0);
    o->train.epochs = (size_t)option_int(in, "epochs", (int32_t)o->train.epochs);
    o->tune.epochs = (size_t)option_int(in, "tune", (int32_t)o->tune.epochs);
    o->train.batch = (size_t)option_int(in, "batch", (int32_t)o->train.batch);
    o->tune.batch = (size_t)option_int(in, "batch", (int32_t)o->tune.batch);
    o->train.rate = real(in, "rate", o->train.rate);
    o->tune.rate = real(in, "tune-rate", o->tune.rate);
    o->seeds = (size_t)option_int(in, "seeds", 5);
    o->seed = (uint64_t)real(in, "seed", 0);
    o->dataset.seed = o->seed;
    o->threads = (unsigned)option_int(in, "threads", 0);
    o->compare_exact = (size_t)option_int(in, "exact", 0);
}

static int read_training(invocation *in, hys_accuracy_opts *o) {
    const char *training = option_text(in, "training"), *rule = option_text(in, "rule");
    int chosen = 0, result = EXIT_GOOD;
    if (option_text(in, "data")) o->data = option_text(in, "data");
    if (option_text(in, "net")) o->network = option_text(in, "net");
    o->weights = option_text(in, "weights");
    o->checkpoints = option_text(in, "checkpoints");
    if (training) result = choose(in, "training", training, training_at, HYS_N_TRAININGS, &chosen);
    if (result != EXIT_GOOD) return result;
    o->training = (hys_training)chosen;
    chosen = (int)o->pulsed.rule;
    if (rule) result = choose(in, "rule", rule, rule_at, HYS_N_PULSED_RULES, &chosen);
    o->pulsed.rule = (hys_pulsed_rule)chosen;
    read_counts(in, o);
    if (result == EXIT_GOOD && o->training == HYS_TRAINING_INPLACE && o->compare_exact > 0)
        return refuse(in, "what was trained in place is not solved exactly", NULL, "leave out --exact");
    return result;
}

/* ---- arrays ---- */

static int read_fidelity(invocation *in, accuracy_args *args) {
    const option_value *list = option_get(in, "fidelity");
    int result = EXIT_GOOD;
    for (size_t k = 0; k < list->n_list && result == EXIT_GOOD; k++) {
        const char *equals = strchr(list->list[k], '=');
        int chosen = 0;
        result = choose(in, "fidelity", equals ? equals + 1 : list->list[k], fidelity_at, HYS_N_FIDELITIES, &chosen);
        if (!equals) {
            args->opts.mapping.fidelity = (hys_fidelity)chosen;
            continue;
        }
        const size_t n = args->opts.n_choices;
        if (n == MOST_CHOICES) return refuse(in, "there are too many --fidelity", NULL, NULL);
        snprintf(args->layers[n], sizeof args->layers[n], "%.*s", (int)(equals - list->list[k]), list->list[k]);
        args->choices[n] = (hys_layer_choice){args->layers[n], (hys_fidelity)chosen};
        args->opts.n_choices = n + 1;
    }
    args->opts.choices = args->choices;
    return result;
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

static int read_lines(invocation *in, hys_product_opts *o) {
    hys_status status = quantity(in, "rwire", "ohm", &o->lines.word_wire);
    o->lines.bit_wire = o->lines.word_wire;
    if (status == HYS_OK) status = quantity(in, "rdriver", "ohm", &o->lines.driver);
    if (status == HYS_OK) status = quantity(in, "rsense", "ohm", &o->lines.sense);
    return exit_status(status);
}

static int read_cells(invocation *in, hys_mapping_opts *m) {
    static const char *const units[] = {"1", "1", NULL};
    double *const stuck[] = {&m->product.stuck_on, &m->product.stuck_off};
    hys_status status = quantity(in, "read-noise", "1", &m->product.read_noise);
    if (status == HYS_OK) status = quantity(in, "time", "s", &m->time);
    if (status != HYS_OK) return exit_status(status);
    m->has_read_noise = !option_flag(in, "no-noise");
    m->is_kernel = option_flag(in, "kernel");
    m->is_perfect = option_flag(in, "perfect");
    m->levels = (size_t)option_int(in, "levels", 0);
    m->weight_clip = real(in, "clip", m->weight_clip);
    m->product.input_bits = option_int(in, "dac", 0);
    m->product.adc_bits = option_int(in, "adc", 0);
    return several(in, "stuck", units, 1, stuck);
}

static int read_arrays(invocation *in, accuracy_args *args) {
    hys_mapping_opts *m = &args->opts.mapping;
    const char *encoding = option_text(in, "encoding");
    int chosen = 0, result = read_fidelity(in, args);
    if (result == EXIT_GOOD && encoding) result = choose(in, "encoding", encoding, encoding_at, 3, &chosen);
    m->product.weights = (hys_weight_coding)chosen;
    if (result == EXIT_GOOD) result = read_tile(in, &m->product);
    if (result == EXIT_GOOD) result = read_lines(in, &m->product);
    return result == EXIT_GOOD ? read_cells(in, m) : result;
}

/* ---- sweeps ---- */

static hys_status read_value(invocation *in, hys_sweep what, const char *part, double *value) {
    const char *unit = hys_sweep_unit(what);
    return hys_quantity_read(in->ctx, "--sweep", part, *unit ? unit : "1", value);
}

/* sweep = NAME "=" VALUE {"," VALUE} */
static int read_sweep(invocation *in, accuracy_args *args, const char *text) {
    char word[64];
    const char *equals = strchr(text, '=');
    const size_t k = args->opts.n_sweeps;
    int chosen = 0;
    if (!equals) return refuse(in, "this sweeps nothing:", text, "--sweep time=1s,1day,1year");
    if (k == MOST_SWEEPS) return refuse(in, "there are too many --sweep", NULL, NULL);
    snprintf(word, sizeof word, "%.*s", (int)(equals - text < 63 ? equals - text : 63), text);
    int result = choose(in, "sweep", word, sweep_at, HYS_N_SWEEPS, &chosen);
    args->sweeps[k] = (hys_sweep_opts){(hys_sweep)chosen, args->values[k], 0};
    for (const char *at = equals + 1; result == EXIT_GOOD && at;) {
        const size_t n = strcspn(at, ",");
        if (args->sweeps[k].n == MOST_VALUES) return refuse(in, "there are too many values in", text, NULL);
        snprintf(word, sizeof word, "%.*s", (int)(n < 63 ? n : 63), at);
        result = exit_status(read_value(in, (hys_sweep)chosen, word, &args->values[k][args->sweeps[k].n++]));
        at = at[n] ? at + n + 1 : NULL;
    }
    args->opts.n_sweeps = k + 1;
    return result;
}

int accuracy_args_read(invocation *in, accuracy_args *args) {
    memset(args, 0, sizeof *args);
    args->opts = hys_accuracy_opts_default();
    args->opts.sweeps = args->sweeps;
    const option_value *sweeps = option_get(in, "sweep");
    int result = read_device(in, args);
    if (result == EXIT_GOOD) result = read_training(in, &args->opts);
    if (result == EXIT_GOOD) result = read_arrays(in, args);
    for (size_t k = 0; k < sweeps->n_list && result == EXIT_GOOD; k++) result = read_sweep(in, args, sweeps->list[k]);
    return result;
}
