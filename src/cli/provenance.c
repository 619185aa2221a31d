/* CSV that says where it comes from: version and command line, with which it can be made again. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

/* A word of the command line as a shell takes it. */
static void put_word(FILE *out, const char *word) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%";
    if (*word && word[strspn(word, plain)] == 0) {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (; *word; word++) {
        if (*word == '\'') fputs("'\\'", out);
        fputc(*word, out);
    }
    fputc('\'', out);
}

/* The words of the command line at k that give one of the options named in the list, which ends with NULL. */
static int count_option(const invocation *in, int k, const char *const *names) {
    const char *word = in->argv[k];
    for (; *names; names++)
        for (size_t j = 0; j < in->command->n_options; j++) {
            const option_info *o = &in->command->options[j];
            size_t n = strlen(o->name);
            if (strcmp(o->name, *names) != 0) continue;
            bool is_long = !strncmp(word, "--", 2) && !strncmp(word + 2, o->name, n);
            bool is_short = word[0] == '-' && o->letter && word[1] == o->letter;
            if ((is_long && word[2 + n] == '=') || (is_short && word[2])) return 1;
            if ((is_long && !word[2 + n]) || is_short) return o->kind == OPTION_FLAG ? 1 : 2;
        }
    return 0;
}

char *command_line_without(const invocation *in, const char *const *names) {
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    if (!out) return NULL;
    fputs("hysteron", out);
    for (int k = 1; k < in->argc; k++) {
        int skipped = count_option(in, k, names);
        if (skipped) {
            k += skipped - 1;
            continue;
        }
        fputc(' ', out);
        put_word(out, in->argv[k]);
    }
    if (fclose(out) == 0) return text;
    free(text);
    return NULL;
}

static char *command_line(const invocation *in) {
    static const char *const none[] = {NULL};
    return command_line_without(in, none);
}

hys_status write_table(const invocation *in, const hys_table *table, const char *path) {
    char *command = command_line(in);
    if (!command) return HYS_NOMEM;
    const char *const notes[] = {"hysteron", hys_version(), "command", command, NULL};
    hys_status status = hys_table_write_csv_noted(table, in->ctx, path, notes);
    free(command);
    return status;
}

hys_status write_reproduction(const invocation *in, const hys_reproduction *reproduction, const char *path) {
    char *command = command_line(in);
    if (!command) return HYS_NOMEM;
    const char *const notes[] = {"hysteron", hys_version(), "command", command, NULL};
    hys_status status = hys_reproduction_write_csv(reproduction, in->ctx, path, notes);
    free(command);
    return status;
}
