/* A protocol run on a device, a library's or one of a few lines, and what came out. */
#ifndef HYS_TEST_PROTOCOL_FIXTURE_H
#define HYS_TEST_PROTOCOL_FIXTURE_H
#include "hys_test.h"
#include <hysteron/hysteron.h>

typedef struct fixture {
    char *dir;
    hys_ctx *ctx;
    hys_model *model;
    hys_protocol_result *result;
} fixture;

typedef struct asked {
    const char *protocol, *device; /* a name, or the body of a module with its own parameters */
    const char *const *opt, *const *set, *const *spread;
    const char *temp;
} asked;

static inline size_t count(const char *const *words) {
    size_t n = 0;
    while (words && words[n]) n++;
    return n;
}

/* i = v g, g told by the body. */
static inline const char *write_device(fixture *f, const char *body) {
    static const char head[] = "`include \"disciplines.vams\"\n`include \"constants.vams\"\nmodule d(p, n);\n"
                               "inout p, n;\nelectrical p, n;\nreal w, v, g;\n";
    char text[2000];
    snprintf(text, sizeof text, "%s%sI(p, n) <+ v*g;\nend\nendmodule\n", head, body);
    f->dir = hys_test_dir();
    const char *path = hys_test_path(f->dir, "d.va");
    hys_test_write(path, text, strlen(text));
    return path;
}

static inline fixture measure(asked a) {
    fixture f = {.ctx = hys_test_ctx()};
    hys_bench_opts bench = hys_bench_opts_default();
    hys_protocol_opts opts = hys_protocol_opts_default();
    const char *device = strchr(a.device, '\n') ? write_device(&f, a.device) : a.device;
    opts.bench = &bench;
    opts.opt = a.opt;
    opts.n_opt = count(a.opt);
    bench.set = a.set;
    bench.n_set = count(a.set);
    bench.spread = a.spread;
    bench.n_spread = count(a.spread);
    bench.temp = a.temp;
    hys_status status = hys_model_load(f.ctx, device, NULL, &f.model);
    if (status == HYS_OK) status = hys_protocol_run(f.ctx, hys_protocol_find(a.protocol), f.model, &opts, &f.result);
    if (status != HYS_OK) print_error("%s\n", hys_test_diag_text(f.ctx, 0));
    assert_int_equal(status, HYS_OK);
    return f;
}

static inline void release(fixture *f) {
    hys_protocol_result_free(f->result);
    hys_model_free(f->model);
    hys_ctx_free(f->ctx);
    if (f->dir) hys_test_dir_remove(f->dir);
}

static inline const hys_feature *feature(const fixture *f, const char *name) {
    const hys_feature *found = hys_protocol_find_feature(f->result, name);
    if (!found) fail_msg("no feature %s", name);
    return found;
}

static inline double number(const fixture *f, const char *name) {
    return feature(f, name)->value;
}

static inline const double *column(const fixture *f, size_t table, const char *name) {
    const double *values = hys_table_column(hys_protocol_table_at(f->result, table)->table, name);
    assert_non_null(values);
    return values;
}

static inline bool remarks(const fixture *f, const char *part) {
    for (size_t k = 0; k < hys_protocol_n_remarks(f->result); k++)
        if (strstr(hys_protocol_remark(f->result, k), part)) return true;
    return false;
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

#endif
