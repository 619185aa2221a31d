/* hysteron/brain_experiment.h -- whole experiments on cells and networks, as YAML files tell them, and the log that a
 * run writes.
 *
 * Files that the experiment names are looked for beside it.  Same file, same inputs, same seed: same result, with any
 * number of threads. */
#ifndef HYSTERON_BRAIN_EXPERIMENT_H
#define HYSTERON_BRAIN_EXPERIMENT_H
#include <hysteron/brain_network.h>
#include <hysteron/table.h>
HYS_DECLS_BEGIN

typedef struct hys_brain_experiment hys_brain_experiment;

/* Reads and checks the file and all that it names; devices are loaded, morphologies cut into compartments.  No memory
 * of cells is taken yet. */
hys_status hys_brain_experiment_read(hys_ctx *ctx, const char *path, hys_brain_experiment **result);
void hys_brain_experiment_free(hys_brain_experiment *experiment);
/* Bytes that a run will take, by what is in the file. */
double hys_brain_experiment_memory(const hys_brain_experiment *experiment);
/* All that can be said, as a file with comments. */
const char *hys_brain_experiment_example(void);

typedef struct hys_brain_expectation { /* what a publication gives, for the table of what came out */
    const char *name;                  /* as of hys_brain_experiment_value */
    double value, tolerance;           /* tolerance infinite: told, but not judged */
    const char *source;
} hys_brain_expectation;
typedef struct hys_brain_input {
    const char *path, *hash; /* BLAKE2b-256 in hexadecimal */
} hys_brain_input;

typedef struct hys_brain_experiment_info {
    size_t size;
    const char *title;  /* "" */
    const char *folder; /* that the file asks its results to be written to; NULL: none */
    bool has_figures;
    uint64_t seed;
    double dt, duration; /* s */
    const char *method;
    const hys_brain_expectation *expected;
    size_t n_expected;
    const char *const *missing; /* what the source does not say, and what was taken instead */
    size_t n_missing;
    const hys_brain_input *inputs; /* files that were read, the experiment first */
    size_t n_inputs;
} hys_brain_experiment_info;
hys_brain_experiment_info hys_brain_experiment_get_info(const hys_brain_experiment *experiment);

/* Of the cells of a group, in the order of the file; NULL: one, or none. */
const hys_compartments *hys_brain_experiment_compartments(const hys_brain_experiment *experiment, size_t group);

/* ---- running ---- */

typedef struct hys_brain_run_opts {
    size_t size;
    const char *log;  /* path: spikes and records go there, slice by slice; of ranks PATH.RANK; NULL: nowhere */
    unsigned threads; /* 0: the file's, or the context's */
    uint64_t seed;    /* with has_seed: in place of the file's */
    bool has_seed;
    double duration;        /* s; 0: the file's */
    const char *checkpoint; /* path: written every `checkpoint_every` s of wall time and at the end; NULL: none */
    double checkpoint_every;
    bool is_resumed;                          /* goes on from the checkpoint */
    double most_memory;                       /* bytes; 0: what the machine has */
    int (*progress)(void *user, double done); /* nonzero cancels */
    void *progress_user;
} hys_brain_run_opts;
hys_brain_run_opts hys_brain_run_opts_default(void);

typedef struct hys_brain_group_result {
    const char *name;
    size_t n, n_spikes;
    double rate;              /* Hz, mean over cells, behind `after` of the file */
    double cv;                /* mean coefficient of variation of intervals, of cells with three spikes or more; NaN */
    double device_energy;     /* J a spike, taken by channels that have a scale, in their own time; NaN */
    double device_energy_sum; /* J of the cells whose devices are followed: 8, or those of `meter`; NaN */
    size_t n_metered;         /* how many cells these are */
} hys_brain_group_result;
typedef struct hys_brain_run_result {
    size_t size;
    size_t n_groups;
    const hys_brain_group_result *groups; /* until the experiment is freed */
    size_t n_cells, n_compartments, n_synapses;
    double memory;                                /* bytes */
    double build_seconds, run_seconds, simulated; /* wall, wall, biological s */
} hys_brain_run_result;
/* Once.  What was simulated before a failure or a cancellation is in the result and in the log. */
hys_status hys_brain_experiment_run(hys_brain_experiment *experiment, const hys_brain_run_opts *opts,
                                    hys_brain_run_result *result);
/* After a run: "GROUP.rate", ".spikes", ".cv", ".first_spike", ".last_interval" (the last two of its first cell),
 * ".device_energy" (J a spike), ".device_energy_sum" and ".device_energy_mean" (J, of all metered cells and of one of
 * them; of this run alone, where it goes on from a checkpoint); "RECORD.max", ".max_time", ".min", ".min_time",
 * ".mean",
 * ".last" (of its first column); names of measures.  NaN: there is none of that name. */
double hys_brain_experiment_value(const hys_brain_experiment *experiment, const char *name);
size_t hys_brain_experiment_n_measures(const hys_brain_experiment *experiment);
const char *hys_brain_experiment_measure(const hys_brain_experiment *experiment, size_t k); /* its name */

/* ---- the log of a run, whole or cut off ---- */

typedef struct hys_brain_log hys_brain_log;

/* Blocks are taken up to the first that is not sound.  Of several ranks all files PATH.RANK are one log, up to the last
 * time that all of them have; path: PATH, or any of them. */
hys_status hys_brain_log_read(hys_ctx *ctx, const char *path, hys_brain_log **result);
void hys_brain_log_free(hys_brain_log *log);

typedef struct hys_brain_log_info {
    size_t size;
    bool is_whole; /* the run came to its end */
    double lost;   /* bytes behind the last sound block; of ranks, behind what all have */
    double until;  /* s: what is simulated up to here is in it */
    size_t n_populations, n_records;
    size_t n_parts; /* files, of as many ranks; 0: one */
} hys_brain_log_info;
hys_brain_log_info hys_brain_log_get_info(const hys_brain_log *log);
/* Pairs of key and value, which a NULL ends: version, seed, inputs. */
const char *const *hys_brain_log_notes(const hys_brain_log *log);

typedef struct hys_brain_log_population {
    const char *name;
    size_t n, n_spikes; /* cells */
} hys_brain_log_population;
hys_brain_log_population hys_brain_log_get_population(const hys_brain_log *log, size_t k);
/* Columns time, cell; in the order of time, then of cells.  */
hys_status hys_brain_log_spikes(const hys_brain_log *log, size_t k, hys_table **result);

typedef struct hys_brain_log_record {
    const char *name, *what, *unit;
    size_t population, n_columns, n_rows;
    double every;                         /* s */
    const uint32_t *cells, *compartments; /* [n_columns] */
} hys_brain_log_record;
hys_brain_log_record hys_brain_log_get_record(const hys_brain_log *log, size_t k);
/* Columns time, then those of the record, at most `most` of them (0: all). */
hys_status hys_brain_log_table(const hys_brain_log *log, size_t k, size_t most, hys_table **result);

/* SONATA: FOLDER/spikes.h5 with /spikes/POPULATION/{timestamps,node_ids}, and FOLDER/report.h5 with
 * /report/RECORD/{data,mapping}.  notes: pairs of key and value beside the log's own, which a NULL ends. */
hys_status hys_brain_log_write_sonata(const hys_brain_log *log, const char *folder, const char *const *notes);

HYS_DECLS_END
#endif
