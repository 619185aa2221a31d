/* Criteria, and the verdict that follows from them. */
#include "base/diag.h"
#include "lab/screen_impl.h"
#include <math.h>
#include <string.h>

static double error_of(const hys_screen_criterion *c) {
    const double over = c->value - c->wanted;
    if (isnan(c->value)) return INFINITY;
    if (!strcmp(c->relation, ">=")) return fmax(-over, 0);
    if (!strcmp(c->relation, "<=")) return fmax(over, 0);
    return fabs(over);
}

hys_status hys__screen_add(hys_screen *s, const hys_screen_criterion *criterion) {
    hys_screen_criterion *c = HYS_PUSH(&s->arena, &s->criteria);
    if (!c) return HYS_NOMEM;
    *c = *criterion;
    c->error = error_of(c);
    c->pass = c->error <= c->tolerance;
    return HYS_OK;
}

hys_status hys__screen_add_group(hys_screen *s, const char *group, const hys_screen_criterion *list, size_t n) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        hys_screen_criterion c = list[k];
        c.group = group;
        status = hys__screen_add(s, &c);
    }
    return status;
}

hys_status hys__screen_remark(hys_screen *s, const char *fmt, ...) {
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    const char **remark = HYS_PUSH(&s->arena, &s->remarks);
    if (remark) *remark = hys__arena_strndup(&s->arena, text, strlen(text));
    return remark && *remark ? HYS_OK : HYS_NOMEM;
}

/* Of the class, and that it spikes and propagates: without these the rest means nothing. */
static bool is_basic(const hys_screen_criterion *c) {
    return !strcmp(c->group, "class") || !strcmp(c->name, "spike") || !strcmp(c->name, "propagation");
}

void hys__screen_judge(hys_screen *s) {
    double worst = 0;
    bool all = true, basic = true;
    for (size_t k = 0; k < s->criteria.n; k++) {
        const hys_screen_criterion *c = &s->criteria.at[k];
        if (!c->decides) continue;
        all = all && c->pass;
        basic = basic && (c->pass || !is_basic(c));
        worst = fmax(worst, c->error / c->tolerance);
    }
    s->score = 1 / (1 + worst);
    s->verdict = all ? "pass" : basic ? "conditional" : "fail";
}

/* ---- the device in the membrane against the channel in it ---- */

static hys_status add_spike(hys_screen *s, const hys__loop_figures *got, const hys__loop_figures *want) {
    const double is_spike = got->spikes && !got->is_restless;
    const hys_screen_criterion list[] = {
        {.name = "spike",
         .desc = "one pulse makes one spike, and the membrane rests without",
         .relation = ">=",
         .unit = "",
         .value = is_spike,
         .wanted = 1,
         .tolerance = 0.5,
         .decides = true},
        {.name = "peak",
         .desc = "peak of the spike",
         .relation = "=",
         .unit = "V",
         .value = is_spike ? got->peak : NAN,
         .wanted = want->peak,
         .tolerance = 10e-3,
         .decides = true},
        {.name = "width",
         .desc = "width of the spike at half its height",
         .relation = "=",
         .unit = "s",
         .value = is_spike ? got->width : NAN,
         .wanted = want->width,
         .tolerance = 0.2 * want->width,
         .decides = true},
        {.name = "latency",
         .desc = "from the pulse's begin to the peak",
         .relation = "=",
         .unit = "s",
         .value = is_spike ? got->latency : NAN,
         .wanted = want->latency,
         .tolerance = 0.2 * want->latency},
        {.name = "rest",
         .desc = "potential without stimulus",
         .relation = "=",
         .unit = "V",
         .value = got->rest,
         .wanted = want->rest,
         .tolerance = 5e-3},
    };
    return hys__screen_add_group(s, "loop", list, sizeof list / sizeof *list);
}

/* Largest relative deviation of the rates; where the channel fires and the device does not it is 1. */
static double rate_error(const hys__loop_figures *got, const hys__loop_figures *want) {
    double worst = 0;
    for (int k = 0; k < HYS__N_RATES; k++) {
        if (isnan(got->rate[k])) return NAN;
        worst = fmax(worst, fabs(got->rate[k] - want->rate[k]) / want->rate[k]);
    }
    return worst;
}

static hys_status add_more(hys_screen *s, const hys__loop_figures *got, const hys__loop_figures *want) {
    const hys_screen_criterion list[] = {
        {.name = "rheobase",
         .desc = "least step of current that makes a spike",
         .relation = "=",
         .unit = "A/m^2",
         .value = got->rheobase,
         .wanted = want->rheobase,
         .tolerance = 0.1 * want->rheobase,
         .decides = true},
        {.name = "rate",
         .desc = "largest relative deviation of the f-I curve",
         .relation = "<=",
         .unit = "",
         .value = rate_error(got, want),
         .wanted = 0,
         .tolerance = 0.1,
         .decides = true},
        {.name = "propagation",
         .desc = "a spike passes along 30 coupled membranes",
         .relation = ">=",
         .unit = "",
         .value = got->propagates,
         .wanted = 1,
         .tolerance = 0.5,
         .decides = true},
        {.name = "velocity",
         .desc = "of that spike",
         .relation = "=",
         .unit = "m/s",
         .value = got->velocity,
         .wanted = want->velocity,
         .tolerance = 0.1 * want->velocity},
        {.name = "refractory",
         .desc = "least interval of two pulses that both make a spike",
         .relation = "=",
         .unit = "s",
         .value = got->refractory,
         .wanted = want->refractory,
         .tolerance = 0.2 * want->refractory},
        {.name = "noise",
         .desc = "part of the spikes under noise that coincide",
         .relation = ">=",
         .unit = "",
         .value = got->noise_overlap,
         .wanted = 1,
         .tolerance = 0.2},
    };
    return hys__screen_add_group(s, "loop", list, sizeof list / sizeof *list);
}

/* time, V of the channel's membrane, V of the device's. */
static hys_status add_tables(hys_screen *s, const hys__loop_record record[2], const hys__loop_figures f[2]) {
    hys_status status = hys_table_new(s->ctx, &s->spike);
    if (status == HYS_OK) status = hys_table_add_column(s->spike, "time", "s");
    if (status == HYS_OK) status = hys_table_add_column(s->spike, "channel", "V");
    if (status == HYS_OK) status = hys_table_add_column(s->spike, "device", "V");
    for (size_t k = 0; k < record[0].n_trace * 3 / 20 && status == HYS_OK; k++)
        status = hys_table_add_row(
            s->spike, (double[]){record[0].step * (double)(k + 1), record[0].trace[k], record[1].trace[k]});
    if (status == HYS_OK) status = hys_table_new(s->ctx, &s->rate);
    if (status == HYS_OK) status = hys_table_add_column(s->rate, "current", "A/m^2");
    if (status == HYS_OK) status = hys_table_add_column(s->rate, "channel", "Hz");
    if (status == HYS_OK) status = hys_table_add_column(s->rate, "device", "Hz");
    for (int k = 0; k < HYS__N_RATES && status == HYS_OK; k++)
        status = hys_table_add_row(s->rate,
                                   (double[]){hys__membrane_of(s->channel)->currents[k], f[0].rate[k], f[1].rate[k]});
    return status;
}

hys_status hys__screen_loop(hys_screen *s, const hys__subject *subject) {
    hys__subject who[2] = {*subject, *subject};
    hys__loop_record record[2];
    hys__loop_figures f[2];
    const hys__membrane *m = hys__membrane_of(subject->channel);
    who[0].model = NULL;
    hys_status status = HYS_OK;
    memset(f, 0, sizeof f);
    for (int k = 0; k < 2 && status == HYS_OK; k++) {
        status = hys__loop_new(&s->arena, m, false, &record[k]);
        if (status == HYS_OK) status = hys__loop_spike(&who[k], &record[k], &f[k]);
        if (status == HYS_OK) status = hys__loop_more(&who[k], &f[k]);
    }
    if (status != HYS_OK) return status;
    f[1].noise_overlap = hys__loop_overlap(&record[0].noise, &record[1].noise, 2e-3 * m->slow);
    status = add_spike(s, &f[1], &f[0]);
    if (status == HYS_OK) status = add_more(s, &f[1], &f[0]);
    return status == HYS_OK ? add_tables(s, record, f) : status;
}
