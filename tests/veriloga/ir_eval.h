/* An interpreter of the compiler's graph, slow and plain, for tests: what does a model's row, retained slot
 * or message give at these unknowns?  It knows nothing of derivatives, kernels or the folding in ir.c.
 *
 *     va_eval e;
 *     va_eval_init(&e, &model);             parameters at their defaults, retained at their initialisers
 *     va_eval_x(&e, "p", 0.3);             unknowns go by name
 *     va_eval_run(&e);
 *     assert_near(va_eval_row(&e, "p"), 0.3 / 50, 1e-12);
 *     va_eval_accept(&e);                   retained slots take their next values
 *     va_eval_free(&e);
 *
 * Rows with ddt: give the time derivatives in e.ddt[i] (0 at first), or use va_eval_ddt to name an unknown
 * that is differentiated directly. */
#ifndef IR_EVAL_H
#define IR_EVAL_H
#include "veriloga/ir.h"

typedef struct va_eval {
    const va_model *model;
    double *x;        /* [unknowns] */
    double *param;    /* [params] */
    double *retained; /* [retained] accepted values */
    double *ddt;      /* [ddts] */
    double *draw;     /* [draws] standard draw of each site */
    double *delayed;  /* [delays] */
    double *simparam; /* [simparams] NaN: not known */
    bool *event;      /* [events] */
    bool *given;      /* [params] */
    bool *connected;  /* [unknowns] */
    double time, temp;
    unsigned flags;      /* 1u << va_flag */
    double *val;         /* [instructions] after va_eval_run */
    bool *is_done;       /* [instructions] was it reached */
    size_t n_iterations; /* of all loops together in the last run */
} va_eval;

void va_eval_init(va_eval *e, const va_model *model);
void va_eval_free(va_eval *e);
void va_eval_run(va_eval *e);
/* Runs with VA_FLAG_INIT | STATIC | DC, and commits: as at the start of an analysis. */
void va_eval_start(va_eval *e);
void va_eval_accept(va_eval *e); /* commits the retained slots of the last run */

uint32_t va_eval_unknown(const va_eval *e, const char *name); /* fails the test when there is none */
uint32_t va_eval_slot(const va_eval *e, const char *name);
bool va_eval_has_slot(const va_eval *e, const char *name);
void va_eval_x(va_eval *e, const char *name, double value);
void va_eval_param(va_eval *e, const char *name, double value);  /* dependent defaults follow */
void va_eval_ddt(va_eval *e, const char *unknown, double value); /* of all ddts of this unknown alone */
double va_eval_value(const va_eval *e, va_val v);
double va_eval_row(const va_eval *e, const char *unknown);
double va_eval_next(const va_eval *e, const char *slot);
double va_eval_opvar(const va_eval *e, const char *name);
double va_eval_init_of(const va_eval *e, const char *unknown);
/* Whether effect i happens, and its k-th value. */
bool va_eval_happens(const va_eval *e, size_t effect);
double va_eval_shown(const va_eval *e, size_t effect, size_t k);

#endif
