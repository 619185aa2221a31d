/* Text for terminals: aligned, wrapped, and free of what a terminal would act on. */
#include "cli/cli.h"
#include <string.h>

#define COLUMNS 100

size_t utf8_length(const char *s) {
    unsigned char c = (unsigned char)*s;
    size_t n = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
    for (size_t k = 1; k < n; k++)
        if (((unsigned char)s[k] & 0xc0) != 0x80) return 0;
    unsigned char next = n > 1 ? (unsigned char)s[1] : 0;
    bool overlong = (c == 0xe0 && next < 0xa0) || (c == 0xf0 && next < 0x90);
    bool beyond = (c == 0xed && next >= 0xa0) || (c == 0xf4 && next >= 0x90); /* surrogates, above U+10FFFF */
    return overlong || beyond ? 0 : n;
}

static bool is_control(const char *s, size_t n) {
    unsigned char c = (unsigned char)*s;
    return n == 0 || c < 0x20 || c == 0x7f || (c == 0xc2 && (unsigned char)s[1] < 0xa0);
}

int shown_width(const char *text) {
    int width = 0;
    for (; *text; width++) {
        size_t n = utf8_length(text);
        text += n ? n : 1;
    }
    return width;
}

void put_shown(FILE *out, const char *text, int width) {
    for (; *text; width--) {
        size_t n = utf8_length(text);
        if (is_control(text, n)) fputc('?', out);
        else fwrite(text, 1, n, out);
        text += n ? n : 1;
    }
    for (; width > 0; width--) fputc(' ', out);
}

/* Lines of the text that start with a blank stand as they are. */
void put_wrapped(FILE *out, const char *text, int column, int indent) {
    bool starts = true, as_is = *text == ' ';
    while (*text) {
        size_t n = as_is ? strcspn(text, "\n") : strcspn(text, " \n");
        if (!starts && !as_is && column + 1 + (int)n > COLUMNS) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        } else if (!starts && !as_is) {
            fputc(' ', out);
            column++;
        }
        fwrite(text, 1, n, out);
        column += (int)n;
        text += n;
        starts = *text == '\n';
        if (starts) {
            as_is = text[1] == ' ';
            column = indent;
            fprintf(out, "\n%*s", indent, "");
        }
        if (*text) text++;
    }
    fputc('\n', out);
}
