/* Any bytes as a data set: samples with finite values and labels below the number of classes, or one diagnostic.  The
 * first byte chooses: i, images in the IDX format; l, their labels; else one file. */
#include <hysteron/dataset.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FOLDER "/dev/shm/hysteron-fuzz-dataset"
#define IMAGES FOLDER "/train-images-idx3-ubyte"
#define LABELS FOLDER "/train-labels-idx1-ubyte"
#define FILE_  FOLDER "/file"

static void check(bool holds) {
    if (!holds) abort();
}

static void put(const char *path, const void *data, size_t size) {
    FILE *out = fopen(path, "wb");
    check(out != NULL);
    check(fwrite(data, 1, size, out) == size);
    check(fclose(out) == 0);
}

static void check_samples(const hys_samples *s) {
    const size_t width = hys_samples_width(s);
    check(width > 0 && s->n_classes > 0);
    for (size_t k = 0; k < s->n * width; k++) check(isfinite(s->values[k]));
    for (size_t k = 0; k < s->n; k++) check(s->labels[k] < s->n_classes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char images[] = "\0\0\10\3\0\0\0\2\0\0\0\2\0\0\0\1abcd", labels[] = "\0\0\10\1\0\0\0\2\0\1";
    hys_ctx *ctx = NULL;
    hys_dataset *dataset = NULL;
    if (!size) return 0;
    const bool is_images = data[0] == 'i', is_labels = data[0] == 'l';
    mkdir(FOLDER, 0700);
    put(IMAGES, is_images ? (const void *)(data + 1) : images, is_images ? size - 1 : sizeof images - 1);
    put(LABELS, is_labels ? (const void *)(data + 1) : labels, is_labels ? size - 1 : sizeof labels - 1);
    put(FILE_, data + 1, size - 1);
    hys_dataset_opts opts = hys_dataset_opts_default();
    opts.is_binary = size % 2;
    check(hys_ctx_new(NULL, &ctx) == HYS_OK);
    if (hys_dataset_read(ctx, is_images || is_labels ? FOLDER : FILE_, &opts, &dataset) == HYS_OK) {
        check(hys_diag_n_errors(ctx) == 0 && hys_dataset_n_inputs(dataset) > 0 && hys_dataset_class(dataset, 0));
        check(hys_dataset_train(dataset)->n > 0);
        check_samples(hys_dataset_train(dataset));
        check_samples(hys_dataset_test(dataset));
    } else {
        check(hys_diag_n_errors(ctx) == 1);
    }
    hys_dataset_free(dataset);
    hys_ctx_free(ctx);
    return 0;
}
