/* Questions to the catalogue, in three-valued logic: what is missing, and what a bound leaves open, is neither. */
#include "base/units.h"
#include "lab/catalogue.h"
#include <ctype.h>
#include <math.h>
#include <string.h>

#define MAX_DEPTH 100 /* of parentheses and nots */
#define MAX_WORD  200

typedef enum truth { NO = -1, OPEN = 0, YES = 1 } truth;

typedef enum compare_op {
    OP_LESS,
    OP_LESS_EQUAL,
    OP_MORE,
    OP_MORE_EQUAL,
    OP_EQUAL,
    OP_UNEQUAL,
    OP_CONTAINS
} compare_op;

typedef struct asker {
    const hys_catalogue *catalogue;
    const char *text, *at;
    size_t entry;
    int depth;
    hys_status status;
} asker;

static truth complain(asker *a, const char *where, const char *hint, const char *what) {
    if (a->status == HYS_OK)
        a->status = hys__report_at(a->catalogue->ctx, HYS_ERROR, HYS_ARG, "--where", 1, (int32_t)(where - a->text) + 1,
                                   a->text, hint, "%s", what);
    return OPEN;
}

/* ---- words ---- */

static void skip_blanks(asker *a) {
    while (isspace((unsigned char)*a->at)) a->at++;
}

static bool is_word_char(char c) {
    return c && !isspace((unsigned char)c) && !strchr("()<>=!~\"'", c);
}

static bool take_word(asker *a, const char *word) {
    size_t n = strlen(word);
    skip_blanks(a);
    if (strncasecmp(a->at, word, n) != 0 || is_word_char(a->at[n])) return false;
    a->at += n;
    return true;
}

static bool is_at_word(const asker *a, const char *word) {
    size_t n = strlen(word);
    return !strncasecmp(a->at, word, n) && !is_word_char(a->at[n]);
}

static bool take_char(asker *a, char c) {
    skip_blanks(a);
    if (*a->at != c) return false;
    a->at++;
    return true;
}

/* Adds the next run of word characters to the word; false when it is too long. */
static bool add_run(asker *a, char word[MAX_WORD], size_t *n) {
    while (is_word_char(*a->at)) {
        if (*n + 1 >= MAX_WORD) return false;
        word[(*n)++] = *a->at++;
    }
    word[*n] = 0;
    return true;
}

static bool read_quoted(asker *a, char word[MAX_WORD]) {
    const char *from = a->at + 1, *end = strchr(from, *a->at);
    if (!end || end - from >= MAX_WORD) {
        complain(a, a->at, "", end ? "this text is too long" : "this quote does not end");
        return false;
    }
    memcpy(word, from, (size_t)(end - from));
    word[end - from] = 0;
    a->at = end + 1;
    return true;
}

/* VALUE = quoted | run { run }: up to a parenthesis, a quote, or one of the words that join. */
static bool read_value(asker *a, char word[MAX_WORD]) {
    size_t n = 0;
    skip_blanks(a);
    const char *from = a->at;
    if (*a->at == '"' || *a->at == '\'') return read_quoted(a, word);
    word[0] = 0;
    while (is_word_char(*a->at) && !is_at_word(a, "and") && !is_at_word(a, "or")) {
        if (n > 0 && n + 1 < MAX_WORD) word[n++] = ' ';
        if (!add_run(a, word, &n)) {
            complain(a, from, "", "this value is too long");
            return false;
        }
        skip_blanks(a);
    }
    if (n == 0) complain(a, from, "", "a value is missing here");
    return n > 0;
}

static bool read_op(asker *a, compare_op *found) {
    static const struct {
        const char *text;
        compare_op op;
    } ops[] = {{"<=", OP_LESS_EQUAL}, {">=", OP_MORE_EQUAL}, {"!=", OP_UNEQUAL}, {"==", OP_EQUAL},
               {"<", OP_LESS},        {">", OP_MORE},        {"=", OP_EQUAL},    {"~", OP_CONTAINS}};
    skip_blanks(a);
    for (size_t k = 0; k < sizeof ops / sizeof *ops; k++)
        if (!strncmp(a->at, ops[k].text, strlen(ops[k].text))) {
            a->at += strlen(ops[k].text);
            *found = ops[k].op;
            return true;
        }
    complain(a, a->at, "<, <=, >, >=, =, != or ~ (contains)", "a comparison is missing here");
    return false;
}

/* ---- comparisons ---- */

/* Whether x < value (or x <= value) for the number x of the cell, of which a bound may be all that is known. */
static truth is_less(double number, int bound, double value, bool or_equal) {
    if (bound < 0) return number <= value ? YES : OPEN;
    if (bound > 0) return number >= value ? NO : OPEN;
    return number < value || (or_equal && number == value) ? YES : NO;
}

static truth is_equal(double number, int bound, double value) {
    if (bound == 0) return number == value ? YES : NO;
    bool is_outside = bound < 0 ? value >= number : value <= number;
    return is_outside ? NO : OPEN;
}

static truth compare_number(double number, int bound, compare_op op, double value) {
    if (isnan(number)) return OPEN;
    switch (op) {
    case OP_LESS:
        return is_less(number, bound, value, false);
    case OP_LESS_EQUAL:
        return is_less(number, bound, value, true);
    case OP_MORE:
        return (truth)-is_less(number, bound, value, true);
    case OP_MORE_EQUAL:
        return (truth)-is_less(number, bound, value, false);
    case OP_UNEQUAL:
        return (truth)-is_equal(number, bound, value);
    default:
        return is_equal(number, bound, value);
    }
}

static truth compare_text(const char *text, compare_op op, const char *word) {
    if (!*text) return OPEN;
    bool is_same = !strcasecmp(text, word);
    if (op == OP_CONTAINS) return strcasestr(text, word) ? YES : NO;
    return is_same == (op == OP_EQUAL) ? YES : NO;
}

/* NULL: good; else what is wrong. */
static const char *parse_number(const hys_catalogue_column *column, const char *word, double *value) {
    hys__unit unit = {.scale = 1}, own = {.scale = 1};
    bool has_unit = false;
    double parsed = 0;
    if (!hys__quantity_parse(word, strlen(word), &parsed, &unit, &has_unit)) return "this is not a number with a unit";
    if (*column->unit) hys__unit_parse(column->unit, strlen(column->unit), &own);
    if (has_unit && (*column->unit ? !hys__unit_same_dim(&unit, &own) : !hys__unit_is_one(&unit)))
        return "this unit does not fit the column";
    *value = has_unit ? hys__unit_to_si(&unit, parsed) : parsed;
    return NULL;
}

static void unit_hint(const hys_catalogue_column *column, char hint[96]) {
    if (*column->unit) snprintf(hint, 96, "%s is in %s", column->name, column->unit);
    else snprintf(hint, 96, "%s has no unit", column->name);
}

static bool read_number(asker *a, const char *where, const hys_catalogue_column *column, const char *word,
                        double *value) {
    char hint[96];
    const char *wrong = parse_number(column, word, value);
    unit_hint(column, hint);
    if (wrong) complain(a, where, hint, wrong);
    return !wrong;
}

hys_status hys_catalogue_value(hys_ctx *ctx, size_t column, const char *text, double *value) {
    const hys_catalogue_column *c = hys_catalogue_get_column(column);
    char hint[96];
    if (!c || !c->is_number) return hys__fail(ctx, HYS_ARG, "", "this column of the catalogue holds no numbers");
    unit_hint(c, hint);
    const char *wrong = parse_number(c, text, value);
    return wrong ? hys__fail(ctx, HYS_ARG, hint, "'%s': %s", text, wrong) : HYS_OK;
}

static truth ask_column(asker *a, size_t c, const char *where) {
    const hys_catalogue_column *column = hys_catalogue_get_column(c);
    char word[MAX_WORD];
    double value = 0;
    compare_op op = OP_EQUAL;
    if (!read_op(a, &op)) return OPEN;
    bool is_order = op != OP_EQUAL && op != OP_UNEQUAL && op != OP_CONTAINS;
    if (column->is_number ? op == OP_CONTAINS : is_order)
        return complain(a, where, "",
                        column->is_number ? "a number contains nothing" : "words have no order: use = or ~");
    skip_blanks(a);
    const char *at = a->at;
    if (!read_value(a, word)) return OPEN;
    if (!column->is_number) return compare_text(hys_catalogue_text(a->catalogue, a->entry, c), op, word);
    if (!read_number(a, at, column, word, &value)) return OPEN;
    return compare_number(hys_catalogue_number(a->catalogue, a->entry, c),
                          hys_catalogue_bound(a->catalogue, a->entry, c), op, value);
}

/* ---- the grammar ---- */

static truth ask_or(asker *a);

static truth refuse_column(asker *a, const char *where, const char *word) {
    const char *names[64];
    size_t n = hys_catalogue_n_columns();
    char hint[160] = "'hysteron catalogue --help' names the columns";
    for (size_t k = 0; k < n && k < 64; k++) names[k] = hys_catalogue_get_column(k)->name;
    const char *near = hys__nearest(word, names, n < 64 ? n : 64);
    if (near) snprintf(hint, sizeof hint, "did you mean '%s'?", near);
    return complain(a, where, hint, *word ? "there is no such column" : "a column is missing here");
}

static truth ask_one(asker *a) {
    char word[MAX_WORD] = "";
    size_t n = 0;
    skip_blanks(a);
    const char *where = a->at;
    if (!add_run(a, word, &n)) return complain(a, where, "", "this word is too long");
    size_t column = hys_catalogue_find_column(word);
    return column == SIZE_MAX ? refuse_column(a, where, word) : ask_column(a, column, where);
}

static truth ask_not(asker *a) {
    truth found;
    if (++a->depth > MAX_DEPTH) return complain(a, a->at, "", "this question is nested too deeply");
    if (take_word(a, "not")) found = (truth)-ask_not(a);
    else if (take_char(a, '(')) {
        found = ask_or(a);
        if (a->status == HYS_OK && !take_char(a, ')')) complain(a, a->at, "", "a ) is missing here");
    } else {
        found = ask_one(a);
    }
    a->depth--;
    return found;
}

static truth ask_and(asker *a) {
    truth found = ask_not(a);
    while (a->status == HYS_OK && take_word(a, "and")) {
        truth next = ask_not(a);
        if (next < found) found = next;
    }
    return found;
}

static truth ask_or(asker *a) {
    truth found = ask_and(a);
    while (a->status == HYS_OK && take_word(a, "or")) {
        truth next = ask_and(a);
        if (next > found) found = next;
    }
    return found;
}

hys_status hys_catalogue_select(const hys_catalogue *catalogue, const char *where, bool *chosen) {
    size_t n = hys_catalogue_n_entries(catalogue);
    asker a = {.catalogue = catalogue, .text = where};
    for (size_t k = 0; k < n && a.status == HYS_OK; k++) {
        a.entry = k;
        a.at = where;
        a.depth = 0;
        chosen[k] = !where || ask_or(&a) == YES;
        if (!where || a.status != HYS_OK) continue;
        skip_blanks(&a);
        if (*a.at) complain(&a, a.at, "join comparisons by 'and' or 'or'", "this is not understood");
    }
    return a.status;
}
