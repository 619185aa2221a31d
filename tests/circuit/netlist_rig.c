#include "circuit/netlist_rig.h"

static netlist_rig rig_new(void) {
    netlist_rig rig = {.ctx = hys_test_ctx(), .arena = malloc(sizeof(hys__arena))};
    assert_non_null(rig.arena);
    hys__arena_init(rig.arena, rig.ctx, 0);
    return rig;
}

netlist_rig netlist_read(const char *text) {
    netlist_rig rig = rig_new();
    hys__text all;
    hys__text_init(&all, rig.ctx);
    hys__text_puts(&all, "title\n");
    hys__text_puts(&all, text);
    rig.status = hys__flat_read(rig.ctx, rig.arena, "a.cir", all.at, all.n, NULL, &rig.flat);
    hys__text_free(&all);
    return rig;
}

netlist_rig netlist_load(const char *path, const hys__flat_opts *opts) {
    netlist_rig rig = rig_new();
    rig.status = hys__flat_load(rig.ctx, rig.arena, path, opts, &rig.flat);
    return rig;
}

void netlist_free(netlist_rig *rig) {
    hys__arena_free(rig->arena);
    free(rig->arena);
    hys_ctx_free(rig->ctx);
}

netlist_rig netlist_good(const char *text) {
    netlist_rig rig = netlist_read(text);
    if (rig.status != HYS_OK)
        for (size_t i = 0; i < hys_diag_count(rig.ctx) && i < 3; i++)
            print_error("%s\n", hys_test_diag_text(rig.ctx, i));
    assert_int_equal(rig.status, HYS_OK);
    assert_int_equal(hys_diag_n_errors(rig.ctx), 0);
    return rig;
}

const hys__elem *netlist_elem(const netlist_rig *rig, const char *name) {
    uint32_t i = hys__flat_find_elem(rig->flat, name, strlen(name));
    if (i == HYS__GLOBAL) print_error("there is no element '%s'\n", name);
    assert_int_not_equal(i, HYS__GLOBAL);
    return &rig->flat->elems[i];
}

double netlist_value(const netlist_rig *rig, const char *name) {
    return netlist_elem(rig, name)->value;
}

double netlist_setting(const netlist_rig *rig, const char *name, const char *setting) {
    const hys__elem *e = netlist_elem(rig, name);
    const hys__model_card *model = e->card->model;
    for (size_t i = 0; i < model->n_settings + e->card->n_settings; i++) {
        const hys__setting *s = i < model->n_settings ? &model->settings[i] : &e->card->settings[i - model->n_settings];
        if (strcmp(s->name, setting) == 0) return e->values[i];
    }
    print_error("'%s' has no setting '%s'\n", name, setting);
    fail();
    return NAN;
}

double netlist_param(const netlist_rig *rig, const char *name) {
    const hys__definition *top = rig->flat->scopes[0].definition;
    for (size_t i = 0; i < top->n_params; i++)
        if (strcmp(top->params[i], name) == 0) return rig->flat->scopes[0].params[i];
    print_error("there is no parameter '%s'\n", name);
    fail();
    return NAN;
}

const char *netlist_nodes(const netlist_rig *rig, const char *elem) {
    static char text[1000];
    const hys__elem *e = netlist_elem(rig, elem);
    size_t n = 0;
    text[0] = 0;
    for (uint32_t i = 0; i < e->card->n_nodes; i++) {
        if (i > 0) text[n++] = ' ';
        n += hys__flat_node_name(rig->flat, e->nodes[i], text + n, sizeof text - n);
    }
    return text;
}

void netlist_bad(const char *text, hys_status status, const char *diag) {
    netlist_rig rig = netlist_read(text);
    assert_diag(rig.ctx, 0, diag);
    assert_int_equal(rig.status, status);
    assert_null(rig.flat);
    netlist_free(&rig);
}

void netlist_warned(const char *text, const char *diag) {
    netlist_rig rig = netlist_good(text);
    assert_diag(rig.ctx, 0, diag);
    netlist_free(&rig);
}
