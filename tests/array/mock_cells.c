#include "array/mock_cells.h"
#include "base/random.h"
#include <math.h>

double mock_exponent(const mock_cells *m, double voltage, double width) {
    const double over = fabs(voltage) - m->threshold;
    return over > 0 ? width / m->tau * expm1(over / m->scale) : 0;
}

static double after(const mock_cells *m, double g, double voltage, double width, double scatter) {
    const double bound = voltage > 0 ? m->g_max : m->g_min;
    return bound + (g - bound) * exp(-mock_exponent(m, voltage, width) * fmax(0, 1 + scatter));
}

static double draw(mock_cells *m) {
    const uint64_t key[2] = {m->seed, 77}, at[2] = {m->draws++, 0};
    return m->c2c > 0 ? m->c2c * hys__normal(key, at) : 0;
}

static void push(mock_cells *m, size_t k, double voltage, double width) {
    if (m->is_fresh) m->is_fresh[k] = true;
    if (!m->is_dead || !m->is_dead[k]) m->g[k] = after(m, m->g[k], voltage, width, draw(m));
}

static bool is_chosen(const hys__shot *shot, size_t column) {
    for (size_t c = 0; c < shot->n; c++)
        if (shot->columns[c] == column) return true;
    return false;
}

static hys_status pulse(void *user, const hys__shot *shot, double *energy) {
    mock_cells *m = user;
    *energy = 0;
    for (size_t c = 0; c < shot->n; c++) {
        const double v = shot->voltages[c];
        const size_t k = shot->row * m->columns + shot->columns[c];
        *energy += v * v * m->g[k] * shot->width;
        push(m, k, v, shot->width);
        for (size_t i = 0; i < m->rows && m->half > 0; i++)
            if (i != shot->row) push(m, i * m->columns + shot->columns[c], m->half * v, shot->width);
        m->last_amplitude = v;
        m->last_width = shot->width;
    }
    for (size_t j = 0; j < m->columns && m->half > 0; j++)
        if (!is_chosen(shot, j)) push(m, shot->row * m->columns + j, m->half * shot->voltages[0], shot->width);
    return HYS_OK;
}

static hys_status read_row(void *user, size_t row, double *g, double *power) {
    mock_cells *m = user;
    *power = 0;
    for (size_t j = 0; j < m->columns; j++) {
        g[j] = m->g[row * m->columns + j];
        *power += 0.01 * g[j]; /* at 0.1 V */
    }
    return HYS_OK;
}

static hys_status look(void *user, double *g) {
    mock_cells *m = user;
    for (size_t k = 0; k < m->rows * m->columns; k++) g[k] = m->g[k];
    return HYS_OK;
}

static hys_status rest(void *user, double time) {
    mock_cells *m = user;
    for (size_t k = 0; k < m->rows * m->columns; k++) {
        const uint64_t key[2] = {m->seed, 78}, at[2] = {m->draws++, 0};
        m->g[k] -= m->relax * (m->g[k] - m->g_min);
        if (!m->is_fresh || !m->is_fresh[k]) continue;
        m->g[k] += m->scatter * hys__normal(key, at);
        m->is_fresh[k] = false;
    }
    m->waited += time;
    return HYS_OK;
}

static hys_status predict(void *user, const hys__guess *guess, double *g) {
    const mock_cells *m = user;
    *g = after(m, m->g[guess->cell], guess->voltage, guess->width, 0);
    return HYS_OK;
}

hys__target mock_target(hys_ctx *ctx, mock_cells *cells) {
    return (hys__target){ctx, cells, cells->rows, cells->columns, pulse, read_row, look, rest, predict};
}

mock_cells mock_cells_of(size_t rows, size_t columns, double *g) {
    for (size_t k = 0; k < rows * columns; k++) g[k] = 1e-6;
    return (mock_cells){.rows = rows,
                        .columns = columns,
                        .g_min = 1e-6,
                        .g_max = 100e-6,
                        .threshold = 0.5,
                        .scale = 0.1,
                        .tau = 1e-6,
                        .seed = 1,
                        .g = g};
}
