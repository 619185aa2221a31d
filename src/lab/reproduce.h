/* The inside of the reproductions: rows of the tables, what they measure, and the runs that several rows share. */
#ifndef HYS_LAB_REPRODUCE_H
#define HYS_LAB_REPRODUCE_H
#include "base/diag.h"
#include "base/units.h"
#include <hysteron/circuit.h>
#include <hysteron/library.h>

#define HYS__WHY_SIZE 400

/* ---- what is taken from a run ---- */

typedef enum hys__measurand_kind {
    HYS__OF_MEASURE,  /* NAME, NAME@3 */
    HYS__OF_RUNS,     /* mean(NAME) and its like */
    HYS__OF_FRACTION, /* fraction(NAME>0.5) */
    HYS__OF_SLOPE,    /* slope(X,Y) */
    HYS__OF_POINT,    /* hopf@1.param */
    HYS__OF_POINTS    /* count(hopf) */
} hys__measurand_kind;

typedef struct hys__measurand {
    hys__measurand_kind kind;
    const char *name, *other; /* of .meas cards; the type of bifurcation points */
    size_t index;             /* of a run or a point, from 1; 0: there must be only one */
    size_t which;             /* statistic, or field of a point */
    double level;             /* of a fraction */
    bool is_above;
} hys__measurand;

typedef struct hys__measurand_error {
    char what[160], hint[160];
} hys__measurand_error;

/* False: error says why the text is none; HYS_NOMEM is in the arena. */
bool hys__measurand_read(hys__arena *arena, const char *text, bool is_bifurcation, hys__measurand *result,
                         hys__measurand_error *error);
/* NaN: why says what is missing. */
double hys__measurand_of_sim(const hys__measurand *m, hys__arena *scratch, const hys_sim *sim, char why[HYS__WHY_SIZE]);
double hys__measurand_of_bifurcation(const hys__measurand *m, const hys_bifurcation *b, char why[HYS__WHY_SIZE]);

/* ---- rows and runs ---- */

typedef struct hys__reproduce_row {
    hys_reproduced shown;
    hys__unit unit;
    hys__measurand measurand;
    size_t run; /* SIZE_MAX: none */
    char why[HYS__WHY_SIZE];
} hys__reproduce_row;

typedef struct hys__reproduce_run {
    const char *family, *text, *netlist;
    const char *param, *from, *to; /* of a bifurcation; NULL */
} hys__reproduce_run;

struct hys_reproduction {
    hys_ctx *ctx;
    hys__arena arena;
    struct {
        hys__reproduce_row *at;
        size_t n, cap;
    } rows;
    struct {
        hys__reproduce_run *at;
        size_t n, cap;
    } runs;
};

/* Adds the rows of folder/reproduce.csv. */
hys_status hys__reproduce_table(hys_reproduction *r, const char *folder, const char *family);
/* Carries out the runs that rows name, and fills in what they give. */
hys_status hys__reproduce_runs(hys_reproduction *r, const hys_reproduce_opts *opts);
/* The name of the SI unit of these dimensions, in the arena; NULL: out of memory. */
const char *hys__si_unit_name(hys__arena *arena, const hys__unit *unit);
void hys__reproduce_judge(hys__reproduce_row *row);

#endif
