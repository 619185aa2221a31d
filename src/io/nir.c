/* NIR graphs read. */
#include "io/nir.h"
#include "io/hdf5_load.h"
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#define READ_ONLY   0x0000u /* H5F_ACC_RDONLY, whose macro calls the library by name */
#define MOST_DEPTH  8       /* graphs in graphs */
#define MOST_NODES  4096u
#define MOST_EDGES  16384u
#define MOST_PARAMS 64u /* of a node */
#define MOST_VALUES ((size_t)1 << 27)
#define MOST_TEXT   4096u
#define MOST_NAME   256u
#define MOST_RATIO  1100u /* deflate packs 1032 bytes into one at best */
#define CHUNK_ENTRY 24u   /* least bytes in the file about a piece of a data set, beside its values */

typedef struct reader {
    hys__arena *arena;
    hys__h5 h;
    hys__nir *graph;
    size_t file_size, n_values;
    struct {
        struct home {
            const char *name; /* of this node within its graph */
            size_t graph;
        } * at;
        size_t n, cap;
    } homes; /* one a node */
    struct {
        struct inner {
            const char *name; /* as its parent's edges call it */
            size_t parent;
        } * at;
        size_t n, cap;
    } graphs;
} reader;

/* A graph whose groups are open. */
typedef struct level {
    size_t number; /* of r->graphs */
    const char *prefix;
    int depth;
} level;

static hys_status refuse(const reader *r, const char *hint, const char *what) {
    return hys__report_at(r->arena->ctx, HYS_ERROR, HYS_SYNTAX, r->graph->path, 0, 0, "", hint, "%s", what);
}

static hys_status refuse_in(const reader *r, const char *node, const char *param, const char *what) {
    return hys__report_at(r->arena->ctx, HYS_ERROR, HYS_SYNTAX, r->graph->path, 0, 0, "", "",
                          "node '%.80s': '%.80s' %s", node, param, what);
}

static hys_status too_large(const reader *r) {
    return hys__report_at(r->arena->ctx, HYS_ERROR, HYS_LIMIT, r->graph->path, 0, 0, "", "",
                          "this graph is too large: at most %u nodes, %u edges and %zu million values are read",
                          MOST_NODES, MOST_EDGES, MOST_VALUES / 1000000);
}

/* ---- data sets ---- */

/* The k-th name of a group; NULL with *is_hard false: a link to elsewhere, which is passed over. */
static hys_status name_at(const reader *r, hid_t group, size_t k, const char **name) {
    char buf[MOST_NAME];
    const ssize_t n = r->h.Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, k, buf, sizeof buf, H5P_DEFAULT);
    *name = NULL;
    if (n < 0 || (size_t)n >= sizeof buf) return refuse(r, "", "a name in this file is damaged, or too long");
    if (r->h.Lget_val(group, buf, NULL, 0, H5P_DEFAULT) >= 0) return HYS_OK;
    *name = hys__arena_strndup(r->arena, buf, (size_t)n);
    return *name ? HYS_OK : HYS_NOMEM;
}

static size_t n_links(const reader *r, hid_t group) {
    H5G_info_t info;
    return r->h.Gget_info(group, &info) >= 0 ? (size_t)info.nlinks : 0;
}

typedef struct set {
    hid_t id, type, space;
    H5T_class_t class;
    size_t size; /* of a value in the file */
    bool is_variable;
    size_t n, n_axes;
    hsize_t shape[H5S_MAX_RANK];
} set;

static void close_set(const reader *r, const set *s) {
    if (s->space >= 0) r->h.Sclose(s->space);
    if (s->type >= 0) r->h.Tclose(s->type);
    if (s->id >= 0) r->h.Dclose(s->id);
}

/* Pieces that the values are stored in. */
static double n_chunks(const reader *r, const set *s, hid_t plan) {
    hsize_t chunk[H5S_MAX_RANK];
    double n = 1;
    if (r->h.Pget_chunk(plan, H5S_MAX_RANK, chunk) != (int)s->n_axes) return 1;
    for (size_t k = 0; k < s->n_axes; k++) n *= ceil((double)s->shape[k] / (double)(chunk[k] ? chunk[k] : 1));
    return n;
}

/* Whether the file can hold so many values, as they are or packed: it has an entry for each piece. */
static bool is_held(const reader *r, const set *s) {
    const size_t stored = (size_t)r->h.Dget_storage_size(s->id);
    const hid_t plan = r->h.Dget_create_plist(s->id);
    if (plan < 0) return false;
    const size_t ratio = r->h.Pget_nfilters(plan) > 0 ? MOST_RATIO : 1;
    const bool fits = s->size > 0 && stored <= r->file_size && s->n / ratio <= stored / s->size;
    const bool has_entries = n_chunks(r, s, plan) <= (double)r->file_size / CHUNK_ENTRY;
    r->h.Pclose(plan);
    return fits && has_entries;
}

/* False where there is no such data set, or one that is more than its file can hold. */
static bool open_set(const reader *r, hid_t group, const char *name, set *s) {
    const hys__h5 *h = &r->h;
    *s = (set){.id = -1, .type = -1, .space = -1};
    if (h->Lexists(group, name, H5P_DEFAULT) <= 0) return false;
    s->id = h->Dopen2(group, name, H5P_DEFAULT);
    if (s->id >= 0) s->type = h->Dget_type(s->id);
    if (s->id >= 0) s->space = h->Dget_space(s->id);
    if (s->type < 0 || s->space < 0) return false;
    const hssize_t n = h->Sget_simple_extent_npoints(s->space);
    const int n_axes = h->Sget_simple_extent_dims(s->space, s->shape, NULL);
    if (n < 0 || n_axes < 0) return false;
    s->class = h->Tget_class(s->type);
    s->size = h->Tget_size(s->type);
    s->is_variable = s->class == H5T_STRING && h->Tis_variable_str(s->type) > 0;
    s->n = (size_t)n;
    s->n_axes = (size_t)n_axes;
    return is_held(r, s);
}

/* Texts of a data set, [n] in the arena; NULL: it cannot be read. */
static hys_status take_texts(const reader *r, const set *s, const char ***texts) {
    const size_t width = s->is_variable ? sizeof(char *) : s->size;
    *texts = NULL;
    if (s->class != H5T_STRING || width > MOST_TEXT) return HYS_OK;
    const char **list = HYS_NEW_N(r->arena, const char *, s->n ? s->n : 1);
    char *raw = hys__arena_calloc(r->arena, s->n ? s->n : 1, width);
    if (!list || !raw) return HYS_NOMEM;
    if (r->h.Dread(s->id, s->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw) < 0) return HYS_OK;
    for (size_t k = 0; k < s->n && !r->arena->failed; k++) {
        const char *from = raw + k * width;
        if (s->is_variable) memcpy(&from, raw + k * width, sizeof from);
        list[k] = from ? hys__arena_strndup(r->arena, from, s->is_variable ? MOST_TEXT : width) : "";
    }
    if (s->is_variable) r->h.Dvlen_reclaim(s->type, s->space, H5P_DEFAULT, raw);
    *texts = list;
    return r->arena->failed ? HYS_NOMEM : HYS_OK;
}

/* A lone text; NULL: there is none of that name. */
static hys_status read_text(const reader *r, hid_t group, const char *name, const char **text) {
    set s;
    const char **texts = NULL;
    hys_status status = HYS_OK;
    *text = NULL;
    if (open_set(r, group, name, &s) && s.n == 1) status = take_texts(r, &s, &texts);
    close_set(r, &s);
    if (texts) *text = texts[0];
    return status;
}

/* ---- parameters ---- */

static hys_status take_values(reader *r, const char *node, const set *s, hys__nir_param *p) {
    if (s->n > MOST_VALUES || r->n_values + s->n > MOST_VALUES) return too_large(r);
    r->n_values += s->n;
    p->kind = s->class == H5T_INTEGER ? HYS__NIR_INT64 : s->size <= 4 ? HYS__NIR_FLOAT32 : HYS__NIR_FLOAT64;
    p->n_axes = s->n_axes;
    p->n = s->n;
    for (size_t k = 0; k < s->n_axes; k++) p->shape[k] = (size_t)s->shape[k];
    double *values = HYS_NEW_N(r->arena, double, s->n ? s->n : 1);
    if (!values) return HYS_NOMEM;
    if (r->h.Dread(s->id, r->h.T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)
        return refuse_in(r, node, p->name, "cannot be read: is the file complete?");
    for (size_t k = 0; k < s->n; k++)
        if (!isfinite(values[k])) return refuse_in(r, node, p->name, "holds a value that is not finite");
    p->values = values;
    return HYS_OK;
}

static hys_status take_param(reader *r, const char *node, const set *s, hys__nir_param *p, bool *is_taken) {
    const char **texts;
    *is_taken = true;
    if ((s->class == H5T_INTEGER || s->class == H5T_FLOAT) && s->n_axes <= HYS__NIR_MOST_AXES)
        return take_values(r, node, s, p);
    hys_status status = s->n == 1 ? take_texts(r, s, &texts) : HYS_OK;
    *is_taken = status == HYS_OK && s->n == 1 && texts;
    if (!*is_taken) return status;
    p->kind = HYS__NIR_TEXT;
    p->text = texts[0];
    return HYS_OK;
}

/* is_note: of the group metadata, where what is neither a number nor a text does no harm. */
static hys_status read_param(reader *r, hid_t group, const char *name, hys__nir_node *node, bool is_note) {
    set s;
    hys__nir_param p = {.name = is_note ? hys__arena_printf(r->arena, "metadata/%s", name) : name};
    bool is_taken = false;
    if (!p.name) return HYS_NOMEM;
    hys_status status = HYS_OK;
    const bool is_set = open_set(r, group, name, &s), is_empty = is_set && !s.n && !s.n_axes;
    if (is_set && !is_empty) status = take_param(r, node->name, &s, &p, &is_taken);
    close_set(r, &s);
    if (status != HYS_OK) return status;
    if (!is_taken && !is_note && !is_empty)
        return refuse_in(r, node->name, name, "is damaged, or neither numbers nor a text");
    if (!is_taken) return HYS_OK;
    if (node->params.n == MOST_PARAMS) return too_large(r);
    return hys__nir_add_values(r->arena, node, &p) ? HYS_OK : HYS_NOMEM;
}

static hys_status read_params(reader *r, hid_t group, hys__nir_node *node, bool is_note) {
    const size_t n = n_links(r, group);
    hys_status status = HYS_OK;
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        const char *name;
        status = name_at(r, group, k, &name);
        if (status != HYS_OK || !name || !strcmp(name, "type")) continue;
        const bool is_metadata = !is_note && !strcmp(name, "metadata");
        const hid_t inner = is_metadata ? r->h.Gopen2(group, name, H5P_DEFAULT) : -1;
        if (inner >= 0) {
            status = read_params(r, inner, node, true);
            r->h.Gclose(inner);
        } else {
            status = read_param(r, group, name, node, is_note);
        }
    }
    return status;
}

/* ---- nodes and graphs ---- */

static hys_status read_graph(reader *r, hid_t group, level at);

static hys_status read_inner(reader *r, hid_t group, const level *at, const char *name, const char *full) {
    const level inner = {r->graphs.n, hys__arena_printf(r->arena, "%s.", full), at->depth + 1};
    struct inner *made = HYS_PUSH(r->arena, &r->graphs);
    if (!made || !inner.prefix) return HYS_NOMEM;
    *made = (struct inner){name, at->number};
    if (inner.depth > MOST_DEPTH || r->graphs.n > MOST_NODES) return too_large(r);
    return read_graph(r, group, inner);
}

static hys_status read_node(reader *r, hid_t group, const level *at, const char *name) {
    const char *type, *full = hys__arena_printf(r->arena, "%s%s", at->prefix, name);
    if (!full) return HYS_NOMEM;
    hys_status status = read_text(r, group, "type", &type);
    if (status != HYS_OK) return status;
    if (!type) return refuse_in(r, full, "type", "is missing");
    if (!strcmp(type, "NIRGraph")) return read_inner(r, group, at, name, full);
    if (r->graph->nodes.n == MOST_NODES) return too_large(r);
    hys__nir_node *node = hys__nir_add(r->arena, r->graph, full, type);
    struct home *home = node ? HYS_PUSH(r->arena, &r->homes) : NULL;
    if (!home) return HYS_NOMEM;
    *home = (struct home){name, at->number};
    return read_params(r, group, node, false);
}

static hys_status read_nodes(reader *r, hid_t group, const level *at) {
    const size_t n = n_links(r, group);
    hys_status status = HYS_OK;
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        const char *name;
        status = name_at(r, group, k, &name);
        if (status != HYS_OK || !name) continue;
        const hid_t node = r->h.Gopen2(group, name, H5P_DEFAULT);
        if (node < 0) return refuse_in(r, name, "type", "is missing: this is no node");
        status = read_node(r, node, at, name);
        r->h.Gclose(node);
    }
    return status;
}

/* ---- edges ---- */

/* A node that is a graph stands for its Input where edges lead to it, for its Output where they come from it. */
static bool find_end(const reader *r, size_t graph, const char *name, const char *type, size_t *node) {
    for (*node = 0; *node < r->homes.n; ++*node)
        if (r->homes.at[*node].graph == graph && !strcmp(r->homes.at[*node].name, name)) return true;
    size_t inner = 1;
    while (inner < r->graphs.n && (r->graphs.at[inner].parent != graph || strcmp(r->graphs.at[inner].name, name) != 0))
        inner++;
    for (*node = 0; inner < r->graphs.n && *node < r->homes.n; ++*node)
        if (r->homes.at[*node].graph == inner && !strcmp(r->graph->nodes.at[*node].type, type)) return true;
    return false;
}

static hys_status add_edge(reader *r, const level *at, const char *from, const char *to) {
    hys__nir_edge edge;
    const bool has_from = find_end(r, at->number, from, "Output", &edge.from);
    if (!has_from || !find_end(r, at->number, to, "Input", &edge.to))
        return hys__report_at(r->arena->ctx, HYS_ERROR, HYS_SYNTAX, r->graph->path, 0, 0, "", "",
                              "the edge from '%.80s' to '%.80s': there is no node '%.80s'", from, to,
                              has_from ? to : from);
    if (r->graph->edges.n == MOST_EDGES) return too_large(r);
    hys__nir_edge *place = HYS_PUSH(r->arena, &r->graph->edges);
    if (place) *place = edge;
    return place ? HYS_OK : HYS_NOMEM;
}

/* edges [n, 2]: names; an empty list may be of numbers. */
static hys_status read_edges(reader *r, hid_t group, const level *at) {
    set s;
    const char **names = NULL;
    hys_status status = HYS_OK;
    const bool is_set = open_set(r, group, "edges", &s);
    const bool is_pairs = is_set && s.n_axes == 2 && s.shape[1] == 2, is_empty = is_set && !s.n;
    if (is_pairs && s.n / 2 > MOST_EDGES) status = too_large(r);
    else if (is_pairs && !is_empty) status = take_texts(r, &s, &names);
    close_set(r, &s);
    if (status != HYS_OK) return status;
    if (!is_empty && !names)
        return refuse(r, "an array of texts, [edges, 2]", "its edges are missing, damaged, or no pairs of names");
    for (size_t k = 0; k + 1 < s.n && status == HYS_OK; k += 2) status = add_edge(r, at, names[k], names[k + 1]);
    return status;
}

/* graph = "nodes" "edges" [ "metadata" ] */
static hys_status read_graph(reader *r, hid_t group, level at) {
    const hid_t nodes = r->h.Lexists(group, "nodes", H5P_DEFAULT) > 0 ? r->h.Gopen2(group, "nodes", H5P_DEFAULT) : -1;
    if (nodes < 0) return refuse(r, "nir.write(path, graph)", "this file holds no NIR graph: a group nodes is missing");
    hys_status status = read_nodes(r, nodes, &at);
    r->h.Gclose(nodes);
    return status == HYS_OK ? read_edges(r, group, &at) : status;
}

/* ---- a file ---- */

static hys_status read_root(reader *r, hid_t file) {
    const char *version;
    hys_status status = read_text(r, file, "version", &version);
    if (status != HYS_OK) return status;
    r->graph->version = version ? version : "";
    struct inner *root = HYS_PUSH(r->arena, &r->graphs);
    if (!root) return HYS_NOMEM;
    *root = (struct inner){"", SIZE_MAX};
    const hid_t node = r->h.Lexists(file, "node", H5P_DEFAULT) > 0 ? r->h.Gopen2(file, "node", H5P_DEFAULT) : -1;
    if (node < 0) return refuse(r, "nir.write(path, graph)", "this file holds no NIR graph: a group node is missing");
    status = read_graph(r, node, (level){0, "", 0});
    r->h.Gclose(node);
    return status;
}

hys_status hys__nir_read(hys__arena *arena, const char *path, hys__nir *graph) {
    reader r = {.arena = arena, .graph = graph};
    struct stat info;
    *graph = (hys__nir){.path = path, .version = ""};
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return hys__report_at(arena->ctx, HYS_ERROR, HYS_IO, path, 0, 0, "", "", "there is no such file");
    r.file_size = (size_t)info.st_size;
    hys_status status = hys__h5_load(arena->ctx, &r.h);
    if (status != HYS_OK) return status;
    const hid_t file = r.h.Fopen(path, READ_ONLY, H5P_DEFAULT);
    if (file < 0) status = refuse(&r, "was it copied or downloaded whole?", "this is no HDF5 file, or a damaged one");
    else status = read_root(&r, file);
    if (file >= 0) r.h.Fclose(file);
    hys__h5_unload(&r.h);
    return status;
}

/* ---- graphs ---- */

const hys__nir_node *hys__nir_find(const hys__nir *graph, const char *name) {
    for (size_t k = 0; k < graph->nodes.n; k++)
        if (!strcmp(graph->nodes.at[k].name, name)) return &graph->nodes.at[k];
    return NULL;
}

const hys__nir_param *hys__nir_param_of(const hys__nir_node *node, const char *name) {
    for (size_t k = 0; k < node->params.n; k++)
        if (!strcmp(node->params.at[k].name, name)) return &node->params.at[k];
    return NULL;
}

hys__nir_node *hys__nir_add(hys__arena *arena, hys__nir *graph, const char *name, const char *type) {
    hys__nir_node *node = HYS_PUSH(arena, &graph->nodes);
    if (node) *node = (hys__nir_node){.name = name, .type = type};
    return node;
}

hys__nir_param *hys__nir_add_values(hys__arena *arena, hys__nir_node *node, const hys__nir_param *like) {
    hys__nir_param *p = HYS_PUSH(arena, &node->params);
    if (!p) return NULL;
    *p = *like;
    if (p->kind == HYS__NIR_TEXT) return p;
    p->n = 1;
    for (size_t k = 0; k < p->n_axes; k++) p->n *= p->shape[k];
    return p;
}

hys__nir_param *hys__nir_add_text(hys__arena *arena, hys__nir_node *node, const char *name, const char *text) {
    return hys__nir_add_values(arena, node, &(hys__nir_param){.name = name, .kind = HYS__NIR_TEXT, .text = text});
}
