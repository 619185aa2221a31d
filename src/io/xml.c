/* XML piece by piece. */
#include "io/xml.h"
#include <stdlib.h>
#include <string.h>

hys__xml hys__xml_new(hys__bytes text) {
    return (hys__xml){.at = text.at, .end = text.at + text.n};
}

static const char *find(const char *from, const char *end, const char *what) {
    size_t n = strlen(what);
    for (const char *at = from; (size_t)(end - at) >= n; at++) {
        at = memchr(at, *what, (size_t)(end - at) - n + 1);
        if (!at) return NULL;
        if (!memcmp(at, what, n)) return at;
    }
    return NULL;
}

static bool starts(const hys__xml *x, const char *what) {
    size_t n = strlen(what);
    return (size_t)(x->end - x->at) >= n && !memcmp(x->at, what, n);
}

static hys__xml_kind bad(hys__xml *x) {
    x->at = x->end;
    return x->kind = HYS__XML_BAD;
}

/* Passes over what an end mark ends. */
static bool skip(hys__xml *x, const char *mark) {
    const char *to = find(x->at, x->end, mark);
    if (!to) return false;
    x->at = to + strlen(mark);
    return true;
}

static bool is_name_end(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '/' || c == '>' || c == '=';
}

/* name = [ PREFIX ":" ] NAME */
static hys__bytes take_name(const char **at, const char *end) {
    const char *from = *at;
    while (*at < end && !is_name_end(**at)) {
        if (**at == ':') from = *at + 1;
        ++*at;
    }
    return (hys__bytes){from, (size_t)(*at - from)};
}

/* Where the tag ends; quotes may hold ">". */
static const char *tag_end(const char *at, const char *end) {
    char quote = 0;
    for (; at < end; at++) {
        if (quote) quote = *at == quote ? 0 : quote;
        else if (*at == '"' || *at == '\'') quote = *at;
        else if (*at == '>') return at;
    }
    return NULL;
}

/* tag = "<" [ "/" ] name { attribute } [ "/" ] ">" */
static hys__xml_kind next_tag(hys__xml *x) {
    const char *at = x->at + 1, *to = tag_end(at, x->end);
    if (!to) return bad(x);
    bool is_close = *at == '/';
    at += is_close;
    x->name = take_name(&at, to);
    x->is_empty = !is_close && to > at && to[-1] == '/';
    x->inner = (hys__bytes){at, (size_t)(to - at) - x->is_empty};
    x->closes_next = x->is_empty;
    x->at = to + 1;
    return x->kind = is_close ? HYS__XML_CLOSE : HYS__XML_OPEN;
}

hys__xml_kind hys__xml_next(hys__xml *x) {
    if (x->closes_next) {
        x->closes_next = false;
        return x->kind = HYS__XML_CLOSE;
    }
    for (;;) {
        if (x->at >= x->end) return x->kind = HYS__XML_END;
        x->is_raw = starts(x, "<![CDATA[");
        if (x->is_raw) {
            const char *from = x->at + 9;
            if (!skip(x, "]]>")) return bad(x);
            x->inner = (hys__bytes){from, (size_t)(x->at - 3 - from)};
            return x->kind = HYS__XML_TEXT;
        }
        if (starts(x, "<!--")) {
            if (!skip(x, "-->")) return bad(x);
        } else if (starts(x, "<?")) {
            if (!skip(x, "?>")) return bad(x);
        } else if (starts(x, "<!")) {
            return bad(x);
        } else if (*x->at == '<') {
            return next_tag(x);
        } else {
            const char *from = x->at, *to = memchr(from, '<', (size_t)(x->end - from));
            x->at = to ? to : x->end;
            x->inner = (hys__bytes){from, (size_t)(x->at - from)};
            return x->kind = HYS__XML_TEXT;
        }
    }
}

bool hys__xml_is(const hys__xml *x, hys__xml_kind kind, const char *name) {
    return x->kind == kind && x->name.n == strlen(name) && !memcmp(x->name.at, name, x->name.n);
}

/* attribute = name "=" quote { any } quote */
hys__bytes hys__xml_attribute(const hys__xml *x, const char *name) {
    const char *at = x->inner.at, *end = at + x->inner.n;
    while (at < end) {
        while (at < end && is_name_end(*at)) at++;
        hys__bytes found = take_name(&at, end);
        while (at < end && *at != '"' && *at != '\'') at++;
        if (at >= end) break;
        const char *from = at + 1, *to = memchr(from, *at, (size_t)(end - from));
        if (!to) break;
        if (found.n == strlen(name) && !memcmp(found.at, name, found.n)) return (hys__bytes){from, (size_t)(to - from)};
        at = to + 1;
    }
    return (hys__bytes){NULL, 0};
}

static void put_code(hys__text *out, unsigned long code) {
    char utf8[4];
    size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) code = '?', n = 1;
    if (n == 1) utf8[0] = (char)code;
    else {
        static const unsigned char marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
        for (size_t k = n - 1; k > 0; k--, code >>= 6) utf8[k] = (char)(0x80 | (code & 0x3f));
        utf8[0] = (char)(marks[n] | code);
    }
    hys__text_put(out, utf8, n);
}

/* entity = "&" NAME ";" ; what is none stands for itself. */
static size_t put_entity(hys__text *out, const char *at, const char *end) {
    static const char *const names[] = {"lt", "gt", "amp", "quot", "apos"};
    const char *to = memchr(at, ';', (size_t)(end - at) < 12 ? (size_t)(end - at) : 12);
    size_t n = to ? (size_t)(to - at) : 0;
    if (n > 2 && at[1] == '#') {
        char digits[12] = "";
        bool is_hex = at[2] == 'x';
        memcpy(digits, at + 2 + is_hex, n - 2 - is_hex);
        put_code(out, strtoul(digits, NULL, is_hex ? 16 : 10));
        return n + 1;
    }
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (n == strlen(names[k]) + 1 && !memcmp(at + 1, names[k], n - 1)) {
            hys__text_put(out, &"<>&\"'"[k], 1);
            return n + 1;
        }
    hys__text_put(out, "&", 1);
    return 1;
}

void hys__xml_put(hys__text *out, hys__bytes text, bool is_raw) {
    const char *at = text.at, *end = at + text.n;
    while (at < end) {
        const char *to = is_raw ? NULL : memchr(at, '&', (size_t)(end - at));
        hys__text_put(out, at, (size_t)((to ? to : end) - at));
        at = to ? to + put_entity(out, to, end) : end;
    }
}
