/* Formulas of .meas. */
#include "circuit/meas_expr.h"
#include "base/units.h"
#include "circuit/expr_functions.h"
#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#define DEPTH_MAX 100
#define ARGS_MAX  16u

typedef enum value_part { PART_PLAIN, PART_DB, PART_MAGNITUDE, PART_PHASE, PART_RE, PART_IM } value_part;
typedef enum node_op { OP_NUMBER, OP_PROBE, OP_NAME, OP_NEG, OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_POW, OP_CALL } node_op;

struct hys__meas_expr {
    node_op op;
    double number;
    size_t probe;
    value_part part;
    const char *name;
    const hys__function *function;
    const hys__meas_expr *args[ARGS_MAX];
    uint32_t n;
};

static const hys__meas_expr *read_sum(hys__meas_reader *r);

/* ---- text ---- */

hys_status hys__meas_fail(hys__meas_reader *r, const char *from, const char *hint, const char *fmt, ...) {
    char text[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    (void)from;
    if (r->status == HYS_OK)
        r->status = hys__report(r->flat->ctx, HYS_ERROR, HYS_SYNTAX, r->flat->sources, r->card->span, hint,
                                ".meas %s: %s", r->card->name, text);
    return r->status;
}

void hys__meas_skip(hys__meas_reader *r) {
    while (*r->at == ' ' || *r->at == '\t' || *r->at == '\r' || *r->at == '\n') r->at++;
}

static bool is_word_char(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

bool hys__meas_take(hys__meas_reader *r, const char *word) {
    size_t n = strlen(word);
    hys__meas_skip(r);
    if (strncasecmp(r->at, word, n) != 0 || is_word_char(r->at[n])) return false;
    r->at += n;
    return true;
}

static void blanks(hys__meas_reader *r) {
    if (!r->is_tight) hys__meas_skip(r);
}

static bool take(hys__meas_reader *r, char c) {
    blanks(r);
    if (*r->at != c) return false;
    r->at++;
    return true;
}

/* ---- nodes ---- */

static hys__meas_expr *node(hys__meas_reader *r, node_op op) {
    hys__meas_expr *e = HYS_NEW(r->arena, hys__meas_expr);
    if (e) e->op = op;
    else r->status = HYS_NOMEM;
    return e;
}

static const hys__meas_expr *two(hys__meas_reader *r, node_op op, const hys__meas_expr *a, const hys__meas_expr *b) {
    if (!a || !b) return NULL;
    hys__meas_expr *e = node(r, op);
    if (!e) return NULL;
    e->args[0] = a;
    e->args[1] = b;
    e->n = 2;
    return e;
}

/* ---- quantities ---- */

/* The text up to one of the ends, as a name. */
static const char *read_name(hys__meas_reader *r, const char *ends) {
    hys__meas_skip(r);
    size_t n = strcspn(r->at, ends);
    const char *name = r->at;
    r->at += n;
    while (n && (name[n - 1] == ' ' || name[n - 1] == '\t')) n--;
    return hys__arena_strndup(r->arena, name, n);
}

static const hys__meas_expr *keep_probe(hys__meas_reader *r, const hys__probe *probe, value_part part) {
    hys__meas_expr *e = node(r, OP_PROBE);
    hys__probe *kept = e ? HYS_PUSH(r->arena, &r->probes) : NULL;
    if (!kept) return NULL;
    *kept = *probe;
    kept->label = hys__arena_printf(r->arena, ".meas %s %zu", r->card->name, r->probes.n);
    e->probe = r->probes.n - 1;
    e->part = part;
    return kept->label ? e : NULL;
}

static bool find_node(hys__meas_reader *r, const char *name, uint32_t *at) {
    *at = name ? hys__flat_find_node(r->flat, name, strlen(name)) : HYS__GLOBAL;
    if (*at != HYS__GLOBAL) return true;
    hys__meas_fail(r, r->at, "", "there is no node '%s'", name ? name : "");
    return false;
}

/* P and E of a subcircuit instance too. */
static bool find_elem(hys__meas_reader *r, const char *name, hys__probe *probe) {
    probe->a = name ? hys__flat_find_elem(r->flat, name, strlen(name)) : HYS__GLOBAL;
    if (probe->a != HYS__GLOBAL) return true;
    bool may_be_scope = probe->kind == HYS__PROBE_P || probe->kind == HYS__PROBE_ENERGY;
    if (name && may_be_scope) probe->a = hys__flat_find_scope(r->flat, name, strlen(name));
    probe->is_scope = true;
    if (probe->a != HYS__GLOBAL) return true;
    hys__meas_fail(r, r->at, "", "there is no element '%s'", name ? name : "");
    return false;
}

static const hys__meas_expr *read_probe(hys__meas_reader *r, char what, value_part part) {
    hys__probe probe = {.unit = what == 'v' ? "V" : what == 'i' ? "A" : what == 'p' ? "W" : "J"};
    probe.kind = what == 'v'   ? HYS__PROBE_V
                 : what == 'i' ? HYS__PROBE_I
                 : what == 'p' ? HYS__PROBE_P
                               : HYS__PROBE_ENERGY;
    const char *first = read_name(r, ",)");
    bool has_second = *r->at == ',';
    if (has_second) r->at++;
    const char *second = has_second ? read_name(r, ")") : NULL;
    if (*r->at != ')') {
        hys__meas_fail(r, r->at, "", "a ')' is missing");
        return NULL;
    }
    r->at++;
    if (probe.kind != HYS__PROBE_V) return find_elem(r, first, &probe) ? keep_probe(r, &probe, part) : NULL;
    if (!find_node(r, first, &probe.a) || (second && !find_node(r, second, &probe.b))) return NULL;
    return keep_probe(r, &probe, part);
}

/* "@x1[w]", as .save has it. */
static const hys__meas_expr *read_state(hys__meas_reader *r) {
    hys__probe probe = {.kind = HYS__PROBE_STATE, .unit = ""};
    r->at++;
    const char *element = read_name(r, "[");
    if (*r->at == '[') r->at++;
    probe.state = read_name(r, "]");
    if (*r->at != ']' || !element || !probe.state) {
        hys__meas_fail(r, r->at, "@element[state]", "this names no state");
        return NULL;
    }
    r->at++;
    return find_elem(r, element, &probe) ? keep_probe(r, &probe, PART_PLAIN) : NULL;
}

/* "x1:w" */
static const hys__meas_expr *read_named_state(hys__meas_reader *r, const char *element, size_t n) {
    hys__probe probe = {.kind = HYS__PROBE_STATE, .unit = ""};
    size_t length = 0;
    r->at++;
    while (is_word_char(r->at[length]) || r->at[length] == '.') length++;
    probe.state = hys__arena_strndup(r->arena, r->at, length);
    r->at += length;
    const char *name = hys__arena_strndup(r->arena, element, n);
    if (!probe.state || !name) return NULL;
    return find_elem(r, name, &probe) ? keep_probe(r, &probe, PART_PLAIN) : NULL;
}

static bool find_part(const char *word, size_t n, value_part *part) {
    static const struct {
        const char *name;
        int part;
    } parts[] = {{"", PART_PLAIN},   {"db", PART_DB}, {"m", PART_MAGNITUDE}, {"mag", PART_MAGNITUDE}, {"p", PART_PHASE},
                 {"ph", PART_PHASE}, {"r", PART_RE},  {"re", PART_RE},       {"i", PART_IM},          {"im", PART_IM}};
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        if (strlen(parts[k].name) != n || strncasecmp(parts[k].name, word, n) != 0) continue;
        *part = (value_part)parts[k].part;
        return true;
    }
    return false;
}

/* ---- formulas ---- */

static const hys__meas_expr *read_call(hys__meas_reader *r, const char *word, size_t n) {
    hys__meas_expr *e = node(r, OP_CALL);
    bool was_tight = r->is_tight;
    char name[64];
    if (!e) return NULL;
    r->at++;
    r->is_tight = false;
    do {
        if (e->n == ARGS_MAX) {
            hys__meas_fail(r, r->at, "", "too many arguments");
            return NULL;
        }
        e->args[e->n] = read_sum(r);
        if (!e->args[e->n++]) return NULL;
    } while (take(r, ','));
    bool is_closed = take(r, ')');
    r->is_tight = was_tight;
    if (n == 3 && !strncasecmp(word, "par", 3)) return is_closed ? e->args[0] : NULL;
    size_t length = n < sizeof name ? n : sizeof name - 1;
    for (size_t k = 0; k < length; k++) name[k] = (char)tolower((unsigned char)word[k]);
    name[length] = 0;
    hys__function_id id = hys__function_find(name, e->n);
    if (is_closed && id != HYS__FN_N && hys__functions[id].kind == HYS__FN_PURE) {
        e->function = &hys__functions[id];
        return e;
    }
    hys__meas_fail(r, word, "",
                   is_closed ? "there is no function '%s' of that many values" : "a ')' is missing behind '%s'", name);
    return NULL;
}

static const hys__meas_expr *read_word(hys__meas_reader *r) {
    const char *word = r->at;
    size_t n = 0;
    value_part part = PART_PLAIN;
    while (is_word_char(word[n]) || word[n] == '.' || word[n] == '#') n++;
    r->at += n;
    if (*r->at == '(') {
        char first = (char)tolower((unsigned char)word[0]);
        if (strchr("vipe", first) && find_part(word + 1, n - 1, &part)) {
            r->at++;
            return read_probe(r, first, part);
        }
        return read_call(r, word, n);
    }
    if (*r->at == ':') return read_named_state(r, word, n);
    hys__meas_expr *e = node(r, OP_NAME);
    if (!e) return NULL;
    e->name = hys__arena_strndup(r->arena, word, n);
    return e->name ? e : NULL;
}

static const hys__meas_expr *read_bracket(hys__meas_reader *r, char closing) {
    bool was_tight = r->is_tight;
    r->at++;
    r->is_tight = false;
    const hys__meas_expr *e = read_sum(r);
    bool is_closed = take(r, closing);
    r->is_tight = was_tight;
    if (e && !is_closed) hys__meas_fail(r, r->at, "", "a '%c' is missing", closing);
    return is_closed ? e : NULL;
}

/* number = digits with a suffix of SPICE: k, meg, ... and a unit behind it */
static const hys__meas_expr *read_number(hys__meas_reader *r) {
    static const struct {
        const char *suffix;
        double factor;
    } suffixes[] = {{"meg", 1e6}, {"mil", 25.4e-6}, {"t", 1e12},  {"g", 1e9},   {"k", 1e3},  {"m", 1e-3},
                    {"u", 1e-6},  {"n", 1e-9},      {"p", 1e-12}, {"f", 1e-15}, {"a", 1e-18}};
    hys__meas_expr *e = node(r, OP_NUMBER);
    bool overflow = false;
    size_t n = e ? hys__number_parse(r->at, &e->number, &overflow) : 0;
    if (!n) {
        hys__meas_fail(r, r->at, "v(out), i(v1), a number or the name of an earlier measure", "what is '%.12s'?",
                       r->at);
        return NULL;
    }
    r->at += n;
    for (size_t k = 0; k < sizeof suffixes / sizeof *suffixes; k++) {
        if (strncasecmp(r->at, suffixes[k].suffix, strlen(suffixes[k].suffix)) != 0) continue;
        e->number *= suffixes[k].factor;
        break;
    }
    while (isalpha((unsigned char)*r->at)) r->at++;
    return e;
}

static const hys__meas_expr *read_primary(hys__meas_reader *r) {
    blanks(r);
    switch (*r->at) {
    case '(':
        return read_bracket(r, ')');
    case '\'':
        return read_bracket(r, '\'');
    case '{':
        return read_bracket(r, '}');
    case '@':
        return read_state(r);
    default:
        return isalpha((unsigned char)*r->at) || *r->at == '_' ? read_word(r) : read_number(r);
    }
}

static const hys__meas_expr *read_signed(hys__meas_reader *r) {
    if (take(r, '+')) return read_signed(r);
    if (!take(r, '-')) return read_primary(r);
    const hys__meas_expr *of = read_signed(r);
    hys__meas_expr *e = of ? node(r, OP_NEG) : NULL;
    if (e) e->args[0] = of;
    return e;
}

static const hys__meas_expr *read_power(hys__meas_reader *r) {
    const hys__meas_expr *e = read_signed(r);
    blanks(r);
    bool is_stars = r->at[0] == '*' && r->at[1] == '*';
    if (!e || (!is_stars && *r->at != '^')) return e;
    r->at += is_stars ? 2 : 1;
    return two(r, OP_POW, e, read_power(r));
}

static const hys__meas_expr *read_product(hys__meas_reader *r) {
    const hys__meas_expr *e = read_power(r);
    while (e) {
        if (take(r, '*')) e = two(r, OP_MUL, e, read_power(r));
        else if (take(r, '/')) e = two(r, OP_DIV, e, read_power(r));
        else break;
    }
    return e;
}

static const hys__meas_expr *read_sum(hys__meas_reader *r) {
    if (++r->depth > DEPTH_MAX) {
        hys__meas_fail(r, r->at, "", "brackets nest too deeply");
        return NULL;
    }
    const hys__meas_expr *e = read_product(r);
    while (e) {
        if (take(r, '+')) e = two(r, OP_ADD, e, read_product(r));
        else if (take(r, '-')) e = two(r, OP_SUB, e, read_product(r));
        else break;
    }
    r->depth--;
    return e;
}

const hys__meas_expr *hys__meas_expr_read(hys__meas_reader *r) {
    hys__meas_skip(r);
    r->is_tight = true;
    r->depth = 0;
    const hys__meas_expr *e = read_sum(r);
    if (!e && r->status == HYS_OK)
        r->status = r->arena->failed ? HYS_NOMEM : hys__meas_fail(r, r->at, "", "a value is missing");
    return e;
}

/* ---- values ---- */

static double probe_value(const hys__meas_expr *e, const hys__meas_values *v, size_t row) {
    if (!v->table) return NAN;
    double re = hys_table_column_at(v->table, v->columns[e->probe])[row];
    if (!v->is_complex) return e->part == PART_DB ? 20 * log10(fabs(re)) : re;
    double im = hys_table_column_at(v->table, v->columns[e->probe] + 1)[row];
    switch (e->part) {
    case PART_DB:
        return 20 * log10(hypot(re, im));
    case PART_PHASE:
        return atan2(im, re) * 180 / acos(-1.0);
    case PART_RE:
        return re;
    case PART_IM:
        return im;
    default:
        return hypot(re, im);
    }
}

static double named_value(const hys__meas_expr *e, const hys__meas_values *v, size_t row) {
    for (size_t k = v->n_earlier; k-- > 0;)
        if (!strcasecmp(v->earlier[k].name, e->name)) return v->earlier[k].value;
    if (v->table && (!strcasecmp(e->name, "time") || !strcasecmp(e->name, "frequency")))
        return hys_table_column_at(v->table, 0)[row];
    const hys__definition *top = v->flat->scopes[0].definition;
    for (size_t k = 0; k < top->n_params; k++)
        if (!strcasecmp(top->params[k], e->name)) return v->flat->scopes[0].params[k];
    return NAN;
}

double hys__meas_expr_value(const hys__meas_expr *e, const hys__meas_values *v, size_t row) {
    double a[ARGS_MAX];
    for (uint32_t k = 0; e->op == OP_CALL && k < e->n; k++) a[k] = hys__meas_expr_value(e->args[k], v, row);
    if (e->op >= OP_NEG && e->op <= OP_POW) a[0] = hys__meas_expr_value(e->args[0], v, row);
    if (e->op >= OP_ADD && e->op <= OP_POW) a[1] = hys__meas_expr_value(e->args[1], v, row);
    switch (e->op) {
    case OP_NUMBER:
        return e->number;
    case OP_PROBE:
        return probe_value(e, v, row);
    case OP_NAME:
        return named_value(e, v, row);
    case OP_NEG:
        return -a[0];
    case OP_ADD:
        return a[0] + a[1];
    case OP_SUB:
        return a[0] - a[1];
    case OP_MUL:
        return a[0] * a[1];
    case OP_DIV:
        return a[0] / a[1];
    case OP_POW:
        return hys__expr_pow(a[0], a[1]);
    default:
        return e->function->eval(a, e->n);
    }
}
