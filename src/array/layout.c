/* From geometry and metal to a line's resistance and capacitance. */
#include "base/diag.h"
#include <hysteron/array_layout.h>
#include <math.h>
#include <string.h>
#include <strings.h>

/* ohm m, m: D. Gall, J. Appl. Phys. 119, 085101 (2016), room temperature; anisotropic metals across the hexagonal axis
 * where lines usually lie. */
static const struct {
    const char *name;
    double resistivity, free_path;
} metals[] = {{"Ag", 1.587e-8, 53.3e-9}, {"Cu", 1.678e-8, 39.9e-9}, {"Au", 2.214e-8, 37.7e-9},
              {"Al", 2.650e-8, 18.9e-9}, {"Rh", 4.7e-8, 6.88e-9},   {"W", 5.28e-8, 15.5e-9},
              {"Ir", 5.2e-8, 7.09e-9},   {"Mo", 5.34e-8, 11.2e-9},  {"Ni", 6.93e-8, 5.87e-9},
              {"Co", 6.2e-8, 11.8e-9},   {"Ru", 7.8e-8, 6.59e-9}};
enum { N_METALS = sizeof metals / sizeof *metals };

/* In half pitches: from word line to word line, from bit line to bit line. */
static const struct {
    const char *name;
    double words, bits;
} cells[] = {{"4F2", 2, 2}, {"6F2", 2, 3}, {"8F2", 2, 4}, {"12F2", 3, 4}};
enum { N_CELLS = sizeof cells / sizeof *cells };

const char *hys_layout_metal(size_t k, double *resistivity, double *free_path) {
    if (k >= N_METALS) return NULL;
    if (resistivity) *resistivity = metals[k].resistivity;
    if (free_path) *free_path = metals[k].free_path;
    return metals[k].name;
}

/* p and R of copper lines: T. Sun et al., Phys. Rev. B 81, 155454 (2010). */
#define SPECULARITY 0.52
#define REFLECTION  0.43

hys_layout_opts hys_layout_opts_default(void) {
    return (hys_layout_opts){.size = sizeof(hys_layout_opts),
                             .half_pitch = 28e-9,
                             .metal = "Cu",
                             .specularity = -1,
                             .reflection = -1,
                             .permittivity = 3,
                             .cell = "4F2"};
}

static bool is_length(double x) {
    return x >= 0 && isfinite(x);
}

static hys_status check(hys_ctx *ctx, const hys_layout_opts *o) {
    if (!(o->half_pitch >= 1e-9 && o->half_pitch <= 1e-3))
        return hys__fail(ctx, HYS_ARG, "from 1 nm to 1 mm", "no lines have a half pitch of %g m", o->half_pitch);
    if (!is_length(o->line_width) || !is_length(o->line_thickness) || !is_length(o->barrier) || !is_length(o->grain) ||
        !is_length(o->dielectric) || !is_length(o->resistivity) || !is_length(o->free_path))
        return hys__fail(ctx, HYS_ARG, "0 or more", "a length or a resistivity that is none");
    if (!(o->line_width < 2 * o->half_pitch))
        return hys__fail(ctx, HYS_ARG, "a line and its space are two half pitches", "lines of %g m touch one another",
                         o->line_width);
    if (o->specularity > 1 || o->reflection >= 1 || isnan(o->specularity) || isnan(o->reflection))
        return hys__fail(ctx, HYS_ARG, "from 0 to 1", "surfaces or grains that reflect %g and %g of all electrons",
                         o->specularity, o->reflection);
    if (!(o->permittivity >= 1) || !isfinite(o->permittivity))
        return hys__fail(ctx, HYS_ARG, "1 or more", "no relative permittivity is %g", o->permittivity);
    return HYS_OK;
}

static hys_status find_metal(hys_ctx *ctx, const char *name, hys_layout_opts *o) {
    for (size_t k = 0; k < N_METALS; k++)
        if (!strcasecmp(name, metals[k].name)) {
            if (o->resistivity == 0) o->resistivity = metals[k].resistivity;
            if (o->free_path == 0) o->free_path = metals[k].free_path;
            return HYS_OK;
        }
    return hys__fail(ctx, HYS_ARG, "Ag, Cu, Au, Al, Rh, W, Ir, Mo, Ni, Co or Ru", "there is no metal '%s'", name);
}

static hys_status find_cell(hys_ctx *ctx, const char *name, size_t *at) {
    for (*at = 0; *at < N_CELLS; ++*at)
        if (!strcasecmp(name, cells[*at].name)) return HYS_OK;
    return hys__fail(ctx, HYS_ARG, "4F2, 6F2, 8F2 or 12F2", "there is no cell '%s'", name);
}

/* rho / rho_0 of grains.  Where a is large the closed form's terms cancel: by powers of 1/a. */
static double of_grains(double a) {
    if (!(a > 0)) return 1;
    if (a > 100) return 4 * a / 3 + 16.0 / 15 - 8 / (225 * a);
    return 1 / (3 * (1 / 3.0 - a / 2 + a * a - a * a * a * log1p(1 / a)));
}

static double of_surfaces(const hys_layout_opts *o, double width, double height) {
    return 0.375 * (1 - o->specularity) * o->free_path * (1 / width + 1 / height);
}

#define VACUUM 8.8541878128e-12 /* F/m */

/* F/m: T. Sakurai, K. Tamaru, IEEE Trans. Electron Devices 30, 183 (1983): to the plane, and to both neighbours. */
static double capacitance(const hys_layout_opts *o) {
    const double w = o->line_width / o->dielectric, t = o->line_thickness / o->dielectric;
    const double space = (2 * o->half_pitch - o->line_width) / o->dielectric, edge = pow(t, 0.222);
    const double plane = 1.15 * w + 2.80 * edge, beside = (0.03 * w + 0.83 * t - 0.07 * edge) * pow(space, -1.34);
    return VACUUM * o->permittivity * (plane + 2 * beside);
}

static void complete(const hys_layout_opts *given, hys_layout_opts *o) {
    *o = hys_layout_opts_default();
    if (given) memcpy(o, given, given->size < sizeof *o ? given->size : sizeof *o);
    if (!o->metal) o->metal = "Cu";
    if (!o->cell) o->cell = "4F2";
    if (o->line_width == 0) o->line_width = o->half_pitch;
    if (o->line_thickness == 0) o->line_thickness = 2 * o->line_width;
    if (o->grain == 0) o->grain = o->line_width;
    if (o->dielectric == 0) o->dielectric = o->line_thickness;
    if (o->specularity < 0) o->specularity = SPECULARITY;
    if (o->reflection < 0) o->reflection = REFLECTION;
}

hys_status hys_layout_make(hys_ctx *ctx, const hys_layout_opts *opts, hys_layout *layout) {
    hys_layout_opts o;
    size_t cell = 0;
    complete(opts, &o);
    hys_status status = check(ctx, &o);
    if (status == HYS_OK) status = find_metal(ctx, o.metal, &o);
    if (status == HYS_OK) status = find_cell(ctx, o.cell, &cell);
    if (status != HYS_OK) return status;
    const double width = o.line_width - 2 * o.barrier, height = o.line_thickness - o.barrier;
    if (!(width > 0) || !(height > 0))
        return hys__fail(ctx, HYS_ARG, "thinner than half a line", "a barrier of %g m leaves nothing of the line",
                         o.barrier);
    const double grains = o.free_path / o.grain * o.reflection / (1 - o.reflection);
    hys_layout l = {.size = sizeof l, .bulk_resistivity = o.resistivity};
    l.resistivity = o.resistivity * (of_grains(grains) + of_surfaces(&o, width, height));
    l.word_segment = cells[cell].bits * o.half_pitch;
    l.bit_segment = cells[cell].words * o.half_pitch;
    l.word_resistance = l.resistivity * l.word_segment / (width * height);
    l.bit_resistance = l.resistivity * l.bit_segment / (width * height);
    l.word_capacitance = capacitance(&o) * l.word_segment;
    l.bit_capacitance = capacitance(&o) * l.bit_segment;
    l.cell_area = l.word_segment * l.bit_segment;
    l.array_area = l.cell_area * (double)o.rows * (double)o.columns;
    *layout = l;
    return HYS_OK;
}

void hys_layout_apply(const hys_layout *l, hys_array_opts *opts) {
    opts->word_wire = l->word_resistance;
    opts->bit_wire = l->bit_resistance;
    opts->word_capacitance = l->word_capacitance;
    opts->bit_capacitance = l->bit_capacitance;
}
