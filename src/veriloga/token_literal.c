/* Numbers and strings. */
#include "base/units.h"
#include "veriloga/token.h"

#include <string.h>

static bool is_digit(int c) {
    return c >= '0' && c <= '9';
}

/* ---- numbers ---- */

struct number {
    char digits[512]; /* without underscores, as base/units.h reads it */
    size_t n;
    bool is_real, has_exponent, is_too_long;
};

static void put(struct number *number, char c) {
    if (number->n + 8 < sizeof number->digits) /* leaves room for an exponent */
        number->digits[number->n++] = c;
    else number->is_too_long = true;
}

/* digits = (digit | "_")* */
static const char *take_digits(struct number *number, const char *s) {
    for (; is_digit(*s) || *s == '_'; s++)
        if (*s != '_') put(number, *s);
    return s;
}

/* exponent = ("e" | "E") ["+" | "-"] digits */
static const char *take_exponent(struct number *number, const char *s) {
    const char *p = s + 1;
    if (*s != 'e' && *s != 'E') return s;
    if (*p == '+' || *p == '-') p++;
    if (!is_digit(*p)) return s;
    for (; s < p; s++) put(number, *s);
    number->is_real = number->has_exponent = true;
    return take_digits(number, s);
}

/* scale = one of T G M K k m u n p f a, not followed by another letter */
static const char *take_scale(struct number *number, const char *s) {
    static const struct {
        char letter;
        const char *exponent;
    } scales[] = {{'T', "e12"}, {'G', "e9"},  {'M', "e6"},   {'K', "e3"},   {'k', "e3"},  {'m', "e-3"},
                  {'u', "e-6"}, {'n', "e-9"}, {'p', "e-12"}, {'f', "e-15"}, {'a', "e-18"}};
    if (number->has_exponent || !*s || va_is_name_char(s[1])) return s;
    for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i++)
        if (scales[i].letter == *s) {
            for (const char *e = scales[i].exponent; *e; e++) put(number, *e);
            number->is_real = true;
            return s + 1;
        }
    return s;
}

static bool is_micro_sign(const char *s) {
    return strncmp(s, "\xC2\xB5", 2) == 0 || strncmp(s, "\xCE\xBC", 2) == 0;
}

/* What authors write behind numbers, and what Verilog-A has for it. */
static const char *tail_hint(const char *s, const struct number *number) {
    if (is_micro_sign(s)) return "write u for micro";
    if (strncmp(s, "meg", 3) == 0 || strncmp(s, "MEG", 3) == 0 || strncmp(s, "Meg", 3) == 0)
        return "mega is M, milli is m";
    if (number->has_exponent) return "a number has an exponent or a scale factor, not both";
    if (*s == 'e' || *s == 'E') return "an exponent needs digits";
    if (*s && strchr("TGMKkmunpfa", *s)) return "numbers carry no units, only a scale factor: T G M k m u n p f a";
    return "numbers carry no units";
}

/* Letters and micro signs behind a number make it no number. */
static const char *refuse_tail(va_lexer *lexer, const struct number *number, const char *s) {
    const char *end = s;
    while (va_is_name_char(*end) || is_micro_sign(end)) end += va_is_name_char(*end) ? 1 : 2;
    if (end > s) {
        uint32_t offset = lexer->pos, n = (uint32_t)(end - lexer->text) - offset;
        va_lexer_error(lexer, offset, n, tail_hint(s, number), "'%.*s' is no number",
                       n > VA_QUOTE_MAX ? VA_QUOTE_MAX : (int)n, lexer->text + offset);
    }
    return end;
}

static void finish_number(va_lexer *lexer, const struct number *number, const char *end, va_token *token) {
    bool overflow = false;
    uint32_t n = (uint32_t)(end - lexer->text) - lexer->pos;
    token->kind = number->is_real ? VA_T_REAL : VA_T_INT;
    if (number->is_too_long) {
        va_lexer_error(lexer, lexer->pos, n, "", "this number has more than %d digits", (int)sizeof number->digits - 8);
    } else if (hys__number_parse(number->digits, &token->number, &overflow) == 0) {
        va_lexer_error(lexer, lexer->pos, n, "",
                       overflow ? "this number is larger than any double" : "this is no number");
    }
    if (token->kind == VA_T_INT && token->number > INT32_MAX)
        token->kind = VA_T_REAL; /* too large for the 32-bit integers of the language */
}

/* ---- based numbers ---- */

static int digit_value(int c) {
    return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

static bool is_unknown_bit(int c) {
    return c && strchr("xXzZ?", c) != NULL;
}

/* based = [size] "'" ["s"] ("b" | "o" | "d" | "h") digits; blanks may stand between the three parts */
struct based {
    uint64_t value;
    unsigned size, radix; /* bits; 2, 8, 10, 16 */
    bool is_signed, has_unknown, has_digits, is_too_wide;
};

static const char *take_based_digits(struct based *b, const char *s) {
    while (*s == ' ' || *s == '\t') s++;
    for (; digit_value(*s) < (int)b->radix || *s == '_' || is_unknown_bit(*s); s++) {
        if (*s == '_') continue;
        b->has_digits = true;
        if (is_unknown_bit(*s)) b->has_unknown = true;
        else b->value = b->value * b->radix + (unsigned)digit_value(*s);
        if (b->value > UINT32_MAX) {
            b->is_too_wide = true;
            b->value &= UINT32_MAX;
        }
    }
    return s;
}

/* The 32-bit two's complement integer that b denotes. */
static double based_value(const struct based *b) {
    uint32_t bits = (uint32_t)b->value;
    if (b->size < 32) {
        uint32_t mask = (1u << b->size) - 1;
        bits &= mask;
        if (b->is_signed && bits >> (b->size - 1)) bits |= ~mask;
    }
    return bits > INT32_MAX ? (double)bits - 4294967296.0 : (double)bits;
}

static void based_number(va_lexer *lexer, va_token *token, const char *quote, double size) {
    struct based b = {.size = 32};
    const char *s = quote + 1;
    uint32_t offset = lexer->pos;
    if (*s == 's' || *s == 'S') {
        b.is_signed = true;
        s++;
    }
    b.radix = strchr("bB", *s) ? 2 : strchr("oO", *s) ? 8 : strchr("dD", *s) ? 10 : 16;
    s = take_based_digits(&b, s + 1);
    while (va_is_name_char(*s)) {
        b.has_digits = false;
        s++;
    }
    uint32_t n = (uint32_t)(s - lexer->text) - offset;
    if (size >= 1 && size <= 32) b.size = (unsigned)size;
    if (!b.has_digits) va_lexer_error(lexer, offset, n, "", "a number of base %u needs digits of that base", b.radix);
    else if (b.has_unknown) va_lexer_error(lexer, offset, n, "", "x, z and ? digits belong to digital Verilog");
    else if (b.is_too_wide || size < 1 || size > 32)
        va_lexer_error(lexer, offset, n, "", "integers of Verilog-A have 32 bits");
    token->kind = VA_T_INT;
    token->number = based_value(&b);
    lexer->pos = (uint32_t)(s - lexer->text);
}

/* The quote of a based number behind a size, or NULL. */
static const char *find_base(const char *s) {
    while (*s == ' ' || *s == '\t') s++;
    if (*s != '\'') return NULL;
    char base = s[1] == 's' || s[1] == 'S' ? s[2] : s[1];
    return base && strchr("bodhBODH", base) ? s : NULL;
}

/* number = based | digits ["." digits] [exponent | scale] | "." digits [exponent | scale] */
void va_lexer_number(va_lexer *lexer, va_token *token) {
    struct number number = {.n = 0};
    const char *s = take_digits(&number, lexer->text + lexer->pos), *quote = find_base(s);
    if (quote) {
        double size = 32;
        bool overflow = false;
        if (number.n && hys__number_parse(number.digits, &size, &overflow) == 0) size = 0;
        based_number(lexer, token, quote, size);
        return;
    }
    if (*s == '.') {
        if (number.n == 0) put(&number, '0');
        put(&number, *s);
        number.is_real = true;
        s = take_digits(&number, s + 1);
        if (number.digits[number.n - 1] == '.') put(&number, '0');
    }
    s = take_exponent(&number, s);
    s = take_scale(&number, s);
    const char *end = refuse_tail(lexer, &number, s);
    if (end == s) finish_number(lexer, &number, end, token);
    else token->kind = VA_T_BAD;
    lexer->pos = (uint32_t)(end - lexer->text);
}

/* ---- strings ---- */

/* One past the last byte before the closing quote, or before the end of the line without one. */
static uint32_t string_end(const va_lexer *lexer, bool *is_closed) {
    uint32_t p = lexer->pos + 1;
    for (; p < lexer->len; p++) {
        char c = lexer->text[p];
        if (c == '"') {
            *is_closed = true;
            return p;
        }
        if (c == '\n' || c == '\r') break;
        if (c == '\\' && p + 1 < lexer->len) {
            p++;
            if (lexer->text[p] == '\r' && lexer->text[p + 1] == '\n') p++;
        }
    }
    *is_closed = false;
    return p < lexer->len ? p : lexer->len;
}

/* A character below U+0100 as UTF-8. */
static void put_code(unsigned code, char *out, size_t *n_out) {
    if (code >= 0x80) out[(*n_out)++] = (char)(0xC0 | code >> 6);
    out[(*n_out)++] = (char)(code < 0x80 ? code : 0x80 | (code & 0x3F));
}

/* A byte that is not UTF-8 is read as Latin-1: units such as the degree sign come that way. */
static uint32_t copy_character(const char *s, uint32_t n, char *out, size_t *n_out) {
    uint32_t code;
    unsigned len = (unsigned char)*s < 0x80 ? 1 : va_utf8_decode(s, n, &code);
    if (len == 0) {
        put_code((unsigned char)*s, out, n_out);
        return 1;
    }
    memcpy(out + *n_out, s, len);
    *n_out += len;
    return len;
}

/* escape = "\" ("n" | "t" | octal{1,3} | newline | other); other stands for itself.
 * Returns the bytes read behind the backslash. */
static uint32_t unescape(const char *s, uint32_t n, char *out, size_t *n_out) {
    if (s[0] == '\r' && n > 1 && s[1] == '\n') return 2;
    if (s[0] == '\n' || s[0] == '\r') return 1;
    unsigned code = 0;
    uint32_t used = 0;
    while (used < 3 && used < n && s[used] >= '0' && s[used] <= '7') code = code * 8 + (unsigned)(s[used++] - '0');
    if (used) {
        put_code(code & 0xFF, out, n_out);
        return used;
    }
    if (s[0] == 'n' || s[0] == 't') {
        out[(*n_out)++] = s[0] == 'n' ? '\n' : '\t';
        return 1;
    }
    return copy_character(s, n, out, n_out);
}

void va_lexer_string(va_lexer *lexer, va_token *token) {
    bool is_closed;
    uint32_t start = lexer->pos, end = string_end(lexer, &is_closed), p = start + 1;
    token->kind = is_closed ? VA_T_STRING : VA_T_BAD;
    if (!is_closed)
        va_lexer_error(lexer, start, 1, "a string ends on the line where it begins",
                       "the closing '\"' of this string is missing");
    lexer->pos = is_closed ? end + 1 : end;
    if (lexer->is_quiet) return;
    char *out = hys__arena_alloc(&lexer->front->arena, 2 * (size_t)(end - start) + 1);
    if (!out) return;
    size_t n = 0;
    while (p < end) {
        if (lexer->text[p] == '\\' && p + 1 < end) p += 1 + unescape(lexer->text + p + 1, end - p - 1, out, &n);
        else p += copy_character(lexer->text + p, end - p, out, &n);
    }
    out[n] = '\0';
    token->text = out;
    token->n_text = n;
}
