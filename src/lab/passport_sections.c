/* The sections of a report.  What could not be found out is shown with its diagnostic. */
#include "lab/passport.h"
#include <math.h>
#include <string.h>

/* ---- small things ---- */

static void put_p(hys__text *out, const char *class, const char *text) {
    if (!*text) return;
    hys__text_printf(out, *class ? "<p class=\"%s\">" : "<p>", class);
    hys__html_put(out, text);
    hys__text_puts(out, "</p>\n");
}

static void put_cell(hys__text *out, const char *text) {
    hys__text_puts(out, "<td>");
    hys__html_put(out, text);
    hys__text_puts(out, "</td>");
}

static void put_number_cell(hys__text *out, double value, const char *unit) {
    hys__text_puts(out, "<td class=\"num\">");
    hys__html_quantity(out, value, unit);
    hys__text_puts(out, "</td>");
}

/* heads: titles, those that begin with '#' of numbers; ended by NULL. */
static void put_table_head(hys__text *out, const char *caption, const char *const *heads) {
    hys__text_puts(out, "<div class=\"scroll\"><table>");
    if (*caption) {
        hys__text_puts(out, "<caption>");
        hys__html_put(out, caption);
        hys__text_puts(out, "</caption>");
    }
    hys__text_puts(out, "<thead><tr>");
    for (; *heads; heads++) {
        bool is_number = **heads == '#';
        hys__text_printf(out, "<th scope=\"col\"%s>%s</th>", is_number ? " class=\"num\"" : "", *heads + is_number);
    }
    hys__text_puts(out, "</tr></thead>\n<tbody>\n");
}

static void put_table_end(hys__text *out) {
    hys__text_puts(out, "</tbody></table></div>\n");
}

static void put_row_head(hys__text *out, const char *name, const char *desc) {
    hys__text_puts(out, "<tr><th scope=\"row\">");
    hys__html_put(out, name);
    if (*desc) {
        hys__text_puts(out, "<small>");
        hys__html_put(out, desc);
        hys__text_puts(out, "</small>");
    }
    hys__text_puts(out, "</th>");
}

static void put_verdict_word(hys__text *out, const char *verdict) {
    hys__text_printf(out, "<span class=\"word %s\">%s</span>", strcmp(verdict, "cannot be told") ? verdict : "untold",
                     verdict);
}

/* Why a part has no result; true where that is so. */
static bool put_failure(const hys_passport *p, hys__text *out, hys__part_id id) {
    const hys__part *part = &p->parts[id];
    if (!p->is_wanted[id] || part->is_good) return false;
    hys__text_puts(out, "<p class=\"bad-note\">This could not be found out: ");
    hys__html_put(out, *part->why ? part->why : "it was not run");
    hys__text_puts(out, ".</p>\n");
    return true;
}

static void put_remarks(hys__text *out, const void *result, size_t n, const char *(*get)(const void *, size_t)) {
    if (!n) return;
    hys__text_puts(out, "<ul class=\"remarks\">\n");
    for (size_t k = 0; k < n; k++) {
        hys__text_puts(out, "<li>");
        hys__html_put(out, get(result, k));
        hys__text_puts(out, "</li>\n");
    }
    hys__text_puts(out, "</ul>\n");
}

static const char *class_remark(const void *r, size_t k) {
    return hys_class_remark(r, k);
}
static const char *verdicts_remark(const void *r, size_t k) {
    return hys_verdicts_remark(r, k);
}
static const char *screen_remark(const void *r, size_t k) {
    return hys_screen_remark(r, k);
}
static const char *protocol_remark(const void *r, size_t k) {
    return hys_protocol_remark(r, k);
}
static const char *fit_remark(const void *r, size_t k) {
    return hys_fit_remark(r, k);
}

void hys__passport_put_plots(const hys_passport *p, hys__text *out, const char *section, const char *prefix) {
    size_t n = 0;
    char id[120];
    for (size_t k = 0; k < p->plots.n; k++) {
        const hys__plot *plot = &p->plots.at[k];
        if (strcmp(plot->section, section) != 0) continue;
        if (!plot->is_drawn && strstr(plot->why, "nothing varies")) continue;
        if (!n++) hys__text_puts(out, "<div class=\"figures\">\n");
        snprintf(id, sizeof id, "%s%s", prefix, plot->id);
        hys__html_figure_text text = {.id = id, .title = plot->title, .caption = plot->caption};
        if (plot->is_drawn) {
            hys__html_figure_put(out, &plot->figure, &text);
            continue;
        }
        hys__text_puts(out, "<p class=\"note\">");
        hys__html_put(out, plot->title);
        hys__text_puts(out, " is not drawn: ");
        hys__html_put(out, plot->why);
        hys__text_puts(out, ".</p>\n");
    }
    if (n) hys__text_puts(out, "</div>\n");
}

/* ---- class ---- */

static void put_confidence(hys__text *out, const hys_finding *f) {
    if (!f->is_told) {
        hys__text_puts(out, "<td class=\"num untold\">&ndash;</td>");
        return;
    }
    hys__text_printf(out,
                     "<td class=\"num\"><span class=\"meter\" aria-hidden=\"true\"><svg viewBox=\"0 0 100 1\" "
                     "preserveAspectRatio=\"none\"><rect width=\"%.0f\" height=\"1\"/></svg></span> %.0f&nbsp;%%</td>",
                     100 * f->confidence, 100 * f->confidence);
}

static void put_finding(hys__text *out, const hys_finding *f) {
    put_row_head(out, f->trait->name, f->trait->desc);
    hys__text_puts(out, "<td>");
    if (f->is_told && !*f->trait->answers) hys__html_quantity(out, f->value, f->trait->unit);
    else if (f->is_told) hys__html_put(out, f->answer);
    else hys__text_puts(out, "<span class=\"untold\">cannot be told</span>");
    hys__text_puts(out, "</td>");
    put_confidence(out, f);
    hys__text_puts(out, "<td class=\"why\">");
    hys__html_put(out, f->evidence ? f->evidence : "");
    hys__text_puts(out, "</td></tr>\n");
}

static void put_class(const hys_passport *p, hys__text *out) {
    static const char *const heads[] = {"Trait", "Answer", "#Confidence", "Evidence", NULL};
    if (put_failure(p, out, HYS__PART_CLASS) || !p->class_) return;
    for (size_t k = 0; k < hys_class_n_contradictions(p->class_); k++)
        put_p(out, "bad-note", hys_class_contradiction(p->class_, k));
    put_table_head(out, "From its behaviour alone, not from its name or equations.", heads);
    for (size_t k = 0; k < hys_class_n_findings(p->class_); k++) put_finding(out, hys_class_finding(p->class_, k));
    put_table_end(out);
    put_remarks(out, p->class_, hys_class_n_remarks(p->class_), class_remark);
    hys__passport_put_plots(p, out, "class", "");
}

/* ---- protocols ---- */

static void put_features(hys__text *out, const hys_protocol_result *r) {
    static const char *const heads[] = {"Quantity", "#Value", "Meaning", NULL};
    put_table_head(out, "", heads);
    for (size_t k = 0; k < hys_protocol_n_features(r); k++) {
        const hys_feature *f = hys_protocol_feature(r, k);
        if (!f->text && isnan(f->value)) continue;
        put_row_head(out, f->name, "");
        if (f->text) {
            hys__text_puts(out, "<td class=\"num\">");
            hys__html_put(out, f->text);
            hys__text_puts(out, "</td>");
        } else {
            put_number_cell(out, f->value, f->unit);
        }
        hys__text_puts(out, "<td class=\"why\">");
        hys__html_put(out, f->desc);
        hys__text_puts(out, "</td></tr>\n");
    }
    put_table_end(out);
}

static void put_protocol(const hys_passport *p, hys__text *out, hys__part_id id, const hys_protocol_result *r) {
    if (put_failure(p, out, id) || !r) return;
    hys__passport_put_plots(p, out, p->parts[id].name, "");
    put_features(out, r);
    put_remarks(out, r, hys_protocol_n_remarks(r), protocol_remark);
}

static void put_curves(const hys_passport *p, hys__text *out) {
    static const char *const heads[] = {
        "File", "Swept", "#Cycles", "#Rows", "Current limit, i &gt; 0", "Current limit, i &lt; 0", NULL};
    hys__passport_put_plots(p, out, "iv", "");
    put_table_head(out, "", heads);
    for (size_t k = 0; k < p->n_data; k++) {
        const hys_curve_info *c = &p->curves[k];
        put_row_head(out, p->data[k].name, "");
        put_cell(out, !strcmp(c->swept, "v") ? "voltage" : "current");
        hys__text_printf(out, "<td class=\"num\">%d</td><td class=\"num\">%zu</td>", (int)c->cycles, p->n_rows[k]);
        for (int s = 0; s < 2; s++) {
            hys__text_puts(out, "<td>");
            hys__html_quantity(out, c->compliance[s].i, "A");
            hys__text_puts(out, "</td>");
        }
        hys__text_puts(out, "</tr>\n");
    }
    put_table_end(out);
}

static void put_iv(const hys_passport *p, hys__text *out) {
    if (p->is_data) put_curves(p, out);
    else put_protocol(p, out, HYS__PART_IV, p->iv);
}

static void put_impedance(const hys_passport *p, hys__text *out) {
    put_protocol(p, out, HYS__PART_IMPEDANCE, p->impedance);
}

/* ---- uses ---- */

static void put_criterion(hys__text *out, const hys_verdict_criterion *c) {
    put_row_head(out, c->name, c->desc);
    put_number_cell(out, c->value, c->unit);
    hys__text_puts(out, "<td class=\"num\">");
    hys__text_puts(out, !strcmp(c->relation, ">=") ? "&ge;&nbsp;" : !strcmp(c->relation, "<=") ? "&le;&nbsp;" : "");
    hys__html_quantity(out, c->wanted, c->unit);
    hys__text_printf(out, "</td><td>%s</td><td class=\"why\">",
                     isnan(c->value) ? "<span class=\"untold\">cannot be told</span>"
                     : c->pass       ? "<span class=\"pass\">met</span>"
                     : c->decides    ? "<span class=\"fail\">missed</span>"
                                     : "<span class=\"conditional\">missed; for information</span>");
    hys__html_put(out, c->literature);
    if (*c->remark) {
        hys__text_puts(out, *c->literature ? "<br>" : "");
        hys__html_put(out, c->remark);
    }
    hys__text_puts(out, "<small>");
    hys__html_put(out, c->source);
    hys__text_puts(out, "</small></td></tr>\n");
}

static void put_verdict(hys__text *out, const hys_verdict *v) {
    static const char *const heads[] = {"Criterion", "#Value", "#Wanted", "", "Literature, remarks, source", NULL};
    hys__text_puts(out, "<h3>");
    hys__html_put(out, hys__passport_use_title(v->use));
    hys__text_puts(out, ": ");
    put_verdict_word(out, v->verdict);
    hys__text_printf(out, ", %.2f</h3>\n", v->score);
    put_p(out, "", v->summary);
    if (!v->n_criteria) return;
    put_table_head(out, "", heads);
    for (size_t k = 0; k < v->n_criteria; k++) put_criterion(out, &v->criteria[k]);
    put_table_end(out);
}

static void put_uses(const hys_passport *p, hys__text *out) {
    if (put_failure(p, out, HYS__PART_USE) || !p->verdicts) return;
    hys__passport_put_plots(p, out, "use", "");
    for (size_t k = 0; k < hys_verdicts_count(p->verdicts); k++) put_verdict(out, hys_verdicts_get(p->verdicts, k));
    put_remarks(out, p->verdicts, hys_verdicts_n_remarks(p->verdicts), verdicts_remark);
}

/* ---- channels ---- */

static void put_screen_criterion(hys__text *out, const hys_screen_criterion *c) {
    put_row_head(out, c->name, c->desc);
    put_number_cell(out, c->value, c->unit);
    hys__text_puts(out, "<td class=\"num\">");
    hys__text_puts(out, !strcmp(c->relation, ">=") ? "&ge;&nbsp;" : !strcmp(c->relation, "<=") ? "&le;&nbsp;" : "");
    hys__html_quantity(out, c->wanted, c->unit);
    hys__text_puts(out, "</td>");
    put_number_cell(out, c->tolerance, c->unit);
    hys__text_printf(out, "<td>%s</td></tr>\n",
                     c->pass      ? "<span class=\"pass\">met</span>"
                     : c->decides ? "<span class=\"fail\">missed</span>"
                                  : "<span class=\"conditional\">off; for information</span>");
}

static void put_scale(hys__text *out, const hys_screen *s) {
    const hys_screen_scale scale = hys_screen_best_scale(s);
    hys__text_puts(out, "<p>Best scale, <i>i</i><sub>m</sub> = <i>g</i>&thinsp;<i>I</i>(<i>a</i>&thinsp;(<i>V</i><sub>m"
                        "</sub> &minus; <i>E</i>) + <i>b</i>), d<i>x</i>/d<i>t</i> = <i>k</i>&thinsp;<i>f</i>: ");
    hys__text_printf(out, "<i>k</i> = %.4g, <i>a</i> = %.4g, <i>g</i> = %.4g&nbsp;m<sup>&minus;2</sup>, <i>b</i> = ",
                     scale.time, scale.voltage, scale.conductance);
    hys__html_quantity(out, scale.offset, "V");
    hys__text_puts(out, ".</p>\n");
}

static void put_channel(const hys_passport *p, hys__text *out, int which) {
    static const char *const heads[] = {"Criterion", "#Value", "#Wanted", "#Within", "", NULL};
    static const char *const titles[] = {"Potassium channel", "Sodium channel"};
    static const char *const sections[] = {"channel-K", "channel-Na"};
    hys__part_id id = which ? HYS__PART_CHANNEL_NA : HYS__PART_CHANNEL_K;
    const hys_screen *s = p->screens[which];
    if (!p->is_wanted[id]) return;
    hys__text_printf(out, "<h3>%s", titles[which]);
    if (s) {
        hys__text_puts(out, ": ");
        put_verdict_word(out, hys_screen_verdict(s));
        hys__text_printf(out, ", %.2f", hys_screen_score(s));
    }
    hys__text_puts(out, "</h3>\n");
    if (put_failure(p, out, id) || !s) return;
    put_scale(out, s);
    hys__passport_put_plots(p, out, sections[which], "");
    put_table_head(out, "", heads);
    for (size_t k = 0; k < hys_screen_n_criteria(s); k++) put_screen_criterion(out, hys_screen_get_criterion(s, k));
    put_table_end(out);
    put_remarks(out, s, hys_screen_n_remarks(s), screen_remark);
}

static void put_channels(const hys_passport *p, hys__text *out) {
    put_p(out, "",
          "The device takes the place of a channel of the Hodgkin-Huxley membrane, scaled in time, voltage and "
          "conductance and shifted in voltage; the membrane must then spike as it does with the channel itself.");
    for (int k = 0; k < 2; k++) put_channel(p, out, k);
}

/* ---- fits ---- */

static void put_fitted_param(hys__text *out, const hys_fit_param *q) {
    put_row_head(out, q->name, q->note ? q->note : "");
    hys__text_printf(out, "<td class=\"num\">%.5g</td><td class=\"num\">", q->value);
    if (isnan(q->lo) || isnan(q->hi)) hys__text_puts(out, "not told");
    else hys__text_printf(out, "%.4g &hellip; %.4g", q->lo, q->hi);
    hys__text_puts(out, "</td>");
    put_cell(out, q->units);
    hys__text_printf(out, "<td>%s</td></tr>\n", q->bound ? "at the end of its range" : "");
}

static void put_best_fit(const hys_passport *p, hys__text *out) {
    static const char *const heads[] = {"Parameter", "#Value", "#95 % interval", "Unit", "", NULL};
    const hys_fit *fit = hys_fit_selection_best(p->selection);
    if (!fit) return;
    put_table_head(out, hys_fit_selection_get(p->selection, 0)->name, heads);
    for (size_t k = 0; k < hys_fit_n_params(fit); k++) put_fitted_param(out, hys_fit_get_param(fit, k));
    put_table_end(out);
    put_remarks(out, fit, hys_fit_n_remarks(fit), fit_remark);
}

static void put_candidate(hys__text *out, const hys_fit_candidate *c) {
    put_row_head(out, c->name, "");
    if (*c->skipped) {
        hys__text_puts(out, "<td></td><td></td><td></td>");
        hys__text_puts(out, "<td class=\"why\">");
        hys__html_put(out, c->skipped);
        hys__text_puts(out, "</td></tr>\n");
        return;
    }
    hys__text_printf(out, "<td class=\"num\">%.3g&nbsp;%%</td><td class=\"num\">%zu</td><td class=\"num\">%.1f</td>",
                     100 * c->rms_relative, c->n_params, c->bic);
    hys__text_printf(out, "<td class=\"why\">%s</td></tr>\n", c->is_equal ? "as good as the best" : "");
}

#define MOST_CANDIDATES 12 /* that are shown; the JSON has all */

static void put_fits(const hys_passport *p, hys__text *out) {
    static const char *const heads[] = {"Model", "#Residual, rms", "#Parameters told", "#BIC above the best", "", NULL};
    if (put_failure(p, out, HYS__PART_FIT) || !p->selection) return;
    put_p(out, "", hys_fit_selection_statement(p->selection));
    hys__passport_put_plots(p, out, "fit", "");
    put_table_head(out, "Quick fits of a few models, best first; hysteron fit --models all tries the whole library.",
                   heads);
    for (size_t k = 0; k < hys_fit_selection_count(p->selection) && k < MOST_CANDIDATES; k++)
        put_candidate(out, hys_fit_selection_get(p->selection, k));
    put_table_end(out);
    put_best_fit(p, out);
}

/* ---- the catalogue ---- */

static void put_catalogue(const hys_passport *p, hys__text *out) {
    static const char *const heads[] = {
        "Quantity", "#This device", "#Published: least", "#median", "#most", "#Below", "#Above", NULL};
    if (put_failure(p, out, HYS__PART_CATALOGUE)) return;
    hys__passport_put_plots(p, out, "catalogue", "");
    if (!p->n_places) {
        put_p(out, "note", "None of this device's numbers has a counterpart in the catalogue.");
        return;
    }
    put_table_head(out, "Where this device stands among the devices of the field's reviews that give a number.", heads);
    for (size_t k = 0; k < p->n_places; k++) {
        const hys__place *q = &p->places[k];
        put_row_head(out, q->what, "");
        put_number_cell(out, q->value, q->unit);
        put_number_cell(out, q->rank.least, q->unit);
        put_number_cell(out, q->rank.median, q->unit);
        put_number_cell(out, q->rank.most, q->unit);
        hys__text_printf(out, "<td class=\"num\">%zu of %zu</td><td class=\"num\">%zu of %zu</td></tr>\n",
                         q->rank.n_below, q->rank.n_known, q->rank.n_above, q->rank.n_known);
    }
    put_table_end(out);
}

/* ---- the model ---- */

static void put_param(hys__text *out, const hys__told *q) {
    put_row_head(out, q->name, "");
    hys__text_puts(out, "<td class=\"num\">");
    if (q->text) hys__html_put(out, q->text);
    else hys__text_printf(out, "%.6g", q->value);
    hys__text_puts(out, "</td>");
    put_cell(out, q->units);
    put_cell(out, q->range);
    hys__text_puts(out, "<td class=\"why\">");
    if (q->is_set) hys__text_puts(out, "<b>set</b>; ");
    hys__html_put(out, q->desc);
    hys__text_puts(out, "</td></tr>\n");
}

static void put_fact(hys__text *out, const char *name, const char *text) {
    if (!text || !*text) return;
    hys__text_printf(out, "<dt>%s</dt><dd>", name);
    hys__html_put(out, text);
    hys__text_puts(out, "</dd>\n");
}

static void put_model(const hys_passport *p, hys__text *out) {
    static const char *const heads[] = {"Parameter", "#Value", "Unit", "Range", "Meaning and source", NULL};
    hys__text_puts(out, "<dl class=\"facts\">\n");
    put_fact(out, "Module", p->desc);
    put_fact(out, "Variant", p->variant_desc);
    put_fact(out, "Reference", p->reference);
    put_fact(out, "Standing", p->label);
    put_fact(out, "Terminals", p->ports);
    put_fact(out, "States", p->states);
    hys__text_puts(out, "</dl>\n");
    if (p->n_params) {
        put_table_head(out, "", heads);
        for (size_t k = 0; k < p->n_params; k++) put_param(out, &p->params[k]);
        put_table_end(out);
    }
    if (!*p->source) return;
    hys__text_puts(out, "<details><summary>Verilog-A source</summary><pre><code>");
    hys__html_put(out, p->source);
    hys__text_puts(out, "</code></pre></details>\n");
}

/* ---- methods ---- */

static void put_number_fact(hys__text *out, const char *name, double value) {
    hys__text_printf(out, "<dt>%s</dt><dd>%.6g</dd>\n", name, value);
}

static void put_lists(const hys_passport *p, hys__text *out) {
    for (size_t k = 0; k < p->bench.n_set; k++) put_fact(out, "Parameter set", p->bench.set[k]);
    for (size_t k = 0; k < p->bench.n_init; k++) put_fact(out, "State set", p->bench.init[k]);
    for (size_t k = 0; k < p->bench.n_spread; k++) put_fact(out, "Spread", p->bench.spread[k]);
    for (size_t k = 0; k < p->bench.n_port; k++) put_fact(out, "Terminal held", p->bench.port[k]);
    put_fact(out, "Driven terminals", p->bench.ports);
    put_fact(out, "Series resistance", p->bench.series);
    put_fact(out, "Compliance", p->bench.compliance);
}

static void put_methods(const hys_passport *p, hys__text *out) {
    put_p(out, "",
          p->is_data
              ? "The class is read off the measured curves alone; nothing was smoothed. The models were driven by the "
                "measured voltage, their parameters searched by differential evolution within the ranges of their "
                "files and improved by Levenberg-Marquardt with exact sensitivities."
              : "The device was measured as a sample is: it was probed with steps from microvolts to volts and from "
                "nanoseconds to a thousand seconds, and amplitudes, widths and intervals of all further measurements "
                "follow from its answers. They are named in the remarks of each section. Nothing was taken from its "
                "name or its equations, except where small signals are concerned: there the equations were "
                "linearised at rest. Differential-algebraic equations were integrated by IDA (variable order, "
                "variable step) with the events of the device located.");
    hys__text_puts(out, "<dl class=\"facts\">\n<dt>Program</dt><dd>hysteron ");
    hys__html_put(out, hys_version());
    hys__text_puts(out, "</dd>\n");
    put_fact(out, p->is_data ? "Data" : "Device", p->file);
    put_fact(out, "BLAKE2b-256 of it", p->hash);
    put_fact(out, "Temperature", p->bench.temp ? p->bench.temp : "300.15 K");
    put_number_fact(out, "Relative tolerance", p->bench.rtol > 0 ? p->bench.rtol : 1e-6);
    put_number_fact(out, "Seed", (double)(p->bench.has_seed ? p->bench.seed : 0));
    put_lists(p, out);
    hys__text_puts(out, "</dl>\n");
    if (!p->command) return;
    put_p(out, "", "This report is made again, byte for byte, by");
    hys__text_puts(out, "<pre><code>");
    hys__html_put(out, p->command);
    hys__text_puts(out, "</code></pre>\n");
}

/* ---- all of them ---- */

static const struct {
    const char *name;
    void (*put)(const hys_passport *p, hys__text *out);
} sections[] = {
    {"class", put_class},      {"iv", put_iv},    {"impedance", put_impedance}, {"use", put_uses},
    {"channel", put_channels}, {"fit", put_fits}, {"catalogue", put_catalogue}, {"model", put_model},
    {"methods", put_methods},
};

void hys__passport_put_section(const hys_passport *p, hys__text *out, const char *section) {
    for (size_t k = 0; k < sizeof sections / sizeof *sections; k++)
        if (!strcmp(sections[k].name, section)) sections[k].put(p, out);
}
