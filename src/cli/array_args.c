/* The options by which an array's lines are described. */
#include "cli/cli.h"
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

int array_opts(invocation *in, hys_array_opts *opts) {
    *opts = hys_array_opts_default();
    hys_status status = read_ohm(in, "rwire", &opts->word_wire);
    opts->bit_wire = opts->word_wire;
    if (status == HYS_OK) status = read_ohm(in, "rword", &opts->word_wire);
    if (status == HYS_OK) status = read_ohm(in, "rbit", &opts->bit_wire);
    if (status == HYS_OK) status = read_ohm(in, "rdriver", &opts->driver);
    if (status == HYS_OK) status = read_ohm(in, "rsense", &opts->sense);
    if (status != HYS_OK) return exit_status(status);
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
