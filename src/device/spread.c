#include "device/spread.h"
#include "base/random.h"
#include <math.h>
#include <string.h>

static const struct {
    const char *name;
    hys__spread_kind kind;
} kinds[] = {{"normal", HYS__SPREAD_NORMAL}, {"lognormal", HYS__SPREAD_LOGNORMAL}, {"uniform", HYS__SPREAD_UNIFORM}};

static hys_status read_size(hys_ctx *ctx, const hys__word *word, const char *units, hys__spread *spread) {
    hys__unit unit, own;
    bool has_unit, has_own = units && units[0] && hys__unit_parse(units, strlen(units), &own);
    if (!hys__quantity_parse(word->text + word->at, word->n, &spread->size, &unit, &has_unit) || !(spread->size >= 0))
        return hys__word_fail(ctx, word, HYS_ARG, "for example: lognormal 0.1",
                              "the size of a spread must be a number, not negative");
    if (!has_unit) return HYS_OK;
    bool is_part = hys__unit_is_one(&unit); /* "5%" */
    if (!is_part && (!has_own || !hys__unit_same_dim(&unit, &own)))
        return hys__word_fail(ctx, word, HYS_UNIT, "", "the parameter is in %s", units && units[0] ? units : "no unit");
    if (!is_part && spread->kind == HYS__SPREAD_LOGNORMAL)
        return hys__word_fail(ctx, word, HYS_UNIT, "", "the size of a lognormal spread has no unit");
    double si = hys__unit_to_si(&unit, spread->size);
    spread->size = is_part ? si : si / own.scale;
    spread->is_absolute = !is_part;
    return HYS_OK;
}

hys_status hys__spread_read(hys_ctx *ctx, const hys__word *word, const char *units, hys__spread *spread,
                            bool *is_cycle) {
    hys__word rest = *word, head;
    hys__word_next(&rest, ' ', &head);
    *is_cycle = hys__word_is(&head, "c2c");
    if ((*is_cycle || hys__word_is(&head, "d2d")) && rest.text) hys__word_next(&rest, ' ', &head);
    *spread = (hys__spread){HYS__SPREAD_NONE, 0, false};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (hys__word_is(&head, kinds[i].name)) spread->kind = kinds[i].kind;
    if (spread->kind == HYS__SPREAD_NONE)
        return hys__word_fail(ctx, &head, HYS_ARG, "for example: NAME=lognormal 0.1",
                              "a spread is normal, lognormal or uniform");
    hys__word size;
    if (!hys__word_next(&rest, '\0', &size))
        return hys__word_fail(ctx, &head, HYS_ARG, "for example: lognormal 0.1", "the size of the spread is missing");
    return read_size(ctx, &size, units, spread);
}

double hys__spread_draw(const hys__spread *spread, double value, const uint64_t key[2], const uint64_t ctr[2]) {
    double z = hys__normal(key, ctr);
    if (spread->kind == HYS__SPREAD_UNIFORM) {
        uint64_t bits[2];
        hys__threefry2x64(key, ctr, bits);
        z = 2 * hys__uniform(bits[0]) - 1;
    }
    if (spread->kind == HYS__SPREAD_LOGNORMAL) return value * exp(spread->size * z);
    return spread->is_absolute ? value + spread->size * z : value * (1 + spread->size * z);
}
