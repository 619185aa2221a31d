/* Quotients N/(exp(E) - 1) and N/(1 - exp(E)) whose N vanishes with E: rates of channels have them, with a hole at one
 * potential that NEURON's steps hardly ever hit.  With N = r E they are r exprelr(E) and -r exprelr(E). */
#include "io/nmodl.h"
#include <string.h>

hys_status nm_singular(nm_file *f) {
    (void)f;
    return HYS_OK;
}
