/* ArC TWO: HDF5 with a time series of operations a crosspoint, allocated with room to spare; NROWS of it count. */
#include "base/diag.h"
#include "io/hdf5_load.h"
#include "io/import.h"
#include <math.h>
#include <string.h>

#define READ_ONLY   0u /* H5F_ACC_RDONLY, whose macro calls the library by name */
#define MAX_ROWS    ((hsize_t)100000000)
#define MAX_POINTS  ((hsize_t)100000)
#define MAX_NAME    64
#define CROSSPOINTS "crosspoints"

enum { READ = 1, PULSE = 2, PULSE_READ = 3 };

typedef struct operation {
    double current, voltage, pulse_width, read_voltage, op_type;
} operation;

typedef struct arc_two {
    hys__import *im;
    hys__h5 h;
    double amplitude, width; /* of the last pulse that no read has followed; NAN: none */
} arc_two;

bool hys__import_is_hdf5(const hys__csv *text) {
    return text->end - text->at >= 8 && !memcmp(text->at, "\x89HDF\r\n\x1a\n", 8);
}

static hys_status refuse(const arc_two *a, const char *where, const char *what) {
    return hys__report_at(a->im->csv.ctx, HYS_ERROR, HYS_SYNTAX, a->im->csv.path, 0, 0, "", "", "%s: %s", where, what);
}

static hid_t operation_type(const hys__h5 *h) {
    static const struct {
        const char *name;
        size_t offset;
    } members[] = {{"current", offsetof(operation, current)},
                   {"voltage", offsetof(operation, voltage)},
                   {"pulse_width", offsetof(operation, pulse_width)},
                   {"read_voltage", offsetof(operation, read_voltage)},
                   {"op_type", offsetof(operation, op_type)}};
    hid_t type = h->Tcreate(H5T_COMPOUND, sizeof(operation));
    for (size_t k = 0; type >= 0 && k < sizeof members / sizeof *members; k++)
        if (h->Tinsert(type, members[k].name, members[k].offset, h->T_NATIVE_DOUBLE) < 0) {
            h->Tclose(type);
            return -1;
        }
    return type;
}

/* NROWS where it is there, else all rows. */
static bool count_rows(const hys__h5 *h, hid_t set, hid_t space, hsize_t *n) {
    hssize_t all = h->Sget_simple_extent_ndims(space) == 1 ? h->Sget_simple_extent_npoints(space) : -1;
    double said = (double)all;
    if (all < 0) return false;
    if (h->Aexists(set, "NROWS") > 0) {
        hid_t attribute = h->Aopen(set, "NROWS", H5P_DEFAULT);
        bool ok = attribute >= 0 && h->Aread(attribute, h->T_NATIVE_DOUBLE, &said) >= 0;
        if (attribute >= 0) h->Aclose(attribute);
        if (!ok) return false;
    }
    if (!(said >= 0 && said <= (double)all)) return false;
    *n = (hsize_t)said;
    return *n <= MAX_ROWS;
}

/* A read gives a row, with the pulse before it. */
static hys_status add_operation(arc_two *a, const operation *o) {
    if (o->op_type == PULSE) {
        a->amplitude = o->voltage;
        a->width = o->pulse_width;
        return HYS_OK;
    }
    bool is_both = o->op_type == PULSE_READ;
    const double row[] = {is_both ? o->read_voltage : o->voltage, o->current, is_both ? o->voltage : a->amplitude,
                          is_both ? o->pulse_width : a->width};
    a->amplitude = a->width = NAN;
    for (size_t c = 0; c < 4; c++) {
        const hys__csv_unit *unit = &a->im->csv.units[c];
        double value = isfinite(row[c]) ? row[c] : NAN;
        a->im->csv.row[c] = unit->is_converted ? hys__unit_to_si(&unit->unit, value) : value;
    }
    return hys_table_add_row(a->im->csv.table, a->im->csv.row);
}

static hys_status begin(arc_two *a, const char *name) {
    static const char *const columns[][2] = {{"v", "V"}, {"i", "A"}, {"amplitude", "V"}, {"width", "s"}};
    hys_status status = hys__import_begin(a->im, 4);
    for (size_t c = 0; status == HYS_OK && c < 4; c++) status = hys__import_column(a->im, columns[c][0], columns[c][1]);
    if (status == HYS_OK) status = hys__import_named(a->im);
    a->im->title = hys__arena_strndup(a->im->arena, name, strlen(name));
    a->amplitude = a->width = NAN;
    return status == HYS_OK && !a->im->title ? HYS_NOMEM : status;
}

static hys_status read_rows(arc_two *a, hid_t set, hid_t space, const char *name) {
    const hys__h5 *h = &a->h;
    hsize_t n = 0, start = 0;
    if (!count_rows(h, set, space, &n))
        return refuse(a, name, "timeseries is no list of operations, or NROWS is wrong");
    if (n == 0) return HYS_OK;
    operation *rows = hys__realloc(a->im->csv.ctx, NULL, 0, (size_t)n * sizeof *rows);
    if (!rows) return HYS_NOMEM;
    hid_t type = operation_type(h), into = h->Screate_simple(1, &n, NULL);
    bool ok = type >= 0 && into >= 0 && h->Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &n, NULL) >= 0 &&
              h->Dread(set, type, into, space, H5P_DEFAULT, rows) >= 0;
    hys_status status = ok ? begin(a, name) : refuse(a, name, "timeseries cannot be read: other columns, or damaged");
    for (hsize_t k = 0; status == HYS_OK && k < n; k++) status = add_operation(a, &rows[k]);
    if (status == HYS_OK) status = hys__import_end(a->im);
    if (into >= 0) h->Sclose(into);
    if (type >= 0) h->Tclose(type);
    hys__free(a->im->csv.ctx, rows, (size_t)n * sizeof *rows);
    return status;
}

static hys_status read_point(arc_two *a, hid_t points, const char *name) {
    const hys__h5 *h = &a->h;
    hid_t point = h->Gopen2(points, name, H5P_DEFAULT);
    if (point < 0) return HYS_OK;
    hys_status status = HYS_OK;
    if (h->Lexists(point, "timeseries", H5P_DEFAULT) > 0) {
        hid_t set = h->Dopen2(point, "timeseries", H5P_DEFAULT), space = set >= 0 ? h->Dget_space(set) : -1;
        status = space >= 0 ? read_rows(a, set, space, name) : refuse(a, name, "timeseries cannot be read");
        if (space >= 0) h->Sclose(space);
        if (set >= 0) h->Dclose(set);
    }
    h->Gclose(point);
    return status;
}

static hys_status read_points(arc_two *a, hid_t points) {
    H5G_info_t info;
    if (a->h.Gget_info(points, &info) < 0 || info.nlinks > MAX_POINTS)
        return refuse(a, CROSSPOINTS, "the list of crosspoints cannot be read");
    hys_status status = HYS_OK;
    for (hsize_t k = 0; status == HYS_OK && k < info.nlinks; k++) {
        char name[MAX_NAME];
        ssize_t n = a->h.Lget_name_by_idx(points, ".", H5_INDEX_NAME, H5_ITER_INC, k, name, sizeof name, H5P_DEFAULT);
        if (n > 0 && (size_t)n < sizeof name) status = read_point(a, points, name);
        if (hys_ctx_is_cancelled(a->im->csv.ctx)) return HYS_CANCEL;
    }
    return status;
}

static hys_status read_file(arc_two *a) {
    const hys__h5 *h = &a->h;
    hid_t file = h->Fopen(a->im->csv.path, READ_ONLY, H5P_DEFAULT);
    if (file < 0) return refuse(a, "HDF5", "this file is damaged or cut off");
    hid_t points = h->Lexists(file, CROSSPOINTS, H5P_DEFAULT) > 0 ? h->Gopen2(file, CROSSPOINTS, H5P_DEFAULT) : -1;
    hys_status status =
        points >= 0 ? read_points(a, points) : refuse(a, "HDF5", "there is no group 'crosspoints': not of ArC TWO");
    if (points >= 0) h->Gclose(points);
    h->Fclose(file);
    return status;
}

hys_status hys__import_arc_two(hys__import *im) {
    arc_two a = {.im = im};
    im->csv.is_instrument = true;
    im->is_named = true;
    im->csv.line = im->csv.line_end = im->csv.at; /* nothing to show in complaints */
    if (!hys__import_is_hdf5(&im->csv)) return refuse(&a, "arc-two", "this is no HDF5 file");
    hys_status status = hys__h5_load(im->csv.ctx, &a.h);
    if (status != HYS_OK) return status;
    status = read_file(&a);
    hys__h5_unload(&a.h);
    if (status != HYS_OK) return status;
    return hys__import_assume(im,
                              "each read is a row, with the pulse before it; v is the read voltage; experiments' own "
                              "tables are not read");
}
