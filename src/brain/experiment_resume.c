/* Going on from a checkpoint: the brain as it was, and the log cut where the checkpoint was written. */
#include "base/diag.h"
#include "brain/experiment.h"
#include <hysteron/ranks.h>
#include <string.h>

static bool is_same_run(const hys_brain_experiment *e, const hys_brain_log *log) {
    if (log->populations.n != e->said.groups.n || log->records.n != e->said.records.n) return false;
    for (size_t k = 0; k < log->populations.n; k++)
        if (strcmp(log->populations.at[k].name, e->populations[k].name) != 0 ||
            log->populations.at[k].n != e->populations[k].n)
            return false;
    for (size_t k = 0; k < log->records.n; k++)
        if (strcmp(log->records.at[k].name, e->records[k].name) != 0 || log->records.at[k].n_columns != e->records[k].n)
            return false;
    return true;
}

static hys_status find_mark(const hys_brain_experiment *e, const hys_brain_log *log, const hys__log_mark **found) {
    const double time = hys_brain_time(e->brain);
    *found = NULL;
    for (size_t k = 0; k < log->marks.n; k++)
        if (log->marks.at[k].time == time) *found = &log->marks.at[k];
    if (!is_same_run(e, log)) return hys__fail(e->ctx, HYS_ARG, "", "%s is the log of another experiment", log->path);
    if (*found) return HYS_OK;
    return hys__fail(e->ctx, HYS_ARG, "the log and the checkpoint of one run belong together",
                     "%s does not reach to the checkpoint, at %.9g s", log->path, time);
}

/* Of the file of this rank. */
static uint64_t end_of(const hys_brain_log *log, const hys__log_mark *mark, size_t rank) {
    return log->n_parts ? log->parts[rank]->marks.at[mark - log->marks.at].end : mark->end;
}

static hys_status check_ranks(const hys_brain_experiment *e, const hys_brain_log *log) {
    const size_t has = log->n_parts ? log->n_parts : 1, wants = (size_t)hys_ranks_size(e->ctx);
    if (has == wants) return HYS_OK;
    return hys__fail(e->ctx, HYS_ARG, "go on with as many as there were",
                     "%s is of a run on %zu ranks, this is one on %zu", log->path, has, wants);
}

static hys_status find_end(hys_brain_experiment *e, const char *path, uint64_t *end) {
    hys_brain_log *log = NULL;
    const hys__log_mark *mark = NULL;
    hys_status status = hys_brain_log_read(e->ctx, path, &log);
    if (status == HYS_OK) status = check_ranks(e, log);
    if (status == HYS_OK) status = find_mark(e, log, &mark);
    if (status == HYS_OK) status = hys__brain_watch_log(e, log, mark);
    if (status == HYS_OK && mark) *end = end_of(log, mark, (size_t)hys_ranks_rank(e->ctx));
    hys_brain_log_free(log);
    return status;
}

/* No rank changes its file while another one reads it. */
hys_status hys__brain_resume(hys_brain_experiment *e, const char *checkpoint, const char *path) {
    uint64_t end = 0;
    char own[HYS__LOG_PATH];
    if (!checkpoint || !path) return hys__fail(e->ctx, HYS_ARG, "", "a run goes on from a checkpoint and from its log");
    hys__log_part_path(path, (size_t)hys_ranks_rank(e->ctx), (size_t)hys_ranks_size(e->ctx), own);
    hys_status status = hys_brain_load(e->brain, checkpoint);
    if (status == HYS_OK) status = hys_ranks_all(e->ctx, find_end(e, path, &end));
    return status == HYS_OK ? hys_ranks_all(e->ctx, hys__log_append(e->ctx, own, end, &e->log)) : status;
}
