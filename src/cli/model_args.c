/* The options by which a device is named and compiled. */
#include "cli/cli.h"

hys_model_opts model_opts(const invocation *in) {
    hys_model_opts opts = hys_model_opts_default();
    opts.module = option_text(in, "module");
    opts.include_dirs = option_get(in, "include")->list;
    opts.n_include_dirs = option_get(in, "include")->n_list;
    opts.defines = option_get(in, "define")->list;
    opts.n_defines = option_get(in, "define")->n_list;
    opts.set = option_get(in, "set")->list;
    opts.n_set = option_get(in, "set")->n_list;
    opts.as_written = option_flag(in, "as-written");
    return opts;
}
