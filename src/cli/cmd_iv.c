/* hysteron iv and hysteron pulse: a device on the bench. */
#include "cli/cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void print_message(void *user, const char *text) {
    (void)user;
    fputs(text, stderr);
}

static hys_bench_opts bench_opts(const invocation *in) {
    hys_bench_opts opts = hys_bench_opts_default();
    opts.wave = option_text(in, "wave");
    opts.train = option_text(in, "train");
    if (option_get(in, "cycles")->is_set) opts.cycles = (int32_t)fmin(option_get(in, "cycles")->number, INT32_MAX);
    if (option_get(in, "points")->is_set) opts.points = (int32_t)fmin(option_get(in, "points")->number, INT32_MAX);
    opts.set = option_get(in, "set")->list;
    opts.n_set = option_get(in, "set")->n_list;
    opts.init = option_get(in, "init")->list;
    opts.n_init = option_get(in, "init")->n_list;
    opts.spread = option_get(in, "spread")->list;
    opts.n_spread = option_get(in, "spread")->n_list;
    opts.port = option_get(in, "port")->list;
    opts.n_port = option_get(in, "port")->n_list;
    opts.ports = option_text(in, "ports");
    opts.series = option_text(in, "series");
    opts.compliance = option_text(in, "compliance");
    opts.temp = option_text(in, "temp");
    opts.noise_step = option_text(in, "noise-step");
    opts.max_step = option_text(in, "max-step");
    opts.rtol = option_get(in, "rtol")->number;
    opts.has_seed = option_get(in, "seed")->is_set;
    opts.seed = (uint64_t)option_get(in, "seed")->number;
    opts.message = print_message;
    return opts;
}

static json_t *statistics_json(const hys_run *run) {
    const hys_run_stats *s = hys_run_statistics(run);
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "mode", s->mode, "steps",
                     (json_int_t)s->n_steps, "rejected", (json_int_t)s->n_rejected, "evaluations",
                     (json_int_t)s->n_evals, "jacobians", (json_int_t)s->n_jacobians, "newton_iterations",
                     (json_int_t)s->n_newton, "events", (json_int_t)s->n_events, "restarts", (json_int_t)s->n_restarts,
                     "solver_s", json_number(s->solver_s), "step_error", json_number(s->step_error), "max_residual",
                     json_number(s->max_residual));
}

static json_t *remarks_json(const hys_run *run) {
    json_t *list = json_array();
    for (size_t k = 0; k < hys_run_n_remarks(run); k++)
        json_array_append_new(list, json_string(hys_run_remark(run, k)));
    return list;
}

static int print_run_json(invocation *in, const hys_model *model, const hys_run *run, uint64_t seed) {
    const hys_table *table = hys_run_table(run);
    json_t *columns = json_array();
    for (size_t c = 0; c < hys_table_n_columns(table); c++)
        json_array_append_new(
            columns, json_pack("{s:s, s:s}", "name", hys_table_name(table, c), "unit", hys_table_unit(table, c)));
    return print_json(json_pack("{s:s, s:s, s:s, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "hysteron", hys_version(),
                                "device", hys_model_file(model), "module", hys_model_name(model), "seed",
                                (json_int_t)seed, "rows", (json_int_t)hys_table_n_rows(table), "columns", columns,
                                "features", features_json(run), "statistics", statistics_json(run), "remarks",
                                remarks_json(run), "warnings", diagnostics_json(in->ctx)));
}

static hys_status write_results(invocation *in, const hys_run *run, const char *kind, int32_t cycles) {
    const char *csv = option_text(in, "output"), *figure = option_text(in, "figure");
    hys_status status = csv ? hys_table_write_csv(hys_run_table(run), in->ctx, csv) : HYS_OK;
    if (status != HYS_OK || !figure) return status;
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = option_text(in, "figure-kind") ? option_text(in, "figure-kind") : kind;
    opts.title = option_text(in, "title");
    opts.cycles = cycles;
    return hys_figure_write(in->ctx, hys_run_table(run), &opts, figure);
}

typedef hys_status measure_fn(hys_ctx *, const hys_model *, const hys_bench_opts *, hys_run **);

static int measure(invocation *in, measure_fn *how, const char *figure_kind) {
    hys_model *model = NULL;
    hys_run *run = NULL;
    hys_model_opts options = model_opts(in);
    hys_bench_opts opts = bench_opts(in);
    struct progress *progress = progress_new(in->command->name);
    opts.progress = progress_report;
    opts.progress_user = progress;
    hys_status status = hys_model_load(in->ctx, in->args[0], &options, &model);
    if (status == HYS_OK) status = how(in->ctx, model, &opts, &run);
    progress_free(progress);
    if (status == HYS_OK) status = write_results(in, run, figure_kind, opts.cycles);
    int result = exit_status(status);
    bool csv_on_stdout = option_text(in, "output") && !strcmp(option_text(in, "output"), "-");
    if (status == HYS_OK && option_flag(in, "json")) result = print_run_json(in, model, run, opts.seed);
    else if (status == HYS_OK) print_features(csv_on_stdout ? stderr : stdout, run);
    hys_run_free(run);
    hys_model_free(model);
    return result;
}

static int run_iv(invocation *in) {
    if (!option_text(in, "wave")) {
        fputs("hysteron iv: error: which wave?\nhint: --wave sine:1V,10Hz\n", stderr);
        return EXIT_USAGE;
    }
    return measure(in, hys_iv, "iv");
}

static int run_pulse(invocation *in) {
    if (!option_text(in, "train")) {
        fputs("hysteron pulse: error: which pulses?\nhint: --train \"1V,10us,20us,100; read 0.1V,5us\"\n", stderr);
        return EXIT_USAGE;
    }
    return measure(in, hys_pulse, "time");
}

#define BENCH_OPTIONS                                                                                                  \
    {"points", 0, OPTION_COUNT, "N", "output points per cycle or pulse (1000 for waves)"},                             \
        {"set", 's', OPTION_LIST, "NAME=VALUE", "value of a parameter; a bare number is in the file's own unit"},      \
        MODEL_OPTIONS, {"ports", 0, OPTION_TEXT, "P,N", "driven and return terminal (the first two)"},                 \
        {"port", 0, OPTION_LIST, "NAME=V", "hold a further terminal at a potential"},                                  \
        {"series", 0, OPTION_TEXT, "R", "series resistance of the source"},                                            \
        {"compliance", 0, OPTION_TEXT, "I[,NEG|none]", "current limit of the source, for both signs or one each"},     \
        {"init", 0, OPTION_LIST, "STATE=VALUE", "initial value of a state"},                                           \
        {"temp", 0, OPTION_TEXT, "T", "temperature (300.15K)"},                                                        \
        {"seed", 0, OPTION_COUNT, "N", "seed of all random draws (0)"},                                                \
        {"spread", 0, OPTION_LIST, "NAME=LAW",                                                                         \
         "vary a parameter: \"lognormal 0.1\", \"normal 0.05\", \"uniform 0.2\""},                                     \
        {"noise-step", 0, OPTION_TEXT, "T", "interval over which a draw is held, where the file sets none"},           \
        {"max-step", 0, OPTION_TEXT, "T", "largest time step"},                                                        \
        {"rtol", 0, OPTION_REAL, "X", "relative tolerance (1e-6)"},                                                    \
        {"output", 'o', OPTION_TEXT, "FILE.csv", "write time[s],v[V],i[A] and the states; - for standard output"},     \
        {"figure", 'f', OPTION_TEXT, "FILE.svg", "draw it: .svg, .pdf or .png; script and data lie beside it"},        \
        {"figure-kind", 0, OPTION_TEXT, "KIND", "iv, iv-semilog, time or pulse"},                                      \
        {"title", 0, OPTION_TEXT, "TEXT", "title of the figure"}, {                                                    \
        "json", 0, OPTION_FLAG, NULL, "print figures of merit and statistics as JSON"                                  \
    }

static const option_info iv_options[] = {
    {"wave", 'w', OPTION_TEXT, "WAVE",
     "sine:1V,10Hz  triangle:1V,10Hz  dc:-1V,1V,201  csv:FILE  (in A: drives current)"},
    {"cycles", 'n', OPTION_COUNT, "N", "cycles of the wave (2)"},
    BENCH_OPTIONS,
};
static const option_info pulse_options[] = {
    {"train", 't', OPTION_TEXT, "TRAIN", "\"AMPLITUDE,WIDTH[,REST[,COUNT]]; read AMPLITUDE,WIDTH; wait TIME\""},
    BENCH_OPTIONS,
};
static const char *const iv_examples[] = {"hysteron iv that.va --wave sine:1V,1kHz --figure loop.svg",
                                          "the loop of a file, as a figure",
                                          "hysteron iv vteam --wave triangle:1.5V,10Hz --cycles 3 -o loop.csv",
                                          "a library model; the data as CSV",
                                          "hysteron iv vo2 --wave triangle:1mA,0A,10Hz --json",
                                          "current-driven: traces S-shaped negative resistance",
                                          NULL};
static const char *const pulse_examples[] = {
    "hysteron pulse stanford_rram --train \"1V,10us,20us,100; read 0.1V,5us\" --json",
    "100 pulses, each followed by a read: conductance by pulse", NULL};

const command_info command_iv = {
    .name = "iv",
    .args = "NAME|FILE.va",
    .summary = "Measure the I-V loop of a device.",
    .text = "Waves: sine:AMPLITUDE,FREQUENCY[,OFFSET]; triangle:AMPLITUDE,FREQUENCY or "
            "triangle:POSITIVE,NEGATIVE,FREQUENCY;\n"
            "square:AMPLITUDE,FREQUENCY; dc:FROM,TO[,POINTS] (quasi-static, there and back); csv:FILE with columns "
            "time and v or i.\n"
            "Numbers take units; bare numbers are SI.  An amplitude in A drives current.",
    .examples = iv_examples,
    .options = iv_options,
    .n_options = sizeof iv_options / sizeof *iv_options,
    .min_args = 1,
    .max_args = 1,
    .run = run_iv,
};
const command_info command_pulse = {
    .name = "pulse",
    .args = "NAME|FILE.va",
    .summary = "Apply a train of pulses, with reads between.",
    .text = "A train is a list of items separated by ';'. AMPLITUDE,WIDTH[,REST[,COUNT]] repeats a pulse and a rest "
            "COUNT times;\n"
            "'read AMPLITUDE,WIDTH' is applied after each pulse of the item before it; 'wait TIME' rests.",
    .examples = pulse_examples,
    .options = pulse_options,
    .n_options = sizeof pulse_options / sizeof *pulse_options,
    .min_args = 1,
    .max_args = 1,
    .run = run_pulse,
};
