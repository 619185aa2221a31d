/* The catalogue: reading it, and what its cells mean. */
#include "lab/catalogue.h"
#include "base/file.h"
#include "base/units.h"
#include "device/paths.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* heading in the file, name, unit, is a number, description */
#define COLUMNS(X)                                                                                                     \
    X("id", "id", "", false, "short name of the entry")                                                                \
    X("family", "family", "", false, "RRAM, PCM, spin, ferroelectric, Mott, optoelectronic, emulation, biology")       \
    X("class", "class", "", false, "class that the source uses")                                                       \
    X("device", "device", "", false, "what it is")                                                                     \
    X("material", "material", "", false, "stack, from top to bottom as printed")                                       \
    X("states", "states", "", true, "levels that are told apart")                                                      \
    X("dynamic_range", "dynamic_range", "", true, "largest over smallest conductance")                                 \
    X("voltage_low[V]", "voltage_low", "V", true, "lowest operating voltage")                                          \
    X("voltage_high[V]", "voltage_high", "V", true, "highest operating voltage")                                       \
    X("voltage_text", "voltage_text", "", false, "operating voltages as printed")                                      \
    X("energy[J]", "energy", "J", true, "energy of one event")                                                         \
    X("energy_kind", "energy_kind", "", false, "exact, about, upper bound, lower bound, range")                        \
    X("energy_text", "energy_text", "", false, "energy or power as printed")                                           \
    X("energy_per_area[J/m^2]", "energy_per_area", "J/m^2", true, "energy of one event over the device's area")        \
    X("power[W]", "power", "W", true, "power of operation")                                                            \
    X("endurance", "endurance", "", true, "cycles")                                                                    \
    X("endurance_kind", "endurance_kind", "", false, "exact, lower bound")                                             \
    X("thickness[m]", "thickness", "m", true, "of the switching layer")                                                \
    X("control", "control", "", false, "voltage or current")                                                           \
    X("polarity", "polarity", "", false, "unipolar or bipolar")                                                        \
    X("volatility", "volatility", "", false, "volatile or not")                                                        \
    X("order", "order", "", true, "states that the response needs")                                                    \
    X("ndr", "ndr", "", false, "negative differential resistance: none, N, S")                                         \
    X("year", "year", "", true, "of the reference")                                                                    \
    X("work", "work", "", false, "review that lists the device")                                                       \
    X("ref", "ref", "", false, "number of the reference in that review")                                               \
    X("reference", "reference", "", false, "the reference")                                                            \
    X("doi", "doi", "", false, "its DOI")                                                                              \
    X("origin", "origin", "", false, "where the numbers were read, or that they are missing")                          \
    X("model", "model", "", false, "model of the library")                                                             \
    X("note", "note", "", false, "")

#define NAME_IN_FILE(heading, name, unit, is_number, desc) heading,
#define COLUMN(heading, name, unit, is_number, desc)       {name, unit, is_number, desc},
static const char *const headings[] = {COLUMNS(NAME_IN_FILE)};
static const hys_catalogue_column columns[] = {COLUMNS(COLUMN)};
#define N_COLUMNS (sizeof columns / sizeof *columns)

size_t hys_catalogue_n_columns(void) {
    return N_COLUMNS;
}

const hys_catalogue_column *hys_catalogue_get_column(size_t column) {
    return column < N_COLUMNS ? &columns[column] : NULL;
}

size_t hys_catalogue_find_column(const char *name) {
    for (size_t k = 0; k < N_COLUMNS; k++)
        if (!strcmp(columns[k].name, name)) return k;
    return SIZE_MAX;
}

/* ---- reading ---- */

static hys_status read_number(hys_catalogue *c, size_t row, size_t column, double *value) {
    const char *text = c->text.rows.at[row].cells[column].text;
    bool overflow = false;
    *value = NAN;
    if (!columns[column].is_number || !*text) return HYS_OK;
    if (hys__number_parse(text, value, &overflow) != strlen(text))
        return hys__csv_text_complain(&c->text, row, column, "", "this is not a number");
    return HYS_OK;
}

/* What the column NAME_kind says. */
static int read_bound(const hys_catalogue *c, size_t row, size_t column) {
    char name[64];
    snprintf(name, sizeof name, "%s_kind", columns[column].name);
    size_t kind = hys_catalogue_find_column(name);
    if (kind == SIZE_MAX) return 0;
    const char *text = c->text.rows.at[row].cells[kind].text;
    return !strcmp(text, "upper bound") ? -1 : !strcmp(text, "lower bound") ? 1 : 0;
}

static hys_status read_cells(hys_catalogue *c) {
    size_t n = c->text.rows.n * N_COLUMNS;
    c->numbers = HYS_NEW_N(&c->arena, double, n ? n : 1);
    c->bounds = HYS_NEW_N(&c->arena, signed char, n ? n : 1);
    hys_status status = c->numbers && c->bounds ? HYS_OK : HYS_NOMEM;
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        status = read_number(c, k / N_COLUMNS, k % N_COLUMNS, &c->numbers[k]);
        c->bounds[k] = (signed char)read_bound(c, k / N_COLUMNS, k % N_COLUMNS);
    }
    return status;
}

static hys_status find_shipped(hys__arena *arena, const char **path) {
    hys__dirs dirs;
    if (!hys__paths_models(arena, &dirs)) return HYS_NOMEM;
    for (size_t k = 0; k < dirs.n; k++) {
        *path = hys__arena_printf(arena, "%s/catalogue.csv", dirs.at[k]);
        if (!*path) return HYS_NOMEM;
        if (access(*path, R_OK) == 0) return HYS_OK;
    }
    return hys__fail(arena->ctx, HYS_IO, "name the file", "the shipped catalogue is not there");
}

hys_status hys_catalogue_read(hys_ctx *ctx, const char *path, hys_catalogue **catalogue) {
    hys_catalogue *c = hys__realloc(ctx, NULL, 0, sizeof *c);
    if (!c) return HYS_NOMEM;
    memset(c, 0, sizeof *c);
    c->ctx = ctx;
    hys__arena_init(&c->arena, ctx, 0);
    hys_status status = path ? HYS_OK : find_shipped(&c->arena, &path);
    if (status == HYS_OK) status = hys__csv_text_read(&c->arena, path, headings, N_COLUMNS, &c->text);
    if (status == HYS_OK) status = read_cells(c);
    if (status == HYS_OK) *catalogue = c;
    else hys_catalogue_free(c);
    return status;
}

void hys_catalogue_free(hys_catalogue *catalogue) {
    if (!catalogue) return;
    hys__arena_free(&catalogue->arena);
    hys__free(catalogue->ctx, catalogue, sizeof *catalogue);
}

size_t hys_catalogue_n_entries(const hys_catalogue *catalogue) {
    return catalogue->text.rows.n;
}

const char *hys_catalogue_text(const hys_catalogue *catalogue, size_t entry, size_t column) {
    return catalogue->text.rows.at[entry].cells[column].text;
}

double hys_catalogue_number(const hys_catalogue *catalogue, size_t entry, size_t column) {
    return catalogue->numbers[entry * N_COLUMNS + column];
}

int hys_catalogue_bound(const hys_catalogue *catalogue, size_t entry, size_t column) {
    return catalogue->bounds[entry * N_COLUMNS + column];
}

/* ---- where a value stands ---- */

static int compare_numbers(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

hys_status hys_catalogue_place(const hys_catalogue *catalogue, const bool *chosen, size_t column, double value,
                               hys_catalogue_rank *rank) {
    hys__arena arena;
    hys__arena_init(&arena, catalogue->ctx, 0);
    size_t n_entries = hys_catalogue_n_entries(catalogue), n = 0;
    double *known = HYS_NEW_N(&arena, double, n_entries ? n_entries : 1);
    hys_catalogue_rank found = {.least = NAN, .median = NAN, .most = NAN};
    for (size_t k = 0; known && k < n_entries; k++) {
        double y = hys_catalogue_number(catalogue, k, column);
        if ((chosen && !chosen[k]) || isnan(y)) continue;
        found.n_below += y < value;
        found.n_above += y > value;
        known[n++] = y;
    }
    if (n) {
        qsort(known, n, sizeof *known, compare_numbers);
        found.least = known[0];
        found.most = known[n - 1];
        found.median = 0.5 * (known[(n - 1) / 2] + known[n / 2]);
    }
    found.n_known = n;
    bool is_good = known != NULL;
    hys__arena_free(&arena);
    if (is_good) *rank = found;
    return is_good ? HYS_OK : HYS_NOMEM;
}
