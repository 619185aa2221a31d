/* What a source does in time: a row of sections, each a straight line or a sine, with the times at which
 * output is wanted.
 *
 * Time is (section, time since its start): nanoseconds stay exact after years. */
#ifndef HYS_LAB_DRIVE_H
#define HYS_LAB_DRIVE_H
#include "base/diag.h"
#include <hysteron/lab.h>

typedef enum hys__section_kind { HYS__LINE, HYS__SINE } hys__section_kind;

typedef struct hys__section {
    hys__section_kind kind;
    double start;     /* s since the drive began */
    double length;    /* s */
    double from, to;  /* LINE: V or A at its ends; SINE: offset, amplitude */
    double frequency; /* SINE: Hz; phase 0 at the start */
    bool is_smooth;   /* the step of the slope at its start is small: no restart needed */
    size_t n_out;     /* outputs in (start, start + length] */
    /* Output k (from 1) is at (out_first + k - 1) out_step - out_lag after the start, or at the end. */
    double out_step, out_lag;
    uint64_t out_first;
    uint32_t pulse; /* number from 1 of the pulse it belongs to; 0: none */
    uint32_t part;  /* hys__part */
} hys__section;

/* Parts of a pulse, for features. */
typedef enum hys__part {
    HYS__PART_NONE,
    HYS__PART_PULSE,
    HYS__PART_REST,
    HYS__PART_READ,
    HYS__PART_READ_TOP
} hys__part;

typedef struct hys__drive {
    hys__arena *arena;
    struct {
        hys__section *at;
        size_t n, cap;
    } sections;
    bool is_current;      /* A, else V */
    bool is_quasi_static; /* a list of points in `points`, without time */
    struct {
        double *at;
        size_t n, cap;
    } points;
    double parallel; /* F across the device, where the source is not ideal; 0: none */
    double duration; /* s */
    double period;   /* s of a cycle (a train: of all) */
    double out_step; /* s: default interval of random draws */
    double peak;     /* largest |value| */
    uint64_t n_rows;
    uint32_t n_pulses;
    int32_t cycles;
} hys__drive;

/* A wave, as --wave says. */
hys_status hys__drive_wave(hys_ctx *ctx, hys__arena *arena, const hys_bench_opts *opts, hys__drive *drive);
/* A pulse train, as --train says. */
hys_status hys__drive_train(hys_ctx *ctx, hys__arena *arena, const hys_bench_opts *opts, hys__drive *drive);

double hys__section_value(const hys__section *section, double t); /* t since its start */
double hys__section_slope(const hys__section *section, double t);
double hys__section_output(const hys__section *section, size_t k); /* s since its start; k < n_out */

/* Appends a line; used by waves and trains.  NULL when out of memory. */
hys__section *hys__drive_line(hys__drive *drive, double length, double from, double to);
/* Puts outputs every step seconds since the start of the drive into all sections. */
void hys__drive_grid(hys__drive *drive, double period, uint64_t points);
/* Marks starts where the slope changes little. */
void hys__drive_smooth(hys__drive *drive);

/* Most rows and sections of a run. */
#define HYS__ROWS_MAX     50000000u
#define HYS__SECTIONS_MAX 10000000u

#endif
