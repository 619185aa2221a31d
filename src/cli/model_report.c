/* What is known of a module: as JSON, and as text. */
#include "cli/cli.h"
#include <string.h>

/* ---- JSON ---- */

static json_t *ports_json(const hys_model *model) {
    json_t *list = json_array();
    for (size_t k = 0; k < hys_model_n_ports(model); k++)
        json_array_append_new(list, json_text(hys_model_port(model, k)));
    return list;
}

static json_t *param_json(const hys_param *p) {
    json_t *value = p->text         ? json_text(p->text)
                    : p->is_integer ? json_integer((json_int_t)p->value)
                                    : json_number(p->value);
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:i}", "name", json_text(p->name), "default", value, "unit",
                     json_text(p->units), "description", json_text(p->desc), "range", json_text(p->range), "structural",
                     (int)p->is_structural, "line", (int)p->line);
}

static json_t *params_json(const hys_model *model) {
    json_t *list = json_array();
    for (size_t k = 0; k < hys_model_n_params(model); k++)
        json_array_append_new(list, param_json(hys_model_param(model, k)));
    return list;
}

static const char *unit_of(const hys_state *state) {
    return *state->units ? state->units : "1";
}

static json_t *states_json(const hys_model *model, bool retained) {
    json_t *list = json_array();
    for (size_t k = 0; k < hys_model_n_states(model); k++) {
        const hys_state *s = hys_model_state(model, k);
        if (s->is_retained != retained) continue;
        json_array_append_new(list, json_pack("{s:o, s:o, s:i}", "name", json_text(s->name), "unit",
                                              json_text(unit_of(s)), "line", (int)s->line));
    }
    return list;
}

static json_t *lifts_json(const hys_model *model, bool lifted) {
    json_t *list = json_array();
    for (size_t k = 0; k < hys_model_n_lifts(model); k++) {
        const hys_lift *l = hys_model_lift(model, k);
        if (l->is_lifted != lifted) continue;
        json_array_append_new(list, json_pack("{s:o, s:i, s:o}", "name", json_text(l->name), "line", (int)l->line,
                                              "why", json_text(l->why)));
    }
    return list;
}

json_t *json_model(const hys_model *model) {
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "name", json_text(hys_model_name(model)),
                     "description", json_text(hys_model_desc(model)), "ports", ports_json(model), "parameters",
                     params_json(model), "states", states_json(model, false), "lifted", lifts_json(model, true),
                     "not_lifted", lifts_json(model, false), "retained", states_json(model, true), "as_written",
                     (int)hys_model_is_stepped(model));
}

/* ---- text ---- */

enum { NAME, VALUE, UNIT, RANGE, MEANING, N_CELLS };

static void fill_cells(const hys_param *p, const char *cells[N_CELLS], char value[64]) {
    if (p->text) snprintf(value, 64, "\"%.60s\"", p->text);
    else snprintf(value, 64, "%.6g", p->value);
    cells[NAME] = p->name;
    cells[VALUE] = value;
    cells[UNIT] = *p->units ? p->units : "-";
    cells[RANGE] = *p->range ? p->range : "-";
    cells[MEANING] = p->desc;
}

static void print_row(const char *const cells[N_CELLS], const int widths[N_CELLS]) {
    fputs("  ", stdout);
    for (int c = NAME; c < MEANING; c++) put_shown(stdout, cells[c], widths[c] + 2);
    put_shown(stdout, cells[MEANING], 0);
}

void print_model_params(const hys_model *model) {
    static const char *const heads[N_CELLS] = {"parameter", "default", "unit", "range", "meaning"};
    const char *cells[N_CELLS];
    int widths[N_CELLS];
    char value[64];
    for (int c = 0; c < N_CELLS; c++) widths[c] = shown_width(heads[c]);
    for (size_t k = 0; k < hys_model_n_params(model); k++) {
        fill_cells(hys_model_param(model, k), cells, value);
        for (int c = 0; c < N_CELLS; c++) {
            int width = shown_width(cells[c]);
            if (width > widths[c] && width <= 30) widths[c] = width;
        }
    }
    if (hys_model_n_params(model) == 0) return;
    print_row(heads, widths);
    putchar('\n');
    for (size_t k = 0; k < hys_model_n_params(model); k++) {
        fill_cells(hys_model_param(model, k), cells, value);
        print_row(cells, widths);
        puts(hys_model_param(model, k)->is_structural ? " (a change compiles anew)" : "");
    }
}

static void print_states(const hys_model *model, bool retained) {
    size_t n = 0;
    for (size_t k = 0; k < hys_model_n_states(model); k++) {
        const hys_state *s = hys_model_state(model, k);
        if (s->is_retained != retained) continue;
        fputs(n++ ? ", " : retained ? "  retained: " : "  states: ", stdout);
        put_shown(stdout, s->name, 0);
        putchar('[');
        put_shown(stdout, unit_of(s), 0);
        putchar(']');
    }
    if (n) putchar('\n');
}

static void print_lifts(const hys_model *model) {
    for (size_t k = 0; k < hys_model_n_lifts(model); k++) {
        const hys_lift *l = hys_model_lift(model, k);
        printf("  %s: line %d: ", l->is_lifted ? "lifted" : "kept as written", (int)l->line);
        put_shown(stdout, l->name, 0);
        if (*l->why) fputs(": ", stdout);
        put_shown(stdout, l->why, 0);
        putchar('\n');
    }
}

void print_model(const hys_model *model) {
    put_shown(stdout, hys_model_file(model), 0);
    fputs(": module ", stdout);
    put_shown(stdout, hys_model_name(model), 0);
    for (size_t k = 0; k < hys_model_n_ports(model); k++) {
        fputs(k ? ", " : "(", stdout);
        put_shown(stdout, hys_model_port(model, k), 0);
    }
    puts(hys_model_n_ports(model) ? ")" : "");
    if (*hys_model_desc(model)) {
        fputs("  ", stdout);
        put_shown(stdout, hys_model_desc(model), 0);
        putchar('\n');
    }
    print_states(model, false);
    print_states(model, true);
    print_lifts(model);
    if (hys_model_is_stepped(model)) puts("  runs as written: first-order steps, committed at accepted points");
    print_model_params(model);
}
