#include "network/confusion.h"

void hys__confusion_count(size_t *counts, const hys_samples *samples, const uint16_t *classes) {
    for (size_t k = 0; k < samples->n; k++) counts[samples->labels[k] * samples->n_classes + classes[k]]++;
}

static hys_status put_row(hys_table *t, const size_t *counts, size_t n, size_t class) {
    hys_status status = HYS_OK;
    double all = 0;
    for (size_t j = 0; j < n; j++) all += (double)counts[class * n + j];
    for (size_t j = 0; j < n && status == HYS_OK; j++) {
        const double count = (double)counts[class * n + j];
        status = hys_table_add_row(t, (const double[]){(double)j, (double)class, all > 0 ? count / all : 0, count});
    }
    return status;
}

hys_status hys__confusion_table(hys_ctx *ctx, const size_t *counts, size_t n_classes, hys_table **table) {
    static const char *const names[] = {"Predicted class", "True class", "Part of the class", "samples"};
    hys_table *t = NULL;
    hys_status status = hys_table_new(ctx, &t);
    for (size_t k = 0; k < 4 && status == HYS_OK; k++) status = hys_table_add_column(t, names[k], "");
    for (size_t k = 0; k < n_classes && status == HYS_OK; k++) status = put_row(t, counts, n_classes, k);
    if (status == HYS_OK) *table = t;
    else hys_table_free(t);
    return status;
}
