/* hysteron logic window: voltages with which gates work on a device, and how many gates do when devices vary. */
#include "cli/logic_args.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_GATES   6
#define DRAWN        120 /* voltages of a figure */
#define PAST_WINDOWS 1.5 /* times the highest end of a window: no higher voltage is drawn */

typedef struct gate_result {
    hys_logic_gate_kind kind;
    hys_logic_window window;
    hys_logic_yield yield; /* gates 0: not asked for */
} gate_result;

typedef struct results {
    const hys_logic_family *family;
    const char *gate; /* NULL: all that the family has */
    hys_logic_bench *bench;
    gate_result gates[MOST_GATES];
    size_t n;
} results;

static const struct {
    hys_logic_gate_kind kind;
    const char *name;
} all_gates[MOST_GATES] = {{{HYS_LOGIC_OP_IMPLY, 1}, "imply"}, {{HYS_LOGIC_OP_NOR, 1}, "not"},
                           {{HYS_LOGIC_OP_NOR, 2}, "nor"},     {{HYS_LOGIC_OP_NAND, 2}, "nand"},
                           {{HYS_LOGIC_OP_OR, 2}, "or"},       {{HYS_LOGIC_OP_MINORITY, 3}, "minority"}};

static const char *gate_name(hys_logic_gate_kind kind) {
    for (size_t k = 0; k < MOST_GATES; k++)
        if (all_gates[k].kind.op == kind.op && all_gates[k].kind.inputs == kind.inputs) return all_gates[k].name;
    return "";
}

static bool is_asked(const results *r, size_t k) {
    return (r->family->ops >> all_gates[k].kind.op) & 1 && (!r->gate || !strcmp(r->gate, all_gates[k].name));
}

static hys_status find_windows(invocation *in, results *r, const hys_logic_bench_opts *opts) {
    const size_t gates = (size_t)option_int(in, "gates", 200);
    hys_status status = hys_logic_bench_new(in->ctx, opts, &r->bench);
    r->n = 0;
    for (size_t k = 0; k < MOST_GATES && status == HYS_OK; k++) {
        if (!is_asked(r, k)) continue;
        gate_result *g = &r->gates[r->n++];
        *g = (gate_result){.kind = all_gates[k].kind};
        status = hys_logic_bench_window(r->bench, g->kind, &g->window);
        if (status == HYS_OK && g->window.is_open && opts->cell.n_spread)
            status = hys_logic_bench_yield(r->bench, g->kind, gates, &g->yield);
    }
    return status;
}

/* ---- what came out ---- */

static void print_window(const gate_result *g) {
    const hys_logic_window *w = &g->window;
    printf("  %-10s", gate_name(g->kind));
    if (!w->is_open) {
        printf("closed");
        if (w->estimate_low > 0) printf("; closed form %.3g to %.3g V", w->estimate_low, w->estimate_high);
        putchar('\n');
        return;
    }
    printf("%.4g to %s%.4g V; closed form %.3g to %.3g V", w->low, w->is_limited ? "at least " : "", w->high,
           w->estimate_low, w->estimate_high);
    if (g->kind.op == HYS_LOGIC_OP_IMPLY)
        printf("\n            V_SET, at the middle V_COND; V_COND from %.4g to %.4g V", w->condition_low,
               w->condition_high);
    printf("; margin %.3g\n", w->margin);
    if (!g->yield.gates) return;
    printf("            %zu of %zu gates work in the middle: %.1f%%, with 95%% confidence %.1f%% to %.1f%%\n",
           g->yield.good, g->yield.gates, 100 * (double)g->yield.good / (double)g->yield.gates, 100 * g->yield.low,
           100 * g->yield.high);
}

static json_t *window_json(const gate_result *g) {
    const hys_logic_window *w = &g->window;
    json_t *root = json_pack(
        "{s:s, s:b, s:o, s:o, s:b, s:o, s:o, s:o}", "gate", gate_name(g->kind), "is_open", w->is_open, "low_V",
        w->is_open ? json_number(w->low) : json_null(), "high_V", w->is_open ? json_number(w->high) : json_null(),
        "is_limited", w->is_limited, "estimate_low_V", json_number(w->estimate_low), "estimate_high_V",
        json_number(w->estimate_high), "margin", w->is_open ? json_number(w->margin) : json_null());
    if (g->kind.op == HYS_LOGIC_OP_IMPLY && w->is_open) {
        json_object_set_new(root, "condition_low_V", json_number(w->condition_low));
        json_object_set_new(root, "condition_high_V", json_number(w->condition_high));
    }
    if (!g->yield.gates) return root;
    json_object_set_new(root, "gates", json_integer((json_int_t)g->yield.gates));
    json_object_set_new(root, "good", json_integer((json_int_t)g->yield.good));
    json_object_set_new(root, "yield_low", json_number(g->yield.low));
    json_object_set_new(root, "yield_high", json_number(g->yield.high));
    return root;
}

static json_t *results_json(const results *r) {
    json_t *root = json_document(), *list = json_array();
    const hys_logic_levels levels = hys_logic_bench_levels(r->bench);
    const hys_logic_drive drive = hys_logic_bench_drive(r->bench);
    for (size_t k = 0; k < r->n; k++) json_array_append_new(list, window_json(&r->gates[k]));
    json_object_set_new(root, "family", json_text(r->family->name));
    json_object_set_new(root, "levels", json_levels(&levels));
    json_object_set_new(root, "drive", json_drive(&drive));
    json_object_set_new(root, "gates", list);
    return root;
}

/* ---- figures: margins of the gates against the voltage ---- */

static double *varied_of(hys_logic_drive *d, hys_logic_op op) {
    return op == HYS_LOGIC_OP_IMPLY ? &d->imply
           : op == HYS_LOGIC_OP_NOR ? &d->gate
           : op == HYS_LOGIC_OP_OR  ? &d->gate_of_or
                                    : &d->gate_of_two;
}

static hys_status add_margins(const results *r, double volt, hys_table *table) {
    double row[MOST_GATES + 1] = {volt};
    hys_status status = HYS_OK;
    for (size_t g = 0; g < r->n && status == HYS_OK; g++) {
        hys_logic_drive d = hys_logic_bench_drive(r->bench);
        *varied_of(&d, r->gates[g].kind.op) = volt;
        status = hys_logic_bench_margin(r->bench, r->gates[g].kind, &d, &row[g + 1]);
        row[g + 1] = fmax(row[g + 1], -1);
    }
    return status == HYS_OK ? hys_table_add_row(table, row) : status;
}

/* V: where the windows end. */
static double highest_end(const results *r) {
    double end = 0;
    for (size_t g = 0; g < r->n; g++)
        if (r->gates[g].window.is_open) end = fmax(end, r->gates[g].window.high);
    return end;
}

static hys_status margin_table(invocation *in, const results *r, double most, hys_table **table) {
    hys_status status = hys_table_new(in->ctx, table);
    if (status == HYS_OK) status = hys_table_add_column(*table, "voltage", "V");
    for (size_t g = 0; g < r->n && status == HYS_OK; g++)
        status = hys_table_add_column(*table, gate_name(r->gates[g].kind), "");
    const double last = fmin(most, PAST_WINDOWS * highest_end(r));
    for (int k = DRAWN / 40; k <= DRAWN && status == HYS_OK; k++)
        status = add_margins(r, (last > 0 ? last : most) * k / DRAWN, *table);
    return status;
}

static int run_windows(invocation *in, results *r, const hys_logic_bench_opts *opts) {
    hys_table *table = NULL;
    hys_status status = find_windows(in, r, opts);
    const bool wants_table = option_text(in, "output") || option_text(in, "figure");
    if (status == HYS_OK && wants_table) status = margin_table(in, r, opts->most > 0 ? opts->most : 3, &table);
    if (status == HYS_OK && wants_table) status = logic_keep_table(in, table, "voltage", "margin");
    hys_table_free(table);
    int result = exit_status(status);
    if (option_flag(in, "json")) result = json_finish(in, status == HYS_OK ? results_json(r) : json_document(), status);
    else if (status == HYS_OK && report_stream(in) == stdout) {
        print_levels(r->bench, option_text(in, "device"));
        for (size_t k = 0; k < r->n; k++) print_window(&r->gates[k]);
    }
    hys_logic_bench_free(r->bench);
    return result;
}

/* ---- windows against a parameter of the device ---- */

static hys_status add_value(invocation *in, results *r, const hys_logic_bench_opts *given, const char *assignment,
                            hys_table *table) {
    const char *sets[65];
    hys_logic_bench_opts o = *given;
    if (o.cell.n_memory_set > 64) return HYS_LIMIT;
    for (size_t k = 0; k < o.cell.n_memory_set; k++) sets[k] = o.cell.memory_set[k];
    sets[o.cell.n_memory_set++] = assignment;
    o.cell.memory_set = sets;
    hys_status status = find_windows(in, r, &o);
    if (status == HYS_OK) {
        const hys_logic_levels l = hys_logic_bench_levels(r->bench);
        double row[1 + 4 * MOST_GATES] = {l.on / l.off};
        for (size_t g = 0; g < r->n; g++) {
            const hys_logic_window *w = &r->gates[g].window;
            const double cells[] = {w->is_open ? w->low : NAN, w->is_open ? w->high : NAN, w->estimate_low,
                                    w->estimate_high};
            memcpy(row + 1 + 4 * g, cells, sizeof cells);
        }
        status = hys_table_add_row(table, row);
    }
    hys_logic_bench_free(r->bench);
    r->bench = NULL;
    return status;
}

static hys_status sweep_columns(const results *r, hys_table *table) {
    static const char *const parts[] = {"low", "high", "estimate_low", "estimate_high"};
    hys_status status = hys_table_add_column(table, "ratio", "");
    for (size_t k = 0; k < MOST_GATES; k++)
        for (int p = 0; p < 4 && status == HYS_OK; p++) {
            char name[64];
            if (!is_asked(r, k)) continue;
            snprintf(name, sizeof name, "%s_%s", all_gates[k].name, parts[p]);
            status = hys_table_add_column(table, name, "V");
        }
    return status;
}

/* sweep = name "=" value {"," value} */
static hys_status sweep(invocation *in, results *r, const hys_logic_bench_opts *opts, hys_table **table) {
    char *text = strdup(option_text(in, "sweep")), assignment[256];
    char *rest = text ? strchr(text, '=') : NULL;
    hys_status status = text ? hys_table_new(in->ctx, table) : HYS_NOMEM;
    if (status == HYS_OK) status = sweep_columns(r, *table);
    if (rest) *rest++ = 0;
    while (status == HYS_OK && rest) {
        snprintf(assignment, sizeof assignment, "%.100s=%.100s", text, strsep(&rest, ","));
        status = add_value(in, r, opts, assignment, *table);
    }
    free(text);
    return status;
}

static void print_sweep(const hys_table *table) {
    for (size_t c = 0; c < hys_table_n_columns(table); c++) printf("%20s", hys_table_name(table, c));
    putchar('\n');
    for (size_t k = 0; k < hys_table_n_rows(table); k++) {
        for (size_t c = 0; c < hys_table_n_columns(table); c++) {
            const double value = hys_table_column_at(table, c)[k];
            if (isfinite(value)) printf("%20.4g", value);
            else printf("%20s", "closed");
        }
        putchar('\n');
    }
}

static json_t *sweep_json(const hys_table *table) {
    json_t *root = json_document(), *rows = json_array();
    for (size_t k = 0; k < hys_table_n_rows(table); k++) {
        json_t *row = json_object();
        for (size_t c = 0; c < hys_table_n_columns(table); c++)
            json_object_set_new(row, hys_table_name(table, c), json_number(hys_table_column_at(table, c)[k]));
        json_array_append_new(rows, row);
    }
    json_object_set_new(root, "sweep", rows);
    return root;
}

static int run_sweep(invocation *in, results *r, const hys_logic_bench_opts *opts) {
    hys_table *table = NULL;
    if (!strchr(option_text(in, "sweep"), '='))
        return refuse(in, "nothing is swept by", option_text(in, "sweep"), "--sweep Roff=10k,100k,1M");
    hys_status status = sweep(in, r, opts, &table);
    if (status == HYS_OK) status = logic_keep_table(in, table, "resistance, off to on", "voltage");
    int result = exit_status(status);
    if (option_flag(in, "json"))
        result = json_finish(in, status == HYS_OK ? sweep_json(table) : json_document(), status);
    else if (status == HYS_OK && report_stream(in) == stdout) print_sweep(table);
    hys_table_free(table);
    return result;
}

/* ---- the command ---- */

static int find_gate(invocation *in, results *r) {
    r->gate = option_text(in, "gate");
    for (size_t k = 0; k < MOST_GATES; k++)
        if (is_asked(r, k)) return EXIT_GOOD;
    return refuse(in, "the family has no gate", r->gate, "imply; not, nor; nand, minority; or");
}

static int run(invocation *in) {
    results r = {.n = 0};
    hys_logic_bench_opts opts;
    if (wants_both_on_stdout(in)) return refuse(in, "--json and -o - both want standard output", NULL, "-o FILE.csv");
    int result = logic_family(in, &r.family);
    if (result == EXIT_GOOD) result = logic_bench_opts(in, &opts);
    if (result != EXIT_GOOD) return result;
    if (!r.family->is_stateful)
        return refuse(in, "its gates are reads and writes, which have no window of voltages:", r.family->name,
                      "imply, magic, felix, felix-or");
    result = find_gate(in, &r);
    if (result != EXIT_GOOD) return result;
    if (option_int(in, "gates", 200) > 100000)
        return refuse(in, "at most 100000 gates, not", option_text(in, "gates"), NULL);
    return option_text(in, "sweep") ? run_sweep(in, &r, &opts) : run_windows(in, &r, &opts);
}

static const option_info options[] = {
    FAMILY_OPTION,
    {"gate", 'g', OPTION_TEXT, "imply|not|nor|nand|or|minority", "one of its gates (all)"},
    LOGIC_DEVICE_OPTIONS,
    {"gates", 'n', OPTION_NUMBER, "N", "gates drawn where --spread varies the device (200)"},
    {"sweep", 0, OPTION_TEXT, "NAME=X,X...", "windows against a parameter of the device, such as Roff"},
    {"output", 'o', OPTION_TEXT, "FILE...", "margins against voltage, or the sweep, as CSV (-: standard output)"},
    {"figure", 'f', OPTION_TEXT, "FILE...", "draw them: .svg, .pdf or .png"},
    JSON_OPTION,
};

static const char *const examples[] = {
    "hysteron logic window --family magic --device vteam_fit",
    "V_0 with which NOT and NOR work for all inputs, beside the closed form",
    "hysteron logic window -F felix -d vteam_fit --spread \"v_off=lognormal 0.05\" -n 1000",
    "how many gates work when thresholds vary by 5 % from cell to cell",
    "hysteron logic window -F felix -d vteam_fit --rwire 2.5ohm --size 128",
    "what is left of the windows when wires are counted",
    "hysteron logic window -d vteam_fit -g nor --sweep Roff=3k,10k,100k,1M -f window.svg",
    "windows against the ratio of on and off",
    NULL};

const command_info command_logic_window = {
    .name = "logic window",
    .args = "",
    .summary = "Voltages with which stateful gates work on a device, and their yield.",
    .text =
        "A voltage works when one pulse, with all combinations of inputs, leaves every cell of the gate on its side "
        "with a margin of 0.3 (1: as freshly written). The ends of the window are found by halving on the device "
        "model. The closed form beside it takes the device's thresholds within a pulse and its two resistances. "
        "With --rwire and --size the voltage must do wherever in an array of N x N the gate lies: wires between its "
        "cells and at its bit lines are then as long as they come. "
        "With --spread, gates of drawn cells are tried in the middle of the window, and the interval of Wilson is "
        "given.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .max_args = 0,
    .run = run,
};
