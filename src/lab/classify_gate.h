/* Which port of a device of three or more is a gate. */
#ifndef HYS_LAB_CLASSIFY_GATE_H
#define HYS_LAB_CLASSIFY_GATE_H
#include <hysteron/lab.h>

typedef struct hys__gate { /* as the bench's options ports and port */
    char ports[128];       /* "g,s,d"; "": no port is a gate */
    char held[96];         /* "d=50mV" */
} hys__gate;
/* The port of a device of three or more behind whose pulses the conductance between two others is another. */
hys_status hys__gate_ports(hys_ctx *ctx, const hys_model *model, const hys_bench_opts *bench, hys__gate *gate);

#endif
