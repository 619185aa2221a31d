/* "Did you mean": the nearest name. */
#include "base/diag.h"
#include <string.h>

#define WORD_MAX 64 /* longer words are not compared */

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t min3(size_t a, size_t b, size_t c) {
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* How many insertions, deletions, replacements and swaps of neighbours make b of a (Damerau 1964; no
 * piece is changed twice).  Upper and lower case are the same. */
static size_t distance(const char *a, size_t n_a, const char *b, size_t n_b) {
    size_t rows[3][WORD_MAX + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= n_b; j++) above[j] = before[j] = j;
    for (size_t i = 1; i <= n_a; i++) {
        row[0] = i;
        for (size_t j = 1; j <= n_b; j++) {
            char x = lower(a[i - 1]), y = lower(b[j - 1]);
            row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y));
            bool swapped = i > 1 && j > 1 && x == lower(b[j - 2]) && y == lower(a[i - 2]);
            if (swapped && before[j - 2] + 1 < row[j]) row[j] = before[j - 2] + 1;
        }
        size_t *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[n_b];
}

/* Two slips, or one in three letters of a long word; but of a short word two thirds must be right. */
static size_t distance_allowed(size_t n) {
    if (n < 4) return n / 2;
    return n / 3 > 2 ? n / 3 : 2;
}

const char *hys__nearest(const char *word, const char *const *names, size_t n) {
    const char *nearest = NULL;
    size_t n_word = strnlen(word, WORD_MAX + 1), least = distance_allowed(n_word) + 1;
    if (n_word > WORD_MAX) return NULL;
    for (size_t i = 0; i < n; i++) {
        size_t n_name = strnlen(names[i], WORD_MAX + 1);
        if (n_name > WORD_MAX) continue;
        size_t d = distance(word, n_word, names[i], n_name);
        if (d < least) {
            least = d;
            nearest = names[i];
        }
    }
    return nearest;
}
