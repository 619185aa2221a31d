/* The SI prefixes, and which units take one: between the parser of units and that of quantities. */
#ifndef HYS_BASE_UNIT_NAMES_H
#define HYS_BASE_UNIT_NAMES_H
#include <stdbool.h>
#include <stddef.h>

typedef struct hys__prefix {
    const char *symbols; /* separated by spaces; the first is the one we write */
    const char *word;
    int exponent; /* of ten */
} hys__prefix;
extern const hys__prefix hys__prefixes[];
extern const size_t hys__n_prefixes;

/* Whether s, of n bytes, is one of the prefix's symbols. */
bool hys__prefix_is(const hys__prefix *prefix, const char *s, size_t n);
/* Whether "k" before the name means what a reader expects: of "ohm" yes; of "kg", "A/m^2", "K" no. */
bool hys__unit_takes_prefix(const char *name);

#endif
