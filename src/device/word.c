#include "device/word.h"
#include "base/clocale.h"
#include <math.h>
#include <string.h>

/* Longest text of a diagnostic that is made here; longer ones are cut. */
#define MESSAGE_MAX 512

hys__word hys__word_all(const char *option, const char *text) {
    return (hys__word){option, text, 0, strlen(text)};
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void trim(hys__word *w) {
    while (w->n && is_blank(w->text[w->at])) w->at++, w->n--;
    while (w->n && is_blank(w->text[w->at + w->n - 1])) w->n--;
}

bool hys__word_next(hys__word *rest, char separator, hys__word *word) {
    if (!rest->text) return false;
    const char *head = rest->text + rest->at, *end = memchr(head, separator, rest->n);
    size_t n = end ? (size_t)(end - head) : rest->n;
    *word = (hys__word){rest->option, rest->text, rest->at, n};
    trim(word);
    rest->at += n + (end ? 1 : 0);
    rest->n -= n + (end ? 1 : 0);
    if (!end) rest->text = NULL;
    return true;
}

bool hys__word_is(const hys__word *word, const char *s) {
    return strlen(s) == word->n && memcmp(word->text + word->at, s, word->n) == 0;
}

const char *hys__word_copy(hys__arena *arena, const hys__word *word) {
    return hys__arena_strndup(arena, word->text + word->at, word->n);
}

hys_status hys__word_fail(hys_ctx *ctx, const hys__word *word, hys_status status, const char *hint, const char *fmt,
                          ...) {
    char message[MESSAGE_MAX];
    va_list args;
    va_start(args, fmt);
    hys__c_vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    return hys__report_at(ctx, HYS_ERROR, status, word->option, 1, (int32_t)word->at + 1, word->text, hint, "%s",
                          message);
}

void hys__word_warn(hys_ctx *ctx, const hys__word *word, const char *hint, const char *fmt, ...) {
    char message[MESSAGE_MAX];
    va_list args;
    va_start(args, fmt);
    hys__c_vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    hys__report_at(ctx, HYS_WARNING, HYS_OK, word->option, 1, (int32_t)word->at + 1, word->text, hint, "%s", message);
}

/* How a word is quoted in a message: shortened, without control characters. */
static const char *shown(const hys__word *word, char buf[64]) {
    size_t n = word->n < 40 ? word->n : 40, k = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)word->text[word->at + i];
        buf[k++] = c < 32 || c == 127 ? '?' : (char)c;
    }
    if (n < word->n) memcpy(buf + k, "...", 3), k += 3;
    buf[k] = 0;
    return buf;
}

hys_status hys__word_quantity_of(hys_ctx *ctx, const hys__word *word, const char *const *units, const char *what,
                                 double *value, size_t *which) {
    char buf[64];
    double number;
    hys__unit unit;
    bool has_unit;
    if (!word->n)
        return hys__word_fail(ctx, word, HYS_ARG, "", "%s is missing (a number with unit %s)", what, units[0]);
    if (!hys__quantity_parse(word->text + word->at, word->n, &number, &unit, &has_unit))
        return hys__word_fail(ctx, word, HYS_ARG, "write a number and its unit without a blank",
                              "%s is '%s'; a number with unit %s is needed", what, shown(word, buf), units[0]);
    *which = SIZE_MAX;
    if (!has_unit) {
        *value = number;
        return HYS_OK;
    }
    for (*which = 0; units[*which]; ++*which) {
        hys__unit wanted;
        if (hys__unit_parse(units[*which], strlen(units[*which]), &wanted) && hys__unit_same_dim(&unit, &wanted)) {
            *value = hys__unit_to_si(&unit, number);
            return HYS_OK;
        }
    }
    return hys__word_fail(ctx, word, HYS_UNIT, "", "%s is %s; its unit must be %s%s%s", what, shown(word, buf),
                          units[0], units[1] ? " or " : "", units[1] ? units[1] : "");
}

hys_status hys__word_quantity(hys_ctx *ctx, const hys__word *word, const char *unit, const char *what, double *value) {
    const char *units[] = {unit, NULL, NULL};
    size_t which;
    return hys__word_quantity_of(ctx, word, units, what, value, &which);
}

hys_status hys__word_count(hys_ctx *ctx, const hys__word *word, long least, long most, const char *what, long *value) {
    char buf[64];
    double number;
    hys__unit unit;
    bool has_unit = false;
    bool good = hys__quantity_parse(word->text + word->at, word->n, &number, &unit, &has_unit);
    if (!good || has_unit || number != floor(number) || number < (double)least || number > (double)most)
        return hys__word_fail(ctx, word, HYS_ARG, "", "%s is '%s'; a whole number from %ld to %ld is needed", what,
                              shown(word, buf), least, most);
    *value = (long)number;
    return HYS_OK;
}
