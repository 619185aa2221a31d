/* hysteron logic run: a program executed on a device model. */
#include "cli/logic_args.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_PATTERNS 1000

typedef struct runs {
    logic_pair pair;
    hys_logic_bench *bench;
    uint8_t *inputs; /* [n n_inputs] */
    hys_logic_run *all;
    size_t n, n_done, wrong;
} runs;

/* ---- inputs ---- */

static void draw_inputs(const runs *r, uint64_t seed) {
    const size_t n = r->n * hys_logic_n_inputs(r->pair.netlist);
    for (size_t k = 0; k < n; k++) {
        uint64_t z = seed * 0x9e3779b97f4a7c15ull + (k + 1) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        r->inputs[k] = (z ^ (z >> 31)) >> 63;
    }
}

static int make_inputs(invocation *in, runs *r) {
    const char *values = option_text(in, "inputs");
    r->n = values ? 1 : (size_t)option_int(in, "random", 4);
    if (r->n > MOST_PATTERNS)
        return refuse(in, "at most 1000 patterns at a time, not", option_text(in, "random"), NULL);
    r->inputs = calloc(r->n * hys_logic_n_inputs(r->pair.netlist) + 1, 1);
    r->all = calloc(r->n, sizeof *r->all);
    if (!r->inputs || !r->all) return exit_status(HYS_NOMEM);
    if (values) return read_buses(in, values, r->pair.netlist, r->inputs);
    draw_inputs(r, (uint64_t)option_int(in, "seed", 0));
    return EXIT_GOOD;
}

/* ---- what came out ---- */

static const uint8_t *inputs_of(const runs *r, size_t k) {
    return r->inputs + k * hys_logic_n_inputs(r->pair.netlist);
}

static double mean_of(const runs *r, size_t at) {
    double sum = 0;
    for (size_t k = 0; k < r->n_done; k++) {
        double value;
        memcpy(&value, (const char *)&r->all[k] + at, sizeof value);
        sum += value;
    }
    return sum / (double)r->n_done;
}

static json_t *run_json(const runs *r, size_t k) {
    const hys_logic *l = r->pair.netlist;
    const hys_logic_run *run = &r->all[k];
    json_t *root =
        json_pack("{s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o}", "inputs", json_buses(l, true, inputs_of(r, k)), "outputs",
                  json_buses(l, false, run->outputs), "expected", json_buses(l, false, run->expected), "wrong",
                  (json_int_t)run->wrong, "energy_J", json_number(run->energy), "time_s", json_number(run->time),
                  "margin", json_number(run->margin), "drift", json_number(run->drift));
    json_object_set_new(root, "first_wrong_step",
                        run->first_wrong < run->n_steps ? json_integer((json_int_t)run->first_wrong + 1) : json_null());
    return root;
}

static json_t *runs_json(const runs *r) {
    json_t *root = json_program(&r->pair), *list = json_array();
    const hys_logic_levels levels = hys_logic_bench_levels(r->bench);
    const hys_logic_drive drive = hys_logic_bench_drive(r->bench);
    for (size_t k = 0; k < r->n_done; k++) json_array_append_new(list, run_json(r, k));
    json_object_set_new(root, "levels", json_levels(&levels));
    json_object_set_new(root, "drive", json_drive(&drive));
    json_object_set_new(root, "mean_energy_J", json_number(mean_of(r, offsetof(hys_logic_run, energy))));
    json_object_set_new(root, "wrong_outputs", json_integer((json_int_t)r->wrong));
    json_object_set_new(root, "runs", list);
    return root;
}

static void print_run(const runs *r, size_t k) {
    const hys_logic_run *run = &r->all[k];
    char energy[48], time[48];
    hys_quantity_format(run->energy, "J", 4, energy);
    hys_quantity_format(run->time, "s", 4, time);
    printf(" ");
    print_buses(r->pair.netlist, true, inputs_of(r, k));
    printf(":");
    print_buses(r->pair.netlist, false, run->outputs);
    if (run->wrong) {
        printf(", WRONG:");
        print_buses(r->pair.netlist, false, run->expected);
    }
    printf("\n    %s in %s; margin %.3g, drift %.2g", energy, time, run->margin, run->drift);
    if (run->first_wrong < run->n_steps) printf("; a cell is on the wrong side from step %zu", run->first_wrong + 1);
    putchar('\n');
}

static void print_voltages(const hys_logic_drive *d, const hys_logic_family *f) {
    printf("  writes %.3g and %.3g V, reads %.3g V", d->set, d->reset, d->read);
    if ((f->ops >> HYS_LOGIC_OP_IMPLY) & 1)
        printf("; V_COND %.4g V, V_SET %.4g V, R_G %.4g ohm", d->condition, d->imply, d->load);
    if ((f->ops >> HYS_LOGIC_OP_NOR) & 1) printf("; V_0 %.4g V", d->gate);
    if ((f->ops >> HYS_LOGIC_OP_NAND) & 1) printf(", of NAND and minority %.4g V", d->gate_of_two);
    putchar('\n');
}

static void print_runs(invocation *in, const runs *r) {
    const hys_logic_program *p = r->pair.program;
    const hys_logic_drive drive = hys_logic_bench_drive(r->bench);
    char energy[48];
    printf("%s by %s: %zu steps on %zu cells\n", hys_logic_name(r->pair.netlist), p->family->name, p->n_steps,
           p->n_cells);
    print_levels(r->bench, option_text(in, "device"));
    print_voltages(&drive, p->family);
    for (size_t k = 0; k < r->n_done; k++) print_run(r, k);
    hys_quantity_format(mean_of(r, offsetof(hys_logic_run, energy)), "J", 4, energy);
    printf("%s a run; %zu outputs wrong of %zu\n", energy, r->wrong, r->n_done * hys_logic_n_outputs(r->pair.netlist));
}

/* Steps of the first run. */
static hys_status write_steps(invocation *in, const runs *r) {
    static const char *const names[] = {"step", "energy", "time", "margin", "drift", "worst_cell"};
    static const char *const units[] = {"", "J", "s", "", "", ""};
    hys_table *table = NULL;
    hys_status status = hys_table_new(in->ctx, &table);
    for (size_t c = 0; c < 6 && status == HYS_OK; c++) status = hys_table_add_column(table, names[c], units[c]);
    for (size_t k = 0; k < r->all[0].n_steps && status == HYS_OK; k++) {
        const hys_logic_step_report *s = &r->all[0].steps[k];
        const double row[] = {(double)k + 1, s->energy, s->time, s->margin, s->drift, (double)s->worst};
        status = hys_table_add_row(table, row);
    }
    if (status == HYS_OK) status = write_table(in, table, option_text(in, "output"));
    hys_table_free(table);
    return status;
}

/* ---- the command ---- */

static hys_status run_all(invocation *in, runs *r, const hys_logic_bench_opts *opts) {
    hys_status status = hys_logic_bench_new(in->ctx, opts, &r->bench);
    for (size_t k = 0; k < r->n && status == HYS_OK; k++) {
        status = hys_logic_bench_run(r->bench, r->pair.program, inputs_of(r, k), &r->all[k]);
        if (status != HYS_OK) break;
        r->n_done++;
        r->wrong += r->all[k].wrong;
    }
    if (status == HYS_OK && option_text(in, "output")) status = write_steps(in, r);
    return status;
}

static void free_runs(invocation *in, runs *r) {
    for (size_t k = 0; k < r->n_done; k++) hys_logic_run_free(in->ctx, &r->all[k]);
    hys_logic_bench_free(r->bench);
    logic_pair_free(&r->pair);
    free(r->inputs);
    free(r->all);
}

static int run(invocation *in) {
    runs r = {.n = 0};
    hys_logic_bench_opts opts;
    hys_status status = HYS_ARG;
    if (wants_both_on_stdout(in)) return refuse(in, "--json and -o - both want standard output", NULL, "-o FILE.csv");
    int result = logic_bench_opts(in, &opts);
    if (result == EXIT_GOOD) result = logic_map(in, &r.pair);
    if (result == EXIT_GOOD) result = make_inputs(in, &r);
    if (result == EXIT_GOOD) {
        status = run_all(in, &r, &opts);
        result = exit_status(status);
    }
    if (result == EXIT_GOOD && r.wrong) result = EXIT_NO;
    if (result != EXIT_USAGE && option_flag(in, "json")) {
        const int printed = json_finish(in, status == HYS_OK ? runs_json(&r) : json_document(), status);
        if (result == EXIT_GOOD) result = printed;
    } else if (status == HYS_OK && report_stream(in) == stdout) print_runs(in, &r);
    free_runs(in, &r);
    return result;
}

static const option_info options[] = {
    MAP_OPTIONS,
    {"inputs", 'i', OPTION_TEXT, "VALUE,...", "of the inputs: 0xA5,0x3C for a0 ... a7 and b0 ... b7, or a=5,cin=1"},
    {"random", 'n', OPTION_NUMBER, "N", "so many patterns drawn at random instead (4)"},
    LOGIC_DEVICE_OPTIONS,
    {"output", 'o', OPTION_TEXT, "FILE...", "write energy, margin and drift of each step there, as CSV"},
    JSON_OPTION,
};

static const char *const examples[] = {
    "hysteron logic run adder8.blif --family magic --device vteam_fit --inputs 0xA5,0x3C",
    "165 + 60 by NORs in a row of memristors",
    "hysteron logic run multiplier4.blif --device vteam_fit --cells least --random 8 -o steps.csv",
    "a multiplier in as few cells as possible; what each step costs",
    "hysteron logic run adder8.blif -F rm3 --device stanford_rram --most 4V --json",
    "by reads and majority writes on another device",
    NULL};

const command_info command_logic_run = {
    .name = "logic run",
    .args = "FILE.blif",
    .summary = "Execute a Boolean function on memristors of a row and check what they hold.",
    .text = "Every step is a pulse on the cells of one row, which keep their states; families that read in between "
            "decide by what they read. Voltages that are not given are found: writes a fifth above what a pulse takes, "
            "gates in the middle of their windows. A cell's level is the logarithm of its conductance, 0 and 1 as "
            "freshly written; its margin is how far it is on its side of one half (1: as freshly written, 0: at the "
            "limit); drift is how far levels of cells moved that a step does not write. Energies are those of all "
            "lines. The exit status is 1 where an output is wrong.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
