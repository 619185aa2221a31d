/* Options that say "auto": amplitudes, widths and reads that suit the device, found by probing it. */
#include "lab/protocol.h"
#include <math.h>
#include <string.h>

#define FALLBACK_V   1.0
#define VOLATILE     0.5 /* part kept below which a device forgets */
#define NEARER       0.1 /* what a decade from the usual width, or from 1 V, weighs against one from the wanted answer */
#define WIDTH_LEAST  1e-9
#define WIDTH_MOST   10.0
#define MOST_DECADES 11 /* between them, and one for a usual width outside */

const char *hys__protocol_text(const hys__protocol *p, const char *name) {
    for (size_t k = 0; k < p->shown->n_options; k++)
        if (!strcmp(p->shown->options[k].name, name)) return p->values[k];
    return "";
}

bool hys__protocol_is_auto(const hys__protocol *p, const char *name) {
    return !strcmp(hys__protocol_text(p, name), "auto");
}

hys_status hys__protocol_probe(hys__protocol *p, const hys__probe **probe) {
    hys_status status = HYS_OK;
    if (!p->probe) {
        hys__probe *made = HYS_NEW(p->arena, hys__probe);
        if (!made) return HYS_NOMEM;
        double read = 0;
        bool is_given = *hys__protocol_text(p, "read") && !hys__protocol_is_auto(p, "read");
        if (is_given) status = hys__protocol_number(p, "read", &read);
        if (status == HYS_OK) status = hys__probe_device(p->ctx, p->arena, p->model, &p->bench, read, made);
        if (status == HYS_OK) p->probe = made;
    }
    *probe = p->probe;
    return status;
}

double hys__protocol_round(double v) {
    if (v == 0 || !isfinite(v)) return v;
    double unit = pow(10, floor(log10(fabs(v))) - 2);
    return round(v / unit) * unit;
}

typedef struct search {
    const hys__probe *probe;
    const hys__auto *want;
    hys__auto_found *found;
    int sign[2];     /* of up, of down */
    bool is_auto[2]; /* whether their voltage is sought */
    double usual;    /* s */
    double t[2];     /* s: when that part of the way is gone, at what was found */
} search;

/* How badly a width suits, in powers of e; fills the voltages. */
static double misfit(search *s, double width) {
    double sum = NEARER * fabs(log(width / s->usual)), target = s->want->widths * width;
    double part = s->want->part > 0 ? s->want->part : 0.5;
    double *v[2] = {&s->found->up, &s->found->down};
    for (int k = 0; k < 2; k++) {
        if (s->is_auto[k])
            *v[k] = s->want->is_whole ? hys__probe_least(s->probe, s->sign[k], part, target, &s->t[k])
                                      : hys__probe_voltage(s->probe, s->sign[k], part, target, &s->t[k]);
        else s->t[k] = hys__probe_time_at(s->probe, *v[k], part);
        if (s->sign[k] == 0 || (k == 1 && !s->want->down && !s->want->is_axis)) continue;
        double off = isnan(s->t[k]) ? 50 : log(s->t[k] / target);
        sum += s->want->is_whole ? fmax(off, 0) : fabs(off);
        if (s->is_auto[k] && !isnan(*v[k])) sum += NEARER * fabs(log(fabs(*v[k]) / FALLBACK_V));
    }
    return sum;
}

static void choose_width(search *s) {
    double best = INFINITY, width = s->usual;
    for (int k = -MOST_DECADES; k <= MOST_DECADES; k++) {
        double w = s->usual * pow(10, k);
        if (k != 0 && !(w >= WIDTH_LEAST * 0.99 && w <= WIDTH_MOST * 1.01)) continue;
        double bad = misfit(s, w);
        if (bad < best) best = bad, width = w;
    }
    s->found->width = hys__protocol_round(width);
    misfit(s, s->found->width);
}

static hys_status tell(hys__protocol *p, const search *s) {
    const hys__auto_found *f = s->found;
    const hys__auto *w = s->want;
    const char *down = w->down ? hys__arena_printf(p->arena, ", %s=%gV", w->down, f->down) : "", *width = "";
    if (w->width)
        width = hys__arena_printf(p->arena, ", %s=%g%s", w->width, w->is_rate ? 1 / f->width : f->width,
                                  w->is_rate ? "Hz" : "s");
    if (!down || !width) return HYS_NOMEM;
    return hys__protocol_remark(p, "chosen by probing the device: %s=%gV%s%s", w->up, f->up, down, width);
}

static hys_status tell_nothing(hys__protocol *p, const search *s) {
    double most = fmax(hys__probe_largest(s->probe, 1), hys__probe_largest(s->probe, -1));
    return hys__protocol_remark(p,
                                "no amplitude could be chosen: nothing up to %.3g V, held for 1 ns to 1000 s, changes "
                                "the conductance; %g V was taken",
                                most, FALLBACK_V);
}

/* What no level of the ladder answers to takes the other sign's size. */
static void complete(search *s) {
    hys__auto_found *f = s->found;
    double other = isnan(f->up) ? f->down : f->up;
    if (isnan(other)) other = isnan(f->up) ? -FALLBACK_V : FALLBACK_V;
    if (isnan(f->up)) f->up = -other;
    if (isnan(f->down)) f->down = -other;
    f->up = s->is_auto[0] ? hys__protocol_round(f->up) : f->up;
    f->down = s->is_auto[1] ? hys__protocol_round(f->down) : f->down;
}

static bool is_width_free(const hys__protocol *p, const hys__auto *want) {
    return want->is_free || (want->width && hys__protocol_is_auto(p, want->width));
}

static hys_status read_given(hys__protocol *p, const hys__auto *want, search *s, bool *is_any) {
    hys__auto_found *f = s->found;
    const char *names[2] = {want->up, want->down};
    double *v[2] = {&f->up, &f->down};
    hys_status status = HYS_OK;
    *is_any = false;
    for (int k = 0; k < 2 && status == HYS_OK; k++) {
        s->is_auto[k] = !names[k] || hys__protocol_is_auto(p, names[k]);
        *is_any = *is_any || (names[k] && s->is_auto[k]);
        *v[k] = NAN;
        if (!s->is_auto[k]) status = hys__protocol_number(p, names[k], v[k]);
    }
    bool is_free = is_width_free(p, want);
    *is_any = *is_any || (is_free && want->width);
    f->width = want->usual;
    if (status == HYS_OK && want->width && !is_free) status = hys__protocol_positive(p, want->width, &f->width);
    if (want->is_rate && want->width && !is_free) f->width = 1 / f->width;
    return status;
}

static hys_status find(hys__protocol *p, const hys__auto *want, hys__auto_found *found) {
    search s = {.want = want, .found = found, .t = {NAN, NAN}};
    bool is_any;
    hys_status status = read_given(p, want, &s, &is_any);
    if (status != HYS_OK || !is_any) return status;
    status = hys__protocol_probe(p, &s.probe);
    if (status != HYS_OK) return status;
    found->is_volatile = s.probe->kept < VOLATILE && s.probe->t_forget > 0;
    found->t_forget = s.probe->t_forget;
    s.sign[0] = s.probe->up ? s.probe->up : -s.probe->down;
    s.sign[1] = s.probe->down ? s.probe->down : -s.probe->up;
    if (want->is_axis) s.sign[0] = 1, s.sign[1] = -1;
    else if (!want->down) s.sign[0] = hys__probe_fresh(s.probe, s.sign[0]); /* one kind of pulses on fresh devices */
    bool is_free = is_width_free(p, want);
    s.usual = is_free && found->is_volatile && want->forget > 0
                  ? hys__protocol_round(fmin(fmax(want->forget * found->t_forget, WIDTH_LEAST), WIDTH_MOST))
                  : found->width;
    bool answers = s.probe->up || s.probe->down;
    if (answers && is_free) choose_width(&s);
    else if (answers) misfit(&s, found->width);
    complete(&s);
    p->read_most = s.probe->v_read;
    p->read_width_most = found->width;
    return answers ? tell(p, &s) : tell_nothing(p, &s);
}

hys_status hys__protocol_auto(hys__protocol *p, const hys__auto *want, hys__auto_found *found) {
    *found = (hys__auto_found){NAN, NAN, NAN, NAN, false, NAN};
    hys_status status = find(p, want, found);
    found->rest = found->width;
    if (status != HYS_OK || !want->rest || hys__protocol_is_auto(p, want->rest)) return status;
    return hys__protocol_positive(p, want->rest, &found->rest);
}

hys_status hys__protocol_auto_loop(hys__protocol *p, hys__auto_found *found) {
    const hys__auto want = {.up = "positive",
                            .down = "negative",
                            .width = "frequency",
                            .usual = 1,
                            .forget = 9, /* a period of 2 pi time constants opens the widest loop */
                            .widths = 0.05,
                            .is_whole = true,
                            .is_rate = true,
                            .is_axis = true};
    return hys__protocol_auto(p, &want, found);
}

const char *hys__protocol_triangle(hys__protocol *p, const hys__auto_found *f) {
    const char *up = hys__protocol_quantity(p, f->up, "V"), *down = hys__protocol_quantity(p, f->down, "V");
    const char *rate = hys__protocol_quantity(p, 1 / f->width, "Hz");
    return up && down && rate ? hys__arena_printf(p->arena, "triangle:%s,%s,%s", up, down, rate) : NULL;
}

hys_status hys__protocol_list_auto(hys__protocol *p, const char *name, double from, double to, size_t n,
                                   hys__values *values) {
    if (!hys__protocol_is_auto(p, name)) return hys__protocol_list(p, name, values);
    from = hys__protocol_round(from);
    to = hys__protocol_round(to);
    values->n = n;
    values->at = HYS_NEW_N(p->arena, double, n);
    if (!values->at) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) values->at[k] = k + 1 == n ? to : from * pow(to / from, (double)k / (double)(n - 1));
    return hys__protocol_remark(p, "chosen: %s=%g:%g:%zu", name, from, to, n);
}

hys_status hys__protocol_time_auto(hys__protocol *p, const char *name, double usual, double *value) {
    if (!hys__protocol_is_auto(p, name)) return hys__protocol_positive(p, name, value);
    *value = hys__protocol_round(usual);
    return hys__protocol_remark(p, "chosen: %s=%gs", name, *value);
}

hys_status hys__protocol_read(hys__protocol *p, double *read, double *width) {
    hys_status status = HYS_OK;
    *read = fmin(0.1, p->read_most > 0 ? p->read_most : INFINITY);
    *width = fmin(1e-3, p->read_width_most > 0 ? p->read_width_most : INFINITY);
    if (!hys__protocol_is_auto(p, "read")) status = hys__protocol_number(p, "read", read);
    if (status == HYS_OK && !hys__protocol_is_auto(p, "read-width"))
        status = hys__protocol_positive(p, "read-width", width);
    return status;
}
