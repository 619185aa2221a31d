/* --help: examples first, all from the tables. */
#include "cli/cli.h"
#include <string.h>

#define OPTION_COLUMN 32 /* where what an option does starts */

static void put_option(FILE *out, const option_info *option) {
    char left[120];
    int n = snprintf(left, sizeof left, "  %s%c%s--%s%s%s", option->letter ? "-" : "",
                     option->letter ? option->letter : ' ', option->letter ? ", " : "   ", option->name,
                     option->value ? " " : "", option->value ? option->value : "");
    if (n + 2 > OPTION_COLUMN) fprintf(out, "%s\n%*s", left, OPTION_COLUMN, "");
    else fprintf(out, "%-*s", OPTION_COLUMN, left);
    put_wrapped(out, option->help, OPTION_COLUMN, OPTION_COLUMN);
}

static void put_heading(FILE *out, const command_info *command, const option_info *option) {
    for (const char *const *g = command->groups; g && *g; g += 2)
        if (!strcmp(g[0], option->name)) fprintf(out, "\n%s:\n", g[1]);
}

static void put_examples(FILE *out, const command_info *command) {
    for (const char *const *e = command->examples; e && *e; e += 2) fprintf(out, "  %s\n      %s\n", e[0], e[1]);
}

void help_command(FILE *out, const command_info *command) {
    fprintf(out, "%s\n\nExamples:\n", command->summary);
    put_examples(out, command);
    fprintf(out, "\nUsage: hysteron %s [options]%s%s\n\nOptions:\n", command->name, *command->args ? " " : "",
            command->args);
    for (size_t k = 0; k < command->n_options; k++) {
        put_heading(out, command, &command->options[k]);
        put_option(out, &command->options[k]);
    }
    put_option(out, &(option_info){"help", 'h', OPTION_FLAG, NULL, "this text"});
    if (!*command->text) return;
    fputc('\n', out);
    put_wrapped(out, command->text, 0, 0);
}

static void put_command(FILE *out, const command_info *command) {
    fprintf(out, "  hysteron %-14s ", command->name);
    put_wrapped(out, command->summary, 26, 26);
}

void help_group(FILE *out, const char *noun) {
    size_t n = strlen(noun);
    fprintf(out, "Commands of '%s':\n", noun);
    for (size_t k = 0; k < cli_n_commands; k++)
        if (!strncmp(cli_commands[k]->name, noun, n) && cli_commands[k]->name[n] == ' ')
            put_command(out, cli_commands[k]);
    fputs("\n'hysteron COMMAND --help' shows the options of a command.\n", out);
}

void help_all(FILE *out) {
    fputs("hysteron takes a memristive device - a Verilog-A model or measured curves - and shows what it does.\n\n"
          "Examples:\n"
          "  hysteron passport that.va -o report.html\n"
          "      all there is to know of a device, in one page\n"
          "  hysteron iv that.va --wave sine:1V,1kHz --figure loop.svg\n"
          "      the I-V loop of a file from the internet, as a figure\n"
          "  hysteron iv vteam --wave triangle:1.5V,10Hz --json\n      figures of merit of a library model\n"
          "  hysteron device check that.va\n      what the compiler thinks of a file\n\nCommands:\n",
          out);
    for (size_t k = 0; k < cli_n_commands; k++) put_command(out, cli_commands[k]);
    fputs("\n'hysteron COMMAND --help' shows the options of a command; 'hysteron --version' the version.\n"
          "Exit status: 0 good; 1 the answer is no, or it did not converge; 2 bad usage; 3 bad input file;\n"
          "4 internal error, or a program that is needed is missing; 130 interrupted.\n",
          out);
}
