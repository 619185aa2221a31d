/* hysteron/device.h -- devices: Verilog-A modules, compiled, described, loaded; and the shipped
 * library.
 *
 * A model is immutable once loaded and knows everything that its file says: terminals, parameters
 * with units and ranges, states, what was lifted.  Kernels are compiled when first needed and kept
 * in a cache (opts.cache_dir, else $HYSTERON_CACHE, else $XDG_CACHE_HOME/hysteron, else
 * ~/.cache/hysteron). */
#ifndef HYSTERON_DEVICE_H
#define HYSTERON_DEVICE_H
#include <hysteron/core.h>
#include <stdbool.h>
HYS_DECLS_BEGIN

typedef struct hys_model hys_model;
typedef struct hys_variant hys_variant;

typedef struct hys_model_opts {
    size_t size;
    const char *module;              /* NULL: the only one, or the one that no other instantiates */
    const char *const *include_dirs; /* besides the file's own folder */
    size_t n_include_dirs;
    const char *const *defines; /* "NAME" or "NAME=text" */
    size_t n_defines;
    const char *const *set; /* "NAME=VALUE": structural and string parameters act here; the others
                               are checked when a run sets them */
    size_t n_set;
    bool as_written;       /* lift nothing */
    bool pure;             /* variables that keep values are errors */
    const char *cache_dir; /* NULL: the default; "" : no cache, a private temporary folder */
} hys_model_opts;
hys_model_opts hys_model_opts_default(void);

/* device: a path (contains '/' or ends in .va, .vams) or the name of a shipped model. */
hys_status hys_model_load(hys_ctx *ctx, const char *device, const hys_model_opts *opts, hys_model **model);
/* The same, but always through the compiler's front end, so that all warnings are reported. */
hys_status hys_model_check(hys_ctx *ctx, const char *device, const hys_model_opts *opts, hys_model **model);
void hys_model_free(hys_model *model);

typedef struct hys_param {
    const char *name, *units, *desc; /* "" where the file says nothing */
    const char *aliases;             /* separated by '\n' */
    double value;                    /* the default, in the file's own unit */
    const char *text;                /* string parameters: the value; else NULL */
    const char *range;               /* as people write it: "(0:inf)", "" if none */
    bool is_integer, is_structural;
    int32_t line;
} hys_param;
typedef struct hys_state {
    const char *name, *units;    /* "" : no unit declared */
    bool is_lifted, is_retained; /* retained: kept as written, not a true state */
    int32_t line;
} hys_state;
typedef struct hys_output {          /* what the module tells of itself: variables with desc or units at its top */
    const char *name, *units, *desc; /* "" where the file says nothing */
} hys_output;
typedef struct hys_lift {
    const char *name, *why;
    bool is_lifted;
    int32_t line;
} hys_lift;

const char *hys_model_name(const hys_model *model); /* of the module */
const char *hys_model_file(const hys_model *model);
const char *hys_model_desc(const hys_model *model);           /* from (* desc *), "" if none */
const hys_variant *hys_model_variant(const hys_model *model); /* NULL: the device itself */
size_t hys_model_n_modules(const hys_model *model);           /* in the file; only after hys_model_check, else 1 */
const char *hys_model_module(const hys_model *model, size_t i);
size_t hys_model_n_ports(const hys_model *model);
const char *hys_model_port(const hys_model *model, size_t i);
size_t hys_model_n_params(const hys_model *model);
const hys_param *hys_model_param(const hys_model *model, size_t i);
size_t hys_model_n_states(const hys_model *model); /* true states, then retained variables */
const hys_state *hys_model_state(const hys_model *model, size_t i);
size_t hys_model_n_outputs(const hys_model *model);
hys_output hys_model_output(const hys_model *model, size_t i);
size_t hys_model_n_lifts(const hys_model *model);
const hys_lift *hys_model_lift(const hys_model *model, size_t i);
bool hys_model_is_stepped(const hys_model *model); /* runs as written, whatever its parameters are */
bool hys_model_has_draws(const hys_model *model);

/* The shipped library: a table made from models/ when hysteron is built. */
typedef struct hys_library_entry {
    const char *name, *family, *path, *desc, *reference, *label;
} hys_library_entry;
size_t hys_library_count(void);
const hys_library_entry *hys_library_get(size_t i);
/* Variants of a device: named sets of parameters, which stand as SPICE .model cards in NAME.lib beside NAME.va and are
 * devices themselves: "yakopcic_jo" is yakopcic with other parameters.  Borrowed from ctx. */
struct hys_variant {
    const char *name, *module;
    const char *desc, *label, *reference; /* "" where the file says nothing */
    const char *const *set;               /* "NAME=VALUE" */
    size_t n_set;
    int32_t line;
};
hys_status hys_device_variants(hys_ctx *ctx, const char *device, const hys_variant **variants, size_t *n);
/* The text of a device's file: for `device show`.  Borrowed from ctx. */
hys_status hys_device_source(hys_ctx *ctx, const char *device, const char **text, size_t *len);

HYS_DECLS_END
#endif
