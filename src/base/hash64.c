/* FNV-1a with a finisher. */
#include "base/hash64.h"

/* FNV-1a, 64 bits (offset basis and prime of draft-eastlake-fnv); its low bits are mixed badly by
 * short names, so the finisher of splitmix64 (Steele, Lea & Flood, OOPSLA 2014) follows. */
uint64_t hys__hash64(const char *s, size_t n) {
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < n; i++) h = (h ^ (unsigned char)s[i]) * UINT64_C(0x100000001b3);
    h = (h ^ (h >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
    return h ^ (h >> 31);
}
