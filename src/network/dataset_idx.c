/* IDX, the format of MNIST: two zero bytes, the type of the values, the number of axes, each axis's length in four
 * bytes, the highest first; then the values. */
#include "network/dataset_impl.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BYTES 0x08 /* values are unsigned bytes */

typedef struct idx {
    const char *path;
    size_t n_axes, shape[4];
    size_t n; /* values */
    const unsigned char *values;
} idx;

bool hys__dataset_is_idx(hys__bytes file) {
    return file.n >= 4 && !file.at[0] && !file.at[1] && file.at[2] && file.at[3] > 0 && file.at[3] <= 4;
}

static hys_status refuse(const hys__dataset_reader *r, const char *path, const char *hint, const char *what) {
    return hys__report_at(r->ctx, HYS_ERROR, HYS_SYNTAX, path, 0, 0, "", hint, "%s", what);
}

static hys_status parse(const hys__dataset_reader *r, const char *path, hys__bytes file, idx *result) {
    const unsigned char *b = (const unsigned char *)file.at;
    *result = (idx){.path = path};
    if (!hys__dataset_is_idx(file)) return refuse(r, path, "", "this is no IDX file: it begins with other bytes");
    if (b[2] != BYTES) return refuse(r, path, "save them as unsigned bytes, type 8", "its values are not bytes");
    result->n_axes = b[3];
    size_t start = 4 + 4 * result->n_axes, n = 1;
    if (file.n < start) return refuse(r, path, "is the file complete?", "this IDX file ends within its header");
    bool is_short = false;
    for (size_t k = 0; k < result->n_axes; k++, b += 4) {
        const size_t length = (size_t)b[4] << 24 | (size_t)b[5] << 16 | (size_t)b[6] << 8 | (size_t)b[7];
        result->shape[k] = length;
        is_short = is_short || (length && n > (file.n - start) / length);
        n = is_short ? 0 : n * length;
    }
    if (is_short || n != file.n - start)
        return hys__report_at(r->ctx, HYS_ERROR, HYS_SYNTAX, path, 0, 0, "", "is the file complete?",
                              "its header says %zu %s, but %zu bytes follow it", result->shape[0],
                              result->n_axes == 1 ? "labels" : "images", file.n - start);
    result->values = (const unsigned char *)file.at + start;
    result->n = n;
    return HYS_OK;
}

/* images [n height width], [n channels height width], or rows [n width] */
static hys_status take_images(const hys__dataset_reader *r, const idx *f, hys__raw *raw) {
    if (f->n_axes < 2) return refuse(r, f->path, "is this the file of labels?", "there are no images in this IDX file");
    if (!f->n) return refuse(r, f->path, "", "this IDX file holds no images");
    raw->path = f->path;
    raw->n = f->shape[0];
    raw->width = f->shape[f->n_axes - 1];
    raw->height = f->n_axes > 2 ? f->shape[f->n_axes - 2] : 1;
    raw->channels = f->n_axes > 3 ? f->shape[1] : 1;
    raw->values = (hys__npz_array){.type = HYS__NPZ_UINT8, .n_axes = 1, .shape = {f->n}, .values = f->values};
    return HYS_OK;
}

static hys_status take_labels(hys__dataset_reader *r, const idx *f, hys__raw *raw) {
    if (f->n_axes != 1) return refuse(r, f->path, "", "an IDX file of labels has one axis");
    if (f->n != raw->n)
        return hys__report_at(r->ctx, HYS_ERROR, HYS_SEMANTIC, f->path, 0, 0, "", "do these files belong together?",
                              "%zu labels for the %zu images of %s", f->n, raw->n, raw->path);
    uint16_t *labels = HYS_NEW_N(&r->work, uint16_t, f->n);
    if (!labels) return HYS_NOMEM;
    for (size_t k = 0; k < f->n; k++) labels[k] = f->values[k];
    raw->labels = labels;
    raw->labels_path = f->path;
    return HYS_OK;
}

static hys_status read_labels(hys__dataset_reader *r, const char *path, hys__raw *raw) {
    hys__bytes file;
    idx parsed;
    hys_status status = hys__dataset_load(r, path, &file);
    if (status == HYS_OK) status = parse(r, path, file, &parsed);
    return status == HYS_OK ? take_labels(r, &parsed, raw) : status;
}

static hys_status read_images(hys__dataset_reader *r, const char *path, hys__raw *raw) {
    hys__bytes file;
    idx parsed;
    hys_status status = hys__dataset_load(r, path, &file);
    if (status == HYS_OK) status = parse(r, path, file, &parsed);
    return status == HYS_OK ? take_images(r, &parsed, raw) : status;
}

/* ---- which files ---- */

/* "train-images-idx3-ubyte", with ".gz", or "train-images.idx3-ubyte"; *path NULL: none is there */
static hys_status find(hys__dataset_reader *r, const char *folder, const char *part, const char *rest,
                       const char **path) {
    for (int k = 0; k < 4; k++) {
        *path = hys__arena_printf(&r->work, "%s/%s%c%s%s", folder, part, k & 1 ? '.' : '-', rest, k & 2 ? ".gz" : "");
        if (!*path) return HYS_NOMEM;
        if (!access(*path, F_OK)) {
            *path = hys__arena_strndup(&r->dataset->arena, *path, strlen(*path));
            return *path ? HYS_OK : HYS_NOMEM;
        }
    }
    *path = NULL;
    return HYS_OK;
}

/* Images and labels of one set; neither: raw->n stays 0. */
static hys_status read_pair(hys__dataset_reader *r, const char *folder, const char *set, hys__raw *raw) {
    char part[32];
    const char *images, *labels;
    snprintf(part, sizeof part, "%s-images", set);
    hys_status status = find(r, folder, part, "idx3-ubyte", &images);
    if (status != HYS_OK) return status;
    snprintf(part, sizeof part, "%s-labels", set);
    status = find(r, folder, part, "idx1-ubyte", &labels);
    if (status != HYS_OK || (!images && !labels)) return status;
    if (!images || !labels)
        return hys__report_at(r->ctx, HYS_ERROR, HYS_IO, folder, 0, 0, "", "images and labels come in pairs",
                              "there is no %s-%s", set, images ? "labels-idx1-ubyte" : "images-idx3-ubyte");
    status = read_images(r, images, raw);
    return status == HYS_OK ? read_labels(r, labels, raw) : status;
}

hys_status hys__dataset_idx_folder(hys__dataset_reader *r, const char *folder) {
    r->most = 255;
    hys_status status = read_pair(r, folder, "train", &r->train);
    if (status != HYS_OK) return status;
    if (!r->train.n)
        return hys__report_at(r->ctx, HYS_ERROR, HYS_IO, folder, 0, 0, "",
                              "train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-..., or .gz",
                              "this folder does not hold the files of MNIST");
    status = read_pair(r, folder, "t10k", &r->test);
    return status == HYS_OK && !r->test.n ? read_pair(r, folder, "test", &r->test) : status;
}

/* "a-images-idx3-ubyte.gz" -> "a-labels-idx1-ubyte.gz"; NULL when its name does not tell, or memory is out. */
static const char *name_labels(hys_dataset *d, const char *path) {
    static const char images[] = "images", axes[] = "idx3";
    const char *slash = strrchr(path, '/'), *at = strstr(slash ? slash : path, images);
    if (!at) return NULL;
    char *name = hys__arena_printf(&d->arena, "%.*slabels%s", (int)(at - path), path, at + strlen(images));
    char *place = name ? strstr(name + (at - path), axes) : NULL;
    if (place) place[3] = '1';
    return name;
}

hys_status hys__dataset_idx_file(hys__dataset_reader *r, const char *path, hys__bytes images) {
    idx parsed;
    r->most = 255;
    hys_status status = parse(r, path, images, &parsed);
    if (status == HYS_OK) status = take_images(r, &parsed, &r->train);
    if (status != HYS_OK) return status;
    const char *labels = name_labels(r->dataset, path);
    if (!labels && r->dataset->arena.failed) return HYS_NOMEM;
    if (!labels)
        return refuse(r, path, "call them a-images-idx3-ubyte and a-labels-idx1-ubyte",
                      "the name of this file does not tell where its labels are");
    return read_labels(r, labels, &r->train);
}
