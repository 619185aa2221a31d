/* hysteron verdict: what a device is good for. */
#include "cli/cli.h"
#include <math.h>
#include <string.h>

/* ---- text ---- */

static void format(double value, const char *unit, char text[48]) {
    if (isnan(value)) snprintf(text, 48, "-");
    else hys_quantity_format(value, strcmp(unit, "1") ? unit : "", 3, text);
}

static const char *mark(const hys_verdict_criterion *c) {
    if (isnan(c->value)) return c->decides ? "FAILS" : "?";
    return c->pass ? "ok" : c->decides ? "FAILS" : "off";
}

static void print_criterion(const hys_verdict_criterion *c) {
    char value[48], wanted[48];
    format(c->value, c->unit, value);
    format(c->wanted, c->unit, wanted);
    printf("  %-6s", mark(c));
    put_shown(stdout, c->name, 18);
    printf("%12s %2s %-10s", value, c->relation, wanted);
    put_wrapped(stdout, c->desc, 52, 52);
    printf("%52s", "");
    put_wrapped(stdout, c->source, 52, 52);
    if (*c->literature) printf("%52spublished: ", ""), put_wrapped(stdout, c->literature, 63, 63);
    if (*c->remark) printf("%52s", ""), put_wrapped(stdout, c->remark, 52, 52);
}

static void print_use(const hys_verdict *v) {
    printf("\n%s: %s, score %.3f\n", v->use, v->verdict, v->score);
    for (size_t k = 0; k < v->n_criteria; k++) print_criterion(&v->criteria[k]);
}

static void print_verdicts(const invocation *in, const hys_verdicts *v) {
    put_shown(stdout, in->args[0], 0);
    puts(" is good for");
    for (size_t k = 0; k < hys_verdicts_count(v); k++) {
        const hys_verdict *one = hys_verdicts_get(v, k);
        printf("%3zu  %-12s%-16s%.3f  ", k + 1, one->use, one->verdict, one->score);
        put_wrapped(stdout, one->summary, 40, 40);
    }
    for (size_t k = 0; k < hys_verdicts_count(v); k++) print_use(hys_verdicts_get(v, k));
    puts("\nok, FAILS: decides the verdict; off, ?: for information, or cannot be told");
    for (size_t k = 0; k < hys_verdicts_n_remarks(v); k++) {
        fputs("note: ", stderr);
        put_shown(stderr, hys_verdicts_remark(v, k), 0);
        fputc('\n', stderr);
    }
}

/* ---- JSON ---- */

static json_t *criteria_json(const hys_verdict *v) {
    json_t *list = json_array();
    for (size_t k = 0; k < v->n_criteria; k++) {
        const hys_verdict_criterion *c = &v->criteria[k];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:b, s:b, s:s, s:s, s:o}", "name",
                                              c->name, "unit", c->unit, "desc", c->desc, "relation", c->relation,
                                              "value", json_number(c->value), "wanted", json_number(c->wanted), "pass",
                                              c->pass, "decides", c->decides, "source", c->source, "literature",
                                              c->literature, "remark", json_text(c->remark)));
    }
    return list;
}

static void add_verdicts(json_t *root, const hys_verdicts *v) {
    json_t *list = json_array(), *remarks = json_array();
    for (size_t k = 0; k < hys_verdicts_count(v); k++) {
        const hys_verdict *one = hys_verdicts_get(v, k);
        json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o, s:o}", "use", one->use, "verdict", one->verdict,
                                              "score", json_number(one->score), "summary", json_text(one->summary),
                                              "criteria", criteria_json(one)));
    }
    for (size_t k = 0; k < hys_verdicts_n_remarks(v); k++)
        json_array_append_new(remarks, json_text(hys_verdicts_remark(v, k)));
    json_object_set_new(root, "verdicts", list);
    json_object_set_new(root, "remarks", remarks);
}

/* ---- files ---- */

static hys_status write_one(invocation *in, const hys_protocol_table *t, const char *folder) {
    char path[4200];
    snprintf(path, sizeof path, "%s/%s.csv", folder, t->name);
    hys_status status = write_table(in, t->table, path);
    if (status != HYS_OK || !option_flag(in, "figure") || !*t->figure) return status;
    snprintf(path, sizeof path, "%s/%s.svg", folder, t->name);
    return draw_protocol_table(in, t, path);
}

static hys_status write_files(invocation *in, const hys_verdicts *v) {
    const char *folder = option_text(in, "output");
    if (!folder) return HYS_OK;
    hys_status status = make_folder(in, folder);
    for (size_t k = 0; k < hys_verdicts_n_tables(v) && status == HYS_OK; k++)
        status = write_one(in, hys_verdicts_table(v, k), folder);
    return status;
}

/* ---- the command ---- */

static hys_status judge(invocation *in, hys_verdicts **result) {
    hys_model *model = NULL;
    hys_model_opts options = model_opts(in);
    hys_bench_opts bench = bench_set_up(in);
    hys_verdict_opts opts = hys_verdict_opts_default();
    opts.as = option_text(in, "as");
    opts.bench = &bench;
    opts.n_threads = option_get(in, "threads")->is_set ? option_int(in, "threads", 0) : 0;
    hys_status status = hys_model_load(in->ctx, in->args[0], &options, &model);
    struct progress *progress = progress_new(in->command->name);
    opts.progress = progress_report;
    opts.progress_user = progress;
    if (status == HYS_OK) status = hys_verdict_run(in->ctx, model, &opts, result);
    progress_free(progress);
    hys_model_free(model);
    return status == HYS_OK ? write_files(in, *result) : status;
}

/* Whether it is good for anything that was asked. */
static bool is_good(const hys_verdicts *v) {
    const hys_verdict *best = hys_verdicts_get(v, 0);
    return best && (!strcmp(best->verdict, "pass") || !strcmp(best->verdict, "conditional"));
}

static int run(invocation *in) {
    hys_verdicts *v = NULL;
    if (option_flag(in, "figure") && !option_text(in, "output"))
        return refuse(in, "where should the figures go?", NULL, "-o FOLDER");
    hys_status status = judge(in, &v);
    int result = exit_status(status);
    if (option_flag(in, "json")) {
        json_t *root = json_document();
        json_object_set_new(root, "device", json_text(in->args[0]));
        if (status == HYS_OK) add_verdicts(root, v);
        result = json_finish(in, root, status);
    } else if (status == HYS_OK) {
        print_verdicts(in, v);
    }
    if (status == HYS_OK && !is_good(v)) result = EXIT_NO;
    hys_verdicts_free(v);
    return result;
}

static const option_info options[] = {
    {"as", 0, OPTION_TEXT, "USE,...",
     "only these: synapse, memory, selector, neuron, reservoir, channel-K, channel-Na"},
    {"output", 'o', OPTION_TEXT, "FOLDER", "write what the measurements gave there, a table each"},
    {"figure", 'f', OPTION_FLAG, NULL, "draw the tables too"},
    JSON_OPTION,
    {"threads", 0, OPTION_NUMBER, "N", "threads for the measurements (all cores it may use)"},
    DEVICE_BENCH_OPTIONS,
    {"rtol", 0, OPTION_REAL, "X", "relative tolerance (1e-6)"},
    MODEL_OPTIONS,
};
static const char *const examples[] = {"hysteron verdict interface_analog",
                                       "what is it good for: synapse, memory, selector, neuron, ... ranked",
                                       "hysteron verdict mine.va --as synapse,memory --json",
                                       "two of the uses, for scripts",
                                       "hysteron verdict vteam --set R_on=1k -o out --figure",
                                       "with the tables and figures of the measurements",
                                       "hysteron verdict ecram --ports g,s,d --port d=50mV",
                                       "written at the gate, read at the drain",
                                       NULL};

const command_info command_verdict = {
    .name = "verdict",
    .args = "NAME|FILE.va",
    .summary = "Tell what a device is good for, with the numbers that decide it.",
    .text =
        "The device is probed, pulses that suit it are chosen, and it is measured by the protocols of hysteron char. "
        "Each use has criteria: value, what is wanted, from where, and what published devices reach.\n"
        "pass: all criteria that decide are met; conditional: those without which the use means nothing are; fail: "
        "not even these; cannot be told.\n"
        "score = 1 / (1 + largest shortfall), in decades where a quantity spans decades. Exit status 1 where it is "
        "good for nothing that was asked.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
