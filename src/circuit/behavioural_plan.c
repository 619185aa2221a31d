/* Which behavioural elements become one module. */
#include "circuit/behavioural_impl.h"
#include <stdlib.h>
#include <string.h>

/* Elements of one module, so that the C compiler's time stays in proportion; nodes of an expression that is compared
 * with others; and how many equal elements are worth a module of their own. */
#define PARTS_MAX 48
#define SHAPE_MAX 600
#define SHAPE_MIN 4

/* ---- scopes of each definition ---- */

typedef struct family {
    const hys__definition *definition;
    uint32_t *scopes;
    size_t n, cap;
} family;
typedef struct families {
    family *at;
    size_t n, cap;
} families;

/* The family of a definition, made where there is none; NULL: out of memory. */
static family *family_of(hys__arena *arena, families *all, hys__bh_map *known, const hys__definition *definition) {
    hys__bh_entry *entry = hys__bh_at(known, definition);
    if (!entry) return NULL;
    if (entry->count) return &all->at[entry->count - 1];
    family *fresh = HYS_PUSH(arena, all);
    if (!fresh) return NULL;
    fresh->definition = definition;
    entry->count = (uint32_t)all->n;
    return fresh;
}

static bool add_scope(hys__arena *arena, families *all, hys__bh_map *known, uint32_t scope, const hys__scope *s) {
    family *f = family_of(arena, all, known, s->definition);
    if (!f || !hys__grow(arena, (void **)&f->scopes, &f->cap, f->n + 1, sizeof *f->scopes)) return false;
    f->scopes[f->n++] = scope;
    return true;
}

static bool find_families(hys__arena *arena, const hys__flat *flat, families *all) {
    hys__bh_map known = {.arena = arena};
    for (size_t i = 0; i < flat->n_scopes; i++)
        if (flat->scopes[i].definition->n_behavioural > 0 &&
            !add_scope(arena, all, &known, (uint32_t)i, &flat->scopes[i]))
            return false;
    return true;
}

/* ---- currents that must be unknowns ---- */

static void want(const hys__flat *flat, hys__bh_plan *plan, uint32_t elem) {
    if (elem < flat->n_elems) plan->wanted[elem] = 1;
}

/* I(x) in expressions. */
static bool want_read(hys__arena *scratch, const hys__flat *flat, hys__bh_plan *plan, const family *f) {
    for (size_t k = 0; k < f->definition->n_behavioural; k++) {
        hys__bh_map seen = {.arena = scratch};
        if (!hys__bh_count(&seen, f->definition->behavioural[k]->expr)) return false;
        for (size_t j = 0; j < seen.cap; j++) {
            const hys__expr *e = seen.at[j].key;
            for (size_t i = 0; e && e->op == HYS__EXPR_I && i < f->n; i++)
                want(flat, plan, hys__flat_expr_elem(flat, f->scopes[i], e));
        }
    }
    return true;
}

static void want_controls(const hys__flat *flat, hys__bh_plan *plan) {
    for (size_t i = 0; i < flat->n_elems; i++)
        for (uint32_t k = 0; k < flat->elems[i].card->n_controls && k < 2; k++)
            want(flat, plan, flat->elems[i].control[k]);
}

/* Currents through charges have no other way to be seen than as unknowns. */
static void want_probe(const hys__flat *flat, hys__bh_plan *plan, const hys__probe *p) {
    bool is_of_element = p->kind == HYS__PROBE_I || p->kind == HYS__PROBE_P || p->kind == HYS__PROBE_ENERGY;
    if (is_of_element && !p->is_scope && p->a < flat->n_elems && flat->elems[p->a].card->kind == HYS__ELEM_B)
        want(flat, plan, p->a);
}

static bool want_probes(hys__arena *scratch, const hys__flat *flat, hys__bh_plan *plan) {
    for (size_t i = 0; i < flat->n_probes; i++) {
        const hys__probe *p = &flat->probes[i];
        hys__bh_map seen = {.arena = scratch};
        want_probe(flat, plan, p);
        if (p->kind != HYS__PROBE_EXPR || !p->expr) continue;
        if (!hys__bh_count(&seen, p->expr)) return false;
        for (size_t j = 0; j < seen.cap; j++) {
            const hys__expr *e = seen.at[j].key;
            if (e && e->op == HYS__EXPR_I) want(flat, plan, hys__flat_expr_elem(flat, 0, e));
        }
    }
    return true;
}

/* ---- shapes ---- */

/* One element with what decides whether another is its equal. */
typedef struct shape {
    uint64_t hash;
    const hys__card *card;
    bool is_wanted;
    uint32_t n_refs;
    uint32_t *refs; /* the places in its first scope, by the number of their first use */
    struct {
        uint32_t *at;
        size_t n, cap;
    } cards;
} shape;

static uint64_t mix(uint64_t h, uint64_t x) {
    h = (h ^ x) * 0x9e3779b97f4a7c15u;
    return h ^ (h >> 29);
}

/* Nodes and elements as they stand in a scope: leaves, then terminals. */
static bool references(hys__arena *arena, const hys__flat *flat, uint32_t scope, const hys__elem *elem,
                       const hys__bh_leaves *leaves, shape *s) {
    s->refs = HYS_NEW_N(arena, uint32_t, 2 * leaves->n + 2);
    if (!s->refs) return false;
    for (size_t i = 0; i < leaves->n; i++) {
        const hys__expr *e = leaves->at[i];
        if (e->op != HYS__EXPR_V) continue;
        s->refs[s->n_refs++] = hys__flat_expr_node(flat, scope, e, false);
        s->refs[s->n_refs++] = e->name2 ? hys__flat_expr_node(flat, scope, e, true) : 0;
    }
    for (uint32_t k = 0; k < 2; k++) s->refs[s->n_refs++] = elem->nodes[k];
    uint32_t *number = HYS_NEW_N(arena, uint32_t, s->n_refs);
    if (!number) return false;
    for (uint32_t i = 0; i < s->n_refs; i++) {
        uint32_t k = 0;
        while (s->refs[k] != s->refs[i]) k++;
        number[i] = s->refs[i] == 0 ? UINT32_MAX : k;
    }
    s->refs = number;
    return true;
}

/* False: not one that can share a module, or out of memory. */
static bool make_shape(hys__arena *arena, const hys__flat *flat, const family *f, uint32_t card, shape *s) {
    hys__bh_leaves leaves = {NULL, 0, 0};
    const hys__scope *scope = &flat->scopes[f->scopes[0]];
    const hys__elem *elem = &flat->elems[scope->first_behavioural + card];
    *s = (shape){.card = f->definition->behavioural[card]};
    if (!hys__bh_leaves_of(arena, s->card->expr, SHAPE_MAX, &leaves)) return false;
    if (!references(arena, flat, f->scopes[0], elem, &leaves, s)) return false;
    s->hash = mix((uint64_t)s->card->behaviour + 1, s->n_refs);
    for (uint32_t i = 0; i < s->n_refs; i++) s->hash = mix(s->hash, s->refs[i]);
    for (size_t i = 0; i < leaves.n; i++) {
        const hys__expr *e = leaves.at[i];
        uint32_t target = e->op == HYS__EXPR_I ? hys__flat_expr_elem(flat, f->scopes[0], e) : 0;
        bool is_behavioural = target < flat->n_elems && flat->elems[target].card->kind == HYS__ELEM_B;
        if (e->op == HYS__EXPR_I && is_behavioural) return false;
        s->hash = mix(s->hash, (uint64_t)e->op + 17);
    }
    return true;
}

static bool are_equal(const shape *a, const shape *b) {
    return a->hash == b->hash && a->card->behaviour == b->card->behaviour && a->is_wanted == b->is_wanted &&
           a->n_refs == b->n_refs && memcmp(a->refs, b->refs, a->n_refs * sizeof *a->refs) == 0 &&
           hys__bh_same_shape(a->card->expr, b->card->expr);
}

typedef struct shapes {
    shape *at;
    size_t n, cap;
    uint32_t *table; /* by hash: 1 + index */
    size_t table_size;
} shapes;

static bool put_in_shape(hys__arena *scratch, shapes *all, const shape *s, uint32_t card) {
    size_t i = (size_t)s->hash & (all->table_size - 1);
    while (all->table[i] && !are_equal(&all->at[all->table[i] - 1], s)) i = (i + 1) & (all->table_size - 1);
    if (!all->table[i]) {
        shape *fresh = HYS_PUSH(scratch, all);
        if (!fresh) return false;
        *fresh = *s;
        all->table[i] = (uint32_t)all->n;
    }
    shape *home = &all->at[all->table[i] - 1];
    uint32_t *place = HYS_PUSH(scratch, &home->cards);
    if (place) *place = card;
    return place != NULL;
}

/* ---- jobs ---- */

typedef struct list {
    uint32_t *at;
    size_t n, cap;
} list;

static bool add_job(hys__arena *arena, hys__bh_plan *plan, const family *f, const uint32_t *cards, size_t n,
                    bool is_shape) {
    uint32_t *kept = HYS_NEW_N(arena, uint32_t, n), *scopes = HYS_NEW_N(arena, uint32_t, f->n);
    hys__bh_job *job = HYS_PUSH(arena, &plan->jobs);
    if (!kept || !scopes || !job) return false;
    memcpy(kept, cards, n * sizeof *kept);
    memcpy(scopes, f->scopes, f->n * sizeof *scopes);
    *job = (hys__bh_job){f->definition, scopes, f->n, kept, n, is_shape};
    return true;
}

/* What has no equals, in pieces. */
static bool add_rest(hys__arena *arena, hys__bh_plan *plan, const family *f, const list *rest) {
    for (size_t i = 0; i < rest->n; i += PARTS_MAX) {
        size_t n = rest->n - i < PARTS_MAX ? rest->n - i : PARTS_MAX;
        if (!add_job(arena, plan, f, rest->at + i, n, false)) return false;
    }
    return true;
}

static int by_number(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static bool sort_shapes(hys__arena *scratch, const hys__flat *flat, const hys__bh_plan *plan, const family *f,
                        shapes *all, list *rest) {
    all->table_size = 64;
    while (all->table_size < 2 * f->definition->n_behavioural) all->table_size *= 2;
    all->table = HYS_NEW_N(scratch, uint32_t, all->table_size);
    if (!all->table) return false;
    for (uint32_t k = 0; k < f->definition->n_behavioural; k++) {
        shape s;
        bool is_fit = make_shape(scratch, flat, f, k, &s);
        if (is_fit) s.is_wanted = plan->wanted[flat->scopes[f->scopes[0]].first_behavioural + k] != 0;
        uint32_t *place = is_fit ? NULL : HYS_PUSH(scratch, rest);
        if (is_fit ? !put_in_shape(scratch, all, &s, k) : !place) return false;
        if (place) *place = k;
    }
    return !scratch->failed;
}

static bool add_family(hys__arena *arena, hys__arena *scratch, const hys__flat *flat, hys__bh_plan *plan,
                       const family *f) {
    shapes all = {.n = 0};
    list rest = {NULL, 0, 0};
    if (!sort_shapes(scratch, flat, plan, f, &all, &rest)) return false;
    for (size_t i = 0; i < all.n; i++) {
        const shape *s = &all.at[i];
        if (s->cards.n >= SHAPE_MIN) {
            if (!add_job(arena, plan, f, s->cards.at, s->cards.n, true)) return false;
            continue;
        }
        for (size_t k = 0; k < s->cards.n; k++) {
            uint32_t *place = HYS_PUSH(scratch, &rest);
            if (!place) return false;
            *place = s->cards.at[k];
        }
    }
    if (rest.n) qsort(rest.at, rest.n, sizeof *rest.at, by_number);
    return add_rest(arena, plan, f, &rest);
}

hys_status hys__bh_plan_make(hys__arena *arena, hys__arena *scratch, const hys__flat *flat, hys__bh_plan *plan) {
    families all = {NULL, 0, 0};
    *plan = (hys__bh_plan){.wanted = HYS_NEW_N(scratch, unsigned char, flat->n_elems + 1)};
    bool ok = plan->wanted && find_families(scratch, flat, &all);
    if (ok && all.n) {
        want_controls(flat, plan);
        ok = want_probes(scratch, flat, plan);
    }
    for (size_t i = 0; ok && i < all.n; i++) ok = want_read(scratch, flat, plan, &all.at[i]);
    for (size_t i = 0; ok && i < all.n; i++) ok = add_family(arena, scratch, flat, plan, &all.at[i]);
    return ok ? HYS_OK : HYS_NOMEM;
}
