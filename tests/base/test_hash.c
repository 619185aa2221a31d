/* BLAKE2b-256.  The digests are those of b2sum -l 256 and of Python's hashlib. */
#include "base/file.h"
#include "hys_test.h"

static hys__hash hash_of(const void *data, size_t n, size_t piece) {
    hys__hasher hasher;
    hys__hasher_init(&hasher);
    for (size_t i = 0; i < n; i += piece)
        hys__hasher_add(&hasher, (const char *)data + i, n - i < piece ? n - i : piece);
    return hys__hasher_end(&hasher);
}

static void digests_are_those_of_b2sum(void **state) {
    (void)state;
    assert_string_equal(hash_of("", 0, 1).hex, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    assert_string_equal(hash_of("abc", 3, 3).hex, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

static void pieces_of_any_size_give_the_same(void **state) {
    (void)state;
    unsigned char data[1000];
    for (size_t i = 0; i < sizeof data; i++) data[i] = (unsigned char)(i % 251);
    for (size_t piece = 1; piece <= sizeof data; piece += 37)
        assert_string_equal(hash_of(data, sizeof data, piece).hex,
                            "b372d0608f720c8c3dd41e9c8eecb10143b41abe520b616607e754bf79c08331");
}

static void strings_are_told_apart_by_their_lengths(void **state) {
    (void)state;
    static const char *const pairs[][2] = {{"ab", "c"}, {"a", "bc"}, {"abc", ""}, {"", "abc"}};
    hys__hash hashes[4];
    for (int i = 0; i < 4; i++) {
        hys__hasher hasher;
        hys__hasher_init(&hasher);
        hys__hasher_add_str(&hasher, pairs[i][0]);
        hys__hasher_add_str(&hasher, pairs[i][1]);
        hashes[i] = hys__hasher_end(&hasher);
        for (int j = 0; j < i; j++) assert_string_not_equal(hashes[i].hex, hashes[j].hex);
    }
    /* lengths as eight bytes, the low one first */
    assert_string_equal(hashes[0].hex, "20263e794775e4edf2b306c0f306af9e50175c831c857604b481e847f790bf95");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_those_of_b2sum),
        cmocka_unit_test(pieces_of_any_size_give_the_same),
        cmocka_unit_test(strings_are_told_apart_by_their_lengths),
    };
    return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
