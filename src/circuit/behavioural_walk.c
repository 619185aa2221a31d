/* Looking through expressions without recursion: sums of a million terms are trees of that depth. */
#include "circuit/behavioural_impl.h"

/* ---- a map from pointers ---- */

static size_t place_of(const hys__bh_map *map, const void *key) {
    uint64_t h = (uint64_t)(uintptr_t)key * 0x9e3779b97f4a7c15u;
    size_t i = (size_t)(h >> 20) & (map->cap - 1);
    while (map->at[i].key && map->at[i].key != key) i = (i + 1) & (map->cap - 1);
    return i;
}

static bool rehash(hys__bh_map *map) {
    hys__bh_map bigger = {map->arena, NULL, map->n, map->cap ? 4 * map->cap : 64};
    bigger.at = HYS_NEW_N(map->arena, hys__bh_entry, bigger.cap);
    if (!bigger.at) return false;
    for (size_t i = 0; i < map->cap; i++)
        if (map->at[i].key) bigger.at[place_of(&bigger, map->at[i].key)] = map->at[i];
    *map = bigger;
    return true;
}

hys__bh_entry *hys__bh_at(hys__bh_map *map, const void *key) {
    if (2 * (map->n + 1) > map->cap && !rehash(map)) return NULL;
    hys__bh_entry *e = &map->at[place_of(map, key)];
    if (!e->key) {
        e->key = key;
        map->n++;
    }
    return e;
}

/* ---- leaves ---- */

bool hys__bh_is_random(const hys__expr *expr) {
    return expr->op == HYS__EXPR_CALL && hys__functions[expr->index].kind == HYS__FN_RANDOM;
}

/* Points of tables and the number of variables of a polynomial, where they are plain numbers. */
bool hys__bh_is_form(const hys__expr *call, uint32_t arg) {
    if (call->op != HYS__EXPR_CALL || call->args[arg]->op != HYS__EXPR_NUMBER) return false;
    if (call->index == HYS__FN_table) return arg > 0;
    return call->index == HYS__FN_poly && arg == 0;
}

static bool is_leaf(const hys__expr *e) {
    return e->op == HYS__EXPR_V || e->op == HYS__EXPR_I || e->op == HYS__EXPR_PARAM || e->op == HYS__EXPR_NUMBER ||
           hys__bh_is_random(e);
}

static bool push_operands(hys__arena *arena, const hys__expr *e, hys__bh_leaves *stack, bool with_form) {
    for (uint32_t i = e->n_args; i-- > 0;) {
        if (!with_form && hys__bh_is_form(e, i)) continue;
        const hys__expr **top = HYS_PUSH(arena, stack);
        if (!top) return false;
        *top = e->args[i];
    }
    return true;
}

bool hys__bh_leaves_of(hys__arena *arena, const hys__expr *expr, size_t most, hys__bh_leaves *leaves) {
    hys__bh_leaves stack = {NULL, 0, 0};
    size_t n = 0;
    for (const hys__expr *e = expr;; e = stack.at[--stack.n]) {
        if (++n > most) return false;
        if (is_leaf(e)) {
            const hys__expr **leaf = HYS_PUSH(arena, leaves);
            if (!leaf) return false;
            *leaf = e;
        } else if (!push_operands(arena, e, &stack, false)) {
            return false;
        }
        if (!stack.n) return true;
    }
}

bool hys__bh_count(hys__bh_map *uses, const hys__expr *expr) {
    hys__bh_leaves stack = {NULL, 0, 0};
    for (const hys__expr *e = expr;; e = stack.at[--stack.n]) {
        hys__bh_entry *entry = hys__bh_at(uses, e);
        if (!entry) return false;
        if (entry->count++ == 0 && !is_leaf(e) && !push_operands(uses->arena, e, &stack, true)) return false;
        if (!stack.n) return true;
    }
}

/* ---- shapes ---- */

static bool same_form(const hys__expr *a, const hys__expr *b) {
    if (a->op != b->op || a->n_args != b->n_args) return false;
    if (a->op == HYS__EXPR_CALL && a->index != b->index) return false;
    if (a->op == HYS__EXPR_V && !a->name2 != !b->name2) return false;
    if (a->op == HYS__EXPR_I && a->name2 != b->name2) return false; /* interned */
    for (uint32_t i = 0; a->op == HYS__EXPR_CALL && i < a->n_args; i++) {
        bool is_form = hys__bh_is_form(a, i);
        if (is_form != hys__bh_is_form(b, i)) return false;
        if (is_form && a->args[i]->number != b->args[i]->number) return false;
    }
    return true;
}

/* Trees of shapes are small (see hys__bh_leaves_of), so that recursion is bounded. */
bool hys__bh_same_shape(const hys__expr *a, const hys__expr *b) {
    if (!same_form(a, b)) return false;
    for (uint32_t i = 0; !hys__bh_is_random(a) && i < a->n_args; i++)
        if (!hys__bh_is_form(a, i) && !hys__bh_same_shape(a->args[i], b->args[i])) return false;
    return true;
}
