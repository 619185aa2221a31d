/* Files in SONATA's format (github.com/AllenInstitute/sonata): HDF5 whose root group has populations, and tables beside
 * them.  Nothing that a file says is believed before it was looked at. */
#ifndef HYS_BRAIN_SONATA_H
#define HYS_BRAIN_SONATA_H
#include "base/memory.h"
#include "io/hdf5_load.h"

#define HYS__SONATA_NAME 256

typedef struct hys__sonata {
    hys_ctx *ctx;
    hys__h5 h;
    const char *path;
    hid_t file, root, population;
    char name[HYS__SONATA_NAME]; /* of the population */
} hys__sonata;

typedef struct hys__sonata_column {
    double *at; /* NULL: there is none */
    size_t n;
} hys__sonata_column;

/* root: "spikes", "edges", "nodes"; population NULL: the only one.  Closed by itself where it fails. */
hys_status hys__sonata_open(hys_ctx *ctx, const char *path, const char *root, const char *population,
                            hys__sonata *sonata);
void hys__sonata_close(hys__sonata *sonata);
hys_status hys__sonata_refuse(const hys__sonata *sonata, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
hys_status hys__sonata_read(const hys__sonata *sonata, hid_t group, const char *name, hys__arena *arena,
                            hys__sonata_column *column);
/* Population of nodes to which a column of edges belongs, as its attribute says; "": it does not. */
void hys__sonata_node_population(const hys__sonata *sonata, const char *column, char name[HYS__SONATA_NAME]);

/* ---- edges ---- */

#define HYS__EDGE_VALUES(X)                                                                                            \
    X(WEIGHT, "syn_weight", "syn_weight")                                                                              \
    X(DELAY, "delay", "delay")    /* ms */                                                                             \
    X(SYNAPSES, "nsyns", "nsyns") /* BMTK: so many synapses are one edge */                                            \
    X(SECTION, "afferent_section_id", "sec_id")                                                                        \
    X(POSITION, "afferent_section_pos", "sec_x") /* part of the section's length */
#define HYS_X(id, name, old) HYS__EDGE_##id,
typedef enum hys__edge_value { HYS__EDGE_VALUES(HYS_X) HYS__N_EDGE_VALUES } hys__edge_value;
#undef HYS_X
/* Which of them a column is; HYS__N_EDGE_VALUES: none. */
hys__edge_value hys__edge_value_of(const char *name);

typedef struct hys__edge_group {
    hys__sonata_column of[HYS__N_EDGE_VALUES];
} hys__edge_group;

typedef struct hys__edge_type {
    double id, of[HYS__N_EDGE_VALUES]; /* NaN: not said */
    const char *template;              /* NULL */
    size_t line;
} hys__edge_type;

typedef struct hys__edges {
    size_t n;
    double *source, *target, *type; /* [n]; type NULL: all are of none */
    double *group, *index;          /* [n]; NULL: one group, in the order of edges */
    hys__edge_group **groups;
    size_t n_groups;
    hys__edge_type *types; /* by ids */
    size_t n_types;
    char population[HYS__SONATA_NAME], source_nodes[HYS__SONATA_NAME], target_nodes[HYS__SONATA_NAME];
} hys__edges;

/* All that is kept is in the arena.  with_nodes: the names of populations of nodes are wanted. */
hys_status hys__edges_read(hys__arena *arena, const char *path, const char *population, bool with_nodes, hys__edges *x);
/* A table of types of edges, parted by spaces (or commas); a column "population" parts it. */
hys_status hys__edge_types_read(hys__arena *arena, const char *path, hys__edges *x);
/* NULL: it is not among the types. */
const hys__edge_type *hys__edge_type_of(const hys__edges *x, size_t k);
/* NaN: neither the edge nor its type says it. */
double hys__edge_value_at(const hys__edges *x, size_t k, const hys__edge_type *type, hys__edge_value value);
/* Nodes of a population. */
hys_status hys__nodes_count(hys_ctx *ctx, const char *path, const char *population, size_t *n);

#endif
