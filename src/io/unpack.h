/* Packed files, on zlib: gzip, and zip with what .xlsx keeps in it.  Sizes, checksums and places are those of a file
 * that may be damaged or made to do harm: nothing is believed. */
#ifndef HYS_IO_UNPACK_H
#define HYS_IO_UNPACK_H
#include "base/memory.h"

typedef struct hys__bytes {
    const char *at;
    size_t n;
} hys__bytes;

bool hys__is_gzip(hys__bytes file);
bool hys__is_zip(hys__bytes file);

/* The text in the arena, NUL-terminated; several members behind each other are one text. */
hys_status hys__gunzip(hys__arena *arena, const char *path, hys__bytes file, hys__bytes *text);

typedef struct hys__zip {
    hys__arena *arena;
    const char *path;
    hys__bytes file;
    size_t directory, n_entries; /* where its list of entries begins */
} hys__zip;
hys_status hys__zip_open(hys__arena *arena, const char *path, hys__bytes file, hys__zip *zip);
/* An entry's content, NUL-terminated; content->at NULL: there is no such entry. */
hys_status hys__zip_read(hys__zip *zip, const char *name, hys__bytes *content);

/* A sheet of a workbook as CSV: a line a row, cells separated by commas. */
typedef struct hys__sheet {
    const char *name;  /* of the one that was read */
    const char *names; /* of all: "Data, Calc, Settings" */
    size_t n_sheets;
    hys__bytes text;
} hys__sheet;
/* which: a name or a number from 1; NULL: the sheet "Data", else the first. */
hys_status hys__xlsx_read(hys__arena *arena, const char *path, hys__bytes file, const char *which, hys__sheet *result);

#endif
