/* Declarations and blocks of NMODL:
 *
 *     file   = { "NEURON" "{" ... "}" | "UNITS" "{" ... "}" | ("PARAMETER" | "ASSIGNED" | "STATE" | "CONSTANT") "{"
 * declared "}" | ("INITIAL" | "BREAKPOINT" | "DERIVATIVE" name | "KINETIC" name) body | ("PROCEDURE" | "FUNCTION") name
 * formals [unit] body | "NET_RECEIVE" formals body | "LOCAL" names } declared = { name ["=" number] ["FROM" number "TO"
 * number] ["START" number] [unit] ["<" number "," number ">"] } */
#include "io/nmodl.h"
#include <string.h>

#define MOST_SYMBOLS 1000

hys_status nm_parse_unit(nm_file *f, const char **unit) {
    *unit = "";
    if (!nm_is(f, "(")) return HYS_OK;
    const hys__span open = nm_peek(f)->span;
    const hys_status status = nm_skip(f, "(", ")");
    if (status != HYS_OK) return status;
    const hys__span close = f->tokens.at[f->at - 1].span;
    if (close.source != open.source) return nm_error(f, open, "", "'(' is never closed");
    *unit = hys__arena_strndup(&f->arena, nm_text_at(f, open) + 1, close.offset - open.offset - 1);
    return *unit ? HYS_OK : HYS_NOMEM;
}

hys_status nm_parse_number(nm_file *f, double *value) {
    const bool is_negative = nm_take(f, "-");
    const nm_token *token = nm_peek(f);
    if (token->kind == NM_NAME) {
        const char *name = hys__intern_add(&f->names, nm_text_at(f, token->span), token->span.len);
        if (!name) return HYS_NOMEM;
        const nm_symbol *s = nm_symbol_find(f, name);
        if (!s || s->class != NM_CONST) return nm_expected(f, "a number");
        *value = s->value;
    } else if (token->kind == NM_NUMBER) *value = token->value;
    else return nm_expected(f, "a number");
    if (is_negative) *value = -*value;
    nm_next(f);
    return HYS_OK;
}

/* "[" number or DEFINE "]" */
hys_status nm_parse_n_elements(nm_file *f, size_t *n) {
    double value = 0;
    *n = 0;
    if (!nm_take(f, "[")) return HYS_OK;
    const hys__span span = nm_peek(f)->span;
    const hys_status status = nm_parse_number(f, &value);
    if (status == HYS_OK && !(value >= 1 && value <= MOST_SYMBOLS))
        return nm_refuse(f, span, "", "an array has 1 to %d elements, not %g", MOST_SYMBOLS, value);
    *n = status == HYS_OK ? (size_t)value : 0;
    return status == HYS_OK ? nm_expect(f, "]") : status;
}

static hys_status declare(nm_file *f, nm_class class, nm_symbol **s) {
    const hys__span span = nm_peek(f)->span;
    const char *name = NULL;
    const hys_status status = nm_expect_name(f, "a name", &name);
    if (status != HYS_OK) return status;
    if (f->symbols.n >= MOST_SYMBOLS) {
        hys__report(f->ctx, HYS_ERROR, HYS_LIMIT, &f->sources, span, "", "more than %d names", MOST_SYMBOLS);
        return HYS_LIMIT;
    }
    *s = nm_symbol_get(f, name, span);
    if (!*s) return HYS_NOMEM;
    size_t n = 0;
    const hys_status counted = nm_parse_n_elements(f, &n);
    if (counted != HYS_OK) return counted;
    if (n) (*s)->n_elements = n;
    /* A concentration may be declared twice, as ASSIGNED and STATE: the state counts. */
    if (class != NM_UNKNOWN && (*s)->class != NM_STATE) (*s)->class = class;
    if (class != NM_UNKNOWN) (*s)->span = span;
    (*s)->is_declared |= class != NM_UNKNOWN;
    return HYS_OK;
}

static hys_status parse_range(nm_file *f, nm_symbol *s, const char *between, const char *end) {
    double low = 0, high = 0;
    hys_status status = nm_parse_number(f, &low);
    if (status == HYS_OK) status = nm_expect(f, between);
    if (status == HYS_OK) status = nm_parse_number(f, &high);
    if (status == HYS_OK && *end) status = nm_expect(f, end);
    if (status != HYS_OK) return status;
    s->low = low;
    s->high = high;
    s->has_range = true;
    return HYS_OK;
}

/* "<" low "," high ">", or the absolute tolerance of a state alone, which is the solver's business here */
static hys_status parse_limits(nm_file *f, nm_symbol *s) {
    double tolerance;
    if (!nm_span_is(f, nm_ahead(f, 1)->span, ">")) return parse_range(f, s, ",", ">");
    const hys_status status = nm_parse_number(f, &tolerance);
    return status == HYS_OK ? nm_expect(f, ">") : status;
}

static hys_status parse_declared(nm_file *f, nm_class class) {
    nm_symbol *s = NULL;
    const char *unit = "";
    hys_status status = declare(f, class, &s);
    if (status != HYS_OK || !s) return status;
    if (nm_take(f, "=")) {
        status = nm_parse_number(f, &s->value);
        s->has_value = true;
    }
    if (status == HYS_OK && nm_take(f, "FROM")) status = parse_range(f, s, "TO", "");
    if (status == HYS_OK && nm_take(f, "START")) {
        status = nm_parse_number(f, &s->start);
        s->has_start = true;
    }
    if (status == HYS_OK) status = nm_parse_unit(f, &unit);
    if (status == HYS_OK && *unit) s->unit = unit;
    if (status == HYS_OK && nm_take(f, "<")) status = parse_limits(f, s);
    nm_take(f, ",");
    return status;
}

static hys_status parse_declarations(nm_file *f, nm_class class) {
    hys_status status;
    nm_next(f);
    status = nm_expect(f, "{");
    while (status == HYS_OK && !nm_take(f, "}")) {
        if (nm_peek(f)->kind == NM_VERBATIM) nm_next(f);
        else status = parse_declared(f, class);
    }
    return status;
}

/* ---- UNITS ---- */

/* name "=" ((unit) | number) (unit) */
static hys_status parse_unit_constant(nm_file *f) {
    nm_symbol *s = NULL;
    const char *from = "", *to = "";
    hys_status status = declare(f, NM_CONST, &s);
    if (status == HYS_OK) status = nm_expect(f, "=");
    if (status != HYS_OK) return status;
    const hys__span span = nm_peek(f)->span;
    s->has_value = true;
    if (nm_is(f, "(")) status = nm_parse_unit(f, &from);
    else status = nm_parse_number(f, &s->value);
    if (status == HYS_OK) status = nm_parse_unit(f, &to);
    s->unit = to;
    if (status == HYS_OK && *from && !nm_unit_value(from, to, &s->value))
        return nm_refuse(f, span, "write the number: FARADAY = 96485.33 (coulomb)", "'%.60s' in '%.60s' is not known",
                         from, to);
    return status;
}

static hys_status parse_units(nm_file *f) {
    const char *unit;
    nm_next(f);
    hys_status status = nm_expect(f, "{");
    while (status == HYS_OK && !nm_take(f, "}")) {
        if (!nm_is(f, "(")) {
            status = parse_unit_constant(f);
            continue;
        }
        status = nm_parse_unit(f, &unit);
        if (status == HYS_OK) status = nm_expect(f, "=");
        if (status == HYS_OK) status = nm_parse_unit(f, &unit);
    }
    return status;
}

/* ---- NEURON ---- */

static hys_status parse_names(nm_file *f, void (*mark)(nm_file *, nm_symbol *)) {
    hys_status status;
    do {
        nm_symbol *s = NULL;
        status = declare(f, NM_UNKNOWN, &s);
        if (status == HYS_OK) mark(f, s);
    } while (status == HYS_OK && nm_take(f, ","));
    return status;
}

static void mark_range(nm_file *f, nm_symbol *s) {
    (void)f;
    s->is_range = true;
}

static void mark_current(nm_file *f, nm_symbol *s) {
    (void)f;
    s->role = NM_CURRENT;
    s->is_range = s->is_write_ion = true;
}

static void mark_electrode(nm_file *f, nm_symbol *s) {
    mark_current(f, s);
    s->is_electrode = true;
}

/* ena of na, nai, nao, ina: the name tells what it is. */
static void mark_ion(nm_file *f, nm_symbol *s, const char *ion, bool is_write) {
    const size_t n = strlen(ion), len = strlen(s->name);
    (void)f;
    if (len == n + 1 && !strcmp(s->name + 1, ion)) s->role = s->name[0] == 'e' ? NM_ION_E : NM_CURRENT;
    else s->role = NM_ION_CONC;
    if (is_write) s->is_write_ion = s->is_range = true;
    else s->is_read_ion = true;
}

/* Read, it is a terminal; of another mechanism's GLOBAL, a parameter. */
static void mark_pointer(nm_file *f, nm_symbol *s) {
    (void)f;
    s->role = NM_POINTER;
    s->is_port = true;
}

static void mark_external(nm_file *f, nm_symbol *s) {
    mark_pointer(f, s);
    s->is_port = false;
}

/* A number, or, in Arbor, the name under which it is read. */
static hys_status parse_valence(nm_file *f, const char *ion) {
    double valence;
    nm_symbol *s = NULL;
    if (nm_peek(f)->kind != NM_NAME) return nm_parse_number(f, &valence);
    const hys_status status = declare(f, NM_PARAM, &s);
    if (status != HYS_OK) return status;
    s->role = NM_VALENCE;
    s->has_value = true;
    s->value = !strcmp(ion, "ca") || !strcmp(ion, "mg") ? 2 : !strcmp(ion, "cl") ? -1 : 1;
    return nm_remark(f, "%s, the valence of %s, is a parameter: %g", s->name, ion, s->value);
}

static hys_status parse_ion_names(nm_file *f, const char *ion, bool is_write) {
    hys_status status;
    nm_next(f);
    do {
        nm_symbol *s = NULL;
        status = declare(f, NM_UNKNOWN, &s);
        if (status == HYS_OK) mark_ion(f, s, ion, is_write);
    } while (status == HYS_OK && nm_take(f, ","));
    return status;
}

static hys_status parse_ion(nm_file *f) {
    const char *ion = NULL;
    hys_status status;
    nm_next(f);
    status = nm_expect_name(f, "an ion", &ion);
    while (status == HYS_OK) {
        if (nm_is(f, "READ")) status = parse_ion_names(f, ion, false);
        else if (nm_is(f, "WRITE")) status = parse_ion_names(f, ion, true);
        else if (nm_take(f, "VALENCE")) status = parse_valence(f, ion);
        else if (nm_take(f, "REPRESENTS")) {
            nm_take(f, "[");
            nm_next(f);
        } else break;
    }
    return status;
}

static hys_status refuse_neuron(nm_file *f) {
    static const struct {
        const char *word, *hint;
    } list[] = {
        {"BBCOREPOINTER", "memory of C is not translated"},
        {"RANDOM", "draw with $rdist_normal in the translated file"},
        {"VOLTAGE_PROCESS", "Arbor's: a module carries currents, and does not set the potential"},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++)
        if (nm_is(f, list[k].word))
            return nm_refuse(f, nm_peek(f)->span, list[k].hint, "%s is not translated", list[k].word);
    return nm_expected(f, "SUFFIX, POINT_PROCESS, USEION, RANGE, GLOBAL or NONSPECIFIC_CURRENT");
}

/* Arbor's junction reads the potential of its other side. */
static hys_status add_peer(nm_file *f) {
    const char *name = hys__intern_add(&f->names, "v_peer", strlen("v_peer"));
    nm_symbol *s = name ? nm_symbol_get(f, name, nm_peek(f)->span) : NULL;
    if (!s) return HYS_NOMEM;
    mark_pointer(f, s);
    s->unit = "mV";
    return nm_remark(f,
                     "JUNCTION_PROCESS: the current of the side at inside; the other side wants a module of its own");
}

static hys_status parse_suffix(nm_file *f) {
    const bool is_junction = nm_is(f, "JUNCTION_PROCESS");
    f->is_point = is_junction || nm_is(f, "POINT_PROCESS");
    if (is_junction && add_peer(f) != HYS_OK) return HYS_NOMEM;
    if (nm_is(f, "ARTIFICIAL_CELL"))
        return nm_refuse(f, nm_peek(f)->span, "neurons without a membrane stand in the library: hysteron device list",
                         "ARTIFICIAL_CELL carries no current");
    nm_next(f);
    f->suffix_span = nm_peek(f)->span;
    return nm_expect_name(f, "the mechanism's name", &f->suffix);
}

static hys_status parse_neuron(nm_file *f) {
    f->has_neuron = true;
    nm_next(f);
    hys_status status = nm_expect(f, "{");
    while (status == HYS_OK && !nm_take(f, "}")) {
        if (nm_is(f, "SUFFIX") || nm_is(f, "POINT_PROCESS") || nm_is(f, "ARTIFICIAL_CELL") ||
            nm_is(f, "JUNCTION_PROCESS"))
            status = parse_suffix(f);
        else if (nm_is(f, "USEION")) status = parse_ion(f);
        else if (nm_take(f, "RANGE") || nm_take(f, "GLOBAL")) status = parse_names(f, mark_range);
        else if (nm_take(f, "NONSPECIFIC_CURRENT")) status = parse_names(f, mark_current);
        else if (nm_take(f, "ELECTRODE_CURRENT")) status = parse_names(f, mark_electrode);
        else if (nm_take(f, "POINTER")) status = parse_names(f, mark_pointer);
        else if (nm_take(f, "EXTERNAL")) status = parse_names(f, mark_external);
        else if (nm_take(f, "REPRESENTS")) nm_next(f);
        else if (nm_take(f, "THREADSAFE") || nm_take(f, ",") || nm_take(f, "]")) continue;
        else status = refuse_neuron(f);
    }
    return status;
}

/* ---- blocks ---- */

/* formals = "(" [name [unit] { "," name [unit] }] ")" */
static hys_status parse_formals(nm_file *f, nm_block *b) {
    const char *unit;
    nm_name **tail = &b->formals;
    hys_status status = nm_expect(f, "(");
    while (status == HYS_OK && !nm_take(f, ")")) {
        *tail = HYS_NEW(&f->arena, nm_name);
        if (!*tail) return HYS_NOMEM;
        status = nm_expect_name(f, "an argument", &(*tail)->name);
        if (status == HYS_OK) status = nm_parse_unit(f, &unit);
        if (status == HYS_OK && !nm_is(f, ")")) status = nm_expect(f, ",");
        tail = &(*tail)->next;
    }
    return status == HYS_OK ? nm_parse_unit(f, &unit) : status;
}

/* Blocks of a kind without names are one, in the order of the file. */
static hys_status add_block(nm_file *f, const nm_block *b, bool is_before) {
    nm_block *first = *b->name ? NULL : (nm_block *)nm_block_of(f, b->kind);
    nm_block *made = first ? first : HYS_PUSH(&f->arena, &f->blocks);
    if (!made) return HYS_NOMEM;
    if (!first) {
        *made = *b;
        return HYS_OK;
    }
    nm_stmt **tail = is_before ? (nm_stmt **)&b->body : &made->body;
    nm_name **last = &made->locals;
    while (*tail) tail = &(*tail)->next;
    while (*last) last = &(*last)->next;
    *tail = is_before ? made->body : b->body;
    if (is_before) made->body = b->body;
    *last = b->locals;
    return HYS_OK;
}

static hys_status parse_block(nm_file *f, nm_block_kind kind) {
    const char *unit;
    nm_block b = {.kind = kind, .name = "", .span = nm_next(f)->span};
    hys_status status = HYS_OK;
    if (kind == NM_DERIVATIVE || kind == NM_KINETIC || kind == NM_LINEAR || kind == NM_PROCEDURE ||
        kind == NM_FUNCTION) {
        b.span = nm_peek(f)->span;
        status = nm_expect_name(f, "the block's name", &b.name);
        if (status == HYS_OK && nm_block_find(f, b.name))
            return nm_error(f, b.span, "", "there are two blocks '%.60s'", b.name);
    } else if (nm_block_of(f, kind) && kind == NM_NET_RECEIVE)
        return nm_error(f, b.span, "", "there are two of this block");
    if (status == HYS_OK && nm_take(f, "SOLVEFOR")) /* all states are solved for */
        while (nm_peek(f)->kind == NM_NAME || nm_is(f, ",")) nm_next(f);
    if (status == HYS_OK && (kind == NM_PROCEDURE || kind == NM_FUNCTION || kind == NM_NET_RECEIVE))
        status = parse_formals(f, &b);
    else if (status == HYS_OK) status = nm_parse_unit(f, &unit);
    if (status == HYS_OK) status = nm_parse_body(f, &b, &b.body);
    return status == HYS_OK ? add_block(f, &b, false) : status;
}

/* ("BEFORE" | "AFTER") ("BREAKPOINT" | "INITIAL" | "SOLVE") body: what runs at each step stands with BREAKPOINT. */
static hys_status parse_before(nm_file *f) {
    const hys__span span = nm_peek(f)->span;
    const bool is_before = nm_is(f, "BEFORE");
    nm_block b = {.kind = NM_BREAKPOINT, .name = "", .span = span};
    nm_next(f);
    if (nm_take(f, "INITIAL")) b.kind = NM_INITIAL;
    else if (!nm_take(f, "BREAKPOINT") && !(!is_before && nm_take(f, "SOLVE")))
        return nm_refuse(f, span, "write it into BREAKPOINT",
                         "%s of anything but BREAKPOINT, INITIAL is not translated", is_before ? "BEFORE" : "AFTER");
    const hys_status status = nm_parse_body(f, &b, &b.body);
    return status == HYS_OK ? add_block(f, &b, is_before) : status;
}

/* A table that a program fills: refused where it is called. */
static hys_status parse_function_table(nm_file *f) {
    nm_block b = {.kind = NM_FUNCTION, .span = nm_next(f)->span};
    hys_status status = nm_expect_name(f, "the function's name", &b.name);
    if (status == HYS_OK) status = parse_formals(f, &b);
    b.body = HYS_NEW(&f->arena, nm_stmt);
    if (!b.body) return HYS_NOMEM;
    *b.body =
        (nm_stmt){.kind = NM_REFUSED, .span = b.span, .name = "FUNCTION_TABLE", .hint = "write the function's formula"};
    return status == HYS_OK ? add_block(f, &b, false) : status;
}

static hys_status refuse_block(nm_file *f) {
    static const struct {
        const char *word, *hint;
    } list[] = {
        {"NONLINEAR", "write the solution as assignments, or a fast DERIVATIVE that settles there"},
        {"DISCRETE", "write it as DERIVATIVE"},
        {"PARTIAL", "a module knows no space"},
        {"POST_EVENT", "Arbor's: a module is not told of spikes of its own cell"},
        {"WHITE_NOISE", "Arbor's: draw with $rdist_normal in the translated file"},
        {"SENS", ""},
        {"STEPPED", ""},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++)
        if (nm_is(f, list[k].word))
            return nm_refuse(f, nm_peek(f)->span, list[k].hint, "%s is not translated", list[k].word);
    return nm_expected(f, "a block of NMODL");
}

static hys_status parse_define(nm_file *f) {
    nm_symbol *s = NULL;
    nm_next(f);
    const hys_status status = declare(f, NM_CONST, &s);
    if (status != HYS_OK) return status;
    s->has_value = true;
    return nm_parse_number(f, &s->value);
}

static hys_status parse_top_local(nm_file *f) {
    hys_status status;
    nm_next(f);
    do {
        nm_symbol *s = NULL;
        status = declare(f, NM_ASSIGNED, &s);
    } while (status == HYS_OK && nm_take(f, ","));
    return status;
}

/* What says nothing about the equations. */
static hys_status skip_block(nm_file *f) {
    if (nm_peek(f)->kind == NM_VERBATIM) {
        const hys_status status = nm_remark(f, "C of a VERBATIM block outside of all others is left out");
        nm_next(f);
        return status;
    }
    nm_next(f);
    return nm_skip(f, "{", "}");
}

static hys_status parse_top(nm_file *f) {
    static const struct {
        const char *word;
        int class, block; /* -1: not one */
    } words[] = {
        {"PARAMETER", NM_PARAM, -1},       {"ASSIGNED", NM_ASSIGNED, -1}, {"STATE", NM_STATE, -1},
        {"CONSTANT", NM_CONST, -1},        {"INITIAL", -1, NM_INITIAL},   {"BREAKPOINT", -1, NM_BREAKPOINT},
        {"DERIVATIVE", -1, NM_DERIVATIVE}, {"KINETIC", -1, NM_KINETIC},   {"LINEAR", -1, NM_LINEAR},
        {"PROCEDURE", -1, NM_PROCEDURE},   {"FUNCTION", -1, NM_FUNCTION}, {"NET_RECEIVE", -1, NM_NET_RECEIVE},
    };
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (nm_is(f, words[k].word))
            return words[k].block >= 0 ? parse_block(f, (nm_block_kind)words[k].block)
                                       : parse_declarations(f, (nm_class)words[k].class);
    if (nm_is(f, "NEURON")) return parse_neuron(f);
    if (nm_is(f, "UNITS")) return parse_units(f);
    if (nm_is(f, "DEFINE")) return parse_define(f);
    if (nm_is(f, "FUNCTION_TABLE")) return parse_function_table(f);
    if (nm_is(f, "BEFORE") || nm_is(f, "AFTER")) return parse_before(f);
    if (nm_is(f, "LOCAL")) return parse_top_local(f);
    if (nm_take(f, "THREADSAFE")) return HYS_OK;
    if (nm_peek(f)->kind == NM_VERBATIM || nm_is(f, "INDEPENDENT") || nm_is(f, "CONSTRUCTOR") || nm_is(f, "DESTRUCTOR"))
        return skip_block(f);
    return refuse_block(f);
}

hys_status nm_parse(nm_file *f) {
    hys_status status = HYS_OK;
    while (status == HYS_OK && nm_peek(f)->kind != NM_END) status = parse_top(f);
    return status;
}
