/* Tables and figures of a study of spikes. */
#include "cli/network_spiking.h"
#include <string.h>

#define PATH 4400

static hys_status put_table(const spiking_session *s, const hys_table *table, const char *name, const char *figure) {
    char path[PATH];
    snprintf(path, sizeof path, "%.4000s/%s.csv", s->folder, name);
    const hys_status status = write_table(s->in, table, path);
    if (status != HYS_OK || !figure || !s->has_figures) return status;
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = figure;
    opts.most_rows = (int32_t)hys_table_n_rows(table); /* a picture has no rows to spare */
    snprintf(path, sizeof path, "%.4000s/%s.svg", s->folder, name);
    return hys_figure_write(s->in->ctx, table, &opts, path);
}

/* ---- accuracies ---- */

typedef struct curve {
    const char *name, *unit;
    const double *x, *accuracy, *std;
    size_t n;
} curve;

static hys_status put_curve(const spiking_session *s, const curve *c) {
    hys_table *table = NULL;
    if (c->n == 0) return HYS_OK;
    hys_status status = hys_table_new(s->in->ctx, &table);
    if (status == HYS_OK) status = hys_table_add_column(table, c->name, c->unit);
    if (status == HYS_OK) status = hys_table_add_column(table, "accuracy", "");
    if (status == HYS_OK) status = hys_table_add_column(table, "accuracy_std", "");
    if (status == HYS_OK) status = hys_table_add_column(table, "software_accuracy", "");
    for (size_t k = 0; k < c->n && status == HYS_OK; k++)
        status =
            hys_table_add_row(table, (const double[]){c->x[k], c->accuracy[k], c->std[k], s->trial->software_accuracy});
    if (status == HYS_OK) status = put_table(s, table, c->name, "accuracy");
    hys_table_free(table);
    return status;
}

enum { MOST_STEPS = 32 };

/* The whole sample is the last of its steps. */
static hys_status put_steps(const spiking_session *s) {
    const hys_spiking_trial_opts *o = &s->opts.trial;
    double steps[MOST_STEPS], accuracy[MOST_STEPS], std[MOST_STEPS];
    size_t n = o->n_at;
    if (n == 0) return HYS_OK;
    for (size_t k = 0; k < n; k++) {
        steps[k] = (double)o->at[k];
        accuracy[k] = s->trial->curve[k];
        std[k] = s->trial->curve_std[k];
    }
    if (steps[n - 1] < (double)o->spiking.steps) {
        steps[n] = (double)o->spiking.steps;
        accuracy[n] = s->trial->accuracy;
        std[n++] = s->trial->accuracy_std;
    }
    return put_curve(s, &(curve){"steps", "", steps, accuracy, std, n});
}

static hys_status put_trial(const spiking_session *s) {
    const hys_spiking_trial_opts *o = &s->opts.trial;
    hys_status status = put_steps(s);
    if (status == HYS_OK)
        status = put_curve(s, &(curve){"time", "s", o->times, s->trial->aged, s->trial->aged_std, o->n_times});
    return status == HYS_OK ? put_table(s, s->epochs, "epochs", NULL) : status;
}

/* ---- plasticity ---- */

static hys_status put_stdp(const spiking_session *s) {
    const hys_table *fields = hys_spiking_study_fields(s->study);
    hys_table *window = NULL;
    hys_status status = fields ? put_table(s, fields, "weights", "map") : HYS_OK;
    if (status == HYS_OK) status = hys_spiking_study_window(s->study, &window);
    if (status == HYS_OK) status = put_table(s, window, "window", "family");
    hys_table_free(window);
    return status;
}

static hys_status put_device(const spiking_session *s) {
    const hys_synapse *synapse = hys_spiking_study_synapse(s->study);
    hys_table *table = NULL;
    if (!synapse) return HYS_OK;
    hys_status status = hys_synapse_table(synapse, &table);
    if (status == HYS_OK) status = put_table(s, table, "device", "synapse");
    hys_table_free(table);
    return status;
}

hys_status spiking_write(const spiking_session *s) {
    if (!s->folder) return HYS_OK;
    hys_status status = put_table(s, hys_spiking_study_confusion(s->study), "confusion", "map");
    if (status == HYS_OK) status = s->trial ? put_trial(s) : put_stdp(s);
    return status == HYS_OK ? put_device(s) : status;
}

/* ---- epochs ---- */

static void hear(void *user, size_t seed, const hys_epoch *e) {
    const spiking_session *s = user;
    hys_table_add_row(s->epochs,
                      (const double[]){(double)seed, (double)e->epoch, e->loss, e->train_accuracy, e->seconds});
}

hys_status spiking_new_epochs(spiking_session *s) {
    static const char *const names[] = {"seed", "epoch", "loss", "train_accuracy", "duration"};
    hys_status status = hys_table_new(s->in->ctx, &s->epochs);
    for (size_t k = 0; k < 5 && status == HYS_OK; k++)
        status = hys_table_add_column(s->epochs, names[k], k == 4 ? "s" : "");
    s->opts.trial.epoch = hear;
    s->opts.trial.epoch_user = s;
    return status;
}
