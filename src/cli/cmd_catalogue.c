/* hysteron catalogue: published devices, and where one's own stands among them. */
#include "cli/cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_SHOWN 16 /* columns of the list */

/* One's own device: a number a column, NaN where it is not known. */
typedef struct own_device {
    double *values;
    bool is_any;
} own_device;

typedef struct question {
    hys_catalogue *catalogue;
    bool *chosen;
    size_t n_chosen;
    own_device own;
    size_t shown[MOST_SHOWN], n_shown;
    size_t plot_x, plot_y;
} question;

/* ---- what was asked ---- */

static int refuse_column(invocation *in, const char *word) {
    return refuse(in, "the catalogue has no column", word, "--help names the columns");
}

/* list = NAME { "," NAME } */
static int read_columns(invocation *in, question *q) {
    static const char usual[] = "id,family,material,states,energy,endurance,year,model";
    const char *at = option_text(in, "columns");
    if (!at) at = usual;
    while (*at) {
        char name[64];
        size_t n = strcspn(at, ",");
        snprintf(name, sizeof name, "%.*s", (int)(n < 60 ? n : 60), at);
        size_t column = hys_catalogue_find_column(name);
        if (column == SIZE_MAX) return refuse_column(in, name);
        if (q->n_shown == MOST_SHOWN) return refuse(in, "too many columns", NULL, "16 are possible");
        q->shown[q->n_shown++] = column;
        at += n + (at[n] == ',');
    }
    return EXIT_GOOD;
}

/* plot = COLUMN "-" COLUMN : the first against the second */
static int read_plot(invocation *in, question *q) {
    const char *plot = option_text(in, "plot");
    if (!plot && option_text(in, "figure")) plot = "energy-year";
    if (!plot) return EXIT_GOOD;
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)(strcspn(plot, "-") < 60 ? strcspn(plot, "-") : 60), plot);
    const char *dash = strchr(plot, '-');
    q->plot_y = hys_catalogue_find_column(name);
    q->plot_x = dash ? hys_catalogue_find_column(dash + 1) : SIZE_MAX;
    bool is_good = q->plot_y != SIZE_MAX && q->plot_x != SIZE_MAX;
    is_good =
        is_good && hys_catalogue_get_column(q->plot_y)->is_number && hys_catalogue_get_column(q->plot_x)->is_number;
    if (!is_good) return refuse(in, "cannot plot", plot, "two columns of numbers: energy-year, energy-endurance");
    return EXIT_GOOD;
}

static int read_own(invocation *in, question *q) {
    const option_value *own = option_get(in, "own");
    size_t n = hys_catalogue_n_columns();
    q->own.values = malloc(n * sizeof *q->own.values);
    if (!q->own.values) return EXIT_INTERNAL;
    for (size_t k = 0; k < n; k++) q->own.values[k] = NAN;
    for (size_t k = 0; k < own->n_list; k++) {
        const char *equals = strchr(own->list[k], '=');
        char name[64];
        if (!equals) return refuse(in, "which value?", own->list[k], "--own energy=3fJ");
        snprintf(name, sizeof name, "%.*s", (int)(equals - own->list[k] < 60 ? equals - own->list[k] : 60),
                 own->list[k]);
        size_t column = hys_catalogue_find_column(name);
        if (column == SIZE_MAX) return refuse_column(in, name);
        if (hys_catalogue_value(in->ctx, column, equals + 1, &q->own.values[column]) != HYS_OK) return EXIT_USAGE;
        q->own.is_any = true;
    }
    return EXIT_GOOD;
}

/* Energy of the first pulse of a train on the device. */
static hys_status measure_own(invocation *in, question *q) {
    const char *device = option_text(in, "device");
    if (!device) return HYS_OK;
    hys_model_opts model_options = hys_model_opts_default();
    hys_bench_opts bench = hys_bench_opts_default();
    const option_value *set = option_get(in, "set");
    bench.train = option_text(in, "train");
    bench.set = model_options.set = set->list;
    bench.n_set = model_options.n_set = set->n_list;
    hys_model *model = NULL;
    hys_run *run = NULL;
    hys_status status = hys_model_load(in->ctx, device, &model_options, &model);
    if (status == HYS_OK) status = hys_pulse(in->ctx, model, &bench, &run);
    if (status == HYS_OK) {
        const double *energy = hys_table_column(hys_run_pulses(run), "energy");
        q->own.values[hys_catalogue_find_column("energy")] = energy[0];
        q->own.is_any = true;
    }
    hys_run_free(run);
    hys_model_free(model);
    return status;
}

/* ---- what is said ---- */

static void format(double value, const hys_catalogue_column *column, int digits, char text[48]) {
    if (*column->unit) hys_quantity_format(value, column->unit, digits, text);
    else snprintf(text, 48, "%.6g", value);
}

/* The last cell of a line is not padded. */
static void put_cell(const question *q, size_t entry, size_t column, int width, bool is_last) {
    const hys_catalogue_column *c = hys_catalogue_get_column(column);
    double value = hys_catalogue_number(q->catalogue, entry, column);
    const char *text = hys_catalogue_text(q->catalogue, entry, column);
    char number[64];
    if (c->is_number && !isnan(value)) {
        int bound = hys_catalogue_bound(q->catalogue, entry, column);
        char quantity[48];
        format(value, c, 4, quantity);
        snprintf(number, sizeof number, "%s%s", bound < 0 ? "< " : bound > 0 ? "> " : "", quantity);
        text = number;
    }
    char cut[128];
    int n = 0;
    for (const char *at = text; *at && n < width && n < 100; n++) at += utf8_length(at) ? utf8_length(at) : 1;
    size_t bytes = 0;
    for (int k = 0; k < n; k++) bytes += utf8_length(text + bytes) ? utf8_length(text + bytes) : 1;
    snprintf(cut, sizeof cut, "%.*s", (int)(bytes < 120 ? bytes : 120), text);
    put_shown(stdout, cut, is_last ? 0 : width);
}

static int column_width(size_t column) {
    static const struct {
        const char *name;
        int width;
    } widths[] = {{"id", 20},     {"model", 26},     {"family", 14},      {"material", 24},
                  {"device", 34}, {"reference", 60}, {"doi", 30},         {"origin", 40},
                  {"note", 60},   {"class", 14},     {"energy_text", 34}, {"voltage_text", 20}};
    const char *name = hys_catalogue_get_column(column)->name;
    for (size_t k = 0; k < sizeof widths / sizeof *widths; k++)
        if (!strcmp(widths[k].name, name)) return widths[k].width;
    return (int)(strlen(name) > 10 ? strlen(name) : 10);
}

static void print_list(const question *q) {
    for (size_t k = 0; k < q->n_shown; k++) {
        put_shown(stdout, hys_catalogue_get_column(q->shown[k])->name, column_width(q->shown[k]));
        putchar(k + 1 < q->n_shown ? ' ' : '\n');
    }
    for (size_t e = 0; e < hys_catalogue_n_entries(q->catalogue); e++)
        for (size_t k = 0; k < q->n_shown && q->chosen[e]; k++) {
            put_cell(q, e, q->shown[k], column_width(q->shown[k]), k + 1 == q->n_shown);
            putchar(k + 1 < q->n_shown ? ' ' : '\n');
        }
    printf("%zu of %zu entries\n", q->n_chosen, hys_catalogue_n_entries(q->catalogue));
}

static void print_rank(const question *q, size_t column) {
    const hys_catalogue_column *c = hys_catalogue_get_column(column);
    hys_catalogue_rank r;
    double value = q->own.values[column];
    char text[4][48];
    if (hys_catalogue_place(q->catalogue, q->chosen, column, value, &r) != HYS_OK) return;
    format(value, c, 4, text[0]);
    format(r.least, c, 3, text[1]);
    format(r.median, c, 3, text[2]);
    format(r.most, c, 3, text[3]);
    printf("this device: %s %s", c->name, text[0]);
    if (r.n_known)
        printf("; of %zu entries with one, %zu lie below and %zu above (%s to %s, median %s)", r.n_known, r.n_below,
               r.n_above, text[1], text[3], text[2]);
    putchar('\n');
}

static json_t *cell_json(const question *q, size_t entry, size_t column) {
    if (hys_catalogue_get_column(column)->is_number)
        return json_number(hys_catalogue_number(q->catalogue, entry, column));
    const char *text = hys_catalogue_text(q->catalogue, entry, column);
    return *text ? json_text(text) : json_null();
}

static void add_entries(json_t *root, const question *q) {
    json_t *list = json_array();
    for (size_t e = 0; e < hys_catalogue_n_entries(q->catalogue); e++) {
        if (!q->chosen[e]) continue;
        json_t *entry = json_object();
        for (size_t k = 0; k < hys_catalogue_n_columns(); k++)
            json_object_set_new(entry, hys_catalogue_get_column(k)->name, cell_json(q, e, k));
        json_array_append_new(list, entry);
    }
    json_object_set_new(root, "entries", list);
}

static void add_ranks(json_t *root, const question *q) {
    json_t *ranks = json_object();
    for (size_t k = 0; k < hys_catalogue_n_columns(); k++) {
        hys_catalogue_rank r;
        if (isnan(q->own.values[k]) || hys_catalogue_place(q->catalogue, q->chosen, k, q->own.values[k], &r) != HYS_OK)
            continue;
        json_object_set_new(ranks, hys_catalogue_get_column(k)->name,
                            json_pack("{s:o, s:I, s:I, s:I, s:o, s:o, s:o}", "value", json_number(q->own.values[k]),
                                      "known", (json_int_t)r.n_known, "below", (json_int_t)r.n_below, "above",
                                      (json_int_t)r.n_above, "least", json_number(r.least), "median",
                                      json_number(r.median), "most", json_number(r.most)));
    }
    json_object_set_new(root, "this_device", ranks);
}

/* ---- the command ---- */

static hys_status draw(invocation *in, const question *q) {
    if (q->plot_y == SIZE_MAX) return HYS_OK;
    char name[160];
    const char *path = option_text(in, "figure");
    double mine[2] = {q->own.values[q->plot_x], q->own.values[q->plot_y]};
    hys_table *chart = NULL;
    if (!path) snprintf(name, sizeof name, "%.120s.svg", option_text(in, "plot"));
    hys_status status = hys_catalogue_chart(q->catalogue, q->chosen, q->plot_y, q->plot_x,
                                            isnan(mine[0]) || isnan(mine[1]) ? NULL : mine, &chart);
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = "scatter";
    opts.title = option_text(in, "title");
    if (status == HYS_OK) status = hys_figure_write(in->ctx, chart, &opts, path ? path : name);
    hys_table_free(chart);
    return status;
}

static hys_status answer(invocation *in, question *q) {
    hys_status status = hys_catalogue_read(in->ctx, option_text(in, "file"), &q->catalogue);
    if (status != HYS_OK) return status;
    size_t n = hys_catalogue_n_entries(q->catalogue);
    q->chosen = calloc(n ? n : 1, sizeof *q->chosen);
    if (!q->chosen) return HYS_NOMEM;
    status = hys_catalogue_select(q->catalogue, option_text(in, "where"), q->chosen);
    for (size_t k = 0; k < n; k++) q->n_chosen += q->chosen[k];
    if (status == HYS_OK) status = measure_own(in, q);
    return status == HYS_OK ? draw(in, q) : status;
}

static void print_answer(const question *q) {
    if (!q->own.is_any) print_list(q);
    for (size_t k = 0; k < hys_catalogue_n_columns(); k++)
        if (!isnan(q->own.values[k])) print_rank(q, k);
}

static int run(invocation *in) {
    question q = {.plot_x = SIZE_MAX, .plot_y = SIZE_MAX};
    if (option_text(in, "device") && !option_text(in, "train"))
        return refuse(in, "which pulse?", NULL, "--device NAME --train \"1V,100ns\"");
    int result = read_columns(in, &q);
    if (result == EXIT_GOOD) result = read_plot(in, &q);
    if (result == EXIT_GOOD) result = read_own(in, &q);
    if (result == EXIT_GOOD) {
        hys_status status = answer(in, &q);
        result = exit_status(status);
        if (option_flag(in, "json")) {
            json_t *root = json_document();
            if (status == HYS_OK) add_entries(root, &q);
            if (status == HYS_OK && q.own.is_any) add_ranks(root, &q);
            result = json_finish(in, root, status);
        } else if (status == HYS_OK) {
            print_answer(&q);
        }
    }
    free(q.own.values);
    free(q.chosen);
    hys_catalogue_free(q.catalogue);
    return result;
}

static const option_info options[] = {
    {"where", 'w', OPTION_TEXT, "QUESTION", "which entries: \"energy<10fJ and endurance>1e6\""},
    {"columns", 'c', OPTION_TEXT, "A,B,...",
     "what the list shows (id,family,material,states,energy,endurance,year,model)"},
    {"plot", 'p', OPTION_TEXT, "Y-X", "draw one number against another: energy-year, energy-endurance"},
    {"figure", 'f', OPTION_TEXT, "FILE.svg", "name of the figure (Y-X.svg): .svg, .pdf or .png"},
    {"title", 0, OPTION_TEXT, "TEXT", "title of the figure"},
    {"own", 0, OPTION_LIST, "COLUMN=VALUE", "a number of your own device: energy=3fJ"},
    {"device", 'd', OPTION_TEXT, "NAME|FILE.va", "your own device: its energy is that of the first pulse of --train"},
    {"train", 't', OPTION_TEXT, "TRAIN", "pulses for --device, as in 'hysteron pulse'"},
    {"set", 's', OPTION_LIST, "NAME=VALUE", "value of a parameter of --device"},
    {"file", 0, OPTION_TEXT, "FILE.csv", "a catalogue of your own with the same columns"},
    JSON_OPTION,
};
static const char *const examples[] = {"hysteron catalogue --where \"energy<10fJ and family=RRAM\"",
                                       "published devices below the energy of a biological synapse",
                                       "hysteron catalogue --plot energy-year --own energy=3fJ --own year=2026",
                                       "energy against year, with one's own device among the others",
                                       "hysteron catalogue --device vteam --train \"1.2V,1us\"",
                                       "how the energy of a pulse on a device compares",
                                       NULL};

const command_info command_catalogue = {
    .name = "catalogue",
    .args = "",
    .summary = "Published devices from the field's reviews, and where yours stands among them.",
    .text = "A QUESTION compares columns with values, joined by and, or, not and parentheses:\n"
            "  energy<10fJ   states>=16   family=PCM   material~HfO   not volatility=volatile\n"
            "Columns with numbers: states, dynamic_range, voltage_low, voltage_high, energy, energy_per_area, power, "
            "endurance, thickness, order, year. Columns of text: id, family, class, device, material, voltage_text, "
            "energy_kind, energy_text, endurance_kind, control, polarity, volatility, ndr, work, ref, reference, doi, "
            "origin, model, note.\n"
            "What a source does not give is missing; an entry that leaves a question open is not listed.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .max_args = 0,
    .run = run,
};
