/* FUNCTION and PROCEDURE as analog functions.  These see parameters and their arguments alone: variables that they read
 * follow the file's own arguments, then come those that they write. */
#include "io/nmodl_write.h"
#include <string.h>

static const char exprelr_text[] = "    // z/(exp(z) - 1), whose value at 0 is 1.\n"
                                   "    analog function real exprelr;\n        input z;\n        real z;\n"
                                   "        begin\n            if (abs(z) < 1.0e-4)\n"
                                   "                exprelr = 1.0 - z/2.0 + z*z/12.0;\n            else\n"
                                   "                exprelr = z/(exp(z) - 1.0);\n        end\n    endfunction\n\n";
/* R and F as NEURON has them, mM to C/cm3: 1e-6 times 1e3. */
static const char ghk_text[] =
    "    // The equation of Goldman, Hodgkin and Katz, as NEURON's ghk(v, ci, co, z).\n"
    "    analog function real ghk;\n        input v, ci, co, z, celsius;\n        real v, ci, co, z, celsius, w;\n"
    "        begin\n            w = 1.0e-3*z*96485.33212331001*v/(8.31446261815324*(celsius + 273.15));\n"
    "            ghk = 1.0e-3*z*96485.33212331001*(ci*exprelr(-w) - co*exprelr(w));\n        end\n"
    "    endfunction\n\n";
static const char nernst_text[] =
    "    // NEURON's nernst(ci, co, z) in mV.\n"
    "    analog function real nernst;\n        input ci, co, z, celsius;\n        real ci, co, z, celsius;\n"
    "        nernst = 1.0e3*8.31446261815324*(celsius + 273.15)/(z*96485.33212331001)*ln(co/ci);\n"
    "    endfunction\n\n";

typedef struct names {
    nm_put *p;
    const nm_block *b;
    size_t n;
} names;

static void put_name(names *l, const char *name, const char *head) {
    hys__text_printf(l->p->out, l->n ? ", %s" : "        %s %s", l->n ? name : head, name);
    l->n++;
}

static void end_names(names *l) {
    if (l->n) hys__text_puts(l->p->out, ";\n");
    l->n = 0;
}

static void put_passed(names *l, nm_way way, const char *head) {
    const nm_file *f = l->p->f;
    for (size_t k = 0; k < f->symbols.n; k++)
        if (nm_way_of(f, l->b, k) == way) put_name(l, nm_symbol_name(l->p, &f->symbols.at[k]), head);
}

static bool is_passed_in(const nm_put *p, const nm_block *b) {
    for (size_t k = 0; k < p->f->symbols.n; k++)
        if (nm_way_of(p->f, b, k) != NM_NO_WAY) return true;
    return b->formals != NULL;
}

static bool calls(const nm_stmt *s) {
    for (; s; s = s->next)
        if (s->kind == NM_RUN || calls(s->body) || calls(s->other)) return true;
    return false;
}

static void put_function(nm_put *p, const nm_block *b) {
    names l = {.p = p, .b = b};
    hys__text_printf(p->out, "    analog function real %s;\n", b->va_name);
    for (const nm_name *n = b->formals; n; n = n->next) put_name(&l, n->va_name, "input");
    put_passed(&l, NM_IN, "input");
    if (!is_passed_in(p, b)) put_name(&l, "nothing", "input");
    end_names(&l);
    put_passed(&l, NM_OUT, "output");
    end_names(&l);
    put_passed(&l, NM_INOUT, "inout");
    end_names(&l);
    for (const nm_name *n = b->formals; n; n = n->next) put_name(&l, n->va_name, "real");
    for (nm_way way = NM_IN; way <= NM_INOUT; way++) put_passed(&l, way, "real");
    for (const nm_name *n = b->locals; n; n = n->next) put_name(&l, n->va_name, "real");
    if (calls(b->body)) put_name(&l, "done", "real");
    if (!is_passed_in(p, b)) put_name(&l, "nothing", "real");
    end_names(&l);
    hys__text_puts(p->out, "        begin\n");
    p->indent = 3;
    nm_put_stmts(p, b->body);
    if (b->kind == NM_PROCEDURE) nm_put_line(p, "%s = 0.0;", b->va_name);
    hys__text_puts(p->out, "        end\n    endfunction\n\n");
}

void nm_put_functions(nm_write *w) {
    nm_file *f = w->f;
    if (f->has_exprelr || f->has_ghk) hys__text_puts(w->out, exprelr_text);
    if (f->has_ghk) hys__text_puts(w->out, ghk_text);
    if (f->has_nernst) hys__text_puts(w->out, nernst_text);
    for (size_t order = 0; order < f->n_done; order++)
        for (size_t k = 0; k < f->blocks.n; k++) {
            const nm_block *b = &f->blocks.at[k];
            nm_put p = {.f = f, .out = w->out, .block = b, .is_function = true};
            if (!b->is_used || b->order != order || (b->kind != NM_FUNCTION && b->kind != NM_PROCEDURE)) continue;
            put_function(&p, b);
        }
}
