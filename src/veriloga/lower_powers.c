/* Exponentials as powers of one.
 *
 * Rates of channels are exponentials of one potential: those of m and h of Hodgkin and Huxley have exponents of V/10,
 * V/18 and V/20, all multiples of V/180.  With exp(a x + b) = exp(b) exp(c x)^n, a = n c, one exponential and a few
 * products do for all of them.  The n-th power bears n times the rounding of its base, 1e-14 at most: as much as that
 * of exponents of size 50.
 *
 * exp(c x) is held between exp(-600) and exp(600) after the highest power, so that no quotient of powers is inf/inf:
 * 600 is an exponent that no rate of a membrane has. */
#include "veriloga/lower.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_POWER    64 /* of a base */
#define MOST_DIVISOR  12 /* of the smallest slope: 1/18 and 1/20 are 10 and 9 of 1/180 */
#define MOST_EXPONENT 600.0
#define MOST_OFFSET   50.0
#define COST_EXP      20 /* in products */
#define COST_QUOTIENT 10

/* exp(slope x + offset) */
typedef struct member {
    va_val exponential, x, offset;
    double slope;
    bool is_done; /* is a power, or stays as it is */
} member;

typedef struct quotient {
    va_val value, number, power; /* number/power */
} quotient;

typedef struct powers {
    va_ir *ir;
    hys__arena *arena;
    const uint8_t *fixed;
    size_t n_fixed; /* values that there were */
    bool is_shared; /* what parameters add to an exponent is the same for all instances */
    struct {
        member *at;
        size_t n, cap;
    } members;
    struct {
        quotient *at;
        size_t n, cap;
    } quotients;
    va_val known[MOST_POWER + 1]; /* of the group at hand */
} powers;

/* ---- exponents ---- */

static bool is_fixed(const powers *p, va_val v) {
    double number;
    return va_is_const(p->ir, v, &number) || (p->is_shared && v < p->n_fixed && p->fixed[v]);
}

static void add_offset(powers *p, member *m, va_val term, double by) {
    const va_val scaled = va_op2(p->ir, VA_OP_MUL, va_const(p->ir, by), term);
    m->offset = va_op2(p->ir, VA_OP_ADD, m->offset, scaled);
}

/* One operation less on the way from the exponent to x. */
static bool peel_sum(powers *p, member *m, const va_ins *ins) {
    const double sign = ins->op == VA_OP_SUB ? -1 : 1;
    if (is_fixed(p, ins->b)) {
        add_offset(p, m, ins->b, sign * m->slope);
        m->x = ins->a;
        return true;
    }
    if (!is_fixed(p, ins->a)) return false;
    add_offset(p, m, ins->a, m->slope);
    m->slope *= sign;
    m->x = ins->b;
    return true;
}

static bool peel_factor(const powers *p, member *m, const va_ins *ins) {
    double number;
    const bool is_second = va_is_const(p->ir, ins->b, &number);
    if (!is_second && (ins->op == VA_OP_DIV || !va_is_const(p->ir, ins->a, &number))) return false;
    m->slope = ins->op == VA_OP_DIV ? m->slope / number : m->slope * number;
    m->x = is_second ? ins->a : ins->b;
    return true;
}

static bool peel(powers *p, member *m) {
    const va_ins ins = *va_get(p->ir, m->x);
    switch (ins.op) {
    case VA_OP_NEG:
        m->slope = -m->slope;
        m->x = ins.a;
        return true;
    case VA_OP_ADD:
    case VA_OP_SUB:
        return peel_sum(p, m, &ins);
    case VA_OP_MUL:
    case VA_OP_DIV:
        return peel_factor(p, m, &ins);
    default:
        return false;
    }
}

static bool has_use(const powers *p, const member *m) {
    double offset;
    const bool is_near = !va_is_const(p->ir, m->offset, &offset) || fabs(offset) <= MOST_OFFSET;
    return is_near && isfinite(m->slope) && m->slope != 0 && va_get(p->ir, m->x)->loop == 0;
}

static bool collect(powers *p, const va_cone *cone) {
    for (va_val v = 1; v < cone->n; v++) {
        const va_ins ins = *va_get(p->ir, v);
        if (!cone->has[v] || ins.op != VA_OP_EXP || ins.loop || p->fixed[v]) continue;
        member m = {.exponential = v, .x = ins.a, .slope = 1, .offset = va_const(p->ir, 0)};
        while (peel(p, &m)) {
        }
        member *place = has_use(p, &m) ? HYS_PUSH(p->arena, &p->members) : NULL;
        if (place) *place = m;
    }
    return !p->arena->failed;
}

/* ---- groups ---- */

static bool is_free(const member *m, va_val x) {
    return !m->is_done && m->x == x;
}

/* Which multiple of the slope, as closely as slopes are rounded; 0: none. */
static int multiple(const member *m, double slope) {
    const double ratio = m->slope / slope, whole = nearbyint(ratio);
    const bool is_near = fabs(ratio - whole) <= 8 * 2.3e-16 * fabs(ratio);
    return is_near && whole != 0 && fabs(whole) <= MOST_POWER ? (int)whole : 0;
}

/* What a base saves, in products. */
static int gain_of(const powers *p, va_val x, double slope) {
    bool has[MOST_POWER + 1] = {false};
    int gain = -COST_EXP, n_up = 0, n_down = 0;
    for (size_t k = 0; k < p->members.n; k++) {
        const member *m = &p->members.at[k];
        const int n = is_free(m, x) ? multiple(m, slope) : 0;
        if (n == 0) continue;
        gain += COST_EXP - 2 * !has[abs(n)];
        has[abs(n)] = true;
        n_up += n > 0;
        n_down += n < 0;
    }
    return gain - COST_QUOTIENT * (n_up < n_down ? n_up : n_down);
}

static double smallest_slope(const powers *p, va_val x) {
    double least = INFINITY;
    for (size_t k = 0; k < p->members.n; k++)
        if (is_free(&p->members.at[k], x)) least = fmin(least, fabs(p->members.at[k].slope));
    return least;
}

/* Most saved powers rise. */
static double signed_slope(const powers *p, va_val x, double slope) {
    int balance = 0;
    for (size_t k = 0; k < p->members.n; k++) {
        const member *m = &p->members.at[k];
        const int n = is_free(m, x) ? multiple(m, slope) : 0;
        balance += (n > 0) - (n < 0);
    }
    return balance < 0 ? -slope : slope;
}

static double best_slope(const powers *p, va_val x, int *gain) {
    const double least = smallest_slope(p, x);
    double best = least;
    *gain = 0;
    for (int by = 1; by <= MOST_DIVISOR; by++) {
        const int here = gain_of(p, x, least / by);
        if (here > *gain) *gain = here, best = least / by;
    }
    return signed_slope(p, x, best);
}

/* ---- powers ---- */

static va_val power_of(powers *p, int n) {
    if (p->known[n]) return p->known[n];
    int half = n / 2;
    for (int k = 1; k <= n / 2; k++)
        if (p->known[k] && p->known[n - k]) half = k;
    const va_val a = power_of(p, half), b = power_of(p, n - half);
    p->known[n] = va_op2(p->ir, VA_OP_MUL, a, b);
    return p->known[n];
}

static va_val base_of(powers *p, va_val x, double slope, int highest) {
    const double most = MOST_EXPONENT / highest;
    const va_val scaled = va_op2(p->ir, VA_OP_MUL, x, va_const(p->ir, slope));
    const va_val below = va_op2(p->ir, VA_OP_MIN, scaled, va_const(p->ir, most));
    return va_op1(p->ir, VA_OP_EXP, va_op2(p->ir, VA_OP_MAX, below, va_const(p->ir, -most)));
}

static bool replace_one(powers *p, va_rewrite *rw, const member *m, int n) {
    const va_val power = power_of(p, abs(n)), factor = va_op1(p->ir, VA_OP_EXP, m->offset);
    const va_val image = va_op2(p->ir, n > 0 ? VA_OP_MUL : VA_OP_DIV, factor, power);
    va_rewrite_set(rw, m->exponential, image);
    quotient *place = n < 0 ? HYS_PUSH(p->arena, &p->quotients) : NULL;
    if (place) *place = (quotient){image, factor, power};
    return n > 0 || place;
}

static int highest_power(const powers *p, va_val x, double slope) {
    int highest = 1;
    for (size_t k = 0; k < p->members.n; k++) {
        const int n = is_free(&p->members.at[k], x) ? abs(multiple(&p->members.at[k], slope)) : 0;
        if (n > highest) highest = n;
    }
    return highest;
}

/* Low powers first: high ones are made of them. */
static bool replace_group(powers *p, va_rewrite *rw, va_val x, double slope) {
    const int highest = highest_power(p, x, slope);
    memset(p->known, 0, sizeof p->known);
    p->known[1] = base_of(p, x, slope, highest);
    for (int power = 1; power <= highest; power++) {
        for (size_t k = 0; k < p->members.n; k++) {
            member *m = &p->members.at[k];
            const int n = is_free(m, x) ? multiple(m, slope) : 0;
            if (abs(n) != power) continue;
            m->is_done = true;
            if (!replace_one(p, rw, m, n)) return false;
        }
    }
    return true;
}

static void leave_smallest(powers *p, va_val x) {
    const double least = smallest_slope(p, x);
    for (size_t k = 0; k < p->members.n; k++)
        if (is_free(&p->members.at[k], x) && fabs(p->members.at[k].slope) <= least) p->members.at[k].is_done = true;
}

static bool replace_all(void *user, va_rewrite *rw) {
    powers *p = user;
    bool ok = true;
    for (size_t k = 0; k < p->members.n && ok; k++) {
        while (ok && !p->members.at[k].is_done) {
            int gain;
            const va_val x = p->members.at[k].x;
            const double slope = best_slope(p, x, &gain);
            if (gain > 0) ok = replace_group(p, rw, x, slope);
            else leave_smallest(p, x);
        }
    }
    return ok;
}

/* ---- quotients ---- */

static const quotient *find_quotient(const powers *p, va_val v) {
    for (size_t k = 0; k < p->quotients.n; k++)
        if (p->quotients.at[k].value == v) return &p->quotients.at[k];
    return NULL;
}

/* a/(b/P + c) is a P/(b + c P), and a/(c - b/P) likewise: one division instead of two. */
static va_val divide_once(void *user, va_rewrite *rw, va_val old, va_val image) {
    const powers *p = user;
    va_ir *ir = rw->ir;
    const va_ins ins = *va_get(ir, image);
    (void)old;
    if (ins.op != VA_OP_DIV) return image;
    const va_ins sum = *va_get(ir, ins.b);
    if (sum.op != VA_OP_ADD && sum.op != VA_OP_SUB) return image;
    const quotient *first = find_quotient(p, sum.a), *q = first ? first : find_quotient(p, sum.b);
    if (!q) return image;
    const va_val other = va_op2(ir, VA_OP_MUL, first ? sum.b : sum.a, q->power);
    const va_val under =
        first ? va_op2(ir, (va_opcode)sum.op, q->number, other) : va_op2(ir, (va_opcode)sum.op, other, q->number);
    return va_op2(ir, VA_OP_DIV, va_op2(ir, VA_OP_MUL, ins.a, q->power), under);
}

static bool has_constant_divisor(const va_ir *ir, va_val v, double *number) {
    const va_ins *ins = va_get(ir, v);
    if (ins->op != VA_OP_DIV || !va_is_const(ir, ins->b, number)) return false;
    return fabs(*number) > 1e-300 && fabs(*number) < 1e300;
}

/* Constants have their reciprocals made once. */
static va_val invert_constant(void *user, va_rewrite *rw, va_val old, va_val image) {
    double number;
    (void)user;
    (void)old;
    if (!has_constant_divisor(rw->ir, image, &number)) return image;
    return va_op2(rw->ir, VA_OP_MUL, va_get(rw->ir, image)->a, va_const(rw->ir, 1 / number));
}

static bool touch_quotients(void *user, va_rewrite *rw) {
    const powers *p = user;
    double number;
    for (va_val v = 1; v < rw->n; v++)
        if (has_constant_divisor(p->ir, v, &number)) va_rewrite_touch(rw, v);
    return true;
}

/* ---- all ---- */

static va_val *values_of(hys__arena *arena, const va_root *roots, size_t n) {
    va_val *values = HYS_NEW_N(arena, va_val, n + 1);
    for (size_t k = 0; values && k < n; k++) values[k] = roots[k].val;
    return values;
}

static bool find_members(powers *p, const va_root *roots, size_t n) {
    va_cone cone;
    const va_val *values = values_of(p->arena, roots, n);
    p->n_fixed = p->ir->ins.n;
    p->fixed = va_fixed_map(p->ir, p->arena);
    return values && p->fixed && va_cone_of(p->ir, p->arena, values, n, &cone) && collect(p, &cone);
}

bool va_share_powers(va_model *model, va_root *roots, size_t n, bool has_shared_params) {
    hys__arena arena;
    hys__arena_init(&arena, model->ctx, 0);
    powers p = {.ir = &model->ir, .arena = &arena, .is_shared = has_shared_params};
    const va_hooks of_constants = {.value = invert_constant}, of_powers = {.value = divide_once};
    const bool ok = va_rewrite_roots(p.ir, &of_constants, &p, touch_quotients, roots, n) &&
                    find_members(&p, roots, n) && va_rewrite_roots(p.ir, &of_powers, &p, replace_all, roots, n) &&
                    !arena.failed;
    hys__arena_free(&arena);
    return ok;
}
