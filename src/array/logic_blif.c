/* BLIF, the Berkeley Logic Interchange Format, as far as it is Boolean functions:
 *
 *     file  = [".model" name] { ".inputs" name* | ".outputs" name* | ".names" name* name cube* } [".end"]
 *     cube  = ("0" | "1" | "-")* ("0" | "1")
 *
 * Cubes that end with 1 are where the last name is 1, cubes that end with 0 where it is 0; none: it is 0. */
#include "array/logic_scan.h"
#include <string.h>

#define MOST_FAN_IN 4096

typedef struct cover {
    struct {
        char *at;
        size_t n, cap;
    } bits;      /* of the gate that is being read */
    size_t gate; /* 1 + its index; 0: cubes would belong to nothing */
    char value;  /* what its cubes end with; 0: none yet */
} cover;

/* What is Boolean no more, or another file's matter. */
static const char *const refused[] = {".latch",  ".subckt", ".gate",  ".mlatch",
                                      ".search", ".exdc",   ".clock", ".start_kiss"};

static hys_status refuse_directive(hys__logic_scan *s) {
    const hys__span w = s->words.at[0];
    const int n = w.len < 100 ? (int)w.len : 100;
    for (size_t k = 0; k < sizeof refused / sizeof *refused; k++)
        if (hys__logic_word_is(s, 0, refused[k]))
            return hys__logic_scan_error(s, 0,
                                         "flatten it to combinational .names first, for example with ABC or Yosys",
                                         "%s is not supported: rows of cells compute .names alone", refused[k]);
    return hys__logic_scan_error(s, 0, ".model .inputs .outputs .names .end", "there is no directive %.*s", n,
                                 s->text + w.offset);
}

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

static hys_status read_model(hys__logic_scan *s, bool *has_model) {
    if (*has_model)
        return hys__logic_scan_error(s, 0, "flatten the hierarchy first", "a second model in the same file");
    *has_model = true;
    if (s->words.n < 2) return HYS_OK;
    s->logic->name = hys__arena_strndup(&s->logic->arena, s->text + s->words.at[1].offset, s->words.at[1].len);
    return s->logic->name ? HYS_OK : HYS_NOMEM;
}

static hys_status read_ports(hys__logic_scan *s, bool are_inputs) {
    hys_status status = HYS_OK;
    for (size_t k = 1; k < s->words.n && status == HYS_OK; k++)
        status = are_inputs ? hys__logic_scan_input(s, k) : hys__logic_scan_output(s, k);
    return status;
}

static hys_status read_line(hys__logic_scan *s, cover *c, bool *has_model) {
    if (s->text[s->words.at[0].offset] != '.') return read_cube(s, c);
    const hys_status status = close_cover(s, c);
    if (status != HYS_OK) return status;
    if (hys__logic_word_is(s, 0, ".end")) return HYS_DONE;
    if (hys__logic_word_is(s, 0, ".model")) return read_model(s, has_model);
    if (hys__logic_word_is(s, 0, ".names")) return open_cover(s, c);
    if (hys__logic_word_is(s, 0, ".inputs") || hys__logic_word_is(s, 0, ".outputs"))
        return read_ports(s, hys__logic_word_is(s, 0, ".inputs"));
    return refuse_directive(s);
}

hys_status hys__logic_read_blif(hys_logic *logic) {
    hys__logic_scan s;
    cover c = {.gate = 0};
    bool has_model = false;
    hys__logic_scan_init(&s, logic);
    hys_status status = hys__logic_scan_line(&s);
    while (status == HYS_OK) {
        status = read_line(&s, &c, &has_model);
        if (status == HYS_OK) status = hys__logic_scan_line(&s);
    }
    if (status != HYS_DONE) return status;
    status = hys__logic_scan_line(&s);
    if (status == HYS_OK) return hys__logic_scan_error(&s, 0, "one model a file", "something stands behind .end");
    return status == HYS_DONE ? close_cover(&s, &c) : status;
}
