/* Instances of modules. */
#include "veriloga/parse.h"

/* connection = "." name "(" [expression] ")" | [expression] */
static va_conn *parse_conn(va_parser *p) {
    size_t start = p->at;
    va_conn *conn = HYS_NEW(p->arena, va_conn);
    if (!conn) return NULL;
    if (va_take(p, VA_T_DOT)) {
        conn->name = va_expect_name(p, "the name of a port or parameter");
        size_t open = p->at;
        if (!conn->name || !va_expect(p, VA_T_LPAREN, "'('")) return NULL;
        if (!va_is(p, VA_T_RPAREN) && !(conn->value = va_parse_expr(p))) return NULL;
        if (!va_expect_close(p, VA_T_RPAREN, open)) return NULL;
    } else if (!va_is(p, VA_T_COMMA) && !va_is(p, VA_T_RPAREN)) {
        if (!(conn->value = va_parse_expr(p))) return NULL;
    }
    conn->span = va_span_from(p, start);
    return conn;
}

/* connections = "(" [connection ("," connection)*] ")" */
static bool parse_conns(va_parser *p, va_conn **tail) {
    size_t open = p->at;
    if (!va_expect(p, VA_T_LPAREN, "'('")) return false;
    if (va_take(p, VA_T_RPAREN)) return true;
    do {
        va_parse_attrs(p);
        va_conn *conn = parse_conn(p);
        if (!conn) return false;
        *tail = conn;
        tail = &conn->next;
    } while (va_take(p, VA_T_COMMA));
    return va_expect_close(p, VA_T_RPAREN, open);
}

/* instances = module ["#" connections] name dims connections ("," name dims connections)* ";" */
void va_parse_instance(va_parser *p) {
    const va_token *module = va_peek(p);
    va_conn *params = NULL;
    bool ok = va_expect_name(p, "the name of a module") != NULL;
    if (ok && va_take(p, VA_T_HASH)) ok = parse_conns(p, &params);
    while (ok) {
        va_inst *inst = HYS_NEW(p->arena, va_inst);
        if (!inst) return;
        inst->module = module->text;
        inst->module_span = module->span;
        inst->params = params;
        inst->span = va_peek(p)->span;
        inst->name = va_expect_name(p, "the name of an instance");
        inst->dims = inst->name ? va_parse_dims(p) : NULL;
        ok = !p->panic && parse_conns(p, &inst->ports);
        if (!ok) break;
        *p->scope->insts = inst;
        p->scope->insts = &inst->next;
        if (!va_take(p, VA_T_COMMA)) break;
    }
    if (!ok || !va_expect_semi(p)) va_sync(p);
}
