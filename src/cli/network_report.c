/* What came out of an experiment on a network, as text and as JSON. */
#include "cli/network_report.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- text ---- */

static void line(const char *name, const char *text) {
    printf("%-20s %s\n", name, text);
}

static void quantity(const char *name, double value, const char *unit) {
    char text[48];
    if (!isfinite(value)) return;
    hys_quantity_format(value, unit, 4, text);
    line(name, text);
}

static void percentage(const char *name, double mean, double std, size_t n) {
    if (!isfinite(mean)) return;
    printf("%-20s %.2f %%", name, 100 * mean);
    if (n > 1) printf("  +- %.2f %% over %zu seeds", 100 * std, n);
    putchar('\n');
}

static void print_synapse(const network_session *s) {
    const hys_synapse *synapse = hys_accuracy_synapse(s->accuracy);
    const hys_synapse_law *law = hys_synapse_get_law(synapse);
    char low[48], high[48], at[48];
    hys_quantity_format(law->g_min, "S", 3, low);
    hys_quantity_format(law->g_max, "S", 3, high);
    hys_quantity_format(law->read.voltage, "V", 3, at);
    printf("%-20s %s: %s to %s, read at %s\n", "device", law->name, low, high, at);
    for (size_t k = 0; k < hys_synapse_n_remarks(synapse); k++) {
        printf("%-20s ", "");
        put_wrapped(stdout, hys_synapse_remark(synapse, k), 21, 21);
    }
}

/* The k-th layer with weights: "dense1". */
static const char *layer_name(const network_session *s, size_t k) {
    const hys_network *n = hys_accuracy_network(s->accuracy);
    for (size_t i = 0; i < hys_network_n_layers(n); i++) {
        const hys_layer_info info = hys_network_layer(n, i);
        if (info.rows > 0 && k-- == 0) return info.name;
    }
    return "";
}

static void print_layers(const network_session *s) {
    const hys_accuracy_result *r = s->result;
    for (size_t k = 0; k < r->n_layers; k++) {
        const hys_mapping_report *l = &r->layers[k];
        char energy[48];
        hys_quantity_format(l->energy, "J", 3, energy);
        printf("%-20s %s: %s, %zu array%s of up to %zu x %zu cells, weight error %.2f %%, %s a product\n",
               k ? "" : "layers", layer_name(s, k), hys_fidelity_name(l->fidelity), l->shape.arrays,
               l->shape.arrays == 1 ? "" : "s", l->shape.rows, l->shape.columns, 100 * l->weight_error, energy);
        if (l->n_failed > 0) printf("%-20s %zu cells were not reached\n", "", l->n_failed);
    }
}

static const char *name_at(const network_session *s, size_t layer) {
    return hys_network_layer(hys_accuracy_network(s->accuracy), layer).name;
}

static void print_errors(const network_session *s) {
    for (size_t k = 0; k < s->result->n_errors; k++) {
        const hys_fidelity_error *e = &s->result->errors[k];
        printf("%-20s %s: ", k ? "" : "against exact", name_at(s, e->layer));
        if (e->most > 0) printf("rms %.3g, most %.3g of its largest output", e->rms, e->most);
        else fputs("no difference", stdout);
        printf(", the same class for %.1f %% of %zu samples\n", 100 * e->agreement, e->n);
    }
}

static void print_cost(const hys_accuracy_result *r) {
    char mm2[48];
    quantity("energy, inference", r->cost.energy, "J");
    quantity("latency", r->cost.latency, "s");
    snprintf(mm2, sizeof mm2, "%.4g mm^2", 1e6 * r->cost.area);
    line("area", mm2);
    quantity("energy, programming", r->program_energy, "J");
    quantity("time, programming", r->program_time, "s");
    quantity("energy, update", r->train_energy, "J");
    quantity("time, update", r->train_time, "s");
    if (isfinite(r->pulses)) printf("%-20s %.0f\n", "pulses of a cell", r->pulses);
}

static void print_sweeps(const network_session *s) {
    const hys_accuracy_opts *o = &s->opts;
    for (size_t k = 0; k < o->n_sweeps; k++)
        for (size_t i = 0; i < o->sweeps[k].n; i++) {
            const hys_accuracy_point *p = &s->result->points[k][i];
            char text[48];
            network_format(p->value, hys_sweep_unit(o->sweeps[k].what), text);
            printf("%-20s %-12s %.2f %%", i ? "" : hys_sweep_name(o->sweeps[k].what), text, 100 * p->accuracy);
            if (s->result->n_seeds > 1) printf("  +- %.2f %%", 100 * p->std);
            putchar('\n');
        }
}

/* ---- what was expected ---- */

static double network_got(const hys_accuracy_result *r, const char *name) {
    const struct {
        const char *name;
        double value;
    } all[] = {{"software_accuracy", r->software_accuracy},
               {"accuracy", r->accuracy},
               {"accuracy_loss", r->software_accuracy - r->accuracy},
               {"energy_per_inference_J", r->cost.energy},
               {"energy_per_update_J", r->train_energy},
               {"latency_s", r->cost.latency},
               {"area_m2", r->cost.area}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        if (!strcmp(all[k].name, name)) return all[k].value;
    return NAN;
}

static double got(const void *session, const char *name) {
    const network_session *s = session;
    return s->result ? network_got(s->result, name) : NAN;
}

network_expected network_expectations(const network_session *s) {
    network_expected x = {.got = got, .user = s, .width = 20};
    if (!s->info) return x;
    x.data = s->opts.data;
    x.expected = s->info->expected;
    x.n_expected = s->info->n_expected;
    x.missing = s->info->missing;
    x.n_missing = s->info->n_missing;
    return x;
}

void network_print(const network_session *s) {
    const hys_accuracy_result *r = s->result;
    const network_expected expected = network_expectations(s);
    if (s->info && *s->info->title) {
        put_shown(stdout, s->info->title, 0);
        putchar('\n');
    }
    printf("%-20s %s on %s, %zu test samples\n", "network", s->opts.network,
           hys_dataset_name(hys_accuracy_dataset(s->accuracy)), r->n_test);
    print_synapse(s);
    line("training", hys_training_text(s->opts.training));
    percentage("software accuracy", r->software_accuracy, r->software_std, r->n_seeds);
    percentage("accuracy", r->accuracy, r->accuracy_std, r->n_seeds);
    print_layers(s);
    print_errors(s);
    print_cost(r);
    print_sweeps(s);
    network_expected_print(&expected);
}

/* ---- JSON ---- */

static json_t *numbers_json(const double *values, size_t n) {
    json_t *list = json_array();
    for (size_t k = 0; k < n; k++) json_array_append_new(list, json_number(values[k]));
    return list;
}

static json_t *confusion_json(const hys_accuracy_result *r) {
    json_t *rows = json_array();
    for (size_t i = 0; i < r->n_classes; i++) {
        json_t *row = json_array();
        for (size_t j = 0; j < r->n_classes; j++)
            json_array_append_new(row, json_integer((json_int_t)r->confusion[i * r->n_classes + j]));
        json_array_append_new(rows, row);
    }
    return rows;
}

static json_t *synapse_json(const network_session *s) {
    const hys_synapse *synapse = hys_accuracy_synapse(s->accuracy);
    const hys_synapse_law *l = hys_synapse_get_law(synapse);
    json_t *root = json_object(), *remarks = json_array();
    json_object_set_new(root, "name", json_text(l->name));
    json_object_set_new(root, "source", json_text(l->source));
    json_object_set_new(root, "g_min_S", json_number(l->g_min));
    json_object_set_new(root, "g_max_S", json_number(l->g_max));
    json_object_set_new(root, "read_V", json_number(l->read.voltage));
    json_object_set_new(root, "up_V", json_number(l->up.voltage));
    json_object_set_new(root, "up_s", json_number(l->up.width));
    json_object_set_new(root, "down_V", json_number(l->down.voltage));
    json_object_set_new(root, "down_s", json_number(l->down.width));
    json_object_set_new(root, "nonlinearity_up", json_number(l->nonlinearity_up));
    json_object_set_new(root, "nonlinearity_down", json_number(l->nonlinearity_down));
    for (size_t k = 0; k < hys_synapse_n_remarks(synapse); k++)
        json_array_append_new(remarks, json_text(hys_synapse_remark(synapse, k)));
    json_object_set_new(root, "remarks", remarks);
    return root;
}

static json_t *layers_json(const network_session *s) {
    const hys_accuracy_result *r = s->result;
    json_t *list = json_array();
    for (size_t k = 0; k < r->n_layers; k++) {
        const hys_mapping_report *l = &r->layers[k];
        json_t *j = json_object();
        json_object_set_new(j, "name", json_text(layer_name(s, k)));
        json_object_set_new(j, "fidelity", json_text(hys_fidelity_name(l->fidelity)));
        json_object_set_new(j, "arrays", json_integer((json_int_t)l->shape.arrays));
        json_object_set_new(j, "cells", json_integer((json_int_t)l->shape.cells));
        json_object_set_new(j, "not_reached", json_integer((json_int_t)l->n_failed));
        json_object_set_new(j, "weight_error", json_number(l->weight_error));
        json_object_set_new(j, "energy_J", json_number(l->energy));
        json_object_set_new(j, "latency_s", json_number(l->latency));
        json_object_set_new(j, "area_m2", json_number(l->area));
        json_array_append_new(list, j);
    }
    return list;
}

static json_t *errors_json(const network_session *s) {
    const hys_accuracy_result *r = s->result;
    json_t *list = json_array();
    for (size_t k = 0; k < r->n_errors; k++) {
        const hys_fidelity_error *e = &r->errors[k];
        json_t *j = json_object();
        json_object_set_new(j, "layer", json_text(name_at(s, e->layer)));
        json_object_set_new(j, "samples", json_integer((json_int_t)e->n));
        json_object_set_new(j, "rms", json_number(e->rms));
        json_object_set_new(j, "most", json_number(e->most));
        json_object_set_new(j, "agreement", json_number(e->agreement));
        json_array_append_new(list, j);
    }
    return list;
}

static json_t *cost_json(const hys_network_cost *c) {
    const struct {
        const char *name;
        double value;
    } parts[] = {{"cells_J", c->cells}, {"wires_J", c->wires}, {"drivers_J", c->drivers}, {"charging_J", c->charging},
                 {"dac_J", c->dac},     {"adc_J", c->adc},     {"adding_J", c->adding}};
    json_t *j = json_object();
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
        json_object_set_new(j, parts[k].name, json_number(parts[k].value));
    return j;
}

/* Products of every input with every weight. */
static double dense_operations(const network_session *s) {
    const hys_network *n = hys_accuracy_network(s->accuracy);
    double sum = 0;
    for (size_t k = 0; k < hys_network_n_layers(n); k++) {
        const hys_layer_info l = hys_network_layer(n, k);
        sum += (double)l.rows * (double)l.columns * (double)l.products;
    }
    return sum;
}

/* As NeuroBench 2 names and spells them (Yik et al. 2025); energy and latency are beside its own. */
static json_t *neurobench_json(const network_session *s) {
    const hys_accuracy_result *r = s->result;
    json_t *j = json_object(), *operations = json_object();
    json_object_set_new(operations, "Effective_MACs", json_number(r->cost.macs));
    json_object_set_new(operations, "Effective_ACs", json_number(0));
    json_object_set_new(operations, "Dense", json_number(dense_operations(s)));
    json_object_set_new(j, "ClassificationAccuracy", json_number(r->accuracy));
    json_object_set_new(j, "Footprint", json_number(r->cost.footprint_B));
    json_object_set_new(j, "ConnectionSparsity", json_number(r->cost.connection_sparsity));
    json_object_set_new(j, "ActivationSparsity", json_number(r->cost.activation_sparsity));
    json_object_set_new(j, "SynapticOperations", operations);
    json_object_set_new(j, "Energy_J", json_number(r->cost.energy));
    json_object_set_new(j, "Latency_s", json_number(r->cost.latency));
    return j;
}

static json_t *sweeps_json(const network_session *s) {
    const hys_accuracy_opts *o = &s->opts;
    json_t *root = json_object();
    for (size_t k = 0; k < o->n_sweeps; k++) {
        json_t *list = json_array();
        for (size_t i = 0; i < o->sweeps[k].n; i++) {
            const hys_accuracy_point *p = &s->result->points[k][i];
            json_t *j = json_object();
            json_object_set_new(j, "value", json_number(p->value));
            json_object_set_new(j, "accuracy", json_number(p->accuracy));
            json_object_set_new(j, "accuracy_std", json_number(p->std));
            json_array_append_new(list, j);
        }
        json_object_set_new(root, hys_sweep_name(o->sweeps[k].what), list);
    }
    return root;
}

static void add_inputs(const network_session *s, json_t *root) {
    json_t *inputs = json_array();
    const char *path, *hash;
    for (size_t k = 0; hys_dataset_input(hys_accuracy_dataset(s->accuracy), k, &path, &hash); k++)
        json_array_append_new(inputs, json_pack("{s:o, s:s}", "path", json_text(path), "blake2b", hash));
    json_object_set_new(root, "inputs", inputs);
}

json_t *network_json(const network_session *s) {
    json_t *root = json_document();
    const hys_accuracy_result *r = s->result;
    if (!r) return root;
    json_object_set_new(root, "data", json_text(hys_dataset_name(hys_accuracy_dataset(s->accuracy))));
    json_object_set_new(root, "network", json_text(s->opts.network));
    json_object_set_new(root, "training", json_text(hys_training_name(s->opts.training)));
    json_object_set_new(root, "seed", json_integer((json_int_t)s->opts.seed));
    json_object_set_new(root, "seeds", json_integer((json_int_t)r->n_seeds));
    json_object_set_new(root, "software_accuracy", json_number(r->software_accuracy));
    json_object_set_new(root, "accuracy", json_number(r->accuracy));
    json_object_set_new(root, "accuracy_std", json_number(r->accuracy_std));
    json_object_set_new(root, "energy_per_inference_J", json_number(r->cost.energy));
    json_object_set_new(root, "latency_s", json_number(r->cost.latency));
    json_object_set_new(root, "area_m2", json_number(r->cost.area));
    json_object_set_new(root, "software_accuracies", numbers_json(r->software, r->n_seeds));
    json_object_set_new(root, "accuracies", numbers_json(r->device, r->n_seeds));
    json_object_set_new(root, "programming_energy_J", json_number(r->program_energy));
    json_object_set_new(root, "programming_time_s", json_number(r->program_time));
    json_object_set_new(root, "energy_per_update_J", json_number(r->train_energy));
    json_object_set_new(root, "time_per_update_s", json_number(r->train_time));
    json_object_set_new(root, "most_pulses_of_a_cell", json_number(r->pulses));
    json_object_set_new(root, "energy", cost_json(&r->cost));
    json_object_set_new(root, "software_s", json_number(r->software_s));
    json_object_set_new(root, "device_s", json_number(r->device_s));
    json_object_set_new(root, "inference_s", json_number(r->inference_s));
    json_object_set_new(root, "confusion", confusion_json(r));
    json_object_set_new(root, "device", synapse_json(s));
    json_object_set_new(root, "layers", layers_json(s));
    json_object_set_new(root, "against_exact", errors_json(s));
    json_object_set_new(root, "sweeps", sweeps_json(s));
    json_object_set_new(root, "neurobench", neurobench_json(s));
    const network_expected expected = network_expectations(s);
    if (s->info) json_object_set_new(root, "values", network_expected_json(&expected));
    add_inputs(s, root);
    return root;
}

/* ---- the experiment ---- */

hys_status network_compute(network_session *s) {
    hys_accuracy_opts *o = &s->opts;
    hys_status status = s->folder ? make_folder(s->in, s->folder) : HYS_OK; /* before hours are spent */
    if (status == HYS_OK && o->checkpoints) status = make_folder(s->in, o->checkpoints);
    if (status == HYS_OK) status = network_new_epochs(s);
    if (status != HYS_OK) return status;
    struct progress *progress = progress_new("network");
    o->progress = progress_report;
    o->progress_user = progress;
    o->epoch = network_hear_epoch;
    o->epoch_user = s;
    status = hys_accuracy_run(s->in->ctx, o, &s->accuracy);
    progress_free(progress);
    if (status == HYS_OK) s->result = hys_accuracy_get(s->accuracy);
    return status == HYS_OK ? network_write(s) : status;
}

void network_free(network_session *s) {
    hys_table_free(s->epochs);
    hys_accuracy_free(s->accuracy);
}
