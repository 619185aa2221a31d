/* Data sets: what is in them, how they are cut and scaled, and what is wrong with those that are damaged. */
#include "hys_test.h"
#include "io/npz.h"
#include <hysteron/dataset.h>

typedef struct fixture {
    hys_ctx *ctx;
    char *dir;
} fixture;

static int set_up(void **state) {
    static fixture f;
    f.ctx = hys_test_ctx();
    f.dir = hys_test_dir();
    setenv("HYSTERON_DATA", f.dir, 1);
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    hys_ctx_free(f->ctx);
    hys_test_dir_remove(f->dir);
    unsetenv("HYSTERON_DATA");
    return 0;
}

/* ---- files ---- */

static void put_word(FILE *out, size_t value) {
    for (int k = 24; k >= 0; k -= 8) putc((int)(value >> k & 255), out);
}

static void write_idx(const char *path, int n_axes, const size_t *shape, const unsigned char *values, size_t n) {
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    put_word(out, 0x800 | (size_t)n_axes);
    for (int k = 0; k < n_axes; k++) put_word(out, shape[k]);
    fwrite(values, 1, n, out);
    assert_int_equal(fclose(out), 0);
}

/* Images of 4 x 6 whose pixels are 10 times the row plus the column, and 100 more in the odd ones. */
static void write_set(const fixture *f, const char *set, size_t n, size_t n_labels) {
    unsigned char images[20 * 24], labels[20];
    char name[64];
    for (size_t k = 0; k < n * 24; k++) images[k] = (unsigned char)(k % 24 / 6 * 10 + k % 6 + (k / 24 % 2) * 100);
    for (size_t k = 0; k < n_labels; k++) labels[k] = (unsigned char)(k % 3);
    snprintf(name, sizeof name, "%s-images-idx3-ubyte", set);
    write_idx(hys_test_path(f->dir, name), 3, (size_t[]){n, 4, 6}, images, n * 24);
    snprintf(name, sizeof name, "%s-labels-idx1-ubyte", set);
    write_idx(hys_test_path(f->dir, name), 1, &n_labels, labels, n_labels);
}

static hys_dataset *read_path(fixture *f, const char *path, const hys_dataset_opts *opts) {
    hys_dataset *dataset = NULL;
    hys_status status = hys_dataset_read(f->ctx, path, opts, &dataset);
    if (status != HYS_OK) print_error("%s", hys_test_diag_text(f->ctx, 0));
    assert_int_equal(status, HYS_OK);
    assert_int_equal(hys_diag_count(f->ctx), 0);
    return dataset;
}

static void assert_refused(fixture *f, const char *path, const hys_dataset_opts *opts, hys_status want,
                           const char *part) {
    hys_dataset *dataset = NULL;
    hys_diag_clear(f->ctx);
    assert_int_equal(hys_dataset_read(f->ctx, path, opts, &dataset), want);
    assert_null(dataset);
    assert_int_equal(hys_diag_n_errors(f->ctx), 1);
    if (!strstr(hys_test_diag_text(f->ctx, 0), part)) fail_msg("%s\nlacks %s", hys_test_diag_text(f->ctx, 0), part);
}

/* ---- what is in them ---- */

static void a_folder_of_idx_files_is_read(void **state) {
    fixture *f = *state;
    const char *path, *hash;
    write_set(f, "train", 5, 5);
    write_set(f, "t10k", 3, 3);
    hys_dataset *d = read_path(f, f->dir, NULL);
    const hys_samples *train = hys_dataset_train(d), *test = hys_dataset_test(d);
    assert_int_equal(train->n, 5);
    assert_int_equal(test->n, 3);
    assert_int_equal(hys_samples_width(train), 24);
    assert_int_equal(train->height, 4);
    assert_int_equal(train->n_classes, 3);
    assert_int_equal(train->labels[4], 1);
    assert_string_equal(hys_dataset_class(d, 2), "2");
    assert_null(hys_dataset_class(d, 3));
    assert_near(train->values[24 + 2 * 6 + 3], 123.0 / 255, 1e-7);
    assert_int_equal(hys_dataset_n_inputs(d), 4);
    assert_true(hys_dataset_input(d, 0, &path, &hash));
    assert_non_null(strstr(path, "train-images-idx3-ubyte"));
    assert_int_equal(strlen(hash), 64);
    assert_false(hys_dataset_input(d, 4, &path, &hash));
    hys_dataset_free(d);
}

static void labels_lie_beside_a_file_of_images(void **state) {
    fixture *f = *state;
    write_set(f, "train", 5, 5);
    const char *path = hys_test_path(f->dir, "train-images-idx3-ubyte");
    hys_dataset *d = read_path(f, path, NULL);
    assert_int_equal(hys_dataset_train(d)->n, 4);
    assert_int_equal(hys_dataset_test(d)->n, 1); /* a fifth */
    assert_int_equal(hys_dataset_n_inputs(d), 2);
    hys_dataset_free(d);
    const char *odd = hys_test_path(f->dir, "odd");
    assert_int_equal(rename(path, odd), 0);
    assert_refused(f, odd, NULL, HYS_SYNTAX, "does not tell where its labels are");
}

/* The counts of Debian's package; its first image is an ankle boot, and 6000 training images are of each class. */
static void fashion_mnist_is_read_by_name(void **state) {
    fixture *f = *state;
    hys_dataset_opts opts = hys_dataset_opts_default();
    size_t counts[10] = {0};
    if (access("/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz", R_OK)) skip();
    opts.height = opts.width = 2; /* memory */
    hys_dataset *d = read_path(f, "fashion-mnist", &opts);
    const hys_samples *train = hys_dataset_train(d);
    assert_int_equal(train->n, 60000);
    assert_int_equal(hys_dataset_test(d)->n, 10000);
    assert_string_equal(hys_dataset_class(d, train->labels[0]), "ankle boot");
    for (size_t k = 0; k < train->n; k++) counts[train->labels[k]]++;
    for (size_t k = 0; k < 10; k++) assert_int_equal(counts[k], 6000);
    double mean = 0;
    for (size_t k = 0; k < 4 * train->n; k++) mean += (double)train->values[k] / (4.0 * (double)train->n);
    assert_near(mean, 0.2860, 2e-4); /* the mean pixel of its training set, as PyTorch's recipes quote it */
    hys_dataset_free(d);
}

static void digits_are_8_by_8_and_16_is_1(void **state) {
    fixture *f = *state;
    char command[256];
    snprintf(command, sizeof command,
             "for k in 0 1 2 3 4 5 6 7 8 9; do seq -s , 1 64 | sed \"s/\\$/,$k/;s/64,/16,/\"; done | gzip > "
             "%s/digits.csv.gz",
             f->dir);
    assert_int_equal(system(command), 0);
    hys_dataset_opts opts = hys_dataset_opts_default();
    opts.test_part = 0;
    hys_dataset *d = read_path(f, "digits", &opts);
    const hys_samples *train = hys_dataset_train(d);
    assert_int_equal(train->n, 10);
    assert_int_equal(train->height, 8);
    assert_int_equal(hys_dataset_test(d)->n, 0);
    assert_near(train->values[63], 1, 0);
    assert_near(train->values[9], 10.0 / 16, 0);
    assert_int_equal(train->labels[7], 7);
    hys_dataset_free(d);
}

/* ---- how they are made ---- */

static void images_are_cut_about_the_middle(void **state) {
    fixture *f = *state;
    hys_dataset_opts opts = hys_dataset_opts_default();
    write_set(f, "train", 2, 2);
    write_set(f, "t10k", 2, 2);
    opts.crop_height = 2;
    opts.crop_width = 4;
    hys_dataset *d = read_path(f, f->dir, &opts);
    const hys_samples *train = hys_dataset_train(d);
    assert_int_equal(hys_samples_width(train), 8);
    const double want[8] = {11, 12, 13, 14, 21, 22, 23, 24};
    for (size_t k = 0; k < 8; k++) assert_near(train->values[k], want[k] / 255, 1e-6);
    hys_dataset_free(d);
}

/* Of pixels 10 row + column a mean over any rectangle is that at its centre: rows of 4 / 3, columns of 6 / 4. */
static void images_are_made_smaller_by_means(void **state) {
    fixture *f = *state;
    hys_dataset_opts opts = hys_dataset_opts_default();
    write_set(f, "train", 2, 2);
    write_set(f, "t10k", 2, 2);
    opts.height = 2;
    opts.width = 3;
    hys_dataset *d = read_path(f, f->dir, &opts);
    for (size_t k = 0; k < 6; k++) {
        const size_t row = k / 3, column = k % 3;
        const double want = 10 * (0.5 + 2 * (double)row) + 0.5 + 2 * (double)column;
        assert_near(hys_dataset_train(d)->values[k], want / 255, 1e-6);
    }
    hys_dataset_free(d);
    opts.height = 3;
    opts.width = 6;
    d = read_path(f, f->dir, &opts);
    /* rows 0 and a third of 1: (0 + 10 / 3) / (4 / 3) */
    assert_near(hys_dataset_train(d)->values[0], 2.5 / 255, 1e-6);
    assert_near(hys_dataset_train(d)->values[6 + 2], 17.0 / 255, 1e-6);
    hys_dataset_free(d);
}

static void pixels_become_0_and_1_at_half(void **state) {
    fixture *f = *state;
    const unsigned char images[8] = {0, 127, 128, 255, 1, 2, 200, 90}, labels[2] = {0, 1};
    write_idx(hys_test_path(f->dir, "train-images-idx3-ubyte"), 3, (size_t[]){2, 2, 2}, images, 8);
    write_idx(hys_test_path(f->dir, "train-labels-idx1-ubyte"), 1, (size_t[]){2}, labels, 2);
    hys_dataset_opts opts = hys_dataset_opts_default();
    opts.is_binary = true;
    opts.test_part = 0;
    hys_dataset *d = read_path(f, f->dir, &opts);
    const float want[8] = {0, 0, 1, 1, 0, 0, 1, 0};
    assert_memory_equal(hys_dataset_train(d)->values, want, sizeof want);
    hys_dataset_free(d);
}

static void the_first_so_many_are_taken(void **state) {
    fixture *f = *state;
    hys_dataset_opts opts = hys_dataset_opts_default();
    write_set(f, "train", 5, 5);
    write_set(f, "t10k", 3, 3);
    opts.n_train = 4;
    opts.n_test = 9;
    hys_dataset *d = read_path(f, f->dir, &opts);
    assert_int_equal(hys_dataset_train(d)->n, 4);
    assert_int_equal(hys_dataset_test(d)->n, 3);
    hys_dataset_free(d);
}

/* Each sample is in one of the two, whatever the seed; another seed draws others. */
static void a_test_set_is_drawn_with_the_seed(void **state) {
    fixture *f = *state;
    hys_dataset_opts opts = hys_dataset_opts_default();
    char text[1024];
    int n = 0;
    for (int k = 0; k < 50; k++) n += snprintf(text + n, sizeof text - (size_t)n, "%d,%d\n", k, k % 2);
    const char *path = hys_test_path(f->dir, "a.csv");
    hys_test_write(path, text, (size_t)n);
    float first[3] = {0};
    for (int seed = 0; seed < 3; seed++) {
        opts.seed = seed == 2 ? 0 : (uint64_t)seed;
        hys_dataset *d = read_path(f, path, &opts);
        const hys_samples *train = hys_dataset_train(d), *test = hys_dataset_test(d);
        double sum = 0;
        assert_int_equal(train->n, 40);
        assert_int_equal(test->n, 10);
        for (size_t k = 0; k < 40; k++) sum += (double)train->values[k];
        for (size_t k = 0; k < 10; k++) sum += (double)test->values[k];
        first[seed] = test->values[0];
        /* scaled by the training set's range, which the test set's 0 or 49 may lie outside of */
        assert_true(sum > 20 && sum < 30);
        hys_dataset_free(d);
    }
    assert_true(first[0] != first[1]);
    assert_true(first[0] == first[2]);
}

/* ---- tables ---- */

static hys_dataset *read_text(fixture *f, const char *text) {
    hys_dataset_opts opts = hys_dataset_opts_default();
    const char *path = hys_test_path(f->dir, "a.csv");
    hys_test_write(path, text, strlen(text));
    opts.test_part = 0;
    return read_path(f, path, &opts);
}

static void a_table_has_its_class_last(void **state) {
    fixture *f = *state;
    hys_dataset *d = read_text(f, "# flowers\n1,-3,0\r\n2, 5 ,1\n\n3,1,1\n");
    const hys_samples *train = hys_dataset_train(d);
    assert_int_equal(train->n, 3);
    assert_int_equal(hys_samples_width(train), 2);
    assert_near(train->values[0], 0.5, 0); /* from -3 to 5 */
    assert_near(train->values[3], 1, 0);
    assert_int_equal(train->labels[1], 1);
    hys_dataset_free(d);
}

static void a_heading_says_which_column_is_the_class(void **state) {
    fixture *f = *state;
    hys_dataset *d = read_text(f, "Label;0;1\n4;0;1\n2;1;0\n");
    const hys_samples *train = hys_dataset_train(d);
    assert_int_equal(train->n_classes, 5);
    assert_int_equal(train->labels[0], 4);
    assert_near(train->values[1], 1, 0);
    hys_dataset_free(d);
}

static void classes_may_be_words(void **state) {
    fixture *f = *state;
    hys_dataset *d = read_text(f, "length,width,kind\n1,2,setosa\n3,4,\"virginica\"\n5,6,setosa\n");
    assert_string_equal(hys_dataset_class(d, 1), "virginica");
    assert_int_equal(hys_dataset_train(d)->labels[2], 0);
    assert_int_equal(hys_dataset_train(d)->n_classes, 2);
    hys_dataset_free(d);
}

/* As scikit-learn's own tables begin: samples, columns, classes. */
static void a_heading_may_be_about_the_whole_table(void **state) {
    fixture *f = *state;
    hys_dataset *d = read_text(f, "2,3,malignant,benign\n1,2,3,0\n3,4,5,1\n");
    assert_int_equal(hys_samples_width(hys_dataset_train(d)), 3);
    assert_int_equal(hys_dataset_train(d)->n, 2);
    hys_dataset_free(d);
}

static void tables_that_are_wrong_are_refused_at_their_line(void **state) {
    fixture *f = *state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"1,2,0\n1,x,1\n", "a.csv:2: error: column 2: 'x' is no number"},
        {"1,2,0\n1,nan,1\n", "column 2: 'nan' is no number"},
        {"1,2,0\n1,1e39,1\n", "column 2: '1e39' is no number"},
        {"1,2,0\n1,1\n", "a.csv:2: error: there are too few cells"},
        {"1,2,0\n1,1,1,1\n", "a.csv:2: error: there are too many cells"},
        {"1,2,0\n1,1,-1\n", "column 3: '-1' is no class"},
        {"1,2,0\n1,1,1.5\n", "column 3: '1.5' is no class"},
        {"1,2,0\n1,1,70000\n", "column 3: '70000' is no class"},
        {"1,2,0\n1,1,\n", "is no class: the cell is empty"},
        {"1,2,0\n1,1,0\n", "a.csv: error: all samples are of one class"},
        {"", "there are no samples in this file"},
        {"a,b,label\n", "there are no samples in this file"},
        {"1\n2\n", "this is no table of samples"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const char *path = hys_test_path(f->dir, "a.csv");
        hys_test_write(path, cases[k].text, strlen(cases[k].text));
        assert_refused(f, path, NULL, HYS_SYNTAX, cases[k].want);
    }
    const char *path = hys_test_path(f->dir, "a.bin");
    hys_test_write(path,
                   "\x7f"
                   "ELF\0\0",
                   6);
    assert_refused(f, path, NULL, HYS_SYNTAX, "this is no data set that can be read");
}

/* ---- .npz ---- */

static const float xs[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12};
static const uint8_t ys[3] = {0, 2, 1};

static const char *write_npz(fixture *f, const hys__npz_array *arrays, size_t n) {
    const char *path = hys_test_path(f->dir, "a.npz");
    assert_int_equal(hys__npz_write(f->ctx, path, arrays, n), HYS_OK);
    return path;
}

static void an_npz_is_read_by_the_names_of_its_arrays(void **state) {
    fixture *f = *state;
    const hys__npz_array arrays[] = {{"x_train", HYS__NPZ_FLOAT32, 3, {3, 2, 2}, xs},
                                     {"y_train", HYS__NPZ_UINT8, 2, {3, 1}, ys},
                                     {"x_test", HYS__NPZ_FLOAT32, 3, {1, 2, 2}, xs + 4},
                                     {"y_test", HYS__NPZ_UINT8, 1, {1}, ys + 1}};
    hys_dataset *d = read_path(f, write_npz(f, arrays, 4), NULL);
    assert_int_equal(hys_dataset_train(d)->n, 3);
    assert_int_equal(hys_dataset_train(d)->height, 2);
    assert_near(hys_dataset_train(d)->values[11], 1, 0);
    assert_near(hys_dataset_test(d)->values[1], 5.0 / 12, 1e-7);
    assert_int_equal(hys_dataset_test(d)->labels[0], 2);
    assert_int_equal(hys_dataset_test(d)->n_classes, 3);
    hys_dataset_free(d);
}

/* [n, 5, 1, 3]: pixels of three colours, as Keras keeps them. */
static void channels_may_come_last(void **state) {
    fixture *f = *state;
    float values[30];
    hys_dataset_opts opts = hys_dataset_opts_default();
    opts.test_part = 0;
    for (size_t k = 0; k < 30; k++) values[k] = (float)k / 29;
    const hys__npz_array arrays[] = {{"x", HYS__NPZ_FLOAT32, 4, {2, 5, 1, 3}, values},
                                     {"y", HYS__NPZ_UINT8, 1, {2}, ys}};
    hys_dataset *d = read_path(f, write_npz(f, arrays, 2), &opts);
    assert_int_equal(hys_dataset_train(d)->channels, 3);
    assert_int_equal(hys_dataset_train(d)->height, 5);
    assert_near(hys_dataset_train(d)->values[5 + 2], 7.0 / 29, 1e-6); /* colour 1 of row 2 */
    hys_dataset_free(d);
}

static void arrays_that_do_not_fit_are_refused(void **state) {
    fixture *f = *state;
    const float nan[4] = {0, 1, NAN, 2};
    const double odd[2] = {0, 0.5}, high[2] = {0, 5000};
    const struct {
        hys__npz_array x, y;
        hys_status status;
        const char *want;
    } cases[] = {
        {{"x", HYS__NPZ_FLOAT32, 2, {4, 3}, xs},
         {"y", HYS__NPZ_UINT8, 1, {3}, ys},
         HYS_SEMANTIC,
         "3 labels in 'y' for the 4 samples of 'x'"},
        {{"x", HYS__NPZ_FLOAT32, 2, {2, 2}, nan},
         {"y", HYS__NPZ_UINT8, 1, {2}, ys},
         HYS_SYNTAX,
         "array 'x': sample 1 holds a value that is not finite"},
        {{"x", HYS__NPZ_FLOAT32, 2, {2, 2}, xs},
         {"y", HYS__NPZ_FLOAT64, 1, {2}, odd},
         HYS_SYNTAX,
         "array 'y': label 1 is 0.5"},
        {{"x", HYS__NPZ_FLOAT32, 2, {2, 2}, xs}, {"y", HYS__NPZ_FLOAT64, 1, {2}, high}, HYS_SYNTAX, "label 1 is 5000"},
        {{"x", HYS__NPZ_FLOAT32, 1, {2}, xs}, {"y", HYS__NPZ_UINT8, 1, {2}, ys}, HYS_SYNTAX, "it has no axis"},
        {{"x", HYS__NPZ_FLOAT32, 2, {0, 2}, xs}, {"y", HYS__NPZ_UINT8, 1, {0}, ys}, HYS_SYNTAX, "it is empty"},
        {{"x", HYS__NPZ_FLOAT32, 2, {2, 2}, xs}, {"z", HYS__NPZ_UINT8, 1, {2}, ys}, HYS_SYNTAX, "none called 'y'"},
        {{"a", HYS__NPZ_FLOAT32, 2, {2, 2}, xs}, {"b", HYS__NPZ_UINT8, 1, {2}, ys}, HYS_SYNTAX, "called x_train or x"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const hys__npz_array arrays[] = {cases[k].x, cases[k].y};
        assert_refused(f, write_npz(f, arrays, 2), NULL, cases[k].status, cases[k].want);
    }
}

/* ---- damage ---- */

static void idx_files_that_cannot_be_are_refused(void **state) {
    fixture *f = *state;
    const unsigned char bytes[64] = {1};
    const char *path = hys_test_path(f->dir, "train-images-idx3-ubyte");
    write_set(f, "train", 2, 2);
    write_idx(path, 3, (size_t[]){4294967295, 4294967295, 4294967295}, bytes, 64);
    assert_refused(f, f->dir, NULL, HYS_SYNTAX, "its header says 4294967295 images, but 64 bytes follow it");
    write_idx(path, 3, (size_t[]){2, 4, 6}, bytes, 47);
    assert_refused(f, f->dir, NULL, HYS_SYNTAX, "its header says 2 images, but 47 bytes follow it");
    write_idx(path, 3, (size_t[]){0, 4, 6}, bytes, 0);
    assert_refused(f, f->dir, NULL, HYS_SYNTAX, "holds no images");
    write_idx(path, 1, (size_t[]){48}, bytes, 48);
    assert_refused(f, f->dir, NULL, HYS_SYNTAX, "there are no images in this IDX file");
    hys_test_write(path, "\0\0\x0d\3", 4);
    assert_refused(f, f->dir, NULL, HYS_SYNTAX, "its values are not bytes");
    hys_test_write(path, "\0\0\10\3\0\0", 6);
    assert_refused(f, f->dir, NULL, HYS_SYNTAX, "ends within its header");
    hys_test_write(path, "hello", 5);
    assert_refused(f, f->dir, NULL, HYS_SYNTAX, "this is no IDX file");
    hys_test_write(path, "\x1f\x8b\x08\0\0\0\0\0\0\3", 10);
    assert_refused(f, f->dir, NULL, HYS_SYNTAX, "this packed file is damaged");
}

static void files_that_do_not_belong_together_are_refused(void **state) {
    fixture *f = *state;
    hys_dataset_opts opts = hys_dataset_opts_default();
    write_set(f, "train", 3, 2);
    assert_refused(f, f->dir, NULL, HYS_SEMANTIC, "2 labels for the 3 images of");
    write_set(f, "train", 3, 3);
    write_idx(hys_test_path(f->dir, "t10k-images-idx3-ubyte"), 3, (size_t[]){1, 2, 2}, (unsigned char[4]){0}, 4);
    assert_refused(f, f->dir, NULL, HYS_IO, "there is no t10k-labels-idx1-ubyte");
    write_idx(hys_test_path(f->dir, "t10k-labels-idx1-ubyte"), 1, (size_t[]){1}, (unsigned char[1]){0}, 1);
    assert_refused(f, f->dir, NULL, HYS_SEMANTIC, "its test samples are 1 x 2 x 2, those for training 1 x 4 x 6");
    write_set(f, "t10k", 2, 2);
    assert_refused(f, "mnist", NULL, HYS_SEMANTIC, "its samples are 1 x 4 x 6, those of mnist are 1 x 28 x 28");
    opts.crop_width = 7;
    assert_refused(f, f->dir, &opts, HYS_ARG, "images of 4 x 6 cannot be cut to 4 x 7");
    opts = hys_dataset_opts_default();
    opts.height = 8;
    assert_refused(f, f->dir, &opts, HYS_ARG, "means of images of 4 x 6 cannot make 8 x 6");
    opts = hys_dataset_opts_default();
    opts.test_part = NAN;
    assert_refused(f, f->dir, &opts, HYS_ARG, "cannot be kept for the test");
}

static void a_label_beyond_the_known_classes_is_refused(void **state) {
    fixture *f = *state;
    const unsigned char images[2 * 784] = {0}, labels[2] = {9, 10};
    write_idx(hys_test_path(f->dir, "train-images-idx3-ubyte"), 3, (size_t[]){2, 28, 28}, images, sizeof images);
    write_idx(hys_test_path(f->dir, "train-labels-idx1-ubyte"), 1, (size_t[]){2}, labels, 2);
    assert_refused(f, "mnist", NULL, HYS_SEMANTIC, "label 1 is 10: mnist has 10 classes");
}

static void sets_that_are_missing_say_where_to_get_them(void **state) {
    fixture *f = *state;
    assert_refused(f, "mnist", NULL, HYS_IO, "export HYSTERON_DATA=FOLDER");
    assert_refused(f, "fashon-mnist", NULL, HYS_IO, "did you mean fashion-mnist?");
    assert_refused(f, f->dir, NULL, HYS_IO, "this folder does not hold the files of MNIST");
    if (access("/usr/lib/python3/dist-packages/sklearn", F_OK)) {
        assert_refused(f, "digits", NULL, HYS_IO, "apt-get install python3-sklearn");
    }
}

/* ---- memory ---- */

static hys_status read_all(hys_ctx *ctx, void *arg) {
    hys_dataset *d = NULL;
    hys_status status = hys_dataset_read(ctx, arg, NULL, &d);
    hys_dataset_free(d);
    return status;
}

static void memory_that_is_out_is_said(void **state) {
    fixture *f = *state;
    static const char text[] = "a,b,label\n1,2,setosa\n3,4,virginica\n";
    const char *path = hys_test_path(f->dir, "a.csv");
    hys_test_write(path, text, strlen(text));
    write_set(f, "train", 2, 2);
    for (int after = 0; after < 2; after++) {
        hys_test_each_failure(read_all, (void *)(uintptr_t)path, after);
        hys_test_each_failure(read_all, f->dir, after);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_folder_of_idx_files_is_read),
        TEST(labels_lie_beside_a_file_of_images),
        TEST(fashion_mnist_is_read_by_name),
        TEST(digits_are_8_by_8_and_16_is_1),
        TEST(images_are_cut_about_the_middle),
        TEST(images_are_made_smaller_by_means),
        TEST(pixels_become_0_and_1_at_half),
        TEST(the_first_so_many_are_taken),
        TEST(a_test_set_is_drawn_with_the_seed),
        TEST(a_table_has_its_class_last),
        TEST(a_heading_says_which_column_is_the_class),
        TEST(classes_may_be_words),
        TEST(a_heading_may_be_about_the_whole_table),
        TEST(tables_that_are_wrong_are_refused_at_their_line),
        TEST(an_npz_is_read_by_the_names_of_its_arrays),
        TEST(channels_may_come_last),
        TEST(arrays_that_do_not_fit_are_refused),
        TEST(idx_files_that_cannot_be_are_refused),
        TEST(files_that_do_not_belong_together_are_refused),
        TEST(a_label_beyond_the_known_classes_is_refused),
        TEST(sets_that_are_missing_say_where_to_get_them),
        TEST(memory_that_is_out_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
