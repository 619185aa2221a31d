/* A figure: the rows that are drawn as CSV, a gnuplot script beside it, and what gnuplot makes of the two. */
#include <hysteron/figure.h>

#include "base/clocale.h"
#include "base/diag.h"
#include "base/file.h"
#include "io/figure.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LEAST_ROWS 100
#define MOST_ROWS  20000 /* more are thinned: an SVG of a million points opens nowhere */
#define WIDTH_MIN  30.0  /* mm */
#define WIDTH_MAX  600.0 /* mm */
#define TEMP_TRIES 1000

struct files {
    const char *path;                    /* loop.svg */
    char *folder, *data, *script;        /* ., loop.data.csv, loop.gp */
    const char *data_name, *script_name; /* without the folder */
};

hys_figure_opts hys_figure_opts_default(void) {
    return (hys_figure_opts){.size = sizeof(hys_figure_opts), .kind = "iv", .width_mm = 89};
}

/* What an older caller does not know keeps its default. */
static hys_figure_opts read_opts(const hys_figure_opts *given) {
    hys_figure_opts opts = hys_figure_opts_default();
    if (given && given->size >= sizeof given->size)
        memcpy(&opts, given, given->size < sizeof opts ? given->size : sizeof opts);
    if (!opts.kind) opts.kind = "iv";
    return opts;
}

static bool has_figure_ending(const char *path) {
    const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    return dot && dot > name && hys__figure_can_write(path);
}

static hys_status check(hys_ctx *ctx, const hys_table *table, const hys_figure_opts *opts, const char *path) {
    if (!has_figure_ending(path) || strpbrk(path, "\n\r"))
        return hys__fail(ctx, HYS_ARG, "name it .svg, .pdf or .png", "cannot make a figure of the name '%s'", path);
    if (!(opts->width_mm >= WIDTH_MIN && opts->width_mm <= WIDTH_MAX))
        return hys__fail(ctx, HYS_ARG, "89 mm is one column of a journal, 183 mm are two",
                         "a figure cannot be %g mm wide; %g to %g mm are possible", opts->width_mm, WIDTH_MIN,
                         WIDTH_MAX);
    if (hys_table_n_rows(table) == 0) return hys__fail(ctx, HYS_ARG, "", "there are no rows to draw");
    return HYS_OK;
}

static hys_status name_files(hys__arena *arena, const char *path, struct files *files) {
    const char *slash = strrchr(path, '/');
    int stem = (int)(strrchr(path, '.') - path), dir = slash ? (int)(slash - path) + 1 : 0;
    files->path = path;
    files->data = hys__arena_printf(arena, "%.*s.data.csv", stem, path);
    files->script = hys__arena_printf(arena, "%.*s.gp", stem, path);
    files->folder = dir ? hys__arena_printf(arena, "%.*s", dir, path) : hys__arena_printf(arena, ".");
    if (!files->data || !files->script || !files->folder) return HYS_NOMEM;
    files->data_name = files->data + dir;
    files->script_name = files->script + dir;
    return HYS_OK;
}

static hys_status fail_errno(hys_ctx *ctx, const char *path, int error) {
    char buf[32];
    return hys__report_at(ctx, HYS_ERROR, HYS_IO, path, 0, 0, NULL, "", "cannot write this file: %s",
                          hys__c_strerror(error, buf, sizeof buf));
}

/* An empty file of a name that nobody else has, for gnuplot to write to; at: its path, name: without folder. */
static hys_status reserve_temp(hys__arena *arena, const struct files *files, char **at, const char **name) {
    size_t n_dir = (size_t)(files->data_name - files->data);
    for (int try = 0; try < TEMP_TRIES; try++) {
        *at = hys__arena_printf(arena, "%.*s.hysteron-%ld-figure-%d.tmp", (int)n_dir, files->path, (long)getpid(), try);
        if (!*at) return HYS_NOMEM;
        *name = *at + n_dir;
        int fd = open(*at, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0) {
            close(fd);
            return HYS_OK;
        }
        if (errno != EEXIST) break;
    }
    return fail_errno(arena->ctx, files->path, errno);
}

/* Lets gnuplot draw under a temporary name, which becomes the figure's when it is whole. */
static hys_status draw(hys__arena *arena, const struct files *files) {
    char *temp = NULL;
    const char *temp_name = NULL;
    struct stat info;
    hys_status status = reserve_temp(arena, files, &temp, &temp_name);
    if (status != HYS_OK) return status;
    status = hys__gnuplot_run(arena->ctx, files->folder, files->script_name, temp_name);
    if (status == HYS_OK && (stat(temp, &info) != 0 || info.st_size == 0))
        status =
            hys__fail(arena->ctx, HYS_TOOL, "run it by hand to see why", "gnuplot drew nothing from %s", files->script);
    if (status == HYS_OK && rename(temp, files->path) != 0) status = fail_errno(arena->ctx, files->path, errno);
    if (status != HYS_OK) unlink(temp);
    return status;
}

static hys_status write_all(hys__arena *arena, hys__figure *figure, const struct files *files) {
    hys_table *thin = NULL, *bode = NULL;
    hys_status status = HYS_OK;
    if (!strcmp(figure->kind, "bode")) status = hys__figure_bode_table(figure, &bode);
    if (bode) figure->table = bode;
    if (status == HYS_OK && hys_table_n_rows(figure->table) > figure->most_rows)
        status = hys__figure_thin(figure->ctx, figure->table, figure->most_rows, &figure->first, &thin);
    if (thin) figure->table = thin;
    if (status == HYS_OK) status = hys__figure_script(figure, files->script);
    if (status == HYS_OK) status = hys_table_write_csv(figure->table, figure->ctx, files->data);
    if (status == HYS_OK) status = draw(arena, files);
    if (status == HYS_CANCEL) {
        unlink(files->script);
        unlink(files->data);
    }
    hys_table_free(thin);
    hys_table_free(bode);
    return status;
}

hys_status hys__figure_write_rows(hys_ctx *ctx, const hys_table *table, const hys_figure_opts *opts,
                                  const hys__figure_rows *rows, const char *path) {
    hys_figure_opts complete = read_opts(opts);
    struct files files;
    hys__arena arena;
    hys_status status = check(ctx, table, &complete, path);
    if (status != HYS_OK) return status;
    hys__arena_init(&arena, ctx, 0);
    status = name_files(&arena, path, &files);
    if (status == HYS_OK) {
        size_t n = hys_table_n_rows(table), cycles = complete.cycles > 0 ? (size_t)complete.cycles : 1;
        hys__figure figure = {.ctx = ctx,
                              .table = table,
                              .rows = rows,
                              .kind = complete.kind,
                              .title = complete.title,
                              .width = complete.width_mm,
                              .path = path,
                              .data = files.data_name};
        figure.most_rows = complete.most_rows > LEAST_ROWS ? (size_t)complete.most_rows : MOST_ROWS;
        figure.first = cycles < n ? n * (cycles - 1) / cycles : 0;
        status = write_all(&arena, &figure, &files);
    }
    hys__arena_free(&arena);
    return status;
}

hys_status hys_figure_write(hys_ctx *ctx, const hys_table *table, const hys_figure_opts *opts, const char *path) {
    return hys__figure_write_rows(ctx, table, opts, NULL, path);
}
