/* Scripts: a row of lines of voltage that one run carries out, with marks of what is looked at. */
#include "lab/protocol.h"
#include <math.h>
#include <string.h>

#define EDGE   0.01 /* of a pulse's width, as in pulse trains */
#define N_EDGE 2
#define N_TOP  12
#define N_REST 4

/* Random draws are held no shorter than this part of the whole: years are not cut into microseconds. */
#define DRAWS_MOST 1e5

static bool has_option(const hys__protocol *p, const char *name) {
    for (size_t k = 0; k < p->shown->n_options; k++)
        if (!strcmp(p->shown->options[k].name, name)) return true;
    return false;
}

hys_status hys__script_new(hys__protocol *p, hys__script *s) {
    *s = (hys__script){.p = p, .drive = {.arena = p->arena, .cycles = 1, .n_rows = 1}};
    return has_option(p, "read") ? hys__protocol_read(p, &s->read, &s->read_width) : HYS_OK;
}

static void add_line(hys__script *s, double length, double from, double to, size_t n_out) {
    if (!(length > 0) || s->failed) return;
    if (s->drive.n_rows > HYS__ROWS_MAX || s->drive.sections.n > HYS__SECTIONS_MAX) {
        s->failed = s->is_long = true;
        return;
    }
    hys__section *section = hys__drive_line(&s->drive, length, from, to);
    if (!section) {
        s->failed = true;
        return;
    }
    const hys__section *before = s->drive.sections.n > 1 ? section - 1 : NULL;
    section->is_smooth = before && from == to && before->from == from && before->to == from;
    section->n_out = n_out;
    section->out_step = length / (double)n_out;
    section->out_first = 1;
    s->drive.n_rows += n_out;
    if (s->drive.out_step == 0) s->drive.out_step = section->out_step;
}

static size_t add_mark(hys__script *s, size_t first, size_t top) {
    hys__mark *mark = HYS_PUSH(s->drive.arena, &s->marks);
    if (!mark) {
        s->failed = true;
        return 0;
    }
    *mark = (hys__mark){first, s->drive.n_rows - 1, top};
    return s->marks.n - 1;
}

size_t hys__script_line(hys__script *s, double length, double from, double to, size_t n_out) {
    size_t first = s->drive.n_rows - 1;
    add_line(s, length, from, to, n_out);
    return add_mark(s, first, s->drive.n_rows - 1);
}

size_t hys__script_pulse(hys__script *s, double height, double width) {
    size_t first = s->drive.n_rows - 1;
    double edge = EDGE * width;
    add_line(s, edge, 0, height, N_EDGE);
    add_line(s, width - edge, height, height, N_TOP);
    size_t top = s->drive.n_rows - 1;
    add_line(s, edge, height, 0, N_EDGE);
    return add_mark(s, first, top);
}

/* Three names: the third port is sensed, and reads need no pulse. */
static bool has_sense(const hys_bench_opts *bench) {
    const char *comma = bench->ports ? strchr(bench->ports, ',') : NULL;
    return comma && strchr(comma + 1, ',');
}

size_t hys__script_read(hys__script *s) {
    return hys__script_pulse(s, has_sense(&s->p->bench) ? 0 : s->read, s->read_width);
}

void hys__script_rest(hys__script *s, double length) {
    add_line(s, length, 0, 0, N_REST);
}

hys_status hys__script_run(hys__script *s, hys__seen *seen) {
    hys__protocol *p = s->p;
    *seen = (hys__seen){.script = s};
    if (s->is_long)
        return hys__fail(p->ctx, HYS_LIMIT, "fewer pulses", "the protocol makes more than %u rows", HYS__ROWS_MAX);
    if (s->failed) return HYS_NOMEM;
    if (p->is_cancelled || hys_ctx_is_cancelled(p->ctx)) return HYS_CANCEL; /* short runs never ask */
    s->drive.period = s->drive.duration;
    s->drive.out_step = fmax(s->drive.out_step, s->drive.duration / DRAWS_MOST);
    hys_status status = hys__run_drive(p->ctx, p->model, &p->bench, &s->drive, &seen->run);
    if (status != HYS_OK) return status;
    const hys_table *table = hys_run_table(seen->run);
    seen->t = hys_table_column(table, "time");
    seen->v = hys_table_column(table, "v");
    seen->i = hys_table_column(table, "i");
    seen->v_sense = hys_table_column(table, "v_sense");
    seen->i_sense = hys_table_column(table, "i_sense");
    seen->n = hys_table_n_rows(table);
    return HYS_OK;
}

void hys__seen_free(hys__seen *seen) {
    hys_run_free(seen->run);
    seen->run = NULL;
}

static double at_top(const hys__seen *seen, const double *column, size_t mark) {
    size_t row = seen->script->marks.at[mark].top;
    return row < seen->n ? column[row] : NAN;
}

double hys__seen_current(const hys__seen *seen, size_t mark) {
    return at_top(seen, seen->i_sense ? seen->i_sense : seen->i, mark);
}

double hys__seen_time(const hys__seen *seen, size_t mark) {
    return at_top(seen, seen->t, mark);
}

double hys__seen_conductance(const hys__seen *seen, size_t mark) {
    double v = at_top(seen, seen->i_sense ? seen->v_sense : seen->v, mark);
    return v != 0 ? hys__seen_current(seen, mark) / v : NAN;
}

double hys__seen_energy(const hys__seen *seen, size_t mark) {
    const hys__mark *m = &seen->script->marks.at[mark];
    if (m->last >= seen->n) return NAN;
    double sum = 0;
    for (size_t k = m->first; k < m->last; k++)
        sum += 0.5 * (fabs(seen->v[k] * seen->i[k]) + fabs(seen->v[k + 1] * seen->i[k + 1])) *
               (seen->t[k + 1] - seen->t[k]);
    return sum;
}
