/* What the file says of a device, copied so that the passport outlives the model; and what measured data are like. */
#include "base/diag.h"
#include "lab/passport.h"
#include <string.h>

#define FILE_MAX ((size_t)64 << 20)

static const char *copy(hys_passport *p, const char *text) {
    const char *made = hys__arena_strndup(&p->arena, text ? text : "", text ? strlen(text) : 0);
    return made ? made : ""; /* the arena remembers that it failed */
}

static const char *hash_of(hys_passport *p, const char *text, size_t n) {
    hys__hasher h;
    hys__hasher_init(&h);
    hys__hasher_add(&h, text, n);
    return copy(p, hys__hasher_end(&h).hex);
}

/* ---- a model ---- */

static void tell_library(hys_passport *p, const hys_model *model) {
    p->family = p->reference = p->label = "";
    for (size_t k = 0; k < hys_library_count(); k++) {
        const hys_library_entry *e = hys_library_get(k);
        if (strcmp(e->name, hys_model_name(model)) != 0 || strchr(p->file, '/')) continue;
        p->family = e->family;
        p->reference = e->reference;
        p->label = e->label;
    }
}

static void tell_variant(hys_passport *p, const hys_model *model) {
    const hys_variant *v = hys_model_variant(model);
    p->variant_desc = "";
    if (!v) return;
    p->name = copy(p, v->name);
    p->variant_desc = copy(p, v->desc);
    if (*v->reference) p->reference = copy(p, v->reference);
    if (*v->label) p->label = copy(p, v->label);
}

static bool is_named(const char *set, const char *name) {
    size_t n = strlen(name);
    return !strncmp(set, name, n) && set[n] == '=';
}

/* What the user gave wins over the variant, and the variant over the file. */
static const char *given(const hys_passport *p, const hys_model *model, const char *name) {
    const hys_variant *v = hys_model_variant(model);
    for (size_t k = 0; k < p->bench.n_set; k++)
        if (is_named(p->bench.set[k], name)) return p->bench.set[k] + strlen(name) + 1;
    for (size_t k = 0; v && k < v->n_set; k++)
        if (is_named(v->set[k], name)) return v->set[k] + strlen(name) + 1;
    return NULL;
}

static hys_status tell_params(hys_passport *p, const hys_model *model) {
    p->n_params = hys_model_n_params(model);
    p->params = HYS_NEW_N(&p->arena, hys__told, p->n_params + 1);
    if (!p->params) return HYS_NOMEM;
    for (size_t k = 0; k < p->n_params; k++) {
        const hys_param *from = hys_model_param(model, k);
        const char *set = given(p, model, from->name);
        p->params[k] = (hys__told){.name = copy(p, from->name),
                                   .units = copy(p, from->units),
                                   .desc = copy(p, from->desc),
                                   .range = copy(p, from->range),
                                   .text = set          ? copy(p, set)
                                           : from->text ? copy(p, from->text)
                                                        : NULL,
                                   .value = from->value,
                                   .is_set = set != NULL};
    }
    return HYS_OK;
}

static const char *join_ports(hys_passport *p, const hys_model *model) {
    hys__text text;
    hys__text_init(&text, p->ctx);
    for (size_t k = 0; k < hys_model_n_ports(model); k++)
        hys__text_printf(&text, "%s%s", k ? ", " : "", hys_model_port(model, k));
    const char *made = copy(p, text.at);
    hys__text_free(&text);
    return made;
}

static const char *join_states(hys_passport *p, const hys_model *model) {
    hys__text text;
    hys__text_init(&text, p->ctx);
    for (size_t k = 0; k < hys_model_n_states(model); k++) {
        const hys_state *s = hys_model_state(model, k);
        hys__text_printf(&text, "%s%s%s%s%s%s", k ? ", " : "", s->name, *s->units ? " (" : "", s->units,
                         *s->units ? ")" : "", s->is_retained ? " (kept from step to step)" : "");
    }
    const char *made = copy(p, text.n ? text.at : "none");
    hys__text_free(&text);
    return made;
}

hys_status hys__passport_tell_model(hys_passport *p, const hys_model *model) {
    const char *text = "";
    size_t n = 0;
    p->name = copy(p, hys_model_name(model));
    p->desc = copy(p, hys_model_desc(model));
    p->file = copy(p, hys_model_file(model));
    tell_library(p, model);
    tell_variant(p, model);
    p->ports = join_ports(p, model);
    p->states = join_states(p, model);
    /* A model from memory has no file: it goes without its source. */
    size_t n_said = hys_diag_count(p->ctx);
    hys_status status = hys_device_source(p->ctx, hys_model_file(model), &text, &n);
    if (status == HYS_NOMEM) return status;
    if (status != HYS_OK) hys__diag_rewind(p->ctx, n_said);
    p->source = status == HYS_OK ? text : "";
    p->hash = *p->source ? hash_of(p, p->source, n) : "";
    status = tell_params(p, model);
    return p->arena.failed ? HYS_NOMEM : status;
}

/* ---- data ---- */

/* Of the file's bytes; where there is no such file, of the columns' names and values. */
static void add_hash(hys_passport *p, hys__hasher *h, const hys_class_data *data, const char *path) {
    hys__arena arena;
    const char *text;
    size_t n, n_said = hys_diag_count(p->ctx);
    hys__arena_init(&arena, p->ctx, 0);
    if (hys__file_read(&arena, path, FILE_MAX, &text, &n) == HYS_OK) {
        hys__hasher_add(h, text, n);
    } else {
        hys__diag_rewind(p->ctx, n_said);
        for (size_t c = 0; c < hys_table_n_columns(data->table); c++) {
            hys__hasher_add_str(h, hys_table_name(data->table, c));
            hys__hasher_add(h, hys_table_column_at(data->table, c), hys_table_n_rows(data->table) * sizeof(double));
        }
    }
    hys__arena_free(&arena);
}

hys_status hys__passport_tell_data(hys_passport *p) {
    hys__hasher h;
    p->name = copy(p, p->data[0].name);
    p->desc = p->family = p->reference = p->label = p->variant_desc = p->source = p->ports = p->states = "";
    p->file = copy(p, p->paths[0]);
    p->curves = HYS_NEW_N(&p->arena, hys_curve_info, p->n_data);
    p->fit_data = HYS_NEW_N(&p->arena, hys_fit_data, p->n_data);
    p->n_rows = HYS_NEW_N(&p->arena, size_t, p->n_data);
    if (!p->curves || !p->fit_data || !p->n_rows) return HYS_NOMEM;
    hys__hasher_init(&h);
    for (size_t k = 0; k < p->n_data; k++) {
        add_hash(p, &h, &p->data[k], p->paths[k]);
        p->n_rows[k] = hys_table_n_rows(p->data[k].table);
        p->curves[k].size = sizeof p->curves[k];
        p->fit_data[k] = (hys_fit_data){.name = p->data[k].name, .table = p->data[k].table};
        hys_status status = hys_curve_inspect(p->ctx, p->data[k].table, &p->curves[k]);
        if (status != HYS_OK) return status;
    }
    p->hash = copy(p, hys__hasher_end(&h).hex);
    return p->arena.failed ? HYS_NOMEM : HYS_OK;
}
