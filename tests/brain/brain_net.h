/* Networks that tests of brains share. */
#ifndef TESTS_BRAIN_NET_H
#define TESTS_BRAIN_NET_H
#include "brain_cells.h"
#include <hysteron/brain_network.h>
#include <string.h>

__attribute__((unused)) static size_t replay(hys_brain *brain, size_t n, const hys_spike *spikes, size_t n_spikes) {
    size_t group;
    assert_int_equal(hys_brain_add_replay(brain, n, spikes, n_spikes, &group), HYS_OK);
    return group;
}

/* Each with each on the port "syn". */
__attribute__((unused)) static size_t join_all(hys_brain *brain, size_t source, size_t target, double weight,
                                               double delay) {
    hys_connect_opts o = hys_connect_opts_default();
    size_t projection;
    o.source = source;
    o.target = target;
    o.port = "syn";
    o.weight.mean = weight;
    o.delay.mean = delay;
    assert_int_equal(hys_brain_connect(brain, &o, &projection), HYS_OK);
    return projection;
}

/* The newest message begins with these words. */
__attribute__((unused)) static void assert_refused(hys_ctx *ctx, hys_status status, const char *words) {
    assert_int_not_equal(status, HYS_OK);
    assert_true(hys_diag_count(ctx) > 0);
    const char *text = hys_test_diag_text(ctx, hys_diag_count(ctx) - 1);
    if (!strstr(text, words)) print_error("%s\n", text);
    assert_non_null(strstr(text, words));
}

#endif
