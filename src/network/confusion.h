/* What samples were taken for. */
#ifndef HYS_NETWORK_CONFUSION_H
#define HYS_NETWORK_CONFUSION_H
#include <hysteron/network.h>
#include <hysteron/table.h>

/* counts [n_classes n_classes]: rows are true classes. */
void hys__confusion_count(size_t *counts, const hys_samples *samples, const uint16_t *classes);
/* "Predicted class", "True class", "Part of the class", "samples": a row a pair of classes. */
hys_status hys__confusion_table(hys_ctx *ctx, const size_t *counts, size_t n_classes, hys_table **table);

#endif
