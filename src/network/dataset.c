/* Data sets: by name or by path, of what format, and what they are asked for. */
#include "network/dataset_impl.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LARGEST_FILE ((size_t)4 << 30)

static const char *const fashion[] = {"T-shirt/top", "trouser", "pullover", "dress", "coat",
                                      "sandal",      "shirt",   "sneaker",  "bag",   "ankle boot"};

/* Sets that are known by name.  A folder of that name below HYSTERON_DATA comes first, then the package's place, then
 * HYSTERON_DATA itself. */
typedef struct known {
    const char *name;
    const char *place; /* of its package's files */
    const char *file;  /* in it; NULL: the four of IDX */
    const char *hint;  /* where it is missing */
    size_t side;       /* its images are square */
    double most;       /* of its values */
    const char *const *classes;
} known;
static const known table[] = {
    {"fashion-mnist", "/usr/share/datasets/fashion-mnist", NULL,
     "Debian: apt-get install dataset-fashion-mnist; or its four IDX files in a folder that HYSTERON_DATA names", 28,
     255, fashion},
    {"digits", "/usr/lib/python3/dist-packages/sklearn/datasets/data", "digits.csv.gz",
     "Debian: apt-get install python3-sklearn; or its digits.csv.gz in a folder that HYSTERON_DATA names", 8, 16, NULL},
    {"mnist", NULL, NULL,
     "export HYSTERON_DATA=FOLDER with train-images-idx3-ubyte.gz and the three others of "
     "https://github.com/cvdfoundation/mnist",
     28, 255, NULL},
};
#define N_KNOWN (sizeof table / sizeof *table)

hys_dataset_opts hys_dataset_opts_default(void) {
    return (hys_dataset_opts){.size = sizeof(hys_dataset_opts), .test_part = 0.2};
}

/* ---- files ---- */

static hys_status add_input(hys_dataset *d, const char *path, hys__bytes file) {
    hys__hasher hasher;
    hys__dataset_input *input = HYS_PUSH(&d->arena, &d->inputs);
    if (!input) return HYS_NOMEM;
    hys__hasher_init(&hasher);
    hys__hasher_add(&hasher, file.at, file.n);
    input->hash = hys__hasher_end(&hasher);
    input->path = hys__arena_strndup(&d->arena, path, strlen(path));
    return input->path ? HYS_OK : HYS_NOMEM;
}

hys_status hys__dataset_load(hys__dataset_reader *r, const char *path, hys__bytes *file) {
    hys_status status = hys__file_read(&r->work, path, LARGEST_FILE, &file->at, &file->n);
    if (status == HYS_OK) status = add_input(r->dataset, path, *file);
    return status == HYS_OK && hys__is_gzip(*file) ? hys__gunzip(&r->work, path, *file, file) : status;
}

static bool is_folder(const char *path) {
    struct stat info;
    return !stat(path, &info) && S_ISDIR(info.st_mode);
}

static bool exists(const char *path) {
    struct stat info;
    return !stat(path, &info);
}

static hys_status read_path(hys__dataset_reader *r, const char *path) {
    hys__bytes file;
    if (is_folder(path)) return hys__dataset_idx_folder(r, path);
    hys_status status = hys__dataset_load(r, path, &file);
    if (status != HYS_OK) return status;
    if (hys__dataset_is_idx(file)) return hys__dataset_idx_file(r, path, file);
    if (hys__is_zip(file) || (file.n >= 6 && !memcmp(file.at, "\x93NUMPY", 6))) return hys__dataset_npz(r, path, file);
    return hys__dataset_csv(r, path, file);
}

/* ---- sets that are known ---- */

/* Whether the folder holds the set; then its path is in *path. */
static hys_status look_in(hys__dataset_reader *r, const known *k, const char *folder, const char *below,
                          const char **path) {
    const char *slash = *below ? "/" : "";
    const char *whole = hys__arena_printf(&r->dataset->arena, "%s%s%s", folder, slash, below);
    const char *first = whole ? hys__arena_printf(&r->work, "%s/%s", whole, k->file ? k->file : "train-images") : NULL;
    if (!first) return HYS_NOMEM;
    if (k->file && exists(first)) *path = hys__arena_strndup(&r->dataset->arena, first, strlen(first));
    static const char *const endings[] = {"-idx3-ubyte", ".idx3-ubyte", "-idx3-ubyte.gz", ".idx3-ubyte.gz"};
    for (size_t i = 0; !k->file && !*path && i < sizeof endings / sizeof *endings; i++) {
        const char *images = hys__arena_printf(&r->work, "%s%s", first, endings[i]);
        if (!images) return HYS_NOMEM;
        if (exists(images)) *path = whole;
    }
    return r->dataset->arena.failed ? HYS_NOMEM : HYS_OK;
}

static hys_status find_known(hys__dataset_reader *r, const known *k, const char **path) {
    const char *own = getenv("HYSTERON_DATA");
    hys_status status = HYS_OK;
    *path = NULL;
    if (own && *own) status = look_in(r, k, own, k->name, path);
    if (status == HYS_OK && !*path && k->place) status = look_in(r, k, k->place, "", path);
    if (status == HYS_OK && !*path && own && *own) status = look_in(r, k, own, "", path);
    if (status != HYS_OK || *path) return status;
    return hys__fail(r->ctx, HYS_IO, k->hint, "the data set '%s' is not on this machine", k->name);
}

/* Rows of a table are images of a known side. */
static hys_status check_known(hys__dataset_reader *r, const known *k) {
    hys__raw *raw = &r->train;
    if (k->file && raw->width == k->side * k->side) raw->height = raw->width = k->side;
    if (raw->height == k->side && raw->width == k->side && raw->channels == 1) return HYS_OK;
    return hys__report_at(r->ctx, HYS_ERROR, HYS_SEMANTIC, raw->path, 0, 0, "", "give another set by its path",
                          "its samples are %zu x %zu x %zu, those of %s are 1 x %zu x %zu", raw->channels, raw->height,
                          raw->width, k->name, k->side, k->side);
}

static hys_status read_known(hys__dataset_reader *r, const known *k) {
    const char *path;
    hys_status status = find_known(r, k, &path);
    if (status != HYS_OK || !path) return status;
    status = read_path(r, path);
    if (status == HYS_OK) status = check_known(r, k);
    r->n_classes = 10;
    r->most = k->most;
    return status;
}

static const known *find_name(const char *name) {
    for (size_t k = 0; k < N_KNOWN; k++)
        if (!strcmp(table[k].name, name)) return &table[k];
    return NULL;
}

static hys_status no_such_set(hys_ctx *ctx, const char *name) {
    const char *names[N_KNOWN];
    char hint[96] = "fashion-mnist, digits, mnist, or the path of a folder or file";
    for (size_t k = 0; k < N_KNOWN; k++) names[k] = table[k].name;
    const char *near = hys__nearest(name, names, N_KNOWN);
    if (near) snprintf(hint, sizeof hint, "did you mean %s?", near);
    return hys__fail(ctx, HYS_IO, hint, "there is no data set, file or folder '%.200s'", name);
}

/* ---- classes ---- */

/* Words of a table are there already. */
static hys_status name_classes(hys_dataset *d, const known *k) {
    if (!d->classes) d->classes = HYS_NEW_N(&d->arena, const char *, d->n_classes);
    for (size_t c = 0; d->classes && c < d->n_classes; c++) {
        if (d->classes[c]) continue;
        d->classes[c] = k && k->classes ? k->classes[c] : hys__arena_printf(&d->arena, "%zu", c);
        if (!d->classes[c]) return HYS_NOMEM;
    }
    return d->classes ? HYS_OK : HYS_NOMEM;
}

/* ---- all of it ---- */

static hys_status read_set(hys__dataset_reader *r, const char *name) {
    const known *k = find_name(name);
    hys_status status = HYS_OK;
    r->dataset->name = hys__arena_strndup(&r->dataset->arena, name, strlen(name));
    if (!r->dataset->name) return HYS_NOMEM;
    if (!k && !exists(name)) return no_such_set(r->ctx, name);
    if (!(r->opts.test_part >= 0 && r->opts.test_part < 1))
        return hys__fail(r->ctx, HYS_ARG, "0.2", "a part of %g cannot be kept for the test", r->opts.test_part);
    status = k ? read_known(r, k) : read_path(r, name);
    if (status == HYS_OK) status = hys__dataset_shape(r);
    return status == HYS_OK ? name_classes(r->dataset, k) : status;
}

hys_status hys_dataset_read(hys_ctx *ctx, const char *name_or_path, const hys_dataset_opts *given,
                            hys_dataset **result) {
    hys__dataset_reader r = {.ctx = ctx, .opts = hys_dataset_opts_default()};
    if (given) memcpy(&r.opts, given, given->size < sizeof r.opts ? given->size : sizeof r.opts);
    r.dataset = hys__realloc(ctx, NULL, 0, sizeof *r.dataset);
    if (!r.dataset) return HYS_NOMEM;
    memset(r.dataset, 0, sizeof *r.dataset);
    r.dataset->ctx = ctx;
    hys__arena_init(&r.dataset->arena, ctx, 0);
    hys__arena_init(&r.work, ctx, 0);
    hys_status status = read_set(&r, name_or_path);
    hys__arena_free(&r.work);
    if (status == HYS_OK) *result = r.dataset;
    else hys_dataset_free(r.dataset);
    return status;
}

void hys_dataset_free(hys_dataset *dataset) {
    if (!dataset) return;
    hys__arena_free(&dataset->arena);
    hys__free(dataset->ctx, dataset, sizeof *dataset);
}

const char *hys_dataset_name(const hys_dataset *dataset) {
    return dataset->name;
}

const hys_samples *hys_dataset_train(const hys_dataset *dataset) {
    return &dataset->train;
}

const hys_samples *hys_dataset_test(const hys_dataset *dataset) {
    return &dataset->test;
}

const char *hys_dataset_class(const hys_dataset *dataset, size_t k) {
    return k < dataset->n_classes ? dataset->classes[k] : NULL;
}

size_t hys_dataset_n_inputs(const hys_dataset *dataset) {
    return dataset->inputs.n;
}

bool hys_dataset_input(const hys_dataset *dataset, size_t k, const char **path, const char **hash) {
    if (k >= dataset->inputs.n) return false;
    *path = dataset->inputs.at[k].path;
    *hash = dataset->inputs.at[k].hash.hex;
    return true;
}

size_t hys_samples_width(const hys_samples *samples) {
    return samples->channels * samples->height * samples->width;
}
