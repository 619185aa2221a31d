/* From options to the kernel of a cell: the device itself, or a module that puts memory and selector in series. */
#include "array/cells_impl.h"
#include "base/diag.h"
#include "base/units.h"
#include "device/variants.h"
#include <math.h>
#include <string.h>

#define MOST_PORTS 4u /* drain, gate, source, bulk */

/* ---- settings, by part ---- */

static hys_status add_text(hys__cells *c, hys__cell_texts *to, const char *text) {
    const char **at = HYS_PUSH(&c->arena, to);
    const char *copy = hys__arena_printf(&c->arena, "%s", text);
    if (!at || !copy) return HYS_NOMEM;
    *at = copy;
    return HYS_OK;
}

/* Where "selector.NAME=..." or "second.NAME=..." belongs, and what is left of it; else to the memories, all of them. */
static hys_status share_text(hys__cells *c, const char *text, bool is_spread) {
    static const char *const prefixes[] = {"selector.", "second."};
    for (size_t k = 0; k < 2; k++) {
        const size_t n = strlen(prefixes[k]);
        if (strncmp(text, prefixes[k], n) != 0) continue;
        for (size_t p = 1; p < c->n_parts; p++)
            if (!strcmp(c->parts[p].shown, prefixes[k]))
                return add_text(c, is_spread ? &c->parts[p].spread : &c->parts[p].set, text + n);
        return hys__fail(c->ctx, HYS_ARG, "", "'%.80s': these cells have no %.*s", text, (int)n - 1, prefixes[k]);
    }
    hys_status status = HYS_OK;
    for (size_t p = 0; p < c->n_parts && status == HYS_OK; p++)
        if (strcmp(c->parts[p].shown, "selector.") != 0)
            status = add_text(c, is_spread ? &c->parts[p].spread : &c->parts[p].set, text);
    return status;
}

static void find_spread(hys__cells *c, hys__cell_part *part) {
    const hys_kernel *k = part->model->kernel;
    part->has_spread = part->spread.n > 0;
    for (size_t s = 0; s < part->spread.n; s++) {
        const char *size = strchr(part->spread.at[s], '=');
        while (size && (*size == '=' || *size == ' ')) size++;
        part->has_cycles = part->has_cycles || (size && !strncmp(size, "c2c", 3));
    }
    for (hys_u32 p = 0; p < k->n_params; p++) {
        const bool is_cycle = k->params[p].c2c && k->params[p].c2c[0];
        part->has_cycles = part->has_cycles || is_cycle;
        part->has_spread = part->has_spread || is_cycle || (k->params[p].d2d && k->params[p].d2d[0]);
    }
    c->has_cycles = c->has_cycles || part->has_cycles;
}

static hys_status share_settings(hys__cells *c, const hys_cell_opts *o) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < o->n_memory_set && status == HYS_OK; k++) status = share_text(c, o->memory_set[k], false);
    for (size_t k = 0; k < o->n_selector_set && status == HYS_OK; k++)
        status = add_text(c, &c->parts[c->n_parts - 1].set, o->selector_set[k]);
    for (size_t k = 0; k < o->n_spread && status == HYS_OK; k++) status = share_text(c, o->spread[k], true);
    for (size_t p = 0; p < c->n_parts; p++) find_spread(c, &c->parts[p]);
    return status;
}

/* ---- devices ---- */

static void add_part(hys__cells *c, const char *shown, const char *instance, const char *letter,
                     const hys_model *model) {
    c->parts[c->n_parts++] = (hys__cell_part){.shown = shown, .instance = instance, .letter = letter, .model = model};
}

static hys_status load_device(hys__cells *c, const hys_cell_opts *o, bool is_memory, hys_model **model) {
    hys_model_opts opts = hys_model_opts_default();
    if (o->model) memcpy(&opts, o->model, o->model->size < sizeof opts ? o->model->size : sizeof opts);
    const char *const *set = is_memory ? o->memory_set : o->selector_set;
    const size_t n_set = is_memory ? o->n_memory_set : o->n_selector_set;
    const char **all = HYS_NEW_N(&c->arena, const char *, opts.n_set + n_set + 1);
    if (!all) return HYS_NOMEM;
    size_t n = 0;
    for (size_t k = 0; k < opts.n_set && is_memory; k++) all[n++] = opts.set[k];
    for (size_t k = 0; k < n_set; k++)
        if (strncmp(set[k], "second.", 7) != 0) all[n++] = set[k];
    opts.set = all;
    opts.n_set = n;
    if (!is_memory) opts.module = NULL;
    return hys_model_load(c->ctx, is_memory ? o->memory : o->selector, &opts, model);
}

static hys_status check_electrical(const hys__cells *c, const hys_model *model) {
    for (hys_u32 t = 0; t < model->kernel->n_terminals; t++) {
        const char *units = model->kernel->unknowns[t].units;
        if (units && units[0] && strcmp(units, "V") != 0)
            return hys__fail(c->ctx, HYS_ARG, "lines of an array are electrical", "port %s of %s is in %s, not in V",
                             hys_model_port(model, t), hys_model_name(model), units);
    }
    return HYS_OK;
}

static hys_status check_ports(const hys__cells *c) {
    const size_t n = hys_model_n_ports(c->memory), m = c->selector ? hys_model_n_ports(c->selector) : 2;
    if (n != 2)
        return hys__fail(c->ctx, HYS_ARG, "wrap it in a module of two ports that ties the others",
                         "%s has %zu ports; the memory of a cell has two, to the word line and to the bit line",
                         hys_model_name(c->memory), n);
    if (m < 2 || m > MOST_PORTS)
        return hys__fail(c->ctx, HYS_ARG, "",
                         "%s has %zu ports; a selector has two, a transistor drain, gate, source and perhaps a bulk",
                         hys_model_name(c->selector), m);
    hys_status status = check_electrical(c, c->memory);
    return status == HYS_OK && c->selector ? check_electrical(c, c->selector) : status;
}

static hys_status load_devices(hys__cells *c, const hys_cell_opts *o) {
    if (!o->memory || !*o->memory)
        return hys__fail(c->ctx, HYS_ARG, "a file, or a name that hysteron device list shows", "cells need a memory");
    hys_status status = load_device(c, o, true, &c->memory);
    if (status == HYS_OK && o->selector) status = load_device(c, o, false, &c->selector);
    if (status == HYS_OK) status = check_ports(c);
    if (status != HYS_OK) return status;
    const bool is_alone = !o->selector && !o->is_complementary;
    add_part(c, "", is_alone ? "" : "hys_m.", "m_", c->memory);
    if (o->is_complementary) add_part(c, "second.", "hys_t.", "t_", c->memory);
    if (o->selector) add_part(c, "selector.", "hys_s.", "s_", c->selector);
    else if (o->n_selector_set)
        return hys__fail(c->ctx, HYS_ARG, "", "'%.80s': these cells have no selector", o->selector_set[0]);
    for (size_t p = 0; p < c->n_parts; p++) {
        const hys_model *model = c->parts[p].model;
        status = hys__model_of_kernel(c->ctx, model->kernel, hys_model_file(model), &c->parts[p].plain);
        if (status != HYS_OK) return status;
        c->parts[p].plain->variant = model->variant;
    }
    return share_settings(c, o);
}

/* ---- the module of a cell ---- */

static bool is_set_in(const hys_model *model, const char *const *set, size_t n_set, long param) {
    for (size_t k = 0; k < n_set; k++)
        if (hys__model_find_param(model, set[k], strcspn(set[k], "=")) == param) return true;
    return false;
}

static bool is_set(const hys__cell_part *part, long param) {
    const hys_variant *v = part->model->variant;
    const hys_param_info *info = &part->model->kernel->params[param];
    return is_set_in(part->model, part->set.at, part->set.n, param) ||
           is_set_in(part->model, part->spread.at, part->spread.n, param) || (info->d2d && info->d2d[0]) ||
           (info->c2c && info->c2c[0]) || (v && is_set_in(part->model, v->set, v->n_set, param));
}

/* Whether the cell has a parameter for it; those that change the structure are written into its text. */
static bool is_exposed(const hys__cell_part *part, hys_u32 param) {
    const hys_param_info *info = &part->model->kernel->params[param];
    if (info->flags & (HYS_P_LOCAL | HYS_P_STRING | HYS_P_STRUCTURAL)) return false;
    return isfinite(info->def) && (!part->asks_given || is_set(part, param));
}

static void declare_params(hys__cells *c, const hys__cell_part *part) {
    const hys_kernel *k = part->model->kernel;
    char number[32];
    for (hys_u32 p = 0; p < k->n_params; p++) {
        if (!is_exposed(part, p)) continue;
        hys__number_format(k->params[p].def, number);
        hys__join_line(c->join, "parameter %s %s%s = %s;", k->params[p].flags & HYS_P_INTEGER ? "integer" : "real",
                       part->letter, k->params[p].name, number);
    }
}

static void put_value(hys__cells *c, const hys_param_info *info, const char *comma) {
    char number[32];
    if (info->flags & HYS_P_STRING) {
        hys__join_line(c->join, "%s.%s(\"%s\")", comma, info->name, info->text ? info->text : "");
        return;
    }
    hys__number_format(info->def, number);
    hys__join_line(c->join, "%s.%s(%s)", comma, info->name, number);
}

/* instance = MODULE "#(" .NAME(NAME) ... ")" NAME "(" nodes ")" ";" */
static void put_instance(hys__cells *c, const hys__cell_part *part, const char *nodes) {
    const hys_kernel *k = part->model->kernel;
    const char *comma = "";
    hys__join_line(c->join, "%s", part->module);
    for (hys_u32 p = 0; p < k->n_params; p++) {
        const hys_param_info *info = &k->params[p];
        const bool is_fixed = info->flags & (HYS_P_STRING | HYS_P_STRUCTURAL) && is_set(part, p);
        if (!is_fixed && !is_exposed(part, p)) continue;
        if (!*comma) hys__join_line(c->join, "#(");
        if (is_fixed) put_value(c, info, comma);
        else hys__join_line(c->join, "%s.%s(%s%s)", comma, info->name, part->letter, info->name);
        comma = ",";
    }
    if (*comma) hys__join_line(c->join, ")");
    hys__join_line(c->join, "%.*s(%s);", (int)strlen(part->instance) - 1, part->instance, nodes);
}

/* From the word line: selector, memory, second memory, transistor, each between the next two nodes. */
static void put_chain(hys__cells *c, const hys_cell_opts *o) {
    static const char *const inner[] = {"hys_w", "hys_1", "hys_2", "hys_b"};
    const size_t n_ports = c->selector ? hys_model_n_ports(c->selector) : 0;
    const bool is_transistor = n_ports > 2;
    const hys__cell_part *chain[HYS__CELL_PARTS];
    size_t n = 0;
    if (c->selector && !is_transistor) chain[n++] = &c->parts[c->n_parts - 1];
    chain[n++] = &c->parts[0];
    if (o->is_complementary) chain[n++] = &c->parts[1];
    if (is_transistor) chain[n++] = &c->parts[c->n_parts - 1];
    for (size_t k = 0; k < n; k++) {
        const char *from = inner[k], *to = k + 1 < n ? inner[k + 1] : "hys_b";
        const bool is_second = !strcmp(chain[k]->shown, "second."), is_memory = chain[k]->model == c->memory;
        const bool is_turned = is_memory && o->is_turned != is_second;
        char nodes[64];
        if (is_transistor && chain[k]->model == c->selector && !is_memory)
            snprintf(nodes, sizeof nodes, "%s, hys_g, %s%s", from, to, n_ports == 4 ? ", hys_0" : "");
        else snprintf(nodes, sizeof nodes, "%s, %s", is_turned ? to : from, is_turned ? from : to);
        put_instance(c, chain[k], nodes);
    }
}

static void put_module(hys__cells *c, const hys_cell_opts *o) {
    const bool has_gate = c->selector && hys_model_n_ports(c->selector) > 2;
    const char *gate = has_gate ? ", hys_g" : "";
    hys__join_line(c->join, "module hys_cell(hys_w, hys_b%s);", gate);
    hys__join_line(c->join, "inout hys_w, hys_b%s;", gate);
    hys__join_line(c->join, "electrical hys_w, hys_b%s, hys_0, hys_1, hys_2;", gate);
    hys__join_line(c->join, "ground hys_0;"); /* the bulk, common to all cells */
    for (size_t p = 0; p < c->n_parts; p++) declare_params(c, &c->parts[p]);
    put_chain(c, o);
    hys__join_line(c->join, "endmodule");
}

static hys_status join_files(hys__cells *c, const hys_cell_opts *o) {
    hys__joined_file memory = {0}, selector = {0};
    hys_status status = hys__join_new(c->ctx, &c->join);
    if (status == HYS_OK) status = hys__join_add(c->join, c->memory, o->model, &memory);
    if (status == HYS_OK && c->selector) status = hys__join_add(c->join, c->selector, o->model, &selector);
    for (size_t p = 0; p < c->n_parts; p++) {
        const bool is_selector = !strcmp(c->parts[p].shown, "selector.");
        c->parts[p].module = is_selector ? selector.module : memory.module;
        c->parts[p].asks_given = is_selector ? selector.asks_given : memory.asks_given;
    }
    return status;
}

static hys_status compile(hys__cells *c, const hys_cell_opts *o) {
    hys_model_opts opts = hys_model_opts_default();
    hys_status status = join_files(c, o);
    if (status != HYS_OK) return status;
    put_module(c, o);
    const hys__origin *origin = NULL;
    const char *text = hys__join_text(c->join, &origin);
    if (!text) return HYS_NOMEM;
    bool has_own = false;
    for (size_t p = 0; p < c->n_parts; p++) has_own = has_own || c->parts[p].has_spread;
    const hys__model_text one = {.name = "cell",
                                 .text = text,
                                 .len = strlen(text),
                                 .origin = origin,
                                 .variant = {c->chunk >= HYS_LANES_MAX, has_own}};
    opts.module = "hys_cell";
    if (o->model) {
        opts.as_written = o->model->as_written;
        opts.pure = o->model->pure;
        opts.cache_dir = o->model->cache_dir;
    }
    return hys__models_from_texts(c->ctx, &one, 1, &opts, &c->model);
}

/* ---- the way of parameters ---- */

static hys_status map_params(hys__cells *c) {
    for (size_t p = 0; p < c->n_parts; p++) {
        hys__cell_part *part = &c->parts[p];
        const hys_kernel *k = part->model->kernel;
        part->to_cell = HYS_NEW_N(&c->arena, hys_u32, k->n_params + 1);
        if (!part->to_cell) return HYS_NOMEM;
        for (hys_u32 i = 0; i < k->n_params; i++) {
            part->to_cell[i] = i;
            if (c->model == c->memory) continue;
            char name[512];
            const int n = snprintf(name, sizeof name, "%s%s", part->letter, k->params[i].name);
            const bool is_there = is_exposed(part, i) && n > 0 && (size_t)n < sizeof name;
            const long at = is_there ? hys__model_find_param(c->model, name, (size_t)n) : -1;
            part->to_cell[i] = at < 0 ? HYS_NONE : (hys_u32)at;
        }
    }
    return HYS_OK;
}

static hys_status check_kernel(const hys__cells *c) {
    const hys_kernel *k = c->model->kernel;
    const char *name = hys_model_name(c->memory);
    if (k->n_delays)
        return hys__fail(c->ctx, HYS_ARG, "absdelay() needs the history of each cell",
                         "cells of %s cannot work in an array: they use absdelay", name);
    if (!k->step)
        return hys__fail(c->ctx, HYS_LIMIT, "choose a simpler model, or a smaller selector",
                         "cells of %s have more than %u internal unknowns", name, HYS_STEP_MAX);
    return HYS_OK;
}

static hys_status mark_unknowns(hys__cells *c) {
    const hys_kernel *k = c->model->kernel;
    c->is_held = HYS_NEW_N(&c->arena, bool, k->n_unknowns + 1);
    c->rate_held = HYS_NEW_N(&c->arena, double, k->n_unknowns + 1);
    c->rate_init = HYS_NEW_N(&c->arena, double, k->n_unknowns + 1);
    if (c->arena.failed) return HYS_NOMEM;
    for (hys_u32 u = k->n_terminals; u < k->n_unknowns; u++) {
        const hys_u32 flags = k->unknowns[u].flags;
        const bool has_rate = flags & HYS_U_DIFFERENTIAL;
        c->is_held[u] = has_rate && flags & (HYS_U_STATE | HYS_U_SHOWN | HYS_U_HAS_INIT) && !(flags & HYS_U_CHARGE);
        c->rate_held[u] = c->is_held[u] ? HYS_RATE_HELD : 0;
        c->rate_init[u] = has_rate && flags & HYS_U_HAS_INIT ? HYS_RATE_HELD : 0;
    }
    return HYS_OK;
}

hys_status hys__cells_load(hys__cells *c, const hys_cell_opts *o) {
    hys_status status = load_devices(c, o);
    if (status == HYS_OK && c->n_parts == 1) c->model = c->memory;
    else if (status == HYS_OK) status = compile(c, o);
    if (status == HYS_OK) status = check_kernel(c);
    if (status == HYS_OK) status = map_params(c);
    if (status == HYS_OK) status = mark_unknowns(c);
    if (status != HYS_OK) return status;
    c->kernel = c->model->kernel;
    const bool is_turned = c->n_parts == 1 && o->is_turned;
    c->word_at = is_turned;
    c->bit_at = !is_turned;
    c->has_memory =
        c->kernel->n_retained || c->kernel->n_events || c->kernel->flags & (HYS_K_STEPPED | HYS_K_USES_TIME);
    return HYS_OK;
}
