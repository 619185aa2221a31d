/* What errors of syntax cost.  The semantic pass still runs over what could be read; it must not complain about
 * what only the unread text would have told: names that it may declare or set, blocks whose end is a guess. */
#include "veriloga/parse.h"

#define SLOTS VA_LOST_SLOTS

static size_t slot_of(const va_damage *damage, const char *name) {
    size_t at = (size_t)(((uint64_t)(uintptr_t)name * 0x9e3779b97f4a7c15u) >> 32) % SLOTS;
    while (damage->names[at] && damage->names[at] != name) at = (at + 1) % SLOTS;
    return at;
}

bool va_is_lost(const va_file *file, const char *name) {
    const va_damage *damage = &file->damage;
    return damage->n_names > 0 && damage->names[slot_of(damage, name)];
}

void va_lose_name(va_parser *p, const char *name) {
    va_damage *damage = &p->file->damage;
    size_t at = name ? slot_of(damage, name) : 0;
    if (!name || damage->names[at]) return;
    damage->names[at] = name;
    if (++damage->n_names > SLOTS / 2) damage->is_total = true;
    if (damage->n_names == SLOTS - 1) damage->names[at] = NULL; /* the table keeps an end */
}

static bool begins_declaration(va_keyword kw) {
    switch (kw) {
    case VA_KW_real:
    case VA_KW_integer:
    case VA_KW_string:
    case VA_KW_parameter:
    case VA_KW_localparam:
    case VA_KW_aliasparam:
    case VA_KW_genvar:
    case VA_KW_branch:
    case VA_KW_ground:
    case VA_KW_inout:
    case VA_KW_input:
    case VA_KW_output:
    case VA_KW_function:
        return true;
    default:
        return false;
    }
}

/* "x = ...", "x[i] = ...", "I(a) <+ ...", "if (...) ...": what declares nothing. */
static bool is_statement(const va_parser *p, size_t start) {
    const va_token *first = &p->tokens[start];
    bool is_word = first->kind == VA_T_NAME && first->kw == VA_KW_NONE;
    if (is_word && start + 1 < p->at && p->tokens[start + 1].kind == VA_T_NAME) return false;
    for (size_t i = start; i < p->at; i++)
        if (begins_declaration(p->tokens[i].kw)) return false;
    return true;
}

void va_lose(va_parser *p, size_t start) {
    bool only_set = is_statement(p, start);
    p->n_handled = p->n_fails;
    if (p->tokens[start].kind == VA_T_BAD) p->file->damage.is_total = true; /* it may have been anything */
    for (size_t i = start; i < p->at; i++) {
        const va_token *token = &p->tokens[i], *next = &p->tokens[i + 1 < p->n ? i + 1 : i];
        bool is_set = next->kind == VA_T_ASSIGN || next->kind == VA_T_LBRACKET;
        if (va_is_word(token) && (is_set || !only_set)) va_lose_name(p, token->text);
    }
}

void va_lose_failed(va_parser *p, size_t start, size_t n_fails_before) {
    if (p->n_fails > n_fails_before && p->n_fails != p->n_handled) va_lose(p, start);
}

va_expr *va_expr_lost(va_parser *p, size_t start) {
    va_expr *e = va_expr_new(p, VA_NAME, start);
    if (!e) return NULL;
    va_lose(p, start);
    e->name = hys__intern_add(&p->front->names, "?", 1);
    va_lose_name(p, e->name);
    return e->name ? e : NULL;
}

void va_lose_place(va_parser *p, size_t start) {
    hys__span *place = HYS_PUSH(p->arena, &p->file->damage.places);
    bool is_declared = false; /* in the block, or outside of it? */
    if (place) *place = va_span_from(p, start);
    for (size_t i = start; i < p->at; i++) {
        is_declared = begins_declaration(p->tokens[i].kw) || (is_declared && p->tokens[i].kind != VA_T_SEMI);
        if (is_declared && va_is_word(&p->tokens[i])) va_lose_name(p, p->tokens[i].text);
    }
    p->n_handled = p->n_fails;
}
