/* hys__flat_load and hys__flat_read: the steps of reading, one after the other. */
#include "circuit/flat_impl.h"
#include <math.h>
#include <string.h>

/* ---- conditions of the top level ---- */

double nl_early_param(hys__netlist *net, const hys__expr *e) {
    nl_param *p = &net->top.params.at[e->index];
    if (p->is_fixed || p->state == NL_PARAM_READY) return p->value.expr ? NAN : p->value.number;
    if (p->state == NL_PARAM_BUSY) {
        nl_fail(net, p->span, "", "the value of the parameter '%s' depends on itself", p->name);
        return NAN;
    }
    if (!p->has_text) {
        nl_fail(net, p->span, "", "the value of the parameter '%s' is not known where it decides a .if", p->name);
        return NAN;
    }
    nl_cur c = p->text;
    nl_value value = {.number = NAN};
    p->state = NL_PARAM_BUSY;
    nl_eval v = {.net = net};
    double number = nl_take_value(&c, &net->top, NL_FULL, &value) ? nl_value_at(&v, value) : NAN;
    net->top.params.at[e->index].state = NL_PARAM_TEXT; /* read again when all is known */
    return number;
}

/* Branches may hold conditions, which are then decided after those that stand there already. */
#define CONDS_MAX 100000

static void fix_params(hys__netlist *net) {
    for (size_t i = 0; i < net->opts->n_fixed; i++) {
        uint32_t slot = nl_map_find_name(&net->top.param_map, net->opts->fixed[i].name);
        if (slot == NL_NONE) continue;
        net->top.params.at[slot].is_fixed = true;
        net->top.params.at[slot].value = (nl_value){.number = net->opts->fixed[i].value};
    }
}

bool nl_decide(hys__netlist *net) {
    fix_params(net);
    for (size_t i = 0; i < net->top.conds.n; i++) {
        const nl_cond *cond = net->top.conds.at[i];
        if (i >= CONDS_MAX) {
            nl_fail_as(net, HYS_LIMIT, cond->span, "", "there are more than %d conditions", CONDS_MAX);
            return false;
        }
        bool holds = false;
        for (size_t k = 0; k < cond->branches.n && !holds; k++) {
            nl_eval v = {.net = net};
            if (!nl_condition(net, &cond->branches.at[k], &net->top, &v, &holds)) return false;
            if (!holds) continue;
            nl_feed(net, &net->top, &cond->branches.at[k].lines);
            fix_params(net);
        }
    }
    return true;
}

/* ---- values from outside ---- */

/* "NAME=VALUE" */
static bool set_param(hys__netlist *net, const char *text) {
    size_t len = strlen(text);
    uint32_t source = hys__sources_add(&net->sources, "--set", NULL, text, len);
    nl_line line = {.text = text, .len = (uint32_t)len, .source = source};
    nl_cur c = nl_cur_of(net, &line);
    if (!source) return nl_no_memory(net);
    if (!nl_at_setting(&c)) return nl_fail_as(net, HYS_ARG, nl_here(&c), "", "write NAME=VALUE") == HYS_OK;
    const char *name = nl_intern_lower(net, nl_take_setting(&c));
    uint32_t slot = name ? nl_map_find_name(&net->top.param_map, name) : NL_NONE;
    if (!name) return nl_no_memory(net);
    if (slot == NL_NONE) {
        const nl_map *map = &net->top.param_map;
        nl_fail_as(net, HYS_ARG, nl_line_span(&line, 0, len), nl_did_you_mean(net, name, &map, 1),
                   "the netlist has no parameter '%.80s'", name);
        return false;
    }
    nl_value value;
    nl_eval v = {.net = net};
    if (!nl_take_value(&c, &net->top, NL_FULL, &value)) return false;
    if (!nl_at_end(&c)) return nl_fail_as(net, HYS_ARG, nl_here(&c), "", "the value ends before this") == HYS_OK;
    nl_param *p = &net->top.params.at[slot];
    double number = nl_value_at(&v, value);
    p->is_fixed = true;
    p->value = (nl_value){.number = number};
    return true;
}

static bool set_params(hys__netlist *net) {
    bool holds = true;
    for (size_t i = 0; i < net->opts->n_set; i++) holds = set_param(net, net->opts->set[i]) && holds;
    return holds;
}

/* ---- all ---- */

static hys__netlist *netlist_new(hys_ctx *ctx, hys__arena *arena, const hys__flat_opts *opts) {
    static const hys__flat_opts none = {0};
    hys__netlist *net = HYS_NEW(arena, hys__netlist);
    hys__flat *flat = HYS_NEW(arena, hys__flat);
    if (!net || !flat) return NULL;
    net->ctx = ctx;
    net->arena = arena;
    net->opts = opts ? opts : &none;
    net->seed = net->opts->seed;
    net->run = net->opts->run;
    net->body = &net->top;
    net->temp = NL_TEMP;
    net->flat = flat;
    flat->ctx = ctx;
    flat->arena = arena;
    flat->sources = &net->sources;
    flat->netlist = net;
    hys__sources_init(&net->sources, arena);
    hys__intern_init(&net->names, arena);
    if (nl_ground_add(net) == NL_NONE) return NULL;
    return net;
}

static void late_cards(hys__netlist *net, const nl_lines *lines) {
    for (const struct nl_lines_chunk *chunk = lines->first; chunk; chunk = chunk->next)
        for (size_t i = 0; i < chunk->n; i++) nl_card_late(net, &chunk->at[i]);
}

static void publish(hys__netlist *net) {
    hys__flat *flat = net->flat;
    flat->title = net->title;
    flat->temp = net->temp;
    flat->analyses = net->analyses.at;
    flat->n_analyses = net->analyses.n;
    flat->steps = net->steps.at;
    flat->n_steps = net->steps.n;
    flat->n_runs = net->n_runs;
    flat->is_shaped = net->is_shaped;
    flat->probes = net->probes.at;
    flat->n_probes = net->probes.n;
    flat->measures = net->measures.at;
    flat->n_measures = net->measures.n;
    flat->options = net->options.at;
    flat->n_options = net->options.n;
}

/* Whether reading can go on: where names are wrong there would only be errors that follow from them. */
static bool is_sound(const hys__netlist *net) {
    return net->status == HYS_OK && !net->arena->failed;
}

static void read_all(hys__netlist *net, nl_file *file) {
    if (!nl_read_main(net, file) || net->has_stopped) return;
    bool holds = set_params(net) && nl_decide(net);
    if (net->body != &net->top)
        nl_fail(net, net->body->definition.span, "", "the subcircuit '%s' has no .ends", net->body->definition.name);
    if (!holds || net->has_stopped || !nl_body_parse(net, &net->top)) return;
    if (net->top.insts.n == 0 && net->top.cards.n == 0 && is_sound(net))
        nl_fail_as(net, HYS_SEMANTIC, HYS_NO_SPAN, "the first line of a netlist is its title",
                   "this netlist has no elements");
    if (!is_sound(net)) return;
    nl_tran_times(net);
    if (!nl_flatten(net)) return;
    late_cards(net, &net->late);
    nl_control_lines(net);
    nl_finish_cards(net);
    nl_check_measures(net);
    publish(net);
}

static hys_status end(hys__netlist *net, hys__flat **flat) {
    if (net->arena->failed) return net->arena->limit ? HYS_LIMIT : HYS_NOMEM;
    if (net->status != HYS_OK) return net->status;
    *flat = net->flat;
    return HYS_OK;
}

hys_status hys__flat_load(hys_ctx *ctx, hys__arena *arena, const char *path, const hys__flat_opts *opts,
                          hys__flat **flat) {
    hys__netlist *net = netlist_new(ctx, arena, opts);
    const char *kept = hys__arena_strndup(arena, path, strlen(path));
    if (!net || !kept) return HYS_NOMEM;
    nl_file *file = nl_open(net, kept, HYS_NO_SPAN);
    if (file) read_all(net, file);
    return end(net, flat);
}

hys_status hys__flat_read(hys_ctx *ctx, hys__arena *arena, const char *name, const char *text, size_t len,
                          const hys__flat_opts *opts, hys__flat **flat) {
    hys__netlist *net = netlist_new(ctx, arena, opts);
    if (!net) return HYS_NOMEM;
    nl_file *file = nl_open_text(net, name, text, len);
    if (file) read_all(net, file);
    return end(net, flat);
}
