/* The C compiler: found, and run without a shell, in a folder that nobody else can enter. */
#ifndef HYS_DEVICE_CC_H
#define HYS_DEVICE_CC_H
#include "base/diag.h"
#include "device/model.h"

#define HYS__CC_WORDS 16

typedef struct hys__cc {
    const char *argv[HYS__CC_WORDS]; /* program (found in PATH) and its first words */
    size_t n;
    const char *identity; /* path, size and time of change: part of cache keys */
} hys__cc;

/* $HYSTERON_CC, else cc, gcc, clang in PATH. */
hys_status hys__cc_find(hys_ctx *ctx, hys__arena *arena, hys__cc *cc);
/* The instruction set that kernels are compiled for: "x86-64-v4" ...; "" where nothing is chosen. */
const char *hys__cc_machine(void);

typedef struct hys__cc_job {
    const hys__cc *cc;
    const char *dir;   /* holds kernel.c and hys_kernel.h; gets kernel.so */
    const char *flags; /* separated by blanks */
    hys__variant variant;
} hys__cc_job;
typedef struct hys__cc_process hys__cc_process;
/* Starts a compiler; several may run at the same time.  What it needs lies in the arena. */
hys_status hys__cc_start(hys_ctx *ctx, hys__arena *arena, const hys__cc_job *job, hys__cc_process **result);
/* Waits for it: HYS_TOOL with the compiler's first lines when it failed or took too long. */
hys_status hys__cc_wait(hys_ctx *ctx, hys__cc_process *process);

#endif
