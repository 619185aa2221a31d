/* Writing and reading of runs as blocks of bytes.
 *
 * block   = head steps text {diag} {string} {measure} {output}
 * diag    = severity status line col len parent file message hint source
 * measure = analysis name unit why value
 * output  = name analysis method is_complex is_log counts[6] seconds errors[2] n_columns n_rows {name unit} values
 * string  = length bytes NUL padding */
#include "circuit/sim_pack.h"
#include <string.h>

#define MAGIC 0x3130535953594800u /* not the same on machines of the other byte order */

/* ---- writing ---- */

static void put_word(hys__text *block, uint64_t word) {
    hys__text_put(block, (const char *)&word, sizeof word);
}

static void put_double(hys__text *block, double value) {
    hys__text_put(block, (const char *)&value, sizeof value);
}

static void put_bytes(hys__text *block, const char *s, size_t n) {
    static const char zeros[8];
    put_word(block, n);
    if (n) hys__text_put(block, s, n);
    hys__text_put(block, zeros, 8 - n % 8);
}

static void put_string(hys__text *block, const char *s) {
    put_bytes(block, s ? s : "", s ? strlen(s) : 0);
}

static void put_diag(hys__text *block, const hys_diag *d) {
    const int64_t words[] = {d->severity, d->status, d->line, d->col, d->len, d->parent};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) put_word(block, (uint64_t)words[k]);
    put_string(block, d->file);
    put_string(block, d->message);
    put_string(block, d->hint);
    put_string(block, d->source);
}

static void put_measure(hys__text *block, const hys_sim_measure *m) {
    put_string(block, m->analysis);
    put_string(block, m->name);
    put_string(block, m->unit);
    put_string(block, m->why);
    put_double(block, m->value);
}

static void put_output(hys__text *block, const hys__sim_output *output) {
    const hys_sim_result *r = &output->result;
    const uint64_t words[] = {r->is_complex, r->is_log,  r->n_points,    r->n_steps,
                              r->n_rejected, r->n_evals, r->n_jacobians, r->n_newton};
    size_t n_columns = hys_table_n_columns(output->table), n_rows = hys_table_n_rows(output->table);
    put_string(block, r->name);
    put_string(block, r->analysis);
    put_string(block, r->method);
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) put_word(block, words[k]);
    put_double(block, r->solver_s);
    put_double(block, r->step_error);
    put_double(block, r->check_difference);
    put_word(block, n_columns);
    put_word(block, n_rows);
    for (size_t c = 0; c < n_columns; c++) {
        put_string(block, hys_table_name(output->table, c));
        put_string(block, hys_table_unit(output->table, c));
    }
    for (size_t c = 0; n_rows && c < n_columns; c++)
        hys__text_put(block, (const char *)hys_table_column_at(output->table, c), n_rows * sizeof(double));
}

hys__pack_head hys__pack_empty(size_t index, hys_status status) {
    return (hys__pack_head){.magic = MAGIC, .size = sizeof(hys__pack_head), .index = index, .status = status};
}

void hys__pack_run(hys__text *block, size_t index, const hys__sim_run *run, size_t n_steps, const hys__text *text,
                   const hys_ctx *diags) {
    size_t start = block->n;
    hys__pack_head head = hys__pack_empty(index, run->status);
    head.n_steps = run->steps ? n_steps : 0;
    head.n_text = 1;
    head.n_diags = hys_diag_count(diags);
    head.n_remarks = run->n_remarks;
    head.n_measures = run->n_measures;
    head.n_outputs = run->outputs ? run->n_outputs : 0;
    hys__text_put(block, (const char *)&head, sizeof head);
    for (size_t k = 0; k < head.n_steps; k++) put_double(block, run->steps[k]);
    put_bytes(block, text->at, text->n);
    for (size_t k = 0; k < head.n_diags; k++) put_diag(block, hys_diag_get(diags, k));
    for (size_t k = 0; k < run->n_remarks; k++) put_string(block, run->remarks[k]);
    for (size_t k = 0; k < run->n_measures; k++) put_measure(block, &run->measures[k]);
    for (size_t k = 0; k < head.n_outputs; k++) put_output(block, &run->outputs[k]);
    if (block->failed) return;
    head.size = block->n - start;
    memcpy(block->at + start, &head, sizeof head);
}

/* ---- reading: nothing is believed ---- */

typedef struct reader {
    const char *at, *end;
    bool failed;
} reader;

static const void *take(reader *in, size_t count, size_t size) {
    size_t left = (size_t)(in->end - in->at);
    if (in->failed || (size && count > left / size)) {
        in->failed = true;
        return NULL;
    }
    const void *at = in->at;
    in->at += count * size;
    return at;
}

static uint64_t take_word(reader *in) {
    uint64_t word = 0;
    const void *at = take(in, 1, sizeof word);
    if (at) memcpy(&word, at, sizeof word);
    return word;
}

static double take_double(reader *in) {
    double value = 0;
    const void *at = take(in, 1, sizeof value);
    if (at) memcpy(&value, at, sizeof value);
    return value;
}

static const char *take_string(reader *in) {
    uint64_t n = take_word(in);
    const char *at = n <= PTRDIFF_MAX ? take(in, n - n % 8 + 8, 1) : NULL;
    if (at && at[n] == 0) return at;
    in->failed = true;
    return "";
}

static bool has_room(reader *in, uint64_t n, size_t least) {
    if (n > (size_t)(in->end - in->at) / least) in->failed = true;
    return !in->failed;
}

static void take_diag(reader *in, hys_diag *d) {
    d->severity = (hys_severity)take_word(in);
    d->status = (hys_status)(int32_t)take_word(in);
    d->line = (int32_t)take_word(in);
    d->col = (int32_t)take_word(in);
    d->len = (int32_t)take_word(in);
    d->parent = (int32_t)take_word(in);
    d->file = take_string(in);
    d->message = take_string(in);
    d->hint = take_string(in);
    d->source = take_string(in);
    if (d->severity > HYS_ERROR) in->failed = true;
}

static void take_measure(reader *in, hys_sim_measure *m) {
    m->analysis = take_string(in);
    m->name = take_string(in);
    m->unit = take_string(in);
    m->why = take_string(in);
    m->value = take_double(in);
}

static void take_result(reader *in, hys_sim_result *r) {
    r->name = take_string(in);
    r->analysis = take_string(in);
    r->method = take_string(in);
    r->is_complex = take_word(in) != 0;
    r->is_log = take_word(in) != 0;
    r->n_points = take_word(in);
    r->n_steps = take_word(in);
    r->n_rejected = take_word(in);
    r->n_evals = take_word(in);
    r->n_jacobians = take_word(in);
    r->n_newton = take_word(in);
    r->solver_s = take_double(in);
    r->step_error = take_double(in);
    r->check_difference = take_double(in);
}

static void take_output(reader *in, hys__arena *arena, hys__packed_output *output) {
    take_result(in, &output->result);
    output->n_columns = take_word(in);
    output->n_rows = take_word(in);
    if (!has_room(in, output->n_columns, 32)) return;
    output->names = HYS_NEW_N(arena, const char *, 2 * output->n_columns + 1);
    if (!output->names) return;
    output->units = output->names + output->n_columns;
    for (size_t c = 0; c < output->n_columns; c++) {
        output->names[c] = take_string(in);
        output->units[c] = take_string(in);
    }
    if (!has_room(in, output->n_rows, sizeof(double))) return;
    output->values = take(in, output->n_columns * output->n_rows, sizeof(double));
}

/* Arrays for what the head counts; each item is at least a string, 16 bytes. */
static bool make_lists(reader *in, hys__arena *arena, const hys__pack_head *head, hys__packed_run *run) {
    if (!has_room(in, head->n_diags, 16) || !has_room(in, head->n_remarks, 16) || !has_room(in, head->n_measures, 16) ||
        !has_room(in, head->n_outputs, 16))
        return false;
    run->n_diags = head->n_diags;
    run->n_remarks = head->n_remarks;
    run->n_measures = head->n_measures;
    run->n_outputs = head->n_outputs;
    run->diags = HYS_NEW_N(arena, hys_diag, run->n_diags + 1);
    run->remarks = HYS_NEW_N(arena, const char *, run->n_remarks + 1);
    run->measures = HYS_NEW_N(arena, hys_sim_measure, run->n_measures + 1);
    run->outputs = HYS_NEW_N(arena, hys__packed_output, run->n_outputs + 1);
    return !arena->failed;
}

bool hys__unpack_run(hys__arena *arena, const void *block, size_t n, hys__packed_run *run) {
    reader in = {block, (const char *)block + n, false};
    hys__pack_head head = {0};
    const void *at = take(&in, 1, sizeof head);
    if (at) memcpy(&head, at, sizeof head);
    if (head.magic != MAGIC || head.size != n) return false;
    *run = (hys__packed_run){.index = head.index, .status = (hys_status)head.status, .text = ""};
    run->n_steps = head.n_steps;
    run->steps = take(&in, head.n_steps, sizeof(double));
    if (head.n_text) run->text = take_string(&in);
    if (in.failed || !make_lists(&in, arena, &head, run)) return false;
    for (size_t k = 0; k < run->n_diags; k++) take_diag(&in, (hys_diag *)&run->diags[k]);
    for (size_t k = 0; k < run->n_remarks; k++) run->remarks[k] = take_string(&in);
    for (size_t k = 0; k < run->n_measures; k++) take_measure(&in, (hys_sim_measure *)&run->measures[k]);
    for (size_t k = 0; k < run->n_outputs; k++) take_output(&in, arena, (hys__packed_output *)&run->outputs[k]);
    return !in.failed && !arena->failed && in.at == in.end;
}
