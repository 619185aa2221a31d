/* hysteron/verdict.h -- what a device is good for: synapse, memory, selector, neuron, reservoir node, ion channel;
 * ranked, with the numbers that decide it and what published devices reach. */
#ifndef HYSTERON_VERDICT_H
#define HYSTERON_VERDICT_H
#include <hysteron/classify.h>
HYS_DECLS_BEGIN

typedef struct hys_verdict_criterion {
    const char *name, *unit, *desc; /* unit "" or "1": a number */
    const char *relation;           /* ">=", "<=" or "=": how value should stand to wanted */
    double value, wanted;           /* value NaN: cannot be told */
    bool pass, decides;             /* decides: it enters the verdict and the score */
    const char *source;             /* where wanted comes from */
    const char *literature;         /* what published devices reach: "median 12, best 200 of 23 (catalogue)"; "" */
    const char *remark;             /* why it cannot be told; the conditions of the measurement; "" */
} hys_verdict_criterion;

typedef struct hys_verdict {
    const char *use;     /* "synapse" */
    const char *verdict; /* "pass", "conditional", "fail", "cannot be told" */
    double score;        /* 0..1 */
    const char *summary; /* one sentence: the criterion that decided, and by how much */
    const hys_verdict_criterion *criteria;
    size_t n_criteria;
} hys_verdict;

typedef struct hys_verdict_opts {
    size_t size;
    const char *as;         /* "synapse,memory": only these; NULL: all */
    const hys_class *known; /* the device's class, where it is known: what contradicts it is told; NULL: not known */
    const hys_bench_opts *bench; /* NULL: defaults */
    int32_t n_threads;           /* 0: those of the machine */
    int (*progress)(void *user, double done);
    void *progress_user;
} hys_verdict_opts;
hys_verdict_opts hys_verdict_opts_default(void);

size_t hys_use_count(void);
const char *hys_use_name(size_t i);
const char *hys_use_desc(size_t i);

typedef struct hys_verdicts hys_verdicts;
hys_status hys_verdict_run(hys_ctx *ctx, const hys_model *model, const hys_verdict_opts *opts, hys_verdicts **result);
void hys_verdicts_free(hys_verdicts *result);
size_t hys_verdicts_count(const hys_verdicts *result); /* best first */
const hys_verdict *hys_verdicts_get(const hys_verdicts *result, size_t i);
size_t hys_verdicts_n_tables(const hys_verdicts *result); /* what the protocols behind them measured */
const hys_protocol_table *hys_verdicts_table(const hys_verdicts *result, size_t i);
size_t hys_verdicts_n_remarks(const hys_verdicts *result);
const char *hys_verdicts_remark(const hys_verdicts *result, size_t i);

HYS_DECLS_END
#endif
