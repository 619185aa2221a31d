/* Inside the making of hys__flat. */
#ifndef HYS_CIRCUIT_FLAT_IMPL_H
#define HYS_CIRCUIT_FLAT_IMPL_H
#include "circuit/netlist.h"

static inline nl_body *nl_scope_body(const hys__scope *scope) {
    return (nl_body *)(uintptr_t)scope->definition; /* its first member */
}
static inline nl_card *nl_card_of(const hys__elem *e) {
    return (nl_card *)(uintptr_t)e->card; /* its first member */
}

/* Whether an element stands at a local node, or only expressions name it. */
bool nl_node_is_used(const nl_body *body, uint32_t local);
hys__span nl_path_span(const nl_body *body, uint32_t local); /* of an expression that names the node */
/* The nearest scope outwards whose definition is the body; the scope itself where there is none. */
uint32_t nl_scope_of(const hys__flat *flat, uint32_t scope, const nl_body *body);
double nl_value_at(const nl_eval *v, nl_value value);
/* Values of the parameters of a scope, in their order. */
bool nl_scope_params(hys__netlist *net, uint32_t scope, hys__scope *s, const nl_inst *inst, double *params);
bool nl_names_make(hys__netlist *net); /* the table for looking names up */
/* Names as seen from a scope; HYS__GLOBAL: none. */
uint32_t nl_find_node_from(const hys__flat *flat, uint32_t scope, const char *name, size_t len);
uint32_t nl_find_elem_from(const hys__flat *flat, uint32_t scope, const char *name, size_t len);
uint32_t nl_find_scope_from(const hys__flat *flat, uint32_t scope, const char *name, size_t len);
/* Values of all elements, and the nodes and elements that they refer to. */
bool nl_fill_elems(hys__netlist *net);
bool nl_fill_presets(hys__netlist *net);

#endif
