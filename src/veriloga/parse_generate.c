/* Generate constructs of a module. */
#include "veriloga/parse.h"

static va_stmt *parse_branch(va_parser *p);

void va_scope_init(va_scope *scope, va_module *module) {
    *scope = (va_scope){.module = module,
                        .ports = &module->ports,
                        .decls = &module->decls,
                        .funcs = &module->funcs,
                        .insts = &module->insts,
                        .analogs = &module->analogs,
                        .generates = &module->generates};
}

static bool ends_generate(const va_parser *p) {
    return va_is(p, VA_T_EOF) || va_is_keyword(p, VA_KW_endmodule) || va_is_keyword(p, VA_KW_endgenerate) ||
           va_is_keyword(p, VA_KW_module) || va_is_keyword(p, VA_KW_endcase);
}

/* Opens a scope for the items of a branch. */
static va_stmt *items_new(va_parser *p, va_scope *scope, size_t start) {
    va_stmt *items = va_stmt_new(p, VA_ITEMS, start);
    if (!items) return NULL;
    items->scope = HYS_NEW(p->arena, va_module);
    if (!items->scope) return NULL;
    items->scope->span = items->span;
    va_scope_init(scope, items->scope);
    return items;
}

/* generate-block = "begin" [":" name] item* "end" [":" name] */
static va_stmt *parse_gen_block(va_parser *p) {
    size_t open = p->at;
    va_scope scope, *outer = p->scope;
    va_advance(p);
    va_stmt *block = va_stmt_new(p, VA_BLOCK, open);
    va_stmt *items = block ? items_new(p, &scope, open) : NULL;
    if (!items) return NULL;
    block->name = va_parse_label(p);
    block->stmts = items;
    p->scope = &scope;
    if (p->panic) va_sync(p);
    while (!va_is_keyword(p, VA_KW_end) && !ends_generate(p)) va_parse_item(p);
    p->scope = outer;
    if (!va_take_keyword(p, VA_KW_end)) {
        if (p->no_end_at != p->at + 1) va_fail(p, p->tokens[open].span, "", "this 'begin' has no 'end'");
        p->no_end_at = p->at + 1;
        p->panic = false;
    } else {
        va_parse_label(p);
    }
    block->span = va_span_from(p, open);
    return block;
}

/* ---- for, if, case ---- */

/* generate-for = "for" for-head generate-branch */
static va_stmt *parse_gen_for(va_parser *p) {
    size_t start = p->at;
    va_advance(p);
    va_stmt *stmt = va_stmt_new(p, VA_FOR, start);
    if (!stmt) return NULL;
    bool ok = va_parse_for_head(p, stmt);
    stmt->body = va_parse_body(p, parse_branch);
    return ok && stmt->body ? stmt : NULL;
}

/* generate-if = "if" condition generate-branch ["else" generate-branch] */
static va_stmt *parse_gen_if(va_parser *p) {
    size_t start = p->at;
    va_stmt *stmt = va_parse_if_chain(p, parse_branch);
    if (stmt) stmt->span = va_span_from(p, start);
    return stmt;
}

/* generate-case-item = labels generate-branch */
static va_case_item *parse_gen_case_item(va_parser *p) {
    va_case_item *item = HYS_NEW(p->arena, va_case_item);
    if (!item || !va_parse_case_labels(p, item)) return NULL;
    item->body = parse_branch(p);
    return item->body ? item : NULL;
}

/* generate-case = "case" condition generate-case-item* "endcase" */
static va_stmt *parse_gen_case(va_parser *p) {
    size_t start = p->at;
    va_advance(p);
    va_stmt *stmt = va_stmt_new(p, VA_CASE, start);
    if (!stmt) return NULL;
    stmt->cond = va_parse_condition(p);
    p->has_no_body = false;
    va_case_item **tail = &stmt->items;
    while (!ends_generate(p) && !va_is_keyword(p, VA_KW_end)) {
        size_t before = p->at;
        va_case_item *item = parse_gen_case_item(p);
        if (item) {
            *tail = item;
            tail = &item->next;
        } else {
            va_sync(p);
            if (p->at == before) va_advance(p);
        }
    }
    if (!va_take_keyword(p, VA_KW_endcase)) {
        va_fail(p, p->tokens[start].span, "", "this 'case' has no 'endcase'");
        p->panic = false;
    }
    return stmt->cond ? stmt : NULL;
}

/* ---- branches ---- */

static va_stmt *parse_construct(va_parser *p) {
    switch (va_peek(p)->kw) {
    case VA_KW_for:
        return parse_gen_for(p);
    case VA_KW_if:
        return parse_gen_if(p);
    case VA_KW_case:
        return parse_gen_case(p);
    default:
        return parse_gen_block(p);
    }
}

static bool at_construct(const va_parser *p) {
    va_keyword kw = va_peek(p)->kw;
    return kw == VA_KW_for || kw == VA_KW_if || kw == VA_KW_case || kw == VA_KW_begin;
}

static va_stmt *parse_branch_inside(va_parser *p) {
    size_t start = p->at;
    va_scope scope, *outer = p->scope;
    if (at_construct(p)) return parse_construct(p);
    va_stmt *items = items_new(p, &scope, start);
    if (!items) return NULL;
    if (ends_generate(p) || va_is_keyword(p, VA_KW_end)) {
        va_fail_expected(p, "an item of the module");
        p->panic = false;
        return items;
    }
    p->scope = &scope;
    va_parse_item(p);
    p->scope = outer;
    items->span = va_span_from(p, start);
    return items;
}

/* generate-branch = generate-for | generate-if | generate-case | generate-block | item */
static va_stmt *parse_branch(va_parser *p) {
    if (!va_enter(p)) return NULL;
    va_stmt *stmt = parse_branch_inside(p);
    va_leave(p);
    return stmt;
}

/* generate = "generate" item* "endgenerate"
 *          | generate-for | generate-if | generate-case | generate-block */
void va_parse_generate(va_parser *p, va_attr *attrs) {
    size_t start = p->at;
    if (va_take_keyword(p, VA_KW_generate)) {
        while (!va_is_keyword(p, VA_KW_endgenerate) && !ends_generate(p)) va_parse_item(p);
        if (va_take_keyword(p, VA_KW_endgenerate)) return;
        va_fail(p, p->tokens[start].span, "", "this 'generate' has no 'endgenerate'");
        p->panic = false;
        if (va_is_keyword(p, VA_KW_endcase)) va_advance(p);
        return;
    }
    if (!va_enter(p)) return;
    va_stmt *body = parse_construct(p), *stmt = body ? va_stmt_new(p, VA_GENERATE, start) : NULL;
    va_leave(p);
    if (p->panic) va_sync(p);
    if (!stmt) return;
    stmt->body = body;
    stmt->attrs = attrs;
    *p->scope->generates = stmt;
    p->scope->generates = &stmt->next;
}
