/* Design windows: voltages with which a gate works for all combinations of its inputs, wherever it lies.
 *
 * The closed forms take thresholds of a cell alone and resistances of freshly written cells (S. Kvatinsky et al., IEEE
 * Trans. Circuits Syst. II 61, 895 (2014) for MAGIC, IEEE Trans. VLSI Syst. 22, 2054 (2014) for IMPLY). */
#include "array/logic_trial.h"
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
                         : g.op == HYS_LOGIC_OP_OR       ? g.inputs == 2 || g.inputs == HYS__GATE_INPUTS
                         : g.op == HYS_LOGIC_OP_NAND     ? g.inputs == 2
                         : g.op == HYS_LOGIC_OP_MINORITY ? g.inputs == 3
                                                         : false;
    return is_good ? HYS_OK
                   : hys__fail(b->ctx, HYS_ARG, "imply, nor, nand, or, minority", "%s has no window of voltages",
                               hys_logic_op_name(g.op));
}

/* Combination c: what cells hold before, the last one is out.  Gates of MAGIC's kind find out at 1, OR at 0. */
void hys__gate_before(hys_logic_gate_kind g, uint32_t c, uint8_t *bits) {
    for (uint32_t k = 0; k + 1 < hys__gate_columns(g); k++) bits[k] = (c >> k) & 1;
    bits[hys__gate_columns(g) - 1] = g.op == HYS_LOGIC_OP_IMPLY ? (c >> 1) & 1 : g.op != HYS_LOGIC_OP_OR;
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

double *hys__gate_volt(hys_logic_op op, hys_logic_drive *d) {
    switch (op) {
    case HYS_LOGIC_OP_IMPLY:
        return &d->imply;
    case HYS_LOGIC_OP_NOR:
        return &d->gate;
    case HYS_LOGIC_OP_OR:
        return &d->gate_of_or;
    default:
        return &d->gate_of_two;
    }
}

void hys__gate_lines(hys_logic_gate_kind g, const hys_logic_drive *given, double *bits) {
    const uint32_t n = hys__gate_columns(g);
    hys_logic_drive d = *given;
    const double volt = *hys__gate_volt(g.op, &d);
    const bool drives_out = g.op == HYS_LOGIC_OP_IMPLY || g.op == HYS_LOGIC_OP_OR;
    for (uint32_t k = 0; k + 1 < n; k++) bits[k] = g.op == HYS_LOGIC_OP_IMPLY ? d.condition : drives_out ? 0 : volt;
    bits[n - 1] = drives_out ? volt : 0;
}

static double load_of(hys_logic_gate_kind g, const hys_logic_drive *d) {
    return g.op == HYS_LOGIC_OP_IMPLY ? d->load : 0;
}

hys_status hys_logic_bench_margin(hys_logic_bench *b, hys_logic_gate_kind g, const hys_logic_drive *d, double *margin) {
    hys__trial trial;
    hys_status status = hys__gate_check(b, g);
    if (status != HYS_OK) return status;
    status = hys__trial_init(&trial, b, g, load_of(g, d));
    if (status == HYS_OK) status = hys__trial_margin(&trial, d, margin);
    hys__trial_free(&trial);
    return status;
}

/* ---- one voltage ---- */

/* The voltage that is varied: one of the drive's. */
typedef struct varied {
    hys_logic_bench *bench;
    hys__trial trial;
    hys_logic_gate_kind gate;
    hys_logic_drive drive;
    double *volt; /* in the drive */
} varied;

static hys_status works(varied *v, double volt, bool *good) {
    double margin;
    *v->volt = volt;
    const hys_status status = hys__trial_margin(&v->trial, &v->drive, &margin);
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

/* out, at 0, is set through one input that is 1, and not when all are 0; nor is that input reset, across which
 * V_0 R_in/(R_in + R_on) remains when out is 1.  A cell with a threshold of voltage stops before it is: such devices
 * ask for more at the lower end, and stand more at the upper one. */
static void estimate_or(const hys_logic_levels *l, hys_logic_gate_kind g, hys_logic_window *w) {
    const double one = parallel(l, g.inputs, 1), none = parallel(l, g.inputs, 0);
    w->estimate_low = l->set_full * (1 + one * l->off);
    w->estimate_high = fmin(l->set_hold * (1 + none * l->off), l->reset_hold * (1 + 1 / (l->on * one)));
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
    v->volt = hys__gate_volt(v->gate.op, &v->drive);
    if (v->gate.op == HYS_LOGIC_OP_OR) estimate_or(&v->bench->levels, v->gate, w);
    else estimate_gate(&v->bench->levels, v->gate, w);
    const hys_status status = find_range(v, &w->low, &w->high);
    w->is_open = w->low <= w->high && w->low > 0;
    *v->volt = (w->low + w->high) / 2;
    return status;
}

hys_status hys_logic_bench_window(hys_logic_bench *b, hys_logic_gate_kind g, hys_logic_window *window) {
    varied v = {.bench = b, .gate = g, .drive = b->drive};
    hys_logic_window w = {.margin = -1};
    hys_status status = hys__gate_check(b, g);
    if (status != HYS_OK) return status;
    status = hys__trial_init(&v.trial, b, g, load_of(g, &v.drive));
    if (status == HYS_OK) status = g.op == HYS_LOGIC_OP_IMPLY ? imply_window(&v, &w) : gate_window(&v, &w);
    if (status == HYS_OK && w.is_open) status = hys__trial_margin(&v.trial, &v.drive, &w.margin);
    w.is_limited = w.is_open && w.high >= b->opts.most;
    hys__trial_free(&v.trial);
    if (status == HYS_OK && w.is_open) {
        b->drive.condition = v.drive.condition;
        b->drive.imply = v.drive.imply;
        b->drive.gate = v.drive.gate;
        b->drive.gate_of_two = v.drive.gate_of_two;
        b->drive.gate_of_or = v.drive.gate_of_or;
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

hys_status hys_logic_bench_choose(hys_logic_bench *b, unsigned ops) {
    static const hys_logic_gate_kind kinds[] = {{HYS_LOGIC_OP_IMPLY, 1},
                                                {HYS_LOGIC_OP_NOR, 2},
                                                {HYS_LOGIC_OP_NAND, 2},
                                                {HYS_LOGIC_OP_OR, 2},
                                                {HYS_LOGIC_OP_MINORITY, 3}};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds && status == HYS_OK; k++)
        if ((ops >> kinds[k].op) & 1) status = choose(b, kinds[k], hys__gate_volt(kinds[k].op, &b->opts.drive));
    return status;
}
