/* What a device says: $strobe and its kin, as text. */
#include "device/effect.h"
#include "base/clocale.h"
#include "veriloga/ir.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One conversion of a format: "%[-+0 #][width][.precision]letter".  Returns its length, 0 when there is
 * none. */
static size_t conversion(const char *s) {
    size_t n = 1;
    n += strspn(s + n, "-+ #0");
    n += strspn(s + n, "0123456789");
    if (s[n] == '.') n += 1 + strspn(s + n + 1, "0123456789");
    return s[n] ? n + 1 : 0;
}

/* Widths and precisions beyond this are a mistake or an attack. */
#define WIDTH_MAX 64

static void put_value(hys__text *out, const char *spec, size_t n, double value) {
    char form[32], buf[512];
    char letter = spec[n - 1];
    const char *point = memchr(spec, '.', n);
    if (n > 20 || strtol(spec + 1 + strspn(spec + 1, "-+ #0"), NULL, 10) > WIDTH_MAX ||
        (point && strtol(point + 1, NULL, 10) > WIDTH_MAX))
        n = 0;
    switch (letter) {
    case 'd':
    case 'b':
    case 'h':
    case 'x':
    case 'o':
    case 'c': {
        long long whole = isfinite(value) ? (long long)fmax(-9e18, fmin(9e18, value)) : 0;
        size_t keep = n ? n - 1 : 1;
        memcpy(form, n ? spec : "%", keep);
        const char *tail = letter == 'h' || letter == 'x' ? "llx" : letter == 'o' ? "llo" : "lld";
        snprintf(form + keep, sizeof form - keep, "%s", tail);
        hys__c_snprintf(buf, sizeof buf, form, whole);
        break;
    }
    case 'e':
    case 'f':
    case 'g':
    case 'E':
    case 'F':
    case 'G':
        memcpy(form, n ? spec : "%g", n ? n : 2);
        form[n ? n : 2] = 0;
        hys__c_snprintf(buf, sizeof buf, form, value);
        break;
    default: /* %r engineering notation, and whatever else */
        hys__c_snprintf(buf, sizeof buf, "%g", value);
    }
    hys__text_puts(out, buf);
}

static void put_message(hys__text *out, const char *format, const char *instance, const double *values,
                        size_t n_values) {
    size_t used = 0;
    for (const char *s = format; *s;) {
        if (*s != '%') {
            size_t n = strcspn(s, "%");
            hys__text_put(out, s, n);
            s += n;
            continue;
        }
        size_t n = conversion(s);
        if (!n) break;
        if (s[n - 1] == '%') hys__text_puts(out, "%");
        else if (s[n - 1] == 'm' || s[n - 1] == 'M') hys__text_puts(out, instance);
        else if (used < n_values) put_value(out, s, n, values[used++]);
        s += n;
    }
    for (; used < n_values; used++) hys__text_printf(out, " %g", values[used]);
}

/* All but $write and $fwrite end their line. */
static void end_line(const hys_effect_info *info, hys__text *out) {
    switch (info->kind) {
    case VA_EFFECT_STROBE:
    case VA_EFFECT_DISPLAY:
    case VA_EFFECT_MONITOR:
    case VA_EFFECT_DEBUG:
    case VA_EFFECT_INFO:
    case VA_EFFECT_FSTROBE:
    case VA_EFFECT_FINISH:
    case VA_EFFECT_STOP:
        hys__text_puts(out, "\n");
        break;
    default:
        break;
    }
}

void hys__effect_text(const hys_effect_info *info, const char *instance, const double *values, size_t n_values,
                      hys__text *out) {
    put_message(out, info->format, instance, values, n_values);
    end_line(info, out);
}
