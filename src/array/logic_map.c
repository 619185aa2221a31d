/* From a netlist to a program of a row, and whether it computes the same. */
#include "array/logic_schedule.h"
#include "base/random.h"
#include <string.h>

hys_logic_map_opts hys_logic_map_opts_default(void) {
    return (hys_logic_map_opts){
        .size = sizeof(hys_logic_map_opts), .family = hys_logic_family_find("magic"), .fan_in = 2};
}

/* ---- mapping ---- */

typedef struct own_program { /* what the caller sees is its first member */
    hys_logic_program program;
    hys__arena arena;
} own_program;

typedef struct mapping {
    hys__network net;
    hys__family_gates gates;
    hys_logic_map_opts opts;
    bool writes_majority;
} mapping;

static hys_status prepare(hys__arena *arena, const hys_logic *netlist, mapping *m) {
    hys__network raw;
    hys_status status = hys__network_build(&raw, arena, netlist);
    if (status == HYS_OK) status = hys__network_recognise(&m->net, arena, &raw);
    m->writes_majority = (m->opts.family->ops >> HYS_LOGIC_OP_MAJORITY_WRITE) & 1;
    if (status == HYS_OK && !m->writes_majority) status = hys__lower(arena, &m->net, &m->opts, &m->gates);
    return status;
}

static hys_status schedule(const mapping *m, hys__arena *arena, size_t most, hys__row *row, hys__places *places) {
    *row = (hys__row){.arena = arena, .most = most};
    places->inputs = HYS_NEW_N(arena, uint32_t, m->net.n_inputs + 1);
    places->outputs = HYS_NEW_N(arena, uint32_t, m->net.n_outputs + 1);
    if (!places->inputs || !places->outputs) return HYS_NOMEM;
    return m->writes_majority ? hys__schedule_majority(row, &m->net, &m->opts, places)
                              : hys__schedule_gates(row, &m->gates, &m->opts, places);
}

/* The fewest cells by halving: short rows fail fast. */
static hys_status schedule_shortest(const mapping *m, hys__arena *arena, hys__row *row, hys__places *places) {
    hys_status status = schedule(m, arena, HYS_LOGIC_INVERTED - 1, row, places);
    size_t low = 0, high = row->n_cells; /* low: too few */
    while (status == HYS_OK && high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        status = schedule(m, arena, middle, row, places);
        if (status == HYS_OK) high = middle;
        else if (status == HYS_LIMIT) low = middle;
        if (status == HYS_LIMIT) status = HYS_OK;
    }
    return status == HYS_OK ? schedule(m, arena, high, row, places) : status;
}

static void fill(hys_logic_program *p, const hys__row *row, const hys__places *places) {
    p->n_cells = row->n_cells;
    p->n_steps = row->steps.n;
    p->steps = row->steps.at;
    p->input_cells = places->inputs;
    p->output_cells = places->outputs;
    for (size_t k = 0; k < p->n_steps; k++) {
        p->counts[p->steps[k].op]++;
        if (p->steps[k].op == HYS_LOGIC_OP_FALSE || p->steps[k].op == HYS_LOGIC_OP_SET) p->writes += p->steps[k].n_out;
    }
}

static hys_status map(own_program *own, const hys_logic *netlist, const hys_logic_map_opts *opts) {
    mapping m = {.opts = *opts};
    hys__row row;
    hys__places places;
    hys_status status = prepare(&own->arena, netlist, &m);
    if (status == HYS_OK && opts->cells == SIZE_MAX) status = schedule_shortest(&m, &own->arena, &row, &places);
    else if (status == HYS_OK)
        status = schedule(&m, &own->arena, opts->cells ? opts->cells : HYS_LOGIC_INVERTED - 1, &row, &places);
    if (status == HYS_LIMIT)
        return hys__fail(own->arena.ctx, HYS_LIMIT, "more cells, or the fewest that are enough: --cells least",
                         "%zu cells are too few for %.200s", opts->cells, hys_logic_name(netlist));
    if (status == HYS_OK) fill(&own->program, &row, &places);
    return status;
}

hys_status hys_logic_map(hys_ctx *ctx, const hys_logic *netlist, const hys_logic_map_opts *given,
                         hys_logic_program **result) {
    hys_logic_map_opts opts = hys_logic_map_opts_default();
    if (given) memcpy(&opts, given, given->size < sizeof opts ? given->size : sizeof opts);
    if (!opts.family) opts.family = hys_logic_family_find("magic");
    if (!opts.fan_in) opts.fan_in = 2;
    if (opts.fan_in < 2 || opts.fan_in > 3) return hys__fail(ctx, HYS_ARG, "", "gates have two or three inputs");
    own_program *own = hys__realloc(ctx, NULL, 0, sizeof *own);
    if (!own) return HYS_NOMEM;
    memset(own, 0, sizeof *own);
    hys__arena_init(&own->arena, ctx, 0);
    own->program.netlist = netlist;
    own->program.family = opts.family;
    hys_status status = map(own, netlist, &opts);
    if (status == HYS_OK) *result = &own->program;
    else hys_logic_program_free(&own->program);
    return status;
}

void hys_logic_program_free(hys_logic_program *program) {
    own_program *own = (own_program *)program;
    if (!own) return;
    hys_ctx *ctx = own->arena.ctx;
    hys__arena_free(&own->arena);
    hys__free(ctx, own, sizeof *own);
}

/* ---- verification ---- */

#define MOST_EXHAUSTIVE 16
#define RANDOM_WORDS    1024 /* of 64 patterns */

static const uint64_t within_word[6] = {0xaaaaaaaaaaaaaaaa, 0xcccccccccccccccc, 0xf0f0f0f0f0f0f0f0,
                                        0xff00ff00ff00ff00, 0xffff0000ffff0000, 0xffffffff00000000};

static void draw_inputs(const hys_ctx *ctx, bool is_exhaustive, uint64_t word, size_t n, uint64_t *inputs) {
    const uint64_t key[2] = {hys__ctx_seed(ctx), 0x6c6f676963};
    for (size_t k = 0; k < n; k++) {
        uint64_t draw[2];
        if (is_exhaustive) {
            inputs[k] = k < 6 ? within_word[k] : (word >> (k - 6)) & 1 ? ~(uint64_t)0 : 0;
            continue;
        }
        hys__threefry2x64(key, (uint64_t[]){word, k}, draw);
        inputs[k] = draw[0];
    }
}

static void compare(const hys_logic_program *p, const uint64_t *want, const uint64_t *cells, uint64_t valid,
                    hys_logic_check *check) {
    uint64_t wrong = 0;
    for (size_t k = 0; k < hys_logic_n_outputs(p->netlist); k++) {
        const uint64_t differ = (want[k] ^ cells[p->output_cells[k]]) & valid;
        if (differ && !wrong && !check->wrong) check->output = k;
        wrong |= differ;
    }
    check->wrong += (size_t)__builtin_popcountll(wrong);
}

static hys_status check_word(const hys_logic_program *p, const uint64_t *inputs, uint64_t *cells, uint64_t *outputs,
                             uint64_t valid, hys_logic_check *check) {
    for (size_t k = 0; k < hys_logic_n_inputs(p->netlist); k++)
        if (p->input_cells[k] != HYS_LOGIC_NOWHERE) cells[p->input_cells[k]] = inputs[k];
    for (size_t k = 0; k < p->n_steps; k++) hys_logic_step_simulate(&p->steps[k], inputs, cells);
    const hys_status status = hys_logic_simulate(p->netlist, inputs, outputs);
    if (status == HYS_OK) compare(p, outputs, cells, valid, check);
    return status;
}

hys_status hys_logic_verify(hys_ctx *ctx, const hys_logic_program *p, hys_logic_check *check) {
    const size_t n = hys_logic_n_inputs(p->netlist), m = hys_logic_n_outputs(p->netlist);
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    uint64_t *inputs = HYS_NEW_N(&arena, uint64_t, n + 1), *outputs = HYS_NEW_N(&arena, uint64_t, m + 1);
    uint64_t *cells = HYS_NEW_N(&arena, uint64_t, p->n_cells + 1);
    *check = (hys_logic_check){.is_exhaustive = n <= MOST_EXHAUSTIVE};
    check->patterns = check->is_exhaustive ? (size_t)1 << n : 64 * RANDOM_WORDS;
    const uint64_t valid = check->patterns < 64 ? ((uint64_t)1 << check->patterns) - 1 : ~(uint64_t)0;
    hys_status status = arena.failed ? HYS_NOMEM : HYS_OK;
    for (uint64_t word = 0; 64 * word < check->patterns && status == HYS_OK; word++) {
        draw_inputs(ctx, check->is_exhaustive, word, n, inputs);
        status = hys_ctx_is_cancelled(ctx) ? HYS_CANCEL : check_word(p, inputs, cells, outputs, valid, check);
    }
    hys__arena_free(&arena);
    return status;
}
