/* What the charge tells of a device that lets no steady current through: pulses of which the first of its sign moves
 * more charge than the second (positive up, negative down). */
#include "lab/classify_sample.h"
#include <math.h>

#define N_RAMP  200  /* rows of a slope */
#define N_HOLD  50   /* and of a level */
#define SHARE   0.05 /* of the charge of a pulse's slope that must stay for a memory */
#define LONG    1e4  /* s */
#define N_TIMES 4

typedef struct pulse_legs {
    size_t up, hold, down;
} pulse_legs;

typedef struct charges {
    double ramp;          /* s */
    double first, second; /* C: what stays behind the first and the second pulse of this sign */
    double slope;         /* C: moved by the second pulse's rising slope */
    double v_switch;      /* V: where the rising slopes differ most */
    double energy;        /* J: taken up by the first more than by the second */
    bool is_good;
} charges;

static pulse_legs add_pulse(hys__plan *p, double v, double ramp) {
    pulse_legs l;
    l.up = hys__plan_ramp(p, v, ramp, N_RAMP);
    l.hold = hys__plan_ramp(p, v, ramp, N_HOLD);
    l.down = hys__plan_ramp(p, 0, ramp, N_RAMP);
    return l;
}

/* Integrals of i and of v i over a leg, by trapezoids. */
static double integrate(const hys__trace *x, size_t leg, double *energy) {
    const hys__leg *l = &x->legs[leg];
    double sum = 0;
    for (size_t k = l->first + 1; k < l->first + l->n; k++) {
        double dt = x->t[k] - x->t[k - 1];
        sum += 0.5 * dt * (x->i[k] + x->i[k - 1]);
        *energy += 0.5 * dt * (x->i[k] * x->v[k] + x->i[k - 1] * x->v[k - 1]);
    }
    return sum;
}

static double whole(const hys__trace *x, const pulse_legs *l, double *energy) {
    *energy = 0;
    return integrate(x, l->up, energy) + integrate(x, l->hold, energy) + integrate(x, l->down, energy);
}

/* Written by -v, `delay` at 0 V, then two pulses of v. */
static hys_status take_charges(hys__sample *s, double v, double ramp, double delay, charges *c) {
    hys__trace x;
    hys__plan plan = hys__plan_new(&s->t, false);
    hys__plan_hold(&plan, 0, ramp);
    add_pulse(&plan, -v, ramp);
    hys__plan_hold(&plan, 0, delay);
    pulse_legs one = add_pulse(&plan, v, ramp);
    hys__plan_hold(&plan, 0, ramp);
    pulse_legs two = add_pulse(&plan, v, ramp);
    *c = (charges){.ramp = ramp, .v_switch = NAN};
    s->t.patience = 2;
    hys_status status = hys__tester_run(&s->t, &plan, &x);
    s->t.patience = 0;
    if (status != HYS_OK || !x.is_whole) return status;
    double e_one, e_two, e_slope = 0, most = 0;
    c->first = whole(&x, &one, &e_one);
    c->second = whole(&x, &two, &e_two);
    c->slope = integrate(&x, two.up, &e_slope);
    c->energy = e_one - e_two;
    for (size_t k = 0; k < N_RAMP; k++) {
        double more = fabs(x.i[x.legs[one.up].first + k] - x.i[x.legs[two.up].first + k]);
        if (more > most) most = more, c->v_switch = x.v[x.legs[one.up].first + k];
    }
    c->is_good = true;
    return HYS_OK;
}

static bool has_memory(const charges *c) {
    return c->is_good && fabs(c->first - c->second) > SHARE * fabs(c->slope);
}

/* The first time of a slope at which a memory is seen, else the last. */
static hys_status find_time(hys__sample *s, double v, charges *c) {
    static const double ramps[N_TIMES] = {1e-6, 1e-4, 1e-2, 1};
    hys_status status = HYS_OK;
    for (int k = 0; k < N_TIMES && status == HYS_OK; k++) {
        charges now;
        status = take_charges(s, v, ramps[k], ramps[k], &now);
        if (now.is_good) *c = now;
        if (has_memory(c)) break;
    }
    return status;
}

static hys_status say_none(hys__sample *s, double v, const charges *c) {
    static const int traits[] = {HYS__TRAIT_POLARITY, HYS__TRAIT_VOLATILITY};
    hys_status status = HYS_OK;
    for (int k = 0; k < 2 && status == HYS_OK; k++)
        status =
            c->is_good
                ? hys__class_word(s->c, traits[k], "none", 0.7, "",
                                  "no conductance, and no charge either: behind a pulse of -%s a first and a second of "
                                  "%s leave %.3g and %.3g C, of %.3g C moved by a slope",
                                  hys__sample_text(s, v, "V"), hys__sample_text(s, v, "V"), c->first, c->second,
                                  c->slope)
                : hys__class_untold(s->c, traits[k],
                                    "it lets no steady current through, and no charge could be followed through pulses "
                                    "of %s",
                                    hys__sample_text(s, v, "V"));
    return status;
}

static hys_status say_volatility(hys__sample *s, double v, const charges *c, const charges *late) {
    double kept = (late->first - late->second) / (c->first - c->second);
    if (!late->is_good)
        return hys__class_untold(s->c, HYS__TRAIT_VOLATILITY, "no charge could be followed over %g s", LONG);
    return hys__class_word(s->c, HYS__TRAIT_VOLATILITY,
                           kept > HYS__KEPT       ? "non-volatile"
                           : kept < 1 - HYS__KEPT ? "volatile"
                                                  : "partly volatile",
                           0.85, "", "of the charge that a pulse of %s switches %.3g %% is left after %g s at 0 V",
                           hys__sample_text(s, v, "V"), 100 * kept, LONG);
}

static hys_status say_charge(hys__sample *s, double v, const charges *c, const charges *other) {
    hys_status status =
        hys__class_word(s->c, HYS__TRAIT_POLARITY, "bipolar", 0.9, "",
                        "behind -%s a first pulse of %s (slopes of %s) leaves %.3g C and a second %.3g C: each sign "
                        "undoes the other",
                        hys__sample_text(s, v, "V"), hys__sample_text(s, v, "V"), hys__sample_text(s, c->ramp, "s"),
                        c->first, c->second);
    if (status == HYS_OK)
        status = hys__class_number(s->c, HYS__TRAIT_ENERGY, c->energy, 0.8, "",
                                   "integral of v i over the first pulse of %s less that over the second",
                                   hys__sample_text(s, v, "V"));
    if (status == HYS_OK)
        status = hys__class_number(s->c, HYS__TRAIT_THRESHOLD_POS, c->v_switch, 0.8, "",
                                   "on a slope of %s the first pulse moves most charge more than the second there",
                                   hys__sample_text(s, c->ramp, "s"));
    if (status != HYS_OK || !other->is_good) return status;
    return hys__class_number(s->c, HYS__TRAIT_THRESHOLD_NEG, other->v_switch, 0.8, "",
                             "on a slope of %s the first pulse moves most charge more than the second there",
                             hys__sample_text(s, other->ramp, "s"));
}

/* What is asked of conductances has no meaning here. */
static hys_status leave_out(hys__sample *s) {
    static const int traits[] = {HYS__TRAIT_CONTROL,      HYS__TRAIT_NDR,           HYS__TRAIT_ON_OFF,
                                 HYS__TRAIT_TIME_SET,     HYS__TRAIT_TIME_RESET,    HYS__TRAIT_ENERGY,
                                 HYS__TRAIT_POLARITY,     HYS__TRAIT_VOLATILITY,    HYS__TRAIT_THRESHOLD_POS,
                                 HYS__TRAIT_HOLD,         HYS__TRAIT_THRESHOLD_I,   HYS__TRAIT_THRESHOLD_NEG,
                                 HYS__TRAIT_NONLINEARITY, HYS__TRAIT_RECTIFICATION, HYS__TRAIT_SYMMETRY};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof traits / sizeof *traits && status == HYS_OK; k++)
        status = hys__class_untold(s->c, traits[k],
                                   "no level leaves a steady current: it blocks, and no conductance tells its state");
    return status;
}

hys_status hys__sample_charge(hys__sample *s) {
    double top[2] = {0, 0};
    charges c = {0}, late = {0}, other = {0};
    if (!s->is_capacitor) return HYS_OK;
    for (int sign = 0; sign < 2; sign++)
        if (s->v[sign]->n) top[sign] = fabs(s->v[sign]->at[s->v[sign]->n - 1].level);
    double v = fmin(top[0], top[1]);
    hys_status status = leave_out(s);
    if (status == HYS_OK && v > 0) status = find_time(s, v, &c);
    if (status == HYS_OK && !has_memory(&c)) return say_none(s, v, &c);
    if (status == HYS_OK) status = take_charges(s, v, c.ramp, LONG, &late);
    if (status == HYS_OK) status = take_charges(s, -v, c.ramp, c.ramp, &other);
    if (status == HYS_OK) status = say_charge(s, v, &c, &other);
    return status == HYS_OK ? say_volatility(s, v, &c, &late) : status;
}
