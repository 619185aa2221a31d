/* hysteron/protocol.h -- protocols: what laboratories do with a device, each a row of one table: options with units
 * and defaults, and a result of numbers, tables and remarks.
 *
 * The device keeps its state through all steps of a protocol unless the protocol says "fresh device". */
#ifndef HYSTERON_PROTOCOL_H
#define HYSTERON_PROTOCOL_H
#include <hysteron/lab.h>
HYS_DECLS_BEGIN

typedef struct hys_protocol_option {
    const char *name;
    const char *unit;  /* "V", "s" ...; "1": a number; "": a whole number or a word */
    const char *value; /* the default, as a user would write it */
    const char *desc;
} hys_protocol_option;

typedef struct hys_protocol {
    const char *name;    /* "potentiation" */
    const char *aliases; /* other names, separated by blanks: the tags of ArC testers; "" */
    const char *summary; /* what it shows */
    const hys_protocol_option *options;
    size_t n_options;
} hys_protocol;

size_t hys_protocol_count(void);
const hys_protocol *hys_protocol_get(size_t i);
const hys_protocol *hys_protocol_find(const char *name); /* by name or alias; NULL: none */

typedef struct hys_protocol_opts {
    size_t size;
    const hys_bench_opts *bench; /* device, source and draws; waves, trains, cycles, points are the protocol's */
    const char *const *opt;      /* "NAME=VALUE" */
    size_t n_opt;
    const char *const *names; /* of measured tables: their files, for diagnostics; NULL: not known */
} hys_protocol_opts;
hys_protocol_opts hys_protocol_opts_default(void);

typedef struct hys_protocol_table {
    const char *name;
    const hys_table *table;
    const char *figure; /* kind of figure it is drawn as; "": none */
} hys_protocol_table;

typedef struct hys_protocol_result hys_protocol_result;
hys_status hys_protocol_run(hys_ctx *ctx, const hys_protocol *protocol, const hys_model *model,
                            const hys_protocol_opts *given, hys_protocol_result **result);

/* The half of a protocol that looks at what was measured. */
typedef struct hys_protocol_data {
    const char *protocol;
    const char *columns; /* what a table must hold: "v and i", "g by pulse, or v, i and time" */
    const hys_protocol_option *options;
    size_t n_options;
} hys_protocol_data;
const hys_protocol_data *hys_protocol_data_of(const hys_protocol *protocol); /* NULL: only models can be asked */
/* The features and tables that a run of a model gives, of n measured tables (one file of several temperatures, or one
 * a temperature).  The options are those of hys_protocol_data; the bench is of no use. */
hys_status hys_protocol_analyse(hys_ctx *ctx, const hys_protocol *protocol, const hys_table *const *tables, size_t n,
                                const hys_protocol_opts *given, hys_protocol_result **result);
void hys_protocol_result_free(hys_protocol_result *result);
size_t hys_protocol_n_features(const hys_protocol_result *result);
const hys_feature *hys_protocol_feature(const hys_protocol_result *result, size_t i);
const hys_feature *hys_protocol_find_feature(const hys_protocol_result *result, const char *name); /* NULL: none */
size_t hys_protocol_n_tables(const hys_protocol_result *result);
const hys_protocol_table *hys_protocol_table_at(const hys_protocol_result *result, size_t i);
/* What cannot be told, and why; what was chosen for the user. */
size_t hys_protocol_n_remarks(const hys_protocol_result *result);
const char *hys_protocol_remark(const hys_protocol_result *result, size_t i);

/* The label of nonlinearity of NeuroSim for a curve of conductance by pulse g [n_pulses + 1], from its first to its
 * last value: f(x) = (1 - exp(-x/A))/(1 - exp(-1/A)) is fitted; label = largest distance of f from the diagonal / 0.07.
 * Positive when it changes fastest at first.  *a (A, in units of all pulses; infinite: straight) and *rms (of the fit,
 * against the swing) may be NULL.  NaN when g does not change. */
double hys_nonlinearity(const double *g, size_t n_pulses, double *a, double *rms);

HYS_DECLS_END
#endif
