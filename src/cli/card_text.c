/* A card as Markdown. */
#include "cli/card.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- text ---- */

static bool is_word_byte(char c) {
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* What Markdown would take for more than text: emphasis, HTML, links, and lists where a line starts. */
static bool is_special(const char *text, const char *at, bool in_table) {
    if (strchr("*<~", *at)) return true;
    if (*at == '|') return in_table;
    if (*at == '_') return at == text || !is_word_byte(at[-1]) || !is_word_byte(at[1]);
    bool starts_line = at == text || at[-1] == '\n';
    return starts_line && strchr("#-+>", *at) && (at[1] == ' ' || *at == '>' || *at == '#');
}

void card_put_text(FILE *out, const char *text, bool in_table) {
    for (const char *at = text; *at; at++) {
        if (is_special(text, at, in_table)) putc('\\', out);
        putc(in_table && *at == '\n' ? ' ' : *at, out);
    }
}

static void put_line(FILE *out, const char *line, size_t n) {
    char *copy = strndup(line, n);
    if (copy) card_put_text(out, copy, false);
    free(copy);
    putc('\n', out);
}

static size_t indentation(const char *line) {
    return strspn(line, " ");
}

/* Empty lines at both ends are left out; one between two blocks of code does not part them. */
void card_put_lines(FILE *out, const char *lines) {
    bool is_code = false, is_first = true;
    size_t n_empty = 0;
    for (const char *line = lines; *line;) {
        size_t n = strcspn(line, "\n");
        const char *next = line + n + (line[n] == '\n');
        bool wants_code = n > 0 && indentation(line) >= 2;
        if (n == 0) {
            n_empty++;
            line = next;
            continue;
        }
        if (is_code && !wants_code) fputs("```\n", out);
        bool parts = !is_first && (n_empty > 0 || is_code != wants_code);
        if (parts) putc('\n', out);
        if (wants_code && !is_code) fputs("```text\n", out);
        if (wants_code) fprintf(out, "%.*s\n", (int)(n - 2), line + 2);
        else put_line(out, line, n);
        is_code = wants_code;
        is_first = false;
        n_empty = 0;
        line = next;
    }
    if (is_code) fputs("```\n", out);
}

/* A paragraph that was hung under its key: one line. */
static void put_joined(FILE *out, const char *lines) {
    for (const char *line = lines; *line;) {
        line += indentation(line);
        size_t n = strcspn(line, "\n");
        char *copy = strndup(line, n);
        if (copy) card_put_text(out, copy, false);
        free(copy);
        line += n + (line[n] == '\n');
        if (*line) putc('\n', out);
    }
    putc('\n', out);
}

static void put_keyed(FILE *out, const char *key, const char *lines) {
    if (!*lines) return;
    fprintf(out, "\n**%s.** ", key);
    put_joined(out, lines);
}

/* ---- tables ---- */

static void put_cell(FILE *out, const char *text) {
    fputs("| ", out);
    card_put_text(out, text, true);
    putc(' ', out);
}

static void put_row(FILE *out, const char *key, const char *text) {
    if (!*text) return;
    put_cell(out, key);
    put_cell(out, text);
    fputs("|\n", out);
}

static const char *unit_of(const char *units) {
    return *units ? units : "1";
}

/* Length of the name without the index of an array: "h_up" of "h_up[3]". */
static size_t array_name(const char *name) {
    size_t n = strlen(name);
    return n && name[n - 1] == ']' ? strcspn(name, "[") : n;
}

/* Whether an element of the array stood before: arrays that are declared together come in turns. */
static bool is_repeated(const hys_model *model, size_t k) {
    const char *name = hys_model_state(model, k)->name;
    size_t n = array_name(name);
    for (size_t i = 0; name[n] == '[' && i < k; i++) {
        const char *other = hys_model_state(model, i)->name;
        if (array_name(other) == n && other[n] == '[' && !strncmp(other, name, n)) return true;
    }
    return false;
}

void card_put_states(FILE *out, const hys_model *model, bool with_units) {
    size_t n_put = 0;
    for (size_t k = 0; k < hys_model_n_states(model); k++) {
        const hys_state *s = hys_model_state(model, k);
        if (is_repeated(model, k)) continue;
        char *name = strndup(s->name, array_name(s->name));
        fputs(n_put++ ? ", " : "", out);
        if (name) card_put_text(out, name, true);
        if (s->name[array_name(s->name)] == '[') fputs("[...]", out);
        free(name);
        if (!with_units) continue;
        fputs(" [", out);
        card_put_text(out, unit_of(s->units), true);
        putc(']', out);
    }
}

static void put_states(FILE *out, const hys_model *model) {
    if (!hys_model_n_states(model)) return;
    fputs("| states | ", out);
    card_put_states(out, model, true);
    fputs(" |\n", out);
}

static void put_outputs(FILE *out, const hys_model *model) {
    size_t n = hys_model_n_outputs(model);
    if (n) fputs("| outputs ", out);
    for (size_t k = 0; k < n; k++) {
        hys_output o = hys_model_output(model, k);
        fputs(k ? "; " : "| ", out);
        card_put_text(out, o.name, true);
        fputs(" [", out);
        card_put_text(out, unit_of(o.units), true);
        fputs(*o.desc ? "]: " : "]", out);
        card_put_text(out, o.desc, true);
    }
    if (n) fputs(" |\n", out);
}

/* A range "250:400" reads "250 to 400". */
static void put_attribute(FILE *out, const model_card *card, const char *key, const char *name, const char *unit) {
    char *text = card_attribute(card->text, hys_model_name(card->model), name);
    char *colon = text ? strchr(text, ':') : NULL;
    if (text && *text) {
        put_cell(out, key);
        if (colon) *colon = 0;
        put_cell(out, text);
        if (colon) fprintf(out, "to %s ", colon + 1);
        fprintf(out, "%s|\n", unit);
    }
    free(text);
}

static void put_facts(FILE *out, const model_card *card) {
    const hys_model *model = card->model;
    fputs("\n| | |\n|---|---|\n", out);
    put_row(out, "family", card->entry->family);
    fputs("| terminals ", out);
    for (size_t k = 0; k < hys_model_n_ports(model); k++) {
        fputs(k ? ", " : "| ", out);
        card_put_text(out, hys_model_port(model, k), true);
    }
    fputs(" |\n", out);
    put_states(out, model);
    put_outputs(out, model);
    put_attribute(out, card, "temperature claimed", "temp", "K ");
    put_attribute(out, card, "bias claimed", "bias", "");
    put_attribute(out, card, "passive", "passive", "");
    if (hys_model_has_draws(model)) put_row(out, "random", "yes: draws follow the seed and the name of the instance");
    put_row(out, "label", card->entry->label);
    fprintf(out, "| file | [models/%s](../../models/%s) |\n", card->entry->path, card->entry->path);
}

static void put_params(FILE *out, const hys_model *model) {
    char value[64];
    if (!hys_model_n_params(model)) return;
    fputs("\n## Parameters\n\n| name | default | unit | range | meaning |\n|---|---|---|---|---|\n", out);
    for (size_t k = 0; k < hys_model_n_params(model); k++) {
        const hys_param *p = hys_model_param(model, k);
        if (p->text) snprintf(value, sizeof value, "\"%.60s\"", p->text);
        else snprintf(value, sizeof value, "%.6g", p->value);
        const char *const cells[] = {p->name, value, unit_of(p->units), p->range, p->desc};
        for (size_t c = 0; c < sizeof cells / sizeof *cells; c++) put_cell(out, cells[c]);
        fputs("|\n", out);
    }
}

/* ---- reproduced values ---- */

static void put_value(FILE *out, const hys_reproduced *v) {
    static const char *const verdicts[] = {"not run", "yes", "**no**", "missing"};
    char expected[32], got[32];
    hys_reproduced_format(v, v->expected, expected);
    hys_reproduced_format(v, v->got, got);
    const char *const cells[] = {v->name, expected, got, unit_of(v->unit), v->tolerance_text};
    for (size_t c = 0; c < sizeof cells / sizeof *cells; c++) put_cell(out, cells[c]);
    fprintf(out, "| %s ", verdicts[v->verdict]);
    put_cell(out, v->label);
    put_cell(out, v->source);
    put_cell(out, v->note);
    fputs("|\n", out);
}

static void put_values(FILE *out, const model_card *card) {
    size_t n = 0;
    for (size_t k = 0; card->results && k < hys_reproduction_count(card->results); k++) {
        const hys_reproduced *v = hys_reproduction_get(card->results, k);
        if (strcmp(v->module, card->entry->name)) continue;
        if (n++ == 0)
            fprintf(out,
                    "\n## Reproduced values\n\n`hysteron reproduce %s` runs them again.\n\n| value | expected | got | "
                    "unit | tolerance | agrees | label | source | note |\n|---|---|---|---|---|---|---|---|---|\n",
                    card->entry->name);
        put_value(out, v);
    }
}

/* ---- all ---- */

static void put_figure(FILE *out, const model_card *card) {
    if (!*card->demo || !card->figure) return;
    bool is_named = isalpha((unsigned char)*card->demo) != 0;
    size_t n = is_named ? strcspn(card->demo, " ") : 0;
    fprintf(out, "\n## Figure\n\n![%s](%s)\n\n", card->entry->name, card->figure);
    if (is_named && !strncmp(card->demo, "sim ", 4))
        fprintf(out, "`hysteron sim models/%s/%s`\n", card->entry->family, card->demo + n + 1);
    else if (is_named) fprintf(out, "`hysteron %.*s %s%s`\n", (int)n, card->demo, card->entry->name, card->demo + n);
    else fprintf(out, "`hysteron iv %s %s`\n", card->entry->name, card->demo);
}

void card_put(FILE *out, const model_card *card) {
    const card_header *h = &card->header;
    fprintf(out, "# %s: ", card->entry->name);
    card_put_text(out, h->title, false);
    fputs("\n\n<!-- Made from the model's file by `make cards`: edit that. -->\n", out);
    put_facts(out, card);
    if (*h->body) {
        fputs("\n## Equations\n\n", out);
        card_put_lines(out, h->body);
    }
    put_keyed(out, "Not modelled", h->not_modelled);
    put_keyed(out, "Valid", h->valid);
    put_figure(out, card);
    put_params(out, card->model);
    card_put_variants(out, card);
    put_values(out, card);
    if (*h->notes) {
        fputs("\n## Notes\n\n", out);
        card_put_lines(out, h->notes);
    }
    fputs("\n## Source\n", out);
    put_keyed(out, "Source", h->source);
    put_keyed(out, "Label", h->label);
}
