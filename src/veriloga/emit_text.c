/* Strings and numbers as C literals.  The user's text reaches the C source only through va_emit_string. */
#include "base/units.h"
#include "veriloga/emit.h"
#include <math.h>

/* Everything but harmless printable ASCII becomes three octal digits: no escape can run into what follows,
 * no trigraph, comment or end of line can arise. */
void va_emit_string(hys__text *out, const char *s) {
    hys__text_puts(out, "\"");
    for (; s && *s; s++) {
        unsigned char c = (unsigned char)*s;
        bool is_plain = c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '?' && c != '*' && c != '/';
        if (is_plain) hys__text_put(out, s, 1);
        else hys__text_printf(out, "\\%03o", c);
    }
    hys__text_puts(out, "\"");
}

/* Reads back as the same double, and as a double. */
void va_emit_number(hys__text *out, double number) {
    char buf[32];
    if (isnan(number)) {
        hys__text_puts(out, "HYS_NAN");
        return;
    }
    if (isinf(number)) {
        hys__text_puts(out, number < 0 ? "(-HYS_INF)" : "HYS_INF");
        return;
    }
    size_t n = hys__number_format(fabs(number), buf);
    bool is_integer = true;
    for (size_t i = 0; i < n; i++)
        if (buf[i] == '.' || buf[i] == 'e') is_integer = false;
    hys__text_printf(out, signbit(number) ? "(-%s%s)" : "%s%s", buf, is_integer ? ".0" : "");
}

uint32_t va_emit_line(const va_emitter *e, hys__span span) {
    int32_t line = 0, col = 0;
    if (e->model->sources && span.source) hys__source_locate(e->model->sources, span, &line, &col);
    return line > 0 ? (uint32_t)line : 0;
}
