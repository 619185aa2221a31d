/* KINETIC blocks: reactions as fluxes, states as sums of fluxes over their compartment's volume; one state of each
 * CONSERVE follows from the others.  Sums count amounts: concentrations times volumes. */
#include "io/nmodl.h"
#include <string.h>

size_t nm_reaction_number(const nm_block *b, const nm_stmt *reaction) {
    size_t n = 0;
    for (const nm_stmt *s = b->body; s && s != reaction; s = s->next) n += s->kind == NM_REACTION;
    return n + 1;
}

static void put_product(nm_put *p, const nm_part *part) {
    for (; part; part = part->next) {
        if (part->n == 1) hys__text_printf(p->out, "*%s", nm_va_name(p, part->name));
        else hys__text_printf(p->out, "*pow(%s, %s)", nm_va_name(p, part->name), nm_number(p->f, part->n));
    }
}

static void put_parts(nm_put *p, const nm_part *part) {
    for (; part; part = part->next) {
        if (part->n != 1) hys__text_printf(p->out, "%g ", part->n);
        hys__text_printf(p->out, "%s%s", part->name, part->next ? " + " : "");
    }
}

void nm_put_reaction(nm_put *p, const nm_stmt *s) {
    nm_put_start(p);
    hys__text_puts(p->out, "// ");
    put_parts(p, s->left);
    hys__text_puts(p->out, s->is_flux ? " <<" : s->e2 ? " <-> " : " -> ");
    put_parts(p, s->right);
    hys__text_puts(p->out, "\n");
    nm_put_start(p);
    hys__text_printf(p->out, "flux_%zu = ", nm_reaction_number(p->block, s));
    nm_put_expr(p, s->e, 10);
    if (!s->is_flux) put_product(p, s->left);
    if (s->e2) {
        hys__text_puts(p->out, " - ");
        nm_put_expr(p, s->e2, 10);
        put_product(p, s->right);
    }
    hys__text_puts(p->out, ";\n");
}

static double count_of(const nm_part *part, const char *name) {
    double n = 0;
    for (; part; part = part->next)
        if (part->name == name) n += part->n;
    return n;
}

double nm_reaction_gain(const nm_stmt *reaction, const char *name) {
    const double left = count_of(reaction->left, name);
    return reaction->is_flux ? left : count_of(reaction->right, name) - left;
}

static void put_gains(nm_put *p, const nm_block *b, const char *name) {
    bool is_first = true;
    for (const nm_stmt *s = b->body; s; s = s->next) {
        const double n = s->kind == NM_REACTION ? nm_reaction_gain(s, name) : 0;
        if (n == 0) continue;
        hys__text_puts(p->out, is_first ? (n < 0 ? "-" : "") : n < 0 ? " - " : " + ");
        if (n != 1 && n != -1) hys__text_printf(p->out, "%s*", nm_number(p->f, n < 0 ? -n : n));
        hys__text_printf(p->out, "flux_%zu", nm_reaction_number(b, s));
        is_first = false;
    }
    if (is_first) hys__text_puts(p->out, "0.0");
}

bool nm_takes_part(const nm_block *b, const char *name) {
    for (const nm_stmt *s = b->body; s; s = s->next)
        if (s->kind == NM_REACTION && (count_of(s->left, name) != 0 || count_of(s->right, name) != 0)) return true;
    return false;
}

const nm_expr *nm_volume_of(const nm_block *b, const char *name) {
    for (const nm_stmt *s = b->body; s; s = s->next)
        if (s->kind == NM_COMPARTMENT && count_of(s->left, name) != 0) return s->e;
    return NULL;
}

static void put_volume(nm_put *p, const nm_block *b, const char *name, char sign) {
    const nm_expr *volume = nm_volume_of(b, name);
    if (!volume) return;
    hys__text_put(p->out, &sign, 1);
    nm_put_expr(p, volume, 11);
}

void nm_put_kinetic(nm_put *p, const nm_block *b) {
    nm_put_stmts(p, b->body);
    for (size_t k = 0; k < p->f->symbols.n; k++) {
        const nm_symbol *s = &p->f->symbols.at[k];
        if (s->class != NM_STATE || s->is_conserved || !s->has_rate || !nm_takes_part(b, s->name)) continue;
        nm_put_start(p);
        hys__text_printf(p->out, "%s(%s) <+ idt((", nm_access(s), s->node);
        put_gains(p, b, s->name);
        hys__text_puts(p->out, ")");
        put_volume(p, b, s->name, '/');
        hys__text_printf(p->out, "/ms, %s_0);\n", s->va_name);
    }
}

static bool is_name(const nm_expr *e, const char *name) {
    return e->op == NM_VAR && e->name == name;
}

static void put_others(nm_put *p, const nm_expr *e, const char *name) {
    if (e->op == NM_ADD) {
        put_others(p, e->a, name);
        put_others(p, e->b, name);
    } else if (!is_name(e, name)) {
        hys__text_puts(p->out, " - ");
        nm_put_expr(p, e, 11);
        if (e->op == NM_VAR) put_volume(p, p->block, e->name, '*');
    }
}

/* a + b + c = 1: c = 1 - a - b */
void nm_put_conserved(nm_put *p, const nm_block *b) {
    nm_put inner = *p;
    inner.block = b;
    for (const nm_stmt *s = b->body; s; s = s->next) {
        if (s->kind != NM_CONSERVE || nm_symbol_find(p->f, s->name)->is_algebraic) continue;
        const bool has_volume = nm_volume_of(b, s->name) != NULL;
        nm_put_start(&inner);
        hys__text_printf(p->out, has_volume ? "%s = (" : "%s = ", nm_va_name(&inner, s->name));
        nm_put_expr(&inner, s->e2, 8);
        put_others(&inner, s->e, s->name);
        if (has_volume) hys__text_puts(p->out, ")");
        put_volume(&inner, b, s->name, '/');
        hys__text_puts(p->out, ";\n");
    }
}
