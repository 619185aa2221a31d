/* hysteron brain recover: what a run that was cut off has written. */
#include "cli/brain_report.h"

static json_t *log_json(const hys_brain_log *log) {
    json_t *root = json_document(), *populations = json_array(), *records = json_array();
    if (!log) return root;
    const hys_brain_log_info info = hys_brain_log_get_info(log);
    json_object_set_new(root, "is_whole", json_boolean(info.is_whole));
    json_object_set_new(root, "until_s", json_number(info.until));
    json_object_set_new(root, "lost_bytes", json_number(info.lost));
    json_object_set_new(root, "ranks", json_integer(info.n_parts ? (json_int_t)info.n_parts : 1));
    for (size_t k = 0; k < info.n_populations; k++) {
        const hys_brain_log_population p = hys_brain_log_get_population(log, k);
        json_array_append_new(populations, json_pack("{s:o, s:I, s:I}", "name", json_text(p.name), "n", (json_int_t)p.n,
                                                     "spikes", (json_int_t)p.n_spikes));
    }
    for (size_t k = 0; k < info.n_records; k++) {
        const hys_brain_log_record r = hys_brain_log_get_record(log, k);
        json_array_append_new(records, json_pack("{s:o, s:I, s:I}", "name", json_text(r.name), "columns",
                                                 (json_int_t)r.n_columns, "rows", (json_int_t)r.n_rows));
    }
    json_object_set_new(root, "groups", populations);
    json_object_set_new(root, "records", records);
    return root;
}

static void print_log(const hys_brain_log *log) {
    const hys_brain_log_info info = hys_brain_log_get_info(log);
    if (info.n_parts && info.is_whole) printf("a whole run on %zu ranks until %.6g s", info.n_parts, info.until);
    else if (info.n_parts)
        printf("a run on %zu ranks that was cut off: all have written what happened until %.6g s", info.n_parts,
               info.until);
    else printf("%s until %.6g s", info.is_whole ? "a whole run" : "a run that was cut off: sound", info.until);
    if (info.lost > 0) printf("; %.0f bytes behind that are %s", info.lost, info.n_parts ? "not taken" : "not");
    putchar('\n');
    for (size_t k = 0; k < info.n_populations; k++) {
        const hys_brain_log_population p = hys_brain_log_get_population(log, k);
        fputs("  ", stdout);
        put_shown(stdout, p.name, 20);
        printf(" %zu cells, %zu spikes\n", p.n, p.n_spikes);
    }
    for (size_t k = 0; k < info.n_records; k++) {
        const hys_brain_log_record r = hys_brain_log_get_record(log, k);
        fputs("  ", stdout);
        put_shown(stdout, r.name, 20);
        printf(" %zu columns, %zu rows\n", r.n_columns, r.n_rows);
    }
}

static hys_status recover(invocation *in, hys_brain_log **log) {
    brain_files files = {.in = in, .folder = option_text(in, "output"), .has_figures = option_flag(in, "figure")};
    if (!brain_formats(option_text(in, "format"), &files)) {
        refuse(in, "there is no format", option_text(in, "format"), BRAIN_FORMATS);
        return HYS_ARG;
    }
    hys_status status = hys_brain_log_read(in->ctx, in->args[0], log);
    if (status == HYS_OK && files.folder) status = make_folder(in, files.folder);
    return status == HYS_OK && files.folder ? brain_write(&files, *log) : status;
}

static int run(invocation *in) {
    hys_brain_log *log = NULL;
    const hys_status status = recover(in, &log);
    int result = in->refusal[0] ? EXIT_USAGE : exit_status(status);
    if (option_flag(in, "json") && !in->refusal[0]) result = json_finish(in, log_json(log), status);
    else if (status == HYS_OK) print_log(log);
    hys_brain_log_free(log);
    return result;
}

static const option_info options[] = {
    {"output", 'o', OPTION_TEXT, "FOLDER", "write what is sound there; without, it is only told"},
    {"format", 0, OPTION_TEXT, BRAIN_FORMATS, "SONATA (spikes.h5, report.h5; the default), CSV, or both"},
    {"figure", 'f', OPTION_FLAG, NULL, "draw the raster with rates, and each record"},
    JSON_OPTION,
};
static const char *const examples[] = {"hysteron brain recover out/run.partial",
                                       "what is in it",
                                       "hysteron brain recover out/run.partial -o saved --figure",
                                       "spikes.h5, report.h5 and figures of what is in it",
                                       "hysteron brain recover out/run.partial.2 -o saved",
                                       "of a run on several ranks: one file stands for all of them",
                                       NULL};

const command_info command_brain_recover = {
    .name = "brain recover",
    .args = "run.partial",
    .summary = "Take spikes and records out of the log of a run that was cut off.",
    .text = "A run writes its log block by block, each with its length and checksum. Whatever ended it, the blocks "
            "before are sound: this reads them up to the first that is not. Of several ranks each has written its own "
            "run.partial.RANK: all of them are read, up to the last time that all have.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
