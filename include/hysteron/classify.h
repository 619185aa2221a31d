/* hysteron/classify.h -- what a device is, from what it does: control, polarity, volatility, order, NDR, thresholds ...
 *
 * Nothing is taken from a model's name, family or equations: a model is measured like a sample, and a measured curve is
 * asked the same questions.  Each answer carries its evidence, and "cannot be told" is an answer. */
#ifndef HYSTERON_CLASSIFY_H
#define HYSTERON_CLASSIFY_H
#include <hysteron/protocol.h>
HYS_DECLS_BEGIN

typedef struct hys_trait {
    const char *name;    /* "control", "polarity", "volatility", "order", "ndr", "on-off", ... */
    const char *unit;    /* of a trait that is a number, "" of a word */
    const char *answers; /* words that it can be, separated by '|'; "" of a number */
    const char *desc;
} hys_trait;
size_t hys_trait_count(void);
const hys_trait *hys_trait_get(size_t i);

typedef struct hys_finding {
    const hys_trait *trait;
    const char *answer; /* "bipolar"; of a number its text with unit; "cannot be told" */
    double value;       /* of a trait that is a number; else NaN */
    bool is_told;       /* false: cannot be told */
    double confidence;  /* 0..1; 0 where it cannot be told */
    const char
        *evidence;     /* one sentence with the numbers that decided; or why it cannot be told, and what would tell */
    const char *table; /* name of the table of this result that shows it; "": none */
} hys_finding;

typedef struct hys_class_opts {
    size_t size;
    const hys_bench_opts *bench; /* set, init, ports, temp, seed ...; NULL: defaults */
    const char *range;           /* "1.5V" or "-2V,1.5V" (or in A): the range to explore; NULL: it is found */
    int (*progress)(void *user, double done);
    void *progress_user;
} hys_class_opts;
hys_class_opts hys_class_opts_default(void);

/* A measured record: columns v and i, and time where it is known. */
typedef struct hys_class_data {
    const char *name; /* for messages: the file */
    const hys_table *table;
} hys_class_data;

typedef struct hys_class hys_class;
hys_status hys_classify_model(hys_ctx *ctx, const hys_model *model, const hys_class_opts *opts, hys_class **result);
hys_status hys_classify_data(hys_ctx *ctx, const hys_class_data *data, size_t n_data, const hys_class_opts *opts,
                             hys_class **result);
void hys_class_free(hys_class *result);
size_t hys_class_n_findings(const hys_class *result); /* one a trait, in the order of the traits */
const hys_finding *hys_class_finding(const hys_class *result, size_t i);
const hys_finding *hys_class_find(const hys_class *result, const char *trait); /* NULL: no such trait */
size_t hys_class_n_tables(const hys_class *result);
const hys_protocol_table *hys_class_table(const hys_class *result, size_t i);
/* Findings that contradict each other (the loop's direction and the impedance's sign ...): sentences. */
size_t hys_class_n_contradictions(const hys_class *result);
const char *hys_class_contradiction(const hys_class *result, size_t i);
size_t hys_class_n_remarks(const hys_class *result);
const char *hys_class_remark(const hys_class *result, size_t i);

HYS_DECLS_END
#endif
