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

bool option_exists(const command_info *command, const char *name) {
    return option_index(command, name) != SIZE_MAX;
}

int32_t option_int(const invocation *in, const char *name, int32_t otherwise) {
    const option_value *value = option_get(in, name);
    if (!value->is_set) return otherwise;
    return value->number < INT32_MAX ? (int32_t)value->number : INT32_MAX;
}

int refuse(invocation *in, const char *what, const char *word, const char *hint) {
    snprintf(in->refusal, sizeof in->refusal, "%s%s%.300s%s", what, word ? " '" : "", word ? word : "",
             word ? "'" : "");
    snprintf(in->hint, sizeof in->hint, "%s", hint ? hint : "");
    return EXIT_USAGE;
}

static int refuse_option(invocation *in, const char *word) {
    const char *names[64];
    char hint[128], bare[64];
    size_t n = in->command->n_options < 63 ? in->command->n_options : 63;
    for (size_t k = 0; k < n; k++) names[k] = in->command->options[k].name;
    names[n++] = "help";
    snprintf(bare, sizeof bare, "%.*s", (int)strcspn(word, "="), word);
    const char *near = hys_nearest(bare + strspn(bare, "-"), names, n);
    if (near) snprintf(hint, sizeof hint, "did you mean '--%s'?", near);
    return refuse(in, "there is no option", bare, near ? hint : NULL);
}

/* A plain number: counts and tolerances carry no unit. */
static int set_number(invocation *in, const option_info *info, option_value *value, const char *text) {
    char *end = NULL;
    errno = 0;
    value->number = strtod(text, &end);
    double least = info->kind == OPTION_NUMBER ? 1 : 0;
    bool is_whole = value->number == floor(value->number) && value->number <= 9007199254740992.0;
    if (end == text || *end || errno || !isfinite(value->number))
        return refuse(in, "this is not a number:", text, NULL);
    if (info->kind != OPTION_REAL && !(is_whole && value->number >= least))
        return refuse(
            in, least > 0 ? "this must be a whole number, one or more:" : "this must be a whole number, zero or more:",
            text, NULL);
    return -1;
}

static int set_value(invocation *in, size_t k, const char *text) {
    const option_info *info = &in->command->options[k];
    option_value *value = &in->values[k];
    value->is_set = true;
    value->text = text;
    if (info->kind == OPTION_COUNT || info->kind == OPTION_NUMBER || info->kind == OPTION_REAL)
        return set_number(in, info, value, text);
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

/* "--wave" for getopt's code of an option. */
static const char *option_word(const command_info *command, int code, char word[80]) {
    size_t k = which_option(command, code);
    if (k == SIZE_MAX) snprintf(word, 80, "-%c", code);
    else snprintf(word, 80, "--%s", command->options[k].name);
    return word;
}

/* What getopt does not like: an option unknown, with a value it does not take, or without the one it needs. */
static int refuse_code(invocation *in, int code, const char *last) {
    char word[80];
    if (code == ':') return refuse(in, "this option needs a value:", option_word(in->command, optopt, word), NULL);
    if (optopt == 0) return refuse_option(in, last);
    if (optopt >= HELP_CODE)
        return refuse(in, "this option takes no value:",
                      optopt > HELP_CODE ? option_word(in->command, optopt, word) : "--help", NULL);
    return refuse(in, "there is no option", option_word(in->command, optopt, word), NULL);
}

/* "--wave --json": the next option is not a value. */
static bool is_option_taken_as_value(const invocation *in, size_t k, char **argv) {
    return optarg && optarg == argv[optind - 1] && !strncmp(optarg, "--", 2) &&
           option_index(in->command, optarg + 2) != SIZE_MAX && in->command->options[k].kind != OPTION_FLAG;
}

static int parse_options(invocation *in, int argc, char **argv, const struct option *longs, const char *shorts) {
    int code = 0;
    char word[80];
    opterr = 0;
    optind = 0;
    while ((code = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        if (code == HELP_CODE || code == 'h') return -2;
        if (code == '?' || code == ':') return refuse_code(in, code, argv[optind - 1]);
        size_t k = which_option(in->command, code);
        if (is_option_taken_as_value(in, k, argv))
            return refuse(in, "this option needs a value:", option_word(in->command, code, word), NULL);
        int status = set_value(in, k, optarg);
        if (status != -1) return status;
    }
    return -1;
}

static int parse_all(invocation *in, int argc, char **argv, const struct option *longs, const char *shorts) {
    char what[128];
    int status = parse_options(in, argc, argv, longs, shorts);
    if (status != -1) return status;
    in->args = argv + optind;
    in->n_args = argc - optind;
    if (in->n_args > in->command->max_args)
        return refuse(in, "unexpected argument", in->args[in->command->max_args], NULL);
    if (in->n_args >= in->command->min_args) return -1;
    snprintf(what, sizeof what, "missing argument: %s", in->command->args);
    return refuse(in, what, NULL, NULL);
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
