/* What a line declares: parameters, functions, models, subcircuits, branches.  Other lines wait in their body. */
#include "circuit/netlist.h"
#include <string.h>

#define SUBCKT_DEPTH 32 /* definitions within one another */

bool nl_lines_add(hys__arena *arena, nl_lines *lines, const nl_line *line) {
    if (!lines->last || lines->last->n == NL_LINES_CHUNK) {
        struct nl_lines_chunk *chunk = HYS_NEW(arena, struct nl_lines_chunk);
        if (!chunk) return false;
        *(lines->last ? &lines->last->next : &lines->first) = chunk;
        lines->last = chunk;
    }
    lines->last->at[lines->last->n++] = *line;
    return true;
}

const char *nl_body_text(const nl_body *body) {
    return body->outer ? body->definition.name : "the top level";
}

/* ---- values that wait ---- */

static bool is_name_char(char c) {
    c = nl_lower(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '@' || c == '#' ||
           c == '$' || c == ':' || c == '[' || c == ']';
}

bool nl_at_setting(nl_cur *c) {
    nl_word w = nl_peek_word(c);
    for (uint32_t i = 0; i < w.n; i++)
        if (!is_name_char(w.s[i])) return false;
    uint32_t at = c->at + w.n;
    while (at < c->line.len && nl_is_blank(c->line.text[at])) at++;
    if (w.n == 0 || at >= c->line.len || c->line.text[at] != '=') return false;
    return at + 1 >= c->line.len || c->line.text[at + 1] != '=';
}

/* name "(" names ")" "=" */
static bool at_function(nl_cur *c) {
    nl_word w = nl_peek_word(c);
    uint32_t at = c->at + w.n;
    const char *s = c->line.text;
    if (w.n == 0 || at >= c->line.len || s[at] != '(') return false;
    while (at < c->line.len && s[at] != ')' && s[at] != '=') at++;
    if (at >= c->line.len || s[at] != ')') return false;
    for (at++; at < c->line.len && nl_is_blank(s[at]);) at++;
    return at < c->line.len && s[at] == '=' && (at + 1 >= c->line.len || s[at + 1] != '=');
}

void nl_skip_value(nl_cur *c) {
    const char *s = c->line.text;
    unsigned depth = 0;
    char quote = 0;
    for (; c->at < c->line.len; c->at++) {
        char now = s[c->at];
        if (quote) {
            if (now == quote) quote = 0;
        } else if (now == '\'' || now == '"') {
            quote = now;
        } else if (now == '(' || now == '{') {
            depth++;
        } else if (now == ')' || now == '}') {
            depth -= depth > 0;
        } else if (nl_is_blank(now) && depth == 0) {
            uint32_t at = c->at;
            nl_skip(c);
            if (nl_at_setting(c) || at_function(c)) return;
            c->at = at;
        }
    }
}

/* The value that stands here, as a place to be read later; c moves behind it. */
static nl_cur take_text(nl_cur *c) {
    nl_skip(c);
    nl_cur text = *c;
    nl_skip_value(c);
    text.line.len = c->at;
    while (text.line.len > text.at && nl_is_blank(text.line.text[text.line.len - 1])) text.line.len--;
    return text;
}

/* ---- parameters and functions ---- */

nl_param *nl_param_add(hys__netlist *net, nl_body *body, nl_cur *c, nl_word name) {
    const char *lower = nl_intern_lower(net, name);
    nl_param *p = lower ? HYS_PUSH(net->arena, &body->params) : NULL;
    if (!p || !nl_map_add(net->arena, &body->param_map, lower, (uint32_t)body->params.n - 1)) {
        nl_no_memory(net);
        return NULL;
    }
    p->name = lower;
    p->span = nl_word_span(c, name);
    return p;
}

/* A parameter that is given twice: the later one counts, as in ngspice and HSPICE. */
static nl_param *param_at(hys__netlist *net, nl_cur *c, nl_word name) {
    nl_body *body = net->body;
    char buf[NL_NAME_MAX + 1];
    size_t n = nl_word_lower(name, buf);
    uint32_t old = nl_map_find(&body->param_map, buf, n, nl_hash(buf, n));
    if (old == NL_NONE) return nl_param_add(net, body, c, name);
    nl_param *p = &body->params.at[old];
    if (p->is_arg)
        nl_warn(
            net, nl_word_span(c, name), "",
            "'%s' is a parameter of the subcircuit '%s'; what is said here counts where an instance does not set it",
            p->name, nl_body_text(body));
    else nl_warn(net, nl_word_span(c, name), "", "the parameter '%s' is given twice; the last one counts", p->name);
    return p;
}

/* names = name ("," name)*, to ")" */
static bool take_arg_names(nl_cur *c, nl_func *f) {
    struct {
        const char **at;
        size_t n, cap;
    } names = {0};
    while (!nl_take(c, ')')) {
        nl_word w = nl_take_word(c);
        if (w.n == 0) return nl_fail(c->net, nl_here(c), "", "the name of an argument is expected here") == HYS_OK;
        const char *name = nl_intern_lower(c->net, w);
        const char **slot = HYS_PUSH(c->net->arena, &names);
        if (!name || !slot) return nl_no_memory(c->net);
        *slot = name;
    }
    f->args = names.at;
    f->n_args = (uint32_t)names.n;
    return true;
}

/* func = name "(" names ")" ["="] expr */
static bool take_function(nl_cur *c, bool is_line) {
    hys__netlist *net = c->net;
    nl_word w = nl_take_word(c);
    nl_func *f = HYS_NEW(net->arena, nl_func);
    nl_func **slot = HYS_PUSH(net->arena, &net->body->funcs);
    if (!f || !slot) return nl_no_memory(net);
    *slot = f;
    f->name = nl_intern_lower(net, w);
    f->span = nl_word_span(c, w);
    if (!f->name) return nl_no_memory(net);
    if (w.n == 0 || !nl_take(c, '('))
        return nl_fail(net, nl_here(c), "write .func NAME(X, Y) {FORMULA}", "'(' is expected here") == HYS_OK;
    if (!take_arg_names(c, f)) return false;
    nl_take(c, '=');
    if (is_line) {
        f->text = *c;
        c->at = c->line.len;
    } else {
        f->text = take_text(c);
    }
    uint32_t old = nl_map_find_name(&net->body->func_map, f->name);
    if (old != NL_NONE) {
        nl_warn(net, f->span, "", "the function '%s' is given twice; the last one counts", f->name);
        net->body->funcs.at[old] = f;
        net->body->funcs.n--;
        return true;
    }
    return nl_map_add(net->arena, &net->body->func_map, f->name, (uint32_t)net->body->funcs.n - 1) || nl_no_memory(net);
}

static void do_func(nl_cur *c) {
    take_function(c, true);
}

/* ".param" (name ["="] value | name "(" names ")" "=" value)* */
static void do_param(nl_cur *c) {
    hys__netlist *net = c->net;
    while (!nl_at_end(c)) {
        if (at_function(c)) {
            if (!take_function(c, false)) return;
            continue;
        }
        nl_word w = nl_take_word(c);
        if (w.n == 0 || !is_name_char(w.s[0])) {
            nl_fail(net, nl_span(c, w.at, c->at), "write .param NAME=VALUE",
                    "the name of a parameter is expected here");
            return;
        }
        nl_take(c, '=');
        nl_param *p = param_at(net, c, w);
        if (!p) return;
        nl_cur text = take_text(c);
        if (text.at >= text.line.len) {
            nl_fail(net, nl_word_span(c, w), "", "the parameter '%s' has no value", p->name);
            return;
        }
        if (p->is_arg && p->has_text) continue;
        p->text = text;
        p->has_text = true;
    }
}

static void do_global(nl_cur *c) {
    hys__netlist *net = c->net;
    while (!nl_at_end(c)) {
        nl_word w = nl_take_word(c);
        if (w.n == 0) return (void)nl_fail(net, nl_here(c), "", "the name of a node is expected here");
        uint32_t node = nl_node(net, &net->top, w);
        if (node == NL_NONE || !nl_map_add(net->arena, &net->global_map, net->top.nodes.at[node], node)) return;
    }
}

/* ---- models ---- */

/* ".model" name type ["("] settings [")"] */
static void do_model(nl_cur *c) {
    hys__netlist *net = c->net;
    nl_word name = nl_take_word(c), type = nl_take_word(c);
    if (name.n == 0 || type.n == 0)
        return (void)nl_fail(net, nl_here(c), "write .model NAME TYPE(PARAMETER=VALUE ...)",
                             "a model needs a name and a type");
    nl_model *m = HYS_NEW(net->arena, nl_model);
    nl_model **slot = HYS_PUSH(net->arena, &net->body->models);
    if (!m || !slot) return (void)nl_no_memory(net);
    *slot = m;
    m->card.name = nl_keep_lower(net, name);
    m->card.type = nl_keep(net, type.s, type.n);
    m->card.span = nl_word_span(c, name);
    m->text = *c;
    m->body = net->body;
    if (!m->card.name || !m->card.type) return (void)nl_no_memory(net);
    if (nl_map_find_name(&net->body->model_map, m->card.name) != NL_NONE) {
        nl_warn(net, m->card.span, "", "the model '%s' is given twice; the first one counts", m->card.name);
        net->body->models.n--;
        return;
    }
    nl_map_add(net->arena, &net->body->model_map, m->card.name, (uint32_t)net->body->models.n - 1);
}

/* ---- subcircuits ---- */

static unsigned depth_of(const nl_body *body) {
    unsigned depth = 0;
    for (; body->outer; body = body->outer) depth++;
    return depth;
}

static bool take_terminals(nl_cur *c, nl_body *sub) {
    while (!nl_at_end(c) && !nl_at_setting(c)) {
        nl_skip_to_name(c);
        nl_word w = nl_take_word(c);
        if (w.n == 0) {
            if (c->at >= c->line.len) break;
            return nl_fail(c->net, nl_here(c), "", "the name of a terminal is expected here") == HYS_OK;
        }
        if (nl_word_is(w, "params:") || nl_word_is(w, "optional:")) break;
        size_t before = sub->nodes.n;
        uint32_t node = nl_node(c->net, sub, w);
        if (node == NL_NONE) return false;
        if (sub->nodes.n == before)
            nl_fail(c->net, nl_word_span(c, w), "", "the terminal '%.*s' is listed twice", (int)w.n, w.s);
    }
    sub->definition.n_terminals = sub->nodes.n;
    return true;
}

/* arguments = (["PARAMS:"] name ["=" value])* */
static bool take_arguments(nl_cur *c, nl_body *sub) {
    while (!nl_at_end(c)) {
        if (nl_take_keyword(c, "params:")) continue;
        bool has_value = nl_at_setting(c);
        nl_word w = nl_take_setting(c);
        if (w.n == 0) return nl_fail(c->net, nl_here(c), "", "NAME=VALUE is expected here") == HYS_OK;
        nl_param *p = nl_param_add(c->net, sub, c, w);
        if (!p) return false;
        p->is_arg = true;
        p->has_text = has_value;
        if (has_value) p->text = take_text(c);
    }
    return true;
}

/* ".subckt" name terminals arguments */
static void do_subckt(nl_cur *c) {
    hys__netlist *net = c->net;
    nl_word name = nl_take_word(c);
    if (name.n == 0) return (void)nl_fail(net, nl_here(c), "", "a subcircuit needs a name");
    nl_body *sub = HYS_NEW(net->arena, nl_body);
    nl_body **slot = HYS_PUSH(net->arena, &net->body->subs);
    if (!sub || !slot) return (void)nl_no_memory(net);
    *slot = sub;
    sub->outer = net->body;
    sub->definition.name = nl_keep_lower(net, name);
    sub->definition.span = nl_word_span(c, name);
    if (!sub->definition.name) return (void)nl_no_memory(net);
    if (nl_map_find_name(&net->body->sub_map, sub->definition.name) != NL_NONE)
        nl_warn(net, sub->definition.span, "", "the subcircuit '%s' is defined twice; the first one counts",
                sub->definition.name);
    else nl_map_add(net->arena, &net->body->sub_map, sub->definition.name, (uint32_t)net->body->subs.n - 1);
    if (depth_of(sub) > SUBCKT_DEPTH) {
        nl_fail_as(net, HYS_LIMIT, sub->definition.span, "is a .ends missing?",
                   "subcircuits are defined more than %d deep within one another", SUBCKT_DEPTH);
        net->has_ended = true;
    }
    net->body = sub;
    if (!take_terminals(c, sub) || !take_arguments(c, sub)) sub->is_bad = true;
}

/* ".ends" [name] */
static void do_ends(nl_cur *c) {
    hys__netlist *net = c->net;
    nl_word name = nl_peek_word(c);
    if (net->body == &net->top)
        return (void)nl_fail(net, nl_span(c, 0, c->at), "", "there is no subcircuit to end here");
    if (name.n > 0 && !nl_word_is(name, net->body->definition.name))
        nl_fail(net, nl_word_span(c, name), "", "this ends '%.*s', but the subcircuit that is open is '%s'",
                (int)name.n, name.s, net->body->definition.name);
    net->body = net->body->outer;
}

/* ---- branches ---- */

static nl_branch *branch_add(nl_cur *c, bool has_condition) {
    nl_branch *b = HYS_PUSH(c->net->arena, &c->net->cond->branches);
    if (!b) {
        nl_no_memory(c->net);
        return NULL;
    }
    b->condition = *c;
    if (!has_condition) b->condition.line.text = NULL;
    return b;
}

static void do_if(nl_cur *c) {
    hys__netlist *net = c->net;
    nl_cond *cond = HYS_NEW(net->arena, nl_cond);
    nl_cond **slot = HYS_PUSH(net->arena, &net->body->conds);
    if (!cond || !slot) return (void)nl_no_memory(net);
    *slot = net->cond = cond;
    cond->span = nl_span(c, 0, c->at);
    net->cond_depth = 1;
    branch_add(c, true);
}

/* A line between .if and .endif. */
static void collect_branch(nl_cur *c) {
    hys__netlist *net = c->net;
    nl_line line = c->line;
    nl_word w = nl_take_word(c);
    if (nl_word_is(w, ".if")) net->cond_depth++;
    if (nl_word_is(w, ".endif") && --net->cond_depth == 0) {
        net->cond = NULL;
        return;
    }
    if (net->cond_depth == 1 && (nl_word_is(w, ".elseif") || nl_word_is(w, ".elif"))) {
        branch_add(c, true);
        return;
    }
    if (net->cond_depth == 1 && nl_word_is(w, ".else")) {
        branch_add(c, false);
        return;
    }
    nl_branch *b = &net->cond->branches.at[net->cond->branches.n - 1];
    if (!nl_lines_add(net->arena, &b->lines, &line)) nl_no_memory(net);
}

static void do_stray(nl_cur *c) {
    nl_fail(c->net, nl_span(c, 0, c->at), "", "there is nothing open that this belongs to");
}

/* ---- others ---- */

static void do_control(nl_cur *c) {
    c->net->in_control = true;
    c->net->control_span = nl_span(c, 0, c->at);
}

static void do_end(nl_cur *c) {
    c->net->has_ended = true;
}

static void do_nothing(nl_cur *c) {
    (void)c;
}

/* An early directive stays in its body. */
static void do_wait(nl_cur *c) {
    if (!nl_lines_add(c->net->arena, &c->net->body->lines, &c->line)) nl_no_memory(c->net);
}

/* Analyses and what is kept of them concern the whole. */
static void do_wait_at_top(nl_cur *c) {
    if (!nl_lines_add(c->net->arena, &c->net->late, &c->line)) nl_no_memory(c->net);
}

static void do_not_obeyed(nl_cur *c) {
    nl_word w = {c->line.text, c->at, 0};
    nl_warn(c->net, nl_span(c, 0, c->at), "", "%.*s is not obeyed by this program; results do not depend on it",
            (int)w.n, w.s);
}

static void do_refused(nl_cur *c) {
    nl_word w = {c->line.text, c->at, 0};
    nl_fail(c->net, nl_span(c, 0, c->at), "take it out, or write what it does in another way",
            "%.*s is not known to this program, and results would depend on it", (int)w.n, w.s);
}

static const struct directive {
    const char *name;
    void (*act)(nl_cur *c);
} directives[] = {
    {".param", do_param},
    {".params", do_param},
    {".parameter", do_param},
    {".csparam", do_nothing},
    {".func", do_func},
    {".function", do_func},
    {".model", do_model},
    {".subckt", do_subckt},
    {".macro", do_subckt},
    {".ends", do_ends},
    {".eom", do_ends},
    {".include", nl_include},
    {".incl", nl_include},
    {".inc", nl_include},
    {".lib", nl_lib},
    {".endl", do_nothing},
    {".global", do_global},
    {".if", do_if},
    {".elseif", do_stray},
    {".else", do_stray},
    {".endif", do_stray},
    {".control", do_control},
    {".endc", do_stray},
    {".end", do_end},
    {".hdl", nl_hdl},
    {".load", nl_hdl},
    {".pre_osdi", nl_hdl},
    {".options", do_wait},
    {".option", do_wait},
    {".opt", do_wait},
    {".temp", do_wait},
    {".ic", do_wait},
    {".nodeset", do_wait},
    {".op", do_wait_at_top},
    {".dc", do_wait_at_top},
    {".ac", do_wait_at_top},
    {".tran", do_wait_at_top},
    {".noise", do_wait_at_top},
    {".tf", do_wait_at_top},
    {".sens", do_wait_at_top},
    {".pz", do_wait_at_top},
    {".step", do_wait_at_top},
    {".mc", do_wait_at_top},
    {".meas", do_wait_at_top},
    {".measure", do_wait_at_top},
    {".save", do_wait_at_top},
    {".probe", do_wait_at_top},
    {".print", do_wait_at_top},
    {".plot", do_wait_at_top},
    {".title", do_nothing},
    {".backanno", do_nothing},
    {".protect", do_nothing},
    {".unprotect", do_nothing},
    {".prot", do_nothing},
    {".unprot", do_nothing},
    {".width", do_nothing},
    {".post", do_nothing},
    {".machine", do_nothing},
    {".four", do_not_obeyed},
    {".fourier", do_not_obeyed},
    {".fft", do_not_obeyed},
    {".wave", do_not_obeyed},
    {".net", do_not_obeyed},
    {".graph", do_not_obeyed},
    {".biaschk", do_not_obeyed},
    {".disto", do_not_obeyed},
    {".pss", do_wait_at_top},
    {".sp", do_not_obeyed},
    {".savebias", do_not_obeyed},
    {".loadbias", do_not_obeyed},
    {".ferret", do_not_obeyed},
    {".text", do_not_obeyed},
    {".alter", do_refused},
    {".data", do_refused},
    {".connect", do_refused},
    {".vec", do_refused},
    {".nodealias", do_refused},
};
#define N_DIRECTIVES (sizeof directives / sizeof directives[0])

static void unknown_directive(nl_cur *c) {
    const char *names[N_DIRECTIVES];
    char buf[NL_NAME_MAX + 1];
    for (size_t i = 0; i < N_DIRECTIVES; i++) names[i] = directives[i].name;
    nl_word_lower((nl_word){c->line.text, c->at, 0}, buf);
    nl_fail(c->net, nl_span(c, 0, c->at), nl_hint_near(c->net, hys__nearest(buf, names, N_DIRECTIVES)),
            "there is no directive '%.80s'", buf);
}

static void collect_directive(nl_cur *c) {
    nl_word w = nl_take_word(c);
    for (size_t i = 0; i < N_DIRECTIVES; i++) {
        if (!nl_word_is(w, directives[i].name)) continue;
        directives[i].act(c);
        return;
    }
    unknown_directive(c);
}

void nl_collect(hys__netlist *net, const nl_line *line) {
    nl_cur c = nl_cur_of(net, line);
    if (net->in_control || net->skips_section) {
        nl_word w = nl_peek_word(&c);
        if (net->skips_section) {
            if (nl_word_is(w, ".endl")) net->skips_section = false;
        } else if (nl_word_is(w, ".endc")) {
            net->in_control = false;
        } else if (!nl_lines_add(net->arena, &net->control, line)) {
            nl_no_memory(net);
        }
    } else if (net->cond) {
        collect_branch(&c);
    } else if (line->text[0] == '.') {
        collect_directive(&c);
    } else if (!nl_lines_add(net->arena, &net->body->lines, line)) {
        nl_no_memory(net);
    }
}
