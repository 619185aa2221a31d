/* hysteron brain run: an experiment on cells, from a YAML file. */
#include "cli/brain_report.h"
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH 4400

/* ---- running ---- */

static bool is_first(const invocation *in) { /* the others have the same results, and say nothing */
    return hys_ranks_rank(in->ctx) == 0;
}

/* Of several ranks each has written its own. */
static void drop_log(const char *path, size_t n_parts) {
    char part[PATH + 32];
    if (!n_parts) unlink(path);
    for (size_t k = 0; k < n_parts; k++) {
        snprintf(part, sizeof part, "%s.%zu", path, k);
        unlink(part);
    }
}

/* The log becomes files; it stays where it is not whole, or they could not be written. */
static hys_status write_files(const brain_files *files, const char *path) {
    hys_brain_log *log = NULL;
    hys_status status = hys_brain_log_read(files->in->ctx, path, &log);
    if (status != HYS_OK) return status;
    status = brain_write(files, log);
    const size_t n_parts = hys_brain_log_get_info(log).n_parts;
    hys_brain_log_free(log);
    if (status == HYS_OK) drop_log(path, n_parts);
    return status;
}

static hys_status read_opts(invocation *in, hys_brain_run_opts *o) {
    *o = hys_brain_run_opts_default();
    o->threads = (unsigned)option_int(in, "threads", 0);
    o->has_seed = option_get(in, "seed")->is_set;
    o->seed = o->has_seed ? (uint64_t)option_get(in, "seed")->number : 0;
    const char *duration = option_text(in, "duration"), *memory = option_text(in, "memory");
    hys_status status = duration ? hys_quantity_read(in->ctx, "--duration", duration, "s", &o->duration) : HYS_OK;
    const char *every = option_text(in, "checkpoint");
    o->is_resumed = option_flag(in, "resume");
    o->checkpoint_every = 600;
    if (status == HYS_OK && every)
        status = hys_quantity_read(in->ctx, "--checkpoint", every, "s", &o->checkpoint_every);
    if (status == HYS_OK && memory) status = hys_quantity_read(in->ctx, "--memory", memory, "1", &o->most_memory);
    if (status == HYS_OK && (o->duration < 0 || o->most_memory < 0)) {
        refuse(in, "negative numbers make no sense", o->duration < 0 ? duration : memory, NULL);
        return HYS_ARG;
    }
    return status;
}

typedef struct paths {
    char log[PATH], checkpoint[PATH];
} paths;

static hys_status name_paths(const brain_session *s, const brain_files *files, hys_brain_run_opts *o, paths *p) {
    if (!files->folder && (o->is_resumed || option_text(s->in, "checkpoint"))) {
        refuse(s->in, "where is the run that is kept, or goes on?", NULL, "-o FOLDER");
        return HYS_ARG;
    }
    if (!files->folder) return HYS_OK;
    snprintf(p->log, sizeof p->log, "%.4000s/run.partial", files->folder);
    snprintf(p->checkpoint, sizeof p->checkpoint, "%.4000s/run.checkpoint", files->folder);
    o->log = p->log;
    if (option_text(s->in, "checkpoint") || o->is_resumed) o->checkpoint = p->checkpoint;
    return is_first(s->in) ? make_folder(s->in, files->folder) : HYS_OK;
}

static hys_status run_experiment(brain_session *s, hys_brain_run_opts *o) {
    struct progress *progress = is_first(s->in) ? progress_new("simulating") : NULL;
    o->progress = progress_report;
    o->progress_user = progress;
    const hys_status status = hys_brain_experiment_run(s->experiment, o, &s->result);
    progress_free(progress);
    s->was_run = status == HYS_OK;
    if (o->has_seed) s->info.seed = o->seed;
    return status;
}

/* Of several ranks each has its own. */
static void drop_checkpoint(const invocation *in, const char *path) {
    char own[PATH + 16];
    snprintf(own, sizeof own, hys_ranks_size(in->ctx) > 1 ? "%s.%d" : "%s", path, (int)hys_ranks_rank(in->ctx));
    unlink(own);
}

static hys_status simulate(brain_session *s, const brain_files *files) {
    hys_brain_run_opts o;
    paths p;
    hys_status status = read_opts(s->in, &o);
    if (status == HYS_OK) status = name_paths(s, files, &o, &p);
    status = hys_ranks_all(s->in->ctx, status);
    if (status == HYS_OK) status = run_experiment(s, &o);
    if (status != HYS_OK || !files->folder) return status;
    if (is_first(s->in)) status = write_files(files, p.log);
    status = hys_ranks_all(s->in->ctx, status);
    if (status == HYS_OK) drop_checkpoint(s->in, p.checkpoint);
    return status;
}

static hys_status take_expected(brain_session *s) {
    s->expected = calloc(s->info.n_expected + 1, sizeof *s->expected);
    if (!s->expected) return HYS_NOMEM;
    for (size_t k = 0; k < s->info.n_expected; k++) {
        const hys_brain_expectation *x = &s->info.expected[k];
        s->expected[k] = (hys_network_expectation){x->name, x->value, x->tolerance, x->source, NULL};
    }
    return HYS_OK;
}

static hys_status perform(brain_session *s) {
    hys_status status = hys_brain_experiment_read(s->in->ctx, s->in->args[0], &s->experiment);
    if (status != HYS_OK) return status;
    s->info = hys_brain_experiment_get_info(s->experiment);
    status = take_expected(s);
    brain_files files = {.in = s->in, .folder = option_text(s->in, "output"), .experiment = s->experiment};
    if (!files.folder) files.folder = s->info.folder;
    files.has_figures = option_flag(s->in, "figure") || s->info.has_figures;
    if (status == HYS_OK && !brain_formats(option_text(s->in, "format"), &files)) {
        refuse(s->in, "there is no format", option_text(s->in, "format"), BRAIN_FORMATS);
        return HYS_ARG;
    }
    return status == HYS_OK ? simulate(s, &files) : status;
}

static int run(invocation *in) {
    brain_session s = {.in = in};
    if (option_flag(in, "example")) {
        if (is_first(in)) fputs(hys_brain_experiment_example(), stdout);
        return EXIT_GOOD;
    }
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is told like a disk that is full */
    if (in->n_args != 1) return refuse(in, "which experiment?", NULL, "hysteron brain run --example > mine.yaml");
    const hys_status status = perform(&s);
    int result = exit_status(status);
    if (is_first(in) && option_flag(in, "json") && !in->refusal[0]) result = json_finish(in, brain_json(&s), status);
    else if (is_first(in) && status == HYS_OK) brain_print(&s);
    const network_expected expected = brain_expectations(&s);
    if (result == EXIT_GOOD && network_expected_differ(&expected)) result = EXIT_NO;
    free(s.expected);
    hys_brain_experiment_free(s.experiment);
    return in->refusal[0] ? EXIT_USAGE : result;
}

static const option_info options[] = {
    {"output", 'o', OPTION_TEXT, "FOLDER", "write spikes and records there (as the file says)"},
    {"format", 0, OPTION_TEXT, BRAIN_FORMATS, "SONATA (spikes.h5, report.h5; the default), CSV, or both"},
    {"figure", 'f', OPTION_FLAG, NULL, "draw the raster with rates, and each record"},
    {"duration", 0, OPTION_TEXT, "T", "other than the file says"},
    {"seed", 0, OPTION_COUNT, "N", "other than the file says"},
    {"threads", 0, OPTION_NUMBER, "N", "threads (all cores); results do not depend on them"},
    {"checkpoint", 0, OPTION_TEXT, "T", "keep FOLDER/run.checkpoint every T of real time, and when interrupted"},
    {"resume", 0, OPTION_FLAG, NULL, "go on from FOLDER/run.checkpoint"},
    {"memory", 0, OPTION_TEXT, "BYTES", "the most it may take (four fifths of what is free): 8G"},
    {"mpi", 0, OPTION_FLAG, NULL, "share the cells out over MPI; under mpirun and srun that is so anyway"},
    {"no-mpi", 0, OPTION_FLAG, NULL, "each process that mpirun or srun starts works on its own"},
    {"example", 0, OPTION_FLAG, NULL, "print an experiment with comments, to begin from"},
    JSON_OPTION,
};
static const char *const examples[] = {"hysteron brain run --example > mine.yaml",
                                       "an experiment with all that can be said",
                                       "hysteron brain run mine.yaml -o out --figure",
                                       "rates, spikes.h5, report.h5, raster and traces",
                                       "mpirun -n 2 hysteron brain run examples/brain/cobahh.yaml -o out",
                                       "the same spikes from two processes",
                                       "hysteron brain run mine.yaml -o out --resume",
                                       "go on with what was interrupted, with --checkpoint 10min before",
                                       "hysteron brain run examples/brain/hh_squid.yaml --json",
                                       "everything as JSON for scripts",
                                       NULL};

const command_info command_brain_run = {
    .name = "brain run",
    .args = "EXPERIMENT.yaml",
    .summary = "Run an experiment on conductance-based cells whose channels may be devices.",
    .text =
        "The file says which cells, of which shape and with which channels, what electrodes do to them, and what is "
        "recorded. Files that it names are looked for beside it. Memory is predicted, and refused before it is taken. "
        "Spikes and records go into FOLDER/run.partial while it runs (under mpirun and srun each process writes what "
        "its "
        "own cells do to its own FOLDER/run.partial.RANK), and become files at its end; what was written before an "
        "interruption is kept: `hysteron brain recover`. Same file, same inputs, same seed: same numbers, with any "
        "number of threads and processes. A run goes on with as many processes as it had. Where it says what a "
        "publication found, both are told, and the exit status is 1 "
        "where they differ by more than the tolerance.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 0,
    .max_args = 1,
    .run = run,
};
