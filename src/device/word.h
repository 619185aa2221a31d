/* Words of options ("--wave sine:1V,10Hz"): cut out of the user's text, read with diagnostics that point
 * at the very characters: `--wave:1:6: error: ...`. */
#ifndef HYS_DEVICE_WORD_H
#define HYS_DEVICE_WORD_H
#include "base/diag.h"
#include "base/units.h"

typedef struct hys__word {
    const char *option; /* "--wave": stands where a file's name would */
    const char *text;   /* the option's whole value */
    size_t at, n;       /* this word in it */
} hys__word;

hys__word hys__word_all(const char *option, const char *text);
/* Cuts the part before the next separator off rest and trims blanks.  False at the end of the text. */
bool hys__word_next(hys__word *rest, char separator, hys__word *word);
bool hys__word_is(const hys__word *word, const char *s);
const char *hys__word_copy(hys__arena *arena, const hys__word *word);

hys_status hys__word_fail(hys_ctx *ctx, const hys__word *word, hys_status status, const char *hint, const char *fmt,
                          ...) __attribute__((format(printf, 5, 6)));
void hys__word_warn(hys_ctx *ctx, const hys__word *word, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* A quantity in SI of the dimension of unit ("V", "s", "1").  A bare number is SI.  what: "the
 * amplitude". */
hys_status hys__word_quantity(hys_ctx *ctx, const hys__word *word, const char *unit, const char *what, double *value);
/* The same where one of several units may stand (NULL-terminated); *which tells, SIZE_MAX for a bare
 * number. */
hys_status hys__word_quantity_of(hys_ctx *ctx, const hys__word *word, const char *const *units, const char *what,
                                 double *value, size_t *which);
/* A whole number of at least `least`. */
hys_status hys__word_count(hys_ctx *ctx, const hys__word *word, long least, long most, const char *what, long *value);

#endif
