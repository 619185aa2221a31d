/* Tables, figures and weights of an experiment on a network. */
#include "cli/network_report.h"
#include <stdlib.h>
#include <string.h>

/* ---- files ---- */

#define PATH 4400

static hys_status put_table(const network_session *s, const hys_table *table, const char *name, const char *figure) {
    char path[PATH];
    snprintf(path, sizeof path, "%.4000s/%.200s.csv", s->folder, name);
    const hys_status status = write_table(s->in, table, path);
    if (status != HYS_OK || !figure || !s->has_figures) return status;
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = figure;
    snprintf(path, sizeof path, "%.4000s/%.200s.svg", s->folder, name);
    return hys_figure_write(s->in->ctx, table, &opts, path);
}

static hys_status add_columns(hys_table *table, const char *const *names, const char *const *units, size_t n) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < n && status == HYS_OK; k++) status = hys_table_add_column(table, names[k], units[k]);
    return status;
}

static hys_status put_confusion(const network_session *s) {
    static const char *const names[] = {"Predicted class", "True class", "Part of the class"};
    static const char *const units[] = {"", "", ""};
    const hys_accuracy_result *r = s->result;
    hys_table *table = NULL;
    hys_status status = hys_table_new(s->in->ctx, &table);
    if (status == HYS_OK) status = add_columns(table, names, units, 3);
    for (size_t i = 0; i < r->n_classes; i++) {
        double all = 0;
        for (size_t j = 0; j < r->n_classes; j++) all += (double)r->confusion[i * r->n_classes + j];
        for (size_t j = 0; j < r->n_classes && status == HYS_OK; j++)
            status = hys_table_add_row(
                table,
                (const double[]){(double)j, (double)i, all > 0 ? (double)r->confusion[i * r->n_classes + j] / all : 0});
    }
    if (status == HYS_OK) status = put_table(s, table, "confusion", "map");
    hys_table_free(table);
    return status;
}

static hys_status put_sweep(const network_session *s, size_t k) {
    const hys_sweep_opts *o = &s->opts.sweeps[k];
    const char *const names[] = {hys_sweep_name(o->what), "accuracy", "accuracy_std", "software_accuracy"};
    const char *const units[] = {hys_sweep_unit(o->what), "", "", ""};
    hys_table *table = NULL;
    hys_status status = hys_table_new(s->in->ctx, &table);
    if (status == HYS_OK) status = add_columns(table, names, units, 4);
    for (size_t i = 0; i < o->n && status == HYS_OK; i++) {
        const hys_accuracy_point *p = &s->result->points[k][i];
        status =
            hys_table_add_row(table, (const double[]){p->value, p->accuracy, p->std, s->result->software_accuracy});
    }
    if (status == HYS_OK) status = put_table(s, table, hys_sweep_name(o->what), "accuracy");
    hys_table_free(table);
    return status;
}

static hys_status put_device(const network_session *s) {
    hys_table *table = NULL;
    hys_status status = hys_synapse_table(hys_accuracy_synapse(s->accuracy), &table);
    if (status == HYS_OK) status = put_table(s, table, "device", "synapse");
    hys_table_free(table);
    return status;
}

static hys_status put_weights(const network_session *s) {
    char path[PATH];
    snprintf(path, sizeof path, "%.4000s/weights.npz", s->folder);
    return hys_network_write_weights(hys_accuracy_network(s->accuracy), path);
}

hys_status network_write(const network_session *s) {
    if (!s->folder) return HYS_OK;
    hys_status status = put_confusion(s);
    for (size_t k = 0; k < s->opts.n_sweeps && status == HYS_OK; k++) status = put_sweep(s, k);
    if (status == HYS_OK) status = put_device(s);
    if (status == HYS_OK) status = put_table(s, s->epochs, "epochs", NULL);
    return status == HYS_OK ? put_weights(s) : status;
}

/* ---- epochs ---- */

void network_hear_epoch(void *user, size_t seed, bool is_device, const hys_epoch *e) {
    const network_session *s = user;
    hys_table_add_row(s->epochs, (const double[]){(double)seed, is_device, (double)e->epoch, e->loss, e->train_accuracy,
                                                  e->test_accuracy, e->seconds});
}

hys_status network_new_epochs(network_session *s) {
    static const char *const names[] = {"seed",           "on_device",     "epoch",   "loss",
                                        "train_accuracy", "test_accuracy", "duration"};
    static const char *const units[] = {"", "", "", "", "", "", "s"};
    const hys_status status = hys_table_new(s->in->ctx, &s->epochs);
    return status == HYS_OK ? add_columns(s->epochs, names, units, 7) : status;
}
