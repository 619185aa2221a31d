/* Charts of the catalogue: one number against another, a column a family. */
#include "lab/catalogue.h"
#include <math.h>
#include <string.h>

#define MOST_FAMILIES 12

typedef struct plan {
    const hys_catalogue *catalogue;
    const bool *chosen;
    size_t x, y, family;
    const char *families[MOST_FAMILIES];
    size_t n_families;
    const double *mine;
} plan;

static bool is_drawn(const plan *c, size_t k) {
    return (!c->chosen || c->chosen[k]) && !isnan(hys_catalogue_number(c->catalogue, k, c->y)) &&
           !isnan(hys_catalogue_number(c->catalogue, k, c->x));
}

static size_t family_of(plan *c, size_t k) {
    const char *name = hys_catalogue_text(c->catalogue, k, c->family);
    size_t f = 0;
    while (f < c->n_families && strcmp(c->families[f], name) != 0) f++;
    if (f == c->n_families && f < MOST_FAMILIES) c->families[c->n_families++] = name;
    return f < MOST_FAMILIES ? f : MOST_FAMILIES - 1;
}

/* Where both axes are not known, biology's own event is a level to compare with. */
static double find_level(const plan *c) {
    for (size_t k = 0; k < hys_catalogue_n_entries(c->catalogue); k++)
        if (!strcmp(hys_catalogue_text(c->catalogue, k, c->family), "biology") &&
            isnan(hys_catalogue_number(c->catalogue, k, c->x)) && !isnan(hys_catalogue_number(c->catalogue, k, c->y)))
            return hys_catalogue_number(c->catalogue, k, c->y);
    return NAN;
}

static hys_status add_columns(const plan *c, double level, hys_table *table) {
    const hys_catalogue_column *x = hys_catalogue_get_column(c->x), *y = hys_catalogue_get_column(c->y);
    hys_status status = hys_table_add_column(table, x->name, x->unit);
    if (status == HYS_OK) status = hys_table_set_note(table, "y", y->name);
    if (status == HYS_OK) status = hys_table_add_column(table, "bound", "");
    for (size_t f = 0; f < c->n_families && status == HYS_OK; f++)
        status = hys_table_add_column(table, c->families[f], y->unit);
    if (status == HYS_OK && !isnan(level)) status = hys_table_add_column(table, "biology", y->unit);
    if (status == HYS_OK && c->mine) status = hys_table_add_column(table, "this device", y->unit);
    return status;
}

static hys_status add_point(const plan *c, hys_table *table, size_t column, double level, const double xyb[3]) {
    double row[MOST_FAMILIES + 4];
    size_t n = hys_table_n_columns(table);
    for (size_t k = 0; k < n; k++) row[k] = NAN;
    row[0] = xyb[0];
    row[1] = xyb[2];
    if (!isnan(level)) row[2 + c->n_families] = level;
    row[column] = xyb[1];
    return hys_table_add_row(table, row);
}

static hys_status fill(plan *c, hys_table *table) {
    size_t n = hys_catalogue_n_entries(c->catalogue);
    double level = find_level(c);
    for (size_t k = 0; k < n; k++)
        if (is_drawn(c, k)) family_of(c, k);
    hys_status status = add_columns(c, level, table);
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        if (!is_drawn(c, k)) continue;
        double xyb[] = {hys_catalogue_number(c->catalogue, k, c->x), hys_catalogue_number(c->catalogue, k, c->y),
                        hys_catalogue_bound(c->catalogue, k, c->y)};
        status = add_point(c, table, 2 + family_of(c, k), level, xyb);
    }
    if (status == HYS_OK && c->mine)
        status = add_point(c, table, hys_table_n_columns(table) - 1, level, (double[]){c->mine[0], c->mine[1], 0});
    return status;
}

hys_status hys_catalogue_chart(const hys_catalogue *catalogue, const bool *chosen, size_t y, size_t x,
                               const double *mine, hys_table **chart) {
    plan c = {.catalogue = catalogue,
              .chosen = chosen,
              .x = x,
              .y = y,
              .family = hys_catalogue_find_column("family"),
              .mine = mine};
    hys_table *table = NULL;
    hys_status status = hys_table_new(catalogue->ctx, &table);
    if (status == HYS_OK) status = fill(&c, table);
    if (status == HYS_OK) *chart = table;
    else hys_table_free(table);
    return status;
}
