/* Morphologies from SWC files made by hand and from lists: somata, sections, regions, measures. */
#include "hys_test.h"
#include <hysteron/morphology.h>

#define UM 1e-6

static const char *dir;

static hys_morphology *read_with(hys_ctx *ctx, const char *text, int32_t which) {
    hys_morphology *m = NULL;
    hys_morphology_opts opts = hys_morphology_opts_default();
    opts.tree = which;
    hys_test_write(hys_test_path(dir, "a.swc"), text, strlen(text));
    assert_int_equal(chdir(dir), 0);
    if (hys_morphology_read(ctx, "a.swc", &opts, &m) != HYS_OK) return NULL;
    return m;
}

static hys_morphology *read_text(hys_ctx *ctx, const char *text) {
    hys_morphology *m = read_with(ctx, text, 0);
    if (!m) print_error("%s\n", hys_test_diag_text(ctx, 0));
    assert_non_null(m);
    return m;
}

static hys_morphology_stats stats_of(hys_morphology *m) {
    hys_morphology_stats stats;
    assert_int_equal(hys_morphology_statistics(m, &stats), HYS_OK);
    return stats;
}

static void assert_remark(const hys_morphology *m, size_t k, const char *begin) {
    assert_true(k < hys_morphology_n_remarks(m));
    assert_memory_equal(hys_morphology_remark(m, k), begin, strlen(begin));
}

/* A sphere of 10 um has 4 pi 100 um2, whichever way it is written; the dendrite of 20 um starts 10 um away. */
static const char *const spheres[] = {
    "1 1 1 2 3 10 -1\n2 3 11 2 3 2 1\n3 3 31 2 3 2 2\n",
    "1 1 1 2 3 10 -1\n2 1 1 -8 3 10 1\n3 1 1 12 3 10 1\n4 3 11 2 3 2 1\n5 3 31 2 3 2 4\n",
    /* a square's outline, its corners and middles 10 and 10 um from the centre */
    "1 1 11 2 3 1 -1\n2 1 8.0710678 9.0710678 3 1 1\n3 1 1 12 3 1 2\n4 1 -6.0710678 9.0710678 3 1 3\n"
    "5 1 -9 2 3 1 4\n6 1 -6.0710678 -5.0710678 3 1 5\n7 1 1 -8 3 1 6\n8 1 8.0710678 -5.0710678 3 1 7\n"
    "9 3 11 2 3 2 1\n10 3 31 2 3 2 9\n"};
static const char *const sphere_remarks[] = {"the soma is one sample: a sphere of diameter 20 um",
                                             "the soma is NeuroMorpho's three samples: a sphere",
                                             "the soma is an outline of 8 samples: a sphere of diameter 20 um"};

static void spheres_keep_their_area(void **state) {
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_morphology *m = read_text(ctx, spheres[k]);
        const hys_morphology_stats s = stats_of(m);
        assert_remark(m, 0, sphere_remarks[k]);
        assert_remark(m, 1, "1 neurite starts at the first sample");
        assert_int_equal(s.n_regions, 2);
        assert_int_equal(s.regions[0].region, HYS_REGION_SOMA);
        assert_near(s.regions[0].area, 4e-10 * M_PI, 1e-8); /* the outline's places have eight digits */
        assert_near(s.regions[1].area, 80e-12 * M_PI, 1e-12);
        assert_near(s.regions[1].diameter, 4 * UM, 1e-12);
        assert_near(s.path, 20 * UM, 1e-12);
        hys_morphology_free(m);
        hys_ctx_free(ctx);
    }
}

/* Two frusta, 5 and 10 um long, radii 4, 8 and 4 um, as they stand. */
static void other_somata_are_frusta(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_morphology *m = read_text(ctx, "1 1 0 0 0 4 -1\n2 1 5 0 0 8 1\n3 1 15 0 0 4 2\n4 3 20 0 0 1 3\n");
    const hys_morphology_stats s = stats_of(m);
    assert_remark(m, 0, "the soma is 3 samples: taken as frusta");
    assert_remark(m, 1, "1 neurite is joined to the soma's sample by a cylinder");
    assert_near(s.regions[0].area, 12 * M_PI * (sqrt(25 + 16) + sqrt(100 + 16)) * UM * UM, 1e-12);
    assert_near(s.regions[1].area, 2 * M_PI * 5 * UM * UM, 1e-12);
    hys_morphology_free(m);
    hys_ctx_free(ctx);
}

static void root_is_moved_into_the_soma(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    /* dendrite - dendrite - soma - axon - axon, from one end to the other */
    hys_morphology *m =
        read_text(ctx, "1 3 0 0 0 1 -1\n2 3 10 0 0 1 1\n3 1 20 0 0 5 2\n4 2 30 0 0 1 3\n5 2 50 0 0 1 4\n");
    const hys_morphology_stats s = stats_of(m);
    assert_remark(m, 0, "the root is the soma (sample 3), not sample 1");
    assert_int_equal(s.n_regions, 3);
    assert_near(s.regions[1].length, 20 * UM, 1e-12); /* the axon, from its first sample on */
    assert_near(s.regions[2].length, 10 * UM, 1e-12);
    assert_int_equal(s.n_tips, 2);
    hys_morphology_free(m);
    hys_ctx_free(ctx);
}

static void files_without_a_soma_stand_as_they_are(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_morphology *m = read_text(ctx, "# SCALE 1.0 1.0 0.5\n7 3 0 0 0 1 -1\n8 3 10 0 0 1 7\n9 3 10 0 0 1 8\n"
                                       "10 3 10 5 0 1 9\n11 4 10 -5 0 1 9\n12 7 10 -9 0 1 11\n");
    const hys_morphology_stats s = stats_of(m);
    uint16_t region = 0;
    assert_remark(m, 0, "no sample is soma (type 1): the root is sample 7");
    assert_remark(m, 1, "1 sample lies at the place of the parent: merged");
    assert_remark(m, 2, "SCALE 1 1 0.5 in its comments is not applied");
    assert_string_equal(hys_morphology_comment(m, 0), "SCALE 1.0 1.0 0.5");
    assert_int_equal(s.n_sections, 4); /* one up to the fork, two there, and where the type changes */
    assert_int_equal(s.n_forks, 1);
    assert_int_equal(s.n_tips, 2);
    assert_int_equal(s.order, 1);
    assert_near(s.length, 24 * UM, 1e-12);
    assert_near(s.extent[1], 14 * UM, 1e-12);
    assert_true(hys_morphology_region(m, "custom7", &region));
    assert_int_equal(region, 7);
    assert_false(hys_morphology_region(m, "soma", &region));
    hys_morphology_free(m);
    hys_ctx_free(ctx);
}

static void one_sample_alone_is_a_sphere(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_morphology *m = read_text(ctx, "1 3 0 0 0 5 -1\n");
    assert_near(stats_of(m).area, 100e-12 * M_PI, 1e-12);
    hys_morphology_free(m);
    hys_ctx_free(ctx);
}

static void several_trees_are_refused_unless_one_is_chosen(void **state) {
    (void)state;
    const char *text = "1 1 0 0 0 5 -1\n2 3 9 0 0 1 -1\n3 3 12 0 0 1 2\n4 3 19 0 0 1 3\n";
    hys_ctx *ctx = hys_test_ctx();
    assert_null(read_with(ctx, text, 0));
    assert_diag(ctx, 0,
                "a.swc:2:1: error: a second root: the file holds 2 trees, the first of 1 samples\n"
                "2 3 9 0 0 1 -1\n^~~~~~~~~~~~~~\n"
                "hint: --tree 1 reads the first alone, --tree 2 the second ...\n");
    assert_null(read_with(ctx, text, 3));
    assert_diag(ctx, 1, "error: a.swc holds 2 trees: there is no tree 3\n");
    hys_morphology *m = read_with(ctx, text, 2);
    assert_non_null(m);
    assert_near(stats_of(m).length, 10 * UM, 1e-12);
    assert_remark(m, 0, "tree 2 of 2: 3 samples");
    hys_morphology_free(m);
    assert_null(read_with(ctx, "1 3 0 0 0 1 -1\n2 3 0 0 0 1 1\n", 0));
    assert_diag(ctx, 2, "error: all samples lie at the same place\n");
    hys_ctx_free(ctx);
}

/* ---- from lists ---- */

static void lists_make_trees_in_any_order(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_branch b[] = {
        {2, 3, 10 * UM, UM, UM}, {2, 3, 20 * UM, UM, UM}, {-1, 3, 40 * UM, 2 * UM, UM}, {0, 3, 5 * UM, UM, UM}};
    hys_morphology *m = NULL;
    assert_int_equal(hys_morphology_tree(ctx, 0, b, 4, &m), HYS_OK);
    const hys_morphology_stats s = stats_of(m);
    assert_int_equal(s.n_sections, 3); /* 0 goes on in 3 */
    assert_near(s.length, 75 * UM, 1e-14);
    assert_near(s.path, 60 * UM, 1e-14);
    for (size_t k = 0; k < hys_morphology_n_segments(m); k++) {
        const hys_segment *g = hys_morphology_segment(m, k);
        double d = 0;
        for (size_t c = 0; c < 3; c++) d += (g->far[c] - g->near[c]) * (g->far[c] - g->near[c]);
        assert_near(sqrt(d), g->length, 1e-12);
        assert_true(g->parent < (int32_t)k);
    }
    hys_morphology_free(m);
    const hys_branch circle[] = {{1, 3, UM, UM, UM}, {0, 3, UM, UM, UM}}, flat = {-1, 3, 0, UM, UM};
    assert_int_equal(hys_morphology_tree(ctx, 0, circle, 2, &m), HYS_ARG);
    assert_int_equal(hys_morphology_tree(ctx, 0, &flat, 1, &m), HYS_ARG);
    assert_int_equal(hys_morphology_tree(ctx, 0, NULL, 0, &m), HYS_ARG);
    hys_ctx_free(ctx);
}

/* Volume of a frustum: pi L (r1^2 + r1 r2 + r2^2) / 3. */
static void measures_are_those_of_frusta(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_segment g = {.parent = -1,
                           .region = 3,
                           .far = {0, 0, 9 * UM},
                           .radius_near = 2 * UM,
                           .radius_far = 5 * UM,
                           .length = 9 * UM};
    hys_morphology *m = NULL;
    assert_int_equal(hys_morphology_new(ctx, &g, 1, &m), HYS_OK);
    assert_near(stats_of(m).area, M_PI * 7 * sqrt(90) * UM * UM, 1e-14);
    assert_near(stats_of(m).volume, M_PI * 9 * 39 / 3 * UM * UM * UM, 1e-14);
    hys_morphology_free(m);
    hys_segment bad = g;
    bad.radius_far = NAN;
    assert_int_equal(hys_morphology_new(ctx, &bad, 1, &m), HYS_ARG);
    hys_ctx_free(ctx);
}

static void labels_make_regions_of_what_lies_where(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    /* a soma with an apical dendrite of three stretches of 10 um */
    hys_morphology *m =
        read_text(ctx, "1 1 0 0 0 10 -1\n2 4 0 10 0 2 1\n3 4 0 20 0 2 2\n4 4 0 30 0 1 3\n5 4 0 40 0 1 4\n");
    const double area = stats_of(m).area;
    hys_where where = hys_where_default();
    size_t n = 0;
    uint16_t region = 0;
    where.region = HYS_REGION_APICAL;
    where.path_least = 12 * UM; /* middles lie at 5, 15 and 25 um */
    assert_int_equal(hys_morphology_label(m, "tuft", &where, &n), HYS_OK);
    assert_int_equal(n, 2);
    assert_true(hys_morphology_region(m, "tuft", &region));
    assert_string_equal(hys_morphology_region_name(m, region), "tuft");
    hys_morphology_stats s = stats_of(m);
    assert_int_equal(s.n_regions, 3);
    assert_near(s.regions[2].length, 20 * UM, 1e-12);
    assert_near(s.area, area, 1e-14);
    assert_int_equal(s.n_sections, 4); /* two halves of the soma, dendrite, tuft */
    where = hys_where_default();
    where.radius_most = 1.2 * UM;
    assert_int_equal(hys_morphology_label(m, "axon", &where, &n), HYS_OK);
    assert_int_equal(n, 1);
    assert_near(stats_of(m).regions[1].length, 10 * UM, 1e-12);
    where.subtree = 0; /* half the soma, on which nothing hangs and which is thick */
    assert_int_equal(hys_morphology_label(m, "none", &where, &n), HYS_OK);
    assert_int_equal(n, 0);
    assert_false(hys_morphology_region(m, "none", &region));
    hys_morphology_free(m);
    hys_ctx_free(ctx);
}

static hys_status read_once(hys_ctx *ctx, void *arg) {
    (void)arg;
    hys_morphology *m = NULL;
    hys_morphology_stats stats;
    hys_where where = hys_where_default();
    size_t n;
    hys_status status = hys_morphology_read(ctx, "a.swc", NULL, &m);
    if (status == HYS_OK) status = hys_morphology_label(m, "all", &where, &n);
    if (status == HYS_OK) status = hys_morphology_statistics(m, &stats);
    hys_morphology_free(m);
    return status;
}

static void memory_may_fail_anywhere(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_morphology_free(read_text(ctx, "# SCALE 2 2 2\n1 3 0 0 0 1 -1\n2 3 10 0 0 1 1\n3 1 20 0 0 5 2\n4 9 30 0 0 1 3\n"
                                       "5 2 50 0 0 1 4\n6 2 50 0 0 1 5\n7 2 50 9 0 1 6\n8 3 0 0 9 1 3\n"));
    hys_ctx_free(ctx);
    hys_test_each_failure(read_once, NULL, false);
    hys_test_each_failure(read_once, NULL, true);
}

static int make_dir(void **state) {
    (void)state;
    dir = hys_test_dir();
    return 0;
}

static int remove_dir(void **state) {
    (void)state;
    hys_test_dir_remove(dir);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spheres_keep_their_area),
        cmocka_unit_test(other_somata_are_frusta),
        cmocka_unit_test(root_is_moved_into_the_soma),
        cmocka_unit_test(files_without_a_soma_stand_as_they_are),
        cmocka_unit_test(one_sample_alone_is_a_sphere),
        cmocka_unit_test(several_trees_are_refused_unless_one_is_chosen),
        cmocka_unit_test(lists_make_trees_in_any_order),
        cmocka_unit_test(measures_are_those_of_frusta),
        cmocka_unit_test(labels_make_regions_of_what_lies_where),
        cmocka_unit_test(memory_may_fail_anywhere),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
