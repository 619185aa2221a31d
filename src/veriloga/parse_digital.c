/* Digital Verilog-AMS: one message, and the construct is skipped as a whole. */
#include "veriloga/parse.h"

/* How far a construct goes. */
enum extent { TO_SEMI, TO_KEYWORD, PROCESS };

static const struct construct {
    va_keyword kw;
    enum extent extent;
    va_keyword end; /* of TO_KEYWORD */
    const char *hint;
} constructs[] = {
    {VA_KW_always, PROCESS, VA_KW_NONE, "analog code stands in an analog block"},
    {VA_KW_initial, PROCESS, VA_KW_NONE, "use analog initial, or @(initial_step) in analog"},
    {VA_KW_forever, PROCESS, VA_KW_NONE, ""},
    {VA_KW_wait, PROCESS, VA_KW_NONE, "use @(cross(...)) or @(above(...))"},
    {VA_KW_fork, TO_KEYWORD, VA_KW_join, ""},
    {VA_KW_task, TO_KEYWORD, VA_KW_endtask, "use an analog function with output arguments"},
    {VA_KW_specify, TO_KEYWORD, VA_KW_endspecify, ""},
    {VA_KW_table, TO_KEYWORD, VA_KW_endtable, ""},
    {VA_KW_primitive, TO_KEYWORD, VA_KW_endprimitive, ""},
    {VA_KW_config, TO_KEYWORD, VA_KW_endconfig, ""},
    {VA_KW_connectmodule, TO_KEYWORD, VA_KW_endmodule, ""},
    {VA_KW_connectrules, TO_KEYWORD, VA_KW_endconnectrules, ""},
    {VA_KW_paramset, TO_KEYWORD, VA_KW_endparamset, "set the parameters where the module is used"},
    {VA_KW_casex, TO_KEYWORD, VA_KW_endcase, "use case"},
    {VA_KW_casez, TO_KEYWORD, VA_KW_endcase, "use case"},
    {VA_KW_defparam, TO_SEMI, VA_KW_NONE, "give parameters with #(.name(value))"},
    {VA_KW_assign, TO_SEMI, VA_KW_NONE, "in analog write V(out) <+ ..."},
};

static bool opens_level(va_keyword kw) {
    return kw == VA_KW_begin || kw == VA_KW_case || kw == VA_KW_casex || kw == VA_KW_casez || kw == VA_KW_fork;
}

static bool closes_level(va_keyword kw) {
    return kw == VA_KW_end || kw == VA_KW_endcase || kw == VA_KW_join;
}

static bool at_end(const va_parser *p) {
    return va_is(p, VA_T_EOF) || va_is_keyword(p, VA_KW_endmodule);
}

/* Skips one statement whatever it is, and what an else adds to it. */
static void skip_process(va_parser *p) {
    unsigned level = 0;
    while (!at_end(p)) {
        va_keyword kw = va_peek(p)->kw;
        bool is_over = va_is(p, VA_T_SEMI) && level == 0;
        if (closes_level(kw)) {
            if (level == 0) return;
            is_over = --level == 0;
        }
        level += opens_level(kw);
        va_advance(p);
        if (is_over && !va_is_keyword(p, VA_KW_else)) return;
    }
}

static void skip_to_keyword(va_parser *p, va_keyword end) {
    while (!va_is(p, VA_T_EOF) && !va_is_keyword(p, end)) {
        if (end != VA_KW_endmodule && va_is_keyword(p, VA_KW_endmodule)) return;
        va_advance(p);
    }
    va_advance(p);
}

static void skip_to_semi(va_parser *p) {
    while (!at_end(p))
        if (va_take(p, VA_T_SEMI)) return;
        else va_advance(p);
}

void va_skip_digital(va_parser *p) {
    static const struct construct other = {VA_KW_NONE, TO_SEMI, VA_KW_NONE, ""};
    const struct construct *c = &other;
    const va_token *token = va_peek(p);
    for (size_t i = 0; i < sizeof constructs / sizeof constructs[0]; i++)
        if (constructs[i].kw == token->kw) c = &constructs[i];
    va_fail(p, token->span, c->hint, "'%s' is digital Verilog-AMS, not part of the analog subset", token->text);
    va_advance(p);
    if (c->extent == PROCESS) skip_process(p);
    else if (c->extent == TO_KEYWORD) skip_to_keyword(p, c->end);
    else skip_to_semi(p);
    p->panic = p->has_passed_bad = false;
}
