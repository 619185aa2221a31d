/* The inside of a choice of models. */
#ifndef HYS_LAB_FIT_SELECT_H
#define HYS_LAB_FIT_SELECT_H
#include "lab/fit.h"

#define HYS__FIT_BLOCKS 16 /* parts left out in turn */

typedef struct hys__fit_entry {
    const char *name;
    hys_ctx *ctx; /* its own: entries are computed side by side; NULL: the resistor's */
    hys_model *model;
    hys_fit *fit; /* NULL: skipped, or the resistor */
    double cost, n_counted, memory;
    double blocks[HYS__FIT_BLOCKS];
    hys_fit_candidate shown;
    char why[256];
} hys__fit_entry;

struct hys_fit_selection {
    hys_ctx *ctx;
    hys__arena arena;
    const hys_fit_data *data;
    size_t n_data;
    hys_fit_select_opts opts;
    hys_fit_opts fit_opts;
    hys__fit_entry *entries; /* [n], the resistor first until they are ranked */
    size_t n;
    char statement[400];
};

/* Options of the quick and of the full fits. */
hys_fit_opts hys__fit_select_opts(const hys_fit_selection *s, bool is_full);

/* fit_rank.c: i = G v; also finds what is wrong with the data. */
hys_status hys__fit_resistor(hys_fit_selection *s, bool is_full);
/* By Bayes' criterion, best first.  Among the finalists and the resistor, or of all quick fits: numbers of quick fits
 * stay as they were then. */
void hys__fit_rank(hys_fit_selection *s, bool is_full);
void hys__fit_state(hys_fit_selection *s);

#endif
