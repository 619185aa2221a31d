/* Studies: a device, spikes through it, and what came out. */
#include "base/diag.h"
#include "base/memory.h"
#include "network/stdp_impl.h"
#include <string.h>

typedef struct input {
    const char *path, *hash;
} input;

struct hys_spiking_study {
    hys_ctx *ctx;
    hys__arena arena;
    struct {
        input *at;
        size_t n, cap;
    } inputs;
    hys_spiking_study_opts opts;
    hys_synapse *synapse;
    hys_stdp_window *window;
    hys_stdp_opts stdp; /* as it was run */
    hys_spiking_trial_result trial;
    hys_stdp_trial_result learnt;
    hys_table *confusion, *fields;
};

hys_spiking_study_opts hys_spiking_study_opts_for(hys_spiking_training training) {
    hys_spiking_study_opts o = {.size = sizeof o,
                                .device = hys_synapse_opts_default(),
                                .trial = hys_spiking_trial_opts_default(),
                                .stdp = hys_stdp_opts_default(),
                                .spike = hys_spike_shape_default()};
    hys_spiking_trial_opts *t = &o.trial;
    t->training = training;
    t->spiking.neuron.tau = 5e-3; /* a few steps: what is trained is 25 of them long */
    t->mapping.product.adc_range = HYS_ADC_CALIBRATED;
    t->mapping.product.adc_part = 0.9999;
    if (training == HYS_SPIKING_SURROGATE) {
        t->spiking.steps = 25;
        t->train.epochs = 5;
        t->train.rate = 2e-3;
    }
    if (training == HYS_SPIKING_STDP) {
        t->spiking.steps = 350;
        t->train.epochs = 1;
        t->seeds = 1;
    }
    return o;
}

/* ---- the device ---- */

static hys_status make_synapse(hys_spiking_study *s) {
    const hys_spiking_study_opts *o = &s->opts;
    hys_synapse_law law = hys_synapse_law_ideal();
    if (o->law && o->has_device)
        return hys__fail(s->ctx, HYS_ARG, "one of the two", "a synapse is of a law, or of a device");
    if (o->has_device) return hys_synapse_new(s->ctx, &o->device, &s->synapse);
    if (!o->law) return HYS_OK;
    const hys_status status = hys_synapse_law_read(s->ctx, o->law, &law);
    return status == HYS_OK ? hys_synapse_of_law(s->ctx, &law, &s->synapse) : status;
}

/* ---- files ---- */

static void keep_input(void *user, const char *path, const char *hash) {
    hys_spiking_study *s = user;
    input *kept = HYS_PUSH(&s->arena, &s->inputs);
    if (!kept) return; /* the arena has failed, which is looked at behind the study */
    kept->path = hys__arena_printf(&s->arena, "%s", path);
    kept->hash = hys__arena_printf(&s->arena, "%s", hash);
}

bool hys_spiking_study_input(const hys_spiking_study *s, size_t k, const char **path, const char **hash) {
    if (k >= s->inputs.n) return false;
    *path = s->inputs.at[k].path;
    *hash = s->inputs.at[k].hash;
    return true;
}

/* ---- plasticity ---- */

static hys_status check_rule(const hys_spiking_study *s) {
    const hys_stdp_kind kind = s->stdp.rule.kind;
    const bool takes_device = kind == HYS_STDP_PULSES || kind == HYS_STDP_DEVICE;
    if (takes_device && !s->synapse)
        return hys__fail(s->ctx, HYS_ARG, "a device, or a law", "%s change no device", hys_stdp_kind_name(kind));
    if (!takes_device && s->synapse)
        return hys__fail(s->ctx, HYS_ARG, "pulses, device", "a device does not learn by %ss", hys_stdp_kind_name(kind));
    return HYS_OK;
}

static hys_status make_window(hys_spiking_study *s) {
    const hys_spiking_study_opts *o = &s->opts;
    const hys_stdp_window_opts w = {.size = sizeof w, .synapse = s->synapse, .shape = o->spike, .seed = o->trial.seed};
    if (s->stdp.rule.kind != HYS_STDP_DEVICE) return HYS_OK;
    if (!(o->spike.head > 0 || o->spike.tail > 0))
        return hys__fail(s->ctx, HYS_ARG, "volts of its head and its tail", "spikes of 0 V change no device");
    const hys_status status = hys_stdp_window_new(&w, &s->window);
    s->stdp.window = s->window;
    return status;
}

static hys_status learn(hys_spiking_study *s) {
    const hys_spiking_trial_opts *t = &s->opts.trial;
    hys_stdp_trial_opts o = hys_stdp_trial_opts_default();
    s->stdp = s->opts.stdp;
    s->stdp.synapse = s->synapse;
    s->stdp.dt = t->spiking.dt > 0 ? t->spiking.dt : s->stdp.dt;
    s->stdp.time = s->stdp.dt * (double)t->spiking.steps;
    if (t->spiking.rate > 0) s->stdp.rate = t->spiking.rate;
    hys_status status = check_rule(s);
    if (status == HYS_OK) status = make_window(s);
    if (status != HYS_OK) return status;
    o.data = t->data;
    o.dataset = t->dataset;
    o.stdp = s->stdp;
    o.epochs = t->train.epochs;
    o.confusion = &s->confusion;
    o.fields = &s->fields;
    o.seeds = t->seeds;
    o.seed = t->seed;
    o.progress = t->progress;
    o.progress_user = t->progress_user;
    o.input = keep_input;
    o.input_user = s;
    s->learnt.size = sizeof s->learnt;
    return hys_stdp_run(s->ctx, &o, &s->learnt);
}

/* ---- the window of a rule ---- */

/* As the network learns: pairs and triplets have soft bounds. */
static hys_status change_of(const hys_spiking_study *s, double x, double dt, double *change) {
    const hys_stdp_rule *r = &s->stdp.rule;
    const hys_synapse_law *law = s->synapse ? hys_synapse_get_law(s->synapse) : NULL;
    const size_t point = (size_t)(x * (HYS_SYNAPSE_POINTS - 1) + 0.5), one[] = {0, 1};
    const double zero = 0;
    const hys_spike_trains pre = {&zero, one, 1}, post = {&dt, one, 1};
    if (s->window) {
        *change = hys_stdp_window_at(s->window, dt, x);
        return HYS_OK;
    }
    if (law && r->kind == HYS_STDP_PULSES) {
        *change = dt > 0 && dt < r->window ? law->up_mean[point] : law->down_mean[point];
        return HYS_OK;
    }
    const hys_status status = hys_stdp_change(s->ctx, r, &pre, &post, change);
    *change *= dt > 0 ? 1 - x : x;
    return status;
}

#define BRANCH 60 /* points of one order of spikes */

static hys_status put_branch(const hys_spiking_study *s, double x, double far, bool is_before, hys_table *t) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < BRANCH && status == HYS_OK; k++) {
        const double part = ((double)k + 0.5) / BRANCH, dt = is_before ? far * (part - 1) : far * part;
        double change = 0;
        status = change_of(s, x, dt, &change);
        if (status == HYS_OK) status = hys_table_add_row(t, (const double[]){x, dt, change});
    }
    return status;
}

static double reach_of(const hys_spiking_study *s) {
    const hys_stdp_rule *r = &s->stdp.rule;
    if (s->window) return hys__stdp_window_reach(s->window);
    if (r->kind == HYS_STDP_PULSES) return 2 * r->window;
    return 3 * (r->tau_plus > r->tau_minus ? r->tau_plus : r->tau_minus);
}

hys_status hys_spiking_study_window(const hys_spiking_study *s, hys_table **table) {
    static const double states[] = {0.25, 0.5, 0.75};
    hys_table *t = NULL;
    if (s->opts.trial.training != HYS_SPIKING_STDP)
        return hys__fail(s->ctx, HYS_ARG, "stdp", "there is no plasticity in this study");
    hys_status status = hys_table_new(s->ctx, &t);
    if (status == HYS_OK) status = hys_table_add_column(t, "weight", "");
    if (status == HYS_OK) status = hys_table_add_column(t, "post - pre", "s");
    if (status == HYS_OK) status = hys_table_add_column(t, "change of weight", "");
    for (size_t k = 0; k < 6 && status == HYS_OK; k++) status = put_branch(s, states[k / 2], reach_of(s), k % 2, t);
    if (status == HYS_OK) *table = t;
    else hys_table_free(t);
    return status;
}

/* ---- all of it ---- */

static hys_status go(hys_spiking_study *s) {
    hys_status status = make_synapse(s);
    if (status != HYS_OK) return status;
    if (s->opts.trial.training == HYS_SPIKING_STDP) return learn(s);
    s->opts.trial.synapse = s->synapse;
    s->opts.trial.confusion = &s->confusion;
    s->opts.trial.input = keep_input;
    s->opts.trial.input_user = s;
    s->trial.size = sizeof s->trial;
    return hys_spiking_run(s->ctx, &s->opts.trial, &s->trial);
}

hys_status hys_spiking_study_run(hys_ctx *ctx, const hys_spiking_study_opts *given, hys_spiking_study **result) {
    hys_spiking_study *s = hys__realloc(ctx, NULL, 0, sizeof *s);
    if (!s) return HYS_NOMEM;
    *s = (hys_spiking_study){.ctx = ctx, .opts = hys_spiking_study_opts_for(given->trial.training)};
    memcpy(&s->opts, given, given->size < sizeof s->opts ? given->size : sizeof s->opts);
    hys__arena_init(&s->arena, ctx, 0);
    hys_status status = go(s);
    if (status == HYS_OK && s->arena.failed) status = HYS_NOMEM;
    if (status == HYS_OK) *result = s;
    else hys_spiking_study_free(s);
    return status;
}

void hys_spiking_study_free(hys_spiking_study *s) {
    if (!s) return;
    hys_ctx *ctx = s->ctx;
    hys_table_free(s->confusion);
    hys_table_free(s->fields);
    hys_stdp_window_free(s->window);
    hys_synapse_free(s->synapse);
    hys__arena_free(&s->arena);
    hys__free(ctx, s, sizeof *s);
}

const hys_spiking_trial_result *hys_spiking_study_trial(const hys_spiking_study *s) {
    return s->opts.trial.training == HYS_SPIKING_STDP ? NULL : &s->trial;
}

const hys_stdp_trial_result *hys_spiking_study_stdp(const hys_spiking_study *s) {
    return s->opts.trial.training == HYS_SPIKING_STDP ? &s->learnt : NULL;
}

const hys_synapse *hys_spiking_study_synapse(const hys_spiking_study *s) {
    return s->synapse;
}

const hys_table *hys_spiking_study_confusion(const hys_spiking_study *s) {
    return s->confusion;
}

const hys_table *hys_spiking_study_fields(const hys_spiking_study *s) {
    return s->fields;
}
