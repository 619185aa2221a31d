/* Formulas of .meas: of columns of a table, of earlier measures, of parameters.
 *
 *     value   = or ["?" value ":" value]
 *     or      = and ("||" and)*          and  = same ("&&" same)*
 *     same    = less (("==" | "!=") less)*
 *     less    = sum (("<" | "<=" | ">" | ">=") sum)*
 *     sum     = product (("+" | "-") product)*
 *     product = power (("*" | "/" | "%") power)*
 *     power   = signed (("**" | "^") power)?
 *     signed  = ("+" | "-" | "!") signed | primary
 *     primary = number | "(" value ")" | "'" value "'" | "{" value "}" | par "(" value ")" | quantity
 *             | function "(" value ("," value)* ")" | name of an earlier measure or a parameter
 *     quantity = ("v" | "i" | "p" | "e") [db | m | mag | p | ph | r | re | i | im] "(" name ["," name] ")"
 *              | "@" element "[" state "]" | element ":" state
 *
 * Of .noise and .tf a quantity is a column, by its name alone or in v() or i().
 */
#ifndef HYS_CIRCUIT_MEAS_EXPR_H
#define HYS_CIRCUIT_MEAS_EXPR_H
#include "circuit/sim.h"

typedef struct hys__meas_reader {
    hys__flat *flat;
    hys__arena *arena;
    const hys__measure *card;
    const char *at; /* in card->text */
    struct {
        hys__probe *at;
        size_t n, cap;
    } probes;                     /* that the formulas name */
    unsigned depth, n_conditions; /* brackets, and "?" without their ":" yet */
    unsigned n_terms;
    bool is_tight; /* a blank outside brackets ends a formula */
    bool by_name;  /* quantities are columns: of .noise and .tf, which have no probes */
    hys_status status;
} hys__meas_reader;

typedef struct hys__meas_expr hys__meas_expr;
/* NULL: reported. */
const hys__meas_expr *hys__meas_expr_read(hys__meas_reader *reader);
hys_status hys__meas_fail(hys__meas_reader *reader, const char *from, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void hys__meas_skip(hys__meas_reader *reader); /* blanks */
/* Takes a word that letters, digits and _ make, if it is this one, whatever its case. */
bool hys__meas_take(hys__meas_reader *reader, const char *word);

typedef struct hys__meas_values {
    const hys__flat *flat;
    const hys_table *table; /* NULL: no columns */
    const size_t *columns;  /* of the probes, [n_probes] */
    bool is_complex, by_name;
    const hys_sim_measure *earlier;
    size_t n_earlier;
} hys__meas_values;
/* At a row of the table; NaN where something has no value. */
double hys__meas_expr_value(const hys__meas_expr *expr, const hys__meas_values *values, size_t row);

#endif
