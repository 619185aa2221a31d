/* Any text as a netlist: no crash, no hang; errors exactly when it fails; what was read can be named, found again
 * and evaluated. */
#include "circuit/flat.h"
#include <math.h>
#include <string.h>

/* Small, so that many inputs are tried in a second. */
#define MAX_BYTES ((size_t)32 << 20)
#define MAX_ELEMS 2000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds) __builtin_trap();
}

static void check_expr(const hys__flat *flat, uint32_t scope, const hys__expr *e) {
    require(e != NULL);
    if (!e) return;
    require(e->op <= HYS__EXPR_CALL && e->op != HYS__EXPR_ARG);
    if (e->op == HYS__EXPR_PARAM) (void)hys__flat_expr_param(flat, scope, e);
    if (e->op == HYS__EXPR_V) {
        require(hys__flat_expr_node(flat, scope, e, false) < flat->n_nodes);
        require(hys__flat_expr_node(flat, scope, e, true) < flat->n_nodes);
    }
    if (e->op == HYS__EXPR_I) require(hys__flat_expr_elem(flat, scope, e) < flat->n_elems);
    for (uint32_t i = 0; i < e->n_args; i++) check_expr(flat, scope, e->args[i]);
}

static void check_wave(const hys__wave *w) {
    double t = -1e-9;
    for (int i = 0; i < 20 && isfinite(t); i++) {
        (void)hys__wave_value(w, t);
        (void)hys__wave_slope(w, t);
        double next = hys__wave_next_corner(w, t);
        require(!(next <= t));
        t = next;
    }
}

static void check_names(const hys__flat *flat) {
    char name[5000];
    for (uint32_t i = 0; i < flat->n_elems && i < MAX_ELEMS; i++) {
        size_t n = hys__flat_elem_name(flat, i, name, sizeof name);
        require(n > 0);
        if (n < sizeof name) require(hys__flat_find_elem(flat, name, n) < flat->n_elems);
    }
    for (uint32_t i = 0; i < flat->n_nodes && i < MAX_ELEMS; i++) {
        size_t n = hys__flat_node_name(flat, i, name, sizeof name);
        require(n > 0);
        if (n < sizeof name) require(hys__flat_find_node(flat, name, n) < flat->n_nodes);
    }
}

static void check_elems(const hys__flat *flat) {
    for (uint32_t i = 0; i < flat->n_elems && i < MAX_ELEMS; i++) {
        const hys__elem *e = &flat->elems[i];
        require(e->scope < flat->n_scopes && e->card->kind < HYS__ELEM_N_KINDS && e->m > 0);
        for (uint32_t k = 0; k < e->card->n_nodes; k++) require(e->nodes[k] < flat->n_nodes);
        for (uint32_t k = 0; k < e->card->n_controls; k++) require(e->control[k] < flat->n_elems);
        require((e->card->kind == HYS__ELEM_B) == (e->card->expr != NULL));
        if (e->card->expr) check_expr(flat, e->scope, e->card->expr);
        if (e->wave) check_wave(e->wave);
    }
    for (uint32_t s = 0; s < flat->n_scopes && s < MAX_ELEMS; s++) {
        const hys__scope *scope = &flat->scopes[s];
        for (size_t i = 0; i < scope->definition->n_behavioural; i++)
            require(flat->elems[scope->first_behavioural + i].card == scope->definition->behavioural[i]);
        for (size_t i = 0; i < scope->definition->n_nodes; i++) require(scope->nodes[i] < flat->n_nodes);
    }
}

static void check_cards(hys__flat *flat) {
    for (size_t i = 0; i < flat->n_probes; i++) {
        require(flat->probes[i].label && flat->probes[i].unit);
        if (flat->probes[i].expr) check_expr(flat, 0, flat->probes[i].expr);
    }
    for (size_t i = 0; i < flat->n_presets; i++) require(flat->presets[i].node < flat->n_nodes);
    for (size_t i = 0; i < flat->n_analyses; i++) require(flat->analyses[i].kind < HYS__AN_N_KINDS);
    if (flat->scopes[0].definition->n_params > 0 && hys__flat_set_param(flat, 0, 0.5) == HYS_OK)
        require(hys__flat_param(flat, 0) == 0.5);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    hys_ctx *ctx = NULL;
    hys__arena arena;
    hys__flat *flat = NULL;
    require(hys_ctx_new(NULL, &ctx) == HYS_OK);
    hys__arena_init(&arena, ctx, MAX_BYTES);
    hys_status status = hys__flat_read(ctx, &arena, "fuzz.cir", (const char *)data, size, NULL, &flat);
    require((status == HYS_OK) == (hys_diag_n_errors(ctx) == 0));
    require((status == HYS_OK) == (flat != NULL));
    if (flat) {
        check_names(flat);
        check_elems(flat);
        check_cards(flat);
    }
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
    return 0;
}
