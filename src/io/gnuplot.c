/* gnuplot on a script. */
#include "base/diag.h"
#include "io/child.h"
#include "io/figure.h"

static hys_status run(hys_ctx *ctx, const char *folder, char **argv, const char *script) {
    char said[HYS__SAID_SIZE];
    hys_status status = hys__child_run(ctx, folder, argv, said);
    if (status == HYS_DONE)
        return hys__fail(ctx, HYS_TOOL, "install it: apt-get install gnuplot-nox",
                         "gnuplot is not installed, and figures need it");
    if (status != HYS_TOOL) return status;
    const char *why = hys__child_last_line(said);
    return hys__fail(ctx, HYS_TOOL, "the script and its data were kept", "gnuplot failed on %s%s%s", script,
                     *why ? ": " : "", why);
}

hys_status hys__gnuplot_run(hys_ctx *ctx, const char *folder, const char *script, const char *figure) {
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    char *set = hys__arena_printf(&arena, "figure='./%s'", figure);
    char *path = hys__arena_printf(&arena, "./%s", script);
    char *argv[] = {(char[]){"gnuplot"}, (char[]){"-d"}, (char[]){"-e"}, set, path, NULL};
    hys_status status = set && path ? run(ctx, folder, argv, script) : HYS_NOMEM;
    hys__arena_free(&arena);
    return status;
}
