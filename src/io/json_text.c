/* JSON as text: valid whatever the names in the user's file. */
#include "base/units.h"
#include "base/utf8.h"
#include "io/html.h"
#include <math.h>
#include <string.h>

static void put_character(hys__text *out, char c) {
    if (c == '"' || c == '\\') hys__text_printf(out, "\\%c", c);
    else if (c == '\n') hys__text_puts(out, "\\n");
    else if (c == '\t') hys__text_puts(out, "\\t");
    else if ((unsigned char)c < 0x20) hys__text_printf(out, "\\u%04x", (unsigned)c);
    else if (c == '<') hys__text_puts(out, "\\u003c"); /* it may stand in HTML */
    else hys__text_put(out, &c, 1);
}

void hys__json_string(hys__text *out, const char *text) {
    hys__text_puts(out, "\"");
    for (size_t left = strlen(text); left > 0;) {
        size_t n = hys__utf8_printable(text, left);
        if (n > 1) hys__text_put(out, text, n);
        else if ((unsigned char)*text < 0x7f) put_character(out, *text);
        else hys__text_puts(out, "?");
        text += n ? n : 1;
        left -= n ? n : 1;
    }
    hys__text_puts(out, "\"");
}

void hys__json_number(hys__text *out, double value) {
    char buf[32];
    if (!isfinite(value)) {
        hys__text_puts(out, "null");
        return;
    }
    hys__text_put(out, buf, hys__number_format(value, buf));
}
