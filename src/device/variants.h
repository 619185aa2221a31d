/* Variants of a device: named sets of parameters, SPICE .model cards in the file NAME.lib beside NAME.va. */
#ifndef HYS_DEVICE_VARIANTS_H
#define HYS_DEVICE_VARIANTS_H
#include "base/memory.h"
#include <hysteron/device.h>

typedef struct hys__variants {
    hys_variant *at;
    size_t n, cap;
} hys__variants;

/* Those in a file of cards, in the arena; none where there is no such file. */
hys_status hys__variants_read(hys__arena *arena, const char *lib_path, hys__variants *variants);
/* NAME.lib of NAME.va, in the arena; NULL when out of memory. */
const char *hys__variants_path(hys__arena *arena, const char *va_path);
/* The variant of that name in the shipped library, in the cards beside a device whose name it begins with; *base is the
 * card's module.  *variant NULL: there is none. */
hys_status hys__variants_find(hys__arena *arena, const char *name, const char **base, const hys_variant **variant);
/* The sets of both, of which the second wins. */
hys_status hys__variants_merge(hys__arena *arena, const hys_variant *variant, const char *const *set, size_t n_set,
                               const char *const **merged, size_t *n_merged);
/* Whether a "NAME=VALUE" of the list has the name that text begins with. */
bool hys__variants_has(const char *const *set, size_t n_set, const char *text);

#endif
