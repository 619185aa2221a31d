/* hysteron network run: an experiment on a network, from a YAML file. */
#include "cli/network_report.h"
#include "cli/network_spiking.h"
#include <hysteron/reservoir_experiment.h>

static const char *const of_layers[] = {"data", "seeds"};

static int run(invocation *in) {
    hys_network_experiment *experiment = NULL;
    hys_network_experiment_info info;
    network_session s = {.in = in};
    if (option_flag(in, "example")) {
        fputs(hys_network_experiment_example(), stdout);
        return EXIT_GOOD;
    }
    if (option_flag(in, "example-spiking")) {
        fputs(hys_network_experiment_example_spiking(), stdout);
        return EXIT_GOOD;
    }
    if (option_flag(in, "example-reservoir")) {
        fputs(hys_reservoir_experiment_example(), stdout);
        return EXIT_GOOD;
    }
    if (in->n_args != 1) return refuse(in, "which experiment?", NULL, "hysteron network run --example > mine.yaml");
    hys_network_kind kind = HYS_NETWORK_LAYERED;
    hys_status status = hys_network_experiment_kind(in->ctx, in->args[0], &kind);
    if (status == HYS_OK && kind == HYS_NETWORK_RESERVOIR) {
        for (size_t k = 0; k < sizeof of_layers / sizeof *of_layers; k++)
            if (option_get(in, of_layers[k])->is_set)
                return refuse(in, "a reservoir's file says that itself:", of_layers[k], NULL);
        return run_reservoir(in);
    }
    if (status == HYS_OK && kind == HYS_NETWORK_SPIKING) return run_spiking(in);
    if (status == HYS_OK) status = hys_network_experiment_read(in->ctx, in->args[0], &experiment);
    if (status == HYS_OK) {
        info = hys_network_experiment_get_info(experiment);
        s.info = &info;
        s.opts = *hys_network_experiment_accuracy(experiment);
        s.opts.threads = (unsigned)option_int(in, "threads", 0);
        s.opts.seeds = (size_t)option_int(in, "seeds", (int32_t)s.opts.seeds);
        if (option_text(in, "data")) s.opts.data = option_text(in, "data");
        s.folder = option_text(in, "output") ? option_text(in, "output") : info.folder;
        s.has_figures = option_flag(in, "figure") || info.has_figures;
        status = network_compute(&s);
    }
    int result = exit_status(status);
    if (option_flag(in, "json") && !in->refusal[0]) result = json_finish(in, network_json(&s), status);
    else if (status == HYS_OK) network_print(&s);
    const network_expected expected = network_expectations(&s);
    if (result == EXIT_GOOD && network_expected_differ(&expected)) result = EXIT_NO;
    network_free(&s);
    hys_network_experiment_free(experiment);
    return result;
}

static const option_info options[] = {
    {"output", 'o', OPTION_TEXT, "FOLDER", "write tables and weights there (as the file says)"},
    {"figure", 'f', OPTION_FLAG, NULL, "draw confusion, sweeps and the device"},
    {"example", 0, OPTION_FLAG, NULL, "print an experiment with comments, to begin from"},
    {"example-spiking", 0, OPTION_FLAG, NULL, "the same with neurons that spike"},
    {"example-reservoir", 0, OPTION_FLAG, NULL, "the same with devices that forget, as a reservoir"},
    {"data", 0, OPTION_TEXT, "NAME|PATH...", "another data set than the file says"},
    {"seeds", 0, OPTION_NUMBER, "N", "other than the file says"},
    {"threads", 0, OPTION_NUMBER, "N", "threads (all cores); results do not depend on them"},
    JSON_OPTION,
};
static const char *const examples[] = {"hysteron network run --example > mine.yaml",
                                       "an experiment with all that can be said",
                                       "hysteron network run mine.yaml -o out --figure",
                                       "accuracy, energy, latency, area; tables and figures",
                                       "hysteron network run examples/networks/perceptron_digits.yaml --json",
                                       "everything as JSON for scripts",
                                       NULL};

const command_info command_network_run = {
    .name = "network run",
    .args = "EXPERIMENT.yaml",
    .summary = "Run an experiment on a network whose synapses are a device.",
    .text = "The file says which data, which network, how it is trained, which device, on which arrays, and what is "
            "swept. Files that it names are looked for beside it. Same file, same inputs, same seed: same numbers, "
            "with any number of threads. Where it says what a publication found, both are told, and the exit status "
            "is 1 where they differ by more than the tolerance.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 0,
    .max_args = 1,
    .run = run,
};
