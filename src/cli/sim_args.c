/* The options by which a netlist is named and set up: the same for sim, bifurcation and impedance. */
#include "cli/cli.h"
#include <string.h>

static void print_message(void *user, const char *text) {
    (void)user;
    fputs(text, stderr);
}

hys_sim_opts sim_opts(const invocation *in) {
    hys_sim_opts opts = hys_sim_opts_default();
    opts.set = option_get(in, "set")->list;
    opts.n_set = option_get(in, "set")->n_list;
    opts.include_dirs = option_get(in, "include")->list;
    opts.n_include_dirs = option_get(in, "include")->n_list;
    opts.spread = option_get(in, "spread")->list;
    opts.n_spread = option_get(in, "spread")->n_list;
    opts.temp = option_text(in, "temp");
    opts.rtol = option_get(in, "rtol")->number;
    opts.has_seed = option_get(in, "seed")->is_set;
    opts.seed = (uint64_t)option_get(in, "seed")->number;
    opts.as_written = option_flag(in, "as-written");
    opts.message = print_message;
    return opts;
}

/* How a result is drawn; NULL: it is not. */
const char *figure_kind_of(const hys_sim_result *result) {
    if (!strcmp(result->analysis, "op") || !strcmp(result->analysis, "tf") || !strcmp(result->analysis, "sens"))
        return NULL;
    if (!strcmp(result->analysis, "pz")) return NULL;
    if (!strcmp(result->analysis, "pss") && strcmp(result->x, "harmonic") && strcmp(result->x, "time")) return NULL;
    return !strcmp(result->analysis, "ac") ? "bode" : "sweep";
}
