#include "lab/bench_opts.h"
#include "device/word.h"
#include <math.h>
#include <string.h>

hys_status hys__opts_temperature(hys_ctx *ctx, const hys_bench_opts *opts, double *temp) {
    *temp = 300.15;
    if (!opts->temp) return HYS_OK;
    hys__word word = hys__word_all("--temp", opts->temp);
    hys_status status = hys__word_quantity(ctx, &word, "K", "the temperature", temp);
    if (status == HYS_OK && !(*temp > 0 && *temp < 1e5))
        return hys__word_fail(ctx, &word, HYS_ARG, "300K or 27degC", "the temperature is %g K", *temp);
    return status;
}

hys_status hys__opts_time(hys_ctx *ctx, const char *option, const char *text, double *value) {
    *value = 0;
    if (!text) return HYS_OK;
    hys__word word = hys__word_all(option, text);
    hys_status status = hys__word_quantity(ctx, &word, "s", "the step", value);
    if (status == HYS_OK && !(*value > 0 && *value < 1e18))
        return hys__word_fail(ctx, &word, HYS_ARG, "", "the step must be above 0");
    return status;
}

static hys_status find_terminal(const hys__bench *b, const hys__word *word, uint32_t *terminal) {
    const hys_kernel *k = b->kernel;
    const char *names[64];
    size_t n = k->n_terminals < 64 ? k->n_terminals : 64;
    for (hys_u32 i = 0; i < k->n_terminals; i++)
        if (hys__word_is(word, k->unknowns[i].name)) {
            *terminal = i;
            return HYS_OK;
        }
    char text[64], hint[512] = "ports: ";
    snprintf(text, sizeof text, "%.*s", word->n < 60 ? (int)word->n : 60, word->text + word->at);
    for (size_t i = 0; i < n; i++) {
        names[i] = k->unknowns[i].name;
        size_t used = strlen(hint);
        snprintf(hint + used, sizeof hint - used, "%s%.60s", i ? ", " : "", names[i]);
    }
    const char *near = hys__nearest(text, names, n);
    if (near) snprintf(hint, sizeof hint, "did you mean '%.80s'?", near);
    return hys__word_fail(b->ctx, word, HYS_ARG, hint, "%s has no port '%s'", hys_model_name(b->model), text);
}

static hys_status read_ports(hys__bench *b) {
    b->plus = 0;
    b->sense = HYS_NONE;
    b->minus = b->kernel->n_terminals > 1 ? 1 : HYS_NONE;
    if (b->kernel->n_terminals < 1)
        return hys__fail(b->ctx, HYS_ARG, "", "module %s has no ports to drive", hys_model_name(b->model));
    if (!b->opts->ports) return HYS_OK;
    hys__word rest = hys__word_all("--ports", b->opts->ports), plus, minus, sense;
    hys__word_next(&rest, ',', &plus);
    hys_status status = find_terminal(b, &plus, &b->plus);
    b->minus = HYS_NONE;
    if (status != HYS_OK || !rest.text) return status;
    hys__word_next(&rest, ',', &minus);
    status = find_terminal(b, &minus, &b->minus);
    if (status == HYS_OK && b->minus == b->plus)
        return hys__word_fail(b->ctx, &minus, HYS_ARG, "", "a port cannot be driven against itself");
    if (status != HYS_OK || !rest.text) return status;
    hys__word_next(&rest, ',', &sense);
    if (rest.text)
        return hys__word_fail(b->ctx, &rest, HYS_ARG, "hold further ones by --port gate=1V",
                              "two ports are driven, and a third is sensed");
    status = find_terminal(b, &sense, &b->sense);
    if (status == HYS_OK && (b->sense == b->plus || b->sense == b->minus))
        return hys__word_fail(b->ctx, &sense, HYS_ARG, "", "the port that is sensed is driven already");
    return status;
}

/* Ports: driven, return, sensed. */
static hys_status check_sense(const hys__bench *b, const double *held_at) {
    if (b->sense == HYS_NONE || (held_at[b->sense] != 0 && isfinite(held_at[b->sense]))) return HYS_OK;
    return hys__fail(b->ctx, HYS_ARG, "--port drain=50mV", "the sensed port %s needs a potential that is not 0",
                     b->kernel->unknowns[b->sense].name);
}

static hys_status read_held(hys__bench *b, const char *text, double *held_at) {
    hys__word rest = hys__word_all("--port", text), name, value;
    uint32_t terminal = HYS_NONE;
    hys__word_next(&rest, '=', &name);
    if (!rest.text)
        return hys__word_fail(b->ctx, &name, HYS_ARG, "for example: --port gate=1V", "'PORT=POTENTIAL' is needed");
    hys__word_next(&rest, '\0', &value);
    hys_status status = find_terminal(b, &name, &terminal);
    if (status == HYS_OK && (terminal == b->plus || terminal == b->minus))
        return hys__word_fail(b->ctx, &name, HYS_ARG, "choose the driven ports by --ports",
                              "this port is driven already");
    if (status != HYS_OK) return status;
    const char *units = b->kernel->unknowns[terminal].units;
    return hys__word_quantity(b->ctx, &value, units && units[0] ? units : "V", "the potential", &held_at[terminal]);
}

static hys_status read_limit(const hys__bench *b, const hys__word *word, double *limit) {
    if (hys__word_is(word, "none")) {
        *limit = INFINITY;
        return HYS_OK;
    }
    hys_status status = hys__word_quantity(b->ctx, word, "A", "the compliance", limit);
    if (status != HYS_OK) return status;
    *limit = fabs(*limit);
    if (!(*limit > 0)) return hys__word_fail(b->ctx, word, HYS_ARG, "", "a compliance of 0 lets no current flow");
    return HYS_OK;
}

static hys_status read_compliance(hys__bench *b) {
    b->i_pos = b->i_neg = INFINITY;
    if (!b->opts->compliance) return HYS_OK;
    hys__word rest = hys__word_all("--compliance", b->opts->compliance), pos, neg;
    if (b->drive->is_current)
        return hys__word_fail(b->ctx, &rest, HYS_ARG, "leave it out, or give the wave in V",
                              "a compliance limits the current of a voltage source");
    hys__word_next(&rest, ',', &pos);
    hys_status status = read_limit(b, &pos, &b->i_pos);
    b->i_neg = b->i_pos;
    if (status == HYS_OK && rest.text) {
        hys__word_next(&rest, '\0', &neg);
        status = read_limit(b, &neg, &b->i_neg);
    }
    b->has_limit = isfinite(b->i_pos) || isfinite(b->i_neg);
    return status;
}

static hys_status read_series(hys__bench *b) {
    b->series = 0;
    if (!b->opts->series) return HYS_OK;
    hys__word word = hys__word_all("--series", b->opts->series);
    hys_status status = hys__word_quantity(b->ctx, &word, "ohm", "the series resistance", &b->series);
    if (status == HYS_OK && !(b->series >= 0 && isfinite(b->series)))
        return hys__word_fail(b->ctx, &word, HYS_ARG, "", "the series resistance must not be negative");
    return status;
}

hys_status hys__opts_circuit(hys__bench *b, double *held_at) {
    for (hys_u32 i = 0; i < b->kernel->n_terminals; i++) held_at[i] = NAN;
    hys_status status = read_ports(b);
    if (status == HYS_OK) status = read_compliance(b);
    if (status == HYS_OK) status = read_series(b);
    for (size_t i = 0; i < b->opts->n_port && status == HYS_OK; i++) status = read_held(b, b->opts->port[i], held_at);
    if (status == HYS_OK) status = check_sense(b, held_at);
    b->is_ideal = !b->drive->is_current && !b->has_limit && b->series == 0;
    return status;
}

hys_status hys__opts_initial(const hys__bench *b, const char *text, hys__initial *initial) {
    hys__word rest = hys__word_all("--init", text), name, value;
    hys__word_next(&rest, '=', &name);
    if (!rest.text)
        return hys__word_fail(b->ctx, &name, HYS_ARG, "for example: --init w=0.1", "'STATE=VALUE' is needed");
    hys__word_next(&rest, '\0', &value);
    long index = hys__model_find_state(b->model, name.text + name.at, name.n);
    if (index < 0) {
        const char *names[256];
        char word[64], hint[160] = "this model has no states";
        size_t n = b->model->n_states < 256 ? b->model->n_states : 256;
        for (size_t i = 0; i < n; i++) names[i] = b->model->states[i].name;
        snprintf(word, sizeof word, "%.*s", name.n < 60 ? (int)name.n : 60, name.text + name.at);
        const char *near = hys__nearest(word, names, n);
        if (n) snprintf(hint, sizeof hint, "did you mean '%.80s'?", near ? near : names[0]);
        return hys__word_fail(b->ctx, &name, HYS_ARG, hint, "%s has no state '%s'", hys_model_name(b->model), word);
    }
    const hys_state *state = &b->model->states[index];
    *initial = (hys__initial){.state = (size_t)index};
    hys__unit unit;
    bool has_unit;
    const char *at = value.text + value.at;
    if (!hys__quantity_parse(at, value.n, &initial->value, &unit, &has_unit))
        return hys__word_fail(b->ctx, &value, HYS_ARG, "", "the value of %s is not a number", state->name);
    if (!has_unit) return HYS_OK;
    hys__unit own;
    if (state->units[0] && hys__unit_parse(state->units, strlen(state->units), &own)) {
        if (!hys__unit_same_dim(&unit, &own))
            return hys__word_fail(b->ctx, &value, HYS_UNIT, "", "%s is in %s", state->name, state->units);
        initial->value = hys__unit_from_si(&own, hys__unit_to_si(&unit, initial->value));
    } else {
        initial->value = hys__unit_to_si(&unit, initial->value);
        hys__word_warn(b->ctx, &value, "", "%s declares no unit; the value is taken in SI: %g", state->name,
                       initial->value);
    }
    return HYS_OK;
}
