/* hysteron/import.h -- files of instruments: which one wrote a file is found out, and everything that was assumed on
 * the way is told.  Numbers come out in SI, columns that hold them as time, v and i; of impedance as f, Z.re, Z.im. */
#ifndef HYSTERON_IMPORT_H
#define HYSTERON_IMPORT_H
#include <hysteron/table.h>
HYS_DECLS_BEGIN

typedef struct hys_import_opts {
    size_t size;
    const char *format;       /* a format's name of hys_import_format_name; NULL: found out */
    const char *const *units; /* "i=uA": what the numbers of a column are in, whatever the file says */
    size_t n_units;
    const char *const *columns; /* "v=DrainV": which of the file's columns is called v */
    size_t n_columns;
    const char *names; /* "time,v,-,i[uA]": what the columns are called, in order; "-" leaves a name; NULL */
    const char *sheet; /* of a workbook: a name or a number; NULL: "Data", else the first */
    int32_t skip;      /* lines at the head of the text that are not looked at */
    /* For protocols: columns are called time, v and i for their names only, not for their units; cells of CSV may be
     * empty, nan, or, in a column that begins with one, words. */
    bool by_word;
} hys_import_opts;
hys_import_opts hys_import_opts_default(void);

typedef struct hys_imported hys_imported;
hys_status hys_import(hys_ctx *ctx, const char *path, const hys_import_opts *opts, hys_imported **result);
void hys_imported_free(hys_imported *result);
/* Measurements of the file, at least one; tables belong to the result. */
size_t hys_imported_n(const hys_imported *result);
const hys_table *hys_imported_table(const hys_imported *result, size_t measurement);
const char *hys_imported_title(const hys_imported *result, size_t measurement); /* "" where the file has none */
const char *hys_imported_format(const hys_imported *result);                    /* "Keysight EasyEXPERT text" */
bool hys_imported_is_impedance(const hys_imported *result);
/* Sentences: "decimal commas", "v is V3 and i is I3, the swept channel". */
size_t hys_imported_n_assumed(const hys_imported *result);
const char *hys_imported_assumed(const hys_imported *result, size_t i);

/* The formats that are known. */
size_t hys_import_n_formats(void);
const char *hys_import_format_name(size_t format);    /* "easyexpert" */
const char *hys_import_format_summary(size_t format); /* "Keysight EasyEXPERT text (B1500A, B1505A)" */

HYS_DECLS_END
#endif
