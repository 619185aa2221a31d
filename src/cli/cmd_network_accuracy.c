/* hysteron network accuracy: what accuracy, energy and lifetime a device gives a network. */
#include "cli/network_args.h"
#include "cli/network_report.h"

static int run(invocation *in) {
    accuracy_args args;
    network_session s = {.in = in, .folder = option_text(in, "output"), .has_figures = option_flag(in, "figure")};
    int result = accuracy_args_read(in, &args);
    if (result == EXIT_GOOD && s.has_figures && !s.folder)
        result = refuse(in, "where do the figures go?", NULL, "--figure -o FOLDER");
    if (result != EXIT_GOOD) return result;
    s.opts = args.opts;
    const hys_status status = network_compute(&s);
    result = exit_status(status);
    if (option_flag(in, "json") && !in->refusal[0]) result = json_finish(in, network_json(&s), status);
    else if (status == HYS_OK) network_print(&s);
    network_free(&s);
    return result;
}

static const option_info options[] = {
    NETWORK_DEVICE_OPTIONS,
    NETWORK_TRAINING_OPTIONS,
    NETWORK_ARRAY_OPTIONS,
    {"output", 'o', OPTION_TEXT, "FOLDER", "write confusion, sweeps, epochs, the device as tables, and weights there"},
    {"figure", 0, OPTION_FLAG, NULL, "draw them as well"},
    MODEL_OPTIONS,
    JSON_OPTION,
};

static const char *const examples[] = {
    "hysteron network accuracy --device vteam",
    "784-64-10 on Fashion-MNIST, its synapses vteam: accuracy, energy, latency, area",
    "hysteron network accuracy -d vteam --rwire 2.5ohm --tile 128x128 --dac 8 --adc 8 --exact 20",
    "tiles with wires and converters, and how far that is from the exact solution",
    "hysteron network accuracy -d memdiode -t aware --sweep time=1s,1day,1year -o out --figure",
    "trained for its noise; accuracy over the years, as a figure",
    "hysteron network accuracy --measured pulses.csv -t inplace --tune 10 --json",
    "measured pulses as synapses, trained in place",
    NULL};

static const char *const groups[] = {
    "device", "The device", "data",   "Network and training",         "fidelity", "On its arrays",
    "output", "Results",    "module", "How the model's file is read", "json",     "For scripts",
    NULL};

const command_info command_network_accuracy = {
    .name = "network accuracy",
    .args = "",
    .summary = "Tell what accuracy, energy and lifetime a device gives a network.",
    .text = "The device is distilled first: its window, its pulses, their scatter, write-verify, reads, retention, all "
            "from its own equations. The network is trained in software, and its weights are laid on pairs of cells; "
            "or it is trained by pulses in place. Fidelities differ in what is solved: distilled takes statistics and "
            "no wires, linear each cell's conductance and exact wires, exact each cell's current for every input; "
            "--exact N tells how far the cheaper ones are off.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .groups = groups,
    .min_args = 0,
    .max_args = 0,
    .run = run,
};
