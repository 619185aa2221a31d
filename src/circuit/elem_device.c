/* S, W, T, and what Verilog-A describes: D, M, Q, J, X, N. */
#include "circuit/elem.h"
#include "circuit/elem_model.h"
#include <math.h>
#include <string.h>

/* ---- models ---- */

static bool no_model(nl_elem *e, nl_word w, const char *what) {
    char buf[NL_NAME_MAX + 1];
    const nl_map *maps[16];
    size_t n = 0;
    nl_word_lower(w, buf);
    for (const nl_body *b = e->body; b && n < 16; b = b->outer) maps[n++] = &b->model_map;
    if (w.n == 0) nl_fail(e->c.net, e->span, "", "this element has no model");
    else
        nl_fail(e->c.net, nl_word_span(&e->c, w), nl_did_you_mean(e->c.net, buf, maps, n), "there is no %s '%.80s'",
                what, buf);
    return false;
}

/* "nch" where only "nch.1", "nch.2" ... are: the first bin. */
static nl_model *first_bin(nl_elem *e, nl_word w) {
    char buf[NL_NAME_MAX + 8];
    size_t n = nl_word_lower(w, buf);
    memcpy(buf + n, ".1", 3);
    nl_model *m = nl_model_find(e->body, buf);
    if (m) nl_warn(e->c.net, nl_word_span(&e->c, w), "", "bins of models are not chosen by size; '%.80s' is used", buf);
    return m;
}

static bool take_model(nl_elem *e, nl_model **model) {
    nl_word w = nl_peek_word(&e->c);
    bool is_there = nl_at_model(e, model);
    if (!is_there && w.n > 0) *model = first_bin(e, w);
    if (!*model) return no_model(e, w, "model");
    nl_take_word(&e->c);
    return nl_model_read(e->c.net, *model);
}

static bool wrong_type(nl_elem *e, const nl_model *m, const char *wanted) {
    nl_fail(e->c.net, e->span, "", "this element needs a model of type %s; '%s' is of type %s", wanted, m->card.name,
            m->card.type);
    hys__note(e->c.net->ctx, &e->c.net->sources, m->card.span, "the model is here");
    return false;
}

/* ---- switches ---- */

static nl_value model_value(nl_elem *e, const nl_model *m, const char *name, double otherwise) {
    for (size_t i = m->card.n_settings; i-- > 0;)
        if (strcmp(m->card.settings[i].name, name) == 0)
            return (nl_value){.expr = nl_expr_seen(e->c.net, m->card.settings[i].value, e->body, m->body)};
    return (nl_value){.number = otherwise};
}

static bool has_setting(const nl_model *m, const char *name) {
    for (size_t i = 0; i < m->card.n_settings; i++)
        if (strcmp(m->card.settings[i].name, name) == 0) return true;
    return false;
}

/* PSpice: on at von, off at voff, and smooth between: the same as LTspice's negative hysteresis. */
static void on_and_off(nl_elem *e, const nl_model *m, const char *on_name, const char *off_name, nl_more *more) {
    hys__netlist *net = e->c.net;
    hys__span span = m->card.span;
    const hys__expr *half = nl_expr_of(net, (nl_value){.number = 0.5}, span);
    const hys__expr *on = nl_expr_of(net, model_value(e, m, on_name, 1), span);
    const hys__expr *off = nl_expr_of(net, model_value(e, m, off_name, 0), span);
    more->values[0].expr = nl_expr_two(net, HYS__EXPR_MUL, half, nl_expr_two(net, HYS__EXPR_ADD, on, off));
    const hys__expr *width = nl_expr_two(net, HYS__EXPR_MUL, half, nl_expr_two(net, HYS__EXPR_SUB, off, on));
    more->values[1].expr = width; /* negative where von > voff */
}

/* Where von < voff: the other way round, with ron and roff exchanged. */
static void turn_round(nl_elem *e, nl_more *more) {
    const hys__expr *w = more->values[1].expr;
    if (!w || w->op != HYS__EXPR_NUMBER || w->number <= 0) return;
    more->values[1] = (nl_value){.number = -w->number};
    nl_value ron = more->values[2];
    more->values[2] = more->values[3];
    more->values[3] = ron;
    (void)e;
}

static bool read_switch(nl_elem *e, nl_type_kind kind) {
    static const char *const names[2][6] = {{"vt", "vh", "von", "voff", "sw", "vswitch"},
                                            {"it", "ih", "ion", "ioff", "csw", "iswitch"}};
    const char *const *n = names[kind == NL_TYPE_SWITCH_I];
    nl_model *m;
    nl_more *more = nl_more_of(e);
    if (!more || !take_model(e, &m)) return false;
    const nl_type *type = nl_type_find(m->card.type);
    if (!type || type->kind != kind) return wrong_type(e, m, n[4]);
    more->values[0] = model_value(e, m, n[0], 0);
    more->values[1] = model_value(e, m, n[1], 0);
    more->values[2] = model_value(e, m, "ron", 1);
    more->values[3] = model_value(e, m, "roff", strcmp(type->name, n[5]) == 0 ? 1e6 : 1e12);
    more->n_values = 4;
    if (has_setting(m, n[2]) || has_setting(m, n[3])) {
        on_and_off(e, m, n[2], n[3], more);
        turn_round(e, more);
    }
    e->card->card.model = &m->card;
    bool is_on = nl_take_keyword(&e->c, "on");
    if (is_on || nl_take_keyword(&e->c, "off")) { /* ic: 1 on, 0 off */
        more->ic.number = is_on;
        more->has_ic = true;
    }
    return nl_finish(e);
}

bool nl_switch_v(nl_elem *e) {
    return nl_begin(e, HYS__ELEM_S, 4) && read_switch(e, NL_TYPE_SWITCH_V);
}

bool nl_switch_i(nl_elem *e) {
    if (!nl_begin(e, HYS__ELEM_W, 2)) return false;
    nl_more *more = nl_more_of(e);
    nl_word w = nl_take_word(&e->c);
    if (!more) return false;
    more->refs[0] = (nl_ref){nl_intern_lower(e->c.net, w), nl_word_span(&e->c, w)};
    e->card->card.n_controls = 1;
    return read_switch(e, NL_TYPE_SWITCH_I);
}

/* ---- T ---- */

static bool take_line_ic(nl_elem *e, nl_more *more) {
    for (unsigned i = 0; i < 4 && !nl_at_end(&e->c) && !nl_at_setting(&e->c); i++) {
        static const uint8_t places[4] = {3, 2, 5, 4}; /* SPICE: v1 i1 v2 i2; here i1 v1 i2 v2 */
        if (!nl_value_of(e, &more->values[places[i]])) return false;
    }
    more->has_ic = true;
    return true;
}

/* td = nl / f, in wave lengths at a frequency; nl is a quarter if it is not given. */
static bool delay_of(nl_elem *e, nl_more *more, const nl_value *f, const nl_value *nl) {
    hys__netlist *net = e->c.net;
    const hys__expr *td = nl_expr_two(net, HYS__EXPR_DIV, nl_expr_of(net, *nl, e->span), nl_expr_of(net, *f, e->span));
    more->values[1] = (nl_value){.expr = td};
    return td != NULL;
}

bool nl_line_lossless(nl_elem *e) {
    nl_value f = {0}, nl = {.number = 0.25}, *value;
    if (!nl_begin(e, HYS__ELEM_T, 4)) return false;
    nl_more *more = nl_more_of(e);
    bool has_td = false, has_f = false, has_z = false;
    if (!more) return false;
    more->n_values = 6;
    for (unsigned i = 2; i < 6; i++) more->values[i].number = NAN;
    while (!nl_at_end(&e->c)) {
        if (!nl_at_setting(&e->c)) return nl_unexpected(e);
        nl_word name = nl_take_setting(&e->c);
        bool failed;
        value = NULL;
        if (nl_word_is(name, "z0") || nl_word_is(name, "zo")) value = &more->values[0], has_z = true;
        if (nl_word_is(name, "td")) value = &more->values[1], has_td = true;
        if (nl_word_is(name, "f")) value = &f, has_f = true;
        if (nl_word_is(name, "nl")) value = &nl;
        if (nl_word_is(name, "ic")) {
            if (!take_line_ic(e, more)) return false;
        } else if (value) {
            if (!nl_value_of(e, value)) return false;
        } else if (nl_common_setting(e, name, &failed) ? failed : !nl_unknown_setting(e, name)) {
            return false;
        }
    }
    if (!has_z || (!has_td && !has_f)) {
        nl_fail(e->c.net, e->span, "write Z0=50 TD=1n", "a line needs its impedance and its delay");
        return false;
    }
    if (!has_td && !delay_of(e, more, &f, &nl)) return false;
    return nl_add_card(e);
}

/* ---- kernels ---- */

typedef struct kernel {
    nl_elem *e;
    nl_model *model;
    struct {
        hys__setting *at;
        size_t n, cap;
    } settings;
    bool is_spice;
} kernel;

static bool push_setting(kernel *k, hys__setting setting) {
    hys__setting *slot = HYS_PUSH(k->e->c.net->arena, &k->settings);
    if (!slot || !setting.name) return nl_no_memory(k->e->c.net);
    *slot = setting;
    return true;
}

static bool push_value(kernel *k, const char *name, hys__span span, nl_value v) {
    const hys__expr *value = nl_expr_of(k->e->c.net, v, span);
    return value && push_setting(k, (hys__setting){name, value, NULL, span});
}

static bool take_kernel_setting(kernel *k) {
    nl_elem *e = k->e;
    nl_word name = nl_take_setting(&e->c);
    nl_value v;
    bool failed;
    if (k->is_spice && nl_word_is(name, "ic")) { /* initial voltages of junctions are a start for Newton only */
        do
            if (!nl_value_of(e, &v)) return false;
        while (!nl_at_end(&e->c) && !nl_at_setting(&e->c));
        return true;
    }
    bool is_common = nl_word_is(name, "m") || nl_word_is(name, "temp") || nl_word_is(name, "dtemp");
    if (is_common && nl_common_setting(e, name, &failed)) return !failed;
    if (!k->is_spice) {
        hys__setting setting;
        return nl_take_va_setting(&e->c, e->body, name, &setting) && push_setting(k, setting);
    }
    hys__span span = nl_word_span(&e->c, name);
    if (!nl_value_of(e, &v)) return false;
    if (nl_word_is(name, "geo") || nl_word_is(name, "sa") || nl_word_is(name, "sb")) return true;
    return push_value(k, nl_keep_lower(e->c.net, name), span, v);
}

static bool take_kernel_settings(kernel *k) {
    nl_elem *e = k->e;
    while (!nl_at_end(&e->c)) {
        if (nl_at_setting(&e->c)) {
            if (!take_kernel_setting(k)) return false;
        } else if (nl_take_keyword(&e->c, "params:") || nl_take_keyword(&e->c, "off") || nl_take_keyword(&e->c, "on")) {
            continue;
        } else if (k->is_spice && k->settings.n == 0) {
            nl_value area; /* a bare number is the area */
            hys__span span = nl_here(&e->c);
            if (!nl_value_of(e, &area) || !push_value(k, "area", span, area)) return false;
        } else {
            return nl_unexpected(e);
        }
    }
    return true;
}

static bool finish_kernel(kernel *k) {
    nl_elem *e = k->e;
    nl_more *more = nl_more_of(e);
    if (!more || !take_kernel_settings(k)) return false;
    more->model = k->model;
    e->card->card.model = &k->model->card;
    e->card->card.settings = k->settings.at;
    e->card->card.n_settings = k->settings.n;
    return nl_add_card(e);
}

static bool spice_kernel(nl_elem *e, uint32_t n_nodes, nl_type_kind kind, const char *wanted) {
    kernel k = {.e = e, .is_spice = true};
    if (!nl_begin(e, HYS__ELEM_KERNEL, n_nodes) || !take_model(e, &k.model)) return false;
    const nl_type *type = nl_type_find(k.model->card.type);
    if (!type) k.is_spice = false; /* a Verilog-A module as the model of this letter */
    else if (type->kind != kind) return wrong_type(e, k.model, wanted);
    return finish_kernel(&k);
}

bool nl_diode(nl_elem *e) {
    return spice_kernel(e, 2, NL_TYPE_DIODE, "d");
}

bool nl_mosfet(nl_elem *e) {
    nl_elem ahead = *e; /* LTspice and ngspice allow three nodes: then the third word behind the name is the model */
    nl_model *m;
    for (unsigned i = 0; i < 3; i++) nl_take_word(&ahead.c);
    if (nl_at_model(&ahead, &m)) {
        nl_fail(e->c.net, e->span, "", "a MOSFET needs four nodes: drain, gate, source, bulk");
        return false;
    }
    return spice_kernel(e, 4, NL_TYPE_MOSFET, "nmos or pmos");
}

/* Q1 c b e [substrate] model: the substrate has no part in the model of ours. */
bool nl_bipolar(nl_elem *e) {
    nl_elem ahead = *e;
    nl_model *m;
    for (unsigned i = 0; i < 3; i++) nl_take_word(&ahead.c);
    uint32_t at = ahead.c.at;
    nl_word fourth = nl_peek_word(&ahead.c);
    if (nl_at_model(&ahead, &m)) return spice_kernel(e, 3, NL_TYPE_BIPOLAR, "npn or pnp");
    nl_take_word(&ahead.c);
    if (fourth.n == 0 || !nl_at_model(&ahead, &m)) return spice_kernel(e, 3, NL_TYPE_BIPOLAR, "npn or pnp");
    kernel k = {.e = e, .is_spice = true, .model = m};
    const nl_type *type = nl_type_find(m->card.type);
    if (!type) return spice_kernel(e, 4, NL_TYPE_BIPOLAR, "npn or pnp");
    if (type->kind != NL_TYPE_BIPOLAR) return wrong_type(e, m, "npn or pnp");
    if (!nl_begin(e, HYS__ELEM_KERNEL, 3)) return false;
    e->c.at = at;
    nl_take_word(&e->c);
    nl_take_word(&e->c);
    return nl_model_read(e->c.net, m) && finish_kernel(&k);
}

bool nl_jfet(nl_elem *e) {
    return spice_kernel(e, 3, NL_TYPE_JFET, "njf or pjf");
}

/* ---- X and N ---- */

typedef struct instance {
    nl_elem *e;
    nl_word *words; /* nodes, then the name of what is instantiated */
    uint32_t n;
} instance;

static bool take_words(instance *x) {
    struct {
        nl_word *at;
        size_t n, cap;
    } list = {0};
    nl_cur *c = &x->e->c;
    for (;;) {
        nl_skip_to_name(c);
        if (c->at >= c->line.len || nl_at_setting(c)) break;
        nl_word w = nl_take_word(c);
        if (w.n == 0) return nl_unexpected(x->e);
        if (nl_word_is(w, "params:")) break;
        nl_word *slot = HYS_PUSH(c->net->arena, &list);
        if (!slot) return nl_no_memory(c->net);
        *slot = w;
    }
    x->words = list.at;
    x->n = (uint32_t)list.n;
    if (x->n >= 1) return true;
    nl_fail(c->net, x->e->span, "", "what this is an instance of is missing");
    return false;
}

static bool arg_slot(nl_elem *e, nl_body *sub, nl_arg *arg) {
    arg->slot = nl_map_find_name(&sub->param_map, arg->name);
    if (arg->slot != NL_NONE) return true;
    const nl_map *map = &sub->param_map;
    nl_fail(e->c.net, arg->span, nl_did_you_mean(e->c.net, arg->name, &map, 1),
            "the subcircuit '%s' has no parameter '%.80s'", sub->definition.name, arg->name);
    hys__note(e->c.net->ctx, &e->c.net->sources, sub->definition.span, "it is defined here");
    return false;
}

static bool take_args(nl_elem *e, nl_inst *inst) {
    nl_cur *c = &e->c;
    while (!nl_at_end(c)) {
        if (nl_take_keyword(c, "params:")) continue;
        if (!nl_at_setting(c)) return nl_unexpected(e);
        nl_word name = nl_take_setting(c);
        nl_value v;
        hys__span span = nl_word_span(c, name);
        if (!nl_take_value(c, e->body, NL_TIGHT, &v)) return false;
        if (hys__expr_is_behavioural(v.expr)) {
            nl_fail(c->net, span, "", "a parameter of a subcircuit cannot depend on the solution");
            return false;
        }
        const char *lower = nl_intern_lower(c->net, name);
        if (!lower) return nl_no_memory(c->net);
        if (strcmp(lower, "m") == 0 && nl_map_find_name(&inst->sub->param_map, "m") == NL_NONE) {
            inst->m = v;
            continue;
        }
        nl_arg arg = {lower, span, v, 0};
        if (!arg_slot(e, inst->sub, &arg)) return false;
        nl_arg *slot = HYS_PUSH(c->net->arena, &inst->args);
        if (!slot) return nl_no_memory(c->net);
        *slot = arg;
    }
    return true;
}

static bool is_given(const nl_inst *inst, uint32_t slot) {
    for (size_t i = 0; i < inst->args.n; i++)
        if (inst->args.at[i].slot == slot) return true;
    return false;
}

static bool check_args(nl_elem *e, const nl_inst *inst) {
    const nl_body *sub = inst->sub;
    for (uint32_t i = 0; i < sub->params.n; i++) {
        if (sub->params.at[i].has_text || is_given(inst, i)) continue;
        nl_fail(e->c.net, e->span, "", "the parameter '%s' of the subcircuit '%s' has no value here and no default",
                sub->params.at[i].name, sub->definition.name);
        return false;
    }
    return true;
}

static bool check_count(nl_elem *e, const nl_body *sub, uint32_t n) {
    if (n == sub->definition.n_terminals) return true;
    nl_fail(e->c.net, e->span, "", "the subcircuit '%s' has %zu terminal%s, but %u node%s given here",
            sub->definition.name, sub->definition.n_terminals, sub->definition.n_terminals == 1 ? "" : "s", n,
            n == 1 ? " is" : "s are");
    hys__note(e->c.net->ctx, &e->c.net->sources, sub->definition.span, "it is defined here");
    return false;
}

static bool add_sub(instance *x, nl_body *sub) {
    nl_elem *e = x->e;
    hys__netlist *net = e->c.net;
    nl_inst *inst = HYS_NEW(net->arena, nl_inst);
    uint32_t *nodes = HYS_NEW_N(net->arena, uint32_t, x->n);
    if (!inst || !nodes) return nl_no_memory(net);
    inst->sub = sub;
    inst->span = e->span;
    inst->nodes = nodes;
    inst->n_nodes = x->n - 1;
    inst->m.number = 1;
    if (!check_count(e, sub, inst->n_nodes) || !take_args(e, inst) || !check_args(e, inst)) return false;
    for (uint32_t i = 0; i + 1 < x->n; i++)
        if ((nodes[i] = nl_node(net, e->body, x->words[i])) == NL_NONE) return false;
    nl_inst **slot = HYS_PUSH(net->arena, &e->body->insts);
    if (!slot) return nl_no_memory(net);
    *slot = inst;
    if (nl_add_named(e, NL_INST | (uint32_t)(e->body->insts.n - 1), &inst->name)) return true;
    e->body->insts.n--;
    return false;
}

static bool add_kernel(instance *x, nl_model *m) {
    nl_elem *e = x->e;
    kernel k = {.e = e, .model = m};
    if (!nl_model_read(e->c.net, m)) return false;
    const nl_type *type = nl_type_find(m->card.type);
    if (type && !type->file) return wrong_type(e, m, "a Verilog-A module");
    k.is_spice = type != NULL;
    uint32_t at = e->c.at;
    e->c.at = x->words[0].at;
    if (x->n == 1) {
        nl_fail(e->c.net, e->span, "", "this element has no nodes");
        return false;
    }
    if (!nl_begin(e, HYS__ELEM_KERNEL, x->n - 1)) return false;
    e->c.at = at;
    return finish_kernel(&k);
}

/* A module that is instantiated by its own name is a model without settings. */
static nl_model *model_of_module(nl_elem *e, const char *name, const nl_module *module, nl_word w) {
    hys__netlist *net = e->c.net;
    nl_model *m = HYS_NEW(net->arena, nl_model);
    nl_model **slot = HYS_PUSH(net->arena, &net->top.models);
    const char *kept = nl_keep(net, name, strlen(name));
    if (!m || !slot || !kept || !nl_map_add(net->arena, &net->top.model_map, kept, (uint32_t)net->top.models.n - 1)) {
        nl_no_memory(net);
        return NULL;
    }
    *slot = m;
    m->card = (hys__model_card){.name = kept,
                                .type = module->name ? module->name : module->path,
                                .span = nl_word_span(&e->c, w),
                                .file = module->path,
                                .module = module->name};
    m->body = &net->top;
    m->is_read = true;
    return m;
}

bool nl_instance(nl_elem *e) {
    instance x = {.e = e};
    char name[NL_NAME_MAX + 1];
    nl_module module;
    if (!take_words(&x) || !x.words) return false;
    nl_word last = x.words[x.n - 1];
    nl_word_lower(last, name);
    nl_body *sub = nl_sub_find(e->body, name);
    if (sub) return add_sub(&x, sub);
    nl_model *m = nl_model_find(e->body, name);
    if (m) return add_kernel(&x, m);
    const char *written = nl_keep(e->c.net, last.s, last.n);
    if (!written) return nl_no_memory(e->c.net);
    if (nl_module_find(e->c.net, written, &module)) {
        m = model_of_module(e, name, &module, last);
        return m && add_kernel(&x, m);
    }
    const nl_map *maps[32];
    size_t n = 0;
    for (const nl_body *b = e->body; b && n < 30; b = b->outer) maps[n++] = &b->sub_map;
    maps[n++] = &e->c.net->module_map;
    maps[n++] = &e->c.net->library_map;
    nl_fail(e->c.net, nl_word_span(&e->c, last), nl_did_you_mean(e->c.net, name, maps, n),
            "there is no subcircuit and no Verilog-A module '%.80s'", name);
    return false;
}
