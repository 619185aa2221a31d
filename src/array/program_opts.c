/* What programming is told: schemes, outcomes, options. */
#include "array/program.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

static const struct {
    const char *name, *text;
} schemes[] =
    {
#define HYS_X(id, name, what) {name, what},
        HYS_WRITE_SCHEMES(HYS_X)
#undef HYS_X
},
  outcomes[] = {
#define HYS_X(id, name, what) {name, what},
      HYS_PROGRAM_OUTCOMES(HYS_X)
#undef HYS_X
};

const char *hys_write_scheme_name(hys_write_scheme scheme) {
    return scheme < HYS_N_WRITE_SCHEMES ? schemes[scheme].name : "";
}

const char *hys_write_scheme_text(hys_write_scheme scheme) {
    return scheme < HYS_N_WRITE_SCHEMES ? schemes[scheme].text : "";
}

const char *hys_program_outcome_name(hys_program_outcome outcome) {
    return outcome < HYS_N_PROGRAM_OUTCOMES ? outcomes[outcome].name : "";
}

const char *hys_program_outcome_text(hys_program_outcome outcome) {
    return outcome < HYS_N_PROGRAM_OUTCOMES ? outcomes[outcome].text : "";
}

hys_program_opts hys_program_opts_default(void) {
    return (hys_program_opts){.size = sizeof(hys_program_opts),
                              .strategy = "ispva",
                              .width = 1e-6,
                              .rise = 1e-9,
                              .growth = 1.2,
                              .read_voltage = 0.1,
                              .read_time = 1e-6,
                              .reads = 1,
                              .tolerance = 0.02,
                              .accept = 1,
                              .most_pulses = 200};
}

/* ---- checks ---- */

static hys_status bad(hys_ctx *ctx, const char *hint, const char *what, double value, const char *unit) {
    return hys__fail(ctx, HYS_ARG, hint, "%s of %g%s%s", what, value, *unit ? " " : "", unit);
}

static hys_status check_positive(hys_ctx *ctx, const hys_program_opts *o) {
    const struct {
        const char *what, *unit;
        double value;
        bool may_be_zero;
    } all[] = {{"pulses with a width", "s", o->width, false},
               {"pulses with edges", "s", o->rise, false},
               {"reads with a time", "s", o->read_time, true},
               {"read noise", "", o->read_noise, true},
               {"a tolerance", "", o->tolerance, true},
               {"a tolerance", "S", o->tolerance_S, true},
               {"a wait", "s", o->wait, true},
               {"an endurance", "", o->endurance, true},
               {"steps of set", "V", o->set_step, true},
               {"steps of reset", "V", o->reset_step, true},
               {"steps of the gate", "V", o->gate_step, true}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        if (!isfinite(all[k].value) || all[k].value < 0 || (all[k].value == 0 && !all[k].may_be_zero))
            return bad(ctx, all[k].may_be_zero ? "not negative" : "more than 0", all[k].what, all[k].value,
                       all[k].unit);
    if (o->tolerance == 0 && o->tolerance_S == 0)
        return hys__fail(ctx, HYS_ARG, "a part of the target, or siemens", "no conductance is met exactly");
    if (!isfinite(o->read_voltage) || o->read_voltage == 0)
        return bad(ctx, "for example 0.1 V", "a read at", o->read_voltage, "V");
    if (o->reads_disturb && o->read_time == 0)
        return hys__fail(ctx, HYS_ARG, "a read_time", "reads that disturb take time");
    if (!(o->accept > 0 && o->accept <= 1))
        return bad(ctx, "more than 0, at most 1", "an accepted part", o->accept, "");
    if (!o->most_pulses || !o->reads) return hys__fail(ctx, HYS_ARG, "1 or more", "no pulses, or no reads");
    return HYS_OK;
}

static hys_status check_ramp(hys_ctx *ctx, const char *name, double first, double limit) {
    if (!isfinite(first) || first == 0)
        return hys__fail(ctx, HYS_ARG, "the voltage across the cell, word line minus bit line, with its sign",
                         "pulses that %s the cell need a voltage", name);
    if (!isfinite(limit) || first * limit < 0 || fabs(limit) < fabs(first))
        return hys__fail(ctx, HYS_ARG, "of the same sign, and not smaller",
                         "pulses that %s the cell begin with %g V and end with %g V", name, first, limit);
    return HYS_OK;
}

static hys_status check_steps(hys_ctx *ctx, const hys__strategy *s, const hys_program_opts *o) {
    if (s->needs_steps && (o->set_step == 0 || o->reset_step == 0))
        return hys__fail(ctx, HYS_ARG, "set_step and reset_step", "the amplitudes of %s grow by no step", s->info.name);
    if (s->needs_gate_steps && (o->scheme != HYS_WRITE_GATE || o->gate_step == 0 || !(o->gate_limit > o->gate)))
        return hys__fail(ctx, HYS_ARG, "the scheme gate, gate_step, and gate_limit above gate",
                         "the gate voltages of %s grow by no step", s->info.name);
    if (s->needs_growth && (!(o->growth > 1) || !isfinite(o->growth) || !(o->width_limit >= o->width)))
        return hys__fail(ctx, HYS_ARG, "growth above 1, and width_limit not below width",
                         "the pulses of %s do not grow", s->info.name);
    if (s->needs_model && !o->cell)
        return hys__fail(ctx, HYS_ARG, "give the cells' own options", "%s has no cell to predict with", s->info.name);
    return HYS_OK;
}

static const hys__strategy *find(hys_ctx *ctx, const char *name) {
    const char *names[32];
    const hys__strategy *s = name ? hys__strategy_find(name) : NULL;
    if (s) return s;
    for (size_t k = 0; k < hys__n_strategies; k++) names[k] = hys__strategies[k].info.name;
    const char *near = name ? hys__nearest(name, names, hys__n_strategies) : NULL;
    char hint[160] = "fixed, ispva, gate, widths, model, relax, two-pulse";
    if (near) snprintf(hint, sizeof hint, "did you mean '%s'?", near);
    hys__fail(ctx, HYS_ARG, hint, "there is no strategy '%.60s'", name ? name : "");
    return NULL;
}

hys_status hys__program_opts_take(hys_ctx *ctx, const hys_program_opts *given, hys_program_opts *o) {
    *o = hys_program_opts_default();
    if (given) memcpy(o, given, given->size < sizeof *o ? given->size : sizeof *o);
    if (o->set_limit == 0) o->set_limit = o->set;
    if (o->reset_limit == 0) o->reset_limit = o->reset;
    if (o->width_limit == 0) o->width_limit = 100 * o->width;
    if (o->gate_limit == 0) o->gate_limit = o->gate;
    const hys__strategy *s = find(ctx, o->strategy);
    if (!s) return HYS_ARG;
    if (!o->rounds) o->rounds = s->rounds ? s->rounds : 1;
    if ((unsigned)o->scheme >= HYS_N_WRITE_SCHEMES) return hys__fail(ctx, HYS_ARG, "", "no such write scheme");
    hys_status status = check_positive(ctx, o);
    if (status == HYS_OK) status = check_ramp(ctx, "set", o->set, o->set_limit);
    if (status == HYS_OK) status = check_ramp(ctx, "reset", o->reset, o->reset_limit);
    return status == HYS_OK ? check_steps(ctx, s, o) : status;
}
