/* hysteron logic multiply: a product of probabilities by junctions that switch at random. */
#include "cli/logic_args.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_SETS 64

/* Magnetic junctions of the library start antiparallel, and switch by thermal noise. */
static const char *const junction_sets[] = {"start_ap=1", "stochastic=1", "dt_noise=10ps"};
#define JUNCTION_STEPS 600

static int read_factors(invocation *in, double factors[2]) {
    for (int k = 0; k < 2; k++) {
        const hys_status status = hys_quantity_read(in->ctx, "the factor", in->args[k], "", &factors[k]);
        if (status != HYS_OK) return exit_status(status);
        if (!(factors[k] > 0 && factors[k] < 1))
            return refuse(in, "a probability lies between 0 and 1, unlike", in->args[k],
                          "hysteron logic multiply 0.3 0.7");
    }
    return EXIT_GOOD;
}

static int read_opts(invocation *in, hys_logic_product_opts *o, const char **sets) {
    const char *device = option_text(in, "device");
    const option_value *given = option_get(in, "set");
    size_t n = 0;
    *o = hys_logic_product_opts_default();
    o->cell.memory = device ? device : "mtj_stt";
    if (given->n_list + 3 > MOST_SETS) return refuse(in, "too many parameters", NULL, NULL);
    if (!strncmp(o->cell.memory, "mtj_stt", 7)) {
        for (; n < 3; n++) sets[n] = junction_sets[n];
        o->steps = JUNCTION_STEPS;
    } else if (!strncmp(o->cell.memory, "mtj_behavioural", 15)) sets[n++] = junction_sets[0];
    for (size_t k = 0; k < given->n_list; k++) sets[n++] = given->list[k];
    o->cell.memory_set = sets;
    o->cell.n_memory_set = n;
    o->cell.seed = (uint64_t)option_int(in, "seed", 0);
    o->bits = (size_t)option_int(in, "bits", 256);
    if (option_text(in, "steps")) o->steps = (size_t)option_int(in, "steps", 0);
    hys_status status = logic_quantity(in, "width", "s", &o->width);
    if (status == HYS_OK) status = logic_quantity(in, "most", "V", &o->most);
    if (status == HYS_OK) status = logic_quantity(in, "read", "V", &o->read);
    const int result = exit_status(status);
    return result == EXIT_GOOD ? read_factors(in, o->factors) : result;
}

static double estimate_of(const hys_logic_product *p, size_t bits) {
    size_t both = 0;
    for (size_t k = 0; k < bits; k++) both += p->outcome[k];
    return (double)both / (double)bits;
}

static void print_product(const hys_logic_product *p, const hys_logic_product_opts *o) {
    char energy[48];
    hys_quantity_format(p->energy / (double)(2 * p->bits), "J", 3, energy);
    for (int k = 0; k < 2; k++)
        printf("%g: %.4g V, %zu of %zu junctions switched (%.4f)\n", o->factors[k], p->volts[k], p->ones[k], p->bits,
               (double)p->ones[k] / (double)p->bits);
    printf("product %.4f, with 95%% confidence %.4f to %.4f; exact %.4f\n", p->estimate, p->low, p->high, p->exact);
    printf("error %+.4f; sqrt(p(1 - p)/N) is %.4f; %s a bit\n", p->estimate - p->exact, p->deviation, energy);
    puts("     bits   product     error   sqrt(p(1 - p)/N)");
    for (size_t n = 16; n <= p->bits; n *= 4)
        printf("%9zu %9.4f %+9.4f %10.4f\n", n, estimate_of(p, n), estimate_of(p, n) - p->exact,
               sqrt(p->exact * (1 - p->exact) / (double)n));
}

static json_t *product_json(const hys_logic_product *p) {
    json_t *root = json_document(), *prefixes = json_array();
    json_object_set_new(root, "bits", json_integer((json_int_t)p->bits));
    json_object_set_new(root, "volts_V", json_pack("[o, o]", json_number(p->volts[0]), json_number(p->volts[1])));
    json_object_set_new(root, "ones", json_pack("[I, I]", (json_int_t)p->ones[0], (json_int_t)p->ones[1]));
    json_object_set_new(root, "both", json_integer((json_int_t)p->both));
    json_object_set_new(root, "exact", json_number(p->exact));
    json_object_set_new(root, "estimate", json_number(p->estimate));
    json_object_set_new(root, "low", json_number(p->low));
    json_object_set_new(root, "high", json_number(p->high));
    json_object_set_new(root, "deviation", json_number(p->deviation));
    json_object_set_new(root, "energy_J", json_number(p->energy));
    for (size_t n = 16; n <= p->bits; n *= 4)
        json_array_append_new(
            prefixes, json_pack("{s:I, s:o}", "bits", (json_int_t)n, "estimate", json_number(estimate_of(p, n))));
    json_object_set_new(root, "prefixes", prefixes);
    return root;
}

/* ---- the estimate as bits come in ---- */

#define DRAWN 80 /* numbers of bits, evenly on a logarithmic axis */
#define FIRST 8

static hys_status add_prefix(const hys_logic_product *p, size_t bits, hys_table *table) {
    const double deviation = sqrt(p->exact * (1 - p->exact) / (double)bits);
    const double row[] = {(double)bits, estimate_of(p, bits), p->exact, p->exact - deviation, p->exact + deviation};
    return hys_table_add_row(table, row);
}

static hys_status write_prefixes(invocation *in, const hys_logic_product *p) {
    static const char *const names[] = {"bits", "estimate", "exact", "less_deviation", "plus_deviation"};
    hys_table *table = NULL;
    size_t last = 0;
    hys_status status = hys_table_new(in->ctx, &table);
    for (size_t c = 0; c < 5 && status == HYS_OK; c++) status = hys_table_add_column(table, names[c], "");
    for (int k = 0; k <= DRAWN && status == HYS_OK; k++) {
        const double ratio = fmax(1, (double)p->bits / FIRST);
        const size_t bits = k == DRAWN ? p->bits : (size_t)(FIRST * pow(ratio, (double)k / DRAWN));
        if (bits <= last || bits > p->bits) continue;
        last = bits;
        status = add_prefix(p, bits, table);
    }
    if (status == HYS_OK) status = logic_keep_table(in, table, "bits", "product");
    hys_table_free(table);
    return status;
}

static int run(invocation *in) {
    hys_logic_product_opts opts;
    hys_logic_product product = {.bits = 0};
    const char *sets[MOST_SETS];
    if (wants_both_on_stdout(in)) return refuse(in, "--json and -o - both want standard output", NULL, "-o FILE.csv");
    int result = read_opts(in, &opts, sets);
    if (result != EXIT_GOOD) return result;
    hys_status status = hys_logic_multiply(in->ctx, &opts, &product);
    if (status == HYS_OK && (option_text(in, "output") || option_text(in, "figure")))
        status = write_prefixes(in, &product);
    result = exit_status(status);
    if (option_flag(in, "json"))
        result = json_finish(in, status == HYS_OK ? product_json(&product) : json_document(), status);
    else if (status == HYS_OK && report_stream(in) == stdout) print_product(&product, &opts);
    hys_logic_product_free(in->ctx, &product);
    return result;
}

static const option_info options[] = {
    {"device", 'd', OPTION_TEXT, "NAME", "a device that switches at random (mtj_stt)"},
    {"set", 's', OPTION_LIST, "NAME=VALUE", "value of a parameter; a bare number is in the file's own unit"},
    {"bits", 'n', OPTION_NUMBER, "N", "of the streams (256)"},
    {"width", 'w', OPTION_TEXT, "T", "of the pulse (5ns)"},
    {"most", 0, OPTION_TEXT, "V", "highest voltage that is tried (1V)"},
    {"read", 0, OPTION_TEXT, "V", "read voltage (0.05V)"},
    {"steps", 0, OPTION_NUMBER, "N", "steps in time of a pulse (600 for mtj_stt, else as needed)"},
    {"seed", 0, OPTION_COUNT, "N", "seed of all random draws (0)"},
    {"output", 'o', OPTION_TEXT, "FILE...", "the estimate as bits come in, as CSV (-: standard output)"},
    {"figure", 'f', OPTION_TEXT, "FILE...", "draw it: .svg, .pdf or .png"},
    JSON_OPTION,
};

static const char *const examples[] = {"hysteron logic multiply 0.3 0.7",
                                       "0.21, by 256 pairs of junctions",
                                       "hysteron logic multiply 0.5 0.5 --bits 1024 --seed 3 --json",
                                       "more bits: the error falls with their root",
                                       "hysteron logic multiply 0.3 0.7 --bits 4096 -f product.svg",
                                       "the estimate between the curves of one standard deviation",
                                       NULL};

const command_info command_logic_multiply = {
    .name = "logic multiply",
    .args = "A B",
    .summary = "Multiply two probabilities with magnetic junctions that switch at random.",
    .text =
        "Each bit of a stream is a junction that starts antiparallel (0) and gets one pulse, whose voltage makes it "
        "switch with the probability asked for; that voltage is found first, by trying and a logistic fit. The two "
        "junctions of a column are read at once: where both are 1, so is the product's bit. The share of such "
        "columns estimates A B with a deviation of sqrt(p(1 - p)/N), p = A B; what the fit of the voltages misses "
        "comes on top and shows in the shares of the two streams.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 2,
    .max_args = 2,
    .run = run,
};
