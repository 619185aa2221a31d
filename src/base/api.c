/* Public names of things that the rooms share. */
#include "base/diag.h"
#include "base/units.h"
#include <string.h>

const char *hys_nearest(const char *word, const char *const *names, size_t n) {
    return hys__nearest(word, names, n);
}

size_t hys_quantity_format(double value, const char *unit, int digits, char *buf) {
    return hys__quantity_format(value, unit, digits, buf);
}

hys_status hys_quantity_read(hys_ctx *ctx, const char *option, const char *text, const char *unit, double *value) {
    hys__unit found, want;
    bool has_unit = false;
    double number = 0;
    if (!hys__quantity_parse(text, strlen(text), &number, &found, &has_unit))
        return hys__report_at(ctx, HYS_ERROR, HYS_ARG, option, 1, 1, text, "", "this is not a number with a unit");
    if (has_unit && !(hys__unit_parse(unit, strlen(unit), &want) && hys__unit_same_dim(&found, &want)))
        return hys__report_at(ctx, HYS_ERROR, HYS_UNIT, option, 1, 1, text, "", "%s is wanted here", unit);
    *value = has_unit ? hys__unit_to_si(&found, number) : number;
    return HYS_OK;
}
