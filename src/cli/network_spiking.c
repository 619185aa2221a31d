/* What came out of a study of spikes, as text and as JSON; and `network run` of one. */
#include "cli/network_spiking.h"
#include <math.h>
#include <string.h>

/* ---- text ---- */

static void percentage(const char *name, double mean, double std, size_t n) {
    printf("%-20s %.2f %%", name, 100 * mean);
    if (n > 1) printf("  +- %.2f %% over %zu seeds", 100 * std, n);
    putchar('\n');
}

static void put_quantity(const char *name, double value, const char *unit) {
    char text[48];
    hys_quantity_format(value, unit, 4, text);
    printf("%-20s %s\n", name, text);
}

static void print_device(const spiking_session *s) {
    const hys_synapse *synapse = hys_spiking_study_synapse(s->study);
    if (!synapse) return;
    printf("%-20s ", "device");
    put_shown(stdout, hys_synapse_get_law(synapse)->name, 0);
    putchar('\n');
    for (size_t k = 0; k < hys_synapse_n_remarks(synapse); k++) {
        printf("%-20s ", "");
        put_wrapped(stdout, hys_synapse_remark(synapse, k), 21, 21);
    }
}

static void print_curves(const spiking_session *s) {
    const hys_spiking_trial_opts *o = &s->opts.trial;
    const hys_spiking_trial_result *r = s->trial;
    for (size_t k = 0; k < o->n_at; k++) {
        printf("%-20s %-12zu %.2f %%", k ? "" : "after steps", o->at[k], 100 * r->curve[k]);
        if (r->n_seeds > 1) printf("  +- %.2f %%", 100 * r->curve_std[k]);
        putchar('\n');
    }
    for (size_t k = 0; k < o->n_times; k++) {
        char text[48];
        network_format(o->times[k], "s", text);
        printf("%-20s %-12s %.2f %%", k ? "" : "after programming", text, 100 * r->aged[k]);
        if (r->n_seeds > 1) printf("  +- %.2f %%", 100 * r->aged_std[k]);
        putchar('\n');
    }
}

static void print_trial(const spiking_session *s) {
    const hys_spiking_trial_opts *o = &s->opts.trial;
    const hys_spiking_trial_result *r = s->trial;
    const hys_spiking_result *e = &r->spiking;
    printf("%-20s %s on %s, %zu test samples\n", "network", o->from ? o->from : o->network, o->data, r->n_test);
    printf("%-20s %s code, %zu steps of %g ms, %s\n", "spikes", hys_spike_code_name(o->spiking.code), o->spiking.steps,
           1e3 * o->spiking.dt, hys_spike_readout_name(o->spiking.readout));
    print_device(s);
    percentage("software accuracy", r->software_accuracy, r->software_std, r->n_seeds);
    percentage("accuracy", r->accuracy, r->accuracy_std, r->n_seeds);
    print_curves(s);
    printf("%-20s %.1f of the input, %.1f of neurons\n", "spikes, inference", e->input_spikes, e->spikes);
    printf("%-20s %.4g ACs, %.4g MACs", "operations", e->effective_acs, e->effective_macs);
    if (isfinite(e->activation_sparsity)) printf(", sparsity %.4f", e->activation_sparsity);
    putchar('\n');
    if (isfinite(e->first_step)) printf("%-20s step %.1f\n", "first answer", e->first_step);
    if (e->neuron_energy > 0) put_quantity("energy, neurons", e->neuron_energy, "J");
    if (hys_spiking_study_synapse(s->study)) put_quantity("energy, synapses", e->synapse_energy, "J");
    put_quantity("latency", e->time, "s");
}

static void print_stdp(const spiking_session *s) {
    const hys_stdp_trial_result *r = s->stdp;
    printf("%-20s %zu neurons on %s, %zu test samples\n", "network", s->opts.stdp.neurons, s->opts.trial.data,
           r->n_test);
    printf("%-20s %s\n", "plasticity", hys_stdp_kind_name(s->opts.stdp.rule.kind));
    print_device(s);
    percentage("accuracy", r->accuracy, r->accuracy_std, r->n_seeds);
    printf("%-20s %.1f of the input, %.1f of neurons\n", "spikes, inference", r->stdp.input_spikes, r->stdp.spikes);
    printf("%-20s %.0f\n", "spikes that taught", r->stdp.updates);
    if (r->stdp.energy > 0) put_quantity("energy, programming", r->stdp.energy, "J");
    put_quantity("training, a sample", r->train_seconds, "s");
}

/* ---- what was expected ---- */

static double got(const void *session, const char *name) {
    const spiking_session *s = session;
    const hys_spiking_trial_result *r = s->trial;
    const size_t n = s->opts.trial.n_times;
    if (s->stdp) return !strcmp(name, "accuracy") ? s->stdp->accuracy : NAN;
    if (!r) return NAN;
    const double aged = n ? r->aged[n - 1] : NAN;
    const struct {
        const char *name;
        double value;
    } all[] = {{"software_accuracy", r->software_accuracy},
               {"accuracy", r->accuracy},
               {"accuracy_loss", r->software_accuracy - r->accuracy},
               {"aged_accuracy", aged},
               {"aged_loss", r->accuracy - aged},
               {"spikes", r->spiking.spikes},
               {"energy_per_inference_J", r->spiking.neuron_energy + r->spiking.synapse_energy},
               {"latency_s", r->spiking.time}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        if (!strcmp(all[k].name, name)) return all[k].value;
    return NAN;
}

static network_expected expectations(const spiking_session *s) {
    network_expected x = {.got = got, .user = s, .width = 20};
    if (!s->info) return x;
    x.data = s->opts.trial.data;
    x.expected = s->info->expected;
    x.n_expected = s->info->n_expected;
    x.missing = s->info->missing;
    x.n_missing = s->info->n_missing;
    return x;
}

static void print_all(const spiking_session *s) {
    const network_expected expected = expectations(s);
    if (s->info && *s->info->title) {
        put_shown(stdout, s->info->title, 0);
        putchar('\n');
    }
    if (s->trial) print_trial(s);
    else print_stdp(s);
    network_expected_print(&expected);
}

/* ---- JSON ---- */

static json_t *list(const double *x, const double *values, const double *stds, size_t n, const char *what) {
    json_t *all = json_array();
    for (size_t k = 0; k < n; k++) {
        json_t *j = json_object();
        json_object_set_new(j, what, json_number(x[k]));
        json_object_set_new(j, "accuracy", json_number(values[k]));
        json_object_set_new(j, "accuracy_std", json_number(stds[k]));
        json_array_append_new(all, j);
    }
    return all;
}

enum { MOST_STEPS = 32 };

static void add_accuracies(const spiking_session *s, json_t *root) {
    const hys_spiking_trial_result *r = s->trial;
    const hys_spiking_trial_opts *o = &s->opts.trial;
    double steps[MOST_STEPS];
    for (size_t k = 0; k < o->n_at; k++) steps[k] = (double)o->at[k];
    json_object_set_new(root, "software_accuracy", json_number(r->software_accuracy));
    json_object_set_new(root, "accuracy", json_number(r->accuracy));
    json_object_set_new(root, "accuracy_std", json_number(r->accuracy_std));
    json_object_set_new(root, "steps", list(steps, r->curve, r->curve_std, o->n_at, "steps"));
    json_object_set_new(root, "times", list(o->times, r->aged, r->aged_std, o->n_times, "time_s"));
}

/* As NeuroBench 2 names and spells them (Yik et al. 2025). */
static json_t *neurobench_json(const spiking_session *s) {
    const hys_spiking_result *e = &s->trial->spiking;
    json_t *operations = json_object(), *bench = json_object();
    json_object_set_new(operations, "Effective_MACs", json_number(e->effective_macs));
    json_object_set_new(operations, "Effective_ACs", json_number(e->effective_acs));
    json_object_set_new(bench, "ClassificationAccuracy", json_number(s->trial->accuracy));
    json_object_set_new(bench, "ActivationSparsity", json_number(e->activation_sparsity));
    json_object_set_new(bench, "SynapticOperations", operations);
    return bench;
}

static void add_trial(const spiking_session *s, json_t *root) {
    const hys_spiking_result *e = &s->trial->spiking;
    json_object_set_new(root, "network", json_text(s->opts.trial.from ? s->opts.trial.from : s->opts.trial.network));
    json_object_set_new(root, "code", json_text(hys_spike_code_name(s->opts.trial.spiking.code)));
    json_object_set_new(root, "seeds", json_integer((json_int_t)s->trial->n_seeds));
    add_accuracies(s, root);
    json_object_set_new(root, "input_spikes", json_number(e->input_spikes));
    json_object_set_new(root, "spikes", json_number(e->spikes));
    json_object_set_new(root, "first_step", json_number(e->first_step));
    json_object_set_new(root, "energy_per_inference_J", json_number(e->neuron_energy + e->synapse_energy));
    json_object_set_new(root, "neuron_energy_J", json_number(e->neuron_energy));
    json_object_set_new(root, "synapse_energy_J", json_number(e->synapse_energy));
    json_object_set_new(root, "latency_s", json_number(e->time));
    json_object_set_new(root, "neurobench", neurobench_json(s));
}

static void add_stdp(const spiking_session *s, json_t *root) {
    const hys_stdp_trial_result *r = s->stdp;
    json_object_set_new(root, "rule", json_text(hys_stdp_kind_name(s->opts.stdp.rule.kind)));
    json_object_set_new(root, "neurons", json_integer((json_int_t)s->opts.stdp.neurons));
    json_object_set_new(root, "seeds", json_integer((json_int_t)r->n_seeds));
    json_object_set_new(root, "accuracy", json_number(r->accuracy));
    json_object_set_new(root, "accuracy_std", json_number(r->accuracy_std));
    json_object_set_new(root, "input_spikes", json_number(r->stdp.input_spikes));
    json_object_set_new(root, "spikes", json_number(r->stdp.spikes));
    json_object_set_new(root, "updates", json_number(r->stdp.updates));
    json_object_set_new(root, "programming_energy_J", json_number(r->stdp.energy));
    json_object_set_new(root, "train_s_per_sample", json_number(r->train_seconds));
}

/* Rows are true classes. */
static json_t *confusion_json(const spiking_session *s) {
    const hys_table *t = hys_spiking_study_confusion(s->study);
    const double *class = hys_table_column(t, "True class"), *samples = hys_table_column(t, "samples");
    json_t *rows = json_array(), *row = NULL;
    for (size_t k = 0; k < hys_table_n_rows(t); k++) {
        if (k == 0 || class[k] != class[k - 1]) json_array_append_new(rows, row = json_array());
        json_array_append_new(row, json_integer((json_int_t)samples[k]));
    }
    return rows;
}

static json_t *inputs_json(const spiking_session *s) {
    json_t *inputs = json_array();
    const char *path, *hash;
    for (size_t k = 0; hys_spiking_study_input(s->study, k, &path, &hash); k++)
        json_array_append_new(inputs, json_pack("{s:o, s:s}", "path", json_text(path), "blake2b", hash));
    return inputs;
}

static json_t *result_json(const spiking_session *s) {
    json_t *root = json_document();
    const network_expected expected = expectations(s);
    if (!s->study) return root;
    json_object_set_new(root, "data", json_text(s->opts.trial.data));
    json_object_set_new(root, "training", json_text(hys_spiking_training_name(s->opts.trial.training)));
    json_object_set_new(root, "seed", json_integer((json_int_t)s->opts.trial.seed));
    if (s->trial) add_trial(s, root);
    else add_stdp(s, root);
    json_object_set_new(root, "confusion", confusion_json(s));
    json_object_set_new(root, "inputs", inputs_json(s));
    if (s->info) json_object_set_new(root, "values", network_expected_json(&expected));
    return root;
}

/* ---- the study ---- */

static hys_status compute(spiking_session *s) {
    hys_status status = s->folder ? make_folder(s->in, s->folder) : HYS_OK; /* before hours are spent */
    if (status == HYS_OK && s->folder) status = spiking_new_epochs(s);
    if (status != HYS_OK) return status;
    struct progress *progress = progress_new("network");
    s->opts.trial.progress = progress_report;
    s->opts.trial.progress_user = progress;
    status = hys_spiking_study_run(s->in->ctx, &s->opts, &s->study);
    progress_free(progress);
    if (status != HYS_OK) return status;
    s->trial = hys_spiking_study_trial(s->study);
    s->stdp = hys_spiking_study_stdp(s->study);
    return spiking_write(s);
}

int spiking_finish(spiking_session *s) {
    if (s->has_figures && !s->folder) return refuse(s->in, "where do the figures go?", NULL, "--figure -o FOLDER");
    const hys_status status = compute(s);
    int result = exit_status(status);
    if (option_flag(s->in, "json")) result = json_finish(s->in, result_json(s), status);
    else if (status == HYS_OK) print_all(s);
    const network_expected expected = expectations(s);
    if (result == EXIT_GOOD && network_expected_differ(&expected)) result = EXIT_NO;
    hys_table_free(s->epochs);
    hys_spiking_study_free(s->study);
    return result;
}

int run_spiking(invocation *in) {
    hys_network_experiment *experiment = NULL;
    hys_status status = hys_network_experiment_read(in->ctx, in->args[0], &experiment);
    if (status != HYS_OK)
        return option_flag(in, "json") ? json_finish(in, json_document(), status) : exit_status(status);
    const hys_network_experiment_info info = hys_network_experiment_get_info(experiment);
    spiking_session s = {.in = in, .opts = *hys_network_experiment_spiking(experiment), .info = &info};
    s.opts.trial.threads = (unsigned)option_int(in, "threads", 0);
    s.opts.trial.seeds = (size_t)option_int(in, "seeds", (int32_t)s.opts.trial.seeds);
    if (option_text(in, "data")) s.opts.trial.data = option_text(in, "data");
    s.folder = option_text(in, "output") ? option_text(in, "output") : info.folder;
    s.has_figures = option_flag(in, "figure") || info.has_figures;
    const int result = spiking_finish(&s);
    hys_network_experiment_free(experiment);
    return result;
}
