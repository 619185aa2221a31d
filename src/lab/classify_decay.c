/* Times and memory from a measured record of pulses: the current behind the last of them. */
#include "base/diag.h"
#include "lab/classify_curve.h"
#include <hysteron/protocol.h>
#include <math.h>

#define SURE     0.9
#define KEPT     0.9 /* part of a change that is left of what is not volatile within the record */
#define LOST     0.1
#define UNSEEN_T 3.0 /* times the time watched: a constant above is a guess */

typedef struct decay {
    double tau, kept, half_life, watched; /* s, 1, s, s; NaN: not known */
    const char *kind;                     /* "single", "double", "stretched"; "": none was fitted */
} decay;

static double value_of(const hys_protocol_result *r, const char *name) {
    const hys_feature *f = hys_protocol_find_feature(r, name);
    return f ? f->value : NAN;
}

static double last_time(const hys_protocol_result *r) {
    const hys_protocol_table *t = hys_protocol_n_tables(r) ? hys_protocol_table_at(r, 0) : NULL;
    size_t n = t ? hys_table_n_rows(t->table) : 0;
    return n ? hys_table_column(t->table, "time")[n - 1] : NAN;
}

static hys_status say(hys_class *c, const char *name, const decay *d) {
    hys_status status = HYS_OK;
    if (isfinite(d->kept) && fabs(d->kept) < 10) {
        const char *word = d->kept > KEPT ? "non-volatile" : d->kept < LOST ? "volatile" : "partly volatile";
        status = hys__class_word(c, HYS__TRAIT_VOLATILITY, word, d->kept < LOST ? SURE : 0.6, "decay",
                                 "%s: %.3g %% of the change that the pulses made is left %.3g s behind the last of "
                                 "them, where the record ends",
                                 name, 100 * d->kept, d->watched);
    }
    if (status == HYS_OK && isfinite(d->tau) && d->tau < UNSEEN_T * d->watched)
        status = hys__class_number(c, HYS__TRAIT_TIME_CONSTANT, d->tau, d->tau < d->watched ? SURE : 0.5, "decay",
                                   "%s: the slowest of a %s exponential (the least AICc of three forms) behind the "
                                   "last pulse, watched for %.3g s",
                                   name, d->kind, d->watched);
    else if (status == HYS_OK && isfinite(d->kept))
        status = hys__class_untold(c, HYS__TRAIT_TIME_CONSTANT,
                                   "%s: behind the last pulse nothing decays within the %.3g s of the record; a longer "
                                   "one would tell",
                                   name, d->watched);
    if (status == HYS_OK && isfinite(d->half_life) && d->kept < 1 - KEPT)
        status = hys__class_number(c, HYS__TRAIT_TIME_RESET, d->half_life, 0.7, "decay",
                                   "%s: by itself behind the last pulse: half of the change has gone then", name);
    if (status != HYS_OK || !d->kind[0]) return status;
    bool is_double = d->kind[0] == 'd';
    return hys__class_untold(c, HYS__TRAIT_ORDER,
                             "%s: one decay from one state, a %s exponential: %s; steps to one voltage from several "
                             "prepared states, with time, would tell",
                             name, d->kind,
                             is_double ? "two states would make it, and so would one whose rate changes on the way"
                                       : "one state would make it, but more could hide");
}

/* A record in which no pulses are found, or that ends with them, says nothing here. */
hys_status hys__measured_decay_ask(hys_class *c, const hys_class_data *data) {
    static const char *const columns[] = {"time", "s", "i", "A", NULL};
    const hys_protocol *protocol = hys_protocol_find("epsc");
    hys_protocol_result *r = NULL;
    hys_table *shown;
    size_t n_before = hys_diag_count(c->ctx);
    if (!protocol || !hys_table_column(data->table, "time")) return HYS_OK;
    hys_status status = hys_protocol_analyse(c->ctx, protocol, &data->table, 1, NULL, &r);
    if (status == HYS_NOMEM || status == HYS_CANCEL || status == HYS_BUG) return status;
    hys__diag_rewind(c->ctx, n_before);
    if (status != HYS_OK) return HYS_OK;
    /* only where pulses were found is the energy of the last known */
    const hys_feature *kind = hys_protocol_find_feature(r, "decay");
    decay d = {.tau = fmax(value_of(r, "tau1"), value_of(r, "tau2")),
               .kept = value_of(r, "kept"),
               .half_life = value_of(r, "half_life"),
               .watched = last_time(r),
               .kind = kind && kind->text ? kind->text : ""};
    if (isfinite(value_of(r, "energy_per_event"))) {
        status = say(c, data->name, &d);
        if (status == HYS_OK) status = hys__class_table(c, "decay", "scatter", columns, &shown);
        const hys_table *from = hys_protocol_table_at(r, 0)->table;
        for (size_t k = 0; k < hys_table_n_rows(from) && status == HYS_OK; k++)
            status =
                hys_table_add_row(shown, (double[]){hys_table_column(from, "time")[k], hys_table_column(from, "i")[k]});
    }
    hys_protocol_result_free(r);
    return status;
}
