/* A row of a crossbar is written through its wires, the other word lines at half the voltage.
 *
 * usage: bench_array_write [N DEVICE STATE VOLTS WIDTH STEPS]     256 cells a line, vteam, 1.5 V, 1 ns, 1000 steps
 *
 * Prints processor time, what a step costs, and, for comparison, the current of the last bit line and the state of the
 * row's last cell at the end of the plateau. */
#include <hysteron/hysteron.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct job {
    size_t n, n_steps;
    const char *device, *state;
    double volts, width; /* V, s */
} job;

static double processor_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int report(hys_array *array, const job *j, const hys_array_run_report *r, double seconds, double *x) {
    hys_array_report all = hys_array_get_report(array);
    if (hys_array_get_state(array, j->state, x) != HYS_OK) return 1;
    printf("{\"n\": %zu, \"device\": \"%s\", \"steps\": %zu, \"cpu_s\": %.4f, \"ms_per_step\": %.4f, \"newton\": %zu, "
           "\"iterations\": %zu, \"energy_balance\": %.2e, \"memory_B\": %.4g, \"current_A\": %.9g, \"state\": %.9g}\n",
           j->n, j->device, r->steps, seconds, 1e3 * seconds / (double)r->steps, r->newton_steps, r->iterations,
           r->energy_balance, all.memory_B, hys_array_bit_currents(array)[j->n - 1], x[j->n / 2 * j->n + j->n - 1]);
    return 0;
}

static hys_status write_row(hys_array *array, const job *j, double *words, hys_array_run_report *r, double *seconds) {
    const double times[] = {0, 0.1 * j->width, 1.1 * j->width};
    for (size_t i = 0; i < j->n; i++) words[j->n + i] = words[2 * j->n + i] = i == j->n / 2 ? j->volts : j->volts / 2;
    const hys_array_drive drive = {.size = sizeof drive, .n_corners = 3, .times = times, .words = words};
    hys_array_run_opts opts = hys_array_run_opts_default();
    opts.n_steps = j->n_steps;
    const double start = processor_s();
    const hys_status status = hys_array_run(array, &drive, &opts, r);
    *seconds = processor_s() - start;
    return status;
}

static int run(hys_ctx *ctx, const job *j) {
    hys_array *array = NULL;
    hys_array_opts opts = hys_array_opts_default();
    hys_cell_opts cell = hys_cell_opts_default();
    hys_array_run_report r = {.size = sizeof r};
    double seconds = 0, *words = calloc(3 * j->n, sizeof *words), *x = calloc(j->n * j->n, sizeof *x);
    opts.rows = opts.columns = j->n;
    opts.threads = 1;
    cell.memory = j->device;
    hys_status status = words && x ? hys_array_new(ctx, &opts, &array) : HYS_NOMEM;
    if (status == HYS_OK) status = hys_array_set_device(array, &cell);
    if (status == HYS_OK) status = write_row(array, j, words, &r, &seconds);
    int result = status == HYS_OK ? report(array, j, &r, seconds, x) : 1;
    hys_array_free(array);
    free(words);
    free(x);
    return result;
}

int main(int argc, char **argv) {
    job j = {256, 1000, "vteam", "w", 1.5, 1e-9};
    hys_ctx *ctx = NULL;
    if (argc == 7)
        j = (job){strtoul(argv[1], NULL, 10), strtoul(argv[6], NULL, 10), argv[2], argv[3],
                  strtod(argv[4], NULL),      strtod(argv[5], NULL)};
    if (!j.n || !j.n_steps || hys_ctx_new(NULL, &ctx) != HYS_OK) return 1;
    const int result = run(ctx, &j);
    for (size_t k = 0; result && k < hys_diag_count(ctx); k++) {
        char text[4096];
        hys_diag_format(hys_diag_get(ctx, k), text, sizeof text);
        fputs(text, stderr);
    }
    hys_ctx_free(ctx);
    return result;
}
