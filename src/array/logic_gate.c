/* What logic families there are, from where, and what their operations do. */
#include "base/diag.h"
#include <hysteron/logic.h>
#include <string.h>

#define HYS_X(name, text, function) text,
static const char *const op_names[] = {HYS_LOGIC_OP_LIST(HYS_X)};
#undef HYS_X
#define HYS_X(name, text, function) function,
static const char *const op_functions[] = {HYS_LOGIC_OP_LIST(HYS_X)};
#undef HYS_X

const char *hys_logic_op_name(hys_logic_op op) {
    return op < HYS_LOGIC_N_OPS ? op_names[op] : "";
}

const char *hys_logic_op_function(hys_logic_op op) {
    return op < HYS_LOGIC_N_OPS ? op_functions[op] : "";
}

#define OP(name)  (1u << HYS_LOGIC_OP_##name)
#define WRITES    (OP(FALSE) | OP(SET))
#define READ_NOTE "operands at the read voltage, sensed against references; what comes out is written"

static const hys_logic_family families[] = {
    {"imply", "material implication and FALSE",
     "a at V_COND, out at V_SET, the line they share through R_G to ground; out is set unless a is 1",
     "J. Borghetti et al., Nature 464, 873 (2010); S. Kvatinsky et al., IEEE Trans. VLSI Syst. 22, 2054 (2014)",
     "10.1038/nature08940", OP(FALSE) | OP(IMPLY), true},
    {"magic", "MAGIC: NOR and NOT",
     "inputs at V_0, out at ground, the line they share floats; out, first set, is reset if an input is 1",
     "S. Kvatinsky et al., IEEE Trans. Circuits Syst. II 61, 895 (2014)", "10.1109/TCSII.2014.2357292",
     WRITES | OP(NOR), true},
    {"felix", "MAGIC's circuit with a voltage for each gate: NOR, NAND, minority",
     "as MAGIC; lower V_0 ask for two inputs that are 1 until out is reset",
     "S. Gupta, M. Imani, T. Rosing, FELIX, ICCAD (2018)", "10.1145/3240765.3240811",
     WRITES | OP(NOR) | OP(NAND) | OP(MINORITY), true},
    {"felix-or", "OR, NAND, minority; OR and then NAND on the same cell are XOR",
     "as felix; for OR, out, first reset, is at V_0 and inputs at ground: it is set if an input is 1",
     "S. Gupta, M. Imani, T. Rosing, FELIX, ICCAD (2018)", "10.1145/3240765.3240811",
     WRITES | OP(OR) | OP(NAND) | OP(MINORITY), true},
    {"rm3", "resistive majority: maj(p, !q, out)",
     "p and q are read and drive the two electrodes of out: set if p = 1, q = 0, reset if p = 0, q = 1, else kept",
     "P.-E. Gaillardon et al., The Programmable Logic-in-Memory (PLiM) computer, DATE (2016), 427", "",
     WRITES | OP(MAJORITY_WRITE), false},
    {"sequential", "four variables, two electrodes' inputs, the state, the next state: s' = p !q + s !(p ^ q)",
     "as rm3; inputs of the function and inverted operands come to the electrodes as voltages",
     "E. Linn et al., Nanotechnology 23, 305205 (2012)", "10.1088/0957-4484/23/30/305205", WRITES | OP(MAJORITY_WRITE),
     false},
    {"scouting", "reads of two cells at a time: AND, OR, XOR, NOT, COPY", READ_NOTE,
     "L. Xie et al., Scouting logic, IEEE ISVLSI (2017), 176", "10.1109/ISVLSI.2017.39",
     WRITES | OP(READ_COPY) | OP(READ_NOT) | OP(READ_AND) | OP(READ_OR) | OP(READ_XOR), false},
    {"majority", "reads of three cells at a time: majority, NOT, COPY", READ_NOTE,
     "J. Reuben, J. Low Power Electron. Appl. 10, 28 (2020)", "10.3390/jlpea10030028",
     WRITES | OP(READ_COPY) | OP(READ_NOT) | OP(READ_MAJORITY), false},
};

size_t hys_logic_family_count(void) {
    return sizeof families / sizeof *families;
}

const hys_logic_family *hys_logic_family_get(size_t i) {
    return i < hys_logic_family_count() ? &families[i] : NULL;
}

const hys_logic_family *hys_logic_family_find(const char *name) {
    for (size_t i = 0; i < hys_logic_family_count(); i++)
        if (!strcmp(families[i].name, name)) return &families[i];
    return NULL;
}

static uint64_t majority(uint64_t a, uint64_t b, uint64_t c) {
    return (a & b) | (a & c) | (b & c);
}

static uint64_t operand(uint32_t in, const uint64_t *inputs, const uint64_t *cells) {
    if (in == HYS_LOGIC_ZERO || in == HYS_LOGIC_ONE) return in == HYS_LOGIC_ONE ? ~(uint64_t)0 : 0;
    const uint64_t flip = in & HYS_LOGIC_INVERTED ? ~(uint64_t)0 : 0;
    in &= ~(uint32_t)HYS_LOGIC_INVERTED;
    return flip ^ (in & HYS_LOGIC_INPUT ? inputs[in & ~(uint32_t)HYS_LOGIC_INPUT] : cells[in]);
}

void hys_logic_step_simulate(const hys_logic_step *step, const uint64_t *inputs, uint64_t *cells) {
    uint64_t v[3] = {0, 0, 0};
    for (uint32_t k = 0; k < step->n_in; k++) v[k] = operand(step->in[k], inputs, cells);
    for (uint32_t k = 0; k < step->n_out; k++) {
        uint64_t *out = &cells[step->out[k]];
        switch (step->op) {
        case HYS_LOGIC_OP_FALSE:
            *out = 0;
            break;
        case HYS_LOGIC_OP_SET:
            *out = ~(uint64_t)0;
            break;
        case HYS_LOGIC_OP_IMPLY:
            *out |= ~v[0];
            break;
        case HYS_LOGIC_OP_NOR:
            *out &= ~(v[0] | v[1] | v[2]);
            break;
        case HYS_LOGIC_OP_NAND:
            *out &= ~(v[0] & v[1]);
            break;
        case HYS_LOGIC_OP_OR:
            *out |= v[0] | v[1] | v[2];
            break;
        case HYS_LOGIC_OP_MINORITY:
            *out &= ~majority(v[0], v[1], v[2]);
            break;
        case HYS_LOGIC_OP_MAJORITY_WRITE:
            *out = majority(v[0], ~v[1], *out);
            break;
        case HYS_LOGIC_OP_READ_COPY:
            *out = v[0];
            break;
        case HYS_LOGIC_OP_READ_NOT:
            *out = ~v[0];
            break;
        case HYS_LOGIC_OP_READ_AND:
            *out = v[0] & v[1];
            break;
        case HYS_LOGIC_OP_READ_OR:
            *out = v[0] | v[1];
            break;
        case HYS_LOGIC_OP_READ_XOR:
            *out = v[0] ^ v[1];
            break;
        case HYS_LOGIC_OP_READ_MAJORITY:
            *out = majority(v[0], v[1], v[2]);
            break;
        case HYS_LOGIC_N_OPS:
            break;
        }
    }
}
