/* Figures of reproduced values: what was got against what was expected, a row a value; where these are too many for a
 * page, a row a model, and pages of values. */
#include "io/figure.h"
#include "lab/reproduce.h"
#include <math.h>
#include <string.h>

#define PAGE_ROWS 60
#define VALUE_MM  3.4
#define MODEL_MM  7.0
#define GOLDEN    0.6180339887498949
#define SPREAD    0.7 /* of a row's height, over which the points of a model are strewn */
#define WIDTH_MM  183
#define NO_PLACE  1e9 /* no tolerance, but a difference */
#define NO_PAGE   SIZE_MAX

typedef struct sheet {
    hys__arena arena;
    const hys_reproduction *r;
    const char *family;
    hys_table *table;
    hys__figure_row *rows;
    size_t n;
} sheet;

static const char *const kinds[] = {"published", "computed", "derived", "memory"};

static double kind_of(const hys_reproduced *v) {
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (!strcmp(kinds[k], v->label)) return (double)k;
    return NAN;
}

/* In tolerances; where none is allowed, agreement is 0 and all else far off. */
static double deviation_of(const hys_reproduced *v) {
    double difference = v->got - v->expected;
    if (v->tolerance > 0 || isnan(difference)) return difference / v->tolerance;
    return difference == 0 ? 0 : copysign(NO_PLACE, difference);
}

static hys_status add_point(const sheet *s, const hys_reproduced *v, size_t row, double offset) {
    const double cells[] = {deviation_of(v), kind_of(v), (double)row, offset, v->expected, v->got, v->tolerance};
    return hys_table_add_row(s->table, cells);
}

static hys_status open_table(hys_ctx *ctx, hys_table **table) {
    static const char *const names[] = {"deviation", "kind", "row", "offset", "expected", "got", "tolerance"};
    hys_status status = hys_table_new(ctx, table);
    for (size_t c = 0; status == HYS_OK && c < sizeof names / sizeof *names; c++)
        status = hys_table_add_column(*table, names[c], "");
    return status;
}

static bool is_drawn(const sheet *s, const hys_reproduced *v) {
    return !s->family || !strcmp(v->family, s->family);
}

static size_t count_values(const hys_reproduction *r, const char *family) {
    size_t n = 0;
    for (size_t k = 0; k < r->rows.n; k++) n += !family || !strcmp(r->rows.at[k].shown.family, family);
    return n;
}

/* ---- a row a value ---- */

static hys_status describe_value(sheet *s, const hys_reproduced *v, hys__figure_row *row) {
    char expected[32], got[32];
    hys_reproduced_format(v, v->expected, expected);
    hys_reproduced_format(v, v->got, got);
    bool is_missing = v->verdict == HYS_VERDICT_MISSING;
    row->name = v->name;
    row->texts[0] = is_missing ? "missing" : hys__arena_printf(&s->arena, "%s", expected);
    row->texts[1] = is_missing ? "" : isnan(v->got) ? "failed" : hys__arena_printf(&s->arena, "%s", got);
    row->texts[2] = strcmp(v->unit, "1") != 0 ? v->unit : "";
    row->texts[3] = v->tolerance_text;
    return row->texts[0] && row->texts[1] ? HYS_OK : HYS_NOMEM;
}

static hys_status fill_values(sheet *s, size_t page) {
    size_t index = 0, first = page == NO_PAGE ? 0 : page * PAGE_ROWS, end = first + PAGE_ROWS;
    for (size_t k = 0; k < s->r->rows.n; k++) {
        const hys_reproduced *v = &s->r->rows.at[k].shown;
        if (!is_drawn(s, v) || index++ < first || index > end) continue;
        hys_status status = add_point(s, v, s->n, 0);
        if (status == HYS_OK) status = describe_value(s, v, &s->rows[s->n++]);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

/* ---- a row a model ---- */

static size_t find_model(const sheet *s, const char *module) {
    size_t k = 0;
    while (k < s->n && strcmp(s->rows[k].name, module) != 0) k++;
    return k;
}

static hys_status describe_model(sheet *s, hys__figure_row *row) {
    size_t n[HYS_VERDICT_MISSING + 1] = {0};
    for (size_t k = 0; k < s->r->rows.n; k++) {
        const hys_reproduced *v = &s->r->rows.at[k].shown;
        if (is_drawn(s, v) && !strcmp(v->module, row->name)) n[v->verdict]++;
    }
    row->texts[0] = hys__arena_printf(&s->arena, "%zu", n[HYS_VERDICT_PASS]);
    row->texts[1] = hys__arena_printf(&s->arena, "%zu", n[HYS_VERDICT_FAIL]);
    row->texts[2] = hys__arena_printf(&s->arena, "%zu", n[HYS_VERDICT_MISSING]);
    row->texts[3] = "";
    return s->arena.failed ? HYS_NOMEM : HYS_OK;
}

/* The points of a row are strewn by multiples of the golden ratio: evenly, and the same every time. */
static hys_status fill_models(sheet *s) {
    size_t *counts = HYS_NEW_N(&s->arena, size_t, s->r->rows.n + 1);
    if (!counts) return HYS_NOMEM;
    for (size_t k = 0; k < s->r->rows.n; k++) {
        const hys_reproduced *v = &s->r->rows.at[k].shown;
        if (!is_drawn(s, v)) continue;
        size_t row = find_model(s, v->module);
        if (row == s->n) s->rows[s->n++].name = v->module;
        double turn = GOLDEN * (double)counts[row]++;
        hys_status status = add_point(s, v, row, SPREAD * (turn - floor(turn) - 0.5));
        if (status != HYS_OK) return status;
    }
    for (size_t k = 0; k < s->n; k++)
        if (describe_model(s, &s->rows[k]) != HYS_OK) return HYS_NOMEM;
    return HYS_OK;
}

/* ---- all ---- */

static hys_status draw(sheet *s, size_t page, const char *path) {
    bool by_model = page == NO_PAGE && count_values(s->r, s->family) > PAGE_ROWS;
    hys_status status = by_model ? fill_models(s) : fill_values(s, page);
    hys__figure_rows rows = {s->rows, s->n, {"expected", "got", "unit", "tolerance"}, VALUE_MM};
    if (by_model) rows = (hys__figure_rows){s->rows, s->n, {"reproduced", "failed", "missing", ""}, MODEL_MM};
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = "deviation";
    opts.title = s->family;
    opts.width_mm = WIDTH_MM;
    return status == HYS_OK ? hys__figure_write_rows(s->arena.ctx, s->table, &opts, &rows, path) : status;
}

size_t hys_reproduction_n_pages(const hys_reproduction *r, const char *family) {
    size_t n = count_values(r, family);
    return n > PAGE_ROWS ? (n + PAGE_ROWS - 1) / PAGE_ROWS : 0;
}

hys_status hys_reproduction_figure(const hys_reproduction *r, hys_ctx *ctx, const char *family, size_t page,
                                   const char *path) {
    sheet s = {.r = r, .family = family};
    hys__arena_init(&s.arena, ctx, 0);
    s.rows = HYS_NEW_N(&s.arena, hys__figure_row, r->rows.n + 1);
    hys_status status = s.rows ? open_table(ctx, &s.table) : HYS_NOMEM;
    if (status == HYS_OK) status = draw(&s, page ? page - 1 : NO_PAGE, path);
    hys_table_free(s.table);
    hys__arena_free(&s.arena);
    return status;
}
