/* What hys_env.flags says of the kind of analysis, for rooms that step devices by themselves. */
#ifndef HYS_DEVICE_FLAGS_H
#define HYS_DEVICE_FLAGS_H
#include "veriloga/ir.h"

/* The first evaluation of a run, and all later ones. */
#define HYS__FLAGS_START (1u << VA_FLAG_INIT | 1u << VA_FLAG_STATIC | 1u << VA_FLAG_TRAN | 1u << VA_FLAG_IC)
#define HYS__FLAGS_RUN   (1u << VA_FLAG_TRAN)

#endif
