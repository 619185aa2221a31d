/* Accuracy against what may vary: the same trained network, mapped or aged anew for each value. */
#include "base/diag.h"
#include "network/accuracy_impl.h"
#include "network/mapping.h"
#include <math.h>

typedef struct sweep_row {
    const char *name, *unit, *text;
} sweep_row;

static const sweep_row rows[] = {
#define HYS_X(id, name, unit, what) [HYS_SWEEP_##id] = {name, unit, what},
    HYS_SWEEPS(HYS_X)
#undef HYS_X
};

const char *hys_sweep_name(hys_sweep sweep) {
    return (unsigned)sweep < HYS_N_SWEEPS ? rows[sweep].name : "";
}

const char *hys_sweep_unit(hys_sweep sweep) {
    return (unsigned)sweep < HYS_N_SWEEPS ? rows[sweep].unit : "";
}

const char *hys_sweep_text(hys_sweep sweep) {
    return (unsigned)sweep < HYS_N_SWEEPS ? rows[sweep].text : "";
}

size_t hys__accuracy_n_swept(const hys_accuracy_opts *opts) {
    size_t n = 0;
    for (size_t k = 0; k < opts->n_sweeps; k++) n += opts->sweeps[k].n;
    return n;
}

static void limits_of(hys_sweep what, double *least, double *most) {
    *least = 0;
    *most = INFINITY;
    switch (what) {
    case HYS_SWEEP_TEMPERATURE:
        *least = 1, *most = 1000;
        break;
    case HYS_SWEEP_TILE:
        *least = 2;
        break;
    case HYS_SWEEP_LEVELS:
        *least = 2;
        break;
    case HYS_SWEEP_ADC:
        *least = 1, *most = 24;
        break;
    case HYS_SWEEP_DAC:
        *least = 2, *most = 24;
        break;
    case HYS_SWEEP_STUCK_OFF:
    case HYS_SWEEP_STUCK_ON:
        *most = 1;
        break;
    default:
        break;
    }
}

static hys_status check_value(hys_ctx *ctx, hys_sweep what, double value) {
    double least, most;
    limits_of(what, &least, &most);
    const bool is_count =
        what == HYS_SWEEP_TILE || what == HYS_SWEEP_LEVELS || what == HYS_SWEEP_ADC || what == HYS_SWEEP_DAC;
    if (value >= least && value <= most && !(is_count && value != floor(value))) return HYS_OK; /* NaN is not */
    return hys__fail(ctx, HYS_ARG, NULL, "%s cannot be %g", hys_sweep_name(what), value);
}

hys_status hys__accuracy_check_sweeps(hys_ctx *ctx, const hys_accuracy_opts *opts) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < opts->n_sweeps; k++)
        for (size_t i = 0; i < opts->sweeps[k].n && status == HYS_OK; i++)
            status = check_value(ctx, opts->sweeps[k].what, opts->sweeps[k].values[i]);
    if (status == HYS_OK && opts->n_sweeps > 0 && opts->training == HYS_TRAINING_INPLACE)
        status = hys__fail(ctx, HYS_ARG, "sweep with training offline, aware or hybrid",
                           "a network that was trained in place is not mapped again");
    return status;
}

hys_status hys__accuracy_check_wear(const hys_accuracy *a) {
    hys_mapping_opts m = hys_mapping_opts_default();
    hys_status status = HYS_OK;
    m.synapse = a->synapse;
    for (size_t k = 0; k < a->opts.n_sweeps; k++)
        for (size_t i = 0; a->opts.sweeps[k].what == HYS_SWEEP_CYCLES && i < a->opts.sweeps[k].n; i++) {
            m.cycles = a->opts.sweeps[k].values[i];
            if (status == HYS_OK) status = hys__mapping_check(a->ctx, &m);
        }
    return status;
}

/* Temperature alone changes nothing: it is that of the time behind. */
#define YEAR 31557600.0 /* s */

static void apply(hys_mapping_opts *m, hys_sweep what, double value) {
    switch (what) {
    case HYS_SWEEP_TIME:
        m->time = value;
        break;
    case HYS_SWEEP_CYCLES:
        m->cycles = value;
        break;
    case HYS_SWEEP_TEMPERATURE:
        m->temp = value;
        if (!(m->time > 0)) m->time = YEAR;
        break;
    case HYS_SWEEP_WIRE:
        m->product.lines.word_wire = m->product.lines.bit_wire = value;
        break;
    case HYS_SWEEP_TILE:
        m->product.tile_rows = m->product.tile_columns = (size_t)value;
        break;
    case HYS_SWEEP_LEVELS:
        m->levels = (size_t)value;
        break;
    case HYS_SWEEP_ADC:
        m->product.adc_bits = (int32_t)value;
        break;
    case HYS_SWEEP_DAC:
        m->product.input_bits = (int32_t)value;
        break;
    case HYS_SWEEP_STUCK_OFF:
        m->product.stuck_off = value;
        break;
    case HYS_SWEEP_STUCK_ON:
        m->product.stuck_on = value;
        break;
    case HYS_SWEEP_READ_NOISE:
        m->product.read_noise = value;
        m->has_read_noise = true;
        break;
    default:
        m->product.program_scale = value;
        break;
    }
}

/* What is mapped: the network as it was trained, in software or aware. */
static hys_status evaluate_at(const hys__trial *t, const hys_network *trained, hys_sweep what, double value,
                              double *accuracy) {
    hys_mapping_opts m = hys__trial_mapping(t);
    hys_evaluation e = {.size = sizeof e};
    hys_network *n = NULL;
    apply(&m, what, value);
    m.progress = NULL;
    hys_status status = hys__trial_map(t, trained, &m, &n);
    if (status == HYS_OK) status = hys_network_evaluate(n, hys_dataset_test(t->accuracy->dataset), &e);
    if (status == HYS_OK) *accuracy = e.accuracy;
    hys_evaluation_free(t->accuracy->ctx, &e);
    hys_network_free(n);
    return status;
}

hys_status hys__trial_sweep(const hys__trial *t, const hys_network *trained) {
    hys_accuracy *a = t->accuracy;
    const size_t total = hys__accuracy_n_swept(&a->opts);
    hys_status status = HYS_OK;
    size_t done = 0;
    for (size_t k = 0; k < a->opts.n_sweeps; k++)
        for (size_t i = 0; i < a->opts.sweeps[k].n && status == HYS_OK; i++) {
            if (hys__accuracy_tell(a, (double)done / (double)total)) return HYS_CANCEL;
            status = evaluate_at(t, trained, a->opts.sweeps[k].what, a->opts.sweeps[k].values[i],
                                 &a->swept[done * a->result.n_seeds + t->number]);
            done++;
        }
    return status;
}

hys_status hys__accuracy_join_sweeps(hys_accuracy *a) {
    const size_t seeds = a->result.n_seeds;
    size_t at = 0;
    for (size_t k = 0; k < a->opts.n_sweeps; k++) {
        const hys_sweep_opts *s = &a->opts.sweeps[k];
        a->points[k] = HYS_NEW_N(&a->arena, hys_accuracy_point, s->n + 1);
        if (!a->points[k]) return HYS_NOMEM;
        for (size_t i = 0; i < s->n; i++, at++) {
            hys_accuracy_point *p = &a->points[k][i];
            p->value = s->values[i];
            p->accuracy = hys__mean_of(&a->swept[at * seeds], seeds, &p->std);
        }
    }
    return HYS_OK;
}
