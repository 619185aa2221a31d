/* .model cards: what type they are, what they set. */
#include "circuit/elem_model.h"
#include "circuit/elem.h"
#include "veriloga/ast.h"
#include <hysteron/device.h>
#include <string.h>

static const nl_type types[] = {
    {"r", NL_TYPE_PASSIVE, NULL, 0},      {"res", NL_TYPE_PASSIVE, NULL, 0},
    {"c", NL_TYPE_PASSIVE, NULL, 0},      {"cap", NL_TYPE_PASSIVE, NULL, 0},
    {"l", NL_TYPE_PASSIVE, NULL, 0},      {"ind", NL_TYPE_PASSIVE, NULL, 0},
    {"sw", NL_TYPE_SWITCH_V, NULL, 0},    {"vswitch", NL_TYPE_SWITCH_V, NULL, 0},
    {"csw", NL_TYPE_SWITCH_I, NULL, 0},   {"iswitch", NL_TYPE_SWITCH_I, NULL, 0},
    {"d", NL_TYPE_DIODE, "diode", 0},     {"npn", NL_TYPE_BIPOLAR, "bjt", 1},
    {"pnp", NL_TYPE_BIPOLAR, "bjt", -1},  {"nmos", NL_TYPE_MOSFET, "mos1", 1},
    {"pmos", NL_TYPE_MOSFET, "mos1", -1}, {"njf", NL_TYPE_JFET, "jfet", 1},
    {"pjf", NL_TYPE_JFET, "jfet", -1},
};

/* Types of other programs that no Verilog-A module should be looked for. */
static const char *const foreign[] = {"vdmos", "ltra", "urc",  "nmf",  "pmf",  "txl",
                                      "cpl",   "sn",   "core", "lpnp", "nsoi", "psoi"};

static bool same_name(const char *a, const char *b) {
    while (*a && nl_lower(*a) == nl_lower(*b)) a++, b++;
    return *a == 0 && *b == 0;
}

const nl_type *nl_type_find(const char *name) {
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (same_name(types[i].name, name)) return &types[i];
    return NULL;
}

/* ---- Verilog-A modules ---- */

/* The modules of the library, by their lower-case names. */
static bool know_library(hys__netlist *net) {
    if (net->library_map.n > 0) return true;
    for (size_t i = 0; i < hys_library_count(); i++)
        if (!nl_map_add(net->arena, &net->library_map, hys_library_get(i)->name, (uint32_t)i)) return nl_no_memory(net);
    return true;
}

bool nl_module_find(hys__netlist *net, const char *name, nl_module *module) {
    char lower[NL_NAME_MAX + 1];
    nl_word_lower((nl_word){name, (uint32_t)strlen(name), 0}, lower);
    for (size_t i = net->modules.n; i-- > 0;) /* exactly as written, if there are several that differ in case */
        if (strcmp(net->modules.at[i].name, name) == 0) {
            *module = net->modules.at[i];
            return true;
        }
    uint32_t i = nl_map_find_name(&net->module_map, lower);
    if (i != NL_NONE) {
        *module = net->modules.at[i];
        return true;
    }
    if (!know_library(net)) return false;
    i = nl_map_find_name(&net->library_map, lower);
    if (i == NL_NONE) return false;
    *module = (nl_module){NULL, hys_library_get(i)->name};
    return true;
}

static bool add_module(hys__netlist *net, const char *name, const char *path) {
    nl_word w = {name, (uint32_t)strlen(name), 0};
    const char *kept = nl_keep(net, name, w.n), *lower = nl_keep_lower(net, w);
    nl_module *m = HYS_PUSH(net->arena, &net->modules);
    if (!m || !kept || !lower) return nl_no_memory(net);
    *m = (nl_module){kept, path};
    if (nl_map_find_name(&net->module_map, lower) != NL_NONE) return true;
    return nl_map_add(net->arena, &net->module_map, lower, (uint32_t)net->modules.n - 1) || nl_no_memory(net);
}

static void add_modules(hys__netlist *net, const char *path, hys__span span) {
    va_front front;
    va_front_init(&front, net->ctx);
    hys_status status = va_front_parse(&front, path);
    bool has_any = false;
    for (const va_module *m = status == HYS_OK && front.file ? front.file->modules : NULL; m; m = m->next)
        has_any = add_module(net, m->name, path) || has_any;
    va_front_free(&front);
    if (status != HYS_OK) {
        if (net->status == HYS_OK) net->status = status;
        hys__note(net->ctx, &net->sources, span, "this file is loaded here");
    } else if (!has_any) {
        nl_fail(net, span, "", "'%s' holds no module", path);
    }
}

static bool is_loaded(const hys__netlist *net, const char *path) {
    for (size_t i = 0; i < net->modules.n; i++)
        if (strcmp(net->modules.at[i].path, path) == 0) return true;
    return false;
}

void nl_hdl(nl_cur *c) {
    hys__netlist *net = c->net;
    nl_word name = nl_take_string(c);
    hys__span span = nl_word_span(c, name);
    const char *path = nl_path(net, c->line.source, name);
    if (name.n == 0) return (void)nl_fail(net, nl_here(c), "", "the name of a Verilog-A file is missing");
    if (!path) return (void)nl_no_memory(net);
    size_t n = strlen(path);
    if (n > 5 && strcmp(path + n - 5, ".osdi") == 0)
        return (void)nl_fail(net, span, "name the Verilog-A file it was made from",
                             "compiled models (.osdi) are not read by this program");
    if (!strchr(path, '/')) path = hys__arena_printf(net->arena, "./%s", path); /* a file, not a shipped model */
    if (!path) return (void)nl_no_memory(net);
    if (!is_loaded(net, path)) add_modules(net, path, span);
}

/* ---- settings ---- */

typedef struct settings {
    hys__setting *at;
    size_t n, cap;
} settings;

/* Notes for people in the files of manufacturers. */
static bool is_note(nl_word name) {
    static const char *const notes[] = {"mfg",  "vpk", "vceo", "icrating", "iave", "ipk",  "irms",
                                        "pave", "vds", "qg",   "ron_",     "type", "date", "creator"};
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++)
        if (nl_word_is(name, notes[i])) return true;
    return false;
}

/* Other spellings, and what has no effect in a model of ours. */
static const struct renamed {
    nl_type_kind kind;
    const char *from, *to; /* NULL: nothing to set */
} renamed[] = {
    {NL_TYPE_DIODE, "cj0", "cjo"},  {NL_TYPE_DIODE, "cj", "cjo"},     {NL_TYPE_DIODE, "pb", "vj"},
    {NL_TYPE_DIODE, "mj", "m"},     {NL_TYPE_DIODE, "tref", "tnom"},  {NL_TYPE_DIODE, "ik", "ikf"},
    {NL_TYPE_DIODE, "js", "is"},    {NL_TYPE_BIPOLAR, "pe", "vje"},   {NL_TYPE_BIPOLAR, "me", "mje"},
    {NL_TYPE_BIPOLAR, "pc", "vjc"}, {NL_TYPE_BIPOLAR, "mc", "mjc"},   {NL_TYPE_BIPOLAR, "va", "vaf"},
    {NL_TYPE_BIPOLAR, "vb", "var"}, {NL_TYPE_BIPOLAR, "ik", "ikf"},   {NL_TYPE_BIPOLAR, "tref", "tnom"},
    {NL_TYPE_BIPOLAR, "pt", "xti"}, {NL_TYPE_BIPOLAR, "subs", NULL},  {NL_TYPE_BIPOLAR, "cjs", NULL},
    {NL_TYPE_BIPOLAR, "ccs", NULL}, {NL_TYPE_BIPOLAR, "vjs", NULL},   {NL_TYPE_BIPOLAR, "ps", NULL},
    {NL_TYPE_BIPOLAR, "mjs", NULL}, {NL_TYPE_BIPOLAR, "ms", NULL},    {NL_TYPE_BIPOLAR, "iss", NULL},
    {NL_TYPE_BIPOLAR, "ns", NULL},  {NL_TYPE_BIPOLAR, "nk", NULL},    {NL_TYPE_MOSFET, "vt0", "vto"},
    {NL_TYPE_MOSFET, "uo", "u0"},   {NL_TYPE_MOSFET, "tref", "tnom"}, {NL_TYPE_MOSFET, "vth0", "vto"},
    {NL_TYPE_JFET, "vt0", "vto"},   {NL_TYPE_JFET, "tref", "tnom"},   {NL_TYPE_JFET, "b", NULL},
};

/* The name that the model of ours has for it; NULL: it is left out. */
static const char *name_of_setting(hys__netlist *net, const nl_type *type, nl_word name) {
    for (size_t i = 0; i < sizeof renamed / sizeof renamed[0]; i++)
        if (renamed[i].kind == type->kind && nl_word_is(name, renamed[i].from)) return renamed[i].to;
    return nl_keep_lower(net, name);
}

static bool push_setting(hys__netlist *net, settings *list, const char *name, hys__span span, const hys__expr *value,
                         const char *text) {
    hys__setting *slot = HYS_PUSH(net->arena, list);
    if (!slot || !name) return nl_no_memory(net);
    *slot = (hys__setting){name, value, text, span};
    return true;
}

bool nl_take_va_setting(nl_cur *c, nl_body *body, nl_word name, hys__setting *setting) {
    hys__netlist *net = c->net;
    *setting = (hys__setting){.name = nl_keep(net, name.s, name.n), .span = nl_word_span(c, name)};
    if (nl_peek(c) == '"') {
        nl_word text = nl_take_string(c);
        setting->text = nl_keep(net, text.s, text.n);
        return setting->name && setting->text ? true : nl_no_memory(net);
    }
    nl_value v;
    if (!nl_take_value(c, body, NL_TIGHT, &v)) return false;
    setting->value = nl_expr_of(net, v, setting->span);
    return setting->value != NULL;
}

/* level=1 is what there is. */
static bool check_level(nl_cur *c, nl_model *m, nl_word name, nl_value v) {
    if (!v.expr && v.number == 1) return true;
    nl_fail(c->net, nl_word_span(c, name), "load a Verilog-A model with .hdl and make its module the type",
            "of models of type %s this program has level 1 only", m->card.type);
    return false;
}

static bool take_setting(nl_cur *c, nl_model *m, const nl_type *type, settings *list) {
    hys__netlist *net = c->net;
    nl_word name = nl_take_setting(c);
    nl_value v;
    if (!type) {
        hys__setting setting;
        return nl_take_va_setting(c, m->body, name, &setting) &&
               push_setting(net, list, setting.name, setting.span, setting.value, setting.text);
    }
    if (is_note(name)) {
        nl_skip_value(c);
        while (nl_take(c, ')')) {
        }
        return true;
    }
    if (!nl_take_value(c, m->body, NL_TIGHT, &v)) return false;
    if (nl_word_is(name, "level") && type->file) return check_level(c, m, name, v);
    if (nl_word_is(name, "version") && type->file) return true;
    const char *called = name_of_setting(net, type, name);
    if (!called) {
        nl_warn(net, nl_word_span(c, name), "", "the parameter '%.*s' has no part in the %s model of this program",
                (int)name.n, name.s, type->file);
        return true;
    }
    return push_setting(net, list, called, nl_word_span(c, name), nl_expr_of(net, v, nl_word_span(c, name)), NULL);
}

static bool take_settings(nl_model *m, const nl_type *type, settings *list) {
    nl_cur c = m->text;
    unsigned open = 0;
    for (;;) {
        while (nl_take(&c, '(')) open++;
        while (open > 0 && nl_take(&c, ')')) open--;
        if (nl_at_end(&c)) return true;
        if (nl_at_setting(&c)) {
            if (!take_setting(&c, m, type, list)) return false;
            continue;
        }
        nl_word w = nl_peek_word(&c);
        if (nl_word_is(w, "on") || nl_word_is(w, "off")) nl_take_word(&c);
        else
            return nl_fail(c.net, nl_here(&c), "write .model NAME TYPE(PARAMETER=VALUE ...)",
                           "NAME=VALUE is expected here") == HYS_OK;
    }
}

static bool find_type(hys__netlist *net, nl_model *m) {
    nl_module module;
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
        if (same_name(foreign[i], m->card.type))
            return nl_fail(net, m->card.span, "write it in Verilog-A and load it with .hdl",
                           "models of type '%s' are not known to this program", m->card.type) == HYS_OK;
    if (nl_module_find(net, m->card.type, &module)) {
        m->card.file = module.path;
        m->card.module = module.name;
        return true;
    }
    const char *names[64];
    size_t n = 0;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) names[n++] = types[i].name;
    for (size_t i = 0; i < net->modules.n && n < 64; i++) names[n++] = net->modules.at[i].name;
    const char *near = hys__nearest(m->card.type, names, n);
    return nl_fail(net, m->card.span, near ? nl_hint_near(net, near) : "load its Verilog-A file with .hdl \"FILE.va\"",
                   "there is no model type or Verilog-A module '%.80s'", m->card.type) == HYS_OK;
}

bool nl_model_read(hys__netlist *net, nl_model *m) {
    if (m->is_read) return !m->is_bad;
    m->is_read = m->is_bad = true;
    const nl_type *type = nl_type_find(m->card.type);
    settings list = {0};
    if (!type && !find_type(net, m)) return false;
    if (type) m->card.type = type->name;
    if (type && type->file) m->card.file = type->file;
    if (type && type->sign) {
        const hys__expr *sign = nl_expr_of(net, (nl_value){.number = type->sign}, m->card.span);
        if (!sign || !push_setting(net, &list, "type", m->card.span, sign, NULL)) return false;
    }
    if (!take_settings(m, type, &list)) return false;
    m->card.settings = list.at;
    m->card.n_settings = list.n;
    m->is_bad = false;
    return true;
}
