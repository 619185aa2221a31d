#include "lab/drive.h"
#include <math.h>

#define TWO_PI 6.283185307179586

double hys__section_value(const hys__section *s, double t) {
    if (s->kind == HYS__SINE) return s->from + s->to * sin(TWO_PI * s->frequency * t);
    if (t >= s->length) return s->to;
    return s->from + (s->to - s->from) * (t / s->length);
}

double hys__section_slope(const hys__section *s, double t) {
    if (s->kind == HYS__SINE) return s->to * TWO_PI * s->frequency * cos(TWO_PI * s->frequency * t);
    return (s->to - s->from) / s->length;
}

double hys__section_output(const hys__section *s, size_t k) {
    double t = ((double)s->out_first + (double)k) * s->out_step - s->out_lag;
    /* The last output of a section may be its very end but for rounding. */
    return fabs(t - s->length) <= 1e-9 * s->out_step || t > s->length ? s->length : t;
}

hys__section *hys__drive_line(hys__drive *drive, double length, double from, double to) {
    hys__section *s = HYS_PUSH(drive->arena, &drive->sections);
    if (!s) return NULL;
    *s = (hys__section){.kind = HYS__LINE, .start = drive->duration, .length = length, .from = from, .to = to};
    drive->duration += length;
    drive->peak = fmax(drive->peak, fmax(fabs(from), fabs(to)));
    return s;
}

void hys__drive_grid(hys__drive *drive, double period, uint64_t points) {
    double step = period / (double)points;
    drive->out_step = step;
    for (size_t i = 0; i < drive->sections.n; i++) {
        hys__section *s = &drive->sections.at[i];
        double end = s->start + s->length, slack = 1e-9 * step;
        uint64_t first = (uint64_t)floor((s->start + slack) / step) + 1;
        uint64_t last = (uint64_t)floor((end + slack) / step);
        s->out_step = step;
        s->out_lag = s->start;
        s->out_first = first;
        s->n_out = last >= first ? (size_t)(last - first + 1) : 0;
        drive->n_rows += s->n_out;
    }
    drive->n_rows += 1; /* the start */
}

/* A corner is smooth when the slope changes by less than a tenth of the steepest slope: IDA's error
 * control passes it with one shorter step, while a restart costs some thirty. */
void hys__drive_smooth(hys__drive *drive) {
    double steepest = 0;
    for (size_t i = 0; i < drive->sections.n; i++)
        steepest = fmax(steepest, fabs(hys__section_slope(&drive->sections.at[i], 0)));
    for (size_t i = 1; i < drive->sections.n; i++) {
        const hys__section *before = &drive->sections.at[i - 1];
        hys__section *s = &drive->sections.at[i];
        double step = hys__section_slope(s, 0) - hys__section_slope(before, before->length);
        s->is_smooth = fabs(step) < 0.1 * steepest && s->from == before->to;
    }
}
