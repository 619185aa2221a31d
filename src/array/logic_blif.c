/* BLIF, the Berkeley Logic Interchange Format, as far as it is Boolean functions:
 *
 *     file   = body [".end"] { ".model" name body [".end"] }
 *     body   = { ".inputs" name* | ".outputs" name* | ".names" name* name cube* | ".subckt" name (port "=" name)* }
 *     cube   = ("0" | "1" | "-")* ("0" | "1")
 *
 * Cubes that end with 1 are where the last name is 1, cubes that end with 0 where it is 0; none: it is 0.
 *
 * The first model is the function.  Others are read again wherever a .subckt asks for them, with names of their own:
 * those of the third instance of m begin with "m#3/", which no name of a file does, as "#" begins a comment.  Ports are
 * gates that copy. */
#include "array/logic_scan.h"
#include <string.h>

#define MOST_FAN_IN    4096
#define MOST_PORTS     4096
#define MOST_DEPTH     64
#define MOST_INSTANCES ((size_t)1 << 18)
#define MOST_WORK      ((size_t)1 << 27) /* bytes that are read, again and again, and those of names */

typedef struct cover {
    struct {
        char *at;
        size_t n, cap;
    } bits;      /* of the gate that is being read */
    size_t gate; /* 1 + its index; 0: cubes would belong to nothing */
    char value;  /* what its cubes end with; 0: none yet */
} cover;

typedef struct model {
    hys__span name; /* len 0: it has none */
    size_t start;   /* of its body in the text */
    size_t instances;
} model;

typedef struct port {
    hys__span name, at; /* at: where it is connected */
    uint32_t signal;    /* outside */
    bool is_used;
} port;

/* A model that is being read. */
typedef struct body {
    const struct body *parent; /* NULL: the first model */
    const model *model;
    port *ports;
    size_t n_ports, depth;
    cover cover;
} body;

typedef struct reader {
    hys__logic_scan scan;
    struct {
        model *at;
        size_t n, cap;
    } models;
    size_t instances, work;
} reader;

static hys_status read_body(reader *r, body *b);

/* ---- directives that are no Boolean functions ---- */

static const struct {
    const char *name, *hint;
} refused[] = {
    {".latch", "sequential: cut it at its registers, so that their outputs are inputs, as ABC does with comb"},
    {".mlatch", "sequential: cut it at its registers, so that their outputs are inputs"},
    {".clock", "sequential: cut it at its registers, so that their outputs are inputs"},
    {".start_kiss", "sequential: state machines are no Boolean functions"},
    {".gate", "a library's cells: write them as .names, for example with ABC or Yosys"},
    {".search", "other files are not read: put their models into this one"},
    {".blackbox", "a model must say what it computes"},
    {".exdc", "don't-cares are not used: leave them out"},
};

static hys_status refuse_directive(hys__logic_scan *s) {
    const hys__span w = s->words.at[0];
    const int n = w.len < 100 ? (int)w.len : 100;
    for (size_t k = 0; k < sizeof refused / sizeof *refused; k++)
        if (hys__logic_word_is(s, 0, refused[k].name))
            return hys__logic_scan_error(s, 0, refused[k].hint,
                                         "%s is not supported: rows of cells compute .names and .subckt alone",
                                         refused[k].name);
    return hys__logic_scan_error(s, 0, ".model .inputs .outputs .names .subckt .end", "there is no directive %.*s", n,
                                 s->text + w.offset);
}

/* ---- .names ---- */

static hys_status close_cover(hys__logic_scan *s, cover *c) {
    if (!c->gate) return HYS_OK;
    hys__logic_gate *g = &s->logic->gates.at[c->gate - 1];
    g->is_off_set = c->value == '0';
    char *own = hys__arena_alloc(&s->logic->arena, c->bits.n + 1);
    if (!own) return HYS_NOMEM;
    if (c->bits.n) memcpy(own, c->bits.at, c->bits.n);
    g->cubes = own;
    c->gate = 0;
    return HYS_OK;
}

static hys_status open_cover(hys__logic_scan *s, cover *c) {
    hys__logic_gate *g;
    const size_t n = s->words.n;
    if (n < 2) return hys__logic_scan_error(s, 0, ".names a b y", ".names without a name");
    if (n - 2 > MOST_FAN_IN) return hys__logic_scan_error(s, 0, "", "more than %d inputs", MOST_FAN_IN);
    uint32_t *in = HYS_NEW_N(&s->logic->arena, uint32_t, n - 1);
    if (!in) return HYS_NOMEM;
    for (size_t k = 0; k + 2 < n; k++) {
        in[k] = hys__logic_scan_signal(s, k + 1);
        if (in[k] == HYS__NO_SIGNAL) return s->logic->arena.failed ? HYS_NOMEM : HYS_LIMIT;
    }
    const hys_status status = hys__logic_scan_gate(s, n - 1, &g);
    if (status != HYS_OK) return status;
    g->in = in;
    g->n_in = (uint32_t)n - 2;
    c->bits.n = 0;
    c->value = 0;
    c->gate = s->logic->gates.n;
    return HYS_OK;
}

static hys_status put_bits(hys__logic_scan *s, cover *c, size_t k, size_t most) {
    const hys__span w = s->words.at[k];
    for (size_t i = 0; i < w.len; i++) {
        const char bit = s->text[w.offset + i];
        if ((bit != '0' && bit != '1' && bit != '-') || c->bits.n >= most)
            return hys__logic_scan_error(s, k, "one 0, 1 or - for each input, then the value",
                                         "this is no cube of %u inputs", s->logic->gates.at[c->gate - 1].n_in);
        char *at = HYS_PUSH(&s->logic->arena, &c->bits);
        if (!at) return HYS_NOMEM;
        *at = bit;
    }
    return HYS_OK;
}

static hys_status read_cube(hys__logic_scan *s, cover *c) {
    if (!c->gate) return hys__logic_scan_error(s, 0, "", "a cube that belongs to no .names");
    hys__logic_gate *g = &s->logic->gates.at[c->gate - 1];
    const size_t last = s->words.n - 1, want = c->bits.n + g->n_in;
    const bool is_value = hys__logic_word_is(s, last, "0") || hys__logic_word_is(s, last, "1");
    if (!is_value || (last == 0) != (g->n_in == 0))
        return hys__logic_scan_error(s, last, "01-1 1", "a cube ends with a value, 0 or 1, behind a blank");
    for (size_t k = 0; k < last; k++) {
        const hys_status status = put_bits(s, c, k, want);
        if (status != HYS_OK) return status;
    }
    if (c->bits.n != want)
        return hys__logic_scan_error(s, 0, "one 0, 1 or - for each input, then the value",
                                     "this is no cube of %u inputs", g->n_in);
    const char value = s->text[s->words.at[last].offset];
    if (c->value && c->value != value)
        return hys__logic_scan_error(s, last, "cubes of a .names end all with 1, or all with 0",
                                     "cubes before it ended with %c", c->value);
    c->value = value;
    g->n_cubes++;
    return HYS_OK;
}

/* ---- .inputs, .outputs ---- */

static bool is_same(const hys__logic_scan *s, hys__span a, hys__span b) {
    return a.len == b.len && memcmp(s->text + a.offset, s->text + b.offset, a.len) == 0;
}

static port *find_port(const reader *r, const body *b, size_t k) {
    for (size_t i = 0; i < b->n_ports; i++)
        if (is_same(&r->scan, b->ports[i].name, r->scan.words.at[k])) return &b->ports[i];
    return NULL;
}

static hys_status copy_signal(hys__logic_gate *g, uint32_t from, hys__arena *arena) {
    uint32_t *in = HYS_NEW_N(arena, uint32_t, 1);
    if (!in) return HYS_NOMEM;
    *in = from;
    g->in = in;
    g->n_in = 1;
    g->cubes = "1";
    g->n_cubes = 1;
    return HYS_OK;
}

/* The k-th word names a port of a model that is being read for a .subckt. */
static hys_status connect(reader *r, body *b, size_t k, bool is_input) {
    hys__logic_scan *s = &r->scan;
    hys__logic_gate *g;
    hys_status status;
    port *p = find_port(r, b, k);
    r->work += b->n_ports;
    if (p) p->is_used = true;
    if (is_input) {
        if (!p)
            return hys__logic_error_at(s->logic, b->model->name, ".subckt model port=signal ...",
                                       "the input %.*s of this model is not connected by a .subckt",
                                       (int)(s->words.at[k].len < 100 ? s->words.at[k].len : 100),
                                       s->text + s->words.at[k].offset);
        status = hys__logic_scan_gate(s, k, &g);
        return status == HYS_OK ? copy_signal(g, p->signal, &s->logic->arena) : status;
    }
    if (!p) return HYS_OK;
    const uint32_t inside = hys__logic_scan_signal(s, k);
    if (inside == HYS__NO_SIGNAL) return s->logic->arena.failed ? HYS_NOMEM : HYS_LIMIT;
    status = hys__logic_define(s->logic, p->signal, p->at, &g);
    return status == HYS_OK ? copy_signal(g, inside, &s->logic->arena) : status;
}

static hys_status read_ports(reader *r, body *b, bool are_inputs) {
    hys__logic_scan *s = &r->scan;
    hys_status status = HYS_OK;
    for (size_t k = 1; k < s->words.n && status == HYS_OK; k++)
        status = b->parent    ? connect(r, b, k, are_inputs)
                 : are_inputs ? hys__logic_scan_input(s, k)
                              : hys__logic_scan_output(s, k);
    return status;
}

/* ---- .subckt ---- */

static hys_status find_model(reader *r, const body *b, model **found) {
    hys__logic_scan *s = &r->scan;
    const hys__span w = s->words.at[1];
    const int n = w.len < 100 ? (int)w.len : 100;
    *found = NULL;
    for (size_t k = 0; k < r->models.n; k++)
        if (is_same(s, r->models.at[k].name, w)) *found = &r->models.at[k];
    r->work += r->models.n;
    if (!*found)
        return hys__logic_scan_error(s, 1, "other files are not read: put its .model into this one",
                                     "there is no model %.*s", n, s->text + w.offset);
    for (const body *up = b; up; up = up->parent)
        if (up->model == *found)
            return hys__logic_scan_error(s, 1, "", "the model %.*s contains itself", n, s->text + w.offset);
    return HYS_OK;
}

/* connection = port "=" signal */
static hys_status read_port(reader *r, size_t k, port *p) {
    hys__logic_scan *s = &r->scan;
    const hys__span w = s->words.at[k];
    const char *equal = memchr(s->text + w.offset, '=', w.len);
    const uint32_t before = equal ? (uint32_t)(equal - s->text) - w.offset : 0;
    if (before == 0 || before + 1 == w.len)
        return hys__logic_scan_error(s, k, ".subckt model port=signal ...", "this connects no port to a signal");
    *p = (port){.name = w, .at = w};
    p->name.len = before;
    s->words.at[k].offset += before + 1;
    s->words.at[k].len -= before + 1;
    p->signal = hys__logic_scan_signal(s, k);
    s->words.at[k] = w;
    return p->signal == HYS__NO_SIGNAL ? (s->logic->arena.failed ? HYS_NOMEM : HYS_LIMIT) : HYS_OK;
}

static hys_status read_connections(reader *r, body *b) {
    hys__logic_scan *s = &r->scan;
    b->n_ports = s->words.n - 2;
    if (b->n_ports > MOST_PORTS) return hys__logic_scan_error(s, 0, "", "more than %d ports", MOST_PORTS);
    b->ports = HYS_NEW_N(&s->logic->arena, port, b->n_ports + 1);
    if (!b->ports) return HYS_NOMEM;
    for (size_t k = 0; k < b->n_ports; k++) {
        const hys_status status = read_port(r, k + 2, &b->ports[k]);
        if (status != HYS_OK) return status;
        for (size_t i = 0; i < k; i++)
            if (is_same(s, b->ports[i].name, b->ports[k].name))
                return hys__logic_scan_error(s, k + 2, "", "this port is connected twice");
    }
    r->work += b->n_ports * b->n_ports;
    return HYS_OK;
}

/* prefix = [prefix] model "#" number "/" */
static char *prefix_of(reader *r, model *m) {
    const char *outer = r->scan.prefix ? r->scan.prefix : "", *name = r->scan.text + m->name.offset;
    const size_t size = strlen(outer) + m->name.len + 32;
    char *prefix = hys__arena_alloc(&r->scan.logic->arena, size);
    if (prefix) snprintf(prefix, size, "%s%.*s#%zu/", outer, (int)m->name.len, name, ++m->instances);
    return prefix;
}

static hys_status check_used(reader *r, const body *b) {
    for (size_t k = 0; k < b->n_ports; k++)
        if (!b->ports[k].is_used)
            return hys__logic_error_at(r->scan.logic, b->ports[k].at, "its .inputs and .outputs are its ports",
                                       "the model has no port of that name");
    return HYS_OK;
}

static hys_status read_subckt(reader *r, const body *parent) {
    hys__logic_scan *s = &r->scan;
    if (s->words.n < 2) return hys__logic_scan_error(s, 0, ".subckt model port=signal ...", ".subckt without a model");
    model *m = NULL;
    body b = {.parent = parent, .depth = parent->depth + 1};
    const size_t back = s->pos, gates = s->logic->gates.n;
    const char *outer = s->prefix;
    if (b.depth > MOST_DEPTH || ++r->instances > MOST_INSTANCES || r->work > MOST_WORK)
        return hys__logic_scan_error(s, 0, "", "models are nested too deep, or are too many when written out");
    hys_status status = find_model(r, parent, &m);
    if (status == HYS_OK) status = read_connections(r, &b);
    if (status != HYS_OK || !m) return status;
    b.model = m;
    s->prefix = prefix_of(r, m);
    if (!s->prefix) return HYS_NOMEM;
    s->pos = m->start;
    status = read_body(r, &b);
    if (status == HYS_OK) status = check_used(r, &b);
    r->work += s->pos - m->start + (s->logic->gates.n - gates) * strlen(s->prefix);
    s->pos = back;
    s->prefix = outer;
    return status;
}

/* ---- models ---- */

/* HYS_DONE: the model ends. */
static hys_status read_line(reader *r, body *b) {
    hys__logic_scan *s = &r->scan;
    if (s->text[s->words.at[0].offset] != '.') return read_cube(s, &b->cover);
    const hys_status status = close_cover(s, &b->cover);
    if (status != HYS_OK) return status;
    if (hys__logic_word_is(s, 0, ".end") || hys__logic_word_is(s, 0, ".model")) return HYS_DONE;
    if (hys__logic_word_is(s, 0, ".names")) return open_cover(s, &b->cover);
    if (hys__logic_word_is(s, 0, ".subckt")) return read_subckt(r, b);
    if (hys__logic_word_is(s, 0, ".inputs") || hys__logic_word_is(s, 0, ".outputs"))
        return read_ports(r, b, hys__logic_word_is(s, 0, ".inputs"));
    return refuse_directive(s);
}

static hys_status read_body(reader *r, body *b) {
    hys__logic_scan *s = &r->scan;
    hys_status status = hys__logic_scan_line(s);
    while (status == HYS_OK) {
        status = read_line(r, b);
        if (status == HYS_OK) status = hys__logic_scan_line(s);
    }
    return status == HYS_DONE ? close_cover(s, &b->cover) : status;
}

static hys_status add_model(reader *r) {
    hys__logic_scan *s = &r->scan;
    const hys__span name = s->words.n > 1 ? s->words.at[1] : (hys__span){.source = 1};
    for (size_t k = 0; k < r->models.n; k++)
        if (name.len && is_same(s, r->models.at[k].name, name)) {
            const hys_status status = hys__logic_scan_error(s, 1, "", "a second model of that name");
            hys__note(s->logic->arena.ctx, &s->logic->sources, r->models.at[k].name, "it was here");
            return status;
        }
    if (r->models.n > MOST_PORTS) return hys__logic_scan_error(s, 0, "", "more than %d models", MOST_PORTS);
    model *own = HYS_PUSH(&s->logic->arena, &r->models);
    if (!own) return HYS_NOMEM;
    *own = (model){.name = name, .start = s->pos};
    return HYS_OK;
}

/* Where models begin; what stands before the first .model is one without a name. */
static hys_status find_models(reader *r) {
    hys__logic_scan *s = &r->scan;
    bool has_ended = false;
    hys_status status = hys__logic_scan_line(s);
    while (status == HYS_OK) {
        const bool begins = hys__logic_word_is(s, 0, ".model");
        if (has_ended && !begins) return hys__logic_scan_error(s, 0, "the next .model", "something stands behind .end");
        if (begins) status = add_model(r);
        else if (!r->models.n) {
            model *own = HYS_PUSH(&s->logic->arena, &r->models);
            if (!own) return HYS_NOMEM;
            *own = (model){.start = 0};
        }
        has_ended = hys__logic_word_is(s, 0, ".end");
        if (status == HYS_OK) status = hys__logic_scan_line(s);
    }
    return status;
}

hys_status hys__logic_read_blif(hys_logic *logic) {
    reader r = {.instances = 0};
    hys__logic_scan_init(&r.scan, logic);
    hys_status status = find_models(&r);
    if (status != HYS_DONE || !r.models.n) return status == HYS_DONE ? HYS_OK : status;
    body first = {.model = &r.models.at[0]};
    const hys__span name = first.model->name;
    if (name.len) logic->name = hys__arena_strndup(&logic->arena, r.scan.text + name.offset, name.len);
    if (!logic->name) return HYS_NOMEM;
    r.scan.pos = first.model->start;
    return read_body(&r, &first);
}
