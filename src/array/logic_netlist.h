/* Boolean netlists as they were read: tables of cubes that define signals. */
#ifndef HYS_ARRAY_LOGIC_NETLIST_H
#define HYS_ARRAY_LOGIC_NETLIST_H
#include "base/diag.h"
#include <hysteron/logic.h>

typedef struct hys__logic_gate {
    uint32_t out, n_in;
    const uint32_t *in;
    const char *cubes; /* [n_cubes n_in] of '0' '1' '-' */
    size_t n_cubes;
    bool is_off_set; /* the cubes are where it is 0 */
} hys__logic_gate;

typedef struct hys__logic_signal {
    const char *name;
    uint32_t gate; /* 1 + its gate; 0: none */
    bool is_input, is_output;
    hys__span defined, used; /* where first */
} hys__logic_signal;

struct hys_logic {
    hys__arena arena;
    hys__sources sources;
    hys__intern names;
    const char *name;
    struct {
        hys__logic_signal *at;
        size_t n, cap;
    } signals;
    struct {
        hys__logic_gate *at;
        size_t n, cap;
    } gates; /* once finished, each behind those that it reads */
    struct {
        uint32_t *at;
        size_t n, cap;
    } inputs, outputs;
    uint32_t *slots; /* of names: 1 + signal */
    size_t n_slots;
};

#define HYS__NO_SIGNAL UINT32_MAX
/* The signal of that name, made if there is none; HYS__NO_SIGNAL: no memory. */
uint32_t hys__logic_signal_of(hys_logic *logic, const char *name, size_t n, hys__span span);
/* Everything is read: all that is used is defined, nothing depends on itself. */
hys_status hys__logic_finish(hys_logic *logic);

/* The two formats; the text is the first of the sources. */
hys_status hys__logic_read_blif(hys_logic *logic);
hys_status hys__logic_read_table(hys_logic *logic);

#endif
