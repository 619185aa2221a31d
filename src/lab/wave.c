/* Waves:  wave = "sine:" AMPLITUDE "," RATE ["," OFFSET]
 *              | ("triangle:" | "square:") PEAK ["," NEGATIVE-PEAK] "," RATE
 *              | "dc:" FROM "," TO ["," POINTS]
 *              | "csv:" FILE  with columns time and vs, v, voltage, i or current, or two columns without names
 * RATE is a frequency (10Hz) or a period (0.1s).  All but dc start at 0 (sine: at its offset). */
#include "device/word.h"
#include "io/table.h"
#include "lab/drive.h"
#include <math.h>
#include <string.h>
#include <strings.h>

typedef struct reader {
    hys_ctx *ctx;
    hys__drive *drive;
    hys__word all, rest;
    hys__word fields[8];
    size_t n;
    int32_t cycles, points;
    bool has_unit; /* volts or amperes are known */
} reader;

static hys_status fail(const reader *r, const char *hint, const char *what) {
    return hys__word_fail(r->ctx, &r->all, HYS_ARG, hint, "%s", what);
}

/* An amplitude: all of one drive must be volts, or all amperes. */
static hys_status amplitude(reader *r, size_t k, const char *what, double *value) {
    static const char *const units[] = {"V", "A", NULL};
    size_t which;
    hys_status status = hys__word_quantity_of(r->ctx, &r->fields[k], units, what, value, &which);
    if (status != HYS_OK || which == SIZE_MAX) return status;
    if (r->has_unit && r->drive->is_current != (which == 1))
        return hys__word_fail(r->ctx, &r->fields[k], HYS_UNIT, "", "%s is in %s, others are in %s", what, units[which],
                              units[1 - which]);
    if (!r->has_unit) r->drive->is_current = which == 1;
    r->has_unit = true;
    return HYS_OK;
}

static hys_status rate(reader *r, size_t k, double *period) {
    static const char *const units[] = {"Hz", "s", NULL};
    size_t which;
    double value;
    hys_status status = hys__word_quantity_of(r->ctx, &r->fields[k], units, "the frequency", &value, &which);
    if (status != HYS_OK) return status;
    if (!(value > 0)) return hys__word_fail(r->ctx, &r->fields[k], HYS_ARG, "", "the frequency must be above 0");
    *period = which == 1 ? value : 1 / value;
    if (!(*period > 1e-18 && *period < 1e18))
        return hys__word_fail(r->ctx, &r->fields[k], HYS_ARG, "", "the period must lie between 1e-18 s and 1e18 s");
    return HYS_OK;
}

static hys_status count_fields(reader *r, size_t least, size_t most, const char *form) {
    r->n = 0;
    hys__word field;
    while (hys__word_next(&r->rest, ',', &field)) {
        if (r->n == most) return hys__word_fail(r->ctx, &field, HYS_ARG, form, "the wave ends before this");
        r->fields[r->n++] = field;
    }
    return r->n < least ? fail(r, form, "the wave lacks a part") : HYS_OK;
}

static hys_status read_sine(reader *r) {
    static const char form[] = "sine:AMPLITUDE,FREQUENCY[,OFFSET], for example sine:1V,10Hz";
    hys__drive *d = r->drive;
    double peak, offset = 0;
    hys_status status = count_fields(r, 2, 3, form);
    if (status == HYS_OK) status = amplitude(r, 0, "the amplitude", &peak);
    if (status == HYS_OK) status = rate(r, 1, &d->period);
    if (status == HYS_OK && r->n == 3) status = amplitude(r, 2, "the offset", &offset);
    if (status != HYS_OK) return status;
    hys__section *s = hys__drive_line(d, d->period * r->cycles, 0, 0);
    if (!s) return HYS_NOMEM;
    s->kind = HYS__SINE;
    s->from = offset;
    s->to = peak;
    s->frequency = 1 / d->period;
    d->peak = fabs(peak) + fabs(offset);
    return HYS_OK;
}

/* Peaks and rate of a triangle or square. */
static hys_status read_peaks(reader *r, const char *form, double *up, double *down) {
    hys_status status = count_fields(r, 2, 3, form);
    if (status == HYS_OK) status = amplitude(r, 0, "the peak", up);
    if (status == HYS_OK) *down = -*up;
    if (status == HYS_OK && r->n == 3) status = amplitude(r, 1, "the second peak", down);
    if (status == HYS_OK) status = rate(r, r->n - 1, &r->drive->period);
    if (status == HYS_OK && *up == *down) status = fail(r, form, "the two peaks are equal");
    return status;
}

/* One slope throughout: 0, up, down, 0. */
static hys_status read_triangle(reader *r) {
    double up, down;
    hys_status status =
        read_peaks(r, "triangle:PEAK[,NEGATIVE-PEAK],FREQUENCY, for example triangle:1V,-2V,10Hz", &up, &down);
    if (status != HYS_OK) return status;
    double way = fabs(up) + fabs(up - down) + fabs(down), period = r->drive->period;
    const double corner[] = {0, up, down, 0};
    for (int32_t c = 0; c < r->cycles; c++) {
        double start = period * c, gone = 0;
        for (int k = 0; k < 3; k++) {
            double leg = fabs(corner[k + 1] - corner[k]);
            if (leg == 0) continue;
            gone += leg;
            r->drive->duration = start + period * ((gone - leg) / way);
            if (!hys__drive_line(r->drive, period * (leg / way), corner[k], corner[k + 1])) return HYS_NOMEM;
        }
    }
    r->drive->duration = period * r->cycles;
    return HYS_OK;
}

/* Edges of a square take this part of the period. */
#define SQUARE_EDGE 1e-3

static hys_status read_square(reader *r) {
    double up, down;
    hys_status status = read_peaks(r, "square:HIGH[,LOW],FREQUENCY, for example square:1V,10Hz", &up, &down);
    if (status != HYS_OK) return status;
    const double at[] = {0, SQUARE_EDGE / 2, 0.5 - SQUARE_EDGE / 2, 0.5 + SQUARE_EDGE / 2, 1 - SQUARE_EDGE / 2, 1};
    const double value[] = {0, up, up, down, down, 0};
    for (int32_t c = 0; c < r->cycles; c++)
        for (int k = 0; k < 5; k++) {
            r->drive->duration = r->drive->period * (c + at[k]);
            if (!hys__drive_line(r->drive, r->drive->period * (at[k + 1] - at[k]), value[k], value[k + 1]))
                return HYS_NOMEM;
        }
    r->drive->duration = r->drive->period * r->cycles;
    return HYS_OK;
}

static hys_status read_dc(reader *r) {
    hys__drive *d = r->drive;
    double from, to;
    long n = r->points / 2 + 1;
    hys_status status = count_fields(r, 2, 3, "dc:FROM,TO[,POINTS], for example dc:-1V,1V,101");
    if (status == HYS_OK) status = amplitude(r, 0, "the first value", &from);
    if (status == HYS_OK) status = amplitude(r, 1, "the last value", &to);
    if (status == HYS_OK && r->n == 3)
        status = hys__word_count(r->ctx, &r->fields[2], 2, 1000000, "the number of points", &n);
    if (status != HYS_OK) return status;
    if (n < 2) n = 2;
    d->is_quasi_static = true;
    d->peak = fmax(fabs(from), fabs(to));
    d->period = 2 * (double)(n - 1);
    for (int32_t c = 0; c < r->cycles; c++)
        for (long k = c ? 1 : 0; k < 2 * n - 1; k++) {
            long up = k < n ? k : 2 * n - 2 - k;
            double *v = HYS_PUSH(d->arena, &d->points);
            if (!v) return HYS_NOMEM;
            *v = from + (to - from) * ((double)up / (double)(n - 1));
        }
    d->n_rows = d->points.n;
    return HYS_OK;
}

/* ---- from a file ---- */

typedef struct samples {
    const char *file;
    const double *time, *value;
    size_t n;
} samples;

/* The column of the first of the names that there is, capitals or not. */
static size_t column_of(const hys_table *table, const char *const *names) {
    for (; *names; names++)
        for (size_t c = 0; c < hys_table_n_columns(table); c++)
            if (strcasecmp(hys_table_name(table, c), *names) == 0) return c;
    return SIZE_MAX;
}

static hys_status csv_fail(const reader *r, const samples *s, const hys_table *table, const char *what) {
    char columns[200] = "";
    for (size_t c = 0; c < hys_table_n_columns(table) && strlen(columns) < 120; c++) {
        size_t n = strlen(columns);
        snprintf(columns + n, sizeof columns - n, "%s%.30s", c ? ", " : "", hys_table_name(table, c));
    }
    return hys__report_at(
        r->ctx, HYS_ERROR, HYS_ARG, s->file, 0, 0, "",
        "the first line names the columns: time[s],v[V] drives a voltage, time[s],i[A] a current; two "
        "columns without names are time in s and voltage in V",
        "%s: %s %s", what, table->is_unnamed ? "the columns have no names; taken as" : "there are", columns);
}

/* Which columns are the wave: by name, or the two of a file without names. */
static hys_status csv_columns(reader *r, const hys_table *table, samples *s) {
    static const char *const times[] = {"time", "t", NULL};
    static const char *const values[] = {"vs", "v", "voltage", "i", "current", NULL};
    bool is_pair = table->is_unnamed && hys_table_n_columns(table) == 2;
    size_t time = is_pair ? 0 : column_of(table, times), value = is_pair ? 1 : column_of(table, values);
    if (time == SIZE_MAX) return csv_fail(r, s, table, "no column is the time");
    if (value == SIZE_MAX) return csv_fail(r, s, table, "no column is a voltage or a current");
    const char *unit = is_pair ? "V" : hys_table_unit(table, value), *name = hys_table_name(table, value);
    bool is_current = strchr("iIcC", *name) != NULL;
    if (*hys_table_unit(table, time) && strcmp(hys_table_unit(table, time), "s") != 0 && !is_pair)
        return csv_fail(r, s, table, "the time is not in seconds");
    if (*unit && strcmp(unit, is_current && !is_pair ? "A" : "V") != 0)
        return csv_fail(r, s, table, is_current ? "the current is not in amperes" : "the voltage is not in volts");
    r->drive->is_current = is_current && !is_pair;
    s->time = hys_table_column_at(table, time);
    s->value = hys_table_column_at(table, value);
    s->n = hys_table_n_rows(table);
    return HYS_OK;
}

static hys_status csv_check(reader *r, const samples *s) {
    if (s->n < 2)
        return hys__report_at(r->ctx, HYS_ERROR, HYS_ARG, s->file, 0, 0, "", "", "a wave needs at least two rows");
    if ((uint64_t)r->cycles * s->n > HYS__SECTIONS_MAX)
        return hys__report_at(r->ctx, HYS_ERROR, HYS_LIMIT, s->file, 0, 0, "", "",
                              "%d cycles of %zu rows are more than %u corners", (int)r->cycles, s->n,
                              HYS__SECTIONS_MAX);
    for (size_t k = 0; k < s->n; k++) {
        bool rises = k == 0 || s->time[k] > s->time[k - 1];
        if (rises && isfinite(s->time[k]) && isfinite(s->value[k])) continue;
        return hys__report_at(r->ctx, HYS_ERROR, HYS_ARG, s->file, 0, 0, "",
                              rises ? "" : "the first column of a file without names is the time in s",
                              "row %zu: times must increase and values be finite", k + 1);
    }
    return HYS_OK;
}

static hys_status csv_lines(reader *r, const hys_table *table, const char *file) {
    samples s = {.file = file};
    hys_status status = csv_columns(r, table, &s);
    if (status == HYS_OK) status = csv_check(r, &s);
    if (status != HYS_OK || !s.time || !s.value) return status;
    double period = s.time[s.n - 1] - s.time[0];
    for (int32_t c = 0; c < r->cycles; c++)
        for (size_t k = 0; k + 1 < s.n; k++) {
            r->drive->duration = period * c + (s.time[k] - s.time[0]);
            if (!hys__drive_line(r->drive, s.time[k + 1] - s.time[k], s.value[k], s.value[k + 1])) return HYS_NOMEM;
        }
    r->drive->period = period;
    r->drive->duration = period * r->cycles;
    return HYS_OK;
}

static hys_status read_csv(reader *r) {
    hys__word path;
    hys__word_next(&r->rest, '\0', &path);
    const char *file = hys__word_copy(r->drive->arena, &path);
    if (!file) return HYS_NOMEM;
    if (!*file) return fail(r, "csv:FILE with columns time[s],v[V] or time[s],i[A]", "the file's name is missing");
    hys_table *table;
    hys_status status = hys_table_read_csv(r->ctx, file, &table);
    if (status != HYS_OK) return status;
    status = csv_lines(r, table, file);
    hys_table_free(table);
    return status;
}

static const struct shape {
    const char *name;
    hys_status (*read)(reader *r);
} shapes[] = {
    {"sine", read_sine}, {"triangle", read_triangle}, {"square", read_square}, {"dc", read_dc}, {"csv", read_csv}};

static hys_status read_shape(reader *r) {
    hys__word name;
    hys__word_next(&r->rest, ':', &name);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (hys__word_is(&name, shapes[i].name)) {
            if (!r->rest.text) r->rest = (hys__word){r->all.option, r->all.text, r->all.n, 0};
            return shapes[i].read(r);
        }
    return hys__word_fail(r->ctx, &name, HYS_ARG, "for example: sine:1V,10Hz",
                          "a wave is sine, triangle, square, dc or csv");
}

hys_status hys__drive_wave(hys_ctx *ctx, hys__arena *arena, const hys_bench_opts *opts, hys__drive *drive) {
    if (!opts->wave) return hys__fail(ctx, HYS_ARG, "for example: --wave sine:1V,10Hz", "no wave is given");
    reader r = {.ctx = ctx, .drive = drive, .cycles = opts->cycles, .points = opts->points};
    *drive = (hys__drive){.arena = arena, .cycles = opts->cycles};
    if (opts->cycles < 1 || opts->points < 2)
        return hys__fail(ctx, HYS_ARG, "", "at least 1 cycle and 2 points a cycle are needed");
    if ((uint64_t)opts->cycles * (uint64_t)opts->points > HYS__ROWS_MAX ||
        (uint64_t)opts->cycles * 5 > HYS__SECTIONS_MAX)
        return hys__fail(ctx, HYS_LIMIT, "", "%d cycles of %d points are more than %u rows", (int)opts->cycles,
                         (int)opts->points, HYS__ROWS_MAX);
    r.all = r.rest = hys__word_all("--wave", opts->wave);
    hys_status status = read_shape(&r);
    if (status != HYS_OK) return arena->failed ? HYS_NOMEM : status;
    if (drive->is_quasi_static) return HYS_OK;
    hys__drive_grid(drive, drive->period, (uint64_t)opts->points);
    hys__drive_smooth(drive);
    return HYS_OK;
}
