/* --help, the manual page and shell completion: all from the tables. */
#include "cli/cli.h"
#include <string.h>

static void put_option(FILE *out, const option_info *option) {
    char left[80];
    int n = snprintf(left, sizeof left, "%s%c%s--%s%s%s", option->letter ? "-" : "",
                     option->letter ? option->letter : ' ', option->letter ? ", " : "   ", option->name,
                     option->value ? " " : "", option->value ? option->value : "");
    fprintf(out, n <= 30 ? "  %-30s  %s\n" : "  %s\n                                  %s\n", left, option->help);
}

static void put_examples(FILE *out, const command_info *command) {
    for (const char *const *e = command->examples; e && *e; e += 2) fprintf(out, "  %s\n      %s\n", e[0], e[1]);
}

void help_command(FILE *out, const command_info *command) {
    fprintf(out, "%s\n\nExamples:\n", command->summary);
    put_examples(out, command);
    fprintf(out, "\nUsage: hysteron %s [options] %s\n\nOptions:\n", command->name, command->args);
    for (size_t k = 0; k < command->n_options; k++) put_option(out, &command->options[k]);
    put_option(out, &(option_info){"help", 'h', OPTION_FLAG, NULL, "this text"});
    if (*command->text) fprintf(out, "\n%s\n", command->text);
}

void help_all(FILE *out) {
    fputs("hysteron takes a memristive device - a Verilog-A model - and shows what it does.\n\nExamples:\n"
          "  hysteron iv that.va --wave sine:1V,1kHz --figure loop.svg\n      the I-V loop of a file from the "
          "internet, as a figure\n"
          "  hysteron iv vteam --wave triangle:1.5V,10Hz --json\n      figures of merit of a library model\n"
          "  hysteron device check that.va\n      what the compiler thinks of a file\n\nCommands:\n",
          out);
    for (size_t k = 0; k < cli_n_commands; k++)
        fprintf(out, "  hysteron %-16s %s\n", cli_commands[k]->name, cli_commands[k]->summary);
    fputs("\n'hysteron COMMAND --help' shows the options of a command; 'hysteron --version' the version.\n"
          "Exit status: 0 good, 1 the answer is no or it did not converge, 2 bad usage, 3 bad input file, 4 internal "
          "error.\n",
          out);
}

/* ---- manual page, in man(7) macros ---- */

static void put_roff(FILE *out, const char *text) {
    bool starts_line = true;
    for (; *text; text++) {
        if (starts_line && (*text == '.' || *text == '\'')) fputs("\\&", out);
        if (*text == '\\' || *text == '-') fputc('\\', out);
        fputc(*text == '\\' ? 'e' : *text, out);
        starts_line = *text == '\n';
    }
}

static void put_man_command(FILE *out, const command_info *command) {
    fprintf(out, ".SS \"hysteron %s %s\"\n", command->name, command->args);
    put_roff(out, command->summary);
    fputs("\n", out);
    for (size_t k = 0; k < command->n_options; k++) {
        const option_info *o = &command->options[k];
        fputs(".TP\n.B ", out);
        if (o->letter) fprintf(out, "\\-%c, ", o->letter);
        fputs("\\-\\-", out);
        put_roff(out, o->name);
        if (o->value) fprintf(out, " \\fI%s\\fR", o->value);
        fputs("\n", out);
        put_roff(out, o->help);
        fputs("\n", out);
    }
    if (*command->text) {
        fputs(".PP\n.nf\n", out);
        put_roff(out, command->text);
        fputs("\n.fi\n", out);
    }
    for (const char *const *e = command->examples; e && *e; e += 2) {
        fputs(".PP\n.EX\n", out);
        put_roff(out, e[0]);
        fputs("\n.EE\n", out);
        put_roff(out, e[1]);
        fputs("\n", out);
    }
}

void help_man(FILE *out) {
    fprintf(
        out,
        ".TH HYSTERON 1 \"\" \"hysteron %s\" \"User Commands\"\n.SH NAME\nhysteron \\- what a memristive device does\n"
        ".SH SYNOPSIS\n.B hysteron\n\\fICOMMAND\\fR [\\fIoptions\\fR] [\\fIarguments\\fR]\n.SH COMMANDS\n",
        hys_version());
    for (size_t k = 0; k < cli_n_commands; k++) put_man_command(out, cli_commands[k]);
    fputs(".SH \"EXIT STATUS\"\n0 good; 1 the answer is no, or it did not converge; 2 bad usage; 3 bad input file; 4 "
          "internal error, "
          "or a program that is needed is missing; 130 interrupted.\n.SH ENVIRONMENT\n.TP\n.B HYSTERON_CACHE\nfolder "
          "for compiled "
          "kernels; default \\fI~/.cache/hysteron\\fR\n.TP\n.B HYSTERON_CC\nthe C compiler for kernels\n.TP\n.B "
          "HYSTERON_MODELS\n"
          "folder of the model library\n",
          out);
}

/* ---- completion ---- */

static void put_words(FILE *out, const command_info *command) {
    for (size_t k = 0; k < command->n_options; k++) fprintf(out, "--%s ", command->options[k].name);
    fputs("--help", out);
}

static void put_models(FILE *out) {
    for (size_t k = 0; k < hys_library_count(); k++) fprintf(out, "%s ", hys_library_get(k)->name);
}

/* First words of the commands, each once. */
static void put_first_words(FILE *out) {
    const char *last = "";
    for (size_t k = 0; k < cli_n_commands; k++) {
        int n = (int)strcspn(cli_commands[k]->name, " ");
        if (strncmp(last, cli_commands[k]->name, (size_t)n) || last[n] != ' ')
            fprintf(out, "%.*s ", n, cli_commands[k]->name);
        last = cli_commands[k]->name;
    }
    fputs("help", out);
}

void help_bash(FILE *out) {
    fputs(
        "_hysteron() {\n    local word=${COMP_WORDS[COMP_CWORD]} command=\"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" words\n"
        "    if ((COMP_CWORD == 1)); then\n        words='",
        out);
    put_first_words(out);
    fputs("'\n    else\n        case $command in\n", out);
    for (size_t k = 0; k < cli_n_commands; k++) {
        bool two = strchr(cli_commands[k]->name, ' ') != NULL;
        fprintf(out, "        '%s'%s) words='", cli_commands[k]->name, two ? "" : "*");
        put_words(out, cli_commands[k]);
        fputs(" ", out);
        put_models(out);
        fputs("' ;;\n", out);
    }
    fputs("        device*) words='check list show' ;;\n        esac\n    fi\n"
          "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\") $(compgen -f -X '!*.va' -- \"$word\"))\n}\n"
          "complete -o filenames -F _hysteron hysteron\n",
          out);
}

void help_zsh(FILE *out) {
    fputs("#compdef hysteron\n_hysteron() {\n    local command=\"$words[2] $words[3]\"\n    if ((CURRENT == 2)); "
          "then\n        compadd ",
          out);
    put_first_words(out);
    fputs("\n        return\n    fi\n    case $command in\n", out);
    for (size_t k = 0; k < cli_n_commands; k++) {
        fprintf(out, "    '%s'*) compadd -- ", cli_commands[k]->name);
        put_words(out, cli_commands[k]);
        fputs(" ", out);
        put_models(out);
        fputs(";;\n", out);
    }
    fputs("    device*) compadd check list show ;;\n    esac\n    _files -g '*.(va|vams)'\n}\n_hysteron \"$@\"\n", out);
}

void help_fish(FILE *out) {
    fputs("complete -c hysteron -n '__fish_use_subcommand' -a '", out);
    put_first_words(out);
    fputs("'\ncomplete -c hysteron -n '__fish_seen_subcommand_from device' -a 'check list show'\n", out);
    for (size_t k = 0; k < cli_n_commands; k++) {
        const command_info *command = cli_commands[k];
        const char *word = strrchr(command->name, ' ') ? strrchr(command->name, ' ') + 1 : command->name;
        for (size_t o = 0; o < command->n_options; o++) {
            fprintf(out, "complete -c hysteron -n '__fish_seen_subcommand_from %s' -l %s", word,
                    command->options[o].name);
            if (command->options[o].letter) fprintf(out, " -s %c", command->options[o].letter);
            fputs(command->options[o].value ? " -r\n" : "\n", out);
        }
    }
}
