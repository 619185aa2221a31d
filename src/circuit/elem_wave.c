/* Waves of sources as written. */
#include "base/file.h"
#include "circuit/elem.h"
#include <math.h>
#include <string.h>

#define PWL_FILE_MAX ((size_t)256 << 20) /* bytes */

static const struct wave_name {
    const char *name;
    hys__wave_kind kind;
    uint8_t least, most;
} wave_names[] = {
    {"pulse", HYS__WAVE_PULSE, 1, 8}, {"sin", HYS__WAVE_SIN, 1, 7},   {"sine", HYS__WAVE_SIN, 1, 7},
    {"exp", HYS__WAVE_EXP, 2, 6},     {"pwl", HYS__WAVE_PWL, 0, 255}, {"pwlfile", HYS__WAVE_PWL, 0, 255},
    {"sffm", HYS__WAVE_SFFM, 1, 5},   {"am", HYS__WAVE_AM, 1, 5},     {"trnoise", HYS__WAVE_NOISE, 2, 7},
};
#define N_WAVES (sizeof wave_names / sizeof wave_names[0])

typedef struct wave_args {
    nl_value *at;
    size_t n, cap;
} wave_args;

static const struct wave_name *at_wave(nl_cur *c) {
    nl_word w = nl_peek_word(c);
    for (size_t i = 0; i < N_WAVES; i++)
        if (nl_word_is(w, wave_names[i].name)) return &wave_names[i];
    return NULL;
}

/* ---- points of a file ---- */

/* Numbers in turn, separated by blanks, commas or line ends; lines that begin with none of them are comments. */
static bool read_points(nl_elem *e, nl_wave_text *w, const nl_file *f) {
    struct {
        double *at;
        size_t n, cap;
    } list = {0};
    for (const char *s = f->text; *s;) {
        s += strspn(s, " \t\r\n,;");
        double value;
        uint32_t sign = *s == '-' || *s == '+';
        size_t room = strcspn(s, " \t\r\n,;");
        uint32_t n = nl_number_scan(s + sign, (uint32_t)(room - (room ? sign : 0)), &value);
        if (n == 0) {
            s += strcspn(s, "\n");
            continue;
        }
        double *slot = HYS_PUSH(e->c.net->arena, &list);
        if (!slot) return nl_no_memory(e->c.net);
        *slot = sign && *s == '-' ? -value : value;
        s += room;
    }
    w->points = list.at;
    w->n_points = list.n / 2;
    if (list.n >= 2 && list.n % 2 == 0) return true;
    nl_fail(e->c.net, w->span, "each line holds a time and a value", "'%.300s' does not hold pairs of numbers",
            f->path);
    return false;
}

static bool take_file(nl_elem *e, nl_wave_text *w) {
    nl_word name = nl_take_string(&e->c);
    const char *path = nl_path(e->c.net, e->c.line.source, name);
    if (!path) return nl_no_memory(e->c.net);
    nl_file *f = nl_open(e->c.net, path, nl_word_span(&e->c, name));
    return f && read_points(e, w, f);
}

/* ---- arguments ---- */

static bool take_pwl_setting(nl_elem *e, nl_wave_text *w) {
    nl_word name = nl_take_setting(&e->c);
    nl_value *value = nl_word_is(name, "td")                                                 ? &w->delay
                      : nl_word_is(name, "time_scale_factor") || nl_word_is(name, "tscale")  ? &w->time_scale
                      : nl_word_is(name, "value_scale_factor") || nl_word_is(name, "vscale") ? &w->value_scale
                                                                                             : NULL;
    if (nl_word_is(name, "file")) return take_file(e, w);
    if (nl_word_is(name, "r")) {
        w->is_repeated = true;
        value = &w->repeat;
    }
    if (!value) return nl_unknown_setting(e, name);
    if (!nl_value_of(e, value)) return false;
    if (value == &w->repeat && !value->expr && value->number < 0) w->is_repeated = false; /* ngspice: r=-1, once */
    return true;
}

/* LTspice writes the time since the last point with a sign. */
static bool take_relative(nl_elem *e, wave_args *args) {
    nl_value v;
    hys__span span = nl_here(&e->c);
    if (!nl_value_of(e, &v)) return false;
    nl_value *slot = HYS_PUSH(e->c.net->arena, args);
    if (!slot) return nl_no_memory(e->c.net);
    const hys__expr *last = nl_expr_of(e->c.net, args->at[args->n - 3], span);
    const hys__expr *sum = nl_expr_two(e->c.net, HYS__EXPR_ADD, last, nl_expr_of(e->c.net, v, span));
    if (!sum) return false;
    *slot = (nl_value){.expr = sum};
    return true;
}

/* Words that a list of points may hold; what LTspice's loops do is r=0. */
static bool take_pwl_word(nl_elem *e, nl_wave_text *w) {
    if (nl_take_keyword(&e->c, "repeat")) {
        w->is_repeated = true;
        if (nl_take_keyword(&e->c, "forever")) return true;
        if (nl_take_keyword(&e->c, "for")) {
            nl_fail(e->c.net, nl_here(&e->c), "write REPEAT FOREVER, or the points themselves",
                    "a wave that is repeated a number of times is not known to this program");
            w->kind = HYS__WAVE_DC;
            return true;
        }
        return true;
    }
    return nl_take_keyword(&e->c, "endrepeat");
}

static bool take_one(nl_elem *e, nl_wave_text *w, wave_args *args) {
    bool is_pwl = w->kind == HYS__WAVE_PWL;
    if (is_pwl && nl_at_setting(&e->c)) return take_pwl_setting(e, w);
    if (is_pwl && args->n >= 2 && args->n % 2 == 0 && nl_peek(&e->c) == '+') return take_relative(e, args);
    nl_value *slot = HYS_PUSH(e->c.net->arena, args);
    if (!slot) return nl_no_memory(e->c.net);
    return nl_value_of(e, slot);
}

/* What may stand behind the points or instead of them: file="f", r=0, td=1n, REPEAT FOREVER, ENDREPEAT. */
static bool take_pwl_rest(nl_elem *e, nl_wave_text *w) {
    for (;;) {
        if (take_pwl_word(e, w)) {
            if (w->kind == HYS__WAVE_DC) return false;
            continue;
        }
        if (!nl_at_setting(&e->c)) return true;
        uint32_t at = e->c.at;
        nl_word name = nl_take_setting(&e->c);
        e->c.at = at;
        if (!nl_word_is(name, "td") && !nl_word_is(name, "r") && !nl_word_is(name, "file")) return true;
        if (!take_pwl_setting(e, w)) return false;
    }
}

static bool take_args(nl_elem *e, nl_wave_text *w, wave_args *args) {
    unsigned open = nl_take(&e->c, '(');
    for (;;) {
        char now = nl_peek(&e->c);
        if (now == 0 && open == 0) return true;
        if (now == ')' && open > 0) {
            e->c.at++;
            if (--open == 0) break;
            continue;
        }
        if (open == 0 && (nl_at_setting(&e->c) || at_wave(&e->c))) break;
        nl_word word = nl_peek_word(&e->c);
        if (open == 0 && (nl_word_is(word, "ac") || nl_word_is(word, "dc"))) break;
        if (w->kind == HYS__WAVE_PWL && take_pwl_word(e, w)) {
            if (w->kind == HYS__WAVE_DC) return false;
            if (nl_take(&e->c, '(')) open++;
            continue;
        }
        if (!take_one(e, w, args)) return false;
    }
    return w->kind != HYS__WAVE_PWL || take_pwl_rest(e, w);
}

/* What cannot be right whatever the numbers are. */
static bool check_args(nl_elem *e, const struct wave_name *name, nl_wave_text *w) {
    if (w->kind == HYS__WAVE_PWL && w->n_points == 0 && (w->n_args < 2 || w->n_args % 2 != 0)) {
        nl_fail(e->c.net, w->span, "", "a pwl wave is made of pairs, a time and a value; here are %u numbers",
                w->n_args);
        return false;
    }
    if (w->kind != HYS__WAVE_PWL && (w->n_args < name->least || w->n_args > name->most)) {
        nl_fail(e->c.net, w->span, "", "'%s' takes %u to %u numbers, not %u", name->name, name->least, name->most,
                w->n_args);
        return false;
    }
    for (uint32_t i = 2; w->kind == HYS__WAVE_NOISE && i < w->n_args; i++) {
        if (!w->args[i].expr && w->args[i].number == 0) continue;
        nl_fail(e->c.net, w->span, "",
                "of trnoise only the white part (its first two numbers) is known to this program");
        return false;
    }
    return true;
}

bool nl_take_wave(nl_elem *e, nl_wave_text **wave) {
    const struct wave_name *name = at_wave(&e->c);
    *wave = NULL;
    if (!name) return true;
    nl_wave_text *w = HYS_NEW(e->c.net->arena, nl_wave_text);
    if (!w) return nl_no_memory(e->c.net);
    nl_word word = nl_take_word(&e->c);
    w->kind = name->kind;
    w->span = nl_word_span(&e->c, word);
    w->time_scale.number = w->value_scale.number = 1;
    wave_args args = {0};
    if (nl_word_is(word, "pwlfile") ? !take_file(e, w) : !take_args(e, w, &args)) return false;
    w->args = args.at;
    w->n_args = (uint32_t)args.n;
    *wave = w;
    return check_args(e, name, w);
}
