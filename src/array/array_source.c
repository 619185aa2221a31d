/* The cells of an array as the general solver asks them: devices, a law, resistors. */
#include "array/array_impl.h"
#include "base/diag.h"
#include <string.h>

static size_t count_of(const hys_array *a) {
    return a->opts.rows * a->opts.columns;
}

static void put_resistor(const hys__cell_answer *to, size_t k, double g, double v) {
    to->into_word[k] = g * v;
    to->into_bit[k] = -g * v;
    to->word_word[k] = to->bit_bit[k] = g;
    to->word_bit[k] = to->bit_word[k] = -g;
}

static hys_status evaluate_devices(void *user, const double *u, const double *w, const hys__cell_answer *answer,
                                   size_t *worst) {
    hys_array *a = user;
    const hys_status status = hys__cells_evaluate(a->devices, u, w, answer, worst);
    if (!a->has_conductances && !a->is_stuck) return status;
    for (size_t k = 0; k < count_of(a); k++)
        if ((a->is_stuck && a->is_stuck[k]) || (a->has_conductances && a->cells[k] == 0))
            put_resistor(answer, k, a->cells[k], u[k] - w[k]);
    return status;
}

static hys_status evaluate_resistors(void *user, const double *u, const double *w, const hys__cell_answer *answer,
                                     size_t *worst) {
    const hys_array *a = user;
    (void)worst;
    for (size_t k = 0; k < count_of(a); k++) put_resistor(answer, k, a->cells[k], u[k] - w[k]);
    return HYS_OK;
}

/* The field of w's slopes holds the voltages until their place is needed. */
static hys_status evaluate_law(void *user, const double *u, const double *w, const hys__cell_answer *answer,
                               size_t *worst) {
    const hys_array *a = user;
    const size_t n = a->opts.columns;
    double *v = answer->bit_bit;
    (void)worst;
    for (size_t k = 0; k < count_of(a); k++) v[k] = u[k] - w[k];
    for (size_t k = 0; k < count_of(a); k += n)
        a->law.evaluate(&a->law, &(hys__law_row){a->cells + k, v + k, n, answer->into_word + k, answer->word_word + k});
    for (size_t k = 0; k < count_of(a); k++) {
        const double g = answer->word_word[k];
        answer->into_bit[k] = -answer->into_word[k];
        answer->bit_bit[k] = g;
        answer->word_bit[k] = answer->bit_word[k] = -g;
    }
    for (size_t k = 0; k < count_of(a) && a->is_stuck; k++)
        if (a->is_stuck[k]) put_resistor(answer, k, a->cells[k], u[k] - w[k]);
    return HYS_OK;
}

hys_status hys__array_need_general(hys_array *a) {
    if (a->has_general) return HYS_OK;
    if (a->bridges.n)
        return hys__fail(a->ctx, HYS_ARG, "hys_array_solve takes them where cells are resistors",
                         "shorts between lines are not solved in time");
    const hys_status status = hys__general_new(a->ctx, &a->grid, &a->linear, &a->general);
    if (status != HYS_OK) return status;
    a->has_general = true;
    a->source = (hys__cell_source){.user = a, .is_two_terminal = true, .evaluate = evaluate_resistors};
    if (a->law.evaluate) a->source.evaluate = evaluate_law;
    if (a->devices) {
        a->source.evaluate = evaluate_devices;
        a->source.is_two_terminal = hys__cells_are_two_terminal(a->devices);
    }
    a->general.cells = &a->source;
    return HYS_OK;
}

void hys__array_drop_solution(hys_array *a) {
    a->u = a->w = a->into_word = a->into_bit = NULL;
}

void hys__array_take_general(hys_array *a) {
    a->u = a->general.u;
    a->w = a->general.w;
    a->into_word = a->general.answer.into_word;
    a->into_bit = a->general.answer.into_bit;
}

void hys__array_spread_gates(const hys_array *a, const double *lines, double *cells) {
    const size_t n = a->opts.columns;
    for (size_t k = 0; k < count_of(a); k++) cells[k] = lines[a->gates_along == HYS_GATES_ALONG_WORDS ? k / n : k % n];
}

/* ---- what cells carry ---- */

static hys_status need_solution(const hys_array *a) {
    if (a->u) return HYS_OK;
    return hys__fail(a->ctx, HYS_ARG, "hys_array_solve or hys_array_run first", "the array has no solution yet");
}

hys_status hys_array_cell_currents(const hys_array *a, double *currents) {
    const hys_status status = need_solution(a);
    for (size_t k = 0; k < count_of(a) && status == HYS_OK; k++) currents[k] = hys__array_cell_current(a, k);
    return status;
}

hys_status hys_array_cell_slopes(const hys_array *a, double *slopes) {
    const hys_status status = need_solution(a);
    const double *from = a->into_bit ? a->general.answer.word_word : a->into_word ? a->descent.slope : a->cells;
    if (status == HYS_OK) memcpy(slopes, from, count_of(a) * sizeof *slopes);
    return status;
}
