/* Messages, file output, $finish, $bound_step: calls that stand as statements. */
#include "veriloga/build.h"
#include <string.h>

typedef enum shape { MESSAGE, TO_FILE, FATAL, STOP, CLOSE, DISCONTINUITY, BOUND_STEP, IGNORED } shape;

static const struct effect_name {
    const char *name;
    shape shape;
    va_effect_kind kind;
} effects[] = {
    {"$strobe", MESSAGE, VA_EFFECT_STROBE},
    {"$display", MESSAGE, VA_EFFECT_DISPLAY},
    {"$write", MESSAGE, VA_EFFECT_WRITE},
    {"$monitor", MESSAGE, VA_EFFECT_MONITOR},
    {"$debug", MESSAGE, VA_EFFECT_DEBUG},
    {"$info", MESSAGE, VA_EFFECT_INFO},
    {"$warning", MESSAGE, VA_EFFECT_WARNING},
    {"$error", MESSAGE, VA_EFFECT_ERROR},
    {"$fatal", FATAL, VA_EFFECT_FATAL},
    {"$finish", STOP, VA_EFFECT_FINISH},
    {"$stop", STOP, VA_EFFECT_STOP},
    {"$fstrobe", TO_FILE, VA_EFFECT_FSTROBE},
    {"$fdisplay", TO_FILE, VA_EFFECT_FSTROBE},
    {"$fmonitor", TO_FILE, VA_EFFECT_FSTROBE},
    {"$fdebug", TO_FILE, VA_EFFECT_FSTROBE},
    {"$fwrite", TO_FILE, VA_EFFECT_FWRITE},
    {"$fclose", CLOSE, VA_EFFECT_FCLOSE},
    {"$fflush", IGNORED, VA_EFFECT_DEBUG},
    {"$discontinuity", DISCONTINUITY, VA_EFFECT_DISCONTINUITY},
    {"discontinuity", DISCONTINUITY, VA_EFFECT_DISCONTINUITY},
    {"$bound_step", BOUND_STEP, VA_EFFECT_DEBUG},
    {"bound_step", BOUND_STEP, VA_EFFECT_DEBUG},
};

const char *vb_effect_name(size_t i) {
    return i < sizeof effects / sizeof *effects ? effects[i].name : NULL;
}

static const struct effect_name *effect_find(const char *name) {
    for (size_t i = 0; i < sizeof effects / sizeof *effects; i++)
        if (!strcmp(effects[i].name, name)) return &effects[i];
    return NULL;
}

bool vb_is_effect(const char *name) {
    return effect_find(name) != NULL;
}

/* ---- formats ---- */

typedef struct output { /* being put together */
    hys__text text;
    struct {
        va_val *at;
        size_t n, cap;
    } values; /* [0] is the condition */
    const va_expr *call;
    size_t next_arg;
} output;

static void add_value(vb *b, output *out, va_val v) {
    va_val *added = HYS_PUSH(b->arena, &out->values);
    if (added) *added = v;
}

/* Text of the user that is not a format any more. */
static void put_literal(output *out, const char *text) {
    for (; *text; text++) hys__text_put(&out->text, *text == '%' ? "%%" : text, *text == '%' ? 2 : 1);
}

static const va_expr *take_arg(vb *b, output *out, const char *spec) {
    while (out->next_arg < out->call->n_args) {
        const va_expr *arg = out->call->args[out->next_arg++];
        if (arg->kind != VA_EMPTY) return arg;
    }
    vb_error(b, out->call->span, NULL, "%s: there is no value for %s in the format", out->call->name, spec);
    return NULL;
}

static void put_string_arg(vb *b, output *out, const va_expr *arg) {
    const char *text;
    if (vb_constant_text(b, arg, "the argument for %s", &text)) put_literal(out, text);
}

/* One conversion, from '%' to its letter. */
static void put_conversion(vb *b, output *out, const char *spec, size_t n) {
    char letter = spec[n - 1];
    const char *shown = vb_printf(b, "%.*s", (int)n, spec);
    if (letter == '%' || letter == 'm' || letter == 'M') {
        hys__text_puts(&out->text, letter == '%' ? "%%" : "%m");
        return;
    }
    const va_expr *arg = take_arg(b, out, shown);
    if (!arg) return;
    if (letter == 's' || letter == 'S') {
        put_string_arg(b, out, arg);
        return;
    }
    char plain = letter >= 'A' && letter <= 'Z' && letter != 'E' && letter != 'G' ? (char)(letter - 'A' + 'a') : letter;
    if (plain == 'i') plain = 'd';
    if (plain == 'x') plain = 'h';
    if (plain == 'r') plain = 'g'; /* engineering notation, as one simulator has it */
    hys__text_put(&out->text, spec, n - 1);
    hys__text_put(&out->text, &plain, 1);
    add_value(b, out, vb_eval_real(b, arg));
}

static void put_format(vb *b, output *out, const char *format) {
    for (const char *at = format; *at;) {
        if (*at != '%') {
            hys__text_put(&out->text, at++, 1);
            continue;
        }
        size_t n = 1 + strspn(at + 1, "-+ #0123456789.");
        const char *known = "dDiIeEfFgGrRhHxXoObBcCsSmM%";
        if (!at[n] || !strchr(known, at[n]) || n > 12) {
            vb_error(b, out->call->span, "conversions are %d %g %e %f %s %m, and %% for the sign itself",
                     "%s: \"%.*s\" in the format is not a conversion", out->call->name, (int)n + (at[n] != 0), at);
            hys__text_put(&out->text, "%%", 2);
            at++;
            continue;
        }
        put_conversion(b, out, at, n + 1);
        at += n + 1;
    }
}

static void put_bare(vb *b, output *out, vb_x x, hys__span span) {
    char last = out->text.n ? out->text.at[out->text.n - 1] : ' ';
    if (last != ' ' && last != '=' && last != '\n' && last != '\t' && last != ':') hys__text_puts(&out->text, " ");
    hys__text_puts(&out->text, x.type == VA_TYPE_INTEGER ? "%d" : "%g");
    add_value(b, out, vb_real(b, x, span));
}

static void put_args(vb *b, output *out) {
    while (out->next_arg < out->call->n_args && !vb_failed(b)) {
        const va_expr *arg = out->call->args[out->next_arg++];
        if (arg->kind == VA_EMPTY) {
            hys__text_puts(&out->text, " ");
            continue;
        }
        vb_x x = vb_eval(b, arg);
        const char *format = x.type == VA_TYPE_STRING ? vb_text_of(b, x.v) : NULL;
        if (format) put_format(b, out, format);
        else if (x.type != VA_TYPE_STRING) put_bare(b, out, x, arg->span);
        else put_string_arg(b, out, arg);
    }
}

/* ---- making the effect ---- */

static void effect_push(vb *b, va_effect effect, const va_val *values, size_t n) {
    double never;
    if (vb_failed(b) || (va_is_const(b->ir, values[0], &never) && !never)) return;
    va_effect *added = HYS_PUSH(b->arena, &b->model->effects);
    va_val *val = HYS_PUSH(b->arena, &b->model->effect_vals);
    if (!added || !val) return;
    effect.n_values = n - 1;
    *added = effect;
    *val = va_opn(b->ir, VA_OP_EFFECT, (uint32_t)(b->model->effects.n - 1), values, n);
    if (*val) return;
    b->model->effects.n--; /* some value was wrong */
    b->model->effect_vals.n--;
}

void vb_effect_add(vb *b, va_effect_kind kind, const char *format, va_val cond, hys__span span) {
    va_val when = vb_op2(b, VA_OP_AND, b->pred, cond);
    effect_push(b, (va_effect){.kind = kind, .format = format, .span = span}, &when, 1);
}

static void message(vb *b, va_effect_kind kind, const char *file, const va_expr *call, size_t first) {
    output out = {.call = call, .next_arg = first};
    hys__text_init(&out.text, b->ctx);
    add_value(b, &out, b->pred);
    put_args(b, &out);
    const char *format = out.text.n ? hys__arena_strndup(b->arena, out.text.at, out.text.n) : "";
    if (out.text.failed || !format) b->no_memory = true;
    hys__text_free(&out.text);
    if (vb_failed(b)) return;
    b->ir->span = call->span;
    effect_push(b, (va_effect){.kind = kind, .format = format, .file = file, .span = call->span}, out.values.at,
                out.values.n);
}

/* ---- files ---- */

static void on_assign(vb_walk *walk, const va_stmt *s) {
    const va_expr *call = s->rhs;
    if (call->kind != VA_SYSCALL || strcmp(call->name, "$fopen") || !vb_has_arg(call, 0)) return;
    if (s->lhs->kind != VA_NAME) return;
    vb_sym *sym = vb_lookup(walk->b->scope, s->lhs->name);
    const char *name;
    if (sym && sym->kind == VB_SYM_VAR && sym->var &&
        vb_constant_text(walk->b, call->args[0], "the name of a file", &name))
        sym->var->file = name;
}

/* Which variable holds which file, before anything is executed. */
void vb_files_read(vb *b, const va_stmt *body) {
    vb_walk walk = {.b = b, .on_assign = on_assign};
    vb_walk_stmt(&walk, body);
}

static const char *file_of(vb *b, const va_expr *e) {
    vb_sym *sym = e->kind == VA_NAME ? vb_lookup(b->scope, e->name) : NULL;
    if (sym && sym->kind == VB_SYM_VAR && sym->var && sym->var->file) {
        sym->var->is_read = true;
        return sym->var->file;
    }
    vb_error(b, e->span, "write for example \"fd = $fopen(\"log.txt\");\" in @(initial_step)",
             "this is not a file opened with $fopen");
    return NULL;
}

/* ---- statements ---- */

static void bound_step(vb *b, const va_expr *call) {
    if (!vb_allowed(b, call->span, "$bound_step") || !vb_n_args(b, call, 1, 1)) return;
    va_val step = vb_eval_real(b, call->args[0]);
    va_val now = vb_get(b, b->bound_step);
    double number;
    if (va_is_const(b->ir, step, &number) && !(number > 0)) {
        vb_error(b, call->args[0]->span, "give the longest step in seconds", "a step of %g cannot be taken", number);
        return;
    }
    bool is_first = va_is_const(b->ir, now, &number) && number > 1e300;
    vb_set(b, b->bound_step, is_first ? step : vb_op2(b, VA_OP_MIN, now, step));
}

static void to_file(vb *b, const va_expr *call, const struct effect_name *effect) {
    if (call->n_args == 0) {
        vb_error(b, call->span, NULL, "%s needs a file", call->name);
        return;
    }
    bool is_console = call->args[0]->kind == VA_INT && call->args[0]->number == 1;
    va_effect_kind kind = effect->kind;
    if (is_console) kind = kind == VA_EFFECT_FWRITE ? VA_EFFECT_WRITE : VA_EFFECT_STROBE;
    const char *file = is_console ? NULL : file_of(b, call->args[0]);
    if (file || is_console) message(b, kind, file, call, 1);
}

static void plain(vb *b, const va_expr *call, const struct effect_name *effect) {
    const char *file = NULL;
    if (effect->shape == CLOSE) {
        if (!vb_n_args(b, call, 1, 1)) return;
        file = file_of(b, call->args[0]);
        if (!file) return;
    }
    if (effect->shape == DISCONTINUITY && !vb_n_args(b, call, 0, 1)) return;
    va_val cond = b->pred;
    effect_push(b, (va_effect){.kind = effect->kind, .format = "", .file = file, .span = call->span}, &cond, 1);
}

bool vb_exec_effect(vb *b, const va_expr *call) {
    const struct effect_name *effect = effect_find(call->name);
    if (!effect || (call->kind == VA_CALL && vb_func_find(b, call->name))) return false;
    switch (effect->shape) {
    case MESSAGE:
        message(b, effect->kind, NULL, call, 0);
        break;
    case FATAL: { /* the first argument may be a number: how much to tell */
        bool has_level = vb_has_arg(call, 0) && call->args[0]->kind == VA_INT;
        message(b, effect->kind, NULL, call, has_level);
        break;
    }
    case TO_FILE:
        to_file(b, call, effect);
        break;
    case BOUND_STEP:
        bound_step(b, call);
        break;
    case IGNORED:
        break;
    default:
        plain(b, call, effect);
    }
    return true;
}
