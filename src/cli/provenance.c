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

/* To be freed; NULL when out of memory. */
static char *command_line(const invocation *in) {
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    if (!out) return NULL;
    fputs("hysteron", out);
    for (int k = 1; k < in->argc; k++) {
        fputc(' ', out);
        put_word(out, in->argv[k]);
    }
    if (fclose(out) == 0) return text;
    free(text);
    return NULL;
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
