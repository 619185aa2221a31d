/* Small signals and noise that the bit lines of an array see. */
#include "cli/cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define APART 6 /* rms between levels: three on either side are one read of 370 that goes wrong */

/* ---- what is asked ---- */

static hys_status read_hertz(invocation *in, const char *label, const char *text, double *hertz) {
    return hys_quantity_read(in->ctx, label, text, "Hz", hertz);
}

/* band = FROM ":" TO */
static int read_band(invocation *in, hys_array_noise_opts *o) {
    char from[64];
    const char *text = option_text(in, "noise"), *colon = text ? strchr(text, ':') : NULL;
    if (!text) return EXIT_GOOD;
    if (!colon || (size_t)(colon - text) >= sizeof from)
        return refuse(in, "--noise is no band:", text, "--noise 1Hz:1MHz");
    snprintf(from, sizeof from, "%.*s", (int)(colon - text), text);
    hys_status status = read_hertz(in, "--noise", from, &o->from);
    if (status == HYS_OK) status = read_hertz(in, "--noise", colon + 1, &o->to);
    if (status != HYS_OK) return exit_status(status);
    if (!(o->from > 0) || !(o->to > o->from))
        return refuse(in, "--noise is no band:", text, "from above 0 Hz to more: --noise 1Hz:1MHz");
    o->frequency = o->from;
    return EXIT_GOOD;
}

int array_noise_opts(invocation *in, hys_array_opts *opts, array_noise *noise) {
    const char *freq = option_text(in, "freq"), *farad = option_text(in, "cwire"), *temp = option_text(in, "temp");
    const bool is_asked = freq || option_text(in, "noise"), has_line = option_get(in, "bit-line")->is_set;
    hys_array_noise_opts *o = &noise->opts;
    *o = hys_array_noise_opts_default();
    if (!is_asked && (farad || has_line))
        return refuse(in, "neither noise nor an admittance is asked for, but", farad ? "--cwire" : "--bit-line",
                      "--freq F or --noise FROM:TO");
    int result = read_band(in, o);
    if (result != EXIT_GOOD || !is_asked) return result;
    hys_status status = freq ? read_hertz(in, "--freq", freq, &o->frequency) : HYS_OK;
    if (status == HYS_OK && farad) status = hys_quantity_read(in->ctx, "--cwire", farad, "F", &opts->word_capacitance);
    if (status == HYS_OK && farad) opts->bit_capacitance = opts->word_capacitance;
    if (status == HYS_OK && temp) status = hys_quantity_read(in->ctx, "--temp", temp, "K", &o->temp);
    if (status != HYS_OK) return exit_status(status);
    if (!(o->frequency > 0)) return refuse(in, "--freq is above 0 Hz, not", freq, "--freq 1kHz");
    if (has_line) o->first = (size_t)option_int(in, "bit-line", 0);
    o->n = has_line;
    return EXIT_GOOD;
}

hys_status array_noise_find(invocation *in, hys_array *array, const hys_array_opts *opts, array_noise *noise) {
    if (!option_text(in, "freq") && !option_text(in, "noise")) return HYS_OK;
    if (!noise->opts.n) noise->opts.n = opts->columns;
    noise->lines = calloc(noise->opts.n, sizeof *noise->lines);
    return noise->lines ? hys_array_noise(array, &noise->opts, noise->lines) : HYS_NOMEM;
}

/* ---- what came out ---- */

typedef struct worth {   /* of a read */
    double current, rms; /* A */
    double snr;          /* dB */
    double levels;
} worth;

static worth worth_of(const hys_array *array, const array_noise *noise, size_t k) {
    worth w = {.current = hys_array_bit_currents(array)[noise->opts.first + k],
               .rms = sqrt(noise->lines[k].power.total)};
    w.snr = 20 * log10(fabs(w.current) / w.rms);
    w.levels = 1 + floor(fabs(w.current) / (APART * w.rms));
    return w;
}

/* By its SNR in the band, or else by its density. */
static size_t find_worst(const hys_array *array, const array_noise *noise) {
    const bool has_band = noise->opts.to > 0;
    size_t worst = 0;
    for (size_t k = 1; k < noise->opts.n; k++)
        if (has_band ? worth_of(array, noise, k).snr < worth_of(array, noise, worst).snr
                     : noise->lines[k].density.total > noise->lines[worst].density.total)
            worst = k;
    return worst;
}

static void print_quantity(const char *name, double value, const char *unit, const char *desc) {
    char text[48];
    hys_quantity_format(value, unit, 4, text);
    printf("  %-18s %14s  %s\n", name, text, desc);
}

static void print_share(const hys_noise_share *s) {
    const double scale = s->total > 0 ? 100 / s->total : 0;
    printf("  %-18s %14s  cells %.3g %%, wires %.3g %%, ends of lines %.3g %%\n", "of it", "", scale * s->cells,
           scale * s->wires, scale * s->ends);
}

void array_noise_print(const invocation *in, const hys_array *array, const array_noise *noise) {
    if (!noise->lines) return;
    const hys_array_noise_opts *o = &noise->opts;
    const size_t k = find_worst(array, noise);
    const hys_bit_noise *line = &noise->lines[k];
    const worth w = worth_of(array, noise, k);
    char at[48], from[48], to[48], band[120];
    hys_quantity_format(o->frequency, "Hz", 4, at);
    hys_quantity_format(o->from, "Hz", 4, from);
    hys_quantity_format(o->to, "Hz", 4, to);
    snprintf(band, sizeof band, "rms from %s to %s", from, to);
    printf("bit line %zu%s, at %s\n", o->first + k, o->n > 1 ? ", the worst of all" : "", at);
    print_quantity("conductance", line->conductance, "S", "that the sense circuit sees");
    print_quantity("susceptance", line->susceptance, "S", "");
    print_quantity("noise", sqrt(line->density.total), "A", "in 1 Hz, of its current");
    print_share(&line->density);
    if (option_text(in, "cell") && !hys_array_n_noises(array))
        printf("  %-18s %14s  their model tells of no noise\n", "cells", "silent");
    if (!(o->to > 0)) return;
    print_quantity("noise", w.rms, "A", band);
    print_share(&line->power);
    print_quantity("current", w.current, "A", "of the read");
    printf("  %-18s %11.4g dB  of the current to the noise\n", "SNR", w.snr);
    printf("  %-18s %14.6g  from 0 A to this current, %d rms apart\n", "levels", w.levels, APART);
}

static json_t *share_json(const hys_noise_share *s) {
    json_t *root = json_object();
    json_object_set_new(root, "total", json_number(s->total));
    json_object_set_new(root, "cells", json_number(s->cells));
    json_object_set_new(root, "wires", json_number(s->wires));
    json_object_set_new(root, "ends", json_number(s->ends));
    return root;
}

static json_t *line_json(const hys_array *array, const array_noise *noise, size_t k) {
    const worth w = worth_of(array, noise, k);
    const size_t bit_line = noise->opts.first + k;
    json_t *root = json_object();
    json_object_set_new(root, "bit_line", json_integer((json_int_t)bit_line));
    json_object_set_new(root, "current_A", json_number(w.current));
    json_object_set_new(root, "conductance_S", json_number(noise->lines[k].conductance));
    json_object_set_new(root, "susceptance_S", json_number(noise->lines[k].susceptance));
    json_object_set_new(root, "density_A2_Hz", share_json(&noise->lines[k].density));
    if (!(noise->opts.to > 0)) return root;
    json_object_set_new(root, "power_A2", share_json(&noise->lines[k].power));
    json_object_set_new(root, "rms_A", json_number(w.rms));
    json_object_set_new(root, "snr_dB", json_number(w.snr));
    json_object_set_new(root, "levels", json_number(w.levels));
    return root;
}

void array_noise_json(json_t *root, const hys_array *array, const array_noise *noise) {
    if (!noise->lines) return;
    json_t *all = json_object(), *lines = json_array();
    json_object_set_new(all, "frequency_Hz", json_number(noise->opts.frequency));
    if (noise->opts.to > 0) json_object_set_new(all, "from_Hz", json_number(noise->opts.from));
    if (noise->opts.to > 0) json_object_set_new(all, "to_Hz", json_number(noise->opts.to));
    json_object_set_new(all, "sources_of_a_cell", json_integer((json_int_t)hys_array_n_noises(array)));
    for (size_t k = 0; k < noise->opts.n; k++) json_array_append_new(lines, line_json(array, noise, k));
    json_object_set_new(all, "bit_lines", lines);
    json_object_set_new(root, "noise", all);
}
