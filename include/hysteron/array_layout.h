/* hysteron/array_layout.h -- what the lines of a crossbar are made of: resistance and capacitance of a segment, area.
 *
 * Resistivity rises as lines get narrow: electrons are scattered at surfaces (Fuchs 1938, Sondheimer 1952, for a wire
 * to first order) and at grain boundaries (Mayadas and Shatzkes 1970), which add up:
 *
 *     rho / rho_0 = 1 / (3 (1/3 - a/2 + a^2 - a^3 ln(1 + 1/a))) + 3/8 (1 - p) l (1/w + 1/h),   a = l/D R/(1 - R)
 *
 * l: mean free path, D: size of grains, p: part that surfaces reflect like mirrors, R: part that boundaries reflect.
 * Capacitance is that of a line between two neighbours above a plane (Sakurai and Tamaru 1983). */
#ifndef HYSTERON_ARRAY_LAYOUT_H
#define HYSTERON_ARRAY_LAYOUT_H
#include <hysteron/array.h>
HYS_DECLS_BEGIN

typedef struct hys_layout_opts {
    size_t size;
    double half_pitch;               /* m: F */
    double line_width;               /* m; 0: F */
    double line_thickness;           /* m; 0: twice the width */
    double barrier;                  /* m: on the bottom and both sides of a line, does not conduct */
    const char *metal;               /* "Cu", "W" ..., see hys_layout_metal; NULL: "Cu" */
    double resistivity, free_path;   /* ohm m, m; 0: of the metal */
    double specularity, reflection;  /* p and R; -1: 0.52 and 0.43 */
    double grain;                    /* m; 0: the width */
    double permittivity, dielectric; /* relative; m: down to the plane, 0: the thickness of a line */
    const char *cell;                /* "4F2", "6F2", "8F2", "12F2"; NULL: "4F2" */
    size_t rows, columns;            /* 0: no array's area */
} hys_layout_opts;
hys_layout_opts hys_layout_opts_default(void); /* F 28 nm, copper, relative permittivity 3 */

typedef struct hys_layout {
    size_t size;
    double resistivity;                       /* ohm m */
    double bulk_resistivity;                  /* ohm m */
    double word_resistance, bit_resistance;   /* ohm: of a segment, from crossing to crossing */
    double word_capacitance, bit_capacitance; /* F: of a segment */
    double word_segment, bit_segment;         /* m: its length */
    double cell_area, array_area;             /* m^2 */
} hys_layout;
hys_status hys_layout_make(hys_ctx *ctx, const hys_layout_opts *opts, hys_layout *layout);
/* Wires and their capacitances to an array's options. */
void hys_layout_apply(const hys_layout *layout, hys_array_opts *opts);

/* NULL behind the last.  Resistivity ohm m, mean free path m, at room temperature. */
const char *hys_layout_metal(size_t k, double *resistivity, double *free_path);

HYS_DECLS_END
#endif
