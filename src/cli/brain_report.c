/* What came out of an experiment on cells, as text and as JSON. */
#include "cli/brain_report.h"
#include <math.h>

#define WIDTH 20

static void line(const char *name, const char *text) {
    printf("%-*s %s\n", WIDTH, name, text);
}

static void quantity(const char *name, double value, const char *unit) {
    char text[48];
    if (!isfinite(value)) return;
    hys_quantity_format(value, unit, 4, text);
    line(name, text);
}

static void print_groups(const hys_brain_run_result *r) {
    for (size_t k = 0; k < r->n_groups; k++) {
        const hys_brain_group_result *g = &r->groups[k];
        char energy[48];
        printf("%-*s ", WIDTH, k ? "" : "groups");
        put_shown(stdout, g->name, 0);
        printf(": %zu cell%s, %zu spike%s", g->n, g->n == 1 ? "" : "s", g->n_spikes, g->n_spikes == 1 ? "" : "s");
        if (isfinite(g->rate)) printf(", %.4g Hz", g->rate);
        if (isfinite(g->cv)) printf(", CV %.3g", g->cv);
        if (isfinite(g->device_energy)) {
            hys_quantity_format(g->device_energy, "J", 3, energy);
            printf(", %s a spike in devices of %zu cell%s", energy, g->n_metered, g->n_metered == 1 ? "" : "s");
        }
        putchar('\n');
    }
}

static void print_measures(const brain_session *s) {
    for (size_t k = 0; k < hys_brain_experiment_n_measures(s->experiment); k++) {
        const char *name = hys_brain_experiment_measure(s->experiment, k);
        printf("%-*s ", WIDTH, k ? "" : "measured");
        put_shown(stdout, name, 0);
        printf(": %.7g\n", hys_brain_experiment_value(s->experiment, name));
    }
}

static void print_sizes(const hys_brain_run_result *r) {
    printf("%-*s %zu cell%s, %zu compartment%s", WIDTH, "size", r->n_cells, r->n_cells == 1 ? "" : "s",
           r->n_compartments, r->n_compartments == 1 ? "" : "s");
    if (r->n_synapses) printf(", %zu synapses", r->n_synapses);
    putchar('\n');
    printf("%-*s %.4g MB, %.4g bytes a cell\n", WIDTH, "memory", 1e-6 * r->memory, r->memory / (double)r->n_cells);
    quantity("simulated", r->simulated, "s");
    quantity("time to build", r->build_seconds, "s");
    quantity("time to run", r->run_seconds, "s");
}

void brain_print(const brain_session *s) {
    if (!s->was_run) return;
    if (*s->info.title) {
        printf("%-*s ", WIDTH, "experiment");
        put_wrapped(stdout, s->info.title, WIDTH + 1, WIDTH + 1);
    }
    print_groups(&s->result);
    print_measures(s);
    print_sizes(&s->result);
    const network_expected expected = brain_expectations(s);
    network_expected_print(&expected);
}

/* ---- what was expected ---- */

static double got(const void *session, const char *name) {
    const brain_session *s = session;
    return s->was_run ? hys_brain_experiment_value(s->experiment, name) : NAN;
}

network_expected brain_expectations(const brain_session *s) {
    return (network_expected){.expected = s->expected,
                              .n_expected = s->expected ? s->info.n_expected : 0,
                              .missing = s->info.missing,
                              .n_missing = s->info.n_missing,
                              .got = got,
                              .user = s,
                              .width = WIDTH,
                              .digits = 7};
}

/* ---- JSON ---- */

static json_t *groups_json(const hys_brain_run_result *r) {
    json_t *list = json_array();
    for (size_t k = 0; k < r->n_groups; k++) {
        const hys_brain_group_result *g = &r->groups[k];
        json_t *one = json_object();
        json_object_set_new(one, "name", json_text(g->name));
        json_object_set_new(one, "n", json_integer((json_int_t)g->n));
        json_object_set_new(one, "spikes", json_integer((json_int_t)g->n_spikes));
        json_object_set_new(one, "rate_Hz", json_number(g->rate));
        json_object_set_new(one, "cv", json_number(g->cv));
        json_object_set_new(one, "device_energy_per_spike_J", json_number(g->device_energy));
        json_object_set_new(one, "device_energy_sum_J", json_number(g->device_energy_sum));
        json_object_set_new(one, "device_energy_cells", json_integer((json_int_t)g->n_metered));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *inputs_json(const hys_brain_experiment_info *info) {
    json_t *list = json_array();
    for (size_t k = 0; k < info->n_inputs; k++) {
        json_t *one = json_object();
        json_object_set_new(one, "path", json_text(info->inputs[k].path));
        json_object_set_new(one, "blake2b", json_text(info->inputs[k].hash));
        json_array_append_new(list, one);
    }
    return list;
}

json_t *brain_json(const brain_session *s) {
    const hys_brain_run_result *r = &s->result;
    const network_expected expected = brain_expectations(s);
    json_t *root = json_document(), *measures = json_object();
    if (!s->was_run) {
        json_decref(measures);
        return root;
    }
    json_object_set_new(root, "title", json_text(s->info.title));
    json_object_set_new(root, "seed", json_integer((json_int_t)s->info.seed));
    json_object_set_new(root, "method", json_text(s->info.method));
    json_object_set_new(root, "dt_s", json_number(s->info.dt));
    json_object_set_new(root, "groups", groups_json(r));
    for (size_t k = 0; k < hys_brain_experiment_n_measures(s->experiment); k++) {
        const char *name = hys_brain_experiment_measure(s->experiment, k);
        json_object_set_new(measures, name, json_number(hys_brain_experiment_value(s->experiment, name)));
    }
    json_object_set_new(root, "measures", measures);
    json_object_set_new(root, "n_cells", json_integer((json_int_t)r->n_cells));
    json_object_set_new(root, "n_compartments", json_integer((json_int_t)r->n_compartments));
    json_object_set_new(root, "n_synapses", json_integer((json_int_t)r->n_synapses));
    json_object_set_new(root, "memory_bytes", json_number(r->memory));
    json_object_set_new(root, "memory_predicted_bytes", json_number(hys_brain_experiment_memory(s->experiment)));
    json_object_set_new(root, "simulated_s", json_number(r->simulated));
    json_object_set_new(root, "build_s", json_number(r->build_seconds));
    json_object_set_new(root, "run_s", json_number(r->run_seconds));
    json_object_set_new(root, "values", network_expected_json(&expected));
    json_object_set_new(root, "inputs", inputs_json(&s->info));
    return root;
}
