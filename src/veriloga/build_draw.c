/* Random numbers.  A draw is a function of the instance, the draw interval, the call site, how often the
 * site was passed within the interval, and the value of the seed argument.  The seed variable itself stays as
 * it is: distinct call sites and intervals give distinct numbers without it. */
#include "veriloga/build.h"
#include <string.h>

static const vb_x nothing = {VA_TYPE_REAL, 0};

static const struct draw_name {
    const char *name;
    va_dist dist;
    size_t n_args; /* behind the seed */
    bool is_int;
} draws[] = {
    {"$random", VA_DIST_INT32, 0, true},
    {"$arandom", VA_DIST_INT32, 0, true},
    {"$urandom", VA_DIST_INT32, 0, true},
    {"$rdist_uniform", VA_DIST_UNIFORM, 2, false},
    {"$dist_uniform", VA_DIST_UNIFORM, 2, true},
    {"$rdist_normal", VA_DIST_NORMAL, 2, false},
    {"$dist_normal", VA_DIST_NORMAL, 2, true},
    {"$rdist_exponential", VA_DIST_EXPONENTIAL, 1, false},
    {"$dist_exponential", VA_DIST_EXPONENTIAL, 1, true},
    {"$rdist_poisson", VA_DIST_POISSON, 1, false},
    {"$dist_poisson", VA_DIST_POISSON, 1, true},
    {"$rdist_chi_square", VA_DIST_CHI_SQUARE, 1, false},
    {"$dist_chi_square", VA_DIST_CHI_SQUARE, 1, true},
    {"$rdist_t", VA_DIST_T, 1, false},
    {"$dist_t", VA_DIST_T, 1, true},
    {"$rdist_erlang", VA_DIST_ERLANG, 2, false},
    {"$dist_erlang", VA_DIST_ERLANG, 2, true},
};

const char *vb_draw_name(size_t i) {
    return i < sizeof draws / sizeof *draws ? draws[i].name : NULL;
}

static va_val standard_draw(vb *b, const struct draw_name *draw, const va_expr *e, va_val seed, const va_val *args) {
    va_draw *site = HYS_PUSH(b->arena, &b->model->draws);
    if (!site) return 0;
    bool has_args = draw->dist >= VA_DIST_POISSON;
    *site = (va_draw){.dist = draw->dist,
                      .span = e->span,
                      .name = vb_printf(b, "%s%s%s", b->target ? b->target : "", b->target ? ":" : "", draw->name)};
    site->args[0] = has_args ? args[0] : vb_num(b, 0);
    site->args[1] = has_args && draw->n_args > 1 ? args[1] : vb_num(b, 0);
    va_val count = b->iteration ? b->iteration : vb_num(b, 0);
    return va_opi(b->ir, VA_OP_DRAW, (uint32_t)(b->model->draws.n - 1), count, seed);
}

/* From the standard draw to the one asked for. */
static va_val shape(vb *b, const struct draw_name *draw, va_val z, const va_val *args) {
    switch (draw->dist) {
    case VA_DIST_UNIFORM:
        if (!draw->is_int)
            return vb_op2(b, VA_OP_ADD, args[0], vb_op2(b, VA_OP_MUL, vb_op2(b, VA_OP_SUB, args[1], args[0]), z));
        /* one of the integers start ... end */
        z = vb_op2(b, VA_OP_MUL, vb_op2(b, VA_OP_ADD, vb_op2(b, VA_OP_SUB, args[1], args[0]), vb_num(b, 1)), z);
        return vb_op2(b, VA_OP_ADD, args[0], vb_op1(b, VA_OP_FLOOR, z));
    case VA_DIST_NORMAL:
        z = vb_op2(b, VA_OP_ADD, args[0], vb_op2(b, VA_OP_MUL, args[1], z));
        break;
    case VA_DIST_EXPONENTIAL:
        z = vb_op2(b, VA_OP_MUL, args[0], z);
        break;
    default:
        break;
    }
    return draw->is_int ? vb_op1(b, VA_OP_ROUND, z) : z;
}

static bool seed_value(vb *b, const va_expr *e, va_val *seed) {
    *seed = vb_num(b, 0);
    if (!vb_has_arg(e, 0)) return true;
    vb_x x = vb_eval(b, e->args[0]);
    *seed = vb_convert(b, x, VA_TYPE_INTEGER, e->args[0]->span, "the seed");
    return *seed != 0;
}

bool vb_draw_call(vb *b, const va_expr *e, vb_x *result) {
    const struct draw_name *draw = NULL;
    for (size_t i = 0; i < sizeof draws / sizeof *draws && !draw; i++)
        if (!strcmp(draws[i].name, e->name)) draw = &draws[i];
    if (!draw) return false;
    *result = nothing;
    size_t n = e->n_args;
    if (n > 0 && e->args[n - 1]->kind == VA_STRING) n--; /* "instance" or "global" */
    if (b->where == VB_IN_PARAM || b->where == VB_IN_VAR_INIT) {
        vb_error(b, e->span, "use (* d2d=\"normal 0.1\" *) for spread, or draw in @(initial_step)",
                 "%s cannot stand in a declaration", e->name);
        return true;
    }
    if (n != draw->n_args + 1 && !(draw->n_args == 0 && n == 0)) {
        vb_error(b, e->span, "the first argument is the seed, an integer variable",
                 "%s takes %zu arguments, but %zu %s given", e->name, draw->n_args + 1, n, n == 1 ? "is" : "are");
        return true;
    }
    va_val seed, args[2] = {0, 0};
    if (!seed_value(b, e, &seed)) return true;
    for (size_t i = 0; i < draw->n_args; i++) args[i] = vb_eval_real(b, e->args[i + 1]);
    b->ir->span = e->span;
    va_val z = standard_draw(b, draw, e, seed, args);
    *result = (vb_x){draw->is_int ? VA_TYPE_INTEGER : VA_TYPE_REAL, shape(b, draw, z, args)};
    return true;
}
