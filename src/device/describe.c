/* What users see of a model, made from the descriptors in its kernel. */
#include "base/units.h"
#include "device/model.h"
#include <math.h>
#include <string.h>

/* A bound's two limits with all parameters at their defaults. */
typedef struct limits {
    double *lo, *hi; /* [n_bounds] */
} limits;

static void put_number(hys__text *out, double value) {
    char buf[32];
    if (isinf(value)) {
        hys__text_puts(out, value < 0 ? "-inf" : "inf");
        return;
    }
    hys__number_format(value, buf);
    hys__text_puts(out, buf);
}

/* "[0:1)", "exclude 0", one behind the other. */
static void put_bound(hys__text *out, const hys_bound_info *bound, double lo, double hi) {
    if (out->n) hys__text_puts(out, " ");
    if (bound->flags & HYS_B_EXCLUDE) hys__text_puts(out, "exclude ");
    if (bound->flags & HYS_B_VALUE) {
        put_number(out, lo);
        return;
    }
    hys__text_puts(out, bound->flags & HYS_B_LO_OPEN ? "(" : "[");
    put_number(out, lo);
    hys__text_puts(out, ":");
    put_number(out, hi);
    hys__text_puts(out, bound->flags & HYS_B_HI_OPEN ? ")" : "]");
}

static const char *range_text(hys_model *model, const hys_param_info *info, const limits *at) {
    hys__text out;
    hys__text_init(&out, model->ctx);
    for (hys_u32 k = info->first_bound; k < info->first_bound + info->n_bounds; k++)
        put_bound(&out, &model->kernel->bounds[k], at->lo[k], at->hi[k]);
    const char *text = out.failed ? NULL : hys__arena_strndup(&model->arena, out.n ? out.at : "", out.n);
    hys__text_free(&out);
    return text;
}

static const char *or_empty(const char *s) {
    return s ? s : "";
}

static hys_status describe_params(hys_model *model) {
    const hys_kernel *k = model->kernel;
    model->params = HYS_NEW_N(&model->arena, hys_param, k->n_params);
    model->param_index = HYS_NEW_N(&model->arena, uint32_t, k->n_params);
    double *p = HYS_NEW_N(&model->arena, double, k->n_params + 1);
    double *r0 = HYS_NEW_N(&model->arena, double, k->n_retained + 1);
    unsigned char *given = HYS_NEW_N(&model->arena, unsigned char, k->n_params + 1);
    limits at = {HYS_NEW_N(&model->arena, double, k->n_bounds + 1), HYS_NEW_N(&model->arena, double, k->n_bounds + 1)};
    if (!model->params || !model->param_index || !p || !r0 || !given || !at.lo || !at.hi) return HYS_NOMEM;
    hys_env env = {.temp = 300.15, .given = given};
    k->params_fn(&env, p, at.lo, at.hi, r0);
    for (hys_u32 i = 0; i < k->n_params; i++) {
        const hys_param_info *info = &k->params[i];
        if (info->flags & HYS_P_LOCAL) continue;
        const char *range = range_text(model, info, &at);
        if (!range) return HYS_NOMEM;
        model->param_index[model->n_params] = i;
        model->params[model->n_params++] = (hys_param){.name = info->name,
                                                       .units = or_empty(info->units),
                                                       .desc = or_empty(info->desc),
                                                       .aliases = or_empty(info->aliases),
                                                       .value = info->def,
                                                       .text = info->flags & HYS_P_STRING ? or_empty(info->text) : NULL,
                                                       .range = range,
                                                       .is_integer = info->flags & HYS_P_INTEGER,
                                                       .is_structural = info->flags & HYS_P_STRUCTURAL,
                                                       .line = (int32_t)info->line};
    }
    return HYS_OK;
}

/* "x = idt(...); if (x > 1) x = 1;": the integral has the name of the variable, which has another value. */
static const char *state_name(hys_model *model, const hys_unknown_info *u) {
    const hys_kernel *k = model->kernel;
    for (hys_u32 i = 0; i < k->n_retained; i++)
        if (!(k->retained[i].flags & HYS_R_HIDDEN) && !strcmp(k->retained[i].name, u->name))
            return hys__arena_printf(&model->arena, "%s.idt", u->name);
    return u->name;
}

static hys_status describe_states(hys_model *model) {
    const hys_kernel *k = model->kernel;
    size_t most = (size_t)k->n_unknowns + k->n_retained;
    model->states = HYS_NEW_N(&model->arena, hys_state, most);
    model->state_index = HYS_NEW_N(&model->arena, uint32_t, most);
    if (most && (!model->states || !model->state_index)) return HYS_NOMEM;
    for (hys_u32 i = 0; i < k->n_unknowns; i++) {
        const hys_unknown_info *u = &k->unknowns[i];
        if (!(u->flags & HYS_U_SHOWN)) continue;
        const char *name = state_name(model, u);
        if (!name) return HYS_NOMEM;
        model->state_index[model->n_states] = i;
        model->states[model->n_states++] =
            (hys_state){name, or_empty(u->units), u->flags & HYS_U_LIFTED, false, (int32_t)u->line};
    }
    for (hys_u32 i = 0; i < k->n_retained; i++) {
        const hys_retained_info *r = &k->retained[i];
        if (r->flags & (HYS_R_HIDDEN | HYS_R_BULK)) continue;
        model->state_index[model->n_states] = i;
        model->states[model->n_states++] = (hys_state){r->name, or_empty(r->units), false, true, (int32_t)r->line};
    }
    return HYS_OK;
}

static hys_status describe_rest(hys_model *model) {
    const hys_kernel *k = model->kernel;
    model->lifts = HYS_NEW_N(&model->arena, hys_lift, k->n_reports);
    model->ports = HYS_NEW_N(&model->arena, const char *, k->n_terminals);
    if ((k->n_reports && !model->lifts) || (k->n_terminals && !model->ports)) return HYS_NOMEM;
    for (hys_u32 i = 0; i < k->n_reports; i++)
        model->lifts[i] = (hys_lift){k->reports[i].name, or_empty(k->reports[i].why), k->reports[i].is_lifted != 0,
                                     (int32_t)k->reports[i].line};
    for (hys_u32 i = 0; i < k->n_terminals; i++) model->ports[i] = k->unknowns[i].name;
    return HYS_OK;
}

/* The defaults of a variant are its settings, in the file's own units. */
static void describe_variant(hys_model *model) {
    for (size_t i = 0; model->variant && i < model->variant->n_set; i++) {
        const char *text = model->variant->set[i];
        size_t n = strcspn(text, "=");
        double value = 0;
        bool overflow = false;
        for (size_t k = 0; k < model->n_params; k++) {
            hys_param *p = &model->params[k];
            if (strlen(p->name) != n || memcmp(p->name, text, n) != 0 || p->text) continue;
            if (text[n] && hys__number_parse(text + n + 1, &value, &overflow) == strlen(text + n + 1)) p->value = value;
        }
    }
}

hys_status hys__model_describe(hys_model *model) {
    hys_status status = describe_params(model);
    if (status == HYS_OK) describe_variant(model);
    if (status == HYS_OK) status = describe_states(model);
    if (status == HYS_OK) status = describe_rest(model);
    if (status == HYS_OK && !model->n_modules) {
        model->modules = HYS_NEW(&model->arena, const char *);
        if (!model->modules) return HYS_NOMEM;
        model->modules[model->n_modules++] = model->kernel->module;
    }
    return status;
}

static bool is_named(const char *name, const char *word, size_t len) {
    return strlen(name) == len && memcmp(name, word, len) == 0;
}

/* True when word is one of the lines of list. */
static bool has_line(const char *list, const char *word, size_t len) {
    for (const char *line = list; line && *line;) {
        size_t n = strcspn(line, "\n");
        if (n == len && memcmp(line, word, n) == 0) return true;
        line += n + (line[n] == '\n');
    }
    return false;
}

long hys__model_find_param(const hys_model *model, const char *name, size_t len) {
    const hys_kernel *k = model->kernel;
    for (size_t i = 0; i < model->n_params; i++)
        if (is_named(k->params[model->param_index[i]].name, name, len) ||
            has_line(k->params[model->param_index[i]].aliases, name, len))
            return (long)model->param_index[i];
    return -1;
}

long hys__model_find_state(const hys_model *model, const char *name, size_t len) {
    for (size_t i = 0; i < model->n_states; i++)
        if (is_named(model->states[i].name, name, len)) return (long)i;
    return -1;
}

const char *hys_model_name(const hys_model *model) {
    return model->kernel->module;
}
const char *hys_model_file(const hys_model *model) {
    return model->file;
}
const char *hys_model_desc(const hys_model *model) {
    return model->variant && *model->variant->desc ? model->variant->desc : or_empty(model->kernel->desc);
}
size_t hys_model_n_modules(const hys_model *model) {
    return model->n_modules;
}
const char *hys_model_module(const hys_model *model, size_t i) {
    return model->modules[i];
}
size_t hys_model_n_ports(const hys_model *model) {
    return model->kernel->n_terminals;
}
const char *hys_model_port(const hys_model *model, size_t i) {
    return model->ports[i];
}
size_t hys_model_n_params(const hys_model *model) {
    return model->n_params;
}
const hys_param *hys_model_param(const hys_model *model, size_t i) {
    return &model->params[i];
}
size_t hys_model_n_states(const hys_model *model) {
    return model->n_states;
}
const hys_state *hys_model_state(const hys_model *model, size_t i) {
    return &model->states[i];
}
size_t hys_model_n_outputs(const hys_model *model) {
    return model->kernel->n_opvars;
}
hys_output hys_model_output(const hys_model *model, size_t i) {
    const hys_opvar_info *info = &model->kernel->opvars[i];
    return (hys_output){info->name, or_empty(info->units), or_empty(info->desc)};
}
size_t hys_model_n_lifts(const hys_model *model) {
    return model->kernel->n_reports;
}
const hys_lift *hys_model_lift(const hys_model *model, size_t i) {
    return &model->lifts[i];
}
bool hys_model_is_stepped(const hys_model *model) {
    return (model->kernel->flags & (HYS_K_STEPPED | HYS_K_SELDOM_STEPPED)) == HYS_K_STEPPED;
}
bool hys_model_has_draws(const hys_model *model) {
    return model->kernel->flags & HYS_K_DRAWS;
}
