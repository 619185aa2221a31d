/* Natures and disciplines. */
#include "veriloga/parse.h"

#include <string.h>

/* item = name "=" expression ";" */
static void parse_nature_item(va_parser *p, va_attr ***tail) {
    size_t start = p->at;
    const va_token *name = va_peek(p);
    va_attr *item = HYS_NEW(p->arena, va_attr);
    if (!item) return;
    if (name->kind != VA_T_NAME) {
        va_fail_expected(p, "units, access, abstol, idt_nature, ddt_nature or endnature");
    } else {
        va_advance(p);
        item->name = name->text;
        if (va_expect(p, VA_T_ASSIGN, "'='")) item->value = va_parse_expr(p);
    }
    if (item->value) {
        item->span = va_span_from(p, start);
        **tail = item;
        *tail = &item->next;
    }
    if (p->panic || !va_expect_semi(p)) va_sync(p);
}

static bool ends_body(const va_parser *p, va_keyword end) {
    va_keyword kw = va_peek(p)->kw;
    return va_is(p, VA_T_EOF) || kw == end || kw == VA_KW_module || kw == VA_KW_endmodule || kw == VA_KW_nature ||
           (kw == VA_KW_discipline && va_peek(p)->at_bol);
}

static void expect_end(va_parser *p, va_keyword end, hys__span span) {
    if (va_take_keyword(p, end)) return;
    p->has_passed_bad = false;
    va_fail(p, span, "", "this %s has no '%s'", end == VA_KW_endnature ? "nature" : "discipline", va_keyword_text(end));
    p->panic = false;
}

/* The text of name or name.name, interned. */
static const char *parse_dotted(va_parser *p, const char *what) {
    const va_token *first = va_peek(p), *second = va_peek_at(p, 2);
    const char *name = va_expect_name(p, what);
    if (!name || !va_take(p, VA_T_DOT)) return name;
    if (second->kind != VA_T_NAME) {
        va_fail_expected(p, "potential or flow");
        return NULL;
    }
    va_advance(p);
    const char *text = hys__arena_printf(p->arena, "%s.%s", first->text, second->text);
    return text ? hys__intern_add(&p->front->names, text, strlen(text)) : NULL;
}

/* nature = "nature" name [":" name ["." name]] [";"] item* "endnature" */
void va_parse_nature(va_parser *p, va_nature ***tail) {
    va_nature *nature = HYS_NEW(p->arena, va_nature);
    if (!nature) return;
    nature->span = va_peek(p)->span;
    nature->name = va_expect_name(p, "the name of a nature");
    if (nature->name && va_take(p, VA_T_COLON)) nature->parent = parse_dotted(p, "the name of the parent nature");
    if (p->panic) va_sync(p);
    else va_take(p, VA_T_SEMI);
    va_attr **items = &nature->items;
    while (!ends_body(p, VA_KW_endnature) && !p->arena->failed) {
        size_t before = p->at;
        p->has_passed_bad = false;
        if (!va_take(p, VA_T_SEMI)) parse_nature_item(p, &items);
        if (p->at == before) va_advance(p);
    }
    expect_end(p, VA_KW_endnature, nature->span);
    if (!nature->name) return;
    **tail = nature;
    *tail = &nature->next;
}

/* override = ("potential" | "flow") "." name "=" expression | name "=" expression */
static void parse_override(va_parser *p, va_attr ***tail) {
    size_t start = p->at;
    va_attr *item = HYS_NEW(p->arena, va_attr);
    if (!item) return;
    const va_token *first = va_peek(p), *second = va_peek_at(p, 2);
    va_advance(p);
    item->name = first->text;
    if (va_take(p, VA_T_DOT)) {
        const char *text =
            hys__arena_printf(p->arena, "%s.%s", first->text, second->kind == VA_T_NAME ? second->text : "");
        if (!text) return;
        item->name = hys__intern_add(&p->front->names, text, strlen(text));
        if (second->kind != VA_T_NAME) va_fail_expected(p, "the name of an attribute");
        else va_advance(p);
    }
    if (p->panic || !va_expect(p, VA_T_ASSIGN, "'='") || !(item->value = va_parse_expr(p))) return;
    item->span = va_span_from(p, start);
    **tail = item;
    *tail = &item->next;
}

/* discipline-item = ("potential" | "flow") name ";" | "domain" ("discrete" | "continuous") ";"
 *                 | override ";" */
static void parse_discipline_item(va_parser *p, va_discipline *d, va_attr ***tail) {
    const va_token *word = va_peek(p);
    uint8_t next = va_peek_at(p, 1)->kind;
    if (word->kind != VA_T_NAME) {
        va_fail_expected(p, "potential, flow, domain or enddiscipline");
    } else if (next == VA_T_DOT || next == VA_T_ASSIGN) {
        parse_override(p, tail);
    } else if (va_take_keyword(p, VA_KW_domain)) {
        d->domain = va_expect_name(p, "discrete or continuous");
    } else if (va_take_keyword(p, VA_KW_potential)) {
        d->potential = va_expect_name(p, "the name of a nature");
    } else if (va_take_keyword(p, VA_KW_flow)) {
        d->flow = va_expect_name(p, "the name of a nature");
    } else {
        static const va_keyword words[] = {VA_KW_potential, VA_KW_flow, VA_KW_domain, VA_KW_enddiscipline};
        va_fail(p, word->span, va_keyword_hint(p, word, words, sizeof words / sizeof words[0]),
                "potential, flow, domain or enddiscipline expected, not %s", va_quote(p, word));
    }
    if (p->panic || !va_expect_semi(p)) va_sync(p);
}

/* discipline = "discipline" name [";"] discipline-item* "enddiscipline" */
void va_parse_discipline(va_parser *p, va_discipline ***tail) {
    va_discipline *d = HYS_NEW(p->arena, va_discipline);
    if (!d) return;
    d->span = va_peek(p)->span;
    d->name = va_expect_name(p, "the name of a discipline");
    if (p->panic) va_sync(p);
    else va_take(p, VA_T_SEMI);
    va_attr **overrides = &d->overrides;
    while (!ends_body(p, VA_KW_enddiscipline) && !p->arena->failed) {
        size_t before = p->at;
        p->has_passed_bad = false;
        if (!va_take(p, VA_T_SEMI)) parse_discipline_item(p, d, &overrides);
        if (p->at == before) va_advance(p);
    }
    expect_end(p, VA_KW_enddiscipline, d->span);
    if (!d->name) return;
    **tail = d;
    *tail = &d->next;
}
