/* hysteron/dataset.h -- labelled samples to train and test networks with.
 *
 * By name: "fashion-mnist" (Debian's package dataset-fashion-mnist, or the four IDX files in a folder that
 * HYSTERON_DATA names), "digits" (8 x 8, of the package python3-sklearn).  By path: a folder with the four IDX files of
 * MNIST (also .gz), an .npz with x_train, y_train, x_test, y_test, or a .csv whose last column (or that called "label")
 * is the class. */
#ifndef HYSTERON_DATASET_H
#define HYSTERON_DATASET_H
#include <hysteron/core.h>
#include <stdbool.h>
HYS_DECLS_BEGIN

typedef struct hys_samples {
    size_t n;
    size_t channels, height, width; /* of a sample; a plain row of numbers is 1 x 1 x width */
    float *values;                  /* [n channels height width] */
    uint16_t *labels;               /* [n] below n_classes */
    size_t n_classes;
} hys_samples;

typedef struct hys_dataset_opts {
    size_t size;
    size_t n_train, n_test;         /* the first so many; 0: all */
    size_t crop_height, crop_width; /* about the middle; 0: as it is */
    size_t height, width;           /* means of the parts that make so many pixels; 0: as it is */
    double test_part;               /* of a file without a test set: so many of its samples, drawn with the seed */
    bool is_binary;                 /* 0 and 1, at half of the largest value */
    uint64_t seed;
} hys_dataset_opts;
hys_dataset_opts hys_dataset_opts_default(void); /* everything; a fifth to test */

typedef struct hys_dataset hys_dataset;
/* Values are scaled to 0..1 by the largest that their format can have (IDX: 255, digits: 16), others by the training
 * set's least and largest. */
hys_status hys_dataset_read(hys_ctx *ctx, const char *name_or_path, const hys_dataset_opts *given,
                            hys_dataset **result);
void hys_dataset_free(hys_dataset *dataset);
const char *hys_dataset_name(const hys_dataset *dataset);
const hys_samples *hys_dataset_train(const hys_dataset *dataset);
const hys_samples *hys_dataset_test(const hys_dataset *dataset);
const char *hys_dataset_class(const hys_dataset *dataset, size_t k); /* "sneaker", "7" */
size_t hys_dataset_n_inputs(const hys_dataset *dataset);             /* files that were read */
/* hash: BLAKE2b-256 of the file in hexadecimal. */
bool hys_dataset_input(const hys_dataset *dataset, size_t k, const char **path, const char **hash);
/* Values of a sample: channels height width. */
size_t hys_samples_width(const hys_samples *samples);

HYS_DECLS_END
#endif
