/* The manual page, in man(7) macros: all from the tables. */
#include "cli/cli.h"
#include <string.h>

static void put_roff(FILE *out, const char *text) {
    bool starts_line = true;
    for (; *text; text++) {
        if (starts_line && (*text == '.' || *text == '\'')) fputs("\\&", out);
        if (*text == '\\') fputs("\\e", out);
        else if (*text == '-') fputs("\\-", out);
        else fputc(*text, out);
        starts_line = *text == '\n';
    }
}

/* What stands in an argument of a macro, between quotes. */
static void put_quoted(FILE *out, const char *text) {
    for (; *text; text++) {
        if (*text == '"') fputs("\\(dq", out);
        else if (*text == '-') fputs("\\-", out);
        else fputc(*text, out);
    }
}

static void put_heading(FILE *out, const command_info *command, const option_info *option) {
    for (const char *const *g = command->groups; g && *g; g += 2) {
        if (strcmp(g[0], option->name) != 0) continue;
        fputs(".PP\n.I \"", out);
        put_quoted(out, g[1]);
        fputs("\"\n", out);
    }
}

static void put_option(FILE *out, const option_info *option) {
    fputs(".TP\n", out);
    fputs(option->value ? ".BI \"" : ".B \"", out);
    if (option->letter) fprintf(out, "\\-%c\\fR, \\fB", option->letter);
    fputs("\\-\\-", out);
    put_quoted(out, option->name);
    if (option->value) {
        fputs(" \" \"", out);
        put_quoted(out, option->value);
    }
    fputs("\"\n", out);
    put_roff(out, option->help);
    fputc('\n', out);
}

/* The text as it stands, line by line. */
static void put_text(FILE *out, const char *text) {
    fputs(".PP\n.EX\n", out);
    put_roff(out, text);
    fputs("\n.EE\n", out);
}

static void put_command(FILE *out, const command_info *command) {
    fputs(".SS \"hysteron ", out);
    put_quoted(out, command->name);
    fputc(' ', out);
    put_quoted(out, command->args);
    fputs("\"\n", out);
    put_roff(out, command->summary);
    fputc('\n', out);
    if (*command->text) put_text(out, command->text);
    for (size_t k = 0; k < command->n_options; k++) {
        put_heading(out, command, &command->options[k]);
        put_option(out, &command->options[k]);
    }
    for (const char *const *e = command->examples; e && *e; e += 2) {
        fputs(".PP\n", out);
        put_roff(out, e[1]);
        fputs(":\n.PP\n.in +4n\n.EX\n", out);
        put_roff(out, e[0]);
        fputs("\n.EE\n.in\n", out);
    }
}

void help_man(FILE *out) {
    fprintf(out, ".TH HYSTERON 1 \"\" \"hysteron %s\" \"User Commands\"\n", hys_version());
    fputs(
        ".SH NAME\nhysteron \\- what a memristive device does\n"
        ".SH SYNOPSIS\n.B hysteron\n\\fICOMMAND\\fR [\\fIoptions\\fR] [\\fIarguments\\fR]\n"
        ".SH DESCRIPTION\nhysteron takes a memristive device \\- a Verilog\\-A model, from a file or from the library "
        "that is shipped \\- and measures it as an instrument does: current\\-voltage loops, pulse trains.\n"
        ".PP\nNumbers take units (1.5V, 10Hz, 100uA, 2.5ohm, 27degC); a bare number is SI.\n.SH COMMANDS\n",
        out);
    for (size_t k = 0; k < cli_n_commands; k++) put_command(out, cli_commands[k]);
    fputs(".SH \"EXIT STATUS\"\n.TP\n.B 0\ngood\n.TP\n.B 1\nthe answer is no, or it did not converge\n"
          ".TP\n.B 2\nbad usage\n.TP\n.B 3\nbad input file\n"
          ".TP\n.B 4\ninternal error, or a program that is needed is missing\n.TP\n.B 130\ninterrupted\n"
          ".SH ENVIRONMENT\n.TP\n.B HYSTERON_CACHE\nfolder of the compiled kernels; else\n"
          "\\fI$XDG_CACHE_HOME/hysteron\\fR or \\fI~/.cache/hysteron\\fR\n"
          ".TP\n.B HYSTERON_CC\nthe C compiler that makes them\n"
          ".TP\n.B HYSTERON_MODELS\nfolders of the model library, separated by colons\n",
          out);
}
