/* Truth tables:
 *
 *     table = names "|" names newline row*
 *     row   = ("0" | "1" | "-")* "|" ("0" | "1")* newline          one for each input, for each output
 *
 * "-" stands for both values.  Every pattern has a row, and two rows of a pattern say the same. */
#include "array/logic_scan.h"
#include <string.h>

#define MOST_INPUTS  12
#define MOST_OUTPUTS 1024

typedef struct table {
    size_t n_in, n_out, n_rows;
    uint32_t *rows; /* [2^n_in]: 1 + the row that says what it is; 0: none */
    char *in, *out; /* [n_rows n_in], [n_rows n_out]; room for 2^n_in rows */
} table;

static hys_status read_head(hys__logic_scan *s, table *t) {
    size_t bar = 0;
    while (bar < s->words.n && !hys__logic_word_is(s, bar, "|")) bar++;
    if (bar == 0 || bar + 1 >= s->words.n)
        return hys__logic_scan_error(s, 0, "a b | sum carry",
                                     "a truth table begins with its names, a file in BLIF "
                                     "with a directive such as .model");
    t->n_in = bar;
    t->n_out = s->words.n - bar - 1;
    if (t->n_in > MOST_INPUTS || t->n_out > MOST_OUTPUTS)
        return hys__logic_scan_error(s, 0, "larger functions can be written in BLIF",
                                     "a truth table has at most %d inputs and %d outputs", MOST_INPUTS, MOST_OUTPUTS);
    hys_status status = HYS_OK;
    for (size_t k = 0; k < bar && status == HYS_OK; k++) status = hys__logic_scan_input(s, k);
    for (size_t k = bar + 1; k < s->words.n && status == HYS_OK; k++) {
        hys__logic_gate *g;
        status = hys__logic_scan_output(s, k);
        if (status == HYS_OK) status = hys__logic_scan_gate(s, k, &g);
        if (status == HYS_OK) {
            g->in = s->logic->inputs.at;
            g->n_in = (uint32_t)bar;
        }
    }
    return status;
}

/* The row's digits, those of inputs first. */
static hys_status read_digits(hys__logic_scan *s, const table *t, char *digits) {
    size_t n = 0, bar = s->words.n;
    for (size_t k = 0; k < s->words.n; k++) {
        const hys__span w = s->words.at[k];
        if (hys__logic_word_is(s, k, "|")) {
            if (bar < s->words.n || n != t->n_in)
                return hys__logic_scan_error(s, k, "10 | 1", "a row has %zu inputs, a |, and %zu outputs", t->n_in,
                                             t->n_out);
            bar = k;
            continue;
        }
        for (size_t i = 0; i < w.len; i++) {
            const char c = s->text[w.offset + i];
            if ((c != '0' && c != '1' && (c != '-' || bar < s->words.n)) || n >= t->n_in + t->n_out)
                return hys__logic_scan_error(s, k, "0 or 1; - for inputs that do not matter",
                                             "a row has %zu inputs, a |, and %zu outputs", t->n_in, t->n_out);
            digits[n++] = c;
        }
    }
    if (bar == s->words.n || n != t->n_in + t->n_out)
        return hys__logic_scan_error(s, 0, "10 | 1", "a row has %zu inputs, a |, and %zu outputs", t->n_in, t->n_out);
    return HYS_OK;
}

/* All patterns that the row stands for: those of its digits, and all of its dashes. */
static hys_status cover_patterns(hys__logic_scan *s, table *t, const char *digits) {
    uint32_t fixed = 0, free_bits = 0, more = 0;
    for (size_t k = 0; k < t->n_in; k++) {
        if (digits[k] == '1') fixed |= 1u << k;
        if (digits[k] == '-') free_bits |= 1u << k;
    }
    do {
        uint32_t *row = &t->rows[fixed | more];
        if (*row && memcmp(t->out + (*row - 1) * t->n_out, digits + t->n_in, t->n_out) != 0)
            return hys__logic_scan_error(s, 0, "", "a row before it says something else of the same inputs");
        *row = (uint32_t)t->n_rows + 1;
        more = (more - free_bits) & free_bits;
    } while (more);
    return HYS_OK;
}

static hys_status keep_row(hys__logic_scan *s, table *t, const char *digits) {
    if (t->n_rows >> t->n_in)
        return hys__logic_scan_error(s, 0, "", "more rows than the %zu inputs have patterns", t->n_in);
    memcpy(t->in + t->n_rows * t->n_in, digits, t->n_in);
    memcpy(t->out + t->n_rows * t->n_out, digits + t->n_in, t->n_out);
    const hys_status status = cover_patterns(s, t, digits);
    t->n_rows++;
    return status;
}

static hys_status check_complete(hys_logic *l, const table *t) {
    char name[MOST_INPUTS + 1] = "";
    for (uint32_t p = 0; p < 1u << t->n_in; p++) {
        if (t->rows[p]) continue;
        for (size_t k = 0; k < t->n_in; k++) name[k] = (p >> k) & 1 ? '1' : '0';
        return hys__fail(l->arena.ctx, HYS_SEMANTIC, "a row for each pattern; - stands for 0 and 1",
                         "%.200s: nothing is said of the inputs %s", l->sources.list.at[0].name, name);
    }
    return HYS_OK;
}

/* Each output is 1 where rows say so. */
static hys_status make_gates(hys_logic *l, const table *t) {
    for (size_t k = 0; k < t->n_out; k++) {
        hys__logic_gate *g = &l->gates.at[k];
        g->in = l->inputs.at;
        char *cubes = hys__arena_alloc(&l->arena, t->n_rows * t->n_in + 1);
        if (!cubes) return HYS_NOMEM;
        for (size_t r = 0; r < t->n_rows; r++)
            if (t->out[r * t->n_out + k] == '1') memcpy(cubes + g->n_cubes++ * t->n_in, t->in + r * t->n_in, t->n_in);
        g->cubes = cubes;
    }
    return HYS_OK;
}

static hys_status read_rows(hys__logic_scan *s, table *t) {
    char digits[MOST_INPUTS + MOST_OUTPUTS] = "";
    hys_status status = hys__logic_scan_line(s);
    while (status == HYS_OK) {
        status = read_digits(s, t, digits);
        if (status == HYS_OK) status = keep_row(s, t, digits);
        if (status == HYS_OK) status = hys__logic_scan_line(s);
    }
    return status == HYS_DONE ? HYS_OK : status;
}

hys_status hys__logic_read_table(hys_logic *logic) {
    hys__logic_scan s;
    table t = {.n_rows = 0};
    hys__logic_scan_init(&s, logic);
    hys_status status = hys__logic_scan_line(&s);
    if (status == HYS_DONE)
        return hys__fail(logic->arena.ctx, HYS_SYNTAX, "BLIF, or a truth table", "%.200s is empty",
                         logic->sources.list.at[0].name);
    if (status == HYS_OK) status = read_head(&s, &t);
    if (status != HYS_OK) return status;
    const size_t most = (size_t)1 << t.n_in;
    t.rows = HYS_NEW_N(&logic->arena, uint32_t, most);
    t.in = HYS_NEW_N(&logic->arena, char, most *t.n_in);
    t.out = HYS_NEW_N(&logic->arena, char, most *t.n_out);
    if (!t.rows || !t.in || !t.out) return HYS_NOMEM;
    status = read_rows(&s, &t);
    if (status == HYS_OK) status = check_complete(logic, &t);
    return status == HYS_OK ? make_gates(logic, &t) : status;
}
