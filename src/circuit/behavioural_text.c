/* The text of a module: each element's contribution, then what stands before them. */
#include "circuit/behavioural_impl.h"
#include <math.h>
#include <string.h>

/* ---- an element ---- */

static bool is_wanted(const hys__bh_module *m, uint32_t part) {
    for (size_t i = 0; i < m->n_instances; i++)
        if (m->wanted[m->elems[i * m->n_parts + part]]) return true;
    return false;
}

static const char *terminal(hys__bh_module *m, uint32_t k) {
    uint32_t *at = HYS_NEW_N(m->arena, uint32_t, m->n_instances);
    if (!at) {
        m->status = HYS_NOMEM;
        return "gnd";
    }
    for (size_t i = 0; i < m->n_instances; i++) at[i] = m->flat->elems[m->elems[i * m->n_parts + m->part]].nodes[k];
    return hys__bh_node(m, at, NULL);
}

const char *hys__bh_multiplicity(hys__bh_module *m) {
    bool is_one = true;
    for (size_t i = 0; i < m->n_instances; i++)
        is_one = is_one && m->flat->elems[m->elems[i * m->n_parts + m->part]].m == 1;
    for (size_t i = 0; i < m->card->n_settings; i++)
        if (!strcmp(m->card->settings[i].name, "m")) is_one = false;
    if (is_one) return NULL;
    struct hys__behavioural_param p = {.kind = HYS__BH_M, .part = m->part};
    return hys__bh_new_param(m, &p, "m");
}

static bool is_flow(hys__behaviour behaviour) {
    return behaviour == HYS__IS_CURRENT || behaviour == HYS__IS_RESISTANCE || behaviour == HYS__IS_CAPACITANCE ||
           behaviour == HYS__IS_CHARGE;
}

/* Current of all m in parallel, but for the factor m. */
static hys__bh_operand flow_of_one(hys__bh_module *m, hys__bh_operand e) {
    const char *k = m->branches[m->part];
    char rate[100];
    switch (m->card->behaviour) {
    case HYS__IS_CURRENT:
        return e;
    case HYS__IS_RESISTANCE: /* 1 nohm in place of zero */
        e = hys__bh_simple(m, e);
        return hys__bh_made(m, 1, "V(%s) / (abs(%s) > 1.0e-9 ? %s : 1.0e-9)", k, e.text, e.text);
    case HYS__IS_CAPACITANCE:
        m->has_time_derivative = true;
        if (e.is_param) return hys__bh_made(m, 1, "ddt(%s * V(%s))", e.text, k);
        /* the rate is an unknown: of a nanofarad, so that its size is that of a current */
        snprintf(rate, sizeof rate, "ddt(1.0e-9 * V(%s))", k);
        return hys__bh_made(m, 1, "1.0e9 * %s * %s", e.text, hys__bh_variable(m, rate).text);
    default:
        m->has_time_derivative = true;
        return hys__bh_made(m, e.depth, "ddt(%s)", e.text);
    }
}

static void write_flow(hys__bh_module *m, hys__bh_operand e, const char *mul, bool is_unknown) {
    const char *k = m->branches[m->part];
    unsigned i = (unsigned)m->part;
    hys__bh_operand flow = flow_of_one(m, e);
    if (mul) flow = hys__bh_made(m, flow.depth, "%s * (%s)", mul, flow.text);
    if (is_unknown || m->is_branch_used) hys__bh_say(m, "V(%s) : I(%s) == %s;", k, k, flow.text);
    else if (m->has_time_derivative) hys__bh_say(m, "I(%s) <+ %s;", k, flow.text);
    else hys__bh_say(m, "i%u = %s;", i, flow.text), hys__bh_say(m, "I(%s) <+ i%u;", k, i);
    bool has_opvar = !is_unknown && !m->is_branch_used && !m->has_time_derivative;
    hys__bh_line *line = has_opvar ? HYS_PUSH(m->scratch, &m->declarations) : NULL;
    const char *text =
        line ? hys__arena_printf(m->scratch, "(* desc = \"current\", units = \"A\" *) real i%u;", i) : NULL;
    if (text) *line = (hys__bh_line){text, m->card->span};
    else if (has_opvar) m->status = HYS_NOMEM;
}

static void write_potential(hys__bh_module *m, hys__bh_operand e, const char *mul) {
    const char *k = m->branches[m->part];
    const char *over = mul ? " / " : "";
    if (!mul) mul = "";
    if (m->card->behaviour == HYS__IS_FLUX) hys__bh_say(m, "V(%s) <+ ddt(%s);", k, e.text);
    else if (m->card->behaviour == HYS__IS_VOLTAGE) hys__bh_say(m, "V(%s) <+ %s;", k, e.text);
    else if (e.is_param) hys__bh_say(m, "V(%s) <+ ddt(%s * I(%s)%s%s);", k, e.text, k, over, mul);
    else {
        char rate[100];
        snprintf(rate, sizeof rate, "ddt(I(%s))", k);
        hys__bh_say(m, "V(%s) <+ %s * %s%s%s;", k, e.text, hys__bh_variable(m, rate).text, over, mul);
    }
}

static void declare_branch(hys__bh_module *m, const char *a, const char *b) {
    hys__bh_line *line = HYS_PUSH(m->scratch, &m->declarations);
    const char *text = line ? hys__arena_printf(m->scratch, "branch (%s, %s) %s;", a, b, m->branches[m->part]) : NULL;
    if (text) *line = (hys__bh_line){text, m->card->span};
    else m->status = HYS_NOMEM;
}

static void write_part(hys__bh_module *m) {
    m->uses = (hys__bh_map){.arena = m->scratch};
    m->has_time_derivative = m->is_branch_used = false;
    m->leaf = 0;
    if (!m->own_leaves && !hys__bh_count(&m->uses, m->card->expr)) m->status = HYS_NOMEM;
    hys__bh_operand e = hys__bh_expr(m, m->card->expr);
    const char *a = terminal(m, 0), *b = terminal(m, 1), *mul = hys__bh_multiplicity(m);
    if (m->status != HYS_OK) return;
    bool flows = is_flow(m->card->behaviour), is_short = !strcmp(a, b);
    if (is_short && !flows) {
        hys__bh_fail(m, m->card->span, "", "both ends of '%s' are the same node", m->card->name);
        return;
    }
    if (is_short) return; /* its current goes nowhere */
    declare_branch(m, a, b);
    if (flows) write_flow(m, e, mul, is_wanted(m, m->part));
    else write_potential(m, e, mul);
}

/* Branches carry the names of their elements: unknowns are called after them. */
static bool name_branches(hys__bh_module *m) {
    m->branches = HYS_NEW_N(m->arena, const char *, m->n_parts);
    for (size_t k = 0; m->branches && k < m->n_parts; k++) {
        const char *name = hys__bh_clean(m, m->definition->behavioural[m->cards[k]]->name);
        if (!name) return false;
        m->branches[k] = m->own_leaves ? "b0" : hys__arena_printf(m->arena, "b%zu_%s", k, name);
        if (!m->branches[k]) return false;
    }
    return m->branches != NULL;
}

hys_status hys__bh_write(hys__bh_module *m) {
    if (!name_branches(m)) return m->status = HYS_NOMEM;
    m->refs = (hys__bh_map){.arena = m->scratch};
    for (m->part = 0; m->part < m->n_parts && m->status == HYS_OK; m->part++) {
        m->card = m->definition->behavioural[m->cards[m->part]];
        write_part(m);
    }
    if (m->status == HYS_OK && m->arena->failed) m->status = HYS_NOMEM;
    return m->status;
}

/* ---- all of it ---- */

typedef struct writer {
    hys__text text;
    struct {
        hys__span *at;
        size_t n, cap;
    } lines;
    hys__bh_module *m;
} writer;

static void put(writer *w, hys__span span, const char *text) {
    for (const char *s = text; *s; s++) {
        hys__span *place = *s == '\n' ? HYS_PUSH(w->m->arena, &w->lines) : NULL;
        if (place) *place = span;
    }
    hys__text_puts(&w->text, text);
}

static void put_ports(writer *w, const char *head) {
    put(w, HYS_NO_SPAN, head);
    for (size_t i = 0; i < w->m->ports.n; i++) {
        if (i) put(w, HYS_NO_SPAN, ", ");
        put(w, HYS_NO_SPAN, w->m->ports.at[i].name);
    }
}

static void put_functions(writer *w) {
    for (unsigned id = 1; id < HYS__BH_FN_N; id++) {
        if (!(w->m->functions >> id & 1)) continue;
        put(w, HYS_NO_SPAN, "analog function real ");
        put(w, HYS_NO_SPAN, hys__bh_function_name(w->m, (hys__bh_function)id));
        put(w, HYS_NO_SPAN, ";\n");
        put(w, HYS_NO_SPAN, hys__bh_function_text((hys__bh_function)id));
        put(w, HYS_NO_SPAN, "\nendfunction\n");
    }
}

static void put_head(writer *w, const char *name) {
    const hys__bh_module *m = w->m;
    char number[32];
    put(w, HYS_NO_SPAN, "`include \"disciplines.vams\"\nmodule ");
    put(w, HYS_NO_SPAN, name);
    put_ports(w, "(");
    put_ports(w, ");\ninout ");
    put_ports(w, ";\nelectrical ");
    put(w, HYS_NO_SPAN, m->uses_ground ? ";\nground gnd; electrical gnd;\n" : ";\n");
    for (size_t i = 0; i < m->params.n; i++) {
        put(w, HYS_NO_SPAN, "parameter real ");
        put(w, HYS_NO_SPAN, m->param_names.at[i]);
        put(w, HYS_NO_SPAN, " = 1.0;\n");
    }
    for (uint32_t i = 0; i < m->n_vars; i++) {
        snprintf(number, sizeof number, "real t%u;\n", (unsigned)i);
        put(w, HYS_NO_SPAN, number);
    }
}

const char *hys__bh_text(hys__bh_module *m, const char *name, hys__origin *origin) {
    writer w = {.m = m};
    hys__text_init(&w.text, m->ctx);
    put_head(&w, name);
    for (size_t i = 0; i < m->declarations.n; i++) {
        put(&w, m->declarations.at[i].span, m->declarations.at[i].text);
        put(&w, m->declarations.at[i].span, "\n");
    }
    put_functions(&w);
    put(&w, HYS_NO_SPAN, "analog begin\n");
    for (size_t i = 0; i < m->body.n; i++) {
        put(&w, m->body.at[i].span, m->body.at[i].text);
        put(&w, m->body.at[i].span, "\n");
    }
    put(&w, HYS_NO_SPAN, "end\nendmodule\n");
    const char *text = w.text.failed ? NULL : hys__arena_strndup(m->arena, w.text.at, w.text.n);
    hys__text_free(&w.text);
    *origin = (hys__origin){m->flat->sources, w.lines.at, w.lines.n};
    if (m->arena->failed) text = NULL;
    return text;
}
