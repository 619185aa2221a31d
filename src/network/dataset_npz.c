/* Data sets in NumPy's .npz. */
#include "network/dataset_impl.h"
#include <math.h>
#include <string.h>

static const struct keys {
    const char *x_train, *y_train, *x_test, *y_test; /* NULL: there is no test set */
} sets[] = {
    {"x_train", "y_train", "x_test", "y_test"},
    {"train_images", "train_labels", "test_images", "test_labels"},
    {"x", "y", NULL, NULL},
};

static hys_status refuse(const hys__npz *f, const hys__npz_array *array, const char *hint, const char *what) {
    return hys__report_at(f->ctx, HYS_ERROR, HYS_SYNTAX, f->path, 0, 0, "", hint, "array '%.80s': %s", array->name,
                          what);
}

static hys_status check_values(const hys__npz *f, const hys__npz_array *x) {
    const size_t n = hys__npz_size(x);
    if (x->type != HYS__NPZ_FLOAT32 && x->type != HYS__NPZ_FLOAT64) return HYS_OK;
    for (size_t k = 0; k < n; k++)
        if (!isfinite((float)hys__npz_at(x, k)))
            return hys__report_at(f->ctx, HYS_ERROR, HYS_SYNTAX, f->path, 0, 0, "", "",
                                  "array '%.80s': sample %zu holds a value that is not finite, or too large", x->name,
                                  k / (n / x->shape[0]));
    return HYS_OK;
}

/* [n width], [n height width], [n channels height width], or the channels last where there are 1, 3 or 4 of them. */
static hys_status take_values(const hys__npz *f, const hys__npz_array *x, hys__raw *raw) {
    if (x->n_axes < 2) return refuse(f, x, "[samples, ...]", "it has no axis of samples and one of values");
    if (!hys__npz_size(x)) return refuse(f, x, "", "it is empty");
    const size_t *s = x->shape, last = s[3];
    raw->path = f->path;
    raw->n = s[0];
    raw->is_channel_last = x->n_axes == 4 && s[1] > 4 && (last == 1 || last == 3 || last == 4);
    raw->channels = x->n_axes < 4 ? 1 : raw->is_channel_last ? last : s[1];
    raw->height = x->n_axes == 2 ? 1 : x->n_axes == 4 && !raw->is_channel_last ? s[2] : s[1];
    raw->width = x->n_axes == 2 ? s[1] : x->n_axes == 4 && !raw->is_channel_last ? s[3] : s[2];
    raw->values = *x;
    return check_values(f, x);
}

static hys_status take_labels(hys__dataset_reader *r, const hys__npz *f, const hys__npz_array *y, hys__raw *raw) {
    const size_t n = hys__npz_size(y);
    if (y->n_axes == 0 || n != y->shape[0]) return refuse(f, y, "numbers, not one-hot rows", "it is no list of labels");
    if (n != raw->n)
        return hys__report_at(f->ctx, HYS_ERROR, HYS_SEMANTIC, f->path, 0, 0, "", "",
                              "%zu labels in '%.80s' for the %zu samples of '%.80s'", n, y->name, raw->n,
                              raw->values.name);
    uint16_t *labels = HYS_NEW_N(&r->work, uint16_t, n);
    if (!labels) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) {
        const double value = hys__npz_at(y, k);
        if (!(value >= 0 && value < HYS__MOST_CLASSES) || value != floor(value))
            return hys__report_at(f->ctx, HYS_ERROR, HYS_SYNTAX, f->path, 0, 0, "", "0, 1, 2, ... below 1000",
                                  "array '%.80s': label %zu is %g", y->name, k, value);
        labels[k] = (uint16_t)value;
    }
    raw->labels = labels;
    raw->labels_path = f->path;
    return HYS_OK;
}

static hys_status take_set(hys__dataset_reader *r, const hys__npz *f, const char *x, const char *y, hys__raw *raw) {
    const hys__npz_array *values = hys__npz_find(f, x), *labels = hys__npz_find(f, y);
    if (!values || !labels)
        return hys__report_at(f->ctx, HYS_ERROR, HYS_SYNTAX, f->path, 0, 0, "", "",
                              "there is an array '%s', but none called '%s'", values ? x : y, values ? y : x);
    hys_status status = take_values(f, values, raw);
    return status == HYS_OK ? take_labels(r, f, labels, raw) : status;
}

hys_status hys__dataset_npz(hys__dataset_reader *r, const char *path, hys__bytes file) {
    hys__npz f;
    hys_status status = hys__npz_parse(&r->work, path, file, &f);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < sizeof sets / sizeof *sets; k++) {
        const struct keys *s = &sets[k];
        if (!hys__npz_find(&f, s->x_train) && !hys__npz_find(&f, s->y_train)) continue;
        status = take_set(r, &f, s->x_train, s->y_train, &r->train);
        if (status != HYS_OK || !s->x_test) return status;
        if (!hys__npz_find(&f, s->x_test) && !hys__npz_find(&f, s->y_test)) return HYS_OK;
        return take_set(r, &f, s->x_test, s->y_test, &r->test);
    }
    return hys__report_at(r->ctx, HYS_ERROR, HYS_SYNTAX, path, 0, 0, "",
                          "numpy.savez(path, x_train=..., y_train=..., x_test=..., y_test=...)",
                          "there are no samples: an array called x_train or x is missing");
}
