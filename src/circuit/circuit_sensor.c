/* Currents of kernels' terminals that other elements read. */
#include "base/units.h"
#include "circuit/circuit_impl.h"
#include "circuit/probe.h"
#include <string.h>
#include <strings.h>

static bool text_equal(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

static const hys__sensor *find(const hys__circuit *c, uint32_t elem, const char *terminal) {
    for (uint32_t k = c->where[elem].sensor; k; k = c->sensors.at[k - 1].next)
        if (text_equal(c->sensors.at[k - 1].name, terminal)) return &c->sensors.at[k - 1];
    return NULL;
}

hys_status hys__sensor_need(hys__circuit *c, uint32_t elem, const char *terminal, uint32_t by) {
    if (find(c, elem, terminal)) return HYS_OK;
    hys__sensor *s = HYS_PUSH(&c->layout, &c->sensors);
    if (!s) return HYS_NOMEM;
    *s = (hys__sensor){.elem = elem, .by = by, .name = terminal, .next = c->where[elem].sensor};
    c->where[elem].sensor = (uint32_t)c->sensors.n;
    return HYS_OK;
}

uint32_t hys__sensor_place(const hys__circuit *c, uint32_t elem, const char *terminal) {
    const hys__sensor *s = find(c, elem, terminal);
    return s ? s->place : HYS__NO_PLACE;
}

hys_status hys__sensors_place(hys__circuit *c) {
    for (size_t i = 0; i < c->sensors.n; i++) {
        hys__sensor *s = &c->sensors.at[i];
        uint32_t *slot = HYS_PUSH(&c->layout, &c->branches);
        if (!slot) return HYS_NOMEM;
        *slot = s->elem;
        s->place = c->n_places++;
        if (!s->name) c->where[s->elem].branch = s->place;
    }
    return HYS_OK;
}

/* ---- which terminal is meant ---- */

/* By its number from 1, by its name in the module, or the letter of a transistor's current. */
static uint32_t terminal_of(const hys_kernel *k, const char *name) {
    double number;
    bool overflow;
    if (!name) return 0;
    if (hys__number_parse(name, &number, &overflow) == strlen(name))
        return number >= 1 && number <= k->n_terminals ? (uint32_t)number - 1 : HYS__NO_PLACE;
    for (hys_u32 t = 0; t < k->n_terminals; t++)
        if (strcasecmp(k->unknowns[t].name, name) == 0) return t;
    return HYS__NO_PLACE;
}

uint32_t hys__circuit_terminal(const hys__circuit *c, uint32_t elem, const char *name) {
    const hys__card *card = c->flat->elems[elem].card;
    if (!name) return 0;
    if (card->kind != HYS__ELEM_KERNEL) return strcmp(name, "1") == 0 ? 0 : HYS__NO_PLACE;
    uint32_t terminal = terminal_of(c->groups.at[c->where[elem].group].kernel, name);
    return terminal < card->n_nodes ? terminal : HYS__NO_PLACE;
}

hys_status hys__circuit_check_probes(const hys__circuit *c) {
    for (size_t i = 0; i < c->flat->n_probes; i++) {
        const hys__probe *p = &c->flat->probes[i];
        if (p->kind == HYS__PROBE_STATE && !hys__probe_is_known(c, p->a, p->state))
            hys__report_at(c->ctx, HYS_WARNING, HYS_OK, NULL, 0, 0, "", "hysteron device show lists the names",
                           "%s: there is no '%.80s': its column is nan", p->label, p->state);
        if (p->kind != HYS__PROBE_I || p->is_scope || !p->state) continue;
        if (hys__circuit_terminal(c, p->a, p->state) == HYS__NO_PLACE)
            return hys__fail(c->ctx, HYS_SEMANTIC, "name one of its terminals, or its number from 1",
                             "%s: there is no terminal '%.80s'", p->label, p->state);
    }
    return HYS_OK;
}

static hys_status resolve(hys__circuit *c, size_t i) {
    hys__sensor *s = &c->sensors.at[i];
    s->terminal = hys__circuit_terminal(c, s->elem, s->name);
    if (s->terminal == HYS__NO_PLACE)
        return hys__circuit_fail(c, HYS_SEMANTIC, s->by, "name one of its terminals, or its number from 1",
                                 "%s has no terminal '%.80s'", c->flat->elems[s->elem].card->name,
                                 s->name ? s->name : "1");
    for (uint32_t k = c->where[s->elem].sensor; k; k = c->sensors.at[k - 1].next) {
        if (k - 1 >= i || c->sensors.at[k - 1].terminal != s->terminal) continue;
        s->terminal = HYS__NO_PLACE;
        s->twin = k - 1;
        break;
    }
    return HYS_OK;
}

hys_status hys__sensors_resolve(hys__circuit *c) {
    hys_status status = HYS_OK;
    hys_u32 most = 1;
    for (size_t j = 0; j < c->groups.n; j++)
        if (c->groups.at[j].kernel->n_unknowns > most) most = c->groups.at[j].kernel->n_unknowns;
    c->marks = HYS_NEW_N(&c->layout, unsigned char, most);
    if (!c->marks) return HYS_NOMEM;
    for (size_t i = 0; i < c->sensors.n && status == HYS_OK; i++) status = resolve(c, i);
    return status;
}

/* ---- rows ---- */

/* An internal node that collapsed into the terminal has its equation there too. */
static bool is_row_of(const hys__circuit *c, const hys__group *g, const hys__sensor *s, uint32_t unknown) {
    if (s->terminal == HYS__NO_PLACE || unknown == s->terminal) return unknown == s->terminal;
    if (unknown < g->kernel->n_terminals || !g->kernel->n_collapses) return false;
    hys__group_rows(g, c->where[s->elem].at, s->terminal, c->marks);
    return c->marks[unknown];
}

uint32_t hys__sensor_row(const hys__circuit *c, const hys__group *g, size_t instance, uint32_t unknown) {
    uint32_t own = c->y_of[hys__group_place(c, g, instance, unknown)];
    if (g->behavioural) return own;
    for (uint32_t k = c->where[g->elems[instance]].sensor; k; k = c->sensors.at[k - 1].next)
        if (is_row_of(c, g, &c->sensors.at[k - 1], unknown)) return c->y_of[c->sensors.at[k - 1].place];
    return own;
}

hys_status hys__sensors_rows(hys__circuit *c) {
    for (size_t i = 0; i < c->sensors.n; i++) {
        hys__group *g = &c->groups.at[c->where[c->sensors.at[i].elem].group];
        if (g->row_of != g->to_y) continue;
        g->row_of = HYS_NEW_N(&c->layout, uint32_t, g->kernel->n_unknowns * g->n_pad + 1);
        if (!g->row_of) return HYS_NOMEM;
        for (hys_u32 u = 0; u < g->kernel->n_unknowns; u++)
            for (size_t k = 0; k < g->n_pad; k++)
                g->row_of[u * g->n_pad + k] = hys__sensor_row(c, g, k < g->n ? k : 0, u);
    }
    return HYS_OK;
}

void hys__sensors_stamp(hys__stamper *s) {
    const hys__circuit *c = s->circuit;
    for (size_t i = 0; i < c->sensors.n; i++) {
        const hys__sensor *sensor = &c->sensors.at[i];
        if (sensor->terminal == HYS__NO_PLACE) continue;
        uint32_t branch = c->y_of[sensor->place];
        s->put(s, false, branch, branch, -1);
        s->put(s, false, c->y_of[c->flat->elems[sensor->elem].nodes[sensor->terminal]], branch, 1);
    }
}
