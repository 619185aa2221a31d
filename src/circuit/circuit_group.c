/* Kernels of a circuit: elements of one model, with the same structural settings, temperature and number of nodes, are
 * one batch. */
#include "base/clocale.h"
#include "base/random.h"
#include "base/units.h"
#include "circuit/circuit_impl.h"
#include <math.h>
#include <string.h>
#include <strings.h>

/* ---- which parameter a setting means ---- */

/* Netlists do not tell capitals from small letters; where a module does, the name as written comes first. */
static long find_param(const hys_model *model, const char *name) {
    const hys_kernel *k = model->kernel;
    long found = hys__model_find_param(model, name, strlen(name));
    for (hys_u32 i = 0; i < k->n_params && found < 0; i++)
        if (!(k->params[i].flags & HYS_P_LOCAL) && strcasecmp(k->params[i].name, name) == 0) found = (long)i;
    return found;
}

static const hys__setting *setting_at(const hys__card *card, size_t i) {
    size_t n = card->model ? card->model->n_settings : 0;
    return i < n ? &card->model->settings[i] : &card->settings[i - n];
}

static size_t n_settings(const hys__card *card) {
    return card->n_settings + (card->model ? card->model->n_settings : 0);
}

/* What the settings of one model card are in one model: looked up once, used by all its elements. */
typedef struct card_map {
    const hys__model_card *card;
    const hys_model *model;
    long *index; /* [n_settings] */
} card_map;

typedef struct maker {
    hys__circuit *c;
    struct {
        card_map *at;
        size_t n, cap;
    } maps;
    struct {
        struct loaded {
            const char *file, *module, *structure;
            hys_model *model;
            bool is_taken;
        } * at;
        size_t n, cap;
    } models;
    struct {
        struct bin {
            size_t loaded;
            uint64_t given, spread;
            double temp;
            uint32_t n_nodes;
            const hys__model_card *card;
            struct {
                uint32_t *at;
                size_t n, cap;
            } elems;
        } * at;
        size_t n, cap;
    } bins;
    hys__text structure;
    long *index; /* of the present element's settings */
    size_t index_cap;
} maker;

static const card_map *map_of(maker *m, const hys__model_card *card, const hys_model *model) {
    for (size_t i = m->maps.n; i-- > 0;)
        if (m->maps.at[i].card == card && m->maps.at[i].model == model) return &m->maps.at[i];
    card_map *map = HYS_PUSH(&m->c->layout, &m->maps);
    if (!map) return NULL;
    *map = (card_map){card, model, HYS_NEW_N(&m->c->layout, long, card->n_settings + 1)};
    if (!map->index) return NULL;
    for (size_t i = 0; i < card->n_settings; i++) map->index[i] = find_param(model, card->settings[i].name);
    return map;
}

static hys_status no_such_param(hys__circuit *c, const hys_model *model, const hys__setting *setting) {
    const char **names = HYS_NEW_N(&c->layout, const char *, model->n_params + 1);
    if (!names) return HYS_NOMEM;
    for (size_t i = 0; i < model->n_params; i++) names[i] = model->params[i].name;
    const char *near = hys__nearest(setting->name, names, model->n_params);
    char hint[160];
    snprintf(hint, sizeof hint, near ? "did you mean '%.80s'?" : "hysteron device show lists the names", near);
    return hys__report(c->ctx, HYS_ERROR, HYS_SEMANTIC, c->flat->sources, setting->span, hint,
                       "%s has no parameter '%.60s'", hys_model_name(model), setting->name);
}

/* ---- models ---- */

static bool text_equal(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* "NAME=VALUE" of each setting, for the compiler; only those that shape the kernel act there. */
static const char **settings_text(maker *m, const hys__elem *e) {
    size_t n = n_settings(e->card);
    const char **set = HYS_NEW_N(&m->c->layout, const char *, n + 1);
    for (size_t i = 0; set && i < n; i++) {
        const hys__setting *s = setting_at(e->card, i);
        char number[40];
        hys__number_format(e->values[i], number);
        set[i] = s->text ? hys__arena_printf(&m->c->layout, "%s=\"%s\"", s->name, s->text)
                         : hys__arena_printf(&m->c->layout, "%s=%s", s->name, number);
    }
    return m->c->layout.failed ? NULL : set;
}

static hys_status load(maker *m, const hys__elem *e, const char *structure, size_t *which) {
    const hys__model_card *card = e->card->model;
    hys__circuit *c = m->c;
    const char **set = settings_text(m, e);
    struct loaded *slot = HYS_PUSH(&c->layout, &m->models);
    if (!set || !slot) return HYS_NOMEM;
    hys_model_opts opts = hys_model_opts_default();
    opts.module = card->module;
    opts.set = set;
    opts.n_set = n_settings(e->card);
    opts.as_written = c->opts.as_written;
    opts.cache_dir = c->opts.cache_dir;
    *slot = (struct loaded){card->file, card->module, NULL, NULL, false};
    hys_status status = hys_model_load(c->ctx, card->file, &opts, &slot->model);
    if (status != HYS_OK) {
        m->models.n--;
        hys__note(c->ctx, c->flat->sources, e->card->span, "needed by this element");
        return status;
    }
    slot->structure = structure ? hys__arena_strndup(&c->layout, structure, strlen(structure)) : "";
    *which = m->models.n - 1;
    return slot->structure ? HYS_OK : HYS_NOMEM;
}

/* The settings of an element that shape its kernel, as text; sets m->index. */
static hys_status read_settings(maker *m, const hys__elem *e, const hys_model *model) {
    hys__circuit *c = m->c;
    const hys__card *card = e->card;
    size_t n = n_settings(card), n_model = card->model->n_settings;
    if (!hys__grow(&c->layout, (void **)&m->index, &m->index_cap, n + 1, sizeof *m->index)) return HYS_NOMEM;
    const card_map *map = map_of(m, card->model, model);
    if (!map) return HYS_NOMEM;
    m->structure.n = 0;
    for (size_t i = 0; i < n; i++) {
        const hys__setting *s = setting_at(card, i);
        long at = m->index[i] = i < n_model ? map->index[i] : find_param(model, s->name);
        if (at < 0) return no_such_param(c, model, s);
        hys_u32 flags = model->kernel->params[at].flags;
        if (!(flags & (HYS_P_STRUCTURAL | HYS_P_STRING))) {
            if (s->text)
                return hys__report(c->ctx, HYS_ERROR, HYS_SEMANTIC, c->flat->sources, s->span, "", "%s is a number",
                                   s->name);
            continue;
        }
        char number[40];
        hys__number_format(e->values[i], number);
        hys__text_printf(&m->structure, "%ld=%s\n", at, s->text ? s->text : number);
    }
    return m->structure.failed ? HYS_NOMEM : HYS_OK;
}

static const char *structure_of(const maker *m) {
    return m->structure.n ? m->structure.at : "";
}

/* The model of an element, loaded when first needed. */
static hys_status model_of(maker *m, const hys__elem *e, size_t *which) {
    const hys__model_card *card = e->card->model;
    bool any = false;
    hys_status status = HYS_OK;
    for (size_t i = m->models.n; i-- > 0;) {
        struct loaded *l = &m->models.at[i];
        if (!text_equal(l->file, card->file) || !text_equal(l->module, card->module)) continue;
        if (!any) status = read_settings(m, e, l->model);
        if (status != HYS_OK) return status;
        any = true;
        *which = i;
        if (strcmp(l->structure, structure_of(m)) == 0) return HYS_OK;
    }
    status = load(m, e, any ? structure_of(m) : NULL, which);
    if (status != HYS_OK || any) return status;
    status = read_settings(m, e, m->models.at[*which].model);
    if (status != HYS_OK) return status;
    m->models.at[*which].structure = hys__arena_strndup(&m->c->layout, structure_of(m), strlen(structure_of(m)));
    return m->models.at[*which].structure ? HYS_OK : HYS_NOMEM;
}

/* ---- spread asked for on the command line: "ELEMENT_OR_MODEL:NAME=..." ---- */

/* What stands behind the colon when the spread concerns the element, else NULL. */
static const char *spread_for(const hys__circuit *c, size_t i, uint32_t elem) {
    const char *text = c->opts.spread[i], *colon = strchr(text, ':');
    if (!colon) return NULL;
    size_t n = (size_t)(colon - text);
    const hys__model_card *model = c->flat->elems[elem].card->model;
    const char *names[2] = {model->name, model->module};
    for (int k = 0; k < 2; k++)
        if (names[k] && strlen(names[k]) == n && strncasecmp(names[k], text, n) == 0) return colon + 1;
    char name[512];
    size_t len = hys__flat_elem_name(c->flat, elem, name, sizeof name);
    return len == n && n < sizeof name && strncasecmp(name, text, n) == 0 ? colon + 1 : NULL;
}

static hys_status check_spread(hys__circuit *c) {
    for (size_t i = 0; i < c->opts.n_spread; i++)
        if (!strchr(c->opts.spread[i], ':'))
            return hys__fail(c->ctx, HYS_ARG, "as in --spread 'x1:ron=lognormal 0.1'",
                             "--spread %.80s: in a circuit ELEMENT:NAME=... or MODEL:NAME=... is needed",
                             c->opts.spread[i]);
    if (c->opts.n_spread > 64) return hys__fail(c->ctx, HYS_LIMIT, "", "more than 64 --spread");
    return HYS_OK;
}

/* ---- bins ---- */

static uint64_t given_set(const maker *m, size_t n) {
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t key[2] = {(uint64_t)m->index[i] + 1, 0}, ctr[2] = {0, 0}, out[2];
        bool again = false;
        for (size_t j = 0; j < i; j++) again = again || m->index[j] == m->index[i];
        hys__threefry2x64(key, ctr, out);
        if (!again) sum += out[0];
    }
    return sum;
}

static hys_status put_in_bin(maker *m, uint32_t elem) {
    hys__circuit *c = m->c;
    const hys__elem *e = &c->flat->elems[elem];
    struct bin key = {.card = e->card->model, .n_nodes = e->card->n_nodes};
    hys_status status = model_of(m, e, &key.loaded);
    if (status != HYS_OK) return status;
    const hys_kernel *k = m->models.at[key.loaded].model->kernel;
    if (key.n_nodes > k->n_terminals)
        return hys__circuit_fail(c, HYS_SEMANTIC, elem, "", "%s has %u terminals, not %u", k->module, k->n_terminals,
                                 key.n_nodes);
    key.given = given_set(m, n_settings(e->card));
    key.temp = isnan(e->temp) ? c->temp : e->temp;
    for (size_t i = 0; i < c->opts.n_spread; i++)
        if (spread_for(c, i, elem)) key.spread |= (uint64_t)1 << i;
    for (size_t i = m->bins.n; i-- > 0;) {
        struct bin *b = &m->bins.at[i];
        if (b->loaded != key.loaded || b->given != key.given || b->spread != key.spread || b->temp != key.temp ||
            b->n_nodes != key.n_nodes)
            continue;
        uint32_t *slot = HYS_PUSH(&c->layout, &b->elems);
        if (!slot) return HYS_NOMEM;
        *slot = elem;
        return HYS_OK;
    }
    struct bin *b = HYS_PUSH(&c->layout, &m->bins);
    if (!b) return HYS_NOMEM;
    *b = key;
    uint32_t *slot = HYS_PUSH(&c->layout, &b->elems);
    if (!slot) return HYS_NOMEM;
    *slot = elem;
    return HYS_OK;
}

/* ---- parameters ---- */

typedef struct taker { /* user of hys__own_settings */
    hys__circuit *c;
    hys__group *g;
    struct {
        const hys__model_card *card;
        long *index;
        size_t cap;
    } last; /* model card looked up last */
} taker;

static void take_kernel(void *user, size_t instance, double *value, unsigned char *given) {
    taker *t = user;
    const hys__elem *e = &t->c->flat->elems[t->g->elems[instance]];
    const hys__card *card = e->card;
    size_t n = n_settings(card), n_model = card->model->n_settings;
    if (t->last.card != card->model &&
        hys__grow(&t->c->layout, (void **)&t->last.index, &t->last.cap, n_model + 1, sizeof *t->last.index)) {
        for (size_t i = 0; i < n_model; i++) t->last.index[i] = find_param(t->g->model, card->model->settings[i].name);
        t->last.card = card->model;
    }
    for (size_t i = 0; i < n; i++) {
        bool is_known = i < n_model && t->last.card == card->model;
        long at = is_known ? t->last.index[i] : find_param(t->g->model, setting_at(card, i)->name);
        if (at < 0 || t->g->kernel->params[at].flags & (HYS_P_STRUCTURAL | HYS_P_STRING)) continue;
        value[at] = t->g->kernel->params[at].flags & HYS_P_INTEGER ? round(e->values[i]) : e->values[i];
        given[at] = 1;
    }
    for (size_t i = 0; i < t->c->overrides.n; i++) {
        const hys__override *o = &t->c->overrides.at[i];
        long at = hys__override_takes(o, t->c, t->g->elems[instance]) ? find_param(t->g->model, o->target.param) : -1;
        if (at >= 0) value[at] = o->value, given[at] = 1;
    }
}

static void take_behavioural(void *user, size_t instance, double *value, unsigned char *given) {
    taker *t = user;
    hys__behavioural_params(t->g->behavioural, t->c->flat, instance, value);
    memset(given, 1, t->g->kernel->n_params);
}

static hys_status refuse(void *user, size_t instance, hys_u32 param, const char *text) {
    taker *t = user;
    hys__circuit *c = t->c;
    uint32_t elem = t->g->elems[instance];
    const hys__card *card = c->flat->elems[elem].card;
    char name[256];
    hys__flat_elem_name(c->flat, elem, name, sizeof name);
    hys__span span = card->span;
    for (size_t i = 0; !t->g->behavioural && i < n_settings(card); i++)
        if (find_param(t->g->model, setting_at(card, i)->name) == (long)param) span = setting_at(card, i)->span;
    return hys__report(c->ctx, HYS_ERROR, HYS_SEMANTIC, c->flat->sources, span, "", "%s: %s", name, text);
}

static bool differ(const hys__elem *a, const hys__elem *b) {
    if (a->card != b->card && (a->card->model != b->card->model || a->card->n_settings != b->card->n_settings))
        return true;
    for (size_t i = 0; a->card != b->card && i < a->card->n_settings; i++)
        if (strcmp(a->card->settings[i].name, b->card->settings[i].name) != 0) return true;
    for (size_t i = 0; i < n_settings(a->card); i++)
        if (a->values[i] != b->values[i] && !(isnan(a->values[i]) && isnan(b->values[i]))) return true;
    return false;
}

/* Whether something was set for some of the elements only. */
static bool overrides_differ(const hys__circuit *c, const uint32_t *elems, size_t n) {
    for (size_t k = 0; k < c->overrides.n; k++)
        for (size_t i = 1; i < n; i++)
            if (hys__override_takes(&c->overrides.at[k], c, elems[i]) !=
                hys__override_takes(&c->overrides.at[k], c, elems[0]))
                return true;
    return false;
}

static bool needs_own_params(const hys__circuit *c, const struct bin *b, const hys_kernel *k) {
    if (b->elems.n == 1) return false;
    if (b->spread || overrides_differ(c, b->elems.at, b->elems.n)) return true;
    for (hys_u32 i = 0; i < k->n_params; i++)
        if ((k->params[i].d2d && k->params[i].d2d[0]) || (k->params[i].c2c && k->params[i].c2c[0])) return true;
    for (size_t i = 1; i < b->elems.n; i++)
        if (differ(&c->flat->elems[b->elems.at[0]], &c->flat->elems[b->elems.at[i]])) return true;
    return false;
}

static uint64_t seed_of(const hys__circuit *c) {
    uint64_t key[2] = {c->opts.seed, c->opts.run}, ctr[2] = {0, 0}, out[2];
    if (!c->opts.run) return c->opts.seed;
    hys__threefry2x64(key, ctr, out);
    return out[0];
}

static hys_status name_instances(hys__circuit *c, hys__group *g, const char ***names, bool wants_names) {
    char name[1024];
    *names = wants_names ? HYS_NEW_N(&c->layout, const char *, g->n) : NULL;
    if (wants_names && !*names) return HYS_NOMEM;
    if (!wants_names && !(g->kernel->flags & HYS_K_DRAWS)) return HYS_OK;
    for (size_t i = 0; i < g->n; i++) {
        hys__flat_elem_name(c->flat, g->elems[i], name, sizeof name);
        hys__batch_name(g->batch, i, name, seed_of(c));
        if (wants_names && !((*names)[i] = hys__arena_strndup(&c->layout, name, strlen(name)))) return HYS_NOMEM;
    }
    return HYS_OK;
}

/* What $simparam tells where the netlist has an option of that name. */
static void set_simparams(const hys__circuit *c, hys__batch *b) {
    for (hys_u32 i = 0; i < b->kernel->n_simparams; i++) {
        const hys__option *o = hys__flat_option(c->flat, b->kernel->simparams[i]);
        if (o && !isnan(o->value)) b->simparam[i] = o->value;
    }
}

/* A wide kernel takes as long as two or three scalar evaluations. */
#define WIDE_FROM 3

static hys_status make_batch(hys__circuit *c, hys__group *g, bool has_own_params, uint64_t spread) {
    hys__batch_opts opts = {
        .n = g->n, .wide_from = WIDE_FROM, .own_params = has_own_params, .temp = g->temp, .seed = seed_of(c)};
    hys_status status = hys__batch_new(c->ctx, g->model, &opts, &g->batch);
    if (status != HYS_OK) return status;
    g->kernel = g->batch->kernel;
    g->n_pad = g->batch->n_pad;
    set_simparams(c, g->batch);
    const char *texts[64], **names;
    size_t n_spread = 0;
    for (size_t i = 0; i < c->opts.n_spread; i++)
        if (spread >> i & 1) texts[n_spread++] = spread_for(c, i, g->elems[0]);
    taker *t = HYS_NEW(&c->layout, taker);
    if (!t) return HYS_NOMEM;
    *t = (taker){.c = c, .g = g};
    status = name_instances(c, g, &names, has_own_params && !g->behavioural);
    if (status != HYS_OK) return status;
    hys__settings settings = {.spread = texts, .n_spread = n_spread, .names = names, .seed = seed_of(c)};
    settings.own = (hys__own_settings){t, g->behavioural ? take_behavioural : take_kernel, refuse};
    return hys__params_new(g->batch, &settings, &g->params);
}

static hys_status find_multiplicity(hys__circuit *c, hys__group *g) {
    bool any = false;
    for (size_t i = 0; !g->behavioural && i < g->n; i++) any = any || c->flat->elems[g->elems[i]].m != 1;
    if (!any) return HYS_OK;
    g->m = HYS_NEW_N(&c->layout, double, g->n_pad);
    for (size_t i = 0; g->m && i < g->n_pad; i++) g->m[i] = c->flat->elems[g->elems[i < g->n ? i : 0]].m;
    return g->m ? HYS_OK : HYS_NOMEM;
}

static hys_status finish(hys__circuit *c, hys__group *g, bool has_own_params, uint64_t spread) {
    hys_status status = make_batch(c, g, has_own_params, spread);
    if (status != HYS_OK) return status;
    const hys_kernel *k = g->kernel;
    for (hys_u32 u = 0; u < k->n_unknowns; u++)
        g->has_clamps = g->has_clamps || k->unknowns[u].flags & (HYS_U_CLAMP_LO | HYS_U_CLAMP_HI);
    g->at_bound = HYS_NEW_N(&c->layout, signed char, k->n_unknowns * g->n_pad + 1);
    g->history = HYS_NEW_N(&c->layout, hys__history, k->n_delays * g->n + 1);
    g->collapse = HYS_NEW_N(&c->layout, double, k->n_collapses * g->n + 1);
    if (!g->at_bound || !g->history || !g->collapse) return HYS_NOMEM;
    return find_multiplicity(c, g);
}

static void place_elems(hys__circuit *c, uint32_t group) {
    hys__group *g = &c->groups.at[group];
    size_t n_parts = g->behavioural ? g->behavioural->n_parts : 1;
    const uint32_t *elems = g->behavioural ? g->behavioural->elems : g->elems;
    for (size_t i = 0; i < g->n; i++)
        for (size_t p = 0; p < n_parts; p++) {
            hys__where *w = &c->where[elems[i * n_parts + p]];
            w->group = group;
            w->at = (uint32_t)i;
            w->part = (uint32_t)p;
        }
}

static hys_status make_kernel_group(maker *m, struct bin *b, hys__group *g) {
    struct loaded *l = &m->models.at[b->loaded];
    g->model = l->model;
    g->owns_model = !l->is_taken;
    l->is_taken = true;
    g->card = b->card;
    g->n = b->elems.n;
    g->elems = b->elems.at;
    g->temp = b->temp;
    return finish(m->c, g, needs_own_params(m->c, b, l->model->kernel), b->spread);
}

static hys_status make_behavioural_group(hys__circuit *c, const hys__behavioural *b, hys__group *g) {
    g->model = b->model;
    g->behavioural = b;
    g->n = b->n_instances;
    g->temp = c->temp;
    g->elems = HYS_NEW_N(&c->layout, uint32_t, g->n + 1);
    if (!g->elems) return HYS_NOMEM;
    for (size_t i = 0; i < g->n; i++) g->elems[i] = b->elems[i * b->n_parts];
    return finish(c, g, b->has_own_params, 0);
}

static hys_status fill_bins(maker *m) {
    hys__circuit *c = m->c;
    hys_status status = check_spread(c);
    for (uint32_t i = 0; i < c->flat->n_elems && status == HYS_OK; i++)
        if (c->flat->elems[i].card->kind == HYS__ELEM_KERNEL) status = put_in_bin(m, i);
    return status;
}

hys_status hys__groups_make(hys__circuit *c) {
    maker m = {.c = c};
    hys__text_init(&m.structure, c->ctx);
    hys_status status = fill_bins(&m);
    size_t n = m.bins.n + c->behavioural.n;
    c->groups.at = HYS_NEW_N(&c->layout, hys__group, n + 1);
    if (!c->groups.at) status = HYS_NOMEM;
    for (size_t i = 0; i < n && status == HYS_OK; i++) {
        hys__group *g = &c->groups.at[c->groups.n++];
        status = i < m.bins.n ? make_kernel_group(&m, &m.bins.at[i], g)
                              : make_behavioural_group(c, &c->behavioural.at[i - m.bins.n], g);
        if (status == HYS_OK) place_elems(c, (uint32_t)i);
    }
    for (size_t i = 0; i < m.models.n; i++)
        if (!m.models.at[i].is_taken) hys_model_free(m.models.at[i].model);
    hys__text_free(&m.structure);
    return status;
}

void hys__groups_free(hys__circuit *c) {
    for (size_t i = 0; i < c->groups.n; i++) {
        hys__group *g = &c->groups.at[i];
        for (size_t h = 0; g->history && g->kernel && h < g->kernel->n_delays * g->n; h++) {
            hys__free(c->ctx, g->history[h].time, g->history[h].cap * sizeof(double));
            hys__free(c->ctx, g->history[h].value, g->history[h].cap * sizeof(double));
        }
        hys__params_free(g->params);
        hys__batch_free(g->batch);
    }
    for (size_t i = 0; i < c->groups.n; i++)
        if (c->groups.at[i].owns_model) hys_model_free(c->groups.at[i].model);
    c->groups.n = 0;
}

/* Whether all instances still may share one set of parameters. */
static bool still_shares(hys__circuit *c, const hys__group *g) {
    if (g->batch->has_own_params || g->n == 1) return true;
    if (!g->behavioural) {
        if (overrides_differ(c, g->elems, g->n)) return false;
        for (size_t i = 1; i < g->n; i++)
            if (differ(&c->flat->elems[g->elems[0]], &c->flat->elems[g->elems[i]])) return false;
        return true;
    }
    double *first = g->batch->p_one, *other = HYS_NEW_N(&c->layout, double, g->kernel->n_params + 1);
    hys__behavioural_params(g->behavioural, c->flat, 0, first);
    for (size_t i = 1; other && i < g->n; i++) {
        hys__behavioural_params(g->behavioural, c->flat, i, other);
        if (memcmp(first, other, g->kernel->n_params * sizeof *first) != 0) return false;
    }
    return true;
}

hys_status hys__groups_refresh(hys__circuit *c) {
    for (size_t i = 0; i < c->groups.n; i++) {
        hys__group *g = &c->groups.at[i];
        if (!still_shares(c, g)) return HYS_DONE;
        g->batch->env.temp = g->temp;
        hys_status status = hys__params_refill(g->params, false);
        if (status != HYS_OK) return status;
        for (size_t k = 0; g->m && k < g->n; k++) g->m[k] = c->flat->elems[g->elems[k]].m;
    }
    return HYS_OK;
}

uint32_t hys__group_terminal(const hys__circuit *c, const hys__group *g, size_t instance, uint32_t terminal) {
    if (!g->behavioural) return c->flat->elems[g->elems[instance]].nodes[terminal];
    uint32_t at = g->behavioural->ports[instance * g->behavioural->n_ports + terminal];
    if (!g->behavioural->is_current[terminal]) return at;
    return c->where[at].sensor ? hys__sensor_place(c, at, g->behavioural->terminals[terminal]) : c->where[at].branch;
}

uint32_t hys__group_place(const hys__circuit *c, const hys__group *g, size_t instance, uint32_t unknown) {
    const hys_kernel *k = g->kernel;
    uint32_t n_nodes =
        g->behavioural ? (uint32_t)g->behavioural->n_ports : c->flat->elems[g->elems[instance]].card->n_nodes;
    if (unknown < n_nodes) return hys__group_terminal(c, g, instance, unknown);
    return g->first_place + (uint32_t)instance * (k->n_unknowns - n_nodes) + (unknown - n_nodes);
}
