/* A 64-bit hash of bytes: for tables and for keys of random streams, not for security. */
#ifndef HYS_BASE_HASH64_H
#define HYS_BASE_HASH64_H
#include <stddef.h>
#include <stdint.h>

uint64_t hys__hash64(const char *s, size_t n);

#endif
