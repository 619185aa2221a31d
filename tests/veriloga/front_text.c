#include "front_text.h"
#include "base/units.h"

static char out[1 << 17];
static size_t n_out;

static void put(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void put(const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(out + n_out, sizeof out - n_out, fmt, args);
    va_end(args);
    assert_true(n >= 0 && (size_t)n < sizeof out - n_out);
    n_out += (size_t)n;
}

/* ---- expressions ---- */

static const char *const op_texts[] = {
    [VA_PLUS] = "+",   [VA_NEG] = "-",     [VA_NOT] = "!",       [VA_BITNOT] = "~",   [VA_RED_AND] = "&",
    [VA_RED_OR] = "|", [VA_RED_XOR] = "^", [VA_RED_NAND] = "~&", [VA_RED_NOR] = "~|", [VA_RED_XNOR] = "~^",
    [VA_ADD] = "+",    [VA_SUB] = "-",     [VA_MUL] = "*",       [VA_DIV] = "/",      [VA_MOD] = "%",
    [VA_POW] = "**",   [VA_LT] = "<",      [VA_LE] = "<=",       [VA_GT] = ">",       [VA_GE] = ">=",
    [VA_EQ] = "==",    [VA_NE] = "!=",     [VA_AND] = "&&",      [VA_OR] = "||",      [VA_BITAND] = "&",
    [VA_BITOR] = "|",  [VA_BITXOR] = "^",  [VA_BITXNOR] = "^~",  [VA_SHL] = "<<",     [VA_SHR] = ">>",
    [VA_ASHL] = "<<<", [VA_ASHR] = ">>>",
};

static void put_expr(const va_expr *e);

static void put_list(va_expr *const *at, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (i) put(", ");
        put_expr(at[i]);
    }
}

/* A real number has a point or an exponent, an integer has neither. */
static void put_number(double number, bool is_real) {
    char text[32];
    hys__number_format(number, text);
    put("%s%s", text, is_real && !strpbrk(text, ".e") ? ".0" : "");
}

static void put_attrs(const va_attr *attrs, const char *before, const char *after) {
    if (!attrs) return;
    put("%s(* ", before);
    for (; attrs; attrs = attrs->next) {
        put("%s", attrs->name);
        if (attrs->value) {
            put("=");
            put_expr(attrs->value);
        }
        put(attrs->next ? ", " : " *)%s", after);
    }
}

static void put_operation(const va_expr *e) {
    put("(");
    if (e->kind == VA_UNARY) {
        put("%s", op_texts[e->op]);
        put_attrs(e->attrs, " ", " ");
        put_expr(e->args[0]);
    } else if (e->kind == VA_BINARY) {
        put_expr(e->args[0]);
        put(" %s ", op_texts[e->op]);
        put_attrs(e->attrs, "", " ");
        put_expr(e->args[1]);
    } else {
        put_expr(e->args[0]);
        put(" ? ");
        put_attrs(e->attrs, "", " ");
        put_expr(e->args[1]);
        put(" : ");
        put_expr(e->args[2]);
    }
    put(")");
}

static void put_compound(const va_expr *e) {
    if (e->kind == VA_INDEX) {
        put_expr(e->args[0]);
        put("[");
        put_expr(e->args[1]);
        if (e->n_args == 3) {
            put(":");
            put_expr(e->args[2]);
        }
        put("]");
    } else if (e->kind == VA_ARRAY) {
        put("'{");
        put_list(e->args, e->n_args);
        put("}");
    } else if (e->kind == VA_REPLICATE) {
        put_expr(e->args[0]);
        put("{");
        put_list(e->args + 1, e->n_args - 1);
        put("}");
    } else {
        put("%s", e->name);
        put_attrs(e->attrs, " ", " ");
        put("(");
        put_list(e->args, e->n_args);
        put(")");
    }
}

static void put_expr(const va_expr *e) {
    switch (e->kind) {
    case VA_REAL:
    case VA_INT:
        put_number(e->number, e->kind == VA_REAL);
        break;
    case VA_STRING:
        put("\"%.*s\"", (int)e->n_text, e->text);
        break;
    case VA_INF:
        put("inf");
        break;
    case VA_NAME:
        put("%s%s", e->is_path ? "\\" : "", e->name);
        break;
    case VA_PORT_FLOW:
        put("<%s>", e->name);
        break;
    case VA_UNARY:
    case VA_BINARY:
    case VA_TERNARY:
        put_operation(e);
        break;
    case VA_EMPTY:
        break;
    default:
        put_compound(e);
    }
}

/* ---- declarations ---- */

static const char *const type_texts[] = {"", "real ", "integer ", "string "};
static const char *const dir_texts[] = {"", "input ", "output ", "inout "};
static const char *const decl_texts[] = {[VA_PARAM] = "parameter ",
                                         [VA_LOCALPARAM] = "localparam ",
                                         [VA_ALIASPARAM] = "aliasparam ",
                                         [VA_VAR] = "",
                                         [VA_GENVAR] = "genvar ",
                                         [VA_NET] = "net ",
                                         [VA_GROUND_DECL] = "ground ",
                                         [VA_BRANCH] = "branch ",
                                         [VA_PORT_DIR] = "",
                                         [VA_EVENT_DECL] = "event "};

static void put_dims(const va_dims *dims, const char *after) {
    for (const va_dims *d = dims; d; d = d->next) {
        put("[");
        put_expr(d->left);
        put(":");
        put_expr(d->right);
        put("]");
    }
    if (dims) put("%s", after);
}

static void put_range(const va_range *range) {
    put(range->is_exclude ? " exclude " : " from ");
    if (!range->is_value && !range->is_set) put(range->lo_open ? "(" : "[");
    put_expr(range->lo);
    if (range->is_value || range->is_set) return;
    put(":");
    put_expr(range->hi);
    put(range->hi_open ? ")" : "]");
}

static void put_decl(const va_decl *d) {
    put_attrs(d->attrs, "", " ");
    put("%s%s%s", d->is_ground && d->kind != VA_GROUND_DECL ? "ground " : "", decl_texts[d->kind], dir_texts[d->dir]);
    put("%s%s%s", type_texts[d->type], d->disc ? d->disc : "", d->disc ? " " : "");
    if (d->kind == VA_BRANCH) {
        put("(");
        put_expr(d->ends[0]);
        if (d->ends[1]) put(", ");
        if (d->ends[1]) put_expr(d->ends[1]);
        put(") ");
    }
    put_dims(d->bus, " ");
    put("%s", d->name);
    put_dims(d->dims, "");
    if (d->init) {
        put(" = ");
        put_expr(d->init);
    }
    for (const va_range *range = d->ranges; range; range = range->next) put_range(range);
    put("; ");
}

/* ---- statements ---- */

static void put_scope(const va_module *m);
static void put_stmt(const va_stmt *s);

static void put_assignment(const va_stmt *s, const char *op) {
    put_expr(s->lhs);
    put(" %s ", op);
    put_expr(s->rhs);
}

static void put_events(const va_event *event) {
    put("@(");
    for (; event; event = event->next) {
        put_expr(event->expr);
        if (event->next) put(" or ");
    }
    put(") ");
}

static void put_case(const va_stmt *s) {
    put("case (");
    put_expr(s->cond);
    put(") ");
    for (const va_case_item *item = s->items; item; item = item->next) {
        put_list(item->labels, item->n_labels);
        put(item->n_labels ? ": " : "default: ");
        put_stmt(item->body);
    }
    put("endcase ");
}

static void put_block(const va_stmt *s) {
    put("begin ");
    if (s->name) put(": %s ", s->name);
    for (const va_decl *d = s->decls; d; d = d->next) put_decl(d);
    for (const va_stmt *in = s->stmts; in; in = in->next) put_stmt(in);
    put("end ");
}

static void put_head(const va_stmt *s, const char *word) {
    put("%s (", word);
    if (s->kind == VA_FOR) {
        put_assignment(s->init, "=");
        put("; ");
    }
    put_expr(s->cond);
    if (s->kind == VA_FOR) {
        put("; ");
        put_assignment(s->step, "=");
    }
    put(") ");
    put_stmt(s->body);
    if (s->other) put("else ");
    if (s->other) put_stmt(s->other);
}

static void put_simple(const va_stmt *s) {
    if (s->kind == VA_CALL_STMT) {
        put_expr(s->rhs);
    } else if (s->kind == VA_INDIRECT) {
        put_expr(s->lhs);
        put(" : ");
        put_expr(s->cond);
        put(" == ");
        put_expr(s->rhs);
    } else if (s->kind == VA_DISABLE) {
        put("disable %s", s->name);
    } else if (s->kind != VA_EMPTY_STMT) {
        put_assignment(s, s->kind == VA_CONTRIB ? "<+" : "=");
    }
    put("; ");
}

static void put_stmt(const va_stmt *s) {
    put_attrs(s->attrs, "", " ");
    switch (s->kind) {
    case VA_BLOCK:
        put_block(s);
        break;
    case VA_IF:
        put_head(s, "if");
        break;
    case VA_FOR:
        put_head(s, "for");
        break;
    case VA_WHILE:
        put_head(s, "while");
        break;
    case VA_REPEAT:
        put_head(s, "repeat");
        break;
    case VA_CASE:
        put_case(s);
        break;
    case VA_EVENT:
        put_events(s->events);
        put_stmt(s->body);
        break;
    case VA_GENERATE:
        put("generate ");
        put_stmt(s->body);
        break;
    case VA_ITEMS:
        put("{ ");
        put_scope(s->scope);
        put("} ");
        break;
    default:
        put_simple(s);
    }
}

/* ---- modules ---- */

static void put_func(const va_func *f) {
    put("function %s%s(", type_texts[f->type], f->name);
    for (const va_decl *arg = f->args; arg; arg = arg->next) put_decl(arg);
    put(") ");
    for (const va_decl *local = f->locals; local; local = local->next) put_decl(local);
    put_stmt(f->body);
}

static void put_conns(const va_conn *conn) {
    put("(");
    for (; conn; conn = conn->next) {
        if (conn->name) put(".%s(", conn->name);
        if (conn->value) put_expr(conn->value);
        put("%s%s", conn->name ? ")" : "", conn->next ? ", " : "");
    }
    put(")");
}

static void put_inst(const va_inst *inst) {
    put("%s ", inst->module);
    if (inst->params) {
        put("#");
        put_conns(inst->params);
        put(" ");
    }
    put("%s", inst->name);
    put_dims(inst->dims, "");
    put_conns(inst->ports);
    put("; ");
}

static void put_scope(const va_module *m) {
    for (const va_decl *d = m->decls; d; d = d->next) put_decl(d);
    for (const va_func *f = m->funcs; f; f = f->next) put_func(f);
    for (const va_inst *inst = m->insts; inst; inst = inst->next) put_inst(inst);
    for (const va_analog *analog = m->analogs; analog; analog = analog->next) {
        put(analog->is_initial ? "analog initial " : "analog ");
        put_stmt(analog->body);
    }
    for (const va_stmt *g = m->generates; g; g = g->next) put_stmt(g);
}

static void put_module(const va_module *m) {
    put_attrs(m->attrs, "", " ");
    put("module %s(", m->name);
    for (const va_port *port = m->ports; port; port = port->next) put("%s%s", port->name, port->next ? ", " : "");
    put("); ");
    put_scope(m);
    put("endmodule ");
}

static void put_nature(const va_nature *nature) {
    put("nature %s", nature->name);
    if (nature->parent) put(" : %s", nature->parent);
    put_attrs(nature->items, " ", "");
    put("; ");
}

static void put_discipline(const va_discipline *d) {
    put("discipline %s", d->name);
    if (d->potential) put(" potential %s", d->potential);
    if (d->flow) put(" flow %s", d->flow);
    if (d->domain) put(" domain %s", d->domain);
    put_attrs(d->overrides, " ", "");
    put("; ");
}

const char *front_file_text(const va_file *file) {
    n_out = 0;
    out[0] = '\0';
    for (const va_nature *nature = file->natures; nature; nature = nature->next) put_nature(nature);
    for (const va_discipline *d = file->disciplines; d; d = d->next) put_discipline(d);
    for (const va_module *m = file->modules; m; m = m->next) put_module(m);
    while (n_out > 0 && out[n_out - 1] == ' ') out[--n_out] = '\0';
    return out;
}

/* ---- runs ---- */

const char *front_tree(const char *text) {
    hys_ctx *ctx = hys_test_ctx();
    va_front front;
    va_front_init(&front, ctx);
    hys_status status = va_front_parse_text(&front, "t.va", text, strlen(text));
    for (size_t i = 0; i < hys_diag_count(ctx); i++) print_error("%s\n", hys_test_diag_text(ctx, i));
    assert_int_equal(hys_diag_count(ctx), 0);
    assert_int_equal(status, HYS_OK);
    const char *tree = front_file_text(front.file);
    va_front_free(&front);
    hys_ctx_free(ctx);
    return tree;
}

/* What stands between the two texts in the tree of before + text + after. */
static const char *tree_between(const char *before, const char *text, const char *after, const char *from,
                                const char *to) {
    static char whole[1 << 16];
    int n = snprintf(whole, sizeof whole, "%s%s%s", before, text, after);
    assert_true(n > 0 && (size_t)n < sizeof whole);
    const char *tree = front_tree(whole);
    char *start = strstr(tree, from), *end = NULL;
    assert_non_null(start);
    start += strlen(from);
    for (char *at = strstr(start, to); at; at = strstr(at + 1, to)) end = at;
    assert_non_null(end);
    while (end > start && end[-1] == ' ') end--;
    *end = '\0';
    return start;
}

const char *front_items(const char *body) {
    return tree_between("module m(a, b); ", body, " endmodule", "m(a, b); ", "endmodule");
}

const char *front_stmts(const char *stmts) {
    return tree_between("module m; analog begin ", stmts, " end endmodule", "analog begin ", "end endmodule");
}

const char *front_expr(const char *expr) {
    return tree_between("module m; analog y = ", expr, "; endmodule", "y = ", "; endmodule");
}

const char *front_diags(const hys_ctx *ctx, const char *file) {
    static const char *const severities[] = {"note", "warning", "error"};
    n_out = 0;
    out[0] = '\0';
    for (size_t i = 0; i < hys_diag_count(ctx); i++) {
        const hys_diag *diag = hys_diag_get(ctx, i);
        if (strcmp(diag->file, file) != 0) put("%s:", diag->file);
        put("%d:%d: %s: %s", diag->line, diag->col, severities[diag->severity], diag->message);
        if (*diag->hint) put(" | %s", diag->hint);
        put("\n");
    }
    return out;
}

const char *front_errors_n(const char *text, size_t len) {
    hys_ctx *ctx = hys_test_ctx();
    va_front front;
    va_front_init(&front, ctx);
    hys_status status = va_front_parse_text(&front, "t.va", text, len);
    assert_int_equal(status != HYS_OK, hys_diag_n_errors(ctx) > 0);
    va_front_free(&front);
    const char *errors = front_diags(ctx, "t.va");
    hys_ctx_free(ctx);
    return errors;
}

const char *front_errors(const char *text) {
    return front_errors_n(text, strlen(text));
}

static const char *errors_between(const char *before, const char *text, const char *after) {
    static char whole[1 << 16];
    int n = snprintf(whole, sizeof whole, "%s\n%s\n%s", before, text, after);
    assert_true(n > 0 && (size_t)n < sizeof whole);
    return front_errors(whole);
}

const char *front_stmt_errors(const char *stmt) {
    return errors_between("module m(a, b); analog begin", stmt, "end endmodule");
}

const char *front_item_errors(const char *items) {
    return errors_between("module m(a, b);", items, "endmodule");
}
