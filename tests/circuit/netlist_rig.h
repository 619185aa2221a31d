/* A netlist from text, and short ways to what was read. */
#ifndef NETLIST_RIG_H
#define NETLIST_RIG_H
#include "circuit/flat.h"
#include "hys_test.h"

typedef struct netlist_rig {
    hys_ctx *ctx;
    hys__arena *arena; /* stays where it is when the rig is copied */
    hys__flat *flat;   /* NULL when it failed */
    hys_status status;
} netlist_rig;

/* A title line is put in front of the text. */
netlist_rig netlist_read(const char *text);
netlist_rig netlist_load(const char *path, const hys__flat_opts *opts);
void netlist_free(netlist_rig *rig);
/* Reads, and fails the test with the first diagnostics when there are errors. */
netlist_rig netlist_good(const char *text);
const hys__elem *netlist_elem(const netlist_rig *rig, const char *name);
double netlist_value(const netlist_rig *rig, const char *name);
/* The value of a setting of a kernel. */
double netlist_setting(const netlist_rig *rig, const char *name, const char *setting);
double netlist_param(const netlist_rig *rig, const char *name);      /* of the top level */
const char *netlist_nodes(const netlist_rig *rig, const char *elem); /* "a b"; good until the next call */
/* Reads text that is wrong: its first diagnostic is this, and its status. */
void netlist_bad(const char *text, hys_status status, const char *diag);
/* Reads text that is right, but has this first warning. */
void netlist_warned(const char *text, const char *diag);

#endif
