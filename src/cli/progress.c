/* One progress line with the time left, on a terminal only, and only for work longer than a second. */
#include "cli/cli.h"
#include <math.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct progress {
    const char *what;
    struct timespec start;
    double last; /* s since the start */
    bool is_shown;
};

struct progress *progress_new(const char *what) {
    struct progress *progress = isatty(STDERR_FILENO) ? calloc(1, sizeof *progress) : NULL;
    if (!progress) return NULL;
    progress->what = what;
    clock_gettime(CLOCK_MONOTONIC, &progress->start);
    return progress;
}

static double seconds_since(const struct timespec *start) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + 1e-9 * (double)(now.tv_nsec - start->tv_nsec);
}

int progress_report(void *user, double done) {
    struct progress *progress = user;
    if (!progress) return 0;
    double now = seconds_since(&progress->start);
    if (now < 1 || now - progress->last < 0.2 || !(done > 0 && done <= 1)) return 0;
    double left = fmin(now * (1 - done) / done, 359999);
    int minutes = (int)(left / 60), seconds = (int)left % 60;
    fprintf(stderr, "\r%s  %3.0f %%  ETA ", progress->what, 100 * done);
    if (minutes < 60) fprintf(stderr, "%02d:%02d\033[K", minutes, seconds);
    else fprintf(stderr, "%d:%02d:%02d\033[K", minutes / 60, minutes % 60, seconds);
    progress->last = now;
    progress->is_shown = true;
    return 0;
}

void progress_free(struct progress *progress) {
    if (progress && progress->is_shown) fputs("\r\033[K", stderr);
    free(progress);
}
