/* The passport for scripts: everything that the report shows, and the tables behind its figures. */
#include "lab/passport.h"
#include <math.h>
#include <string.h>

/* ---- keys and values; a comma goes before all but the first ---- */

static void comma(hys__text *out) {
    char last = out->n ? out->at[out->n - 1] : '{';
    if (last != '{' && last != '[') hys__text_puts(out, ",");
}

static void key(hys__text *out, const char *name) {
    comma(out);
    hys__json_string(out, name);
    hys__text_puts(out, ":");
}

static void put_text(hys__text *out, const char *name, const char *text) {
    key(out, name);
    if (text) hys__json_string(out, text);
    else hys__text_puts(out, "null");
}

static void put_number(hys__text *out, const char *name, double value) {
    key(out, name);
    hys__json_number(out, value);
}

static void put_bool(hys__text *out, const char *name, bool value) {
    key(out, name);
    hys__text_puts(out, value ? "true" : "false");
}

static void open_item(hys__text *out) {
    comma(out);
    hys__text_puts(out, "{");
}

static void open_list(hys__text *out, const char *name) {
    key(out, name);
    hys__text_puts(out, "[");
}

static void open_object(hys__text *out, const char *name) {
    key(out, name);
    hys__text_puts(out, "{");
}

static void put_table(hys__text *out, const char *section, const char *name, const hys_table *table) {
    open_item(out);
    put_text(out, "section", section);
    put_text(out, "name", name);
    open_list(out, "columns");
    for (size_t c = 0; c < hys_table_n_columns(table); c++) {
        open_item(out);
        put_text(out, "name", hys_table_name(table, c));
        put_text(out, "unit", *hys_table_unit(table, c) ? hys_table_unit(table, c) : "1");
        open_list(out, "values");
        for (size_t r = 0; r < hys_table_n_rows(table); r++) {
            comma(out);
            hys__json_number(out, hys_table_column_at(table, c)[r]);
        }
        hys__text_puts(out, "]}");
    }
    hys__text_puts(out, "]}\n");
}

/* ---- sections ---- */

static void put_class(const hys_passport *p, hys__text *out) {
    open_object(out, "class");
    for (size_t k = 0; k < hys_class_n_findings(p->class_); k++) {
        const hys_finding *f = hys_class_finding(p->class_, k);
        open_object(out, f->trait->name);
        put_text(out, "answer", f->is_told ? f->answer : NULL);
        if (!*f->trait->answers) put_number(out, "value", f->value);
        put_text(out, "unit", f->trait->unit);
        put_bool(out, "told", f->is_told);
        put_number(out, "confidence", f->confidence);
        put_text(out, "evidence", f->evidence);
        hys__text_puts(out, "}\n");
    }
    hys__text_puts(out, "}");
    open_list(out, "contradictions");
    for (size_t k = 0; k < hys_class_n_contradictions(p->class_); k++) {
        comma(out);
        hys__json_string(out, hys_class_contradiction(p->class_, k));
    }
    hys__text_puts(out, "]");
}

static void put_features(hys__text *out, const char *name, const hys_protocol_result *r) {
    open_object(out, name);
    for (size_t k = 0; k < hys_protocol_n_features(r); k++) {
        const hys_feature *f = hys_protocol_feature(r, k);
        open_object(out, f->name);
        if (f->text) put_text(out, "value", f->text);
        else put_number(out, "value", f->value);
        put_text(out, "unit", f->unit);
        put_text(out, "description", f->desc);
        hys__text_puts(out, "}");
    }
    hys__text_puts(out, "}\n");
}

static void put_criteria(hys__text *out, const hys_verdict *v) {
    open_list(out, "criteria");
    for (size_t k = 0; k < v->n_criteria; k++) {
        const hys_verdict_criterion *c = &v->criteria[k];
        open_item(out);
        put_text(out, "name", c->name);
        put_number(out, "value", c->value);
        put_text(out, "relation", c->relation);
        put_number(out, "wanted", c->wanted);
        put_text(out, "unit", c->unit);
        put_bool(out, "pass", c->pass);
        put_bool(out, "decides", c->decides);
        put_text(out, "source", c->source);
        put_text(out, "literature", c->literature);
        put_text(out, "remark", c->remark);
        hys__text_puts(out, "}\n");
    }
    hys__text_puts(out, "]");
}

static void put_screen_criteria(hys__text *out, const hys_screen *s) {
    const hys_screen_scale scale = hys_screen_best_scale(s);
    open_object(out, "scale");
    put_number(out, "time", scale.time);
    put_number(out, "voltage", scale.voltage);
    put_number(out, "conductance", scale.conductance);
    put_number(out, "offset", scale.offset);
    hys__text_puts(out, "}");
    open_list(out, "criteria");
    for (size_t k = 0; k < hys_screen_n_criteria(s); k++) {
        const hys_screen_criterion *c = hys_screen_get_criterion(s, k);
        open_item(out);
        put_text(out, "name", c->name);
        put_number(out, "value", c->value);
        put_text(out, "relation", c->relation);
        put_number(out, "wanted", c->wanted);
        put_number(out, "tolerance", c->tolerance);
        put_text(out, "unit", c->unit);
        put_bool(out, "pass", c->pass);
        put_bool(out, "decides", c->decides);
        hys__text_puts(out, "}\n");
    }
    hys__text_puts(out, "]");
}

static void put_uses(const hys_passport *p, hys__text *out) {
    hys__ranked list[HYS__MOST_RANKED];
    size_t n = hys__passport_ranking(p, list);
    open_list(out, "uses");
    for (size_t k = 0; k < n; k++) {
        open_item(out);
        put_text(out, "use", list[k].use);
        put_text(out, "verdict", list[k].verdict);
        put_number(out, "score", list[k].score);
        if (list[k].of) {
            put_text(out, "summary", list[k].summary);
            put_criteria(out, list[k].of);
        } else {
            put_screen_criteria(out, list[k].screen);
        }
        hys__text_puts(out, "}\n");
    }
    hys__text_puts(out, "]");
}

static void put_best_fit(hys__text *out, const hys_fit *fit) {
    open_object(out, "parameters");
    for (size_t j = 0; j < hys_fit_n_params(fit); j++) {
        const hys_fit_param *q = hys_fit_get_param(fit, j);
        open_object(out, q->name);
        put_number(out, "value", q->value);
        put_number(out, "low", q->lo);
        put_number(out, "high", q->hi);
        put_text(out, "unit", q->units);
        hys__text_puts(out, "}");
    }
    hys__text_puts(out, "}");
}

static void put_fits(const hys_passport *p, hys__text *out) {
    const hys_fit *best = hys_fit_selection_best(p->selection);
    open_object(out, "fit");
    put_text(out, "statement", hys_fit_selection_statement(p->selection));
    open_list(out, "models");
    for (size_t k = 0; k < hys_fit_selection_count(p->selection); k++) {
        const hys_fit_candidate *c = hys_fit_selection_get(p->selection, k);
        open_item(out);
        put_text(out, "name", c->name);
        if (*c->skipped) put_text(out, "skipped", c->skipped);
        put_number(out, "rms_relative", c->rms_relative);
        put_number(out, "bic", c->bic);
        hys__text_puts(out, "}\n");
    }
    hys__text_puts(out, "]");
    if (best) put_best_fit(out, best);
    hys__text_puts(out, "}");
}

static void put_places(const hys_passport *p, hys__text *out) {
    open_object(out, "catalogue");
    for (size_t k = 0; k < p->n_places; k++) {
        const hys__place *q = &p->places[k];
        open_object(out, q->name);
        put_number(out, "value", q->value);
        put_text(out, "unit", q->unit);
        put_number(out, "published", (double)q->rank.n_known);
        put_number(out, "below", (double)q->rank.n_below);
        put_number(out, "above", (double)q->rank.n_above);
        put_number(out, "median", q->rank.median);
        hys__text_puts(out, "}");
    }
    hys__text_puts(out, "}\n");
}

static void put_params(const hys_passport *p, hys__text *out) {
    open_object(out, "parameters");
    for (size_t k = 0; k < p->n_params; k++) {
        const hys__told *q = &p->params[k];
        open_object(out, q->name);
        if (q->text) put_text(out, "value", q->text);
        else put_number(out, "value", q->value);
        put_text(out, "unit", q->units);
        put_text(out, "range", q->range);
        put_text(out, "description", q->desc);
        put_bool(out, "set", q->is_set);
        hys__text_puts(out, "}\n");
    }
    hys__text_puts(out, "}");
}

static void put_tables(const hys_passport *p, hys__text *out) {
    open_list(out, "tables");
    for (size_t k = 0; p->iv && k < hys_protocol_n_tables(p->iv); k++)
        put_table(out, "iv", hys_protocol_table_at(p->iv, k)->name, hys_protocol_table_at(p->iv, k)->table);
    for (size_t k = 0; p->impedance && k < hys_protocol_n_tables(p->impedance); k++)
        put_table(out, "impedance", hys_protocol_table_at(p->impedance, k)->name,
                  hys_protocol_table_at(p->impedance, k)->table);
    for (size_t k = 0; p->class_ && k < hys_class_n_tables(p->class_); k++)
        put_table(out, "class", hys_class_table(p->class_, k)->name, hys_class_table(p->class_, k)->table);
    for (size_t k = 0; p->verdicts && k < hys_verdicts_n_tables(p->verdicts); k++)
        put_table(out, "use", hys_verdicts_table(p->verdicts, k)->name, hys_verdicts_table(p->verdicts, k)->table);
    hys__text_puts(out, "]");
}

static void put_failures(const hys_passport *p, hys__text *out) {
    open_list(out, "failed");
    for (size_t k = 0; k < HYS__N_PARTS; k++) {
        if (!p->is_wanted[k] || p->parts[k].is_good) continue;
        open_item(out);
        put_text(out, "section", p->parts[k].name);
        put_text(out, "message", p->parts[k].why);
        hys__text_puts(out, "}");
    }
    hys__text_puts(out, "]");
}

static void put_origin(const hys_passport *p, hys__text *out) {
    open_object(out, "origin");
    put_text(out, "hysteron", hys_version());
    put_text(out, "file", p->file);
    put_text(out, "blake2b", p->hash);
    put_number(out, "seed", (double)(p->bench.has_seed ? p->bench.seed : 0));
    put_text(out, "temperature", p->bench.temp ? p->bench.temp : "300.15K");
    put_number(out, "rtol", p->bench.rtol > 0 ? p->bench.rtol : 1e-6);
    put_text(out, "command", p->command);
    hys__text_puts(out, "}\n");
}

void hys__passport_json(const hys_passport *p, hys__text *out) {
    hys__text_puts(out, "{");
    put_text(out, "hysteron", hys_version());
    put_text(out, "device", p->name);
    put_text(out, "family", p->family);
    put_text(out, "description", *p->variant_desc ? p->variant_desc : p->desc);
    put_text(out, "reference", p->reference);
    put_text(out, "summary", p->sentence);
    if (p->class_) put_class(p, out);
    if (p->iv) put_features(out, "iv", p->iv);
    if (p->impedance) put_features(out, "impedance", p->impedance);
    put_uses(p, out);
    if (p->selection) put_fits(p, out);
    put_places(p, out);
    put_params(p, out);
    put_tables(p, out);
    put_failures(p, out);
    put_origin(p, out);
    hys__text_puts(out, "}\n");
}
