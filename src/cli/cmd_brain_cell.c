/* hysteron brain cell: the shape of a neuron and its compartments. */
#include "cli/cli.h"
#include <math.h>
#include <string.h>

typedef struct cell {
    hys_morphology *morphology;
    hys_morphology_stats stats;
    hys_compartments *compartments;
    hys_compartments_opts opts;
} cell;

/* ---- options ---- */

static hys_status read_quantity(invocation *in, const char *option, const char *unit, double *value) {
    const char *text = option_text(in, option);
    char label[32];
    snprintf(label, sizeof label, "--%s", option);
    return text ? hys_quantity_read(in->ctx, label, text, unit, value) : HYS_OK;
}

/* Rules that are given alone hold: --max-length without --d-lambda turns the d-lambda rule off. */
static hys_status read_opts(invocation *in, hys_compartments_opts *o) {
    *o = hys_compartments_opts_default();
    o->any_number = option_flag(in, "any-number");
    o->terminals = option_flag(in, "terminals");
    o->per_section = option_int(in, "per-section", 0);
    if ((option_text(in, "max-length") || o->per_section) && !option_get(in, "d-lambda")->is_set) o->d_lambda = 0;
    if (option_get(in, "d-lambda")->is_set) o->d_lambda = option_get(in, "d-lambda")->number;
    hys_status status = read_quantity(in, "max-length", "m", &o->max_length);
    if (status == HYS_OK) status = read_quantity(in, "lambda-f", "Hz", &o->frequency);
    if (status == HYS_OK) status = read_quantity(in, "resistivity", "ohm m", &o->resistivity);
    if (status == HYS_OK) status = read_quantity(in, "capacitance", "F/m^2", &o->capacitance);
    return status;
}

static hys_status make_cell(invocation *in, cell *c) {
    hys_morphology_opts opts = hys_morphology_opts_default();
    opts.tree = option_int(in, "tree", 0);
    hys_status status = read_opts(in, &c->opts);
    if (status == HYS_OK) status = read_quantity(in, "least-radius", "m", &opts.least_radius);
    if (status == HYS_OK) status = hys_morphology_read(in->ctx, in->args[0], &opts, &c->morphology);
    if (status == HYS_OK) status = hys_morphology_statistics(c->morphology, &c->stats);
    if (status == HYS_OK) status = hys_compartments_new(in->ctx, c->morphology, &c->opts, &c->compartments);
    return status;
}

/* ---- numbers ---- */

typedef struct summary {
    size_t n_bare;                /* compartments without membrane */
    double longest, shortest;     /* m */
    double least_area, most_area; /* m^2 */
} summary;

static summary summarise(const hys_compartments *c) {
    summary s = {.shortest = INFINITY, .least_area = INFINITY};
    for (size_t k = 0; k < c->n; k++) {
        if (c->area[k] == 0) {
            s.n_bare++;
            continue;
        }
        s.longest = fmax(s.longest, c->length[k]);
        s.shortest = fmin(s.shortest, c->length[k]);
        s.least_area = fmin(s.least_area, c->area[k]);
        s.most_area = fmax(s.most_area, c->area[k]);
    }
    return s;
}

static int32_t count_of_region(const hys_compartments *c, uint16_t region) {
    int32_t n = 0;
    for (size_t k = 0; k < c->n; k++) n += c->region[k] == region && c->area[k] > 0;
    return n;
}

/* ---- text ---- */

static void print_regions(FILE *out, const cell *c) {
    fprintf(out, "\n  %-12s %8s %12s %12s %12s %10s %13s\n", "region", "sections", "length (um)", "area (um^2)",
            "volume (um^3)", "diam. (um)", "compartments");
    for (size_t k = 0; k < c->stats.n_regions; k++) {
        const hys_region_stats *r = &c->stats.regions[k];
        fputs("  ", out);
        put_shown(out, hys_morphology_region_name(c->morphology, r->region), 12);
        fprintf(out, " %8d %12.1f %12.1f %13.1f %10.2f %13d\n", (int)r->n_sections, 1e6 * r->length, 1e12 * r->area,
                1e18 * r->volume, 1e6 * r->diameter, (int)count_of_region(c->compartments, r->region));
    }
}

static void print_cell(FILE *out, const cell *c) {
    const hys_morphology_stats *s = &c->stats;
    const summary all = summarise(c->compartments);
    fprintf(out, "  %d sections of %d segments, %d forks, %d tips, at most %d forks up to a tip\n", (int)s->n_sections,
            (int)s->n_segments, (int)s->n_forks, (int)s->n_tips, (int)s->order);
    fprintf(out, "  length %.1f um, area %.1f um^2, volume %.1f um^3, farthest tip %.1f um along the tree\n",
            1e6 * s->length, 1e12 * s->area, 1e18 * s->volume, 1e6 * s->path);
    fprintf(out, "  box %.1f x %.1f x %.1f um\n", 1e6 * s->extent[0], 1e6 * s->extent[1], 1e6 * s->extent[2]);
    print_regions(out, c);
    fprintf(out, "\n  %zu compartments", c->compartments->n - all.n_bare);
    if (all.n_bare) fprintf(out, " and %zu nodes without membrane", all.n_bare);
    fprintf(out, ": %.2f to %.2f um long, %.3g to %.3g um^2\n", 1e6 * all.shortest, 1e6 * all.longest,
            1e12 * all.least_area, 1e12 * all.most_area);
    for (size_t k = 0; k < hys_morphology_n_remarks(c->morphology); k++) {
        fputs("  - ", out);
        put_shown(out, hys_morphology_remark(c->morphology, k), 0);
        fputs("\n", out);
    }
}

/* ---- JSON ---- */

static json_t *region_json(const cell *c, const hys_region_stats *r) {
    json_t *one = json_object();
    json_object_set_new(one, "name", json_text(hys_morphology_region_name(c->morphology, r->region)));
    json_object_set_new(one, "type", json_integer(r->region));
    json_object_set_new(one, "sections", json_integer(r->n_sections));
    json_object_set_new(one, "length_m", json_number(r->length));
    json_object_set_new(one, "area_m2", json_number(r->area));
    json_object_set_new(one, "volume_m3", json_number(r->volume));
    json_object_set_new(one, "diameter_m", json_number(r->diameter));
    json_object_set_new(one, "compartments", json_integer(count_of_region(c->compartments, r->region)));
    return one;
}

static json_t *texts_json(const hys_morphology *m, size_t n, const char *(*text)(const hys_morphology *, size_t)) {
    json_t *list = json_array();
    for (size_t k = 0; k < n; k++) json_array_append_new(list, json_text(text(m, k)));
    return list;
}

static json_t *cell_json(const cell *c) {
    const hys_morphology_stats *s = &c->stats;
    const summary all = summarise(c->compartments);
    json_t *root = json_document(), *regions = json_array(), *box = json_array();
    json_object_set_new(root, "segments", json_integer(s->n_segments));
    json_object_set_new(root, "sections", json_integer(s->n_sections));
    json_object_set_new(root, "forks", json_integer(s->n_forks));
    json_object_set_new(root, "tips", json_integer(s->n_tips));
    json_object_set_new(root, "order", json_integer(s->order));
    json_object_set_new(root, "length_m", json_number(s->length));
    json_object_set_new(root, "area_m2", json_number(s->area));
    json_object_set_new(root, "volume_m3", json_number(s->volume));
    json_object_set_new(root, "path_m", json_number(s->path));
    for (size_t k = 0; k < 3; k++) json_array_append_new(box, json_number(s->extent[k]));
    json_object_set_new(root, "box_m", box);
    for (size_t k = 0; k < s->n_regions; k++) json_array_append_new(regions, region_json(c, &s->regions[k]));
    json_object_set_new(root, "regions", regions);
    json_object_set_new(root, "compartments", json_integer((json_int_t)(c->compartments->n - all.n_bare)));
    json_object_set_new(root, "nodes_without_membrane", json_integer((json_int_t)all.n_bare));
    json_object_set_new(root, "remarks",
                        texts_json(c->morphology, hys_morphology_n_remarks(c->morphology), hys_morphology_remark));
    json_object_set_new(root, "comments",
                        texts_json(c->morphology, hys_morphology_n_comments(c->morphology), hys_morphology_comment));
    return root;
}

/* ---- tables ---- */

enum { N_COLUMNS = 13 };
static const struct {
    const char *name, *unit;
} columns[N_COLUMNS] = {{"compartment", "1"}, {"parent", "1"},   {"section", "1"}, {"region", "1"}, {"x", "m"},
                        {"y", "m"},           {"z", "m"},        {"path", "m"},    {"length", "m"}, {"diameter", "m"},
                        {"area", "m^2"},      {"volume", "m^3"}, {"axial", "ohm"}};

static hys_status fill_rows(hys_table *table, const hys_compartments *c) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < N_COLUMNS && status == HYS_OK; k++)
        status = hys_table_add_column(table, columns[k].name, columns[k].unit);
    for (size_t k = 0; k < c->n && status == HYS_OK; k++) {
        const double row[N_COLUMNS] = {(double)k,  c->parent[k], c->section[k], c->region[k], c->x[k],
                                       c->y[k],    c->z[k],      c->path[k],    c->length[k], c->diameter[k],
                                       c->area[k], c->volume[k], c->axial[k]};
        status = hys_table_add_row(table, row);
    }
    return status;
}

static hys_status note_regions(hys_table *table, const cell *c) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < c->stats.n_regions && status == HYS_OK; k++) {
        const uint16_t region = c->stats.regions[k].region;
        char key[24];
        snprintf(key, sizeof key, "region %d", (int)region);
        status = hys_table_set_note(table, key, hys_morphology_region_name(c->morphology, region));
    }
    return status;
}

static hys_status write_compartments(invocation *in, const cell *c) {
    const char *path = option_text(in, "output");
    hys_table *table = NULL;
    if (!path) return HYS_OK;
    hys_status status = hys_table_new(in->ctx, &table);
    if (status == HYS_OK) status = fill_rows(table, c->compartments);
    if (status == HYS_OK) status = note_regions(table, c);
    if (status == HYS_OK) status = write_table(in, table, path);
    hys_table_free(table);
    return status;
}

/* ---- the figure ---- */

static hys_status fill_tree(hys_table *table, const cell *c, const int plane[2], bool by_path) {
    static const char *const ends[4] = {"x0", "y0", "x1", "y1"};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < 4 && status == HYS_OK; k++) status = hys_table_add_column(table, ends[k], "m");
    if (status == HYS_OK) status = hys_table_add_column(table, "diameter", "m");
    if (status == HYS_OK)
        status = hys_table_add_column(table, by_path ? "Distance from the soma" : "region", by_path ? "m" : "1");
    for (size_t k = 0; k < hys_morphology_n_segments(c->morphology) && status == HYS_OK; k++) {
        const hys_segment *s = hys_morphology_segment(c->morphology, k);
        const bool is_body = hys_morphology_section(c->morphology, (size_t)s->section)->is_body;
        const double *far = is_body ? s->near : s->far; /* a soma that stands for a sphere: a disc */
        const double row[6] = {s->near[plane[0]],
                               s->near[plane[1]],
                               far[plane[0]],
                               far[plane[1]],
                               s->radius_near + s->radius_far,
                               by_path ? s->path + 0.5 * s->length : s->region};
        status = hys_table_add_row(table, row);
    }
    return status == HYS_OK ? note_regions(table, c) : status;
}

static hys_status draw(invocation *in, const cell *c, const int plane[2]) {
    const char *path = option_text(in, "figure"), *colour = option_text(in, "colour");
    hys_figure_opts opts = hys_figure_opts_default();
    hys_table *table = NULL;
    if (!path) return HYS_OK;
    opts.kind = "tree";
    opts.most_rows = INT32_MAX;
    hys_status status = hys_table_new(in->ctx, &table);
    if (status == HYS_OK) status = fill_tree(table, c, plane, colour && !strcmp(colour, "path"));
    if (status == HYS_OK) status = hys_figure_write(in->ctx, table, &opts, path);
    hys_table_free(table);
    return status;
}

/* ---- the command ---- */

static int check_words(invocation *in, int plane[2]) {
    const char *text = option_text(in, "plane"), *colour = option_text(in, "colour");
    static const char *const planes[] = {"xy", "xz", "yz"};
    size_t k = 0;
    while (k < 3 && text && strcmp(planes[k], text) != 0) k++;
    if (k == 3) return refuse(in, "there is no plane", text, "xy, xz, yz");
    plane[0] = planes[k][0] - 'x';
    plane[1] = planes[k][1] - 'x';
    if (colour && strcmp(colour, "region") != 0 && strcmp(colour, "path") != 0)
        return refuse(in, "nothing is coloured by", colour, "region, path");
    if ((text || colour) && !option_text(in, "figure"))
        return refuse(in, "--plane and --colour belong to --figure", NULL, NULL);
    if (wants_both_on_stdout(in)) return refuse(in, "--json and -o - both want the output", NULL, NULL);
    return EXIT_GOOD;
}

static int run(invocation *in) {
    cell c = {.morphology = NULL};
    int plane[2] = {0, 1};
    const int usage = check_words(in, plane);
    if (usage != EXIT_GOOD) return usage;
    hys_status status = make_cell(in, &c);
    if (status == HYS_OK) status = write_compartments(in, &c);
    if (status == HYS_OK) status = draw(in, &c, plane);
    int result = EXIT_GOOD;
    if (option_flag(in, "json")) {
        result = json_finish(in, status == HYS_OK ? cell_json(&c) : json_document(), status);
    } else {
        if (status == HYS_OK) print_cell(report_stream(in), &c);
        result = exit_status(status);
    }
    hys_compartments_free(c.compartments);
    hys_morphology_free(c.morphology);
    return result;
}

static const option_info options[] = {
    {"d-lambda", 0, OPTION_REAL, "X", "longest compartment as a part of lambda_f; an odd number a section (0.1)"},
    {"lambda-f", 0, OPTION_TEXT, "F", "frequency of lambda_f (100Hz)"},
    {"resistivity", 0, OPTION_TEXT, "RA", "of the cytoplasm (1ohm m, which is 100 ohm cm)"},
    {"capacitance", 0, OPTION_TEXT, "CM", "of the membrane (0.01F/m^2, which is 1 uF/cm2)"},
    {"max-length", 0, OPTION_TEXT, "LENGTH", "longest compartment, instead of --d-lambda unless that is given too"},
    {"per-section", 0, OPTION_NUMBER, "N", "compartments of each section, likewise"},
    {"any-number", 0, OPTION_FLAG, NULL, "even numbers of compartments a section too"},
    {"terminals", 0, OPTION_FLAG, NULL, "nodes without membrane at the root and all tips too"},
    {"tree", 0, OPTION_NUMBER, "K", "which tree of a file with several roots"},
    {"least-radius", 0, OPTION_TEXT, "R", "raise smaller radii, and those that are not positive, to this"},
    {"output", 'o', OPTION_TEXT, "FILE...", "write the compartments as CSV; - is standard output"},
    {"figure", 'f', OPTION_TEXT, "FILE...", "draw the neuron: .svg, .pdf or .png"},
    {"plane", 0, OPTION_TEXT, "xy|xz|yz", "of the figure (xy)"},
    {"colour", 0, OPTION_TEXT, "region|path", "of the figure (region)"},
    JSON_OPTION,
};

static const char *const examples[] = {"hysteron brain cell examples/brain/pyramidal.swc",
                                       "its lengths, areas and regions, and compartments by the d-lambda rule",
                                       "hysteron brain cell neuron.swc --max-length 10um -o compartments.csv",
                                       "a table of compartments of at most 10 um",
                                       "hysteron brain cell neuron.swc --figure tree.svg --colour path",
                                       "the neuron in the plane, coloured by the distance from its soma",
                                       NULL};

const command_info command_brain_cell = {
    .name = "brain cell",
    .args = "FILE.swc",
    .summary = "Shape of a neuron: measures, regions, compartments.",
    .text =
        "Reads an SWC file, tells what was decided about its soma, and cuts each section (an unbranched stretch of one "
        "region) into compartments. Nodes lie in the middles of compartments; where three or more sections meet there "
        "is a node without membrane. A soma that stands for a sphere is one compartment, on whose middle neurites "
        "hang. The d-lambda rule is that of NEURON.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
