/* Options of protocols: numbers with the unit of their row, lists, words. */
#include "device/word.h"
#include "lab/protocol.h"
#include <math.h>
#include <string.h>

#define MOST_VALUES 10000

static const hys_protocol_option *find(const hys__protocol *p, const char *name, hys__word *word) {
    for (size_t k = 0; k < p->shown->n_options; k++)
        if (!strcmp(p->shown->options[k].name, name)) {
            *word = hys__word_all("--opt", p->values[k]);
            return &p->shown->options[k];
        }
    return NULL;
}

static hys_status read_word(hys__protocol *p, const char *name, const hys_protocol_option **option, hys__word *word) {
    hys__word all;
    *option = find(p, name, &all);
    if (!*option) return HYS_BUG_HERE(p->ctx, "a protocol asks for an option that its row lacks");
    hys__word_next(&all, '\0', word);
    return HYS_OK;
}

hys_status hys__protocol_number(hys__protocol *p, const char *name, double *value) {
    const hys_protocol_option *option;
    hys__word word;
    hys_status status = read_word(p, name, &option, &word);
    return status == HYS_OK ? hys__word_quantity(p->ctx, &word, option->unit, name, value) : status;
}

hys_status hys__protocol_positive(hys__protocol *p, const char *name, double *value) {
    const hys_protocol_option *option;
    hys__word word;
    hys_status status = read_word(p, name, &option, &word);
    if (status == HYS_OK) status = hys__protocol_number(p, name, value);
    if (status == HYS_OK && !(*value > 1e-18 && *value < 1e18))
        return hys__word_fail(p->ctx, &word, HYS_ARG, "", "%s must be above 0", name);
    return status;
}

hys_status hys__protocol_count(hys__protocol *p, const char *name, long least, long *value) {
    const hys_protocol_option *option;
    hys__word word;
    hys_status status = read_word(p, name, &option, &word);
    return status == HYS_OK ? hys__word_count(p->ctx, &word, least, 1000000, name, value) : status;
}

/* range = FROM ":" TO ":" N */
static hys_status read_range(hys__protocol *p, const char *name, const char *unit, hys__word all, hys__values *values) {
    hys__word f[3], rest = all;
    size_t n = 0;
    double from, to;
    long points;
    while (n < 3 && hys__word_next(&rest, ':', &f[n])) n++;
    if (n < 3 || rest.text) return hys__word_fail(p->ctx, &all, HYS_ARG, "FROM:TO:N", "%s is no range", name);
    hys_status status = hys__word_quantity(p->ctx, &f[0], unit, name, &from);
    if (status == HYS_OK) status = hys__word_quantity(p->ctx, &f[1], unit, name, &to);
    if (status == HYS_OK) status = hys__word_count(p->ctx, &f[2], 2, MOST_VALUES, "the number of values", &points);
    if (status != HYS_OK) return status;
    if (!(from > 0 && to > from && isfinite(to)))
        return hys__word_fail(p->ctx, &all, HYS_ARG, "1ms:1s:10", "%s must rise from above 0", name);
    values->n = (size_t)points;
    values->at = HYS_NEW_N(p->arena, double, values->n);
    if (!values->at) return HYS_NOMEM;
    for (size_t k = 0; k < values->n; k++)
        values->at[k] = k + 1 == values->n ? to : from * pow(to / from, (double)k / (double)(values->n - 1));
    return HYS_OK;
}

hys_status hys__protocol_list(hys__protocol *p, const char *name, hys__values *values) {
    const hys_protocol_option *option;
    hys__word all = hys__word_all(name, ""), item = all;
    hys_status status = read_word(p, name, &option, &all);
    if (status != HYS_OK) return status;
    if (memchr(all.text + all.at, ':', all.n)) return read_range(p, name, option->unit, all, values);
    hys__word rest = all;
    size_t most = 1;
    for (const char *c = all.text; *c; c++) most += *c == ',';
    values->n = 0;
    values->at = HYS_NEW_N(p->arena, double, most);
    if (!values->at) return HYS_NOMEM;
    if (most > MOST_VALUES) return hys__word_fail(p->ctx, &all, HYS_LIMIT, "", "too many values of %s", name);
    while (status == HYS_OK && hys__word_next(&rest, ',', &item)) {
        double value = 0;
        status = hys__word_quantity(p->ctx, &item, option->unit, name, &value);
        if (status != HYS_OK) return status;
        bool is_rising = value > 0 && (values->n == 0 || value > values->at[values->n - 1]);
        if (!is_rising || !isfinite(value))
            return hys__word_fail(p->ctx, &item, HYS_ARG, "", "%s must rise from above 0", name);
        values->at[values->n++] = value;
    }
    return HYS_OK;
}

hys_status hys__protocol_quantities(hys__protocol *p, const char *name, hys__values *values) {
    const hys_protocol_option *option;
    hys__word rest = hys__word_all(name, ""), item;
    hys_status status = read_word(p, name, &option, &rest);
    if (status != HYS_OK) return status;
    size_t most = 1;
    for (const char *c = rest.text; *c; c++) most += *c == ',';
    if (most > MOST_VALUES) return hys__word_fail(p->ctx, &rest, HYS_LIMIT, "", "too many values of %s", name);
    values->n = 0;
    values->at = HYS_NEW_N(p->arena, double, most);
    if (!values->at) return HYS_NOMEM;
    while (status == HYS_OK && hys__word_next(&rest, ',', &item)) {
        status = hys__word_quantity(p->ctx, &item, option->unit, name, &values->at[values->n]);
        if (status == HYS_OK && !isfinite(values->at[values->n++]))
            return hys__word_fail(p->ctx, &item, HYS_ARG, "", "%s must be finite", name);
    }
    return status;
}

hys_status hys__protocol_word(hys__protocol *p, const char *name, const char *const *words, size_t *which) {
    const hys_protocol_option *option;
    hys__word word;
    hys_status status = read_word(p, name, &option, &word);
    if (status != HYS_OK) return status;
    for (*which = 0; words[*which]; ++*which)
        if (hys__word_is(&word, words[*which])) return HYS_OK;
    return hys__word_fail(p->ctx, &word, HYS_ARG, option->desc, "this is no %s", name);
}

const char *hys__protocol_quantity(hys__protocol *p, double value, const char *unit) {
    char number[32];
    hys__number_format(value, number);
    return hys__arena_printf(p->arena, "%s%s", number, unit);
}
