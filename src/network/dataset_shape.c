/* Samples cut about the middle, made smaller by means, scaled, and drawn apart into a training set and a test set. */
#include "base/random.h"
#include "network/dataset_impl.h"
#include <math.h>
#include <string.h>

typedef struct shape {
    hys__dataset_reader *r;
    double least, range; /* of raw values, which become 0 and 1 */
    size_t top, left;    /* of the part that is cut out */
    size_t cut_height, cut_width;
    size_t height, width; /* of a sample in the end */
    float *image;         /* [channels height width] as it came, scaled */
} shape;

/* ---- one sample ---- */

static double raw_value(const hys__raw *raw, size_t k) {
    return raw->values.type == HYS__NPZ_UINT8 ? ((const uint8_t *)raw->values.values)[k] : hys__npz_at(&raw->values, k);
}

static void scale(const shape *s, const hys__raw *raw, size_t sample) {
    const size_t places = raw->height * raw->width, n = raw->channels * places, from = sample * n;
    const double factor = s->range > 0 ? 1 / s->range : 0;
    for (size_t c = 0; c < raw->channels; c++)
        for (size_t k = 0; k < places; k++) {
            const size_t at = raw->is_channel_last ? k * raw->channels + c : c * places + k;
            s->image[c * places + k] = (float)((raw_value(raw, from + at) - s->least) * factor);
        }
}

/* The mean over the rectangle [y, y + height) x [x, x + width), whose edges may cut pixels. */
static double mean_of(const float *image, size_t stride, const double y[2], const double x[2]) {
    double sum = 0;
    for (size_t i = (size_t)y[0]; (double)i < y[1]; i++) {
        const double h = fmin(y[1], (double)i + 1) - fmax(y[0], (double)i);
        double row = 0;
        for (size_t j = (size_t)x[0]; (double)j < x[1]; j++)
            row += (fmin(x[1], (double)j + 1) - fmax(x[0], (double)j)) * (double)image[i * stride + j];
        sum += h * row;
    }
    return sum / ((y[1] - y[0]) * (x[1] - x[0]));
}

static void put_channel(const shape *s, size_t stride, const float *image, float *to) {
    image += s->top * stride + s->left;
    if (s->height == s->cut_height && s->width == s->cut_width) {
        for (size_t i = 0; i < s->height; i++) memcpy(to + i * s->width, image + i * stride, s->width * sizeof *to);
        return;
    }
    for (size_t i = 0; i < s->height; i++)
        for (size_t j = 0; j < s->width; j++) {
            const double y[2] = {(double)(i * s->cut_height) / (double)s->height,
                                 (double)((i + 1) * s->cut_height) / (double)s->height};
            const double x[2] = {(double)(j * s->cut_width) / (double)s->width,
                                 (double)((j + 1) * s->cut_width) / (double)s->width};
            to[i * s->width + j] = (float)mean_of(image, stride, y, x);
        }
}

static void put_sample(const shape *s, const hys__raw *raw, size_t sample, float *to) {
    const size_t n = s->height * s->width;
    scale(s, raw, sample);
    for (size_t c = 0; c < raw->channels; c++)
        put_channel(s, raw->width, s->image + c * raw->height * raw->width, to + c * n);
    if (!s->r->opts.is_binary) return;
    for (size_t k = 0; k < raw->channels * n; k++) to[k] = to[k] >= 0.5f ? 1 : 0;
}

/* ---- a set ---- */

/* order: which samples of raw, [n]. */
static hys_status put_set(const shape *s, const hys__raw *raw, const size_t *order, size_t n, hys_samples *samples) {
    hys__arena *arena = &s->r->dataset->arena;
    const size_t width = raw->channels * s->height * s->width;
    samples->n = n;
    samples->channels = raw->channels;
    samples->height = s->height;
    samples->width = s->width;
    samples->n_classes = s->r->dataset->n_classes;
    samples->values = HYS_NEW_N(arena, float, n *width);
    samples->labels = HYS_NEW_N(arena, uint16_t, n);
    if (n && (!samples->values || !samples->labels)) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) {
        if (k % 1024 == 0 && hys_ctx_is_cancelled(s->r->ctx)) return HYS_CANCEL;
        put_sample(s, raw, order[k], samples->values + k * width);
        samples->labels[k] = raw->labels[order[k]];
    }
    return HYS_OK;
}

static size_t *numbers(hys__arena *arena, size_t n) {
    size_t *order = HYS_NEW_N(arena, size_t, n ? n : 1);
    for (size_t k = 0; order && k < n; k++) order[k] = k;
    return order;
}

/* Fisher and Yates's shuffle. */
static void shuffle(size_t *order, size_t n, uint64_t seed) {
    const uint64_t key[2] = {seed, 0};
    for (size_t k = n; k > 1; k--) {
        const uint64_t counter[2] = {k, 0};
        uint64_t bits[2];
        hys__threefry2x64(key, counter, bits);
        const size_t other = (size_t)(hys__uniform(bits[0]) * (double)k);
        const size_t kept = order[k - 1];
        order[k - 1] = order[other];
        order[other] = kept;
    }
}

static void find_range(shape *s, const hys__raw *raw, const size_t *order, size_t n) {
    const size_t width = raw->channels * raw->height * raw->width;
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < width; k++) {
            const double value = raw_value(raw, order[i] * width + k);
            if (value < least) least = value;
            if (value > most) most = value;
        }
    s->least = least;
    s->range = most - least;
}

static size_t limited(size_t n, size_t limit) {
    return limit && limit < n ? limit : n;
}

static hys_status put_sets(shape *s) {
    hys__dataset_reader *r = s->r;
    const hys__raw *test = r->test.n ? &r->test : &r->train;
    size_t n_train = r->train.n, n_test = r->test.n;
    size_t *order = numbers(&r->work, n_train), *test_order = numbers(&r->work, n_test);
    s->image = HYS_NEW_N(&r->work, float, r->train.channels * r->train.height * r->train.width);
    if (!order || !test_order || !s->image) return HYS_NOMEM;
    if (!n_test && r->opts.test_part > 0) {
        n_test = (size_t)floor(r->opts.test_part * (double)n_train + 0.5);
        n_test = n_test < n_train ? n_test : n_train - 1;
        n_train -= n_test;
        shuffle(order, r->train.n, r->opts.seed);
        test_order = order + n_train;
    }
    if (r->most > 0) s->range = r->most;
    else find_range(s, &r->train, order, n_train);
    hys_status status = put_set(s, &r->train, order, limited(n_train, r->opts.n_train), &r->dataset->train);
    if (status != HYS_OK) return status;
    return put_set(s, test, test_order, limited(n_test, r->opts.n_test), &r->dataset->test);
}

/* ---- what is asked for ---- */

static hys_status measure(shape *s) {
    const hys__raw *raw = &s->r->train;
    const hys_dataset_opts *o = &s->r->opts;
    s->cut_height = o->crop_height ? o->crop_height : raw->height;
    s->cut_width = o->crop_width ? o->crop_width : raw->width;
    if (s->cut_height > raw->height || s->cut_width > raw->width)
        return hys__fail(s->r->ctx, HYS_ARG, "", "images of %zu x %zu cannot be cut to %zu x %zu", raw->height,
                         raw->width, s->cut_height, s->cut_width);
    s->height = o->height ? o->height : s->cut_height;
    s->width = o->width ? o->width : s->cut_width;
    if (s->height > s->cut_height || s->width > s->cut_width)
        return hys__fail(s->r->ctx, HYS_ARG, "pixels can be made fewer, not more",
                         "means of images of %zu x %zu cannot make %zu x %zu", s->cut_height, s->cut_width, s->height,
                         s->width);
    s->top = (raw->height - s->cut_height) / 2;
    s->left = (raw->width - s->cut_width) / 2;
    return HYS_OK;
}

static hys_status check_test(const hys__dataset_reader *r) {
    const hys__raw *a = &r->train, *b = &r->test;
    if (!b->n || (a->channels == b->channels && a->height == b->height && a->width == b->width)) return HYS_OK;
    return hys__report_at(r->ctx, HYS_ERROR, HYS_SEMANTIC, b->path, 0, 0, "", "do these sets belong together?",
                          "its test samples are %zu x %zu x %zu, those for training %zu x %zu x %zu", b->channels,
                          b->height, b->width, a->channels, a->height, a->width);
}

static hys_status count_classes(hys__dataset_reader *r, const hys__raw *raw) {
    for (size_t k = 0; k < raw->n; k++) {
        if (r->n_classes && raw->labels[k] >= r->n_classes)
            return hys__report_at(r->ctx, HYS_ERROR, HYS_SEMANTIC, raw->labels_path, 0, 0, "", "",
                                  "label %zu is %u: %s has %zu classes", k, raw->labels[k], r->dataset->name,
                                  r->n_classes);
        if (raw->labels[k] >= r->dataset->n_classes) r->dataset->n_classes = (size_t)raw->labels[k] + 1;
    }
    return HYS_OK;
}

hys_status hys__dataset_shape(hys__dataset_reader *r) {
    shape s = {.r = r};
    hys_status status = check_test(r);
    if (r->n_classes) r->dataset->n_classes = r->n_classes;
    if (status == HYS_OK) status = measure(&s);
    if (status == HYS_OK) status = count_classes(r, &r->train);
    if (status == HYS_OK) status = count_classes(r, &r->test);
    return status == HYS_OK ? put_sets(&s) : status;
}
