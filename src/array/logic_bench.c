/* What a device's two levels are, which way it sets, and which voltages change it within a pulse. */
#include "array/logic_bench.h"
#include <math.h>
#include <string.h>

#define WIDTH       1e-6 /* s */
#define READ        0.1  /* V */
#define MOST        3.0  /* V */
#define MOST_VOLTS  100.0
#define MOST_WIDTH  1000.0 /* s: what models of the library are tested for */
#define MARGIN      0.3
#define MOST_LENGTH 4096
#define TRIED       64 /* voltages from 0 to the most, in one pulse */

hys_logic_bench_opts hys_logic_bench_opts_default(void) {
    return (hys_logic_bench_opts){.size = sizeof(hys_logic_bench_opts), .cell = hys_cell_opts_default()};
}

/* ---- arrays ---- */

hys_status hys__logic_array(const hys_logic_bench *b, const hys__logic_shape *shape, hys_array **array) {
    hys_array_opts o = hys_array_opts_default();
    hys_cell_opts cell = b->opts.cell;
    o.rows = shape->rows;
    o.columns = shape->columns;
    o.word_wire = shape->word_wire;
    o.bit_wire = shape->bit_wire;
    o.sense = shape->sense;
    o.driver = shape->load;
    o.threads = 1;
    cell.is_turned = b->levels.is_turned;
    if (!shape->has_spread) cell.n_spread = 0;
    hys_status status = hys_array_new(b->ctx, &o, array);
    return status == HYS_OK ? hys_array_set_device(*array, &cell) : status;
}

hys_status hys__logic_put(const hys_logic_bench *b, hys_array *array, size_t count, const uint8_t *bits) {
    const size_t size = (count + 1) * sizeof(double);
    double *values = hys__realloc(b->ctx, NULL, 0, size);
    hys_status status = values ? HYS_OK : HYS_NOMEM;
    for (size_t s = 0; s < b->n_states && status == HYS_OK; s++) {
        for (size_t k = 0; k < count; k++) values[k] = b->states[bits[k] != 0][s];
        status = hys_array_set_state(array, hys_array_state(array, s), values);
    }
    if (values) hys__free(b->ctx, values, size);
    return status;
}

hys_status hys__logic_levels(const hys_logic_bench *b, hys_array *array, size_t count, double *levels) {
    const double span = log(b->levels.on / b->levels.off);
    const hys_status status = hys_array_cell_conductances(array, b->drive.read, levels);
    for (size_t k = 0; k < count && status == HYS_OK; k++)
        levels[k] = levels[k] > 0 ? log(levels[k] / b->levels.off) / span : -10;
    return status;
}

hys_status hys__logic_pulse(const hys_logic_bench *b, hys_array *array, const double *words, const double *bits,
                            double *energy) {
    const hys_array_pulse pulse = {
        .size = sizeof pulse, .words = words, .bits = bits, .width = b->drive.width, .rise = b->drive.rise};
    hys_array_run_report report = {.size = sizeof report};
    const hys_status status = hys_array_apply(array, &pulse, NULL, &report);
    if (status == HYS_OK && energy) *energy += report.source_energy;
    return status;
}

/* ---- levels ---- */

/* Pulses of both signs on two cells; the one that conducts better then is 1. */
static hys_status write_both(hys_logic_bench *b, hys_array *array, double volt) {
    const double bits[2] = {-volt, volt};
    hys_status status = HYS_OK;
    for (int k = 0; k < 3 && status == HYS_OK; k++) status = hys__logic_pulse(b, array, NULL, bits, NULL);
    return status;
}

static hys_status keep_states(hys_logic_bench *b, hys_array *array, const double g[2]) {
    const int on = g[1] > g[0];
    double values[2];
    b->n_states = hys_array_n_states(array);
    for (int bit = 0; bit < 2; bit++) {
        b->states[bit] = HYS_NEW_N(&b->arena, double, b->n_states + 1);
        if (!b->states[bit]) return HYS_NOMEM;
    }
    for (size_t s = 0; s < b->n_states; s++) {
        const hys_status status = hys_array_get_state(array, hys_array_state(array, s), values);
        if (status != HYS_OK) return status;
        b->states[1][s] = values[on];
        b->states[0][s] = values[!on];
    }
    b->levels.on = fmax(g[0], g[1]);
    b->levels.off = fmin(g[0], g[1]);
    b->levels.is_turned = on == 0;
    return HYS_OK;
}

static hys_status find_levels(hys_logic_bench *b) {
    hys_array *array = NULL;
    double g[2];
    hys_status status = hys__logic_array(b, &(hys__logic_shape){.rows = 1, .columns = 2}, &array);
    if (status == HYS_OK) status = write_both(b, array, b->opts.most);
    if (status == HYS_OK) status = hys_array_cell_conductances(array, b->drive.read, g);
    if (status == HYS_OK && !(g[0] > 0 && g[1] > 0 && fmax(g[0], g[1]) > 2 * fmin(g[0], g[1])))
        status = hys__fail(b->ctx, HYS_NOCONV, "--most and --width say how far pulses go; some devices are volatile",
                           "pulses of %g V and %g s leave conductances of %.3g S and %.3g S: no 0 and 1", b->opts.most,
                           b->drive.width, g[0], g[1]);
    if (status == HYS_OK) status = keep_states(b, array, g);
    hys_array_free(array);
    return status;
}

/* ---- thresholds ---- */

/* Levels after one pulse of low, ..., high on cells that all were `bit`. */
static hys_status sweep(hys_logic_bench *b, hys_array *array, bool bit, double low, double high, double *levels) {
    uint8_t bits[TRIED];
    double volts[TRIED];
    for (int k = 0; k < TRIED; k++) {
        bits[k] = bit;
        volts[k] = (bit ? -1 : 1) * (low + (high - low) * (k + 1) / TRIED);
    }
    hys_status status = hys__logic_put(b, array, TRIED, bits);
    if (status == HYS_OK) status = hys__logic_pulse(b, array, NULL, volts, NULL);
    return status == HYS_OK ? hys__logic_levels(b, array, TRIED, levels) : status;
}

/* The first of them that has moved by `part` of the way; TRIED: none. */
static int first_moved(const double *levels, bool bit, double part) {
    int k = 0;
    while (k < TRIED && (bit ? 1 - levels[k] : levels[k]) < part) k++;
    return k;
}

/* Twice the same number of voltages: from 0 to the most, then between two of them. */
static hys_status find_threshold(hys_logic_bench *b, hys_array *array, bool bit, double part, double *volt) {
    double levels[TRIED], low = 0, high = b->opts.most;
    for (int round = 0; round < 2; round++) {
        const hys_status status = sweep(b, array, bit, low, high, levels);
        if (status != HYS_OK) return status;
        const double step = (high - low) / TRIED;
        const int k = first_moved(levels, bit, part);
        if (k == TRIED && round == 0)
            return hys__fail(b->ctx, HYS_NOCONV, "--most, --width", "no pulse up to %g V of %g s %s the device", high,
                             b->drive.width, bit ? "resets" : "sets");
        high = low + step * (k + 1 < TRIED ? k + 1 : TRIED);
        low = high - step;
    }
    *volt = part < 0.5 ? low : high;
    return HYS_OK;
}

static hys_status find_thresholds(hys_logic_bench *b) {
    hys_array *array = NULL;
    hys_logic_levels *l = &b->levels;
    hys_status status = hys__logic_array(b, &(hys__logic_shape){.rows = 1, .columns = TRIED}, &array);
    if (status == HYS_OK) status = find_threshold(b, array, false, 0.05, &l->set_hold);
    if (status == HYS_OK) status = find_threshold(b, array, false, 0.95, &l->set_full);
    if (status == HYS_OK) status = find_threshold(b, array, true, 0.05, &l->reset_hold);
    if (status == HYS_OK) status = find_threshold(b, array, true, 0.95, &l->reset_full);
    hys_array_free(array);
    return status;
}

/* ---- the bench ---- */

/* Writes have a fifth in hand. */
static hys_status prepare(hys_logic_bench *b) {
    hys_logic_drive *d = &b->drive;
    if (d->width == 0) d->width = WIDTH;
    if (d->rise == 0) d->rise = d->width / 100;
    if (d->read == 0) d->read = READ;
    if (d->read_width == 0) d->read_width = d->width;
    const double all[] = {d->set,         d->reset,      d->width,     d->rise,      d->read,
                          d->read_width,  d->condition,  d->imply,     d->load,      d->gate,
                          d->gate_of_two, d->gate_of_or, b->opts.wire, b->opts.most, b->opts.margin};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        if (!isfinite(all[k]) || all[k] < 0)
            return hys__fail(b->ctx, HYS_ARG, "signs are the bench's matter",
                             "voltages, times and resistances of the "
                             "drive are not negative");
    if (b->opts.most > MOST_VOLTS || d->width > MOST_WIDTH)
        return hys__fail(b->ctx, HYS_ARG, "up to 100 V and 1000 s", "no device takes pulses of %g V and %g s",
                         b->opts.most, d->width);
    if (b->opts.length > MOST_LENGTH)
        return hys__fail(b->ctx, HYS_LIMIT, "", "lines of %zu cells: at most %d", b->opts.length, MOST_LENGTH);
    hys_status status = find_levels(b);
    if (status == HYS_OK) status = find_thresholds(b);
    if (d->set == 0) d->set = fmin(1.2 * b->levels.set_full, b->opts.most);
    if (d->reset == 0) d->reset = fmin(1.2 * b->levels.reset_full, b->opts.most);
    if (d->load == 0) d->load = 1 / sqrt(b->levels.on * b->levels.off);
    return status;
}

hys_status hys_logic_bench_new(hys_ctx *ctx, const hys_logic_bench_opts *given, hys_logic_bench **result) {
    hys_logic_bench *b = hys__realloc(ctx, NULL, 0, sizeof *b);
    if (!b) return HYS_NOMEM;
    *b = (hys_logic_bench){.ctx = ctx, .opts = hys_logic_bench_opts_default()};
    memcpy(&b->opts, given, given->size < sizeof b->opts ? given->size : sizeof b->opts);
    if (b->opts.most == 0) b->opts.most = MOST;
    if (b->opts.margin == 0) b->opts.margin = MARGIN;
    b->drive = b->opts.drive;
    hys__arena_init(&b->arena, ctx, 0);
    const hys_status status = prepare(b);
    if (status == HYS_OK) *result = b;
    else hys_logic_bench_free(b);
    return status;
}

void hys_logic_bench_free(hys_logic_bench *b) {
    if (!b) return;
    hys_ctx *ctx = b->ctx;
    hys__arena_free(&b->arena);
    hys__free(ctx, b, sizeof *b);
}

hys_logic_levels hys_logic_bench_levels(const hys_logic_bench *b) {
    return b->levels;
}

hys_logic_drive hys_logic_bench_drive(const hys_logic_bench *b) {
    return b->drive;
}
