/* A test stand: many cells of a device, each alone between two ideal lines, for pulses, reads and waiting.
 *
 * Cells lie in parts of a fixed size, each with steps in time of its own, so that results do not depend on the number
 * of threads. */
#ifndef HYS_NETWORK_CELLS_STAND_H
#define HYS_NETWORK_CELLS_STAND_H
#include "array/cells.h"

typedef struct hys__stand hys__stand;

typedef struct hys__stand_opts {
    const hys_cell_opts *cell;
    size_t n;
    double reltol;     /* of states in a step; 0: 1e-3 */
    size_t most_steps; /* of a pulse; 0: 100000 */
    bool may_die;      /* a cell whose equations find no solution is left out from then on */
} hys__stand_opts;
hys_status hys__stand_new(hys_ctx *ctx, const hys__stand_opts *opts, hys__stand **result);
void hys__stand_free(hys__stand *stand);
size_t hys__stand_count(const hys__stand *stand);
/* Two ports of the memory, a third one of the cell. */
bool hys__stand_has_gates(const hys__stand *stand);

/* Behind a pulse all lines rest as long as it lasted, and at least so long that its heat has gone. */
#define HYS__STAND_REST(width) ((width) > 5e-7 ? (width) : 5e-7) /* s */

/* Edges of a hundredth of the width. */
typedef struct hys__stand_pulse {
    const double *voltages; /* [n] V; cells of parts in which all are 0 do not see the time go by; NULL: 0 V for all */
    const double *gates;    /* [n] V; NULL: as they were */
    double width, rest;     /* s; of the pulse with its first edge; behind it */
} hys__stand_pulse;
/* Adds to each cell's energy. */
hys_status hys__stand_drive(hys__stand *stand, const hys__stand_pulse *pulse);
size_t hys__stand_steps(const hys__stand *stand);         /* in time, of all parts so far */
const double *hys__stand_energy(const hys__stand *stand); /* [n] J: of all pulses so far */
void hys__stand_forget_energy(hys__stand *stand);
const bool *hys__stand_dead(const hys__stand *stand); /* [n] */
void hys__stand_revive(hys__stand *stand);            /* none is dead */

/* I/V at that voltage, states held: [n] S; NaN of cells without a solution. */
hys_status hys__stand_read(hys__stand *stand, double voltage, double gate, double *g);
/* Standard deviation of the current of cell k at that voltage, A, from sources in the band: from `low` (of those that
 * grow towards low frequencies; white ones from 0) to `high` Hz.  0: it has none. */
hys_status hys__stand_noise(hys__stand *stand, size_t k, double voltage, double low, double high, double *sd);

size_t hys__stand_n_states(const hys__stand *stand);
/* [n_states][n] */
hys_status hys__stand_get(hys__stand *stand, double *states);
hys_status hys__stand_set(hys__stand *stand, const double *states);
/* Variables that a file keeps from point to point stay, if there are states beside them: they may hold draws. */
hys_status hys__stand_set_moving(hys__stand *stand, const double *states);
/* The states of cells become those of an array of the same device, and its spread with them. */
hys_status hys__stand_put(hys__stand *stand, size_t first, hys_array *array);

#endif
