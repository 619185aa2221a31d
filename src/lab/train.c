/* Pulse trains:  train = item { ";" item }
 *                item  = AMPLITUDE "," WIDTH ["," REST] ["," COUNT]
 *                      | "read" AMPLITUDE "," WIDTH
 *                      | "wait" TIME
 * COUNT pulses of WIDTH (at half height), each followed by REST at 0 (its default: WIDTH).  Reads that stand
 * behind pulses are made after each of them, behind its rest; elsewhere once.  Edges are WIDTH / 100. */
#include "device/word.h"
#include "lab/drive.h"
#include <math.h>
#include <string.h>

#define EDGE 0.01

typedef struct pulse {
    double height, width, rest; /* V or A, s, s */
    long count;
} pulse;

typedef struct trainer {
    hys_ctx *ctx;
    hys__drive *drive;
    int32_t points;
    bool has_unit;
    pulse group; /* waiting for its reads */
    bool has_group;
    struct {
        pulse *at;
        size_t n, cap;
    } reads;
} trainer;

static hys_status read_height(trainer *t, const hys__word *word, double *value) {
    static const char *const units[] = {"V", "A", NULL};
    size_t which;
    hys_status status = hys__word_quantity_of(t->ctx, word, units, "the amplitude", value, &which);
    if (status != HYS_OK || which == SIZE_MAX) return status;
    if (t->has_unit && t->drive->is_current != (which == 1))
        return hys__word_fail(t->ctx, word, HYS_UNIT, "", "this amplitude is in %s, others are in %s", units[which],
                              units[1 - which]);
    if (!t->has_unit) t->drive->is_current = which == 1;
    t->has_unit = true;
    return HYS_OK;
}

static hys_status read_time(trainer *t, const hys__word *word, const char *what, bool may_be_zero, double *value) {
    hys_status status = hys__word_quantity(t->ctx, word, "s", what, value);
    if (status != HYS_OK) return status;
    if (!(*value < 1e18) || !(may_be_zero ? *value >= 0 : *value > 1e-18))
        return hys__word_fail(t->ctx, word, HYS_ARG, "", "%s must be %s and below 1e18 s", what,
                              may_be_zero ? "at least 0" : "above 0");
    return HYS_OK;
}

static bool line(trainer *t, double length, double from, double to, size_t n_out, hys__part part) {
    if (!(length > 0)) return true;
    hys__section *s = hys__drive_line(t->drive, length, from, to);
    if (!s) return false;
    s->n_out = n_out;
    s->out_step = length / (double)n_out;
    s->out_first = 1;
    s->pulse = t->drive->n_pulses;
    s->part = part;
    t->drive->n_rows += n_out;
    return true;
}

/* Rise, top, fall.  The top gets `share` of the points of a pulse. */
static bool bump(trainer *t, const pulse *p, double share, hys__part edge_part, hys__part part) {
    double edge = EDGE * p->width;
    size_t n = (size_t)fmax(2, share * t->points);
    if (part == HYS__PART_PULSE && t->drive->out_step == 0) t->drive->out_step = (p->width - edge) / (double)n;
    return line(t, edge, 0, p->height, 2, edge_part) && line(t, p->width - edge, p->height, p->height, n, part) &&
           line(t, edge, p->height, 0, 2, edge_part);
}

static bool put_read(trainer *t, const pulse *p) {
    return bump(t, p, 0.3, HYS__PART_READ, HYS__PART_READ_TOP);
}

/* Lays out the waiting group with its reads. */
static hys_status flush(trainer *t) {
    if (!t->has_group) return HYS_OK;
    const pulse *g = &t->group;
    size_t n_rest = (size_t)fmax(2, 0.3 * t->points);
    double rows = (double)g->count * ((double)t->points + 14) * (1 + 0.3 * (double)t->reads.n);
    if (rows + (double)t->drive->n_rows > HYS__ROWS_MAX)
        return hys__fail(t->ctx, HYS_LIMIT, "fewer pulses, or fewer --points of each",
                         "the pulse train makes more than %u rows", HYS__ROWS_MAX);
    for (long k = 0; k < g->count; k++) {
        t->drive->n_pulses++;
        if (!bump(t, g, 0.4, HYS__PART_PULSE, HYS__PART_PULSE)) return HYS_NOMEM;
        if (!line(t, g->rest, 0, 0, n_rest, HYS__PART_REST)) return HYS_NOMEM;
        for (size_t i = 0; i < t->reads.n; i++)
            if (!put_read(t, &t->reads.at[i])) return HYS_NOMEM;
    }
    t->has_group = false;
    t->reads.n = 0;
    return HYS_OK;
}

static hys_status item_read(trainer *t, hys__word rest, const hys__word *all) {
    pulse p = {.count = 1}, *to;
    hys__word height, width;
    if (!hys__word_next(&rest, ',', &height) || !hys__word_next(&rest, ',', &width) || rest.text)
        return hys__word_fail(t->ctx, all, HYS_ARG, "read AMPLITUDE,WIDTH, for example read 0.1V,5us",
                              "a read has two parts");
    hys_status status = read_height(t, &height, &p.height);
    if (status == HYS_OK) status = read_time(t, &width, "the width", false, &p.width);
    if (status != HYS_OK) return status;
    if (!t->has_group) return put_read(t, &p) ? HYS_OK : HYS_NOMEM;
    to = HYS_PUSH(t->drive->arena, &t->reads);
    if (!to) return HYS_NOMEM;
    *to = p;
    return HYS_OK;
}

static hys_status item_wait(trainer *t, hys__word rest, const hys__word *all) {
    (void)all;
    double time;
    hys__word word;
    hys__word_next(&rest, '\0', &word);
    hys_status status = read_time(t, &word, "the time to wait", false, &time);
    if (status == HYS_OK) status = flush(t);
    if (status != HYS_OK) return status;
    size_t n = (size_t)fmax(2, 0.3 * t->points);
    return line(t, time, 0, 0, n, HYS__PART_REST) ? HYS_OK : HYS_NOMEM;
}

/* Whether a field is a bare number: then it is the count. */
static bool is_count(const hys__word *word) {
    double value;
    hys__unit unit;
    bool has_unit;
    return hys__quantity_parse(word->text + word->at, word->n, &value, &unit, &has_unit) && !has_unit;
}

static hys_status item_pulses(trainer *t, hys__word rest, const hys__word *all) {
    static const char form[] = "AMPLITUDE,WIDTH[,REST][,COUNT], for example 1V,10us,20us,100";
    hys__word f[4];
    size_t n = 0;
    while (n < 4 && hys__word_next(&rest, ',', &f[n])) n++;
    if (rest.text || n < 2) return hys__word_fail(t->ctx, all, HYS_ARG, form, "pulses have two to four parts");
    hys_status status = flush(t);
    pulse *g = &t->group;
    *g = (pulse){.count = 1};
    if (status == HYS_OK) status = read_height(t, &f[0], &g->height);
    if (status == HYS_OK) status = read_time(t, &f[1], "the width", false, &g->width);
    g->rest = g->width;
    bool has_rest = n > 2 && !(n == 3 && is_count(&f[2]));
    if (status == HYS_OK && has_rest) status = read_time(t, &f[2], "the rest", true, &g->rest);
    if (status == HYS_OK && n > 2 && (n == 4 || !has_rest))
        status = hys__word_count(t->ctx, &f[n - 1], 1, 1000000, "the number of pulses", &g->count);
    t->has_group = status == HYS_OK;
    return status;
}

static const struct item {
    const char *name;
    hys_status (*read)(trainer *t, hys__word rest, const hys__word *all);
} items[] = {{"read", item_read}, {"wait", item_wait}};

static hys_status read_item(trainer *t, const hys__word *word) {
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        size_t n = strlen(items[i].name);
        if (word->n > n && memcmp(word->text + word->at, items[i].name, n) == 0) {
            hys__word rest = {word->option, word->text, word->at + n, word->n - n};
            return items[i].read(t, rest, word);
        }
    }
    return item_pulses(t, *word, word);
}

hys_status hys__drive_train(hys_ctx *ctx, hys__arena *arena, const hys_bench_opts *opts, hys__drive *drive) {
    if (!opts->train)
        return hys__fail(ctx, HYS_ARG, "for example: --train '1V,10us,20us,100; read 0.1V,5us'",
                         "no pulse train is given");
    trainer t = {.ctx = ctx, .drive = drive, .points = opts->points};
    *drive = (hys__drive){.arena = arena, .cycles = 1};
    if (opts->points < 2) return hys__fail(ctx, HYS_ARG, "", "at least 2 points a pulse are needed");
    hys__word rest = hys__word_all("--train", opts->train), item;
    hys_status status = HYS_OK;
    while (status == HYS_OK && hys__word_next(&rest, ';', &item))
        if (item.n) status = read_item(&t, &item);
    if (status == HYS_OK) status = flush(&t);
    if (status != HYS_OK) return status;
    if (!drive->sections.n)
        return hys__fail(ctx, HYS_ARG, "for example: --train '1V,10us,20us,100'", "the pulse train is empty");
    drive->n_rows += 1;
    drive->period = drive->duration;
    if (drive->out_step == 0) drive->out_step = drive->sections.at[0].out_step;
    return HYS_OK;
}
