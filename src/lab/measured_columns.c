/* Columns of measured tables by what they hold. */
#include "base/diag.h"
#include "base/units.h"
#include "io/table.h"
#include "lab/measured.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What laboratories call their columns, each between two blanks, in lower case, with "_" for blanks. */
static const struct quantity {
    const char *name, *unit, *words;
    bool by_unit; /* a column that is the only one of the unit is it */
} quantities[] = {
    {"time", "s", " t timestamp zeit ", true},
    {"v", "V", " voltage bias amplitude v_pulse pulse_voltage ", true},
    {"i", "A", " current i_read read_current ", true},
    {"g", "S", " conductance weight w g_read ", true},
    {"r", "ohm", " resistance r_read ", true},
    {"cycle", "1", " cycles cycle_number n ", false},
    {"interval", "s", " dt delta_t deltat t time ", true},
    {"index", "1", " ppf ppf_index ppr ratio ", false},
    {"frequency", "Hz", " f freq rate ", true},
    {"gain", "1", " ratio index ", false},
    {"temperature", "K", " temp ", true},
    {"change", "1", " dg/g dg dw dw/w delta_w delta_g/g synaptic_weight_change ", false},
    {"a1", "A", " i1 ", false},
    {"a2", "A", " i2 ", false},
    {"g_on", "S", " gon g_lrs ", false},
    {"g_off", "S", " goff g_hrs ", false},
    {"r_on", "ohm", " ron r_lrs lrs ", false},
    {"r_off", "ohm", " roff r_hrs hrs ", false},
    {"lrs", "S", "", false},
    {"hrs", "S", "", false},
    {"v_set", "V", " vset ", false},
    {"v_reset", "V", " vreset ", false},
    {"voltage", "V", " v amplitude ", true},
    {"t_switch", "s", " tswitch switching_time t_set time t ", true},
    {"target", "S", " g_target ", false},
    {"level", "1", " state ", false},
    {"pulses", "1", " pulse n_pulses number n ", false},
    {"g_up", "S", " up potentiation ltp ", false},
    {"g_down", "S", " down depression ltd ", false},
    {"g_before", "S", " before ", false},
    {"g_after", "S", " after ", false},
    {"energy", "J", " e ", false},
};

static const struct quantity *quantity_of(const char *name) {
    const struct quantity *q = quantities;
    while (strcmp(q->name, name) != 0) q++;
    return q;
}

#define MAX_WORD 64

static void simplify(const char *name, char word[MAX_WORD]) {
    size_t n = 0;
    for (; n < MAX_WORD - 1 && name[n]; n++)
        word[n] = (char)(name[n] >= 'A' && name[n] <= 'Z'   ? name[n] + 32
                         : name[n] == ' ' || name[n] == '-' ? '_'
                                                            : name[n]);
    word[n] = 0;
}

static bool is_word_of(const struct quantity *q, const char *name) {
    char word[MAX_WORD], padded[MAX_WORD + 3];
    simplify(name, word);
    snprintf(padded, sizeof padded, " %s ", word);
    return *word && strstr(q->words, padded);
}

/* Whether numbers of that unit may be the quantity; no unit may be any. */
static bool may_be(const struct quantity *q, const char *text, hys__unit *unit) {
    hys__unit wanted;
    *unit = (hys__unit){.scale = 1};
    if (!*text || !hys__unit_parse(q->unit, strlen(q->unit), &wanted)) return true;
    return hys__unit_parse(text, strlen(text), unit) && hys__unit_same_dim(unit, &wanted);
}

/* "v_set_V": the unit behind the name, as programs write it that fear brackets.  n: of the name alone. */
static bool has_suffix(const struct quantity *q, const char *name, hys__unit *unit, size_t *n) {
    const char *last = strrchr(name, '_');
    hys__unit wanted;
    if (!last || last == name || !last[1] || !hys__unit_parse(last + 1, strlen(last + 1), unit)) return false;
    *n = (size_t)(last - name);
    return hys__unit_parse(q->unit, strlen(q->unit), &wanted) && hys__unit_same_dim(unit, &wanted);
}

/* 3: the very name; 2: but for its spelling; 1: another word for it; 0: something else */
static int likeness(const struct quantity *q, const char *name, size_t n) {
    char own[MAX_WORD] = "", word[MAX_WORD];
    if (n >= sizeof own) return 0;
    memcpy(own, name, n);
    simplify(own, word);
    return !strcmp(own, q->name) ? 3 : !strcmp(word, q->name) ? 2 : is_word_of(q, own) ? 1 : 0;
}

static size_t by_name(const hys_table *table, const struct quantity *q, hys__unit *unit) {
    size_t found = SIZE_MAX;
    int most = 0;
    for (size_t c = 0; c < hys_table_n_columns(table); c++) {
        const char *name = hys_table_name(table, c), *text = hys_table_unit(table, c);
        size_t n = strlen(name);
        hys__unit u;
        bool fits = may_be(q, text, &u);
        int like = fits ? likeness(q, name, n) : 0;
        if (!like && !*text && has_suffix(q, name, &u, &n)) like = likeness(q, name, n);
        if (like > most) most = like, found = c, *unit = u;
    }
    return found;
}

/* The only column of the unit. */
static size_t by_unit(const hys_table *table, const struct quantity *q, hys__unit *unit) {
    size_t found = SIZE_MAX;
    hys__unit u;
    if (!q->by_unit) return SIZE_MAX;
    for (size_t c = 0; c < hys_table_n_columns(table); c++) {
        if (!*hys_table_unit(table, c) || !may_be(q, hys_table_unit(table, c), &u)) continue;
        if (found != SIZE_MAX) return SIZE_MAX;
        found = c;
        *unit = u;
    }
    return found;
}

size_t hys__measured_rows(const hys__protocol *p, size_t table) {
    return hys_table_n_rows(p->measured->tables[table]);
}

hys_status hys__measured_find(hys__protocol *p, size_t which, const char *quantity, const double **values) {
    const hys_table *table = p->measured->tables[which];
    const struct quantity *q = quantity_of(quantity);
    hys__unit unit;
    size_t c = by_name(table, q, &unit), n = hys_table_n_rows(table);
    *values = NULL;
    if (c == SIZE_MAX) c = by_unit(table, q, &unit);
    if (c == SIZE_MAX) return HYS_OK;
    const double *in = hys_table_column_at(table, c);
    size_t length = 0;
    hys__unit suffix;
    bool is_bare = !*hys_table_unit(table, c) && !has_suffix(q, hys_table_name(table, c), &suffix, &length);
    if (is_bare && strcmp(q->unit, "1") != 0) {
        hys_status status = hys__protocol_remark(
            p, "the column '%.60s' has no unit: %s is assumed; --unit says another", hys_table_name(table, c), q->unit);
        if (status != HYS_OK) return status;
    }
    *values = in;
    if (unit.scale == 1 && unit.offset == 0) return HYS_OK;
    double *copy = HYS_NEW_N(p->arena, double, n + 1);
    if (!copy) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) copy[k] = hys__unit_to_si(&unit, in[k]);
    *values = copy;
    return HYS_OK;
}

hys_status hys__measured_conductance(hys__protocol *p, size_t table, const double **g) {
    const double *r = NULL, *v = NULL, *i = NULL;
    size_t n = hys__measured_rows(p, table);
    hys_status status = hys__measured_find(p, table, "g", g);
    if (status == HYS_OK && !*g) status = hys__measured_find(p, table, "r", &r);
    if (status == HYS_OK && !*g && !r) status = hys__measured_find(p, table, "v", &v);
    if (status == HYS_OK && v) status = hys__measured_find(p, table, "i", &i);
    if (status != HYS_OK || *g || (!r && !(v && i))) return status;
    double *made = HYS_NEW_N(p->arena, double, n + 1);
    if (!made) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) made[k] = r ? 1 / r[k] : i[k] / v[k];
    *g = made;
    return HYS_OK;
}

bool hys__measured_says(const hys__protocol *p, const char *option, const char *word) {
    for (size_t k = 0; k < p->shown->n_options; k++)
        if (!strcmp(p->shown->options[k].name, option)) return !strcmp(p->values[k], word);
    return false;
}

/* ---- refusals ---- */

hys_status hys__measured_refuse(hys__protocol *p, size_t which, const char *hint, const char *fmt, ...) {
    const hys__measured *m = p->measured;
    char what[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    int32_t line = m->tables[which]->heading_line;
    return hys__report_at(p->ctx, HYS_ERROR, HYS_SYNTAX, m->names ? m->names[which] : "table", line, line ? 1 : 0, "",
                          hint, "%s", what);
}

hys_status hys__measured_missing(hys__protocol *p, size_t which) {
    const hys_table *table = p->measured->tables[which];
    char list[200] = "";
    size_t n = 0;
    for (size_t c = 0; c < hys_table_n_columns(table) && n + 40 < sizeof list; c++)
        n += (size_t)snprintf(list + n, sizeof list - n, "%s%.30s", c ? ", " : "", hys_table_name(table, c));
    const hys_protocol_data *data = hys_protocol_data_of(hys_protocol_find(p->shown->name));
    return hys__measured_refuse(p, which, "--column NAME=COLUMN says which is which",
                                "%s needs columns %s; there are: %s", p->shown->name, data->columns, list);
}

/* ---- numbers ---- */

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

hys_status hys__measured_noise(hys__protocol *p, const double *y, size_t n, double *noise) {
    *noise = 0;
    if (n < 5) return HYS_OK;
    double *rough = HYS_NEW_N(p->arena, double, n);
    if (!rough) return HYS_NOMEM;
    for (size_t k = 1; k + 1 < n; k++) rough[k - 1] = fabs(y[k - 1] - 2 * y[k] + y[k + 1]);
    qsort(rough, n - 2, sizeof *rough, compare);
    *noise = rough[(n - 2) / 2] / (0.6745 * sqrt(6)); /* 1, -2, 1: variance 6; median of |normal| 0.6745 */
    return HYS_OK;
}

typedef struct place {
    double x;
    size_t row;
} place;

static int compare_places(const void *a, const void *b) {
    const place *x = a, *y = b;
    return x->x != y->x ? (x->x > y->x) - (x->x < y->x) : (x->row > y->row) - (x->row < y->row);
}

hys_status hys__measured_order(hys__protocol *p, const double *x, size_t n, const size_t **order) {
    place *places = HYS_NEW_N(p->arena, place, n + 1);
    size_t *rows = HYS_NEW_N(p->arena, size_t, n + 1);
    if (!places || !rows) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) places[k] = (place){x[k], k};
    qsort(places, n, sizeof *places, compare_places);
    for (size_t k = 0; k < n; k++) rows[k] = places[k].row;
    *order = rows;
    return HYS_OK;
}
