/* hysteron/array_experiment.h -- experiments on a crossbar, from a YAML file: an array, its cells, its faults, and
 * steps that are done one after the other.
 *
 * Files that the experiment names are looked for beside it.  Same file, same inputs, same seed: same result. */
#ifndef HYSTERON_ARRAY_EXPERIMENT_H
#define HYSTERON_ARRAY_EXPERIMENT_H
#include <hysteron/array_program.h>
#include <hysteron/table.h>
HYS_DECLS_BEGIN

typedef struct hys_experiment hys_experiment;

/* Reads and checks the file and all that it names; devices are loaded.  Nothing is simulated yet. */
hys_status hys_experiment_read(hys_ctx *ctx, const char *path, hys_experiment **result);
void hys_experiment_free(hys_experiment *experiment);
/* All kinds of steps and options, as a file with comments. */
const char *hys_experiment_example(void);

typedef struct hys_experiment_opts {
    size_t size;
    int (*progress)(void *user, double done); /* other than 0: HYS_CANCEL */
    void *progress_user;
} hys_experiment_opts;
/* Once.  HYS_OK also where cells were not reached: the steps' results say so. */
hys_status hys_experiment_run(hys_experiment *experiment, const hys_experiment_opts *given);

/* ---- what it is ---- */

typedef struct hys_experiment_info {
    size_t size;
    const char *title;  /* "" */
    const char *folder; /* that the file asks its results to be written to; NULL: none */
    bool has_csv, has_figures;
    uint64_t seed;
    size_t rows, columns;
    size_t n_steps;
    size_t n_inputs; /* files that were read, the experiment first */
} hys_experiment_info;
hys_experiment_info hys_experiment_get_info(const hys_experiment *experiment);
/* hash: BLAKE2b-256 in hexadecimal; false: there is no such input. */
bool hys_experiment_input(const hys_experiment *experiment, size_t k, const char **path, const char **hash);

/* ---- what came out ---- */

typedef struct hys_experiment_number {
    const char *name, *unit; /* "": a number */
    double value;
} hys_experiment_number;
typedef struct hys_experiment_matrix {
    const char *name, *unit;
    hys_matrix values; /* borrowed */
    bool is_map;       /* [rows columns] of the array */
} hys_experiment_matrix;
typedef struct hys_experiment_table {
    const char *name;
    const hys_table *table; /* borrowed */
    const char *figure;     /* kind of figure, "": none */
} hys_experiment_table;

typedef struct hys_experiment_step {
    const char *kind; /* "program" */
    const char *name; /* as the file calls it, else its number and kind: "02-program" */
    bool is_done;     /* it was run */
    bool has_failed;  /* it ended, but not with what was asked for */
    const hys_experiment_number *numbers;
    size_t n_numbers;
    const hys_experiment_matrix *matrices;
    size_t n_matrices;
    const hys_experiment_table *tables;
    size_t n_tables;
    const char *const *remarks; /* cells that were not reached ... */
    size_t n_remarks;
} hys_experiment_step;
/* k < n_steps of the info. */
const hys_experiment_step *hys_experiment_get_step(const hys_experiment *experiment, size_t k);

HYS_DECLS_END
#endif
