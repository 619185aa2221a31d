/* What the device says: $strobe and its kin go to the caller; $finish and $fatal end the run. */
#include "device/effect.h"
#include "lab/bench.h"
#include "veriloga/ir.h"

static void say(hys__bench *b, const hys_effect_info *info, const hys__text *text) {
    const char *file = hys_model_file(b->model);
    int32_t line = (int32_t)info->line;
    switch (info->kind) {
    case VA_EFFECT_WARNING:
        hys__report_at(b->ctx, HYS_WARNING, HYS_OK, file, line, 0, "", "", "%s", text->at);
        break;
    case VA_EFFECT_ERROR:
    case VA_EFFECT_FATAL:
        b->effect_status = hys__report_at(b->ctx, HYS_ERROR, HYS_SEMANTIC, file, line, 0, "",
                                          "the device itself reports this", "%s", text->at);
        break;
    case VA_EFFECT_FSTROBE:
    case VA_EFFECT_FWRITE:
        if (b->opts->files_dir && info->file) {
            hys_status status = hys__outputs_write(&b->outputs, info->file, text->at, text->n);
            if (status != HYS_OK) b->effect_status = status;
            break;
        }
        /* fall through */
    default:
        if (b->opts->message) b->opts->message(b->opts->message_user, text->at);
    }
}

void hys__bench_effect(void *user, hys_u32 effect, hys_u32 instance, const double *values, hys_u32 n_values) {
    (void)instance;
    hys__bench *b = user;
    const hys_effect_info *info = &b->kernel->effects[effect];
    if (info->kind == VA_EFFECT_DISCONTINUITY) {
        b->wants_restart = true;
        return;
    }
    if (info->kind == VA_EFFECT_FINISH || info->kind == VA_EFFECT_STOP) b->is_finished = true;
    if (info->kind == VA_EFFECT_FATAL) b->is_finished = true;
    if (!info->format || !info->format[0]) return;
    hys__text out;
    hys__text_init(&out, b->ctx);
    hys__effect_text(info, b->opts->instance ? b->opts->instance : "x1", values, n_values, &out);
    if (!out.failed && out.n) say(b, info, &out);
    hys__text_free(&out);
}
