/* What BREAKPOINT and the blocks that it solves hand to each other.
 *
 * The later one runs later.  Where both hand something over, the assignments of what is solved run twice: before
 * BREAKPOINT for what it wants, and behind it, as long as what it wants does not depend on what it hands over.  NEURON
 * takes the latter from the step before; here both belong to the same moment. */
#include "io/nmodl_write.h"
#include <string.h>

const nm_block *nm_solved_by(const nm_write *w, size_t which) {
    for (const nm_stmt *s = w->breakpoint ? w->breakpoint->body : NULL; s; s = s->next)
        if (s->kind == NM_SOLVE && which-- == 0) return nm_block_find(w->f, s->name);
    return NULL;
}

/* ---- what depends on what BREAKPOINT hands over ---- */

typedef struct trail {
    const nm_file *f;
    const nm_block *b;
    bool *late;  /* [symbols] */
    bool locals; /* any local of the block does */
} trail;

static bool depends(const trail *x, const nm_expr *e);

static bool call_depends(const trail *x, const nm_expr *e) {
    const nm_block *callee = nm_block_find(x->f, e->name);
    for (const nm_expr *a = e->a; a; a = a->next)
        if (depends(x, a)) return true;
    for (size_t k = 0; callee && k < x->f->symbols.n; k++)
        if (callee->reads[k] && x->late[k]) return true;
    return false;
}

static bool depends(const trail *x, const nm_expr *e) {
    if (!e) return false;
    if (e->op == NM_CALL) return call_depends(x, e);
    if (e->op != NM_VAR) return depends(x, e->a) || depends(x, e->b);
    if (nm_is_local(x->b, e->name)) return x->locals;
    const nm_symbol *s = nm_symbol_find(x->f, e->name);
    return s && x->late[s - x->f->symbols.at];
}

static void mark_calls(trail *x, const nm_expr *e, bool is_late) {
    const nm_block *callee = e && e->op == NM_CALL ? nm_block_find(x->f, e->name) : NULL;
    for (size_t k = 0; callee && k < x->f->symbols.n; k++)
        if (callee->writes[k]) x->late[k] |= is_late || call_depends(x, e);
}

static void follow(trail *x, const nm_stmt *s, bool within) {
    for (; s; s = s->next) {
        const bool is_late = within || depends(x, s->e);
        const nm_symbol *to = s->kind == NM_ASSIGN ? nm_symbol_find(x->f, s->name) : NULL;
        if (s->kind == NM_ASSIGN && nm_is_local(x->b, s->name)) x->locals |= is_late;
        else if (to) x->late[to - x->f->symbols.at] |= is_late;
        mark_calls(x, s->e, within);
        follow(x, s->body, is_late);
        follow(x, s->other, is_late);
    }
}

/* ---- order ---- */

static bool is_passed(const nm_symbol *s) {
    return !(s->class == NM_STATE && (s->has_rate || s->is_kept));
}

static hys_status check_sums(const nm_write *w, const nm_block *b, const nm_block *alone) {
    nm_file *f = w->f;
    for (size_t i = 0; i < f->blocks.n; i++)
        for (size_t k = 0; k < f->symbols.n; k++) {
            const nm_symbol *s = &f->symbols.at[k];
            const nm_block *function = &f->blocks.at[i];
            if (!s->is_summed || !function->is_used || !b->reads[k] || !alone->writes[k]) continue;
            if ((function->kind == NM_PROCEDURE || function->kind == NM_FUNCTION) && function->reads[k])
                return nm_refuse(f, s->span, "read it in the block that is solved itself",
                                 "%.60s is read and written: a function does not see the sum of all mechanisms",
                                 s->name);
        }
    return HYS_OK;
}

static hys_status check_trail(const nm_write *w, const nm_block *b, const nm_block *alone, const char *wanted) {
    nm_file *f = w->f;
    trail x = {.f = f, .b = b, .late = HYS_NEW_N(&f->arena, bool, f->symbols.n + 1)};
    if (!x.late) return HYS_NOMEM;
    for (size_t k = 0; k < f->symbols.n; k++)
        x.late[k] = is_passed(&f->symbols.at[k]) && b->reads[k] && alone->writes[k];
    if (b->kind == NM_KINETIC || b->kind == NM_DERIVATIVE) follow(&x, b->body, false);
    for (size_t k = 0; k < f->symbols.n; k++) {
        const nm_symbol *s = &f->symbols.at[k];
        if (!is_passed(s) || !alone->reads[k] || !b->writes[k]) continue;
        if (x.late[k] || (b->kind != NM_KINETIC && b->kind != NM_DERIVATIVE))
            return nm_refuse(f, w->breakpoint->span, "assign both in BREAKPOINT, or both in the block that is solved",
                             "%.60s goes from BREAKPOINT to what it solves, and %.60s back", wanted, s->name);
    }
    return HYS_OK;
}

hys_status nm_order(nm_write *w) {
    nm_file *f = w->f;
    nm_block alone;
    const char *wanted = NULL, *given = NULL;
    if (!w->breakpoint) return HYS_OK;
    hys_status status = nm_effects_alone(f, w->breakpoint, &alone);
    const nm_block *b = NULL;
    for (size_t i = 0; status == HYS_OK && (b = nm_solved_by(w, i)); i++) {
        for (size_t k = 0; k < f->symbols.n; k++) {
            const nm_symbol *s = &f->symbols.at[k];
            if (!is_passed(s)) continue;
            if (b->reads[k] && alone.writes[k]) wanted = s->name;
            if (alone.reads[k] && b->writes[k]) given = s->name;
        }
        status = check_sums(w, b, &alone);
    }
    w->current_first = wanted != NULL;
    w->is_early = wanted && given;
    for (size_t i = 0; status == HYS_OK && w->is_early && (b = nm_solved_by(w, i)); i++)
        status = check_trail(w, b, &alone, wanted);
    return status;
}
