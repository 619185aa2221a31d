/* Further terminals of channels: they read concentrations, or are held where they are told to be. */
#include "base/diag.h"
#include "base/units.h"
#include "brain/brain_impl.h"
#include <math.h>
#include <string.h>

/* cai or cai_port: the concentration of ca inside; cao, cao_port: outside. */
static bool find_ion(const hys_brain_cell *cell, const char *terminal, hys__reader *reader) {
    size_t n = strlen(terminal);
    if (n > 5 && !strcmp(terminal + n - 5, "_port")) n -= 5;
    if (n < 2 || (terminal[n - 1] != 'i' && terminal[n - 1] != 'o')) return false;
    const long ion = hys__cell_find_ion(cell, terminal, n - 1);
    if (ion < 0) return false;
    const bool is_outside = terminal[n - 1] == 'o';
    *reader = (hys__reader){ion, is_outside, is_outside ? cell->ions.at[ion].outsides : NULL};
    return true;
}

/* hold = TERMINAL "=" number [unit] */
static bool is_of(const char *hold, const char *terminal) {
    const size_t n = strlen(terminal);
    return !strncmp(hold, terminal, n) && hold[n] == '=';
}

static hys_status take_held(hys_brain_cell *cell, const hys__channel *c, const char *hold, const char *units,
                            hys__reader *reader) {
    const char *text = strchr(hold, '=') + 1;
    hys__unit said, own;
    bool has_unit = false;
    double value;
    bool is_good = hys__quantity_parse(text, strlen(text), &value, &said, &has_unit) && isfinite(value);
    if (is_good && has_unit)
        is_good = units && hys__unit_parse(units, strlen(units), &own) && hys__unit_same_dim(&said, &own);
    if (!is_good)
        return hys__fail(cell->ctx, HYS_ARG, "", "%s: '%.80s' is no value in %s", c->name, hold, units ? units : "1");
    double *all = hys__cell_row(cell, has_unit ? hys__unit_from_si(&own, hys__unit_to_si(&said, value)) : value);
    *reader = (hys__reader){.ion = -1, .fixed = all};
    return all ? HYS_OK : HYS_NOMEM;
}

static hys_status check_holds(hys_brain_cell *cell, const hys__channel *c, const hys_channel_opts *o) {
    const hys_kernel *k = c->model->kernel;
    for (size_t h = 0; h < o->n_hold; h++) {
        bool is_known = false;
        for (hys_u32 t = 2; t < k->n_terminals; t++) is_known = is_known || is_of(o->hold[h], k->unknowns[t].name);
        if (!is_known)
            return hys__fail(cell->ctx, HYS_ARG, "TERMINAL=VALUE; not one of the first two",
                             "%s has no terminal to be held as in '%.80s'", c->name, o->hold[h]);
    }
    return HYS_OK;
}

hys_status hys__channel_find_readers(hys_brain_cell *cell, hys__channel *c, const hys_channel_opts *o) {
    const hys_kernel *k = c->model->kernel;
    c->nt = k->n_terminals;
    if (c->nt > 2 + HYS__MOST_PORTS)
        return hys__fail(cell->ctx, HYS_LIMIT, "", "%s has more than %u terminals", c->name, 2 + HYS__MOST_PORTS);
    hys_status status = check_holds(cell, c, o);
    for (hys_u32 t = 2; t < k->n_terminals && status == HYS_OK; t++) {
        const hys_unknown_info *u = &k->unknowns[t];
        size_t h = 0;
        while (h < o->n_hold && !is_of(o->hold[h], u->name)) h++;
        if (h < o->n_hold) status = take_held(cell, c, o->hold[h], u->units, &c->readers[t - 2]);
        else if (!find_ion(cell, u->name, &c->readers[t - 2]))
            status = hys__fail(cell->ctx, HYS_ARG,
                               "a channel has two, and such as read concentrations: cai or cai_port, where the cell "
                               "has an ion ca; hold the others: TERMINAL=VALUE",
                               "%s has a terminal %s, which is no ion of the cell", c->name, u->name);
    }
    return status;
}

bool hys__channel_reads(const hys__channel *c, long ion, bool is_outside) {
    for (hys_u32 t = 2; t < c->nt; t++)
        if (c->readers[t - 2].ion == ion && c->readers[t - 2].is_outside == is_outside) return true;
    return false;
}

bool hys__channel_has_fixed(const hys__channel *c) {
    for (hys_u32 t = 2; t < c->nt; t++)
        if (!c->readers[t - 2].fixed) return false;
    return true;
}
