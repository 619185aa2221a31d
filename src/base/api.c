/* Public names of things that the rooms share. */
#include "base/diag.h"

const char *hys_nearest(const char *word, const char *const *names, size_t n) {
    return hys__nearest(word, names, n);
}
