/* Events: the first step, NET_RECEIVE for spikes from outside, for what net_send sent, and for what WATCH waits for.
 *
 * Statements set a state itself, which is continuous: what they add to it goes into x_jump.  Events that a module sends
 * to itself wait in PLACES pairs of time (ms; negative: free) and flag; the timer stands at the soonest. */
#include "io/nmodl_write.h"
#include <string.h>

#define PLACES 8 /* pending at once; what is sent beyond replaces the last */

nm_put nm_put_of(const nm_write *w, const nm_block *b) {
    return (nm_put){.f = w->f, .out = w->out, .block = b, .indent = 2};
}

void nm_put_event_variables(nm_write *w) {
    if (!w->f->has_self_events || !w->events) return;
    hys__text_printf(w->out, "    real self_at[0:%d], self_flag[0:%d], self_next, self_watches", PLACES - 1,
                     PLACES - 1);
    for (size_t k = 1; k <= w->f->sends.n; k++) hys__text_printf(w->out, ", self_first_%zu, self_first_flag_%zu", k, k);
    for (size_t k = 1; k <= w->f->watches.n; k++) hys__text_printf(w->out, ", self_watch_%zu", k);
    hys__text_puts(w->out, ";\n    integer self_j, self_k;\n");
}

/* ---- statements ---- */

static size_t number_of(const nm_stmt *const *at, size_t n, const nm_stmt *s) {
    size_t k = 0;
    while (k < n && at[k] != s) k++;
    return k + 1;
}

/* Into a free place, or the last one. */
static void put_place(nm_put *p) {
    nm_put_line(p, "self_j = 0;");
    nm_put_line(p, "while (self_j < %d && self_at[self_j] >= 0.0) self_j = self_j + 1;", PLACES - 1);
}

static void put_value(nm_put *p, const char *to, const nm_expr *e) {
    nm_put_start(p);
    hys__text_puts(p->out, to);
    nm_put_expr(p, e, 9);
    hys__text_puts(p->out, ";\n");
}

static const char *now(const nm_put *p) {
    return nm_role_find(p->f, NM_T)->va_name;
}

/* INITIAL runs anew each time: what it sends is noted, and sent at the first step. */
void nm_put_send(nm_put *p, const nm_stmt *s) {
    char to[80];
    const size_t k = number_of(p->f->sends.at, p->f->sends.n, s);
    if (p->block->kind == NM_INITIAL) {
        snprintf(to, sizeof to, "self_first_%zu = ", k);
        put_value(p, to, s->e);
        snprintf(to, sizeof to, "self_first_flag_%zu = ", k);
        put_value(p, to, s->e2);
        return;
    }
    put_place(p);
    snprintf(to, sizeof to, "self_at[self_j] = %.40s + ", now(p));
    put_value(p, to, s->e);
    put_value(p, "self_flag[self_j] = ", s->e2);
}

/* The first WATCH of an event ends those before it. */
void nm_put_watch(nm_put *p, const nm_stmt *s) {
    nm_put_start(p);
    hys__text_puts(p->out, "if (self_watches == 0.0) begin\n");
    p->indent++;
    for (size_t k = 1; k <= p->f->watches.n; k++) nm_put_line(p, "self_watch_%zu = 0.0;", k);
    nm_put_line(p, "self_watches = 1.0;");
    p->indent--;
    nm_put_line(p, "end");
    nm_put_line(p, "self_watch_%zu = 1.0;", number_of(p->f->watches.at, p->f->watches.n, s));
}

/* ---- the first step ---- */

static void put_sent_first(nm_write *w, nm_put *p) {
    if (!w->f->has_self_events || !w->events) return;
    nm_put_line(p, "for (self_k = 0; self_k < %d; self_k = self_k + 1) self_at[self_k] = -1.0;", PLACES);
    for (size_t k = 1; k <= w->f->watches.n; k++) nm_put_line(p, "self_watch_%zu = 0.0;", k);
    for (size_t k = 1; k <= w->f->sends.n; k++) {
        nm_put_line(p, "if (self_first_%zu >= 0.0) begin", k);
        p->indent++;
        put_place(p);
        nm_put_line(p, "self_at[self_j] = %s + self_first_%zu;", now(p), k);
        nm_put_line(p, "self_flag[self_j] = self_first_flag_%zu;", k);
        p->indent--;
        nm_put_line(p, "end");
    }
}

void nm_put_before_initial(const nm_write *w, nm_put *p) {
    for (size_t k = 1; k <= w->f->sends.n; k++) nm_put_line(p, "self_first_%zu = -1.0;", k);
}

void nm_put_first_step(nm_write *w, nm_put *p) {
    nm_file *f = w->f;
    bool is_any = w->has_dt || (f->has_self_events && w->events);
    for (size_t k = 0; k < f->symbols.n; k++) is_any |= f->symbols.at[k].is_kept || f->symbols.at[k].is_jumping;
    if (!is_any) return;
    nm_put_line(p, "@(initial_step) begin");
    p->indent++;
    if (w->events && w->events->initial) {
        nm_put inner = nm_put_of(w, w->events);
        inner.indent++;
        nm_put_stmts(&inner, w->events->initial);
    }
    put_sent_first(w, p);
    for (size_t k = 0; k < f->symbols.n; k++) {
        const nm_symbol *s = &f->symbols.at[k];
        if (s->is_jumping) nm_put_line(p, "%s_jump = 0.0;", s->va_name);
        if (s->is_kept) nm_put_line(p, "%s_last = %s;", s->va_name, s->va_name);
    }
    if (w->has_dt) nm_put_line(p, "t_last = $abstime;");
    p->indent--;
    nm_put_line(p, "end");
}

/* ---- NET_RECEIVE ---- */

static const char spike[] = "cross(V(spike, outside) - 0.5, +1)";

static void put_body(nm_write *w, nm_put *p) {
    if (w->f->watches.n) nm_put_line(p, "self_watches = 0.0;");
    nm_put_stmts(p, w->events->body);
    for (size_t k = 0; k < w->f->symbols.n; k++) {
        const nm_symbol *s = &w->f->symbols.at[k];
        if (s->is_jumping) nm_put_line(p, "%s_jump = %s - %s(%s);", s->va_name, s->va_name, nm_access(s), s->node);
        if (s->is_kept && w->events->writes[k]) nm_put_line(p, "%s_last = %s;", s->va_name, s->va_name);
    }
}

/* What comes from outside and what WATCH waits for: events of now. */
static void put_sent_now(nm_put *p, const nm_expr *flag) {
    p->indent++;
    put_place(p);
    nm_put_line(p, "self_at[self_j] = %s;", now(p));
    put_value(p, "self_flag[self_j] = ", flag);
    p->indent--;
    nm_put_line(p, "end");
}

static void put_cross(nm_put *p, const nm_stmt *s) {
    hys__text_puts(p->out, "cross(");
    nm_put_expr(p, s->e->a, 8);
    hys__text_puts(p->out, " - ");
    nm_put_expr(p, s->e->b, 9);
    hys__text_puts(p->out, s->e->op == NM_GT || s->e->op == NM_GE ? ", +1)" : ", -1)");
}

static void put_soonest(nm_put *p) {
    nm_put_line(p, "self_next = 1.0e12;");
    nm_put_line(p, "for (self_k = 0; self_k < %d; self_k = self_k + 1)", PLACES);
    nm_put_line(p, "    if (self_at[self_k] >= 0.0 && self_at[self_k] < self_next) self_next = self_at[self_k];");
}

/* Those that are due, to a nanosecond's millionth; what they send may be due too. */
static void put_due(nm_write *w, nm_put *p) {
    nm_put_line(p, "self_next = %s;", now(p));
    nm_put_line(p, "while (self_next <= %s + 1.0e-9) begin", now(p));
    p->indent++;
    nm_put_line(p, "for (self_k = 0; self_k < %d; self_k = self_k + 1)", PLACES);
    p->indent++;
    nm_put_line(p, "if (self_at[self_k] >= 0.0 && self_at[self_k] <= %s + 1.0e-9) begin", now(p));
    p->indent++;
    nm_put_line(p, "self_at[self_k] = -1.0;");
    nm_put_line(p, "%s = self_flag[self_k];", nm_symbol_find(w->f, w->flag)->va_name);
    put_body(w, p);
    p->indent--;
    nm_put_line(p, "end");
    p->indent--;
    put_soonest(p);
    p->indent--;
    nm_put_line(p, "end");
}

static void put_self_events(nm_write *w, nm_put *p) {
    const nm_expr none = {.op = NM_NUM};
    nm_put_line(p, "@(%s) begin", spike);
    put_sent_now(p, &none);
    for (size_t k = 0; k < w->f->watches.n; k++) {
        nm_put_start(p);
        hys__text_puts(p->out, "@(");
        put_cross(p, w->f->watches.at[k]);
        hys__text_printf(p->out, ") if (self_watch_%zu > 0.5) begin\n", k + 1);
        put_sent_now(p, w->f->watches.at[k]->e2);
    }
    put_soonest(p);
    nm_put_start(p);
    hys__text_printf(p->out, "@(%s", spike);
    for (size_t k = 0; k < w->f->watches.n; k++) {
        hys__text_puts(p->out, " or ");
        put_cross(p, w->f->watches.at[k]);
    }
    hys__text_puts(p->out, " or timer(self_next*ms)) begin\n");
    p->indent++;
    put_due(w, p);
    p->indent--;
    nm_put_line(p, "end");
}

void nm_put_events(nm_write *w) {
    if (!w->events) return;
    nm_put p = nm_put_of(w, w->events);
    nm_put_line(&p, "// NET_RECEIVE");
    if (w->f->has_self_events) {
        put_self_events(w, &p);
        return;
    }
    nm_put_line(&p, "@(%s) begin", spike);
    p.indent++;
    put_body(w, &p);
    p.indent--;
    nm_put_line(&p, "end");
}
