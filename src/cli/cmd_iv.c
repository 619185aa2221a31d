/* hysteron iv and hysteron pulse: a device on the bench. */
#include "cli/cli.h"
#include <string.h>

static void print_message(void *user, const char *text) {
    (void)user;
    fputs(text, stderr);
}

/* Files that the model writes lie beside the CSV, else in the working directory. */
static void find_files_dir(const invocation *in, char *dir, size_t size) {
    const char *csv = option_text(in, "output"), *slash = csv ? strrchr(csv, '/') : NULL;
    size_t n = slash ? (size_t)(slash - csv) + 1 : 0;
    if (n >= size) n = 0; /* such a path cannot be written anyway */
    if (n) memcpy(dir, csv, n);
    else dir[n++] = '.';
    dir[n] = 0;
}

hys_bench_opts bench_set_up(const invocation *in) {
    hys_bench_opts opts = hys_bench_opts_default();
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
    opts.rtol = option_get(in, "rtol")->number;
    opts.has_seed = option_get(in, "seed")->is_set;
    opts.seed = (uint64_t)option_get(in, "seed")->number;
    return opts;
}

hys_bench_opts bench_opts(const invocation *in) {
    hys_bench_opts opts = bench_set_up(in);
    opts.wave = option_text(in, "wave");
    opts.train = option_text(in, "train");
    opts.cycles = option_int(in, "cycles", opts.cycles);
    opts.points = option_int(in, "points", opts.points);
    opts.max_step = option_text(in, "max-step");
    opts.message = print_message;
    return opts;
}

static json_t *statistics_json(const hys_run *run) {
    const hys_run_stats *s = hys_run_statistics(run);
    return json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "mode", json_text(s->mode), "steps",
                     (json_int_t)s->n_steps, "rejected", (json_int_t)s->n_rejected, "evaluations",
                     (json_int_t)s->n_evals, "jacobians", (json_int_t)s->n_jacobians, "newton_iterations",
                     (json_int_t)s->n_newton, "events", (json_int_t)s->n_events, "restarts", (json_int_t)s->n_restarts,
                     "solver_s", json_number(s->solver_s), "step_error", json_number(s->step_error), "max_residual",
                     json_number(s->max_residual));
}

static json_t *remarks_json(const hys_run *run) {
    json_t *list = json_array();
    for (size_t k = 0; k < hys_run_n_remarks(run); k++) json_array_append_new(list, json_text(hys_run_remark(run, k)));
    return list;
}

/* One array a column, in SI. */
static json_t *pulses_json(const hys_table *table) {
    json_t *columns = json_object();
    for (size_t c = 0; c < hys_table_n_columns(table); c++) {
        json_t *values = json_array();
        for (size_t r = 0; r < hys_table_n_rows(table); r++)
            json_array_append_new(values, json_number(hys_table_column_at(table, c)[r]));
        json_object_set_new(columns, hys_table_name(table, c), values);
    }
    return columns;
}

static void add_run(json_t *root, const hys_model *model, const hys_run *run, uint64_t seed) {
    const hys_table *table = hys_run_table(run), *pulses = hys_run_pulses(run);
    json_object_set_new(root, "file", json_text(hys_model_file(model)));
    json_object_set_new(root, "module", json_text(hys_model_name(model)));
    json_object_set_new(root, "seed", json_integer((json_int_t)seed));
    json_object_set_new(root, "rows", json_integer((json_int_t)hys_table_n_rows(table)));
    json_object_set_new(root, "columns", json_table_columns(table));
    json_object_set_new(root, "features", json_features(run));
    if (pulses) json_object_set_new(root, "pulses", pulses_json(pulses));
    json_object_set_new(root, "statistics", statistics_json(run));
    json_object_set_new(root, "remarks", remarks_json(run));
}

static const char *figure_kind(const invocation *in) {
    const char *usual = in->command == &command_pulse ? "pulse" : "iv", *kind = option_text(in, "figure-kind");
    return kind ? kind : usual;
}

const hys_table *drawn_table(const invocation *in, const hys_run *run) {
    const hys_table *pulses = hys_run_pulses(run);
    return pulses && !strcmp(figure_kind(in), "pulse") ? pulses : hys_run_table(run);
}

hys_status draw_bench(const invocation *in, const hys_table *table, const char *path, int32_t cycles,
                      int32_t most_rows) {
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = figure_kind(in);
    opts.title = option_text(in, "title");
    opts.cycles = cycles;
    opts.most_rows = most_rows;
    return hys_figure_write(in->ctx, table, &opts, path);
}

static hys_status write_results(invocation *in, const hys_run *run, int32_t cycles) {
    const char *csv = option_text(in, "output"), *figure = option_text(in, "figure");
    hys_status status = csv ? write_table(in, hys_run_table(run), csv) : HYS_OK;
    if (status == HYS_OK && figure) status = draw_bench(in, drawn_table(in, run), figure, cycles, 0);
    return status;
}

typedef hys_status measure_fn(hys_ctx *, const hys_model *, const hys_bench_opts *, hys_run **);

static hys_status measure_with_progress(invocation *in, measure_fn *how, const hys_model *model, hys_bench_opts *opts,
                                        hys_run **run) {
    struct progress *progress = progress_new(in->command->name);
    opts->progress = progress_report;
    opts->progress_user = progress;
    hys_status status = how(in->ctx, model, opts, run);
    progress_free(progress);
    return status;
}

#define DEVICE_WARNINGS_MAX 10 /* of $warning: some models repeat theirs at every step */

/* What the compiler thinks of the file is `device check`'s to tell; a measurement that worked only counts it.  What
 * concerns the command line is said, and what the device itself reported: that has a line, but no column. */
static void count_file_warnings(hys_ctx *ctx, const char *device) {
    size_t n = 0, n_own = 0, total = hys_diag_count(ctx);
    for (size_t k = 0; k < total; k++) {
        const hys_diag *diag = hys_diag_get(ctx, k);
        bool is_about_file = diag->line > 0 && strncmp(diag->file, "--", 2) != 0;
        bool is_own = is_about_file && diag->col == 0;
        n_own += is_own;
        if (is_about_file && !is_own) n += diag->severity == HYS_WARNING;
        else if (!is_own || n_own <= DEVICE_WARNINGS_MAX) print_diagnostic(diag);
    }
    hys_diag_clear(ctx);
    if (n_own > DEVICE_WARNINGS_MAX)
        fprintf(stderr, "note: the device reported %zu more warnings\n", n_own - DEVICE_WARNINGS_MAX);
    if (n)
        fprintf(stderr, "note: %zu warning%s about the file: hysteron device check %s\n", n, n > 1 ? "s" : "", device);
}

static int measure(invocation *in, measure_fn *how) {
    hys_model *model = NULL;
    hys_run *run = NULL;
    hys_model_opts options = model_opts(in);
    hys_bench_opts opts = bench_opts(in);
    char dir[4096];
    find_files_dir(in, dir, sizeof dir);
    opts.files_dir = dir;
    if (wants_both_on_stdout(in)) return refuse(in, "--json and -o - both want standard output", NULL, "-o FILE.csv");
    hys_status status = hys_model_load(in->ctx, in->args[0], &options, &model);
    if (status == HYS_OK) status = measure_with_progress(in, how, model, &opts, &run);
    if (status == HYS_OK) status = write_results(in, run, opts.cycles);
    int result = exit_status(status);
    if (option_flag(in, "json")) {
        json_t *root = json_document();
        json_object_set_new(root, "device", json_text(in->args[0]));
        if (status == HYS_OK) add_run(root, model, run, opts.seed);
        result = json_finish(in, root, status);
    } else if (status == HYS_OK) {
        print_features(report_stream(in), run);
        count_file_warnings(in->ctx, in->args[0]);
    }
    hys_run_free(run);
    hys_model_free(model);
    return result;
}

static int run_iv(invocation *in) {
    if (!option_text(in, "wave")) return refuse(in, "which wave?", NULL, "--wave sine:1V,10Hz");
    return measure(in, hys_iv);
}

static int run_pulse(invocation *in) {
    if (!option_text(in, "train"))
        return refuse(in, "which pulses?", NULL, "--train \"1V,10us,20us,100; read 0.1V,5us\"");
    return measure(in, hys_pulse);
}

#define BENCH_OPTIONS                                                                                                  \
    {"points", 0, OPTION_NUMBER, "N", "output points per cycle or pulse (1000 for waves)"},                            \
        {"series", 0, OPTION_TEXT, "R", "series resistance of the source"},                                            \
        {"compliance", 0, OPTION_TEXT, "I[,NEG|none]", "current limit of the source, for both signs or one each"},     \
        {"set", 's', OPTION_LIST, "NAME=VALUE", "value of a parameter; a bare number is in the file's own unit"},      \
        {"init", 0, OPTION_LIST, "STATE=VALUE", "initial value of a state"},                                           \
        {"temp", 0, OPTION_TEXT, "T", "temperature (300.15K)"},                                                        \
        {"output", 'o', OPTION_TEXT, "FILE.csv", "write time[s],v[V],i[A] and the states; - is standard output"},      \
        {"figure", 'f', OPTION_TEXT, "FILE.svg", "draw it: .svg, .pdf or .png; its script and data lie beside it"},    \
        {"figure-kind", 0, OPTION_TEXT, "iv|iv-semilog|time|pulse", "what the figure shows"},                          \
        {"title", 0, OPTION_TEXT, "TEXT", "title of the figure"}, JSON_OPTION,                                         \
        {"ports", 0, OPTION_TEXT, "P,N", "driven and return terminal (the first two)"},                                \
        {"port", 0, OPTION_LIST, "NAME=V", "hold a further terminal at a potential"},                                  \
        {"seed", 0, OPTION_COUNT, "N", "seed of all random draws (0)"},                                                \
        {"spread", 0, OPTION_LIST, "NAME=LAW",                                                                         \
         "vary a parameter: \"lognormal 0.1\", \"normal 0.05\", \"uniform 0.2\""},                                     \
        {"noise-step", 0, OPTION_TEXT, "T", "interval over which a draw is held, where the file sets none"},           \
        {"max-step", 0, OPTION_TEXT, "T", "largest time step"},                                                        \
        {"rtol", 0, OPTION_REAL, "X", "relative tolerance (1e-6)"}, MODEL_OPTIONS

static const option_info iv_options[] = {
    {"wave", 'w', OPTION_TEXT, "WAVE", "what drives it: sine:1V,10Hz, triangle:1V,10Hz, dc:-1V,1V, ... (see below)"},
    {"cycles", 'n', OPTION_NUMBER, "N", "cycles of the wave (2)"},
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
    .text = "Waves (an amplitude in A drives current; numbers take units, bare ones are SI):\n"
            "  sine:AMPLITUDE,FREQUENCY[,OFFSET]\n"
            "  triangle:AMPLITUDE,FREQUENCY    0, +A, -A, 0\n"
            "  triangle:PEAK,PEAK,FREQUENCY    different peaks, such as 1.5V,-1V\n"
            "  square:AMPLITUDE,FREQUENCY\n"
            "  dc:FROM,TO[,POINTS]             quasi-static, there and back\n"
            "  csv:FILE                        columns time and v, or time and i; unnamed: s, V\n"
            "Files that the model writes ($fopen) lie beside the file of -o, else in the working directory.",
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
    .text = "A train is a list of items, separated by semicolons:\n"
            "  AMPLITUDE,WIDTH[,REST[,COUNT]]  a pulse and a rest, COUNT times\n"
            "  read AMPLITUDE,WIDTH            after each pulse of the item before it\n"
            "  wait TIME                       rests",
    .examples = pulse_examples,
    .options = pulse_options,
    .n_options = sizeof pulse_options / sizeof *pulse_options,
    .min_args = 1,
    .max_args = 1,
    .run = run_pulse,
};
