/* hysteron/array.h -- crossbar arrays with their wires.
 *
 * Word lines i run from left to right, bit lines j from top to bottom, a cell joins them at each crossing:
 *
 *     left -R- o -r- o -r- o ... right        r: a segment of wire between neighbours
 *              |     |     |                  R: from the terminal to the first crossing: one segment, and the
 *              cells to the bit lines            resistance of the driver (word lines) or of the sense circuit
 *
 * Currents are positive into word lines and out of bit lines, so that without wires I_j = sum_i V_i G_ij. */
#ifndef HYSTERON_ARRAY_H
#define HYSTERON_ARRAY_H
#include <hysteron/matrix.h>
#include <stdbool.h>
HYS_DECLS_BEGIN

typedef enum hys_array_ends {                     /* where lines are connected */
                              HYS_ENDS_FIRST = 1, /* left, top */
                              HYS_ENDS_LAST = 2,  /* right, bottom */
                              HYS_ENDS_BOTH = 3
} hys_array_ends;

typedef enum hys_array_lines {
    HYS_LINES_CROSSED,
    HYS_LINES_PARALLEL /* word lines (then usually called source lines) run down the columns beside the bit lines */
} hys_array_lines;

typedef struct hys_array_opts {
    size_t size;
    size_t rows, columns;       /* word lines, bit lines */
    double word_wire, bit_wire; /* ohm: a segment */
    double driver, sense;       /* ohm: beside the segment at a connected end of word lines, of bit lines */
    hys_array_ends words, bits; /* 0: word lines on the left, bit lines at the bottom */
    double tolerance;           /* of the relative residual; 0: 1e-10 */
    double word_capacitance, bit_capacitance; /* F: of a segment, to ground; in time only */
    hys_array_lines lines; /* parallel: what is given and told of word lines is [columns]; their first end is the top */
    unsigned threads;      /* 0: as many as the context has; results are the same bits with any number */
} hys_array_opts;
hys_array_opts hys_array_opts_default(void); /* 2.5 ohm, no driver, no sense resistance */

typedef struct hys_array_report {
    size_t size;
    unsigned iterations;      /* of the last solution */
    double relative_residual; /* |b - A v| / |b| of it */
    double source_power;      /* W: given by all terminals */
    double dissipated_power;  /* W: in cells, wires, drivers */
    double power_balance;     /* |source - dissipated| / source */
    double solve_s;           /* wall time of the last solution and of what it needed to set up */
    double memory_B;          /* that the array takes */
    double screening;         /* resistance of a segment times all conductances: above about 1 wires matter */
    unsigned newton_steps;    /* 0: cells are resistors; iterations are those of all steps */
    double current_residual;  /* largest current that a node keeps / largest of a cell; 0 of resistors */
} hys_array_report;

/* HYS_OK where such an array can be; nothing is allocated. */
hys_status hys_array_check(hys_ctx *ctx, const hys_array_opts *opts);
/* Bytes that an array of resistors will take; hys_array_expected_memory counts a law of cells, and devices. */
double hys_array_memory(const hys_array_opts *opts);

typedef struct hys_array hys_array;
hys_status hys_array_new(hys_ctx *ctx, const hys_array_opts *given, hys_array **result);
void hys_array_free(hys_array *array);
/* g [rows columns] S; copied.  Not negative; 0: the cell is open. */
hys_status hys_array_set_conductances(hys_array *array, const double *g);
/* I = G V sinh(k v) / sinh(k V) of all cells, k such that I(V) / I(V/2) = nonlinearity: selectors, tunnelling.
 * Conductances are those at V. */
typedef struct hys_array_law {
    size_t size;
    double nonlinearity; /* 2: resistors */
    double voltage;      /* V */
} hys_array_law;
/* From 2 to 1e12.  NULL: resistors. */
hys_status hys_array_set_law(hys_array *array, const hys_array_law *law);
/* Lines that nothing drives. */
hys_status hys_array_float_word(hys_array *array, size_t row, bool floats);
hys_status hys_array_float_bit(hys_array *array, size_t column, bool floats);
/* A wire that is cut in front of the crossing with line `at` (0: at the first end). */
hys_status hys_array_cut_word(hys_array *array, size_t row, size_t at);
hys_status hys_array_cut_bit(hys_array *array, size_t column, size_t at);
/* A cell that stays a resistor of so many ohm whatever is set; inf: open. */
hys_status hys_array_stick(hys_array *array, size_t row, size_t column, double ohm);
/* A short of so many ohm, above 0, from a line to the next of its kind at the crossing with line `at`.  At most 256,
 * and only where cells are resistors. */
hys_status hys_array_bridge_words(hys_array *array, size_t row, size_t at, double ohm);
hys_status hys_array_bridge_bits(hys_array *array, size_t column, size_t at, double ohm);

/* Faults drawn at random: each cell and each segment has its own draw, which depends on seed, line and crossing alone.
 */
typedef struct hys_fault_opts {
    size_t size;
    double stuck_on, stuck_off; /* probabilities of a cell */
    double on, off;             /* ohm: of cells that are stuck */
    double cut_word, cut_bit;   /* probabilities of a segment */
    uint64_t seed;
} hys_fault_opts;
hys_fault_opts hys_fault_opts_default(void); /* none; 10 kohm and 1 Mohm */
typedef struct hys_fault_counts {
    size_t stuck_on, stuck_off, cut_words, cut_bits;
} hys_fault_counts;
/* counts may be NULL. */
hys_status hys_array_random_faults(hys_array *array, const hys_fault_opts *opts, hys_fault_counts *counts);

/* Potentials at the terminals: words [rows], bits [columns] V (NULL: all 0); of lines that float they are not looked
 * at. */
hys_status hys_array_solve(hys_array *array, const double *words, const double *bits);
/* Of the last solution: of word lines' and bit lines' nodes [rows columns] V; currents into word lines [rows] and out
 * of bit lines [columns] A. */
const double *hys_array_word_potentials(const hys_array *array);
const double *hys_array_bit_potentials(const hys_array *array);
const double *hys_array_word_currents(const hys_array *array);
const double *hys_array_bit_currents(const hys_array *array);
hys_array_report hys_array_get_report(const hys_array *array);

/* The matrix that the array with its wires is for its terminals when bit lines are held at 0 V:
 * I_j = sum_i V_i W_ij, w [rows columns] S. */
hys_status hys_array_effective(hys_array *array, double *w);
/* The gradient of any read-out L of the last hys_array_solve: from dL/dI of the currents out of bit lines [columns] to
 * dL/dG of all conductances [rows columns], dL/dV of the word lines' inputs [rows] and of the bit lines' [columns]; any
 * of the three may be NULL.  One more solution, whatever their number; the solution stays.  Of devices, states held,
 * dL/dG is that of a conductance beside each of them. */
hys_status hys_array_gradient(hys_array *array, const double *by_current, double *by_conductance, double *by_word,
                              double *by_bit);
/* Each row of inputs [count, rows] V gives a row of currents out of the bit lines, which are held at 0 V.  Many inputs
 * go through the effective matrix, which is given out where effective is not NULL.  Free with hys_matrix_free. */
hys_status hys_array_multiply(hys_array *array, const hys_matrix *inputs, hys_matrix *currents, hys_matrix *effective);
/* The same through an effective matrix alone, as fast as BLAS is: currents [inputs' rows, effective's columns] are
 * there before. */
hys_status hys_array_multiply_by(hys_ctx *ctx, const hys_matrix *effective, const hys_matrix *inputs,
                                 hys_matrix *currents);

/* ---- how large an array can be ---- */

typedef enum hys_array_scheme {                   /* where lines are that are not chosen */
                                HYS_SCHEME_HALF,  /* V/2 */
                                HYS_SCHEME_THIRD, /* word lines V/3, bit lines 2 V/3 */
                                HYS_SCHEME_FLOAT,
                                HYS_SCHEME_GROUND
} hys_array_scheme;

typedef struct hys_margin_opts {
    size_t size;
    hys_array_opts lines; /* rows and columns are not looked at */
    hys_array_law law;
    double on, off; /* ohm, at the law's voltage */
    double voltage; /* V: between the chosen lines; 0: the law's */
    hys_array_scheme scheme;
    bool reads_voltage; /* across the best resistor, scheme HYS_SCHEME_FLOAT; otherwise the current at virtual ground */
    double least;       /* the margin that is enough */
    size_t most;        /* word lines of the largest array that is tried */
    double shape;       /* bit lines for each word line; 0: 1 */
} hys_margin_opts;
/* 10 kohm and 1 Mohm, resistors, 1 V, V/2, 0.1, 512 */
hys_margin_opts hys_margin_opts_default(void);

/* A cell in the worst corner, all others on.  The margin is (I_on - I_off) / I_on of the bit line's current with the
 * cell on and off, or (V_on - V_off) / V. */
typedef struct hys_margin {
    size_t n, columns;              /* word lines, bit lines */
    double margin, ideal_margin;    /* ideal: without wires, closed form */
    double on_current, off_current; /* A: of the chosen bit line at virtual ground */
    double sneak_current;           /* A: of it, that the chosen cell does not carry, when it is on */
    double resistor;                /* ohm: of a voltage read; otherwise 0 */
    double power;                   /* W: of a read of the cell when it is on */
    double write;                   /* V: left across the chosen cell, all on */
    double disturb;                 /* V: the most across any other cell, all on or all off */
} hys_margin;
hys_status hys_array_margin(hys_ctx *ctx, const hys_margin_opts *opts, size_t n, hys_margin *margin);

typedef enum hys_margin_map {
    HYS_MAP_WRITE,  /* of each cell when it is the chosen one: a solution a cell */
    HYS_MAP_DISTURB /* of all cells when the worst corner's is the chosen one */
} hys_margin_map;
/* Voltages across cells, all on, where a cell is written: every so-manyth word line and bit line, from the first;
 * v [as many word lines][as many bit lines] V. */
hys_status hys_array_margin_map(hys_ctx *ctx, const hys_margin_opts *opts, size_t n, hys_margin_map map, size_t every,
                                double *v);

typedef struct hys_margin_curve {
    hys_margin *points; /* n = 2, 4, 8 ... until the margin is not enough */
    size_t n_points;
    size_t largest;       /* 0: not even 2 */
    bool is_more;         /* the largest that was tried still has the margin */
    double ideal_largest; /* by the closed form; infinite where nothing leaks */
} hys_margin_curve;
/* Free with hys_margin_curve_free. */
hys_status hys_array_margins(hys_ctx *ctx, const hys_margin_opts *opts, hys_margin_curve *curve);
void hys_margin_curve_free(hys_ctx *ctx, hys_margin_curve *curve);

HYS_DECLS_END
#endif
