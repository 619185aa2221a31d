/* Options of a command, by its table, through getopt_long. */
#include "cli/cli.h"
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HELP_CODE 1000

static size_t option_index(const command_info *command, const char *name) {
    for (size_t k = 0; k < command->n_options; k++)
        if (!strcmp(command->options[k].name, name)) return k;
    return SIZE_MAX;
}

const option_value *option_get(const invocation *in, const char *name) {
    static const option_value none = {0};
    size_t k = option_index(in->command, name);
    return k == SIZE_MAX ? &none : &in->values[k];
}

const char *option_text(const invocation *in, const char *name) {
    return option_get(in, name)->text;
}

bool option_flag(const invocation *in, const char *name) {
    return option_get(in, name)->is_set;
}

static int refuse(const invocation *in, const char *what, const char *word, const char *hint) {
    fprintf(stderr, "hysteron %s: error: %s%s%s%s\n", in->command->name, what, word ? " '" : "", word ? word : "",
            word ? "'" : "");
    if (hint) fprintf(stderr, "hint: %s\n", hint);
    fprintf(stderr, "hint: 'hysteron %s --help' shows the options\n", in->command->name);
    return EXIT_USAGE;
}

static int refuse_option(const invocation *in, const char *word) {
    const char *names[64];
    char hint[128], bare[64];
    size_t n = in->command->n_options < 64 ? in->command->n_options : 64;
    for (size_t k = 0; k < n; k++) names[k] = in->command->options[k].name;
    while (*word == '-') word++;
    snprintf(bare, sizeof bare, "%.*s", (int)strcspn(word, "="), word);
    const char *near = hys_nearest(bare, names, n);
    if (near) snprintf(hint, sizeof hint, "did you mean '--%s'?", near);
    return refuse(in, "there is no option", bare, near ? hint : NULL);
}

/* A plain number: counts and tolerances carry no unit. */
static int set_number(invocation *in, const option_info *info, option_value *value, const char *text) {
    char *end = NULL;
    errno = 0;
    value->number = strtod(text, &end);
    bool is_whole = value->number == floor(value->number) && value->number >= 0 && value->number <= 9007199254740992.0;
    if (end == text || *end || errno || !isfinite(value->number))
        return refuse(in, "this is not a number:", text, NULL);
    if (info->kind == OPTION_COUNT && !is_whole)
        return refuse(in, "this must be a whole number, zero or more:", text, NULL);
    return -1;
}

static int set_value(invocation *in, size_t k, const char *text) {
    const option_info *info = &in->command->options[k];
    option_value *value = &in->values[k];
    value->is_set = true;
    value->text = text;
    if (info->kind == OPTION_COUNT || info->kind == OPTION_REAL) return set_number(in, info, value, text);
    if (info->kind == OPTION_LIST) {
        const char **list = realloc(value->list, (value->n_list + 1) * sizeof *list);
        if (!list) return EXIT_INTERNAL;
        value->list = list;
        value->list[value->n_list++] = text;
    }
    return -1;
}

static void fill_tables(const command_info *command, struct option *longs, char *shorts) {
    size_t n = command->n_options;
    *shorts++ = ':';
    *shorts++ = 'h';
    for (size_t k = 0; k < n; k++) {
        const option_info *info = &command->options[k];
        longs[k] = (struct option){info->name, info->kind == OPTION_FLAG ? no_argument : required_argument, NULL,
                                   HELP_CODE + 1 + (int)k};
        if (info->letter) *shorts++ = info->letter;
        if (info->letter && info->kind != OPTION_FLAG) *shorts++ = ':';
    }
    longs[n] = (struct option){"help", no_argument, NULL, HELP_CODE};
    longs[n + 1] = (struct option){0};
    *shorts = 0;
}

static size_t which_option(const command_info *command, int code) {
    if (code > HELP_CODE) return (size_t)(code - HELP_CODE - 1);
    for (size_t k = 0; k < command->n_options; k++)
        if (command->options[k].letter == code) return k;
    return SIZE_MAX;
}

static int parse_all(invocation *in, int argc, char **argv, const struct option *longs, const char *shorts) {
    int code = 0;
    opterr = 0;
    optind = 0;
    while ((code = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        if (code == HELP_CODE || code == 'h') return -2;
        if (code == '?') return refuse_option(in, argv[optind - 1]);
        if (code == ':') return refuse(in, "this option needs a value:", argv[optind - 1], NULL);
        int status = set_value(in, which_option(in->command, code), optarg);
        if (status != -1) return status;
    }
    in->args = argv + optind;
    in->n_args = argc - optind;
    if (in->n_args < in->command->min_args) {
        char what[128];
        snprintf(what, sizeof what, "missing argument: %s", in->command->args);
        return refuse(in, what, NULL, NULL);
    }
    if (in->n_args > in->command->max_args)
        return refuse(in, "unexpected argument", in->args[in->command->max_args], NULL);
    return -1;
}

int options_parse(invocation *in, int argc, char **argv) {
    size_t n = in->command->n_options;
    struct option *longs = calloc(n + 2, sizeof *longs);
    char *shorts = calloc(2 * n + 3, 1);
    in->values = calloc(n + 1, sizeof *in->values);
    int status = EXIT_INTERNAL;
    if (longs && shorts && in->values) {
        fill_tables(in->command, longs, shorts);
        status = parse_all(in, argc, argv, longs, shorts);
    }
    free(longs);
    free(shorts);
    return status;
}

void options_free(invocation *in) {
    for (size_t k = 0; in->values && k < in->command->n_options; k++) free(in->values[k].list);
    free(in->values);
}
