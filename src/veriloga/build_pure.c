/* --pure: a model must not keep values in ordinary variables.  Only what some output depends on counts. */
#include "veriloga/build.h"

typedef struct marks {
    bool *is_live;
} marks;

static void mark(marks *m, va_val v) {
    m->is_live[v] = true;
}

static void mark_roots(const va_model *model, marks *m) {
    for (size_t i = 0; i < model->unknowns.n; i++) {
        mark(m, model->unknowns.at[i].row);
        mark(m, model->unknowns.at[i].init);
    }
    for (size_t i = 0; i < model->ddts.n; i++) mark(m, model->ddts.at[i].operand);
    for (size_t i = 0; i < model->events.n; i++) {
        mark(m, model->events.at[i].expr);
        mark(m, model->events.at[i].enable);
    }
    for (size_t i = 0; i < model->noises.n; i++) mark(m, model->noises.at[i].power);
    for (size_t i = 0; i < model->delays.n; i++) {
        mark(m, model->delays.at[i].expr);
        mark(m, model->delays.at[i].delay);
    }
    mark(m, model->bound_step);
    mark(m, model->next_time);
}

/* Backwards once; the next values of PHIs and of live retained variables lie ahead: until nothing changes. */
static void spread(vb *b, marks *m) {
    for (bool is_done = false; !is_done;) {
        is_done = true;
        for (va_val i = (va_val)b->ir->ins.n; i-- > 1;) {
            const va_ins *ins = va_get(b->ir, i);
            bool is_control = ins->op == VA_OP_COND || ins->op == VA_OP_ASTORE || ins->op == VA_OP_LOOP;
            if (!m->is_live[i] && !is_control) continue;
            size_t n;
            const va_val *args = va_args(b->ir, i, &n);
            for (size_t k = 0; k < n; k++) {
                if (args[k] > i && !m->is_live[args[k]]) is_done = false;
                m->is_live[args[k]] = true;
            }
            if (ins->op != VA_OP_RETAINED) continue;
            va_val next = b->model->retained.at[ins->imm].next;
            if (next > i && !m->is_live[next]) is_done = false;
            m->is_live[next] = true;
        }
    }
}

void vb_pure_check(vb *b) {
    marks m = {HYS_NEW_N(b->arena, bool, b->ir->ins.n + 1)};
    bool *is_kept = HYS_NEW_N(b->arena, bool, b->model->retained.n + 1);
    if (!m.is_live || !is_kept) return;
    mark_roots(b->model, &m);
    spread(b, &m);
    for (va_val i = 1; i < b->ir->ins.n; i++)
        if (m.is_live[i] && va_get(b->ir, i)->op == VA_OP_RETAINED) is_kept[va_get(b->ir, i)->imm] = true;
    for (size_t i = 0; i < b->model->retained.n; i++) {
        const va_retained *retained = &b->model->retained.at[i];
        if (is_kept[i] && !retained->is_hidden)
            vb_error(b, retained->span, "assign it before it is read, or integrate it with idt or ddt",
                     "'%s' keeps its value between evaluations", retained->name);
    }
}
