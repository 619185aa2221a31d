/* The same filters at each place of an image: patches are laid out as rows of a matrix, channel by channel, row by row
 * (Chellapilla et al. 2006), so that whatever holds the weights sees ordinary products. */
#include "network/layer_weighted.h"

#define PATCH_VALUES 65536 /* that are laid out at once: as many as stay in the second cache */

static bool fit(hys__layer *l) {
    hys_layer *s = &l->spec;
    const size_t height = l->in.height + 2 * s->padding, width = l->in.width + 2 * s->padding;
    if (s->height > height || s->width > width) return false;
    if (s->stride == 0) s->stride = 1;
    l->out = (hys__shape){s->units, (height - s->height) / s->stride + 1, (width - s->width) / s->stride + 1};
    l->rows = l->in.channels * s->height * s->width;
    l->columns = s->units;
    l->products = l->out.height * l->out.width;
    l->n_params = s->has_no_bias ? 0 : l->columns;
    return true;
}

size_t hys__patch_samples(const hys__layer *l) {
    const size_t n = PATCH_VALUES / (l->rows * l->products);
    return n < 1 ? 1 : n > HYS__BLOCK_SAMPLES ? HYS__BLOCK_SAMPLES : n;
}

/* One row of a filter slides along a row of pixels: what is the same for all of them. */
typedef struct slide {
    size_t width, stride, padding, pixels; /* of the filter; of the row of pixels */
    size_t n, pitch;                       /* places; from one patch to the next */
    size_t begin, end;                     /* of the places where the filter does not reach beyond the pixels */
} slide;

static slide slide_of(const hys__layer *l) {
    const hys_layer *f = &l->spec;
    slide s = {f->width, f->stride, f->padding, l->in.width, l->out.width, l->rows, 0, 0};
    s.begin = (f->padding + f->stride - 1) / f->stride;
    if (s.begin > s.n) s.begin = s.n;
    if (l->in.width + f->padding >= f->width) s.end = (l->in.width + f->padding - f->width) / f->stride + 1;
    if (s.end < s.begin) s.end = s.begin;
    if (s.end > s.n) s.end = s.n;
    return s;
}

/* Columns of the filter at place k that lie on pixels. */
static void inside(const slide *s, size_t k, size_t *begin, size_t *end) {
    const size_t x = k * s->stride, right = s->pixels + s->padding;
    *begin = x < s->padding ? s->padding - x : 0;
    *end = x >= right ? 0 : x + s->width > right ? right - x : s->width;
    if (*begin > *end) *begin = *end;
}

static void take_edge(const slide *s, const float *pixels, size_t k, float *patches) {
    size_t begin, end;
    float *patch = patches + k * s->pitch;
    inside(s, k, &begin, &end);
    memset(patch, 0, s->width * sizeof *patch);
    for (size_t i = begin; i < end; i++) patch[i] = pixels[k * s->stride + i - s->padding];
}

static void add_edge(const slide *s, const float *patches, size_t k, float *pixels) {
    size_t begin, end;
    inside(s, k, &begin, &end);
    for (size_t i = begin; i < end; i++) pixels[k * s->stride + i - s->padding] += patches[k * s->pitch + i];
}

/* Compiled for the usual widths, whose loops are then unrolled. */
#define INLINE static inline __attribute__((always_inline))

INLINE void take_inner(const slide *s, size_t width, const float *restrict pixels, float *restrict patches) {
    for (size_t k = s->begin; k < s->end; k++)
        for (size_t i = 0; i < width; i++) patches[k * s->pitch + i] = pixels[k * s->stride - s->padding + i];
}

INLINE void add_inner(const slide *s, size_t width, const float *restrict patches, float *restrict pixels) {
    for (size_t k = s->begin; k < s->end; k++)
        for (size_t i = 0; i < width; i++) pixels[k * s->stride - s->padding + i] += patches[k * s->pitch + i];
}

static void take_row(const slide *s, const float *pixels, float *patches) {
    for (size_t k = 0; k < s->begin; k++) take_edge(s, pixels, k, patches);
    for (size_t k = s->end; k < s->n; k++) take_edge(s, pixels, k, patches);
    if (s->width == 3) take_inner(s, 3, pixels, patches);
    else if (s->width == 5) take_inner(s, 5, pixels, patches);
    else take_inner(s, s->width, pixels, patches);
}

static void add_row(const slide *s, const float *patches, float *pixels) {
    for (size_t k = 0; k < s->begin; k++) add_edge(s, patches, k, pixels);
    for (size_t k = s->end; k < s->n; k++) add_edge(s, patches, k, pixels);
    if (s->width == 3) add_inner(s, 3, patches, pixels);
    else if (s->width == 5) add_inner(s, 5, patches, pixels);
    else add_inner(s, s->width, patches, pixels);
}

static void clear_row(const slide *s, float *patches) {
    for (size_t k = 0; k < s->n; k++) memset(patches + k * s->pitch, 0, s->width * sizeof *patches);
}

/* Row `line` of all channels' filters, counted through, at a row of places: which row of pixels lies under it?
 * SIZE_MAX: padding. */
static size_t pixels_under(const hys__layer *l, size_t line, size_t row) {
    const size_t channel = line / l->spec.height, y = row * l->spec.stride + line % l->spec.height;
    if (y < l->spec.padding || y - l->spec.padding >= l->in.height) return SIZE_MAX;
    return (channel * l->in.height + y - l->spec.padding) * l->in.width;
}

void hys__patches(const hys__layer *l, size_t n, const float *x, float *patches) {
    const size_t size = hys__shape_size(&l->in), lines = l->in.channels * l->spec.height;
    const slide s = slide_of(l);
    for (size_t k = 0; k < n * l->out.height; k++, patches += l->out.width * l->rows)
        for (size_t line = 0; line < lines; line++) {
            const size_t at = pixels_under(l, line, k % l->out.height);
            float *to = patches + line * l->spec.width;
            if (at == SIZE_MAX) clear_row(&s, to);
            else take_row(&s, x + k / l->out.height * size + at, to);
        }
}

/* What patches got goes back to the pixels that they were made of. */
static void add_patches(const hys__layer *l, size_t n, const float *patches, float *dx) {
    const size_t size = hys__shape_size(&l->in), lines = l->in.channels * l->spec.height;
    const slide s = slide_of(l);
    memset(dx, 0, n * size * sizeof *dx);
    for (size_t k = 0; k < n * l->out.height; k++, patches += l->out.width * l->rows)
        for (size_t line = 0; line < lines; line++) {
            const size_t at = pixels_under(l, line, k % l->out.height);
            if (at != SIZE_MAX) add_row(&s, patches + line * l->spec.width, dx + k / l->out.height * size + at);
        }
}

/* places [n products, columns] <-> image [n columns, products] */
static void to_image(const hys__layer *l, size_t n, const float *places, float *image) {
    for (size_t s = 0; s < n; s++)
        for (size_t c = 0; c < l->columns; c++) {
            const float bias = l->n_params ? l->params[c] : 0;
            const float *in = places + s * l->products * l->columns + c;
            float *out = image + (s * l->columns + c) * l->products;
            for (size_t p = 0; p < l->products; p++) out[p] = in[p * l->columns] + bias;
        }
}

static void to_places(const hys__layer *l, size_t n, const float *image, float *places) {
    for (size_t s = 0; s < n; s++)
        for (size_t c = 0; c < l->columns; c++) {
            const float *in = image + (s * l->columns + c) * l->products;
            float *out = places + s * l->products * l->columns + c;
            for (size_t p = 0; p < l->products; p++) out[p * l->columns] = in[p];
        }
}

static hys_status forward(const hys__layer *l, const hys__visit *v, const float *x, float *y) {
    const size_t in = hys__shape_size(&l->in), out = hys__shape_size(&l->out), most = hys__patch_samples(l);
    hys_status status = HYS_OK;
    for (size_t s = 0; s < v->n && status == HYS_OK; s += most) {
        const size_t n = v->n - s < most ? v->n - s : most;
        const hys__block block = hys__block_of(l, v, s, n);
        hys__patches(l, n, x + s * in, v->patches);
        status = l->weights->kind->multiply(l->weights, &block, v->patches, v->places);
        if (status == HYS_OK) to_image(l, n, v->places, y + s * out);
    }
    return status;
}

static hys_status backward(const hys__layer *l, const hys__visit *v, const float *x, const float *y, float *dy,
                           float *dx) {
    const size_t in = hys__shape_size(&l->in), out = hys__shape_size(&l->out), most = hys__patch_samples(l);
    hys_status status = HYS_OK;
    (void)y;
    for (size_t s = 0; s < v->n && status == HYS_OK; s += most) {
        const size_t n = v->n - s < most ? v->n - s : most;
        const hys__block block = hys__block_of(l, v, s, n);
        hys__patches(l, n, x + s * in, v->patches);
        to_places(l, n, dy + s * out, v->places);
        hys__weighted_gradients(l, v, &block, v->patches, v->places);
        if (!dx) continue;
        status = l->weights->kind->multiply_back(l->weights, &block, v->places, v->patches);
        if (status == HYS_OK) add_patches(l, n, v->patches, dx + s * in);
    }
    return status;
}

const hys__layer_ops hys__conv_ops = {fit, forward, backward};
