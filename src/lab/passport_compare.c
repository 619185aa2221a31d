/* Several devices side by side: traits, numbers, loops on one scale, uses, the place of each among published ones. */
#include "base/diag.h"
#include "lab/passport.h"
#include <math.h>
#include <string.h>

#define MOST_POINTS  1000 /* of all loops together */
#define MOST_DEVICES 8    /* that a figure can tell apart, and a table hold */

typedef struct comparison {
    hys_ctx *ctx;
    const hys_passport *const *p;
    size_t n;
    hys__arena arena;
    hys__text *out;
} comparison;

/* Whether uses were asked for at all. */
static bool has_uses(const comparison *c) {
    hys__ranked list[HYS__MOST_RANKED];
    for (size_t k = 0; k < c->n; k++)
        if (hys__passport_ranking(c->p[k], list)) return true;
    return false;
}

/* ---- tables with a column a device ---- */

static void put_head(comparison *c, const char *first) {
    hys__text_printf(c->out, "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">%s</th>", first);
    for (size_t k = 0; k < c->n; k++) {
        hys__text_puts(c->out, "<th scope=\"col\">");
        hys__html_put(c->out, c->p[k]->name);
        hys__text_puts(c->out, "</th>");
    }
    hys__text_puts(c->out, "</tr></thead>\n<tbody>\n");
}

static void put_end(comparison *c) {
    hys__text_puts(c->out, "</tbody></table></div>\n");
}

static void put_finding(comparison *c, const hys_passport *p, const char *trait) {
    const hys_finding *f = p->class_ ? hys_class_find(p->class_, trait) : NULL;
    hys__text_puts(c->out, "<td>");
    if (!f || !f->is_told) hys__text_puts(c->out, "<span class=\"untold\">cannot be told</span>");
    else if (*f->trait->answers) hys__html_put(c->out, f->answer);
    else hys__html_quantity(c->out, f->value, f->trait->unit);
    hys__text_puts(c->out, "</td>");
}

static void put_class(comparison *c) {
    hys__text_puts(c->out, "<section id=\"class\"><h2>What they are</h2>\n");
    put_head(c, "Trait");
    for (size_t t = 0; t < hys_trait_count(); t++) {
        const hys_trait *trait = hys_trait_get(t);
        hys__text_puts(c->out, "<tr><th scope=\"row\">");
        hys__html_put(c->out, trait->name);
        hys__text_puts(c->out, "<small>");
        hys__html_put(c->out, trait->desc);
        hys__text_puts(c->out, "</small></th>");
        for (size_t k = 0; k < c->n; k++) put_finding(c, c->p[k], trait->name);
        hys__text_puts(c->out, "</tr>\n");
    }
    put_end(c);
    hys__text_puts(c->out, "</section>\n");
}

static const hys__ranked *find_use(const hys__ranked *list, size_t n, const char *use) {
    for (size_t k = 0; k < n; k++)
        if (!strcmp(list[k].use, use)) return &list[k];
    return NULL;
}

static void put_use(comparison *c, const char *use) {
    hys__text_puts(c->out, "<tr><th scope=\"row\">");
    hys__html_put(c->out, hys__passport_use_title(use));
    hys__text_puts(c->out, "</th>");
    for (size_t k = 0; k < c->n; k++) {
        hys__ranked list[HYS__MOST_RANKED] = {0};
        const size_t n = hys__passport_ranking(c->p[k], list);
        const hys__ranked *r = find_use(list, n, use);
        const char *verdict = r ? r->verdict : "cannot be told";
        hys__text_printf(c->out, "<td><span class=\"word %s\">%s</span>",
                         strcmp(verdict, "cannot be told") ? verdict : "untold", verdict);
        if (r) hys__text_printf(c->out, "<small>%.2f</small>", r->score);
        hys__text_puts(c->out, "</td>");
    }
    hys__text_puts(c->out, "</tr>\n");
}

static void put_uses(comparison *c) {
    if (!has_uses(c)) return;
    hys__text_puts(c->out, "<section id=\"use\"><h2>What they are good for</h2>\n");
    put_head(c, "Use");
    for (size_t k = 0; k < hys_use_count(); k++) put_use(c, hys_use_name(k));
    put_end(c);
    hys__text_puts(c->out, "</section>\n");
}

/* ---- loops, each on its own scale ---- */

static const hys_table *loop_of(const hys_passport *p) {
    return p->iv && hys_protocol_n_tables(p->iv) ? hys_protocol_table_at(p->iv, 0)->table : NULL;
}

static double largest(const double *x, size_t n) {
    double most = 0;
    for (size_t k = 0; k < n; k++)
        if (isfinite(x[k])) most = fmax(most, fabs(x[k]));
    return most;
}

/* The second half: the last of the protocol's two cycles. */
static hys_status add_loop(comparison *c, size_t k, hys_table *all, double *row) {
    const hys_table *t = loop_of(c->p[k]);
    const double *v = t ? hys_table_column(t, "v") : NULL, *i = t ? hys_table_column(t, "i") : NULL;
    if (!v || !i) return HYS_OK;
    size_t n = hys_table_n_rows(t), first = n / 2;
    double v_most = largest(v, n), i_most = largest(i, n);
    if (!(v_most > 0) || !(i_most > 0)) return HYS_OK;
    size_t stride = (n - first) * c->n / MOST_POINTS + 1;
    hys_status status = HYS_OK;
    for (size_t j = 0; j <= c->n; j++) row[j] = NAN;
    for (size_t r = first; r < n && status == HYS_OK; r += stride) {
        row[0] = v[r] / v_most;
        row[k + 1] = i[r] / i_most;
        status = hys_table_add_row(all, row);
    }
    return status;
}

static hys_status make_loops(comparison *c, hys_table **all) {
    double *row = HYS_NEW_N(&c->arena, double, c->n + 2);
    hys_status status = row ? hys_table_new(c->ctx, all) : HYS_NOMEM;
    if (status == HYS_OK) status = hys_table_set_note(*all, "y", "I / largest I");
    if (status == HYS_OK) status = hys_table_set_note(*all, "drawn", "lines");
    if (status == HYS_OK) status = hys_table_add_column(*all, "V / largest V", "");
    for (size_t k = 0; k < c->n && status == HYS_OK; k++) status = hys_table_add_column(*all, c->p[k]->name, "");
    for (size_t k = 0; k < c->n && status == HYS_OK; k++) status = add_loop(c, k, *all, row);
    return status;
}

/* ---- the chart ---- */

static hys_status add_device(comparison *c, size_t k, hys_table *chart, const char *x_trait, const char *y_trait) {
    double x = hys__passport_number(c->p[k], x_trait), y = hys__passport_number(c->p[k], y_trait);
    size_t n = hys_table_n_columns(chart);
    double *row = HYS_NEW_N(&c->arena, double, n);
    if (!row) return HYS_NOMEM;
    if (!(x > 0) || !(y > 0)) return HYS_OK;
    for (size_t j = 0; j < n; j++) {
        row[j] = NAN;
        if (!strcmp(hys_table_name(chart, j), "bound")) row[j] = 0;
        if (!strcmp(hys_table_name(chart, j), c->p[k]->name)) row[j] = y;
    }
    row[0] = x;
    return hys_table_add_row(chart, row);
}

static hys_status copy_chart(comparison *c, const hys_table *from, hys_table *to) {
    size_t n = hys_table_n_columns(from);
    double *row = HYS_NEW_N(&c->arena, double, n + c->n);
    hys_status status = row ? HYS_OK : HYS_NOMEM;
    for (size_t j = 0; j < n && status == HYS_OK; j++)
        status = hys_table_add_column(to, hys_table_name(from, j), hys_table_unit(from, j));
    for (size_t k = 0; k < c->n && status == HYS_OK; k++)
        status = hys_table_add_column(to, c->p[k]->name, hys_table_unit(from, 1));
    for (size_t r = 0; r < hys_table_n_rows(from) && status == HYS_OK; r++) {
        for (size_t j = 0; j < n + c->n; j++) row[j] = j < n ? hys_table_column_at(from, j)[r] : NAN;
        status = hys_table_add_row(to, row);
    }
    return status;
}

static hys_status make_chart(comparison *c, hys_table **chart) {
    hys_catalogue *catalogue = NULL;
    hys_table *all = NULL;
    hys_status status = hys_catalogue_read(c->ctx, NULL, &catalogue);
    if (status == HYS_OK)
        status = hys_catalogue_chart(catalogue, NULL, hys_catalogue_find_column("dynamic_range"),
                                     hys_catalogue_find_column("voltage_high"), NULL, &all);
    if (status == HYS_OK) status = hys_table_new(c->ctx, chart);
    if (status == HYS_OK) status = hys_table_set_note(*chart, "y", "dynamic range");
    if (status == HYS_OK) status = copy_chart(c, all, *chart);
    for (size_t k = 0; k < c->n && status == HYS_OK; k++)
        status = add_device(c, k, *chart, "threshold-positive", "on-off");
    hys_table_free(all);
    hys_catalogue_free(catalogue);
    return status;
}

/* ---- figures ---- */

typedef struct drawing {
    const char *section, *head, *kind;
    hys__html_figure_text text;
    hys_status (*make)(comparison *c, hys_table **table);
} drawing;

static const drawing drawings[] = {
    {"iv",
     "Current and voltage",
     "scatter",
     {"loops", "Loops, each on its own scale", "Current and voltage divided by the largest of each device."},
     make_loops},
    {"catalogue",
     "Among published devices",
     "scatter",
     {"chart", "On/off ratio against switching voltage",
      "Published devices by family, and those compared here whose numbers could be told."},
     make_chart},
};

static void put_figure(comparison *c, const hys__html_figure *figure, const drawing *d, const char *why) {
    hys__text_printf(c->out, "<section id=\"%s\"><h2>%s</h2>\n<div class=\"figures one\">\n", d->section, d->head);
    if (!why) hys__html_figure_put(c->out, figure, &d->text);
    else {
        hys__text_puts(c->out, "<p class=\"note\">This is not drawn: ");
        hys__html_put(c->out, why);
        hys__text_puts(c->out, ".</p>\n");
    }
    hys__text_puts(c->out, "</div></section>\n");
}

static hys_status draw(comparison *c, const drawing *d) {
    hys_figure_opts opts = hys_figure_opts_default();
    hys__html_figure figure = {0};
    hys_table *table = NULL;
    char why[200];
    size_t n_said = hys_diag_count(c->ctx);
    opts.kind = d->kind;
    opts.width_mm = 120;
    hys_status status = d->make(c, &table);
    if (status == HYS_OK) status = hys__html_figure_draw(&c->arena, table, &opts, &figure);
    hys_table_free(table);
    if (status == HYS_NOMEM || status == HYS_CANCEL) return status;
    if (status != HYS_OK) {
        hys__passport_explain(c->ctx, status, why, sizeof why);
        hys__diag_rewind(c->ctx, n_said);
    }
    put_figure(c, &figure, d, status == HYS_OK ? NULL : why);
    return HYS_OK;
}

/* ---- the page ---- */

static void put_devices(comparison *c) {
    hys__text_puts(c->out, "<dl class=\"facts\">\n");
    for (size_t k = 0; k < c->n; k++) {
        hys__text_puts(c->out, "<dt><b>");
        hys__html_put(c->out, c->p[k]->name);
        hys__text_puts(c->out, "</b></dt><dd>");
        hys__html_put(c->out, c->p[k]->sentence);
        hys__text_puts(c->out, "</dd>\n");
    }
    hys__text_puts(c->out, "</dl>\n");
}

static void put_start(comparison *c) {
    hys__html_begin(c->out, "Comparison", "Devices side by side", "comparison");
    hys__text_puts(c->out, "<div class=\"page\">\n<header><div class=\"kicker\"><span>Comparison</span>"
                           "<span class=\"theme\"></span></div>\n<h1>");
    for (size_t k = 0; k < c->n; k++) {
        hys__text_puts(c->out, k ? ", " : "");
        hys__html_put(c->out, c->p[k]->name);
    }
    hys__text_puts(c->out, "</h1>\n");
    put_devices(c);
    hys__text_puts(c->out, "</header>\n<nav aria-label=\"Contents\"><ol>");
    if (has_uses(c)) hys__text_puts(c->out, "<li><a href=\"#use\">What they are good for</a></li>");
    hys__text_puts(c->out, "<li><a href=\"#class\">What they are</a></li><li><a href=\"#iv\">Current and voltage"
                           "</a></li><li><a href=\"#catalogue\">Among published devices</a></li></ol></nav>\n<main>\n");
}

static hys_status put_all(comparison *c) {
    hys_status status = HYS_OK;
    put_start(c);
    put_uses(c);
    put_class(c);
    for (size_t k = 0; k < sizeof drawings / sizeof *drawings && status == HYS_OK; k++) status = draw(c, &drawings[k]);
    hys__text_puts(c->out, "</main>\n<footer>hysteron ");
    hys__html_put(c->out, hys_version());
    hys__text_puts(c->out, ". The passport of each device tells how its numbers were found out.</footer>\n</div>\n");
    hys__html_end(c->out);
    return status;
}

hys_status hys_passport_compare(hys_ctx *ctx, const hys_passport *const *passports, size_t n, const char *path) {
    hys__text text;
    comparison c = {.ctx = ctx, .p = passports, .n = n, .out = &text};
    if (n < 2 || n > MOST_DEVICES)
        return hys__fail(ctx, HYS_ARG, "", "2 to %d devices can be compared, not %zu", MOST_DEVICES, n);
    hys__text_init(&text, ctx);
    hys__arena_init(&c.arena, ctx, 0);
    hys_status status = put_all(&c);
    if (status == HYS_OK) status = hys__passport_write_text(ctx, &text, path);
    hys__arena_free(&c.arena);
    hys__text_free(&text);
    return status;
}
