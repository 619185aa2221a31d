/* The page around a report, and text within it. */
#include "io/html.h"
#include "base/clocale.h"
#include "base/units.h"
#include "base/utf8.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

extern const char hys__report_css[], hys__report_css_sha256[], hys__report_js[], hys__report_js_sha256[];

static void put_escaped(hys__text *out, char c) {
    switch (c) {
    case '<':
        hys__text_puts(out, "&lt;");
        break;
    case '>':
        hys__text_puts(out, "&gt;");
        break;
    case '&':
        hys__text_puts(out, "&amp;");
        break;
    case '"':
        hys__text_puts(out, "&quot;");
        break;
    case '\'':
        hys__text_puts(out, "&#39;");
        break;
    default:
        hys__text_put(out, &c, 1);
    }
}

void hys__html_put(hys__text *out, const char *text) {
    for (size_t left = strlen(text); left > 0;) {
        size_t n = hys__utf8_printable(text, left);
        if (n > 1) hys__text_put(out, text, n);
        else if (n == 1 || *text == '\n' || *text == '\t') put_escaped(out, *text);
        else hys__text_puts(out, "?");
        text += n ? n : 1;
        left -= n ? n : 1;
    }
}

/* "-1.661e-17" as −1.661×10⁻¹⁷. */
static void put_number(hys__text *out, const char *number) {
    const char *e = strchr(number, 'e');
    for (const char *c = number; *c && c != e; c++) {
        if (*c == '-') hys__text_puts(out, "&minus;");
        else hys__text_put(out, c, 1);
    }
    if (!e) return;
    long power = strtol(e + 1, NULL, 10);
    hys__text_printf(out, "&times;10<sup>%s%ld</sup>", power < 0 ? "&minus;" : "", labs(power));
}

/* "uA" as µA, "kohm" as kΩ. */
static void put_unit(hys__text *out, char *unit) {
    size_t n = strlen(unit);
    bool is_ohm = n >= 3 && !strcmp(unit + n - 3, "ohm");
    if (is_ohm) unit[n - 3] = 0;
    if (*unit == 'u' && (is_ohm || unit[1])) {
        hys__text_puts(out, "\302\265");
        unit++;
    }
    hys__html_put(out, unit);
    if (is_ohm) hys__text_puts(out, "&Omega;");
}

void hys__html_quantity(hys__text *out, double value, const char *unit) {
    char buf[64];
    if (isnan(value)) hys__text_puts(out, "&ndash;");
    else if (isinf(value)) hys__text_puts(out, value > 0 ? "&infin;" : "&minus;&infin;");
    else if (!*unit || !strcmp(unit, "1")) {
        hys__c_snprintf(buf, sizeof buf, "%.4g", value);
        put_number(out, buf);
    } else {
        hys__quantity_format(value, unit, 4, buf);
        char *blank = strchr(buf, ' ');
        if (blank) *blank++ = 0;
        put_number(out, buf);
        if (!blank) return;
        hys__text_puts(out, "&nbsp;");
        put_unit(out, blank);
    }
}

/* ---- the page ---- */

static unsigned hex_digit(char c) {
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* A SHA-256 of 64 hexadecimal digits as a content security policy wants it. */
static void put_base64(hys__text *out, const char *hex) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned bits = 0, n_bits = 0;
    for (size_t k = 0; k < 64; k++) {
        bits = (bits << 4 | hex_digit(hex[k])) & 0xffff;
        n_bits += 4;
        if (n_bits >= 6) {
            n_bits -= 6;
            hys__text_put(out, &digits[bits >> n_bits & 63], 1);
        }
    }
    hys__text_put(out, &digits[bits << (6 - n_bits) & 63], 1); /* 256 = 42 * 6 + 4 */
    hys__text_puts(out, "=");
}

void hys__html_begin(hys__text *out, const char *title, const char *description, const char *name) {
    hys__text_puts(out,
                   "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-");
    put_base64(out, hys__report_css_sha256);
    hys__text_puts(out, "'; script-src 'sha256-");
    put_base64(out, hys__report_js_sha256);
    hys__text_puts(out, "'; base-uri 'none'; form-action 'none'\">\n"
                        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                        "<meta name=\"generator\" content=\"hysteron ");
    hys__html_put(out, hys_version());
    hys__text_puts(out, "\">\n<meta name=\"description\" content=\"");
    hys__html_put(out, description);
    hys__text_puts(out, "\">\n<title>");
    hys__html_put(out, title);
    hys__text_puts(out, "</title>\n<style>");
    hys__text_puts(out, hys__report_css);
    hys__text_puts(out, "</style>\n</head>\n<body data-name=\"");
    hys__html_put(out, name);
    hys__text_puts(out, "\">\n");
}

void hys__html_end(hys__text *out) {
    hys__text_puts(out, "<script>");
    hys__text_puts(out, hys__report_js);
    hys__text_puts(out, "</script>\n</body>\n</html>\n");
}
