/* Networks as gates of a family.  Signals: the inputs, then what each gate makes. */
#ifndef HYS_ARRAY_LOGIC_LOWER_H
#define HYS_ARRAY_LOGIC_LOWER_H
#include "array/logic_network.h"

#define HYS__SIGNAL_0    (UINT32_MAX - 1) /* a cell that holds 0, 1 */
#define HYS__SIGNAL_1    (UINT32_MAX - 2)
#define HYS__SIGNAL_NONE UINT32_MAX

/* op IMPLY stands for the NAND that IMPLYs onto a cell that is 0 make.  READ_XOR of a stateful family stands for two
 * gates on the same cell: of a and b OR, then NAND; of a, b and g = !(a b) NAND of a and g, NAND of b and g, which make
 * the inverse. */
typedef struct hys__family_gate {
    hys_logic_op op;
    uint32_t n_in, in[3];
} hys__family_gate;

typedef struct hys__family_gates {
    size_t n_inputs, n_outputs;
    struct {
        hys__family_gate *at;
        size_t n, cap;
    } gates;           /* each behind those that it reads */
    uint32_t *outputs; /* signals */
} hys__family_gates;

hys_status hys__lower(hys__arena *arena, const hys__network *net, const hys_logic_map_opts *opts,
                      hys__family_gates *result);

#endif
