/* BLAKE2b-256 (RFC 7693), by libb2. */
#include "base/file.h"
#include <blake2.h>
#include <string.h>

#define HASH_BYTES 32

_Static_assert(sizeof(blake2b_state) <= sizeof(hys__hasher), "hys__hasher is too small");
_Static_assert(_Alignof(blake2b_state) <= _Alignof(hys__hasher), "hys__hasher is aligned too little");

static blake2b_state *state_of(hys__hasher *h) {
    return (blake2b_state *)(void *)h->opaque;
}

/* blake2b_init and the others fail only for lengths that are not used here. */
void hys__hasher_init(hys__hasher *h) {
    memset(h, 0, sizeof *h);
    (void)blake2b_init(state_of(h), HASH_BYTES);
}

void hys__hasher_add(hys__hasher *h, const void *data, size_t n) {
    if (n > 0) (void)blake2b_update(state_of(h), data, n);
}

void hys__hasher_add_str(hys__hasher *h, const char *s) {
    uint64_t n = strlen(s);
    uint8_t length[8];
    for (int i = 0; i < 8; i++) length[i] = (uint8_t)(n >> (8 * i));
    hys__hasher_add(h, length, sizeof length);
    hys__hasher_add(h, s, n);
}

hys__hash hys__hasher_end(hys__hasher *h) {
    static const char hex[] = "0123456789abcdef";
    uint8_t bytes[HASH_BYTES];
    hys__hash hash;
    (void)blake2b_final(state_of(h), bytes, sizeof bytes);
    for (size_t i = 0; i < HASH_BYTES; i++) {
        hash.hex[2 * i] = hex[bytes[i] >> 4];
        hash.hex[2 * i + 1] = hex[bytes[i] & 15];
    }
    hash.hex[2 * HASH_BYTES] = 0;
    return hash;
}
