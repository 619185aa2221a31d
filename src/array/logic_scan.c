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

hys_status hys__logic_scan_error(hys__logic_scan *s, size_t k, const char *hint, const char *fmt, ...) {
    char message[600];
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    return hys__report(s->logic->arena.ctx, HYS_ERROR, HYS_SYNTAX, &s->logic->sources, s->words.at[k], hint, "%s",
                       message);
}

uint32_t hys__logic_scan_signal(hys__logic_scan *s, size_t k) {
    const hys__span w = s->words.at[k];
    return hys__logic_signal_of(s->logic, s->text + w.offset, w.len, w);
}

/* Why no memory, or too many, were already said. */
static hys_status no_signal(const hys__logic_scan *s) {
    return s->logic->arena.failed ? HYS_NOMEM : HYS_LIMIT;
}

static hys_status twice(hys__logic_scan *s, size_t k, hys__span before, const char *what, const char *name) {
    const hys_status status = hys__logic_scan_error(s, k, "", what, name);
    hys__note(s->logic->arena.ctx, &s->logic->sources, before, "it was so here");
    return status;
}

hys_status hys__logic_scan_input(hys__logic_scan *s, size_t k) {
    hys_logic *l = s->logic;
    const uint32_t id = hys__logic_scan_signal(s, k);
    if (id == HYS__NO_SIGNAL) return no_signal(s);
    hys__logic_signal *signal = &l->signals.at[id];
    if (signal->is_input || signal->gate) return twice(s, k, signal->defined, "%.200s is defined twice", signal->name);
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
    if (signal->is_output) return twice(s, k, signal->used, "%.200s is an output twice", signal->name);
    signal->is_output = true;
    uint32_t *at = HYS_PUSH(&l->arena, &l->outputs);
    if (at) *at = id;
    return at ? HYS_OK : HYS_NOMEM;
}

hys_status hys__logic_scan_gate(hys__logic_scan *s, size_t k, hys__logic_gate **gate) {
    hys_logic *l = s->logic;
    const uint32_t id = hys__logic_scan_signal(s, k);
    if (id == HYS__NO_SIGNAL) return no_signal(s);
    hys__logic_signal *signal = &l->signals.at[id];
    if (signal->is_input || signal->gate) return twice(s, k, signal->defined, "%.200s is defined twice", signal->name);
    *gate = HYS_PUSH(&l->arena, &l->gates);
    if (!*gate) return HYS_NOMEM;
    (*gate)->out = id;
    signal->gate = (uint32_t)l->gates.n;
    signal->defined = s->words.at[k];
    return HYS_OK;
}
