/* Measured data as protocols need them: columns by what they hold, pulses, conductances behind pulses. */
#ifndef HYS_LAB_MEASURED_H
#define HYS_LAB_MEASURED_H
#include "lab/analyse.h"
#include <hysteron/measured.h>

typedef struct hys__measured {
    const hys_table *const *tables; /* [n] */
    const char *const *names;       /* of their files; NULL: not known */
    size_t n;
} hys__measured;

typedef struct hys__measured_row {
    hys_protocol_data shown;
    hys_status (*run)(hys__protocol *p);
} hys__measured_row;

extern const hys__measured_row hys__measured_iv, hys__measured_iv_frequency, hys__measured_thresholds,
    hys__measured_potentiation, hys__measured_endurance, hys__measured_disturb, hys__measured_levels,
    hys__measured_epsc, hys__measured_stp_ltp, hys__measured_retention, hys__measured_ppf, hys__measured_srdp,
    hys__measured_stdp, hys__measured_kinetics, hys__measured_rtn;

/* ---- columns ---- */

/* The column of a quantity ("g", "interval"), in SI, [rows]: by its name, by another word for it, by its unit where it
 * is the only one of that unit.  *values NULL: the table has none. */
hys_status hys__measured_find(hys__protocol *p, size_t which, const char *quantity, const double **values);
/* Conductance: g, 1/r, or i/v at the voltage of each row. */
hys_status hys__measured_conductance(hys__protocol *p, size_t table, const double **g);
/* Whether the option has that word for its value. */
bool hys__measured_says(const hys__protocol *p, const char *option, const char *word);
/* Refuses the table, for what it lacks. */
hys_status hys__measured_missing(hys__protocol *p, size_t which);
/* Refuses it for something else; the place is its heading. */
hys_status hys__measured_refuse(hys__protocol *p, size_t which, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
size_t hys__measured_rows(const hys__protocol *p, size_t table);
/* Standard deviation of what is rough in y: of its second differences, by their median. */
hys_status hys__measured_noise(hys__protocol *p, const double *y, size_t n, double *noise);
/* Rows in rising order of x. */
hys_status hys__measured_order(hys__protocol *p, const double *x, size_t n, const size_t **order);

/* ---- cycles ---- */

/* Rows at which x turns round: its extreme is given up once x has come back by `part` of its range. */
hys_status hys__find_turns(hys__arena *arena, const double *x, size_t n, double part, size_t **at, size_t *n_turns);
/* The first rows of the cycles and the last row of all, starts[n_cycles + 1].  cycles 0: by the turning points. */
hys_status hys__curve_cycles(hys_ctx *ctx, hys__arena *arena, const hys_table *table, int32_t cycles, size_t **starts,
                             size_t *n_cycles);
/* Rows from first to last. */
hys_status hys__table_cut(hys_ctx *ctx, const hys_table *table, size_t first, size_t last, hys_table **cut);

/* ---- pulses in a record of v, i and time ---- */

typedef struct hys__pulse {
    size_t first, last;  /* rows of its flat part */
    double start, width; /* s */
    double amplitude;    /* V against the base */
    double v, i;         /* V, A: at the end of the flat part, its last third averaged */
    double energy;       /* J: integral of |v i| */
    bool is_read;
} hys__pulse;

typedef struct hys__pulses {
    hys__pulse *at;
    size_t n, n_reads;
    double base; /* V between pulses */
    const double *t, *v, *i;
    size_t n_rows;
} hys__pulses;
/* Reads are the pulses not above --opt read, or, where that is "auto", the group of smaller ones that lies at least a
 * factor of 1.5 below the rest.  A table without time, v and i gives no pulses. */
hys_status hys__find_pulses(hys__protocol *p, size_t table, hys__pulses *found);
/* Conductance behind pulse k, before the next that writes: of the last read there; without reads at the base, where it
 * is no zero; else of the pulse itself. */
double hys__behind_pulse(const hys__pulses *f, size_t k);

/* Conductances by pulse, of columns or of a record. */
typedef struct hys__steps {
    double *g;          /* [n + 1] S: before, then behind each pulse */
    double *v, *energy; /* [n] V, J; NaN: not known */
    size_t n;
    size_t turn; /* the pulse behind which the other way begins, where that is known; 0: not */
} hys__steps;
hys_status hys__measured_steps(hys__protocol *p, size_t table, hys__steps *steps);

#define HYS__READ_OF_DATA                                                                                              \
    { "read", "V", "auto", "largest pulse that only reads, of a record of v, i and time" }

#endif
