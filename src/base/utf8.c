/* UTF-8 as RFC 3629 has it, without controls. */
#include "base/utf8.h"
#include <stdint.h>

/* The length that a first byte promises, the bits it gives, and the least code point of that length:
 * a smaller one is an overlong form. */
static size_t first_byte(unsigned char c, uint32_t *bits, uint32_t *least) {
    if (c < 0x80) {
        *bits = c;
        *least = 0;
        return 1;
    }
    if (c >= 0xc2 && c < 0xe0) {
        *bits = c & 0x1fu;
        *least = 0x80;
        return 2;
    }
    if (c >= 0xe0 && c < 0xf0) {
        *bits = c & 0x0fu;
        *least = 0x800;
        return 3;
    }
    if (c >= 0xf0 && c < 0xf5) {
        *bits = c & 0x07u;
        *least = 0x10000;
        return 4;
    }
    return 0;
}

/* Controls (C0, DEL, C1), line and paragraph separators, the bidirectional marks that can make a line
 * read as what it is not, surrogates, and what Unicode does not have. */
static bool is_hidden(uint32_t cp) {
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || (cp >= 0x200e && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e) ||
           (cp >= 0x2066 && cp <= 0x2069) || (cp >= 0xd800 && cp <= 0xdfff) || cp == 0xfeff || cp > 0x10ffff;
}

size_t hys__utf8_printable(const char *s, size_t n) {
    uint32_t cp, least;
    size_t len = first_byte((unsigned char)s[0], &cp, &least);
    if (len == 0 || len > n) return 0;
    for (size_t i = 1; i < len; i++) {
        unsigned char c = (unsigned char)s[i];
        if ((c & 0xc0) != 0x80) return 0;
        cp = cp << 6 | (c & 0x3fu);
    }
    return cp < least || is_hidden(cp) ? 0 : len;
}

void hys__utf8_clean(char *s, size_t n, bool keep_tabs) {
    for (size_t i = 0; i < n;) {
        size_t len = hys__utf8_printable(s + i, n - i);
        if (len == 0) {
            bool space = s[i] == '\n' || s[i] == '\r' || s[i] == '\t';
            if (!(keep_tabs && s[i] == '\t')) s[i] = space ? ' ' : '?';
            len = 1;
        }
        i += len;
    }
}
