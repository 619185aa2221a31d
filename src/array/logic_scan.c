/* Lines of words, and what words define. */
#include "array/logic_scan.h"
#include <stdarg.h>
#include <string.h>

void hys__logic_scan_init(hys__logic_scan *s, hys_logic *logic) {
    const hys__source *source = &logic->sources.list.at[0];
    *s = (hys__logic_scan){.logic = logic, .text = source->text, .len = source->len};
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* continuation = "\" blank* newline; where it ends, 0: there is none */
static size_t continuation(const hys__logic_scan *s) {
    size_t i = s->pos + 1;
    if (s->text[s->pos] != '\\') return 0;
    while (i < s->len && is_blank(s->text[i])) i++;
    if (i < s->len && s->text[i] != '\n') return 0;
    return i < s->len ? i + 1 : i;
}

static bool ends_word(char c) {
    return is_blank(c) || c == '\n' || c == '#' || c == '|';
}

/* word = "|" | any character but blank, newline, "#", "|" ... */
static hys_status scan_word(hys__logic_scan *s) {
    const size_t start = s->pos++;
    if (s->text[start] != '|')
        while (s->pos < s->len && !ends_word(s->text[s->pos]) && !continuation(s)) s->pos++;
    hys__span *word = HYS_PUSH(&s->logic->arena, &s->words);
    if (!word) return HYS_NOMEM;
    *word = (hys__span){.source = 1, .offset = (uint32_t)start, .len = (uint32_t)(s->pos - start)};
    for (size_t i = start; i < s->pos; i++)
        if ((unsigned char)s->text[i] < ' ' || s->text[i] == 127)
            return hys__logic_scan_error(s, s->words.n - 1, "netlists are text", "a character that is no text");
    return HYS_OK;
}

hys_status hys__logic_scan_line(hys__logic_scan *s) {
    s->words.n = 0;
    while (s->pos < s->len) {
        const char c = s->text[s->pos];
        if (c == '\n') {
            s->pos++;
            if (s->words.n) return HYS_OK;
        } else if (is_blank(c)) s->pos++;
        else if (c == '#')
            while (s->pos < s->len && s->text[s->pos] != '\n') s->pos++;
        else if (continuation(s)) s->pos = continuation(s);
        else {
            const hys_status status = scan_word(s);
            if (status != HYS_OK) return status;
        }
    }
    return s->words.n ? HYS_OK : HYS_DONE;
}

bool hys__logic_word_is(const hys__logic_scan *s, size_t k, const char *word) {
    const size_t n = strlen(word);
    return k < s->words.n && s->words.at[k].len == n && memcmp(s->text + s->words.at[k].offset, word, n) == 0;
}

static hys_status error_of(hys_logic *l, hys__span at, const char *hint, const char *fmt, va_list args) {
    char message[600];
    vsnprintf(message, sizeof message, fmt, args);
    return hys__report(l->arena.ctx, HYS_ERROR, HYS_SYNTAX, &l->sources, at, hint, "%s", message);
}

hys_status hys__logic_scan_error(hys__logic_scan *s, size_t k, const char *hint, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    const hys_status status = error_of(s->logic, s->words.at[k], hint, fmt, args);
    va_end(args);
    return status;
}

hys_status hys__logic_error_at(hys_logic *logic, hys__span at, const char *hint, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    const hys_status status = error_of(logic, at, hint, fmt, args);
    va_end(args);
    return status;
}

uint32_t hys__logic_scan_signal(hys__logic_scan *s, size_t k) {
    const hys__span w = s->words.at[k];
    if (!s->prefix) return hys__logic_signal_of(s->logic, s->text + w.offset, w.len, w);
    const size_t before = strlen(s->prefix), n = before + w.len;
    char *name = hys__arena_alloc(&s->logic->arena, n + 1);
    if (!name) return HYS__NO_SIGNAL;
    memcpy(name, s->prefix, before);
    memcpy(name + before, s->text + w.offset, w.len);
    return hys__logic_signal_of(s->logic, name, n, w);
}

/* Why no memory, or too many, were already said. */
static hys_status no_signal(const hys__logic_scan *s) {
    return s->logic->arena.failed ? HYS_NOMEM : HYS_LIMIT;
}

static hys_status twice(hys_logic *l, hys__span at, hys__span before, const char *what, const char *name) {
    const hys_status status = hys__logic_error_at(l, at, "", what, name);
    hys__note(l->arena.ctx, &l->sources, before, "it was so here");
    return status;
}

hys_status hys__logic_scan_input(hys__logic_scan *s, size_t k) {
    hys_logic *l = s->logic;
    const uint32_t id = hys__logic_scan_signal(s, k);
    if (id == HYS__NO_SIGNAL) return no_signal(s);
    hys__logic_signal *signal = &l->signals.at[id];
    if (signal->is_input || signal->gate)
        return twice(l, s->words.at[k], signal->defined, "%.200s is defined twice", signal->name);
    signal->is_input = true;
    signal->defined = s->words.at[k];
    uint32_t *at = HYS_PUSH(&l->arena, &l->inputs);
    if (at) *at = id;
    return at ? HYS_OK : HYS_NOMEM;
}

hys_status hys__logic_scan_output(hys__logic_scan *s, size_t k) {
    hys_logic *l = s->logic;
    const uint32_t id = hys__logic_scan_signal(s, k);
    if (id == HYS__NO_SIGNAL) return no_signal(s);
    hys__logic_signal *signal = &l->signals.at[id];
    if (signal->is_output) return twice(l, s->words.at[k], signal->used, "%.200s is an output twice", signal->name);
    signal->is_output = true;
    uint32_t *at = HYS_PUSH(&l->arena, &l->outputs);
    if (at) *at = id;
    return at ? HYS_OK : HYS_NOMEM;
}

hys_status hys__logic_define(hys_logic *logic, uint32_t id, hys__span at, hys__logic_gate **gate) {
    hys__logic_signal *signal = &logic->signals.at[id];
    if (signal->is_input || signal->gate)
        return twice(logic, at, signal->defined, "%.200s is defined twice", signal->name);
    *gate = HYS_PUSH(&logic->arena, &logic->gates);
    if (!*gate) return HYS_NOMEM;
    (*gate)->out = id;
    signal->gate = (uint32_t)logic->gates.n;
    signal->defined = at;
    return HYS_OK;
}

hys_status hys__logic_scan_gate(hys__logic_scan *s, size_t k, hys__logic_gate **gate) {
    const uint32_t id = hys__logic_scan_signal(s, k);
    return id == HYS__NO_SIGNAL ? no_signal(s) : hys__logic_define(s->logic, id, s->words.at[k], gate);
}
