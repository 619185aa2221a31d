/* What a device is, from what it does: the questions in their order. */
#include "lab/classify_sample.h"
#include <math.h>
#include <string.h>

static hys_class_opts complete_opts(const hys_class_opts *given) {
    hys_class_opts opts = hys_class_opts_default();
    if (given) memcpy(&opts, given, given->size < sizeof opts ? given->size : sizeof opts);
    return opts;
}

static hys_bench_opts bench_of(const hys_class_opts *opts) {
    hys_bench_opts bench = hys_bench_opts_default();
    if (opts->bench) memcpy(&bench, opts->bench, opts->bench->size < sizeof bench ? opts->bench->size : sizeof bench);
    bench.wave = bench.train = NULL;
    return bench;
}

static hys_status new_sample(hys__arena *arena, hys__sample **result) {
    hys__sample *s = HYS_NEW(arena, hys__sample);
    for (int sign = 0; sign < 2 && s; sign++) {
        s->v[sign] = HYS_NEW(arena, hys__ladder);
        s->i[sign] = HYS_NEW(arena, hys__ladder);
        if (!s->v[sign] || !s->i[sign]) return HYS_NOMEM;
    }
    *result = s;
    return s ? HYS_OK : HYS_NOMEM;
}

static hys_status ask(hys__sample *s) {
    static const struct {
        hys_status (*question)(hys__sample *s);
        double done; /* part of the work behind it */
    } questions[] = {{hys__sample_explore, 0.35}, {hys__sample_ndr, 0.4},      {hys__sample_chance, 0.5},
                     {hys__sample_memory, 0.6},   {hys__sample_order, 0.8},    {hys__sample_static, 0.8},
                     {hys__sample_loop, 0.9},     {hys__sample_control, 0.95}, {hys__sample_charge, 0.95},
                     {hys__sample_gate, 1.0}};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof questions / sizeof *questions && status == HYS_OK; k++) {
        status = questions[k].question(s);
        s->t.done = questions[k].done;
        if (status == HYS_OK && s->t.progress && s->t.progress(s->t.progress_user, s->t.done)) status = HYS_CANCEL;
    }
    return status;
}

hys_status hys_classify_model(hys_ctx *ctx, const hys_model *model, const hys_class_opts *opts, hys_class **result) {
    hys_class_opts all = complete_opts(opts);
    hys__arena arena;
    hys__sample *s;
    hys_class *c;
    hys_status status = hys__class_new(ctx, &c);
    if (status != HYS_OK) return status;
    hys__arena_init(&arena, ctx, 0);
    status = new_sample(&arena, &s);
    if (status == HYS_OK) {
        s->c = c;
        s->t = (hys__tester){.ctx = ctx,
                             .model = model,
                             .bench = bench_of(&all),
                             .arena = &arena,
                             .range = all.range,
                             .progress = all.progress,
                             .progress_user = all.progress_user};
        s->set = s->reset = SIZE_MAX;
        status = ask(s);
    }
    hys__arena_free(&arena);
    if (status == HYS_OK) *result = c;
    else hys_class_free(c);
    return status;
}
