/* Boolean netlists: names, order, and what they compute. */
#include "array/logic_netlist.h"
#include "base/file.h"
#include <string.h>

#define MOST_BYTES   ((size_t)64 << 20)
#define MOST_SIGNALS ((size_t)1 << 22)

/* ---- names ---- */

/* Interned names are their addresses. */
static size_t slot_of(const hys_logic *l, const char *name) {
    size_t i = (size_t)(((uintptr_t)name >> 4) * 0x9e3779b97f4a7c15ull >> 20) & (l->n_slots - 1);
    while (l->slots[i] && l->signals.at[l->slots[i] - 1].name != name) i = (i + 1) & (l->n_slots - 1);
    return i;
}

static bool grow_slots(hys_logic *l) {
    const size_t n = l->n_slots ? 2 * l->n_slots : 256;
    uint32_t *slots = HYS_NEW_N(&l->arena, uint32_t, n);
    if (!slots) return false;
    l->slots = slots;
    l->n_slots = n;
    for (uint32_t k = 0; k < l->signals.n; k++) l->slots[slot_of(l, l->signals.at[k].name)] = k + 1;
    return true;
}

uint32_t hys__logic_signal_of(hys_logic *l, const char *name, size_t n, hys__span span) {
    const char *kept = hys__intern_add(&l->names, name, n);
    if (!kept || (2 * l->signals.n >= l->n_slots && !grow_slots(l))) return HYS__NO_SIGNAL;
    const size_t slot = slot_of(l, kept);
    if (l->slots[slot]) return l->slots[slot] - 1;
    if (l->signals.n >= MOST_SIGNALS) {
        hys__report(l->arena.ctx, HYS_ERROR, HYS_LIMIT, &l->sources, span, "", "more than %zu signals", MOST_SIGNALS);
        return HYS__NO_SIGNAL;
    }
    hys__logic_signal *s = HYS_PUSH(&l->arena, &l->signals);
    if (!s) return HYS__NO_SIGNAL;
    s->name = kept;
    s->used = span;
    l->slots[slot] = (uint32_t)l->signals.n;
    return (uint32_t)l->signals.n - 1;
}

/* ---- order ---- */

static hys_status check_defined(hys_logic *l) {
    hys_ctx *ctx = l->arena.ctx;
    for (size_t k = 0; k < l->signals.n; k++) {
        const hys__logic_signal *s = &l->signals.at[k];
        if (!s->gate && !s->is_input)
            return hys__report(ctx, HYS_ERROR, HYS_SEMANTIC, &l->sources, s->used,
                               "an input of the model, or the last name of a .names", "nothing defines %.200s",
                               s->name);
    }
    if (!l->outputs.n) return hys__fail(ctx, HYS_SEMANTIC, "", "%.200s has no outputs", l->sources.list.at[0].name);
    return HYS_OK;
}

typedef struct frame {
    uint32_t gate, next; /* which of its inputs is looked at next */
} frame;

/* Depth first, without recursion: files may be deep.  marks: 1 on the way, 2 done. */
static hys_status visit(hys_logic *l, uint32_t root, frame *stack, char *marks, hys__logic_gate *sorted, size_t *n) {
    size_t depth = 0;
    stack[depth++] = (frame){root, 0};
    marks[root] = 1;
    while (depth) {
        frame *f = &stack[depth - 1];
        const hys__logic_gate *g = &l->gates.at[f->gate];
        if (f->next == g->n_in) {
            marks[f->gate] = 2;
            sorted[(*n)++] = *g;
            depth--;
            continue;
        }
        const hys__logic_signal *s = &l->signals.at[g->in[f->next++]];
        if (!s->gate || marks[s->gate - 1] == 2) continue;
        if (marks[s->gate - 1] == 1)
            return hys__report(l->arena.ctx, HYS_ERROR, HYS_SEMANTIC, &l->sources, s->defined,
                               "gates in a ring are no Boolean function", "%.200s depends on itself", s->name);
        marks[s->gate - 1] = 1;
        stack[depth++] = (frame){s->gate - 1, 0};
    }
    return HYS_OK;
}

hys_status hys__logic_finish(hys_logic *l) {
    hys_status status = check_defined(l);
    if (status != HYS_OK || !l->gates.n) return status;
    frame *stack = HYS_NEW_N(&l->arena, frame, l->gates.n);
    char *marks = HYS_NEW_N(&l->arena, char, l->gates.n);
    hys__logic_gate *sorted = HYS_NEW_N(&l->arena, hys__logic_gate, l->gates.n);
    if (!stack || !marks || !sorted) return HYS_NOMEM;
    size_t n = 0;
    for (uint32_t k = 0; k < l->gates.n && status == HYS_OK; k++)
        if (!marks[k]) status = visit(l, k, stack, marks, sorted, &n);
    if (status != HYS_OK) return status;
    l->gates.at = sorted;
    for (uint32_t k = 0; k < n; k++) l->signals.at[sorted[k].out].gate = k + 1;
    return HYS_OK;
}

/* ---- from outside ---- */

/* blif = blank* "." ... ; a table begins with a name */
static bool is_blif(const char *text) {
    for (;;) {
        text += strspn(text, " \t\r\n\f\v");
        if (*text != '#') return *text == '.';
        text += strcspn(text, "\n");
    }
}

static hys_status read_text(hys_logic *l, const char *name, const char *text, size_t len) {
    if (len > MOST_BYTES) return hys__fail(l->arena.ctx, HYS_LIMIT, "", "%.200s is too long", name);
    if (!hys__sources_add(&l->sources, name, name, text, len)) return HYS_NOMEM;
    const hys_status status = is_blif(text) ? hys__logic_read_blif(l) : hys__logic_read_table(l);
    if (l->arena.failed) return HYS_NOMEM;
    return status == HYS_OK ? hys__logic_finish(l) : status;
}

static hys_logic *new_logic(hys_ctx *ctx) {
    hys_logic *l = hys__realloc(ctx, NULL, 0, sizeof *l);
    if (!l) return NULL;
    memset(l, 0, sizeof *l);
    hys__arena_init(&l->arena, ctx, 0);
    hys__sources_init(&l->sources, &l->arena);
    hys__intern_init(&l->names, &l->arena);
    l->name = "";
    return l;
}

static hys_status give(hys_logic *l, hys_status status, hys_logic **result) {
    if (status == HYS_OK) *result = l;
    else hys_logic_free(l);
    return status;
}

hys_status hys_logic_parse(hys_ctx *ctx, const char *name, const char *text, size_t len, hys_logic **result) {
    hys_logic *l = new_logic(ctx);
    if (!l) return HYS_NOMEM;
    char *own_name = hys__arena_strndup(&l->arena, name, strlen(name));
    char *own = hys__arena_alloc(&l->arena, len + 1);
    if (!own_name || !own) return give(l, HYS_NOMEM, result);
    if (len) memcpy(own, text, len);
    return give(l, read_text(l, own_name, own, len), result);
}

hys_status hys_logic_read(hys_ctx *ctx, const char *path, hys_logic **result) {
    hys_logic *l = new_logic(ctx);
    const char *text;
    size_t len;
    if (!l) return HYS_NOMEM;
    char *own = hys__arena_strndup(&l->arena, path, strlen(path));
    hys_status status = own ? hys__file_read(&l->arena, path, MOST_BYTES, &text, &len) : HYS_NOMEM;
    if (status == HYS_OK) status = read_text(l, own, text, len);
    return give(l, status, result);
}

void hys_logic_free(hys_logic *l) {
    if (!l) return;
    hys_ctx *ctx = l->arena.ctx;
    hys__arena_free(&l->arena);
    hys__free(ctx, l, sizeof *l);
}

const char *hys_logic_name(const hys_logic *l) {
    return l->name;
}

size_t hys_logic_n_inputs(const hys_logic *l) {
    return l->inputs.n;
}

size_t hys_logic_n_outputs(const hys_logic *l) {
    return l->outputs.n;
}

size_t hys_logic_n_gates(const hys_logic *l) {
    return l->gates.n;
}

const char *hys_logic_input(const hys_logic *l, size_t i) {
    return l->signals.at[l->inputs.at[i]].name;
}

const char *hys_logic_output(const hys_logic *l, size_t i) {
    return l->signals.at[l->outputs.at[i]].name;
}

/* ---- simulation ---- */

static uint64_t evaluate(const hys__logic_gate *g, const uint64_t *values) {
    uint64_t any = 0;
    for (size_t c = 0; c < g->n_cubes && any != ~(uint64_t)0; c++) {
        uint64_t all = ~(uint64_t)0;
        for (uint32_t k = 0; k < g->n_in && all; k++) {
            const char bit = g->cubes[c * g->n_in + k];
            if (bit != '-') all &= bit == '1' ? values[g->in[k]] : ~values[g->in[k]];
        }
        any |= all;
    }
    return g->is_off_set ? ~any : any;
}

hys_status hys_logic_simulate(const hys_logic *l, const uint64_t *inputs, uint64_t *outputs) {
    hys_ctx *ctx = l->arena.ctx;
    const size_t size = (l->signals.n + 1) * sizeof(uint64_t);
    uint64_t *values = hys__realloc(ctx, NULL, 0, size);
    if (!values) return HYS_NOMEM;
    for (size_t i = 0; i < l->inputs.n; i++) values[l->inputs.at[i]] = inputs[i];
    for (size_t k = 0; k < l->gates.n; k++) values[l->gates.at[k].out] = evaluate(&l->gates.at[k], values);
    for (size_t i = 0; i < l->outputs.n; i++) outputs[i] = values[l->outputs.at[i]];
    hys__free(ctx, values, size);
    return HYS_OK;
}
