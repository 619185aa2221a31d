/* The options by which an array's lines are described. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

/* A resistance option; the value stays where it is not given. */
static hys_status read_ohm(invocation *in, const char *name, double *ohm) {
    char label[32];
    const char *text = option_text(in, name);
    snprintf(label, sizeof label, "--%s", name);
    return text ? hys_quantity_read(in->ctx, label, text, "ohm", ohm) : HYS_OK;
}

static bool read_ends(const char *text, const char *first, const char *last, hys_array_ends *ends) {
    if (!text) return true;
    if (!strcmp(text, first)) *ends = HYS_ENDS_FIRST;
    else if (!strcmp(text, last)) *ends = HYS_ENDS_LAST;
    else if (!strcmp(text, "both")) *ends = HYS_ENDS_BOTH;
    else return false;
    return true;
}

/* size = N | M "x" N */
int array_size(invocation *in, hys_array_opts *opts) {
    const char *text = option_text(in, "size");
    if (!text) return refuse(in, "how large is the array?", NULL, "--size 64, --size 64x128, or --conductances FILE");
    char *end;
    const unsigned long long m = strtoull(text, &end, 10), n = *end == 'x' ? strtoull(end + 1, &end, 10) : m;
    if (end == text || *end || !m || !n || m > 1000000000ull || n > 1000000000ull || *text == '-')
        return refuse(in, "this is no size of an array:", text, "--size 64, --size 64x128");
    opts->rows = (size_t)m;
    opts->columns = (size_t)n;
    return EXIT_GOOD;
}

/* Wires by their geometry. */
static hys_status lay_out(invocation *in, hys_array_opts *opts) {
    hys_layout_opts o = hys_layout_opts_default();
    hys_layout layout;
    if (!option_text(in, "half-pitch")) return HYS_OK;
    if (option_text(in, "metal")) o.metal = option_text(in, "metal");
    hys_status status = hys_quantity_read(in->ctx, "--half-pitch", option_text(in, "half-pitch"), "m", &o.half_pitch);
    if (status == HYS_OK) status = hys_layout_make(in->ctx, &o, &layout);
    if (status == HYS_OK) hys_layout_apply(&layout, opts);
    return status;
}

int array_opts(invocation *in, hys_array_opts *opts) {
    *opts = hys_array_opts_default();
    if (option_text(in, "metal") && !option_text(in, "half-pitch"))
        return refuse(in, "how narrow are the lines of", option_text(in, "metal"), "--half-pitch 28nm");
    hys_status status = lay_out(in, opts);
    if (status == HYS_OK) status = read_ohm(in, "rwire", &opts->word_wire);
    if (option_text(in, "rwire")) opts->bit_wire = opts->word_wire;
    if (status == HYS_OK) status = read_ohm(in, "rword", &opts->word_wire);
    if (status == HYS_OK) status = read_ohm(in, "rbit", &opts->bit_wire);
    if (status == HYS_OK) status = read_ohm(in, "rdriver", &opts->driver);
    if (status == HYS_OK) status = read_ohm(in, "rsense", &opts->sense);
    if (status != HYS_OK) return exit_status(status);
    opts->threads = (unsigned)option_int(in, "threads", 0);
    if (option_get(in, "tolerance")->is_set) opts->tolerance = option_get(in, "tolerance")->number;
    if (!read_ends(option_text(in, "word-ends"), "left", "right", &opts->words))
        return refuse(in, "word lines end", option_text(in, "word-ends"), "left, right or both");
    if (!read_ends(option_text(in, "bit-ends"), "top", "bottom", &opts->bits))
        return refuse(in, "bit lines end", option_text(in, "bit-ends"), "top, bottom or both");
    return EXIT_GOOD;
}

int array_law(invocation *in, hys_array_law *law) {
    const char *voltage = option_text(in, "read-voltage");
    law->size = sizeof *law;
    law->nonlinearity = option_get(in, "nonlinearity")->is_set ? option_get(in, "nonlinearity")->number : 2;
    return voltage ? exit_status(hys_quantity_read(in->ctx, "--read-voltage", voltage, "V", &law->voltage)) : EXIT_GOOD;
}
