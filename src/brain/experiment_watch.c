/* Numbers that are taken of a run slice by slice: rates, intervals, extremes. */
#include "brain/experiment.h"
#include <math.h>
#include <string.h>

/* ---- spikes ---- */

static hys_status start_population(hys_brain_experiment *e, hys__brain_population *p) {
    p->last = HYS_NEW_N(&e->arena, double, p->n);
    p->mean = HYS_NEW_N(&e->arena, double, p->n);
    p->square = HYS_NEW_N(&e->arena, double, p->n);
    p->intervals = HYS_NEW_N(&e->arena, uint32_t, p->n);
    if (e->arena.failed) return HYS_NOMEM;
    for (size_t k = 0; k < p->n; k++) p->last[k] = NAN;
    p->first = p->newest = p->newest_interval = NAN;
    return HYS_OK;
}

/* Welford's way to mean and squares. */
static void take_interval(hys__brain_population *p, size_t cell, double interval) {
    const double off = interval - p->mean[cell];
    p->mean[cell] += off / ++p->intervals[cell];
    p->square[cell] += off * (interval - p->mean[cell]);
}

static void take_spike(const hys_brain_experiment *e, hys__brain_population *p, size_t cell, double t) {
    p->n_spikes++;
    if (!cell) {
        if (isnan(p->first)) p->first = t;
        p->newest_interval = t - p->newest;
        p->newest = t;
    }
    if (t < e->said.after) return;
    p->n_later++;
    if (!isnan(p->last[cell])) take_interval(p, cell, t - p->last[cell]);
    p->last[cell] = t;
}

/* ---- records ---- */

static void take_row(hys_brain_experiment *e, hys__brain_record *r, double t, double y) {
    hys__brain_extremes *x = &r->extremes;
    const size_t k = (size_t)(r - e->records);
    if (!x->n || y > x->most) x->most = y, x->most_at = t;
    if (!x->n || y < x->least) x->least = y, x->least_at = t;
    for (size_t j = 0; j < e->said.measures.n && x->n; j++) {
        hys__brain_measure *m = &e->measures[j];
        if (!(r->previous_y < m->level && y >= m->level)) continue;
        const double at = r->previous_t + (t - r->previous_t) * (m->level - r->previous_y) / (y - r->previous_y);
        if (m->from == k && isnan(m->from_at)) m->from_at = at;
        if (m->to == k && isnan(m->to_at)) m->to_at = at;
    }
    x->n++;
    x->sum += y;
    x->last = r->previous_y = y;
    r->previous_t = t;
}

/* Sum or mean of all that is recorded. */
static void fold(const hys_brain_experiment *e, hys__brain_record *r, size_t n) {
    for (size_t j = 0; j < n; j++) r->folded[j] = 0;
    for (size_t c = 0; c < r->n_probes; c++) {
        const double *y = hys_brain_recorded(e->brain, r->probes[c]).y;
        for (size_t j = 0; j < n; j++) r->folded[j] += y[j];
    }
    for (size_t j = 0; j < n && r->fold == HYS__FOLD_MEAN; j++) r->folded[j] /= (double)r->n_probes;
}

static void watch_record(hys_brain_experiment *e, hys__brain_record *r) {
    const hys_brain_trace trace = hys_brain_recorded(e->brain, r->probes[0]);
    if (r->folded) fold(e, r, trace.n);
    for (size_t j = 0; j < trace.n; j++) take_row(e, r, trace.t[j], r->folded ? r->folded[j] : trace.y[j]);
}

/* ---- slices ---- */

hys_status hys__brain_watch_start(hys_brain_experiment *e) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < e->said.groups.n && status == HYS_OK; k++) status = start_population(e, &e->populations[k]);
    for (size_t k = 0; k < e->said.records.n && status == HYS_OK; k++) {
        hys__brain_record *r = &e->records[k];
        if (r->fold == HYS__FOLD_EACH) continue;
        r->folded = HYS_NEW_N(&e->arena, double, hys__brain_record_rows(e, r));
        status = r->folded ? HYS_OK : HYS_NOMEM;
    }
    return status == HYS_OK ? hys__brain_start_meters(e) : status;
}

void hys__brain_watch(hys_brain_experiment *e) {
    for (size_t k = 0; k < e->said.groups.n; k++) {
        hys__brain_population *p = &e->populations[k];
        size_t n;
        const hys_spike *s = hys_brain_spikes(e->brain, p->group, &n);
        for (size_t j = 0; j < n; j++) {
            take_spike(e, p, s[j].cell, s[j].time);
            if (p->is_metered && p->is_metered[s[j].cell] && s[j].time >= e->said.after) e->metered_spikes[k]++;
        }
    }
    for (size_t k = 0; k < e->said.records.n; k++) watch_record(e, &e->records[k]);
    hys__brain_read_meters(e);
}

static hys_status watch_spikes(hys_brain_experiment *e, const hys_brain_log *log, const hys__log_chunk *chunk) {
    hys__arena scratch;
    const size_t n = (size_t)chunk->n;
    hys__arena_init(&scratch, e->ctx, 0);
    double *t = HYS_NEW_N(&scratch, double, n);
    uint32_t *cell = HYS_NEW_N(&scratch, uint32_t, n);
    hys_status status = t && cell ? hys__log_fetch(log, chunk, 0, t, n * sizeof *t) : HYS_NOMEM;
    if (status == HYS_OK) status = hys__log_fetch(log, chunk, n * sizeof *t, cell, n * sizeof *cell);
    for (size_t k = 0; k < n && status == HYS_OK; k++)
        if (cell[k] < e->populations[chunk->index].n) take_spike(e, &e->populations[chunk->index], cell[k], t[k]);
    hys__arena_free(&scratch);
    return status;
}

static hys_status watch_rows(hys_brain_experiment *e, const hys_brain_log *log, const hys__log_chunk *chunk) {
    hys__arena scratch;
    const size_t n = (size_t)chunk->n;
    hys__arena_init(&scratch, e->ctx, 0);
    double *values = HYS_NEW_N(&scratch, double, 2 * n);
    hys_status status = values ? hys__log_fetch(log, chunk, 8, values, 2 * n * sizeof *values) : HYS_NOMEM;
    for (size_t k = 0; k < n && status == HYS_OK; k++) take_row(e, &e->records[chunk->index], values[k], values[n + k]);
    hys__arena_free(&scratch);
    return status;
}

hys_status hys__brain_watch_log(hys_brain_experiment *e, const hys_brain_log *log, const hys__log_mark *mark) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < log->chunks.n && status == HYS_OK; k++) {
        const hys__log_chunk *chunk = &log->chunks.at[k];
        if (chunk->at >= mark->end) break;
        status = chunk->kind == HYS__LOG_SPIKES ? watch_spikes(e, log, chunk) : watch_rows(e, log, chunk);
    }
    return status;
}

/* ---- results ---- */

static double cv_of(const hys__brain_population *p) {
    double sum = 0;
    size_t n = 0;
    for (size_t k = 0; k < p->n; k++)
        if (p->intervals[k] >= 2) {
            sum += sqrt(p->square[k] / p->intervals[k]) / p->mean[k];
            n++;
        }
    return n ? sum / (double)n : NAN;
}

void hys__brain_results(hys_brain_experiment *e, double simulated) {
    const double counted = simulated - e->said.after;
    for (size_t k = 0; k < e->said.groups.n; k++) {
        const hys__brain_population *p = &e->populations[k];
        const bool is_metered = p->is_metered != NULL;
        e->results[k] = (hys_brain_group_result){
            .name = p->name,
            .n = p->n,
            .n_spikes = p->n_spikes,
            .rate = counted > 0 ? (double)p->n_later / counted / (double)p->n : NAN,
            .cv = cv_of(p),
            .device_energy = is_metered && e->metered_spikes[k] ? e->energy[k] / (double)e->metered_spikes[k] : NAN,
            .device_energy_sum = is_metered ? e->energy[k] : NAN,
            .n_metered = is_metered ? p->n_metered : 0};
    }
}

static double of_population(const hys_brain_experiment *e, size_t k, const char *what) {
    const hys__brain_population *p = &e->populations[k];
    const hys_brain_group_result *r = &e->results[k];
    const struct {
        const char *name;
        double value;
    } all[] = {{"rate", r->rate},
               {"spikes", (double)r->n_spikes},
               {"cv", r->cv},
               {"device_energy", r->device_energy},
               {"device_energy_sum", r->device_energy_sum},
               {"device_energy_mean", r->device_energy_sum / (double)r->n_metered},
               {"first_spike", p->first},
               {"last_interval", p->newest_interval}};
    for (size_t j = 0; j < sizeof all / sizeof *all; j++)
        if (!strcmp(all[j].name, what)) return all[j].value;
    return NAN;
}

static double of_record(const hys__brain_record *r, const char *what) {
    const hys__brain_extremes *x = &r->extremes;
    const struct {
        const char *name;
        double value;
    } all[] = {{"max", x->most},          {"max_time", x->most_at},        {"min", x->least},
               {"min_time", x->least_at}, {"mean", x->sum / (double)x->n}, {"last", x->last}};
    for (size_t j = 0; j < sizeof all / sizeof *all && x->n; j++)
        if (!strcmp(all[j].name, what)) return all[j].value;
    return NAN;
}

/* "NAME.weight" of a connection. */
static double of_connections(const hys_brain_experiment *e, const char *name, size_t n) {
    const hys__said_connect *s = e->said.connect.at;
    for (size_t k = 0; k < e->said.connect.n && e->weights; k++)
        if (s[k].name && strlen(s[k].name) == n && !memcmp(s[k].name, name, n) && !strcmp(name + n, ".weight"))
            return e->weights[k];
    return NAN;
}

double hys_brain_experiment_value(const hys_brain_experiment *e, const char *name) {
    const char *dot = strchr(name, '.');
    const size_t n = dot ? (size_t)(dot - name) : 0;
    for (size_t k = 0; k < e->said.measures.n; k++) {
        const hys__brain_measure *m = &e->measures[k];
        const double delay = m->to_at - m->from_at;
        if (!strcmp(m->name, name)) return m->kind ? m->distance / delay : delay;
    }
    for (size_t k = 0; dot && k < e->said.groups.n; k++)
        if (strlen(e->populations[k].name) == n && !memcmp(e->populations[k].name, name, n))
            return of_population(e, k, dot + 1);
    for (size_t k = 0; dot && k < e->said.records.n; k++)
        if (strlen(e->records[k].name) == n && !memcmp(e->records[k].name, name, n))
            return of_record(&e->records[k], dot + 1);
    return dot ? of_connections(e, name, n) : NAN;
}

size_t hys_brain_experiment_n_measures(const hys_brain_experiment *e) {
    return e->said.measures.n;
}

const char *hys_brain_experiment_measure(const hys_brain_experiment *e, size_t k) {
    return e->measures[k].name;
}
