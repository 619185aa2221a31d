/* Design windows: voltages with which a gate works for all combinations of its inputs.
 *
 * Each combination is a row of its own, and all rows share the bit lines, so that one pulse tries all of them.
 *
 * The closed forms take thresholds of a cell alone and resistances of freshly written cells (S. Kvatinsky et al., IEEE
 * Trans. Circuits Syst. II 61, 895 (2014) for MAGIC, IEEE Trans. VLSI Syst. 22, 2054 (2014) for IMPLY). */
#include "array/logic_bench.h"
#include <math.h>

#define SCAN     32 /* voltages */
#define HALVINGS 10
#define GRID     14 /* of V_COND and of V_SET */

uint32_t hys__gate_columns(hys_logic_gate_kind g) {
    return g.op == HYS_LOGIC_OP_IMPLY ? 2 : g.inputs + 1;
}

hys_status hys__gate_check(const hys_logic_bench *b, hys_logic_gate_kind g) {
    const bool is_good = g.op == HYS_LOGIC_OP_IMPLY      ? g.inputs == 1
                         : g.op == HYS_LOGIC_OP_NOR      ? g.inputs >= 1 && g.inputs <= HYS__GATE_INPUTS
                         : g.op == HYS_LOGIC_OP_NAND     ? g.inputs == 2
                         : g.op == HYS_LOGIC_OP_MINORITY ? g.inputs == 3
                                                         : false;
    return is_good ? HYS_OK
                   : hys__fail(b->ctx, HYS_ARG, "imply, nor, nand, minority", "%s has no window of voltages",
                               hys_logic_op_name(g.op));
}

/* Combination c: what cells hold before, the last one is out.  Gates of MAGIC's kind find out at 1. */
void hys__gate_before(hys_logic_gate_kind g, uint32_t c, uint8_t *bits) {
    for (uint32_t k = 0; k + 1 < hys__gate_columns(g); k++) bits[k] = (c >> k) & 1;
    bits[hys__gate_columns(g) - 1] = g.op == HYS_LOGIC_OP_IMPLY ? (c >> 1) & 1 : 1;
}

void hys__gate_after(hys_logic_gate_kind g, const uint8_t *bits, uint8_t *wanted) {
    uint64_t cells[HYS__GATE_INPUTS + 1];
    const uint32_t n = hys__gate_columns(g), out = n - 1;
    hys_logic_step step = {.op = g.op, .n_in = n - 1, .n_out = 1, .in = {0, 1, 2}, .out = &out};
    for (uint32_t k = 0; k < n; k++) cells[k] = bits[k] ? ~(uint64_t)0 : 0;
    hys_logic_step_simulate(&step, NULL, cells);
    for (uint32_t k = 0; k < n; k++) wanted[k] = cells[k] & 1;
}

uint32_t hys__gate_combinations(hys_logic_gate_kind g) {
    return g.op == HYS_LOGIC_OP_IMPLY ? 4 : 1u << g.inputs;
}

void hys__gate_lines(hys_logic_gate_kind g, const hys_logic_drive *d, double *bits) {
    const uint32_t n = hys__gate_columns(g);
    for (uint32_t k = 0; k + 1 < n; k++)
        bits[k] = g.op == HYS_LOGIC_OP_IMPLY ? d->condition : g.op == HYS_LOGIC_OP_NOR ? d->gate : d->gate_of_two;
    bits[n - 1] = g.op == HYS_LOGIC_OP_IMPLY ? d->imply : 0;
}

hys_status hys__gate_array(const hys_logic_bench *b, hys_logic_gate_kind g, const hys_logic_drive *d, size_t rows,
                           bool is_real, hys_array **array) {
    const bool is_imply = g.op == HYS_LOGIC_OP_IMPLY;
    hys_status status = hys__logic_array(b, rows, hys__gate_columns(g), is_imply ? d->load : 0, is_real, array);
    for (size_t r = 0; r < rows && status == HYS_OK && !is_imply; r++) status = hys_array_float_word(*array, r, true);
    return status;
}

/* ---- margins ---- */

#define MOST_CELLS ((1u << HYS__GATE_INPUTS) * (HYS__GATE_INPUTS + 1))

static hys_status margin_in(hys_logic_bench *b, hys_array *array, hys_logic_gate_kind g, const hys_logic_drive *d,
                            double *margin) {
    uint8_t bits[MOST_CELLS], wanted[MOST_CELLS];
    double levels[MOST_CELLS], lines[HYS__GATE_INPUTS + 1];
    const uint32_t n = hys__gate_columns(g), rows = hys__gate_combinations(g);
    for (uint32_t c = 0; c < rows; c++) {
        hys__gate_before(g, c, bits + c * n);
        hys__gate_after(g, bits + c * n, wanted + c * n);
    }
    hys__gate_lines(g, d, lines);
    hys_status status = hys__logic_put(b, array, (size_t)rows * n, bits);
    if (status == HYS_OK) status = hys__logic_pulse(b, array, NULL, lines, NULL);
    if (status == HYS_OK) status = hys__logic_levels(b, array, (size_t)rows * n, levels);
    *margin = 1;
    for (uint32_t k = 0; k < rows * n && status == HYS_OK; k++)
        *margin = fmin(*margin, hys__logic_margin(levels[k], wanted[k]));
    return status;
}

hys_status hys_logic_bench_margin(hys_logic_bench *b, hys_logic_gate_kind g, const hys_logic_drive *d, double *margin) {
    hys_array *array = NULL;
    hys_status status = hys__gate_check(b, g);
    if (status == HYS_OK) status = hys__gate_array(b, g, d, hys__gate_combinations(g), false, &array);
    if (status == HYS_OK) status = margin_in(b, array, g, d, margin);
    hys_array_free(array);
    return status;
}

/* ---- one voltage ---- */

/* The voltage that is varied: one of the drive's. */
typedef struct varied {
    hys_logic_bench *bench;
    hys_array *array;
    hys_logic_gate_kind gate;
    hys_logic_drive drive;
    double *volt; /* in the drive */
} varied;

static hys_status works(varied *v, double volt, bool *good) {
    double margin;
    *v->volt = volt;
    const hys_status status = margin_in(v->bench, v->array, v->gate, &v->drive, &margin);
    *good = status == HYS_OK && margin >= v->bench->opts.margin;
    return status == HYS_NOCONV ? HYS_OK : status;
}

/* Between a voltage that works and one that does not. */
static hys_status halve(varied *v, double good, double bad, double *edge) {
    for (int k = 0; k < HALVINGS; k++) {
        bool is_good;
        const double middle = (good + bad) / 2;
        const hys_status status = works(v, middle, &is_good);
        if (status != HYS_OK) return status;
        if (is_good) good = middle;
        else bad = middle;
    }
    *edge = good;
    return HYS_OK;
}

/* The longest run of voltages that work, its ends halved; *low > *high: none. */
static hys_status find_range(varied *v, double *low, double *high) {
    const double step = v->bench->opts.most / SCAN;
    int first = 0, length = 0, run = 0;
    for (int k = 1; k <= SCAN; k++) {
        bool good;
        const hys_status status = works(v, k * step, &good);
        if (status != HYS_OK) return status;
        run = good ? run + 1 : 0;
        if (run > length) {
            length = run;
            first = k - run + 1;
        }
    }
    *low = first * step;
    *high = (first + length - 1) * step;
    if (!length) return HYS_OK;
    hys_status status = halve(v, *low, *low - step, low);
    if (status == HYS_OK && first + length - 1 < SCAN) status = halve(v, *high, *high + step, high);
    return status;
}

/* ---- V_COND and V_SET ---- */

/* Of the voltages of a grid that work, the middle of the largest square of such. */
static void best_square(bool good[GRID][GRID], int *row, int *column) {
    int sizes[GRID][GRID], largest = 0;
    for (int i = 0; i < GRID; i++)
        for (int j = 0; j < GRID; j++) {
            const int up = i ? sizes[i - 1][j] : 0, left = j ? sizes[i][j - 1] : 0;
            const int corner = i && j ? sizes[i - 1][j - 1] : 0;
            const int least = up < left ? (up < corner ? up : corner) : (left < corner ? left : corner);
            sizes[i][j] = good[i][j] ? 1 + least : 0;
            if (sizes[i][j] <= largest) continue;
            largest = sizes[i][j];
            *row = i - largest / 2;
            *column = j - largest / 2;
        }
}

static hys_status find_imply(varied *v, bool *is_open) {
    bool good[GRID][GRID];
    int row = -1, column = -1;
    const double most = fmin(v->bench->opts.most, 2 * v->bench->levels.set_full), step = most / GRID;
    for (int i = 0; i < GRID; i++)
        for (int j = 0; j < GRID; j++) {
            v->drive.condition = (i + 1) * step;
            good[i][j] = false;
            const hys_status status = j >= i ? works(v, (j + 1) * step, &good[i][j]) : HYS_OK;
            if (status != HYS_OK) return status;
        }
    best_square(good, &row, &column);
    *is_open = row >= 0;
    v->drive.condition = (row + 1) * step;
    v->drive.imply = (column + 1) * step;
    return HYS_OK;
}

/* ---- closed forms ---- */

/* Of inputs in parallel, so many of which are 1. */
static double parallel(const hys_logic_levels *l, uint32_t inputs, uint32_t ones) {
    return 1 / (ones * l->on + (inputs - ones) * l->off);
}

/* out is reset from `ones` inputs on, V_0 Ron/(Ron + R_in) being across it, and not by one less; inputs are not set
 * when all are 0 and nearly all of V_0 is across them. */
static void estimate_gate(const hys_logic_levels *l, hys_logic_gate_kind g, hys_logic_window *w) {
    const uint32_t ones = g.op == HYS_LOGIC_OP_NOR ? 1 : 2;
    const double out = 1 / l->on, all_off = parallel(l, g.inputs, 0);
    w->estimate_low = l->reset_hold * (1 + parallel(l, g.inputs, ones) / out);
    w->estimate_high =
        fmin(l->reset_hold * (1 + parallel(l, g.inputs, ones - 1) / out), l->set_hold * (1 + out / all_off));
}

/* V_SET at V_COND: V_SET - V_G above the threshold with p = q = 0, below it with p = 1; with p = q = 1 the line they
 * share rises above V_COND by less than resets p. */
static void estimate_imply(const hys_logic_levels *l, const hys_logic_drive *d, hys_logic_window *w) {
    const double load = 1 / d->load, off = l->off / (2 * l->off + load), sum = l->on + l->off + load;
    const double keeps_q = (l->set_hold + l->on / sum * d->condition) / (1 - l->off / sum);
    const double keeps_p = (l->reset_hold + d->condition) * (2 + load / l->on) - d->condition;
    w->estimate_low = (l->set_full + off * d->condition) / (1 - off);
    w->estimate_high = fmin(keeps_q, keeps_p);
}

/* ---- windows ---- */

static hys_status imply_window(varied *v, hys_logic_window *w) {
    const hys_logic_drive *given = &v->bench->opts.drive;
    bool is_open = given->condition > 0 && given->imply > 0;
    v->volt = &v->drive.imply;
    hys_status status = is_open ? HYS_OK : find_imply(v, &is_open);
    const hys_logic_drive middle = v->drive;
    estimate_imply(&v->bench->levels, &middle, w);
    if (status == HYS_OK && is_open) status = find_range(v, &w->low, &w->high);
    v->drive = middle;
    v->volt = &v->drive.condition;
    if (status == HYS_OK && is_open) status = find_range(v, &w->condition_low, &w->condition_high);
    w->is_open = is_open && w->low <= w->high && w->low > 0;
    v->drive = middle;
    return status;
}

static hys_status gate_window(varied *v, hys_logic_window *w) {
    v->volt = v->gate.op == HYS_LOGIC_OP_NOR ? &v->drive.gate : &v->drive.gate_of_two;
    estimate_gate(&v->bench->levels, v->gate, w);
    const hys_status status = find_range(v, &w->low, &w->high);
    w->is_open = w->low <= w->high && w->low > 0;
    *v->volt = (w->low + w->high) / 2;
    return status;
}

hys_status hys_logic_bench_window(hys_logic_bench *b, hys_logic_gate_kind g, hys_logic_window *window) {
    varied v = {.bench = b, .gate = g, .drive = b->drive};
    hys_logic_window w = {.margin = -1};
    hys_status status = hys__gate_check(b, g);
    if (status == HYS_OK) status = hys__gate_array(b, g, &v.drive, hys__gate_combinations(g), false, &v.array);
    if (status == HYS_OK) status = g.op == HYS_LOGIC_OP_IMPLY ? imply_window(&v, &w) : gate_window(&v, &w);
    if (status == HYS_OK && w.is_open) status = margin_in(b, v.array, g, &v.drive, &w.margin);
    w.is_limited = w.is_open && w.high >= b->opts.most;
    hys_array_free(v.array);
    if (status == HYS_OK && w.is_open) {
        b->drive.condition = v.drive.condition;
        b->drive.imply = v.drive.imply;
        b->drive.gate = v.drive.gate;
        b->drive.gate_of_two = v.drive.gate_of_two;
    }
    if (status == HYS_OK) *window = w;
    return status;
}

/* ---- what a family needs ---- */

/* The voltage that does for all of NOT, NOR, and wider ones: windows of fewer inputs are wider at the lower end. */
static hys_status choose(hys_logic_bench *b, hys_logic_gate_kind g, const double *given) {
    hys_logic_window w;
    if (*given > 0 || (b->chosen >> g.op) & 1) return HYS_OK;
    const hys_status status = hys_logic_bench_window(b, g, &w);
    if (status == HYS_OK && w.is_open) b->chosen |= 1u << g.op;
    if (status != HYS_OK || w.is_open) return status;
    return hys__fail(b->ctx, HYS_NOCONV, "hysteron logic window tells what each gate needs; other families may work",
                     "no voltage up to %g V makes %s of %s work", b->opts.most, hys_logic_op_name(g.op),
                     b->opts.cell.memory);
}

hys_status hys_logic_bench_choose(hys_logic_bench *b, const hys_logic_family *f) {
    static const hys_logic_gate_kind kinds[] = {
        {HYS_LOGIC_OP_IMPLY, 1}, {HYS_LOGIC_OP_NOR, 2}, {HYS_LOGIC_OP_NAND, 2}, {HYS_LOGIC_OP_MINORITY, 3}};
    const double *given[] = {&b->opts.drive.imply, &b->opts.drive.gate, &b->opts.drive.gate_of_two,
                             &b->opts.drive.gate_of_two};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < 4 && status == HYS_OK; k++)
        if ((f->ops >> kinds[k].op) & 1) status = choose(b, kinds[k], given[k]);
    return status;
}
