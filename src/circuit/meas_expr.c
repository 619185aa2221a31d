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
#define TERMS_MAX 5000u /* of a card: its formulas are evaluated by recursion */

typedef enum value_part { PART_PLAIN, PART_DB, PART_MAGNITUDE, PART_PHASE, PART_RE, PART_IM } value_part;
typedef enum node_op { OP_NUMBER, OP_PROBE, OP_NAME, OP_NEG, OP_NOT, OP_TWO, OP_COND, OP_CALL } node_op;

struct hys__meas_expr {
    node_op op;
    hys__expr_op two; /* of TWO */
    double number;
    size_t probe;
    value_part part;
    const char *name;
    const hys__function *function;
    const hys__meas_expr *args[ARGS_MAX];
    uint32_t n;
};

static const hys__meas_expr *read_value(hys__meas_reader *r);

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

static const hys__meas_expr *two(hys__meas_reader *r, hys__expr_op op, const hys__meas_expr *a,
                                 const hys__meas_expr *b) {
    if (!a || !b) return NULL;
    hys__meas_expr *e = node(r, OP_TWO);
    if (!e) return NULL;
    e->two = op;
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

/* A probe in the words of .save; at: where it stands in the card. */
static const hys__meas_expr *keep_probe(hys__meas_reader *r, const char *text, const char *at, value_part part) {
    hys__probe probe;
    size_t behind = strlen(at);
    hys__span span = r->card->span;
    if (!text) return NULL;
    if (behind <= span.len) span.offset += span.len - (uint32_t)behind;
    r->status = hys__flat_probe(r->flat, r->arena, text, span, &probe);
    if (r->status != HYS_OK) return NULL;
    hys__meas_expr *e = node(r, OP_PROBE);
    hys__probe *kept = e ? HYS_PUSH(r->arena, &r->probes) : NULL;
    if (!kept) return NULL;
    *kept = probe;
    kept->label = hys__arena_printf(r->arena, ".meas %s %zu", r->card->name, r->probes.n);
    e->probe = r->probes.n - 1;
    e->part = part;
    return kept->label ? e : NULL;
}

static const hys__meas_expr *read_probe(hys__meas_reader *r, char what, value_part part) {
    const char *at = r->at;
    const char *inside = read_name(r, ")");
    if (*r->at != ')') {
        hys__meas_fail(r, r->at, "", "a ')' is missing");
        return NULL;
    }
    r->at++;
    return keep_probe(r, hys__arena_printf(r->arena, "%c(%s)", what, inside ? inside : ""), at - 2, part);
}

static const hys__meas_expr *state_of(hys__meas_reader *r, const char *element, const char *state, const char *at) {
    if (!element || !state) return NULL;
    return keep_probe(r, hys__arena_printf(r->arena, "@%s[%s]", element, state), at, PART_PLAIN);
}

/* "@x1[w]", as .save has it. */
static const hys__meas_expr *read_state(hys__meas_reader *r) {
    const char *at = r->at++;
    const char *element = read_name(r, "[");
    if (*r->at == '[') r->at++;
    const char *state = read_name(r, "]");
    if (*r->at != ']' || !element || !state) {
        hys__meas_fail(r, r->at, "@element[state]", "this names no state");
        return NULL;
    }
    r->at++;
    return state_of(r, element, state, at);
}

/* "x1:w" */
static const hys__meas_expr *read_named_state(hys__meas_reader *r, const char *element, size_t n) {
    size_t length = 0;
    r->at++;
    while (is_word_char(r->at[length]) || r->at[length] == '.') length++;
    const char *state = hys__arena_strndup(r->arena, r->at, length);
    r->at += length;
    return state_of(r, hys__arena_strndup(r->arena, element, n), state, element);
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

/* "v(onoise)", "vdb(onoise)": a column by its name, which stands between the brackets. */
static const hys__meas_expr *read_column(hys__meas_reader *r, value_part part) {
    hys__meas_expr *e = node(r, OP_NAME);
    if (!e) return NULL;
    e->name = read_name(r, ")");
    e->part = part;
    if (*r->at != ')') {
        hys__meas_fail(r, r->at, "", "a ')' is missing");
        return NULL;
    }
    r->at++;
    return e->name ? e : NULL;
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
        e->args[e->n] = read_value(r);
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
            return r->by_name ? read_column(r, part) : read_probe(r, first, part);
        }
        return read_call(r, word, n);
    }
    /* "a>b?x:y": the ':' of the condition, unless there is an element x. */
    bool is_state = *r->at == ':' && (!r->n_conditions || hys__flat_find_elem(r->flat, word, n) != HYS__GLOBAL);
    if (is_state) return read_named_state(r, word, n);
    hys__meas_expr *e = node(r, OP_NAME);
    if (!e) return NULL;
    e->name = hys__arena_strndup(r->arena, word, n);
    return e->name ? e : NULL;
}

static const hys__meas_expr *read_bracket(hys__meas_reader *r, char closing) {
    bool was_tight = r->is_tight;
    r->at++;
    r->is_tight = false;
    const hys__meas_expr *e = read_value(r);
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
    if (++r->n_terms > TERMS_MAX) {
        hys__meas_fail(r, r->at, "", "more than %u terms and signs", TERMS_MAX);
        return NULL;
    }
    if (take(r, '+')) return read_signed(r);
    node_op op = take(r, '-') ? OP_NEG : take(r, '!') ? OP_NOT : OP_NUMBER;
    if (op == OP_NUMBER) return read_primary(r);
    const hys__meas_expr *of = read_signed(r);
    hys__meas_expr *e = of ? node(r, op) : NULL;
    if (e) e->args[0] = of;
    return e;
}

static const hys__meas_expr *read_power(hys__meas_reader *r) {
    const hys__meas_expr *e = read_signed(r);
    blanks(r);
    bool is_stars = r->at[0] == '*' && r->at[1] == '*';
    if (!e || (!is_stars && *r->at != '^')) return e;
    r->at += is_stars ? 2 : 1;
    return two(r, HYS__EXPR_POW, e, read_power(r));
}

/* From the loosest to the tightest; of two that begin alike the longer one first. */
#define TIGHTEST 5
static const struct binary {
    char text[3];
    int level;
    hys__expr_op op;
} binaries[] = {{"||", 0, HYS__EXPR_OR}, {"&&", 1, HYS__EXPR_AND}, {"==", 2, HYS__EXPR_EQ}, {"!=", 2, HYS__EXPR_NE},
                {"<=", 3, HYS__EXPR_LE}, {">=", 3, HYS__EXPR_GE},  {"<", 3, HYS__EXPR_LT},  {">", 3, HYS__EXPR_GT},
                {"+", 4, HYS__EXPR_ADD}, {"-", 4, HYS__EXPR_SUB},  {"*", 5, HYS__EXPR_MUL}, {"/", 5, HYS__EXPR_DIV},
                {"%", 5, HYS__EXPR_MOD}};

static const struct binary *take_binary(hys__meas_reader *r, int level) {
    blanks(r);
    for (size_t k = 0; k < sizeof binaries / sizeof *binaries; k++) {
        size_t n = strlen(binaries[k].text);
        if (strncmp(r->at, binaries[k].text, n) != 0) continue;
        if (binaries[k].level != level) return NULL;
        r->at += n;
        return &binaries[k];
    }
    return NULL;
}

static const hys__meas_expr *read_level(hys__meas_reader *r, int level) {
    if (level > TIGHTEST) return read_power(r);
    const hys__meas_expr *e = read_level(r, level + 1);
    const struct binary *b;
    while (e && (b = take_binary(r, level))) e = two(r, b->op, e, read_level(r, level + 1));
    return e;
}

static const hys__meas_expr *read_choice(hys__meas_reader *r, const hys__meas_expr *condition) {
    hys__meas_expr *e = node(r, OP_COND);
    if (!e) return NULL;
    r->n_conditions++;
    const hys__meas_expr *yes = read_value(r);
    r->n_conditions--;
    if (yes && !take(r, ':')) {
        hys__meas_fail(r, r->at, "a ? b : c", "a ':' is missing");
        return NULL;
    }
    const hys__meas_expr *no = yes ? read_value(r) : NULL;
    e->args[0] = condition;
    e->args[1] = yes;
    e->args[2] = no;
    return no ? e : NULL;
}

static const hys__meas_expr *read_value(hys__meas_reader *r) {
    if (++r->depth > DEPTH_MAX) {
        hys__meas_fail(r, r->at, "", "brackets nest too deeply");
        return NULL;
    }
    const hys__meas_expr *e = read_level(r, 0);
    if (e && take(r, '?')) e = read_choice(r, e);
    r->depth--;
    return e;
}

const hys__meas_expr *hys__meas_expr_read(hys__meas_reader *r) {
    hys__meas_skip(r);
    r->is_tight = true;
    r->depth = r->n_conditions = 0;
    const hys__meas_expr *e = read_value(r);
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

/* Whether a column goes by this name: its own, that of ngspice, or as the part of one element in the noise. */
static bool is_called(const char *column, const char *name) {
    static const char *const others[][2] = {
        {"onoise_spectrum", "onoise"}, {"inoise_spectrum", "inoise"}, {"transfer_function", "gain"}};
    for (size_t k = 0; k < sizeof others / sizeof *others; k++)
        if (!strcasecmp(name, others[k][0])) name = others[k][1];
    return !strcasecmp(column, name) || (!strncmp(column, "onoise.", 7) && !strcasecmp(column + 7, name));
}

static bool column_value(const hys__meas_expr *e, const hys__meas_values *v, size_t row, double *value) {
    for (size_t c = 0; c < hys_table_n_columns(v->table); c++) {
        if (!is_called(hys_table_name(v->table, c), e->name)) continue;
        *value = hys_table_column_at(v->table, c)[row];
        return true;
    }
    return false;
}

static double named_value(const hys__meas_expr *e, const hys__meas_values *v, size_t row) {
    double value;
    for (size_t k = v->n_earlier; k-- > 0;)
        if (!strcasecmp(v->earlier[k].name, e->name)) return v->earlier[k].value;
    if (v->table && (!strcasecmp(e->name, "time") || !strcasecmp(e->name, "frequency")))
        return hys_table_column_at(v->table, 0)[row];
    if (v->table && v->by_name && column_value(e, v, row, &value))
        return e->part == PART_DB ? 20 * log10(fabs(value)) : value;
    const hys__definition *top = v->flat->scopes[0].definition;
    for (size_t k = 0; k < top->n_params; k++)
        if (!strcasecmp(top->params[k], e->name)) return v->flat->scopes[0].params[k];
    return NAN;
}

/* What has no value (a measure that failed) compares with nothing. */
static double of_two(hys__expr_op op, double a, double b) {
    return isnan(a) || isnan(b) ? NAN : hys__expr_of_two(op, a, b);
}

static double choice(const hys__meas_expr *e, const hys__meas_values *v, size_t row) {
    double condition = hys__meas_expr_value(e->args[0], v, row);
    return isnan(condition) ? NAN : hys__meas_expr_value(e->args[condition != 0 ? 1 : 2], v, row);
}

double hys__meas_expr_value(const hys__meas_expr *e, const hys__meas_values *v, size_t row) {
    double a[ARGS_MAX] = {0};
    for (uint32_t k = 0; (e->op == OP_CALL || e->op == OP_TWO) && k < e->n; k++)
        a[k] = hys__meas_expr_value(e->args[k], v, row);
    if (e->op == OP_NEG || e->op == OP_NOT) a[0] = hys__meas_expr_value(e->args[0], v, row);
    switch (e->op) {
    case OP_NUMBER:
        return e->number;
    case OP_PROBE:
        return probe_value(e, v, row);
    case OP_NAME:
        return named_value(e, v, row);
    case OP_NEG:
        return -a[0];
    case OP_NOT:
        return isnan(a[0]) ? NAN : a[0] == 0;
    case OP_TWO:
        return of_two(e->two, a[0], a[1]);
    case OP_COND:
        return choice(e, v, row);
    default:
        return e->function->eval(a, e->n);
    }
}
