/* Attributes. */
#include "veriloga/parse.h"

va_attr *va_attrs_join(va_attr *a, va_attr *b) {
    if (!a) return b;
    va_attr *last = a;
    while (last->next) last = last->next;
    last->next = b;
    return a;
}

/* attribute = name ["=" expression] */
static va_attr *parse_attr(va_parser *p) {
    const va_token *name = va_peek(p);
    size_t start = p->at;
    bool is_end = name->kw == VA_KW_endmodule || name->kw == VA_KW_module || name->kw == VA_KW_analog;
    if (name->kind != VA_T_NAME || is_end) {
        va_fail_expected(p, "the name of an attribute");
        return NULL;
    }
    va_attr *attr = HYS_NEW(p->arena, va_attr);
    if (!attr) return NULL;
    va_advance(p);
    attr->name = name->text;
    if (va_take(p, VA_T_ASSIGN) && !(attr->value = va_parse_expr(p))) return NULL;
    attr->span = va_span_from(p, start);
    return attr;
}

static void sync_attrs(va_parser *p) {
    p->panic = false;
    while (!va_is(p, VA_T_EOF) && !va_is(p, VA_T_SEMI) && !va_is_keyword(p, VA_KW_endmodule))
        if (va_take(p, VA_T_ATTR_CLOSE)) return;
        else va_advance(p);
}

/* attributes = ("(*" [attribute ([","] attribute)*] "*)")*
 * ADMS leaves the commas out. */
va_attr *va_parse_attrs(va_parser *p) {
    va_attr *list = NULL, **tail = &list;
    while (va_is(p, VA_T_ATTR_OPEN)) {
        size_t open = p->at;
        va_advance(p);
        while (!va_is(p, VA_T_ATTR_CLOSE) && !va_is(p, VA_T_EOF)) {
            va_attr *attr = parse_attr(p);
            if (!attr) break;
            *tail = attr;
            tail = &attr->next;
            va_take(p, VA_T_COMMA);
        }
        if (p->panic || !va_expect_close(p, VA_T_ATTR_CLOSE, open)) sync_attrs(p);
    }
    return list;
}
