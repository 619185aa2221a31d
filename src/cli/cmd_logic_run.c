/* hysteron logic run: a program executed on a device model. */
#include "cli/logic_args.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_PATTERNS 1000
#define SHOWN_ROWS    16

typedef struct runs {
    logic_pair pair;
    hys_logic_bench *bench;
    uint8_t *inputs; /* [patterns n_inputs] */
    hys_logic_run *all;
    size_t patterns, rows; /* rows: of all patterns at once; 0: one row, patterns one after the other */
    size_t n, n_done, wrong;
} runs;

/* ---- inputs ---- */

static void draw_inputs(const runs *r, uint64_t seed) {
    const size_t n = r->patterns * hys_logic_n_inputs(r->pair.netlist);
    for (size_t k = 0; k < n; k++) {
        uint64_t z = seed * 0x9e3779b97f4a7c15ull + (k + 1) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        r->inputs[k] = (z ^ (z >> 31)) >> 63;
    }
}

static size_t count_patterns(const char *values) {
    size_t n = 1;
    for (; *values; values++) n += *values == ';';
    return n;
}

/* inputs = values {";" values}; rows beyond the last begin anew with the first */
static int read_inputs(invocation *in, const runs *r, size_t given) {
    const size_t n = hys_logic_n_inputs(r->pair.netlist);
    char *text = strdup(option_text(in, "inputs")), *rest = text;
    int result = text ? EXIT_GOOD : exit_status(HYS_NOMEM);
    for (size_t k = 0; k < given && result == EXIT_GOOD; k++)
        result = read_buses(in, strsep(&rest, ";"), r->pair.netlist, r->inputs + k * n);
    for (size_t k = given * n; k < r->patterns * n; k++) r->inputs[k] = r->inputs[k - given * n];
    free(text);
    return result;
}

static int make_inputs(invocation *in, runs *r) {
    const char *values = option_text(in, "inputs"), *rows = option_text(in, "rows");
    const size_t given = values ? count_patterns(values) : (size_t)option_int(in, "random", 4);
    r->rows = (size_t)option_int(in, "rows", 0);
    r->patterns = rows ? r->rows : given;
    r->n = rows ? 1 : given;
    if (given > MOST_PATTERNS || r->rows > MOST_PATTERNS)
        return refuse(in, "at most 1000 patterns at a time, not", rows ? rows : option_text(in, "random"), NULL);
    if (rows && (!r->rows || option_text(in, "random")))
        return refuse(in, "rows are drawn one pattern each:", rows, "--rows 16, without --random");
    if (rows && values && given > r->rows)
        return refuse(in, "there are more patterns than rows:", values, "--rows as large as the number of patterns");
    r->inputs = calloc(r->patterns * hys_logic_n_inputs(r->pair.netlist) + 1, 1);
    r->all = calloc(r->n, sizeof *r->all);
    if (!r->inputs || !r->all) return exit_status(HYS_NOMEM);
    if (values) return read_inputs(in, r, given);
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

/* Of pattern k: where its outputs are. */
static const uint8_t *outputs_of(const runs *r, size_t k, bool expected) {
    const hys_logic_run *run = &r->all[r->rows ? 0 : k];
    return (expected ? run->expected : run->outputs) + (r->rows ? k * run->n_outputs : 0);
}

static size_t wrong_of(const runs *r, size_t k) {
    size_t wrong = 0;
    for (size_t i = 0; i < hys_logic_n_outputs(r->pair.netlist); i++)
        wrong += outputs_of(r, k, true)[i] != outputs_of(r, k, false)[i];
    return wrong;
}

static json_t *pattern_json(const runs *r, size_t k) {
    const hys_logic *l = r->pair.netlist;
    return json_pack("{s:o, s:o, s:o, s:I}", "inputs", json_buses(l, true, inputs_of(r, k)), "outputs",
                     json_buses(l, false, outputs_of(r, k, false)), "expected",
                     json_buses(l, false, outputs_of(r, k, true)), "wrong", (json_int_t)wrong_of(r, k));
}

/* What it cost, of one pattern or of all rows. */
static void add_costs(json_t *root, const hys_logic_run *run) {
    json_object_set_new(root, "energy_J", json_number(run->energy));
    json_object_set_new(root, "time_s", json_number(run->time));
    json_object_set_new(root, "margin", json_number(run->margin));
    json_object_set_new(root, "drift", json_number(run->drift));
    json_object_set_new(root, "first_wrong_step",
                        run->first_wrong < run->n_steps ? json_integer((json_int_t)run->first_wrong + 1) : json_null());
}

static json_t *runs_json(const runs *r) {
    json_t *root = json_program(&r->pair), *list = json_array();
    const hys_logic_levels levels = hys_logic_bench_levels(r->bench);
    const hys_logic_drive drive = hys_logic_bench_drive(r->bench);
    for (size_t k = 0; k < r->patterns; k++) {
        json_t *pattern = pattern_json(r, k);
        if (!r->rows) add_costs(pattern, &r->all[k]);
        json_array_append_new(list, pattern);
    }
    json_object_set_new(root, "levels", json_levels(&levels));
    json_object_set_new(root, "drive", json_drive(&drive));
    json_object_set_new(root, "mean_energy_J", json_number(mean_of(r, offsetof(hys_logic_run, energy))));
    json_object_set_new(root, "wrong_outputs", json_integer((json_int_t)r->wrong));
    json_object_set_new(root, "runs", list);
    if (!r->rows) return root;
    json_object_set_new(root, "rows", json_integer((json_int_t)r->rows));
    add_costs(root, &r->all[0]);
    return root;
}

static void print_costs(const hys_logic_run *run) {
    char energy[48], time[48];
    hys_quantity_format(run->energy, "J", 4, energy);
    hys_quantity_format(run->time, "s", 4, time);
    printf("    %s in %s; margin %.3g, drift %.2g", energy, time, run->margin, run->drift);
    if (run->first_wrong < run->n_steps) printf("; a cell is on the wrong side from step %zu", run->first_wrong + 1);
    putchar('\n');
}

static void print_pattern(const runs *r, size_t k) {
    printf(" ");
    print_buses(r->pair.netlist, true, inputs_of(r, k));
    printf(":");
    print_buses(r->pair.netlist, false, outputs_of(r, k, false));
    if (wrong_of(r, k)) {
        printf(", WRONG:");
        print_buses(r->pair.netlist, false, outputs_of(r, k, true));
    }
    putchar('\n');
    if (!r->rows) print_costs(&r->all[k]);
}

static void print_voltages(const hys_logic_drive *d, const size_t *counts) {
    printf("  writes %.3g and %.3g V, reads %.3g V", d->set, d->reset, d->read);
    if (counts[HYS_LOGIC_OP_IMPLY])
        printf("; V_COND %.4g V, V_SET %.4g V, R_G %.4g ohm", d->condition, d->imply, d->load);
    if (counts[HYS_LOGIC_OP_NOR]) printf("; V_0 %.4g V", d->gate);
    if (counts[HYS_LOGIC_OP_NAND] || counts[HYS_LOGIC_OP_MINORITY])
        printf("; V_0 of NAND and minority %.4g V", d->gate_of_two);
    if (counts[HYS_LOGIC_OP_OR]) printf("; V_0 of OR %.4g V", d->gate_of_or);
    putchar('\n');
}

static void print_runs(invocation *in, const runs *r) {
    const hys_logic_program *p = r->pair.program;
    const hys_logic_drive drive = hys_logic_bench_drive(r->bench);
    const size_t shown = r->rows > SHOWN_ROWS ? SHOWN_ROWS : r->patterns;
    char energy[48];
    printf("%s by %s: %zu steps on %zu cells", hys_logic_name(r->pair.netlist), p->family->name, p->n_steps,
           p->n_cells);
    if (r->rows) printf(", in %zu rows at once", r->rows);
    putchar('\n');
    print_levels(r->bench, option_text(in, "device"));
    print_voltages(&drive, p->counts);
    for (size_t k = 0; k < shown; k++) print_pattern(r, k);
    if (shown < r->patterns) printf("  ... and %zu more\n", r->patterns - shown);
    if (r->rows) print_costs(&r->all[0]);
    hys_quantity_format(mean_of(r, offsetof(hys_logic_run, energy)) / (double)(r->rows ? r->rows : 1), "J", 4, energy);
    printf("%s a %s; %zu outputs wrong of %zu\n", energy, r->rows ? "row" : "run", r->wrong,
           r->patterns * hys_logic_n_outputs(r->pair.netlist));
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
        status =
            hys_logic_bench_run_rows(r->bench, r->pair.program, r->rows ? r->rows : 1, inputs_of(r, k), &r->all[k]);
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
    opts.is_passive = option_flag(in, "passive");
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
    {"inputs", 'i', OPTION_TEXT, "VALUE,...",
     "of the inputs: 0xA5,0x3C for a0 ... a7 and b0 ... b7, or a=5,cin=1; "
     "\";\" between patterns"},
    {"random", 'n', OPTION_NUMBER, "N", "so many patterns drawn at random instead (4)"},
    {"rows", 0, OPTION_NUMBER, "N", "execute the steps in N rows at once, a pattern each"},
    {"passive", 0, OPTION_FLAG, NULL, "columns that a step does not use float instead of being switched off"},
    LOGIC_DEVICE_OPTIONS,
    {"output", 'o', OPTION_TEXT, "FILE...", "write energy, margin and drift of each step there, as CSV"},
    JSON_OPTION,
};

static const char *const examples[] = {
    "hysteron logic run adder8.blif --family magic --device vteam_fit --inputs 0xA5,0x3C",
    "165 + 60 by NORs in a row of memristors",
    "hysteron logic run multiplier4.blif --device vteam_fit --cells least --random 8 -o steps.csv",
    "a multiplier in as few cells as possible; what each step costs",
    "hysteron logic run adder8.blif --device vteam_fit --cells least --rows 16",
    "the same pulses in 16 rows: 16 sums in the time of one",
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
            "lines. With --rows every pulse goes to all rows, which share the bit lines; columns that a step does not "
            "use are switched off, as by a transistor in each cell, unless --passive lets them float: then word lines "
            "are coupled through them. Families that read in between write ones and zeros in two pulses. The exit "
            "status is 1 where an output is wrong.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
