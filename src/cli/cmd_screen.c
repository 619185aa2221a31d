/* hysteron screen: a device as an ion channel of a neuron. */
#include "cli/cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static hys_screen_opts screen_opts(const invocation *in) {
    hys_screen_opts opts = hys_screen_opts_default();
    opts.channel = option_text(in, "channel");
    opts.free = option_text(in, "free");
    opts.set = option_get(in, "set")->list;
    opts.n_set = option_get(in, "set")->n_list;
    opts.temp = option_text(in, "temp");
    const struct {
        const char *name;
        double *value;
    } scales[] = {
        {"time", &opts.start.time}, {"voltage", &opts.start.voltage}, {"conductance", &opts.start.conductance}};
    for (size_t k = 0; k < sizeof scales / sizeof *scales; k++)
        if (option_get(in, scales[k].name)->is_set) *scales[k].value = option_get(in, scales[k].name)->number;
    return opts;
}

/* ---- text ---- */

static void format(double value, const char *unit, char text[48]) {
    if (isnan(value)) snprintf(text, 48, "-");
    else if (isinf(value) || !*unit || !strcmp(unit, "decade"))
        snprintf(text, 48, "%.4g%s%s", value, *unit ? " " : "", unit);
    else hys_quantity_format(value, unit, 4, text);
}

static void print_criterion(const hys_screen_criterion *c) {
    char value[48], wanted[48], tolerance[48], error[48];
    format(c->value, c->unit, value);
    format(c->wanted, c->unit, wanted);
    format(c->tolerance, c->unit, tolerance);
    format(c->error, c->unit, error);
    printf("  %-6s ", c->pass ? "ok" : c->decides ? "FAILS" : "off");
    put_shown(stdout, c->name, 19);
    printf(" %14s %2s ", value, c->relation);
    printf("%14s within %-12s ", wanted, tolerance);
    if (c->pass) put_shown(stdout, c->desc, 0);
    else if (isnan(c->value)) printf("cannot be told: %s", c->desc);
    else printf("off by %s, %.3g times what is allowed: %s", error, c->error / c->tolerance, c->desc);
    putchar('\n');
}

static void print_group(const hys_screen *s, const char *group, const char *title) {
    printf("%s\n", title);
    for (size_t k = 0; k < hys_screen_n_criteria(s); k++)
        if (!strcmp(hys_screen_get_criterion(s, k)->group, group)) print_criterion(hys_screen_get_criterion(s, k));
}

static void print_scale(const hys_screen *s) {
    const hys_screen_scale scale = hys_screen_best_scale(s);
    char offset[48];
    hys_quantity_format(scale.offset, "V", 4, offset);
    printf("scale: time %.6g, voltage %.6g, conductance %.6g /m^2, offset %s\n", scale.time, scale.voltage,
           scale.conductance, offset);
    printf("       i_m = conductance I(voltage (V_m - E) + offset), dx/dt = time f\n");
}

static void print_directions(const hys_screen *s) {
    static const char *const names[] = {"time", "voltage", "conductance", "offset"};
    if (!hys_screen_n_directions(s)) return;
    printf("how well the clamp tells the scales (change that adds 1 %% of rms error; directions, stiffest first):\n");
    for (size_t k = 0; k < hys_screen_n_directions(s); k++) {
        const hys_screen_direction *d = hys_screen_get_direction(s, k);
        if (d->spread < 1) printf("  %8.3g %%", 100 * d->spread);
        else printf("  not told  ");
        for (int i = 0; i < 4; i++)
            if (fabs(d->part[i]) > 0.1) printf("  %+.2f %s", d->part[i], names[i]);
        putchar('\n');
    }
}

static void print_screen(const invocation *in, const hys_screen *s) {
    put_shown(stdout, in->args[0], 0);
    printf(" as the %s channel of %s: %s, score %.3f\n", hys_screen_channel(s), hys_screen_membrane(s),
           hys_screen_verdict(s), hys_screen_score(s));
    print_scale(s);
    print_group(s, "class", "class of the response");
    print_group(s, "train", "pulse trains and sine (for information)");
    print_group(s, "replay", "action potential clamp (for information)");
    print_group(s, "loop", "in the membrane ('off': for information)");
    print_directions(s);
    for (size_t k = 0; k < hys_screen_n_remarks(s); k++) fprintf(stderr, "note: %s\n", hys_screen_remark(s, k));
}

/* ---- JSON ---- */

static json_t *scale_json(const hys_screen *s) {
    const hys_screen_scale scale = hys_screen_best_scale(s);
    return json_pack("{s:o, s:o, s:o, s:o}", "time", json_number(scale.time), "voltage", json_number(scale.voltage),
                     "conductance", json_number(scale.conductance), "offset", json_number(scale.offset));
}

static json_t *criteria_json(const hys_screen *s) {
    json_t *list = json_array();
    for (size_t k = 0; k < hys_screen_n_criteria(s); k++) {
        const hys_screen_criterion *c = hys_screen_get_criterion(s, k);
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:b, s:b}", "name",
                                              c->name, "group", c->group, "desc", c->desc, "unit", c->unit, "relation",
                                              c->relation, "value", json_number(c->value), "wanted",
                                              json_number(c->wanted), "tolerance", json_number(c->tolerance), "error",
                                              json_number(c->error), "pass", c->pass, "decides", c->decides));
    }
    return list;
}

static json_t *directions_json(const hys_screen *s) {
    json_t *list = json_array();
    for (size_t k = 0; k < hys_screen_n_directions(s); k++) {
        const hys_screen_direction *d = hys_screen_get_direction(s, k);
        json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "curvature", json_number(d->curvature),
                                              "spread", json_number(d->spread), "time", json_number(d->part[0]),
                                              "voltage", json_number(d->part[1]), "conductance",
                                              json_number(d->part[2]), "offset", json_number(d->part[3])));
    }
    return list;
}

static void add_screen(json_t *root, const hys_screen *s) {
    json_t *remarks = json_array();
    for (size_t k = 0; k < hys_screen_n_remarks(s); k++)
        json_array_append_new(remarks, json_text(hys_screen_remark(s, k)));
    json_object_set_new(root, "channel", json_text(hys_screen_channel(s)));
    json_object_set_new(root, "verdict", json_text(hys_screen_verdict(s)));
    json_object_set_new(root, "score", json_number(hys_screen_score(s)));
    json_object_set_new(root, "scale", scale_json(s));
    json_object_set_new(root, "criteria", criteria_json(s));
    json_object_set_new(root, "directions", directions_json(s));
    json_object_set_new(root, "remarks", remarks);
}

/* ---- files ---- */

static hys_status write_one(invocation *in, const hys_screen *s, const char *folder, const char *name) {
    char path[4200];
    const hys_table *table = hys_screen_table(s, name);
    snprintf(path, sizeof path, "%.4000s/%s.csv", folder, name);
    hys_status status = write_table(in, table, path);
    if (status != HYS_OK || !option_flag(in, "figure") || !strcmp(name, "rate")) return status;
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = "time";
    snprintf(path, sizeof path, "%.4000s/%s.svg", folder, name);
    return hys_figure_write(in->ctx, table, &opts, path);
}

static hys_status write_files(invocation *in, const hys_screen *s) {
    static const char *const names[] = {"spike", "replay", "train", "rate"};
    const char *folder = option_text(in, "output");
    if (!folder && !option_flag(in, "figure")) return HYS_OK;
    if (!folder) folder = ".";
    hys_status status = make_folder(in, folder);
    for (size_t k = 0; k < sizeof names / sizeof *names && status == HYS_OK; k++)
        status = write_one(in, s, folder, names[k]);
    return status;
}

/* ---- the command ---- */

static hys_status screen(invocation *in, hys_screen **result) {
    hys_model *model = NULL;
    hys_model_opts model_options = model_opts(in);
    hys_screen_opts opts = screen_opts(in);
    const char *offset = option_text(in, "offset");
    hys_status status = offset ? hys_quantity_read(in->ctx, "--offset", offset, "V", &opts.start.offset) : HYS_OK;
    if (status == HYS_OK) status = hys_model_load(in->ctx, in->args[0], &model_options, &model);
    struct progress *progress = progress_new(in->command->name);
    opts.progress = progress_report;
    opts.progress_user = progress;
    if (status == HYS_OK) status = hys_screen_run(in->ctx, model, &opts, result);
    progress_free(progress);
    hys_model_free(model);
    return status == HYS_OK ? write_files(in, *result) : status;
}

static int run(invocation *in) {
    hys_screen *s = NULL;
    if (!option_text(in, "channel"))
        return refuse(in, "which channel?", NULL, "--channel K, --channel Na, --channel Ca");
    hys_status status = screen(in, &s);
    int result = exit_status(status);
    if (option_flag(in, "json")) {
        json_t *root = json_document();
        json_object_set_new(root, "device", json_text(in->args[0]));
        if (status == HYS_OK) add_screen(root, s);
        result = json_finish(in, root, status);
    } else if (status == HYS_OK) {
        print_screen(in, s);
    }
    if (status == HYS_OK && strcmp(hys_screen_verdict(s), "fail") == 0) result = EXIT_NO;
    hys_screen_free(s);
    return result;
}

static const option_info options[] = {
    {"channel", 'c', OPTION_TEXT, "K|Na|Ca", "the channel that the device should replace"},
    {"free", 0, OPTION_TEXT, "A,B,...", "scales that are searched for: time,voltage,conductance,offset (all), or none"},
    {"time", 0, OPTION_REAL, "X", "scale of time where it is not free (1): device seconds per membrane second"},
    {"voltage", 0, OPTION_REAL, "X", "scale of voltage where it is not free (1): device volts per membrane volt"},
    {"conductance", 0, OPTION_REAL, "X", "devices per square metre where that is not free (1)"},
    {"offset", 0, OPTION_TEXT, "V", "voltage added at the device where it is not free (0V)"},
    {"set", 's', OPTION_LIST, "NAME=VALUE", "value of a parameter; a bare number is in the file's own unit"},
    {"temp", 0, OPTION_TEXT, "T", "temperature of the device (300.15K)"},
    {"output", 'o', OPTION_TEXT, "FOLDER", "write spike.csv, replay.csv, train.csv and rate.csv there"},
    {"figure", 'f', OPTION_FLAG, NULL, "draw them too"},
    JSON_OPTION,
    MODEL_OPTIONS,
};
static const char *const examples[] = {"hysteron screen nbox_kchannel --channel K",
                                       "can this device be the potassium channel of a neuron, and at which scale",
                                       "hysteron screen mine.va --channel Na --free time,voltage,conductance --json",
                                       "without an offset; for scripts",
                                       "hysteron screen hh_k --channel K --set area=1 --free none",
                                       "the channel itself, as it is",
                                       NULL};

const command_info command_screen = {
    .name = "screen",
    .args = "NAME|FILE.va",
    .summary = "Screen a device as an ion channel of the Hodgkin-Huxley membrane.",
    .text =
        "The device replaces the channel by an affine scaling,\n"
        "  i_m = conductance I(voltage (V_m - E) + offset)    dx/dt = time f(x, v)\n"
        "whose best values are searched for under the membrane's own spikes and then in the membrane. Criteria:\n"
        "  the class of the response (volatile, order, negative differential resistance, on/off ratio),\n"
        "  spike peak within 10 mV, width within 20 %, rheobase and f-I curve within 10 %, a spike that propagates.\n"
        "pass: all of them; conditional: the class is met, it spikes and propagates; fail (exit status 1): not even "
        "that.\n"
        "score = 1 / (1 + largest error / tolerance).",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
