/* The inside of an experiment: what its file says, and what its steps have found. */
#ifndef HYS_ARRAY_EXPERIMENT_H
#define HYS_ARRAY_EXPERIMENT_H
#include "base/file.h"
#include "io/yaml.h"
#include <hysteron/array_experiment.h>
#include <hysteron/array_layout.h>

/* ---- the file ---- */

typedef struct hys__said_layout {
    double half_pitch, thickness;
    const char *metal, *cell;
} hys__said_layout;

typedef struct hys__said_array {
    size_t rows, columns;
    double wire, word_wire, bit_wire, driver, sense; /* ohm; NaN: not said */
    double word_capacitance, bit_capacitance;        /* F; NaN: not said */
    int lines, word_ends, bit_ends, scheme, gates_along;
    double gate_read, gate_off; /* V */
    double tolerance;
    hys__said_layout layout;
} hys__said_array;

typedef struct hys__said_cell {
    const char *device, *selector, *conductances;
    hys__yaml_texts set, selector_set, spread, states;
    bool is_complementary, is_turned;
    double temperature; /* K */
    double nonlinearity, law_voltage;
} hys__said_cell;

typedef struct hys__said_fault {
    int kind;
    size_t row, column;
    double resistance;                                      /* ohm */
    double stuck_on, stuck_off, on, off, cut_word, cut_bit; /* of random faults */
} hys__said_fault;

typedef struct hys__said_read {
    double voltage, noise;
} hys__said_read;
typedef struct hys__said_write {
    size_t row;
    hys__yaml_reals columns;
    double voltage, width, rise, gate;
} hys__said_write;
typedef struct hys__said_pulse {
    hys__yaml_reals words, bits, gates;
    double width, rise, read_voltage;
} hys__said_pulse;
typedef struct hys__said_program {
    const char *target;
    double g_min, g_max;
    size_t levels, arrays;
    size_t steps; /* of a pulse; 0: as many as the error asks for */
    hys_program_opts opts;
    hys_array_run_opts run;
} hys__said_program;
typedef struct hys__said_multiply {
    const char *inputs;
    double read_voltage;
} hys__said_multiply;
typedef struct hys__said_wait {
    double time, temperature; /* NaN: not said */
    double read_voltage;
} hys__said_wait;
typedef struct hys__said_retention {
    hys__yaml_reals times;
    double voltage, noise, tolerance, drift, drift_spread, start;
    const char *cells;
    double g_max;
} hys__said_retention;
typedef struct hys__said_margin {
    double on, off, nonlinearity, voltage, least;
    size_t most;
} hys__said_margin;
typedef struct hys__said_map {
    size_t row, column;
    double voltage;
} hys__said_map;

typedef struct hys__said_step {
    const char *name;
    hys__said_read read;
    hys__said_write write;
    hys__said_pulse pulse;
    hys__said_program program, residual;
    hys__said_multiply multiply;
    hys__said_wait wait;
    hys__said_retention retention;
    hys__said_margin margin;
    hys__said_map map;
} hys__said_step;

typedef struct hys__said {
    const char *title;
    size_t seed;
    hys__said_array array;
    hys__said_cell cell;
    hys__yaml_sections faults, steps;
    struct {
        const char *folder;
        bool has_csv, has_figures;
    } outputs;
} hys__said;

extern const hys__yaml_schema hys__experiment_schema;
void hys__experiment_preset(hys__said *said);

/* ---- the experiment ---- */

typedef struct hys__found { /* what a step has found, as it grows */
    const struct hys__step_kind *kind;
    hys__said_step *said;
    const hys__yaml_node *node; /* of what is said under the kind */
    hys_matrix given;           /* what the step reads: targets, inputs */
    hys_experiment_step step;
    struct {
        hys_experiment_number *at;
        size_t n, cap;
    } numbers;
    struct {
        hys_experiment_matrix *at;
        size_t n, cap;
    } matrices;
    struct {
        hys_experiment_table *at;
        size_t n, cap;
    } tables;
    struct {
        const char **at;
        size_t n, cap;
    } remarks;
} hys__found;

typedef struct hys__experiment_input {
    const char *path;
    hys__hash hash;
} hys__experiment_input;

struct hys_experiment {
    hys_ctx *ctx;
    hys__arena arena;
    const char *path;
    hys__yaml yaml;
    hys__said said;
    hys_array *array;
    hys_array_opts lines;
    hys_cell_opts cell;
    double temp; /* K: now */
    hys__found *found;
    size_t n_steps;
    hys_matrix targets; /* [rows columns] S: of the last program; values NULL: none */
    bool is_run;
    struct {
        hys__experiment_input *at;
        size_t n, cap;
    } inputs;
    const hys_experiment_opts *opts; /* while it runs */
    size_t step;                     /* that runs */
};

typedef struct hys__step_kind {
    const char *name;
    /* Reads and checks what the step needs; may be NULL. */
    hys_status (*prepare)(hys_experiment *e, hys__found *found);
    hys_status (*run)(hys_experiment *e, hys__found *found);
} hys__step_kind;
extern const hys__step_kind hys__step_kinds[];
extern const size_t hys__n_step_kinds;

/* experiment.c */
size_t hys__experiment_count(const hys_experiment *e); /* rows columns */
/* Beside the experiment's file; NULL: no memory. */
const char *hys__experiment_path(hys_experiment *e, const char *name);
/* A matrix that the node names, into the arena; 0 rows or columns: any. */
hys_status hys__experiment_matrix(hys_experiment *e, const hys__yaml_node *node, const char *name, size_t rows,
                                  size_t columns, hys_matrix *matrix);
hys_status hys__experiment_make_array(hys_experiment *e, hys_array **array);
hys_status hys__experiment_set_temp(hys_experiment *e, double temp);
/* What was refused is refused at this place of the file. */
hys_status hys__experiment_blame(hys_experiment *e, const hys__yaml_node *node, hys_status status);
hys_write_gates hys__experiment_gates(const hys_experiment *e);
int hys__experiment_progress(void *user, double done); /* user: the experiment; of the step */

/* experiment_found.c: zeroed room of the results */
double *hys__found_map(hys_experiment *e, hys__found *f, const char *name, const char *unit);
double *hys__found_matrix(hys_experiment *e, hys__found *f, const char *name, const char *unit, size_t rows,
                          size_t columns);
hys_status hys__found_number(hys_experiment *e, hys__found *f, const char *name, const char *unit, double value);
hys_status hys__found_remark(hys_experiment *e, hys__found *f, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* names: "target", "S", "read", "S", NULL */
hys_table *hys__found_table(hys_experiment *e, hys__found *f, const char *name, const char *figure,
                            const char *const *columns);
void hys__found_close(hys__found *f);
void hys__found_free(hys__found *f);

/* experiment_program.c */
hys_status hys__program_prepare(hys_experiment *e, hys__found *f);
hys_status hys__program_step(hys_experiment *e, hys__found *f);
hys_status hys__residual_prepare(hys_experiment *e, hys__found *f);
hys_status hys__residual_step(hys_experiment *e, hys__found *f);

#endif
