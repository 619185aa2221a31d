/* Inside of the data sets: what a file holds, before it is cut, scaled and drawn from. */
#ifndef HYS_NETWORK_DATASET_IMPL_H
#define HYS_NETWORK_DATASET_IMPL_H
#include "base/file.h"
#include "io/npz.h"
#include <hysteron/dataset.h>

#define HYS__MOST_CLASSES 1000u

typedef struct hys__dataset_input {
    const char *path;
    hys__hash hash;
} hys__dataset_input;

struct hys_dataset {
    hys_ctx *ctx;
    hys__arena arena;
    const char *name;
    hys_samples train, test;
    const char **classes; /* [n_classes] */
    size_t n_classes;
    struct {
        hys__dataset_input *at;
        size_t n, cap;
    } inputs;
};

/* Samples as their file has them. */
typedef struct hys__raw {
    const char *path, *labels_path; /* for messages */
    hys__npz_array values;          /* [n channels height width] of any type */
    size_t n, channels, height, width;
    bool is_channel_last;   /* [n height width channels] */
    const uint16_t *labels; /* [n] */
} hys__raw;

typedef struct hys__dataset_reader {
    hys_ctx *ctx;
    hys__arena work; /* what files hold */
    hys_dataset *dataset;
    hys_dataset_opts opts;
    hys__raw train, test; /* test.n 0: it is to be drawn from train */
    size_t n_classes;     /* 0: as many as the largest label says */
    double most;          /* of values; 0: unknown, their range is that of the training set */
} hys__dataset_reader;

/* The file's bytes, unpacked from gzip, NUL-terminated; it becomes an input of the data set. */
hys_status hys__dataset_load(hys__dataset_reader *reader, const char *path, hys__bytes *file);
bool hys__dataset_is_idx(hys__bytes file);
/* The four files of a folder; two where there is no test set. */
hys_status hys__dataset_idx_folder(hys__dataset_reader *reader, const char *folder);
/* Images that were loaded; their labels lie beside them. */
hys_status hys__dataset_idx_file(hys__dataset_reader *reader, const char *path, hys__bytes images);
hys_status hys__dataset_npz(hys__dataset_reader *reader, const char *path, hys__bytes file);
/* Classes may be words; they become the data set's. */
hys_status hys__dataset_csv(hys__dataset_reader *reader, const char *path, hys__bytes file);
/* Cuts, scales and draws the data set's samples. */
hys_status hys__dataset_shape(hys__dataset_reader *reader);

#endif
