/* The inside of the catalogue: cells as text and as numbers. */
#ifndef HYS_LAB_CATALOGUE_H
#define HYS_LAB_CATALOGUE_H
#include "io/csv_text.h"
#include <hysteron/catalogue.h>

struct hys_catalogue {
    hys_ctx *ctx;
    hys__arena arena;
    hys__csv_text text;
    double *numbers; /* [n_entries n_columns], NaN: none */
    signed char *bounds;
};

#endif
