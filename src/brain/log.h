/* The log of a run: blocks that are only ever appended, each with its length and checksum, so that what was flushed
 * can be read whatever happened later.
 *
 *     log   = { block }
 *     block = "HYSLOG1\n" kind:u32 index:u32 bytes:u64 sum:u64 payload
 * all little-endian.  sum: the first eight bytes of BLAKE2b-256 of kind, index, bytes and payload.
 *
 * Of several ranks each appends what its own cells did to a file of its own, PATH.RANK.  Marks stand at the same times
 * in all of them: what happened until the last mark that all have makes up the log of the run (log_ranks.c). */
#ifndef HYS_BRAIN_LOG_H
#define HYS_BRAIN_LOG_H
#include "base/file.h"
#include <hysteron/brain_experiment.h>

#define HYS__LOG_MAGIC "HYSLOG1\n"

typedef enum hys__log_kind {
    HYS__LOG_HEAD = 1, /* lines of words that tabs part: "note KEY VALUE", "population NAME CELLS",
                          "record NAME POPULATION WHAT UNIT EVERY CELL:COMPARTMENT ..."; of several ranks also
                          "rank RANK RANKS RUN" and of each record "mine RECORD COLUMN ...": those in this file */
    HYS__LOG_SPIKES,   /* of population `index`: times, then cells (u32) */
    HYS__LOG_ROWS,     /* of record `index`: n:u64, times, then column by column */
    HYS__LOG_UNTIL,    /* all that happened until the time (s) is in the log */
    HYS__LOG_END       /* and the run ended there */
} hys__log_kind;

typedef struct hys__log_block {
    char magic[8];
    uint32_t kind, index;
    uint64_t bytes, sum;
} hys__log_block;

typedef struct hys__log_part {
    const void *at;
    size_t size;
} hys__log_part;
uint64_t hys__log_sum_parts(const hys__log_block *block, const hys__log_part *parts, size_t n);

/* Letters, digits, _, - and +, 64 at most: names become those of files and of groups in HDF5. */
bool hys__log_is_name(const char *name);

typedef struct hys__log hys__log;
hys_status hys__log_new(hys_ctx *ctx, const char *path, const hys__text *head, hys__log **result);
hys_status hys__log_spikes(hys__log *log, size_t population, const double *times, const uint32_t *cells, size_t n);
/* columns: [n_columns] of n values each. */
hys_status hys__log_rows(hys__log *log, size_t record, const double *t, const double *const *columns, size_t n_columns,
                         size_t n);
/* Everything before is on its way to the disk. */
hys_status hys__log_until(hys__log *log, double time, bool is_end);
void hys__log_free(hys__log *log); /* NULL is fine */
/* Goes on behind so many bytes of a log that is there; what follows them is dropped. */
hys_status hys__log_append(hys_ctx *ctx, const char *path, uint64_t bytes, hys__log **result);
int hys__log_error(const hys__log *log); /* errno of what could not be written; 0 */

/* log_read.c */
typedef struct hys__log_chunk {
    uint32_t kind, index;
    uint64_t at, bytes; /* of the payload */
    uint64_t n;         /* spikes or rows */
} hys__log_chunk;

typedef struct hys__log_mark { /* all that happened until the time is before the byte */
    double time;
    uint64_t end;
} hys__log_mark;

typedef struct hys__log_mine { /* columns of a record */
    uint32_t *columns;
    size_t n;
} hys__log_mine;

typedef struct hys__log_merged { /* a block of all ranks, as one rank would have written it */
    const hys__log_chunk *chunk; /* NULL: none yet */
    char *at;
    size_t size;
} hys__log_merged;

struct hys_brain_log {
    hys_ctx *ctx;
    hys__arena arena;
    FILE *file;
    const char *path;
    uint64_t size;
    hys_brain_log_info info;
    struct {
        const char **at;
        size_t n, cap;
    } notes;
    struct {
        hys_brain_log_population *at;
        size_t n, cap;
    } populations;
    struct {
        hys_brain_log_record *at;
        size_t n, cap;
    } records;
    struct {
        hys__log_chunk *at;
        size_t n, cap;
    } chunks;
    struct {
        hys__log_mark *at;
        size_t n, cap;
    } marks;
    /* of one of several ranks */
    size_t rank, n_ranks; /* n_ranks 0: the only one */
    double run;           /* a number that all files of a run have */
    hys__hash head;       /* of what is the same in the heads of all */
    struct {
        hys__log_mine *at;
        size_t n, cap;
    } mine;
    /* Of all ranks together.  Chunks have no place in a file: `at` counts the marks before them, `end` of a mark those
     * up to it. */
    hys_brain_log **parts; /* [n_parts] */
    size_t n_parts;        /* 0: one file */
    struct {
        const hys__log_chunk **at; /* [chunks] [n_parts]; NULL: it has nothing of that */
        size_t n, cap;
    } pieces;
    hys__log_merged *merged;
};

/* One file. */
hys_status hys__log_open(hys_ctx *ctx, const char *path, hys_brain_log **result);

/* log_ranks.c */
#define HYS__LOG_PATH       4400
#define HYS__LOG_MOST_RANKS 1024
/* PATH.RANK; on one rank PATH. */
void hys__log_part_path(const char *path, size_t rank, size_t n_ranks, char to[HYS__LOG_PATH]);
/* Removes files of runs of that path that had another number of ranks. */
void hys__log_clear(const char *path, size_t n_ranks);
/* All files of the run of which `part` is one; takes it. */
hys_status hys__log_gather(hys_brain_log *part, hys_brain_log **result);
/* The block as one rank would have written it: until the next call. */
hys_status hys__log_merge(const hys_brain_log *log, const hys__log_chunk *chunk);

/* The next block from *k on of the kind and index; NULL: there is none. */
const hys__log_chunk *hys__log_next(const hys_brain_log *log, size_t *k, hys__log_kind kind, size_t index);
/* Payload from the byte on. */
hys_status hys__log_fetch(const hys_brain_log *log, const hys__log_chunk *chunk, uint64_t from, void *to, size_t size);

#endif
