/* hysteron/logic.h -- Boolean functions as operations on a row of memristors.
 *
 * A netlist (BLIF or a truth table) is mapped to a program: a list of steps on the cells of one row, each an operation
 * of a published logic family.  Low resistance is 1, high resistance 0. */
#ifndef HYSTERON_LOGIC_H
#define HYSTERON_LOGIC_H
#include <hysteron/core.h>
#include <stdbool.h>
HYS_DECLS_BEGIN

/* ---- Boolean netlists ---- */

typedef struct hys_logic hys_logic; /* immutable */

/* BLIF (.model .inputs .outputs .names .end), or a truth table: a line of names "a b | sum carry", then a line for each
 * pattern "1 - | 0 1". */
hys_status hys_logic_read(hys_ctx *ctx, const char *path, hys_logic **result);
/* The same from memory; name stands in diagnostics. */
hys_status hys_logic_parse(hys_ctx *ctx, const char *name, const char *text, size_t len, hys_logic **result);
void hys_logic_free(hys_logic *logic);
const char *hys_logic_name(const hys_logic *logic);
size_t hys_logic_n_inputs(const hys_logic *logic);
size_t hys_logic_n_outputs(const hys_logic *logic);
size_t hys_logic_n_gates(const hys_logic *logic);
const char *hys_logic_input(const hys_logic *logic, size_t i);
const char *hys_logic_output(const hys_logic *logic, size_t i);
/* 64 patterns at a time: bit p of inputs[i] is input i of pattern p. */
hys_status hys_logic_simulate(const hys_logic *logic, const uint64_t *inputs, uint64_t *outputs);

/* ---- families ---- */

/* What a step does to the cell `out`; in: cells, or for HYS_LOGIC_OP_MAJORITY_WRITE what stands on the electrodes. */
#define HYS_LOGIC_OP_LIST(X)                                                                                           \
    X(FALSE, "false", "out = 0")                                                                                       \
    X(SET, "set", "out = 1")                                                                                           \
    X(IMPLY, "imply", "out = !a + out")                                                                                \
    X(NOR, "nor", "out = out !(a + b)")                                                                                \
    X(NAND, "nand", "out = out !(a b)")                                                                                \
    X(OR, "or", "out = out + a + b")                                                                                   \
    X(MINORITY, "minority", "out = out !(a b + a c + b c)")                                                            \
    X(MAJORITY_WRITE, "rm3", "out = maj(p, !q, out)")                                                                  \
    X(READ_COPY, "copy", "out = a")                                                                                    \
    X(READ_NOT, "not", "out = !a")                                                                                     \
    X(READ_AND, "and", "out = a b")                                                                                    \
    X(READ_OR, "or", "out = a + b")                                                                                    \
    X(READ_XOR, "xor", "out = a ^ b")                                                                                  \
    X(READ_MAJORITY, "maj", "out = a b + a c + b c")
#define HYS_X(name, text, function) HYS_LOGIC_OP_##name,
typedef enum hys_logic_op { HYS_LOGIC_OP_LIST(HYS_X) HYS_LOGIC_N_OPS } hys_logic_op;
#undef HYS_X
const char *hys_logic_op_name(hys_logic_op op);
const char *hys_logic_op_function(hys_logic_op op);

typedef struct hys_logic_family {
    const char *name, *summary;
    const char *drive; /* which lines are where while a gate works */
    const char *source, *doi;
    unsigned ops;     /* 1 << hys_logic_op of those that it has */
    bool is_stateful; /* a gate's operands are resistances all along: nothing is read in between */
} hys_logic_family;
size_t hys_logic_family_count(void);
const hys_logic_family *hys_logic_family_get(size_t i);
const hys_logic_family *hys_logic_family_find(const char *name); /* NULL: there is none */

/* ---- programs ---- */

/* Operands of HYS_LOGIC_OP_MAJORITY_WRITE that are no cells. */
enum {
    HYS_LOGIC_INVERTED = 1 << 28, /* of what the bits below name */
    HYS_LOGIC_INPUT = 1 << 29,    /* an input of the netlist, applied as a voltage */
    HYS_LOGIC_ZERO = (1 << 30) + 0,
    HYS_LOGIC_ONE = (1 << 30) + 1,
    HYS_LOGIC_NOWHERE = (1 << 30) + 2
};

typedef struct hys_logic_step {
    hys_logic_op op;
    uint32_t n_in, n_out;
    uint32_t in[3];
    const uint32_t *out; /* [n_out]: more than one only where all are written to the same value */
} hys_logic_step;

typedef struct hys_logic_map_opts {
    size_t size;
    const hys_logic_family *family; /* NULL: MAGIC */
    size_t cells;                   /* at most so many; 0: as many as the fewest steps take */
    bool overwrites_inputs;         /* cells of inputs are free once they were last read */
    uint32_t fan_in;                /* of NOR, 2 or 3; 0: 2 */
} hys_logic_map_opts;
hys_logic_map_opts hys_logic_map_opts_default(void);

/* Borrows the netlist, which must outlive it. */
typedef struct hys_logic_program {
    const hys_logic *netlist;
    const hys_logic_family *family;
    size_t n_cells, n_steps;
    const hys_logic_step *steps;
    const uint32_t *input_cells;    /* [n_inputs]: where inputs stand at first; HYS_LOGIC_NOWHERE: not stored */
    const uint32_t *output_cells;   /* [n_outputs]: where results stand in the end, in no cell of an input */
    size_t counts[HYS_LOGIC_N_OPS]; /* steps of each operation */
    size_t writes;                  /* cells that FALSE and SET write, one by one */
} hys_logic_program;
hys_status hys_logic_map(hys_ctx *ctx, const hys_logic *netlist, const hys_logic_map_opts *given,
                         hys_logic_program **result);
void hys_logic_program_free(hys_logic_program *program);
/* The steps as CSV (step,operation,in,out; cells are c0, c1 ...) behind comments that say where inputs and outputs are.
 * path "-": standard output; notes: pairs of key and value ended by NULL; may be NULL. */
hys_status hys_logic_program_write(hys_ctx *ctx, const hys_logic_program *program, const char *path,
                                   const char *const *notes);
/* One step on 64 patterns at a time: cells [n_cells] and inputs [n_inputs] of the netlist. */
void hys_logic_step_simulate(const hys_logic_step *step, const uint64_t *inputs, uint64_t *cells);

typedef struct hys_logic_check {
    size_t patterns;
    bool is_exhaustive; /* else drawn at random */
    size_t wrong;       /* patterns with an output that the netlist does not have */
    size_t output;      /* of the first of them */
} hys_logic_check;
/* The program against the netlist: all patterns up to 16 inputs, else 65536 drawn by the context's seed. */
hys_status hys_logic_verify(hys_ctx *ctx, const hys_logic_program *program, hys_logic_check *check);

HYS_DECLS_END
#endif
