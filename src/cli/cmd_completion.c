/* hysteron completion bash|zsh|fish|man: text for the shell or for man, from the option tables. */
#include "cli/cli.h"
#include <string.h>

static int run(invocation *in) {
    static const struct {
        const char *name;
        void (*put)(FILE *);
    } kinds[] = {{"bash", help_bash}, {"zsh", help_zsh}, {"fish", help_fish}, {"man", help_man}};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        if (strcmp(kinds[k].name, in->args[0])) continue;
        kinds[k].put(stdout);
        return EXIT_GOOD;
    }
    return refuse(in, "there is no completion for", in->args[0], "bash, zsh, fish, man");
}

static const char *const examples[] = {"hysteron completion bash > ~/.local/share/bash-completion/completions/hysteron",
                                       "completion for bash", NULL};

const command_info command_completion = {
    .name = "completion",
    .args = "bash|zsh|fish|man",
    .summary = "Print completion for a shell, or the manual page.",
    .text = "",
    .examples = examples,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
