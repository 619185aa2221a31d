/* Public names of things that the rooms share. */
#include "base/diag.h"
#include "base/units.h"

const char *hys_nearest(const char *word, const char *const *names, size_t n) {
    return hys__nearest(word, names, n);
}

size_t hys_quantity_format(double value, const char *unit, int digits, char *buf) {
    return hys__quantity_format(value, unit, digits, buf);
}
