/* Behavioural elements (B, and R C L E G with expressions) become Verilog-A modules and so kernels: exact
 * derivatives, vector code, the same treatment of ddt and events as any device.
 *
 * The behavioural elements of one subcircuit definition form one module; its instances are the scopes of that
 * definition, so that a thousand memristor subcircuits are one batch.  Elements of one definition that are equal but
 * for their numbers and nodes ("B1 ... B900" of a flat netlist) form one module of one element with an instance for
 * each of them (in each scope); large definitions are cut into several modules.  Ports are the nodes that the
 * expressions touch (and, for I(x), the current of another element, seen as a potential that only is read).  What may
 * differ between instances or be swept is a parameter of the module, the rest are numbers in its text. */
#ifndef HYS_CIRCUIT_BEHAVIOURAL_H
#define HYS_CIRCUIT_BEHAVIOURAL_H
#include "circuit/flat.h"
#include "device/model.h"

#define HYS__NO_UNKNOWN 0xffffffffu

/* One element of a module. */
typedef struct hys__behavioural_part {
    uint32_t card; /* index in definition->behavioural; where instances differ by element, that of the first */
    /* Unknown of the kernel that is the current from nodes[0] through the element to nodes[1]; HYS__NO_UNKNOWN where
     * nothing needs one: then it is the kernel's output variable number `opvar`.  Of all m together. */
    uint32_t unknown, opvar;
    const char *branch; /* its name in the text */
} hys__behavioural_part;

typedef struct hys__behavioural {
    const hys__definition *definition;
    hys_model *model;
    size_t n_instances, n_ports, n_params, n_parts;
    const uint32_t *scopes; /* [n_instances] */
    const uint32_t *elems;  /* [n_instances * n_parts]: elements of flat->elems */
    /* [n_instances * n_ports], in the order of the module's terminals: node (0: ground), or where is_current [port],
     * the element whose current stands there; its row stays empty. */
    const uint32_t *ports;
    const bool *is_current;       /* [n_ports] */
    const char *const *terminals; /* [n_ports] of the element; NULL: the first */
    hys__behavioural_part *parts; /* [n_parts] */
    const struct hys__behavioural_param *params;
    bool has_own_params; /* the instances' parameters differed when it was made */
    const char *text;    /* the Verilog-A, for --keep and messages */
} hys__behavioural;

typedef struct hys__behavioural_set {
    hys__behavioural *at;
    size_t n;
} hys__behavioural_set;

/* Everything behavioural in a netlist, compiled; elements between ground and ground are left out.  Errors of the
 * compiler are reported at the netlist's own lines. The models are the caller's: hys__behavioural_free. */
hys_status hys__behavioural_make(hys_ctx *ctx, hys__arena *arena, const hys__flat *flat, const char *cache_dir,
                                 hys__behavioural_set *set);
void hys__behavioural_free(hys__behavioural_set *set);
/* The parameters of an instance as the netlist stands now: values [n_params], in the order of the kernel's. */
void hys__behavioural_params(const hys__behavioural *b, const hys__flat *flat, size_t instance, double *values);

#endif
