/* Any text into the front end: no crash, no hang, and a tree without holes. */
#include "veriloga/ast.h"

/* Small, so that many inputs are tried in a second; the tests reach the real limits. */
#define MAX_TOTAL  ((size_t)1 << 20)
#define MAX_TOKENS 20000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds) __builtin_trap();
}

static void check_attrs(const va_attr *attr);

static void check_expr(const va_expr *e) {
    static const struct {
        size_t least, most;
    } args[] = {[VA_INDEX] = {2, 3},        [VA_CALL] = {0, SIZE_MAX},      [VA_SYSCALL] = {0, SIZE_MAX},
                [VA_UNARY] = {1, 1},        [VA_BINARY] = {2, 2},           [VA_TERNARY] = {3, 3},
                [VA_ARRAY] = {0, SIZE_MAX}, [VA_REPLICATE] = {2, SIZE_MAX}, [VA_EMPTY] = {0, 0}};
    if (!e) __builtin_trap();
    require(e->n_args >= args[e->kind].least && e->n_args <= args[e->kind].most);
    bool is_named = e->kind == VA_NAME || e->kind == VA_CALL || e->kind == VA_SYSCALL || e->kind == VA_PORT_FLOW;
    require(!is_named || e->name);
    require(e->kind != VA_STRING || e->text);
    for (size_t i = 0; i < e->n_args; i++) check_expr(e->args[i]);
    check_attrs(e->attrs);
}

static void check_attrs(const va_attr *attr) {
    for (; attr; attr = attr->next) {
        require(attr->name);
        if (attr->value) check_expr(attr->value);
    }
}

static void check_dims(const va_dims *dims) {
    for (; dims; dims = dims->next) {
        check_expr(dims->left);
        check_expr(dims->right);
    }
}

static void check_decls(const va_decl *d) {
    for (; d; d = d->next) {
        require(d->name);
        require((d->kind != VA_PARAM && d->kind != VA_LOCALPARAM && d->kind != VA_ALIASPARAM) || d->init);
        require(d->kind != VA_BRANCH || d->ends[0]);
        check_dims(d->dims);
        check_dims(d->bus);
        check_attrs(d->attrs);
        if (d->init) check_expr(d->init);
        if (d->ends[0]) check_expr(d->ends[0]);
        if (d->ends[1]) check_expr(d->ends[1]);
        for (const va_range *range = d->ranges; range; range = range->next) {
            check_expr(range->lo);
            if (!range->is_value && !range->is_set) check_expr(range->hi);
        }
    }
}

static void check_module(const va_module *m);

static void check_stmt(const va_stmt *s) {
    require(s);
    check_attrs(s->attrs);
    check_decls(s->decls);
    for (const va_stmt *in = s->stmts; in; in = in->next) check_stmt(in);
    if (s->kind == VA_ASSIGN || s->kind == VA_CONTRIB || s->kind == VA_INDIRECT) check_expr(s->lhs);
    if (s->lhs || s->kind == VA_CALL_STMT) check_expr(s->rhs);
    bool has_cond = s->kind == VA_IF || s->kind == VA_CASE || s->kind == VA_FOR || s->kind == VA_WHILE ||
                    s->kind == VA_REPEAT || s->kind == VA_INDIRECT;
    if (has_cond) check_expr(s->cond);
    if (s->kind == VA_FOR) check_stmt(s->init);
    if (s->kind == VA_FOR) check_stmt(s->step);
    bool has_body = s->kind == VA_IF || s->kind == VA_FOR || s->kind == VA_WHILE || s->kind == VA_REPEAT ||
                    s->kind == VA_EVENT || s->kind == VA_GENERATE;
    if (has_body) check_stmt(s->body);
    if (s->other) check_stmt(s->other);
    for (const va_case_item *item = s->items; item; item = item->next) {
        for (size_t i = 0; i < item->n_labels; i++) check_expr(item->labels[i]);
        check_stmt(item->body);
    }
    require(s->kind != VA_EVENT || s->events);
    for (const va_event *event = s->events; event; event = event->next) check_expr(event->expr);
    if (s->kind == VA_ITEMS) check_module(s->scope);
}

static void check_conns(const va_conn *conn) {
    for (; conn; conn = conn->next)
        if (conn->value) check_expr(conn->value);
}

static void check_module(const va_module *m) {
    require(m);
    check_attrs(m->attrs);
    check_decls(m->decls);
    for (const va_port *port = m->ports; port; port = port->next) require(port->name);
    for (const va_func *f = m->funcs; f; f = f->next) {
        require(f->name);
        check_decls(f->args);
        check_decls(f->locals);
        check_stmt(f->body);
    }
    for (const va_inst *inst = m->insts; inst; inst = inst->next) {
        require(inst->module && inst->name);
        check_dims(inst->dims);
        check_conns(inst->params);
        check_conns(inst->ports);
    }
    for (const va_analog *analog = m->analogs; analog; analog = analog->next) check_stmt(analog->body);
    for (const va_stmt *g = m->generates; g; g = g->next) check_stmt(g);
}

static void check_file(const va_file *file) {
    for (const va_nature *nature = file->natures; nature; nature = nature->next) {
        require(nature->name);
        check_attrs(nature->items);
    }
    for (const va_discipline *d = file->disciplines; d; d = d->next) {
        require(d->name);
        check_attrs(d->overrides);
    }
    for (const va_module *m = file->modules; m; m = m->next) {
        require(m->name);
        check_module(m);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    hys_ctx *ctx;
    if (hys_ctx_new(NULL, &ctx) != HYS_OK) return 0;
    va_front front;
    va_front_init(&front, ctx);
    front.limits.max_total = MAX_TOTAL;
    front.limits.max_tokens = MAX_TOKENS;
    hys_status status = va_front_parse_text(&front, "fuzz.va", (const char *)data, size);
    require((status == HYS_OK) == (hys_diag_n_errors(ctx) == 0));
    if (status == HYS_OK || status == HYS_SYNTAX) check_file(front.file);
    for (size_t i = 0; i < hys_diag_count(ctx); i++) {
        char text[512];
        hys_diag_format(hys_diag_get(ctx, i), text, sizeof text);
    }
    va_front_free(&front);
    hys_ctx_free(ctx);
    return 0;
}
