/* Analyses and sweeps: read when all names are known. */
#include "base/clocale.h"
#include "circuit/card.h"
#include "circuit/flat_impl.h"
#include <math.h>
#include <string.h>

static bool expected(nl_cur *c, const char *what) {
    nl_fail(c->net, nl_here(c), "", "%s is expected here", what);
    return false;
}

static bool take_number(nl_cur *c, double *number) {
    bool failed;
    if (nl_at_end(c)) return expected(c, "a number");
    *number = nl_constant(c, &failed);
    return !failed;
}

static bool take_count(nl_cur *c, size_t *n) {
    double number;
    hys__span span = nl_here(c);
    if (!take_number(c, &number)) return false;
    if (!(number >= 1 && number <= 1e9)) {
        nl_fail_as(c->net, HYS_SEMANTIC, span, "", "a number of points between 1 and 1e9 is needed, not %g", number);
        return false;
    }
    *n = (size_t)nearbyint(number);
    return true;
}

/* ---- grids ---- */

typedef struct number_list {
    double *at;
    size_t n, cap;
} number_list;

static bool take_list(nl_cur *c, hys__grid *grid) {
    number_list list = {0};
    while (!nl_at_end(c)) {
        nl_word w = nl_peek_word(c);
        if (nl_word_is(w, "sweep") || nl_word_is(w, "param") || nl_at_setting(c)) break;
        double *slot = HYS_PUSH(c->net->arena, &list);
        if (!slot) return nl_no_memory(c->net);
        if (!take_number(c, slot)) return false;
    }
    grid->kind = HYS__GRID_LIST;
    grid->at = list.at;
    grid->n = list.n;
    return list.n > 0 || expected(c, "a list of numbers");
}

static bool check_log(nl_cur *c, const hys__grid *grid, hys__span span) {
    if (grid->kind != HYS__GRID_DEC && grid->kind != HYS__GRID_OCT) return true;
    if (grid->from != 0 && grid->to != 0 && (grid->from > 0) == (grid->to > 0)) return true;
    nl_fail_as(c->net, HYS_SEMANTIC, span, "", "a logarithmic sweep cannot go from %g to %g", grid->from, grid->to);
    return false;
}

static bool check_step(nl_cur *c, hys__grid *grid, hys__span span) {
    if (grid->step == 0 && grid->from != grid->to) {
        nl_fail_as(c->net, HYS_SEMANTIC, span, "", "the step of this sweep is 0");
        return false;
    }
    if ((grid->to - grid->from) * grid->step < 0) grid->step = -grid->step;
    double n = grid->step != 0 ? (grid->to - grid->from) / grid->step : 0;
    if (n <= 1e9) return true;
    nl_fail_as(c->net, HYS_LIMIT, span, "", "this sweep has %g points; a limit of this program is 1e9", n);
    return false;
}

static bool grid_word(nl_word w, hys__grid_kind *kind) {
    static const struct {
        const char *name;
        hys__grid_kind kind;
    } words[] = {{"lin", HYS__GRID_LIN},
                 {"dec", HYS__GRID_DEC},
                 {"oct", HYS__GRID_OCT},
                 {"list", HYS__GRID_LIST},
                 {"poi", HYS__GRID_LIST}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (!nl_word_is(w, words[i].name)) continue;
        *kind = words[i].kind;
        return true;
    }
    return false;
}

/* "dec" n from to | "oct" ... | "lin" n from to | "list" numbers */
static bool take_ac_grid(nl_cur *c, hys__grid *grid) {
    hys__span span = nl_here(c);
    if (!grid_word(nl_peek_word(c), &grid->kind)) return expected(c, "dec, oct, lin or list");
    nl_word w = nl_take_word(c);
    if (nl_word_is(w, "poi")) {
        size_t n;
        if (!take_count(c, &n)) return false;
    }
    if (grid->kind == HYS__GRID_LIST) return take_list(c, grid);
    if (!take_count(c, &grid->n) || !take_number(c, &grid->from) || !take_number(c, &grid->to)) return false;
    if (!(grid->from > 0) || !(grid->to >= grid->from)) {
        nl_fail_as(c->net, HYS_SEMANTIC, span, "", "frequencies go up from above 0; here from %g Hz to %g Hz",
                   grid->from, grid->to);
        return false;
    }
    return true;
}

/* Sweeps of LTspice and HSPICE put the kind before the target or behind it. */
static bool take_sweep_grid(nl_cur *c, hys__grid *grid, bool has_kind) {
    hys__span span = nl_here(c);
    if (!has_kind && grid_word(nl_peek_word(c), &grid->kind)) {
        has_kind = true;
        nl_take_word(c);
    }
    if (has_kind && grid->kind == HYS__GRID_LIST) return take_list(c, grid);
    if (has_kind && grid->kind != HYS__GRID_LIN) {
        double first, second, third;
        if (!take_number(c, &first) || !take_number(c, &second) || !take_number(c, &third)) return false;
        /* SPICE: n from to; LTspice: from to n */
        bool is_ltspice = c->net->is_step;
        grid->from = is_ltspice ? first : second;
        grid->to = is_ltspice ? second : third;
        double n = is_ltspice ? third : first;
        if (!(n >= 1 && n <= 1e9)) {
            nl_fail_as(c->net, HYS_SEMANTIC, span, "", "%g is no number of points", n);
            return false;
        }
        grid->n = (size_t)nearbyint(n);
        return check_log(c, grid, span);
    }
    grid->kind = HYS__GRID_LIN_STEP;
    if (!take_number(c, &grid->from) || !take_number(c, &grid->to) || !take_number(c, &grid->step)) return false;
    return check_step(c, grid, span);
}

/* ---- targets ---- */

/* name | "param" ["="] name | "temp" | TYPE MODEL "(" name ")" | "@" element "[" name "]" */
/* "param vg" is the parameter, though a source may be called so too. */
static bool is_param_target(nl_cur *c, nl_word w, hys__target *target) {
    char lower[NL_NAME_MAX + 1];
    if (w.n == 0 || nl_word_lower(w, lower) > NL_NAME_MAX) return false;
    uint32_t slot = nl_map_find_name(&c->net->top.param_map, lower);
    if (slot == NL_NONE) return false;
    *target = (hys__target){.kind = HYS__TARGET_PARAM, .slot = slot, .span = nl_word_span(c, w)};
    target->name = nl_keep(c->net, w.s, w.n);
    return target->name != NULL;
}

static bool take_target(nl_cur *c, hys__target *target) {
    hys__netlist *net = c->net;
    nl_word w = nl_peek_word(c);
    bool is_param = nl_word_is(w, "param");
    if (is_param) {
        nl_take_word(c);
        nl_take(c, '=');
        w = nl_peek_word(c);
    }
    if (w.n == 0) return expected(c, "what is changed (a source, an element, a parameter, temp)");
    nl_take_word(c);
    if (is_param && is_param_target(c, w, target)) return true;
    const char *name = nl_keep(net, w.s, w.n);
    nl_cur ahead = *c;
    nl_word model = nl_peek_word(&ahead);
    uint32_t behind = model.at + model.n;
    const char *s = c->line.text;
    if (c->at < c->line.len && s[c->at] == '(') { /* MODEL(PARAMETER) */
        while (c->at < c->line.len && s[c->at] != ')') c->at++;
        if (c->at < c->line.len) c->at++;
        name = nl_keep(net, w.s, c->at - w.at);
    } else if (model.n > 0 && behind < c->line.len && s[behind] == '(' && !grid_word(model, &(hys__grid_kind){0})) {
        c->at = behind;
        while (c->at < c->line.len && s[c->at] != ')') c->at++;
        if (c->at < c->line.len) c->at++;
        name = nl_keep(net, model.s, c->at - model.at);
    }
    if (!name) return nl_no_memory(net);
    hys_status status = hys__flat_target(net->flat, name, nl_span(c, w.at, c->at), target);
    if (status != HYS_OK && net->status == HYS_OK) net->status = status;
    return status == HYS_OK;
}

/* ---- analyses ---- */

static hys__analysis *add(nl_cur *c, hys__analysis_kind kind) {
    hys__analysis *a = HYS_PUSH(c->net->arena, &c->net->analyses);
    if (!a) {
        nl_no_memory(c->net);
        return NULL;
    }
    a->kind = kind;
    a->span = nl_span(c, 0, c->at);
    return a;
}

static bool at_rest(nl_cur *c) {
    if (nl_at_end(c)) return true;
    nl_fail(c->net, nl_here(c), "", "this is not expected here");
    return false;
}

static bool do_monte(nl_cur *c) {
    double n;
    nl_take(c, '=');
    if (!take_number(c, &n)) return false;
    c->net->n_runs = n >= 1 && n < 1e9 ? (size_t)n : 0;
    return true;
}

static hys__analysis *step_add(nl_cur *c) {
    hys__analysis *a = HYS_PUSH(c->net->arena, &c->net->steps);
    if (!a) nl_no_memory(c->net);
    else a->span = nl_span(c, 0, c->at);
    return a;
}

/* HSPICE: "sweep" target grid, behind an analysis: the whole is repeated. */
static bool take_outer_sweep(nl_cur *c) {
    if (!nl_take_keyword(c, "sweep")) return true;
    if (nl_take_keyword(c, "monte")) return do_monte(c);
    hys__analysis *a = step_add(c);
    bool was_shaped = c->net->is_shaped;
    if (!a || !take_target(c, &a->sweep[0].target) || !take_sweep_grid(c, &a->sweep[0].grid, false)) return false;
    c->net->is_shaped = was_shaped; /* what is run is planned once */
    a->n_sweeps = 1;
    return true;
}

static bool do_op(nl_cur *c) {
    return add(c, HYS__AN_OP) != NULL;
}

static bool do_dc(nl_cur *c) {
    hys__analysis *a = add(c, HYS__AN_DC);
    if (!a) return false;
    while (!nl_at_end(c)) {
        hys__grid *grid = &a->sweep[a->n_sweeps < 2 ? a->n_sweeps : 0].grid;
        if (a->n_sweeps == 2) {
            nl_fail(c->net, nl_here(c), "put the third one on a .step card", "a .dc card has at most two sweeps");
            return false;
        }
        nl_take_keyword(c, "sweep");
        if (nl_take_keyword(c, "monte")) return do_monte(c);
        bool has_kind = grid_word(nl_peek_word(c), &grid->kind);
        if (has_kind) nl_take_word(c);
        if (!take_target(c, &a->sweep[a->n_sweeps].target) || !take_sweep_grid(c, grid, has_kind)) return false;
        a->n_sweeps++;
    }
    return a->n_sweeps > 0 || expected(c, "a source and its range (V1 FROM TO STEP)");
}

static bool do_ac(nl_cur *c) {
    hys__analysis *a = add(c, HYS__AN_AC);
    return a && take_ac_grid(c, &a->grid) && take_outer_sweep(c) && at_rest(c);
}

/* Words of LTspice that this program needs no help of; startup would change the result. */
static bool take_tran_word(nl_cur *c, hys__analysis *a) {
    if (nl_take_keyword(c, "uic")) {
        a->uic = true;
        return true;
    }
    if (nl_take_keyword(c, "steady") || nl_take_keyword(c, "nodiscard") || nl_take_keyword(c, "step")) {
        nl_warn(c->net, nl_span(c, c->at - 4, c->at), "", "this word of the .tran card is not obeyed");
        return true;
    }
    if (nl_word_is(nl_peek_word(c), "startup")) {
        nl_fail(c->net, nl_here(c), "ramp the sources with pwl", "'startup' is not known to this program");
        return false;
    }
    return false;
}

static bool check_tran(nl_cur *c, const hys__analysis *a) {
    const char *what = !(a->stop > 0)        ? "the end time of a transient must be above 0 s; here it is %g"
                       : a->step < 0         ? "the step of a transient must not be below 0 s; here it is %g"
                       : a->max_step < 0     ? "the largest step of a transient must not be below 0 s; here it is %g"
                       : a->start < 0        ? "the start of the output must not be below 0 s; here it is %g"
                       : a->start >= a->stop ? "the start of the output must lie before the end; here it is %g"
                                             : NULL;
    if (!what) return true;
    double value = !(a->stop > 0) ? a->stop : a->step < 0 ? a->step : a->max_step < 0 ? a->max_step : a->start;
    char text[160];
    hys__c_snprintf(text, sizeof text, what, value);
    nl_fail_as(c->net, HYS_SEMANTIC, a->span, "", "%s", text);
    return false;
}

/* step stop [start [max_step]] ["uic"] | stop ["uic"] */
static bool do_tran(nl_cur *c) {
    hys__analysis *a = add(c, HYS__AN_TRAN);
    double numbers[4] = {0};
    unsigned n = 0;
    if (!a) return false;
    while (!nl_at_end(c) && !nl_word_is(nl_peek_word(c), "sweep")) {
        if (take_tran_word(c, a)) continue;
        if (n == 4) return at_rest(c);
        if (!take_number(c, &numbers[n++])) return false;
    }
    if (n == 0) return expected(c, "a step and an end time (.tran STEP STOP)");
    a->step = n == 1 ? 0 : numbers[0];
    a->stop = n == 1 ? numbers[0] : numbers[1];
    a->start = numbers[2];
    a->max_step = numbers[3];
    return check_tran(c, a) && take_outer_sweep(c);
}

static bool take_source(nl_cur *c, uint32_t *elem) {
    hys__flat *flat = c->net->flat;
    nl_word w = nl_take_word(c);
    hys__span span = nl_word_span(c, w);
    if (w.n == 0) return expected(c, "the name of a source");
    *elem = hys__flat_find_elem(flat, w.s, w.n);
    bool is_source = *elem != HYS__GLOBAL &&
                     (flat->elems[*elem].card->kind == HYS__ELEM_V || flat->elems[*elem].card->kind == HYS__ELEM_I);
    if (is_source) return true;
    nl_fail_as(c->net, HYS_SEMANTIC, span, "", "there is no source '%.*s'", w.n < 80 ? (int)w.n : 80, w.s);
    return false;
}

static bool do_noise(nl_cur *c) {
    hys__analysis *a = add(c, HYS__AN_NOISE);
    if (!a || !nl_take_probe(c, &a->out) || !take_source(c, &a->input) || !take_ac_grid(c, &a->grid)) return false;
    double every;
    return nl_at_end(c) || take_number(c, &every);
}

static bool do_tf(nl_cur *c) {
    hys__analysis *a = add(c, HYS__AN_TF);
    return a && nl_take_probe(c, &a->out) && take_source(c, &a->input) && at_rest(c);
}

static bool do_sens(nl_cur *c) {
    hys__analysis *a = add(c, HYS__AN_SENS);
    if (!a || !nl_take_probe(c, &a->out)) return false;
    if (nl_at_end(c) || nl_take_keyword(c, "dc")) return at_rest(c);
    a->is_ac = nl_take_keyword(c, "ac");
    if (a->is_ac) return take_ac_grid(c, &a->grid) && at_rest(c);
    nl_fail(c->net, nl_here(c), ".sens v(out), or .sens v(out) ac dec 10 1 1meg", "dc or ac is expected here");
    return false;
}

static bool do_pz(nl_cur *c) {
    hys__analysis *a = add(c, HYS__AN_PZ);
    if (!a) return false;
    for (unsigned i = 0; i < 4; i++) {
        nl_word w = nl_take_word(c);
        a->port[i] = w.n ? hys__flat_find_node(c->net->flat, w.s, w.n) : HYS__GLOBAL;
        if (w.n == 0) return expected(c, "the name of a node");
        if (a->port[i] != HYS__GLOBAL) continue;
        nl_fail_as(c->net, HYS_SEMANTIC, nl_word_span(c, w), "", "there is no node '%.*s'", w.n < 80 ? (int)w.n : 80,
                   w.s);
        return false;
    }
    a->is_current = nl_take_keyword(c, "cur");
    if (!a->is_current) nl_take_keyword(c, "vol");
    bool both = nl_take_keyword(c, "pz") || nl_at_end(c);
    a->wants_poles = both || nl_take_keyword(c, "pol");
    a->wants_zeros = both || (!a->wants_poles && nl_take_keyword(c, "zer"));
    return at_rest(c);
}

static bool do_pss(nl_cur *c) {
    hys__analysis *a = add(c, HYS__AN_PSS);
    return a && nl_pss(c, a) && take_outer_sweep(c) && at_rest(c);
}

static bool do_mc(nl_cur *c) {
    return take_count(c, &c->net->n_runs);
}

static const struct analysis {
    const char *name;
    bool (*act)(nl_cur *c);
} analyses[] = {
    {"op", do_op}, {"dc", do_dc},     {"ac", do_ac}, {"tran", do_tran}, {"noise", do_noise},
    {"tf", do_tf}, {"sens", do_sens}, {"pz", do_pz}, {"pss", do_pss},   {"mc", do_mc},
};

bool nl_analysis(nl_cur *c, const char *word) {
    for (size_t i = 0; i < sizeof analyses / sizeof analyses[0]; i++) {
        if (strcmp(analyses[i].name, word) != 0) continue;
        analyses[i].act(c);
        return true;
    }
    return false;
}

/* ---- sweeps of everything ---- */

/* ".step" [kind] target grid */
void nl_step(nl_cur *c) {
    hys__analysis *a = step_add(c);
    if (!a) return;
    bool was_shaped = c->net->is_shaped;
    c->net->is_step = true;
    hys__grid *grid = &a->sweep[0].grid;
    bool has_kind = grid_word(nl_peek_word(c), &grid->kind) && !nl_word_is(nl_peek_word(c), "list");
    if (has_kind) nl_take_word(c);
    if (take_target(c, &a->sweep[0].target) && take_sweep_grid(c, grid, has_kind)) a->n_sweeps = 1;
    c->net->is_step = false;
    c->net->is_shaped = was_shaped; /* what is run is planned once */
}

/* .temp with several temperatures; degC */
void nl_temps(nl_cur *c) {
    hys__analysis *a = step_add(c);
    if (!a || !take_list(c, &a->sweep[0].grid)) return;
    a->n_sweeps = 1;
    hys_status status = hys__flat_target(c->net->flat, "temp", a->span, &a->sweep[0].target);
    if (status != HYS_OK && c->net->status == HYS_OK) c->net->status = status;
}

/* The defaults of waves need them before the card is read. */
static bool times_of(hys__netlist *net, const nl_line *line, double *numbers) {
    nl_cur c = nl_cur_of(net, line);
    nl_word w = nl_take_word(&c);
    unsigned n = 0;
    if (!nl_word_is(w, ".tran") && !nl_word_is(w, "tran")) return false;
    while (n < 2 && nl_take_number(&c, &numbers[n])) n++;
    if (n == 1) numbers[1] = numbers[0], numbers[0] = 0;
    return n > 0;
}

static bool find_times(hys__netlist *net, const nl_lines *lines) {
    double numbers[2] = {0};
    for (const struct nl_lines_chunk *chunk = lines->first; chunk; chunk = chunk->next)
        for (size_t i = 0; i < chunk->n; i++)
            if (times_of(net, &chunk->at[i], numbers)) {
                net->tran_step = numbers[0] > 0 ? numbers[0] : numbers[1] * 1e-3;
                net->tran_stop = numbers[1];
                return true;
            }
    return false;
}

void nl_tran_times(hys__netlist *net) {
    if (!find_times(net, &net->late)) find_times(net, &net->control);
}
