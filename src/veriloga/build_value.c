/* Typed values: strings, conversions, and operations that keep the path's known conditions in mind. */
#include "veriloga/build.h"
#include <string.h>

va_val vb_num(vb *b, double number) {
    return va_const(b->ir, number);
}

va_val vb_op1(vb *b, va_opcode op, va_val a) {
    return va_op1(b->ir, op, a);
}

va_val vb_op2(vb *b, va_opcode op, va_val a, va_val c) {
    return va_op2(b->ir, op, a, c);
}

va_val vb_select(vb *b, va_val cond, va_val yes, va_val no) {
    return va_op3(b->ir, VA_OP_SELECT, cond, yes, no);
}

vb_x vb_number(vb *b, double number) {
    return (vb_x){VA_TYPE_REAL, vb_num(b, number)};
}

vb_x vb_integer(va_val v) {
    return (vb_x){VA_TYPE_INTEGER, v};
}

vb_x vb_real_x(va_val v) {
    return (vb_x){VA_TYPE_REAL, v};
}

/* ---- strings: numbers in a table ---- */

vb_x vb_text(vb *b, const char *text) {
    size_t at = 0;
    if (b->strings.n == 0) {
        const char **first = HYS_PUSH(b->arena, &b->strings);
        if (!first) return (vb_x){VA_TYPE_STRING, 0};
        *first = "";
    }
    while (at < b->strings.n && strcmp(b->strings.at[at], text)) at++;
    if (at == b->strings.n) {
        const char **added = HYS_PUSH(b->arena, &b->strings);
        if (added) *added = text;
    }
    return (vb_x){VA_TYPE_STRING, vb_num(b, (double)at)};
}

const char *vb_text_of(const vb *b, va_val v) {
    double at;
    if (!va_is_const(b->ir, v, &at)) return NULL;
    if (at == 0 && b->strings.n == 0) return "";
    return at >= 0 && at < (double)b->strings.n ? b->strings.at[(size_t)at] : NULL;
}

/* ---- conversions ---- */

va_val vb_real(vb *b, vb_x x, hys__span span) {
    if (x.type != VA_TYPE_STRING) return va_to_real(b->ir, x.v);
    vb_error(b, span, NULL, "a string stands where a number is needed");
    return 0;
}

va_val vb_bool(vb *b, vb_x x, hys__span span) {
    if (x.type != VA_TYPE_STRING) return va_to_bool(b->ir, x.v);
    vb_error(b, span, "compare it: s == \"text\"", "a string stands where a condition is needed");
    return 0;
}

va_val vb_convert(vb *b, vb_x x, va_type type, hys__span span, const char *what) {
    if (vb_failed(b) || !x.v) return 0;
    if ((type == VA_TYPE_STRING) != (x.type == VA_TYPE_STRING)) {
        vb_error(b, span, NULL,
                 type == VA_TYPE_STRING ? "'%s' is a string, but this is a number"
                                        : "'%s' is a number, but this is a string",
                 what);
        return 0;
    }
    if (type != VA_TYPE_INTEGER || x.type == VA_TYPE_INTEGER) return va_to_real(b->ir, x.v);
    va_val v = va_to_real(b->ir, x.v);
    return va_is_integral(b->ir, v) ? v : vb_op1(b, VA_OP_ROUND, v);
}

va_val vb_wrap(vb *b, va_val v) {
    const double most = 2147483647;
    va_bounds bounds = va_bounds_of(b->ir, v);
    if (bounds.lo >= -most - 1 && bounds.hi <= most) return v;
    return vb_op1(b, VA_OP_WRAP32, v);
}

va_val vb_eval_real(vb *b, const va_expr *e) {
    return vb_real(b, vb_eval(b, e), e->span);
}

va_val vb_eval_bool(vb *b, const va_expr *e) {
    return vb_bool(b, vb_eval(b, e), e->span);
}

va_val vb_eval_int(vb *b, const va_expr *e) {
    return vb_convert(b, vb_eval(b, e), VA_TYPE_INTEGER, e->span, "the integer");
}
