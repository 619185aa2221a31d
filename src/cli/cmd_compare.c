/* hysteron compare: devices side by side. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

#define MOST 8

typedef struct share { /* one device's part of the progress */
    struct progress *progress;
    size_t k, n;
} share;

static int report_share(void *user, double done) {
    share *s = user;
    return progress_report(s->progress, ((double)s->k + done) / (double)s->n);
}

static hys_status make_one(invocation *in, const char *name, share *s, hys_passport **passport) {
    hys_model *model = NULL;
    hys_model_opts model_options = model_opts(in);
    hys_passport_opts opts = hys_passport_opts_default();
    opts.only = option_text(in, "only") ? option_text(in, "only") : "class,iv,use,channel-K,channel-Na";
    opts.n_threads = option_int(in, "threads", 0);
    opts.progress = report_share;
    opts.progress_user = s;
    hys_status status = hys_model_load(in->ctx, name, &model_options, &model);
    if (status == HYS_OK) status = hys_passport_model(in->ctx, model, &opts, passport);
    hys_model_free(model);
    return status;
}

static hys_status make_all(invocation *in, hys_passport **passports) {
    share s = {.progress = progress_new(in->command->name), .n = (size_t)in->n_args};
    hys_status status = HYS_OK;
    for (int k = 0; k < in->n_args && status == HYS_OK; k++) {
        s.k = (size_t)k;
        status = make_one(in, in->args[k], &s, &passports[k]);
    }
    progress_free(s.progress);
    return status;
}

static hys_status print_json(invocation *in, hys_passport **passports) {
    hys_status status = HYS_OK;
    printf("{\"hysteron\":\"%s\",\"devices\":[", hys_version());
    for (int k = 0; k < in->n_args && status == HYS_OK; k++) {
        char *json = NULL;
        status = hys_passport_json(passports[k], in->ctx, &json);
        if (status == HYS_OK) printf("%s%s", k ? "," : "", json);
        hys_passport_text_free(json);
    }
    puts("]}");
    return status;
}

static hys_status write_all(invocation *in, hys_passport **passports) {
    const char *out = option_text(in, "output"), *pdf = option_text(in, "pdf");
    bool is_json = option_flag(in, "json");
    hys_status status = HYS_OK;
    if (!out && !pdf && !is_json) out = "compare.html";
    const hys_passport *list[MOST];
    for (int k = 0; k < in->n_args; k++) list[k] = passports[k];
    if (out) status = hys_passport_compare(in->ctx, list, (size_t)in->n_args, out);
    if (status == HYS_OK && pdf) status = hys_passport_compare(in->ctx, list, (size_t)in->n_args, pdf);
    if (status == HYS_OK && is_json) return print_json(in, passports);
    if (status == HYS_OK && out) printf("%s\n", out);
    if (status == HYS_OK && pdf) printf("%s\n", pdf);
    return status;
}

static int run(invocation *in) {
    hys_passport *passports[MOST] = {NULL};
    hys_status status = make_all(in, passports);
    if (status == HYS_OK) status = write_all(in, passports);
    for (int k = 0; k < in->n_args; k++) hys_passport_free(passports[k]);
    if (status != HYS_OK && option_flag(in, "json")) return json_finish(in, json_document(), status);
    return exit_status(status);
}

static const option_info options[] = {
    {"output", 'o', OPTION_TEXT, "FILE.html", "the report (compare.html)"},
    {"pdf", 0, OPTION_TEXT, "FILE.pdf", "print it, through Chromium or WeasyPrint"},
    JSON_OPTION,
    {"only", 0, OPTION_TEXT, "A,B,...", "what is found out: class, iv, use, channel-K, channel-Na (all)"},
    {"threads", 0, OPTION_NUMBER, "N", "threads (all cores); the report does not depend on it"},
    MODEL_OPTIONS,
};
static const char *const examples[] = {
    "hysteron compare vteam yakopcic stanford_rram -o rram.html", "what each is, and what each is good for",
    "hysteron compare mine.va nbo2 --only class,iv", "faster: without the uses", NULL};

const command_info command_compare = {
    .name = "compare",
    .args = "A B [C...]",
    .summary = "Several devices side by side in one report.",
    .text = "Traits, key numbers, loops each on its own scale, uses, and the place of each among published devices. "
            "Up to eight devices.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 2,
    .max_args = MOST,
    .run = run,
};
