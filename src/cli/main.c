/* hysteron: finds the command, runs it, prints what was diagnosed. */
#include "cli/cli.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A signal handler gets no argument: the one place where the program keeps something of its own. */
static hys_ctx *volatile ctx_of_signal;

static void on_interrupt(int signal_number) {
    (void)signal_number;
    if (ctx_of_signal) hys_ctx_cancel(ctx_of_signal);
}

static void catch_interrupt(hys_ctx *ctx) {
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESETHAND};
    ctx_of_signal = ctx;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* A command's name is one or two words.  Returns how many of argv it took, 0: none fits. */
static int find_command(int argc, char **argv, const command_info **found) {
    char two[128] = "";
    if (argc > 2) snprintf(two, sizeof two, "%.60s %.60s", argv[1], argv[2]);
    for (size_t k = 0; k < cli_n_commands; k++) {
        const char *name = cli_commands[k]->name;
        *found = cli_commands[k];
        if (!strcmp(name, two)) return 2;
        if (!strcmp(name, argv[1])) return 1;
    }
    *found = NULL;
    return 0;
}

static bool is_command_group(const char *word) {
    size_t n = strlen(word);
    for (size_t k = 0; k < cli_n_commands; k++)
        if (!strncmp(cli_commands[k]->name, word, n) && cli_commands[k]->name[n] == ' ') return true;
    return false;
}

static int unknown_command(int argc, char **argv) {
    const char *names[64];
    char word[128];
    bool group = is_command_group(argv[1]);
    snprintf(word, sizeof word, "%.60s%s%.60s", argv[1], group && argc > 2 ? " " : "",
             group && argc > 2 ? argv[2] : "");
    size_t n = 0;
    for (; n < cli_n_commands && n < 63; n++) names[n] = cli_commands[n]->name;
    names[n++] = "help";
    const char *near = hys_nearest(word, names, n);
    if (!near && argc > 2) { /* the first of two words is wrong: "devise check" */
        char two[128];
        snprintf(two, sizeof two, "%.60s %.60s", argv[1], argv[2]);
        near = hys_nearest(two, names, cli_n_commands);
    }
    if (group && argc == 2) fprintf(stderr, "hysteron: error: '%s' needs a verb\n", word);
    else fprintf(stderr, "hysteron: error: there is no command '%s'\n", word);
    if (near) fprintf(stderr, "hint: did you mean 'hysteron %s'?\n", near);
    fputs("hint: 'hysteron --help' lists the commands\n", stderr);
    return EXIT_USAGE;
}

static bool has_word(int argc, char **argv, const char *word) {
    for (int k = 1; k < argc && strcmp(argv[k], "--") != 0; k++)
        if (!strcmp(argv[k], word)) return true;
    return false;
}

/* Of processes that work together the first speaks for all. */
static bool is_silent(const command_info *command, int argc, char **argv) {
    return option_exists(command, "mpi") && !has_word(argc, argv, "--no-mpi") && hys_ranks_launched_as() > 0;
}

static int join_ranks(invocation *in, bool speaks) {
    if (!option_exists(in->command, "mpi") || option_flag(in, "no-mpi")) return EXIT_GOOD;
    hys_status status = hys_ranks_join(in->ctx, option_flag(in, "mpi"));
    if (status != HYS_OK && speaks && option_flag(in, "json")) json_finish(in, json_document(), status);
    return exit_status(status);
}

/* The same status on all ranks, when the first has said all.  What cannot agree any more is ended by force. */
static int agree_on(hys_ctx *ctx, int status) {
    if (hys_ranks_size(ctx) == 1) return status;
    fflush(stdout);
    status = hys_ranks_agree(ctx, status);
    if (hys_ranks_is_broken(ctx)) hys_ranks_abort(ctx, status == EXIT_GOOD ? EXIT_INTERNAL : status);
    return status;
}

/* Runs the command and says what was diagnosed. */
static int run_measured(invocation *in, bool speaks) {
    catch_interrupt(in->ctx);
    int status = join_ranks(in, speaks);
    if (status == EXIT_GOOD) status = in->command->run(in);
    if (speaks) print_diagnostics(in->ctx);
    if (hys_ctx_is_cancelled(in->ctx)) status = EXIT_INTERRUPTED;
    if (speaks && status == EXIT_INTERRUPTED) fputs("hysteron: interrupted\n", stderr);
    status = agree_on(in->ctx, status);
    ctx_of_signal = NULL;
    return status;
}

/* In a context of its own, once the options are known. */
static int run_parsed(invocation *in, bool speaks) {
    hys_ctx_opts opts = hys_ctx_opts_default();
    opts.n_threads = option_int(in, "threads", 0);
    if (hys_ctx_new(&opts, &in->ctx) == HYS_OK) return run_measured(in, speaks);
    fputs("hysteron: error: out of memory\n", stderr);
    return EXIT_INTERNAL;
}

static int run_command(const command_info *command, int argc, char **argv, int n_words) {
    invocation in = {.command = command};
    bool speaks = !is_silent(command, argc, argv);
    /* getopt sorts the words; the record keeps them as given. */
    char **words = malloc(((size_t)argc + 1) * sizeof *words);
    if (words) memcpy(words, argv, ((size_t)argc + 1) * sizeof *words);
    in.argc = words ? argc : 0;
    in.argv = words;
    int status = options_parse(&in, argc - n_words, argv + n_words);
    if (status == -2) {
        if (speaks) help_command(stdout, command);
        status = EXIT_GOOD;
    } else if (status == -1) {
        status = run_parsed(&in, speaks);
    }
    if (*in.refusal && speaks) {
        print_refusal(&in);
        if (has_word(argc, argv, "--json")) json_refusal(&in);
    }
    options_free(&in);
    free(words);
    hys_ctx_free(in.ctx);
    return status;
}

static bool is_help(const char *word) {
    return !strcmp(word, "--help") || !strcmp(word, "-h");
}

/* hysteron help [COMMAND]; argv[1] is the first word of the command. */
static int help_topic(int argc, char **argv) {
    const command_info *command = NULL;
    if (argc < 2) help_all(stdout);
    else if (find_command(argc, argv, &command)) help_command(stdout, command);
    else if (argc == 2 && is_command_group(argv[1])) help_group(stdout, argv[1]);
    else return unknown_command(argc, argv);
    return EXIT_GOOD;
}

static int run_all(int argc, char **argv) {
    const command_info *command = NULL;
    if (argc < 2) {
        help_all(stderr);
        return EXIT_USAGE;
    }
    if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
        printf("hysteron %s\n", hys_version());
        return EXIT_GOOD;
    }
    if (is_help(argv[1])) return help_topic(1, argv);
    if (!strcmp(argv[1], "help")) return help_topic(argc - 1, argv + 1);
    if (argc == 3 && is_help(argv[2]) && is_command_group(argv[1])) return help_topic(2, argv);
    int n_words = find_command(argc, argv, &command);
    return n_words ? run_command(command, argc, argv, n_words) : unknown_command(argc, argv);
}

/* Output that did not get out is a failure, but for a reader that had enough (hysteron ... | head). */
int main(int argc, char **argv) {
    int status = run_all(argc, argv);
    errno = 0;
    if (!fflush(stdout) && !ferror(stdout)) return status;
    if (errno != EPIPE) fputs("hysteron: error: cannot write to standard output\n", stderr);
    return status == EXIT_GOOD ? EXIT_INTERNAL : status;
}
