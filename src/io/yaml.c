/* From text to a tree, on libyaml's events. */
#include "io/yaml.h"
#include "base/file.h"
#include <string.h>
#include <yaml.h>

#define MOST_BYTES ((size_t)16 << 20)
#define MOST_DEPTH 32
#define MOST_NODES 1000000u

typedef struct reader {
    hys__yaml *yaml;
    yaml_parser_t parser;
    uint32_t source;
    size_t n_nodes;
    struct {
        uint32_t *at;
        size_t n, cap;
    } lines; /* where they start */
} reader;

/* ---- places ---- */

static bool is_break(const char *text, size_t k) {
    return text[k] == '\n' || (text[k] == '\r' && text[k + 1] != '\n');
}

static hys_status find_lines(reader *r) {
    const hys__source *source = &r->yaml->sources.list.at[r->source - 1];
    for (size_t k = 0; k <= source->len; k++) {
        if (k && !is_break(source->text, k - 1)) continue;
        uint32_t *line = HYS_PUSH(r->yaml->arena, &r->lines);
        if (!line) return HYS_NOMEM;
        *line = (uint32_t)k;
    }
    return HYS_OK;
}

/* libyaml counts lines and characters, spans count bytes. */
static uint32_t offset_of(const reader *r, yaml_mark_t mark) {
    const hys__source *source = &r->yaml->sources.list.at[r->source - 1];
    size_t at = mark.line < r->lines.n ? r->lines.at[mark.line] : source->len;
    for (size_t k = 0; k < mark.column && at < source->len; k++) {
        at++;
        while (at < source->len && ((unsigned char)source->text[at] & 0xc0) == 0x80) at++;
    }
    return (uint32_t)at;
}

static hys__span span_of(const reader *r, const yaml_event_t *event) {
    const uint32_t from = offset_of(r, event->start_mark), to = offset_of(r, event->end_mark);
    return (hys__span){.source = r->source, .offset = from, .len = to > from ? to - from : 1};
}

static hys_status complain(reader *r, hys__span span, const char *hint, const char *what) {
    return hys__report(r->yaml->ctx, HYS_ERROR, HYS_SYNTAX, &r->yaml->sources, span, hint, "%s", what);
}

/* ---- events ---- */

static hys_status parser_failed(reader *r) {
    if (r->parser.error == YAML_MEMORY_ERROR) return hys__fail(r->yaml->ctx, HYS_NOMEM, "", "out of memory");
    const yaml_mark_t mark = r->parser.problem_mark;
    const hys__span span = {.source = r->source, .offset = offset_of(r, mark), .len = 1};
    return complain(r, span, "lists and mappings hang on their indentation, by blanks, not tabs",
                    r->parser.problem ? r->parser.problem : "this is no YAML");
}

static hys_status next(reader *r, yaml_event_t *event) {
    return yaml_parser_parse(&r->parser, event) ? HYS_OK : parser_failed(r);
}

static bool has_tag(const yaml_event_t *e) {
    switch (e->type) {
    case YAML_SCALAR_EVENT:
        return e->data.scalar.anchor || e->data.scalar.tag;
    case YAML_SEQUENCE_START_EVENT:
        return e->data.sequence_start.anchor || e->data.sequence_start.tag;
    case YAML_MAPPING_START_EVENT:
        return e->data.mapping_start.anchor || e->data.mapping_start.tag;
    default:
        return e->type == YAML_ALIAS_EVENT;
    }
}

static hys_status make_node(reader *r, const yaml_event_t *event, hys__yaml_node **node) {
    const hys__span span = span_of(r, event);
    if (has_tag(event))
        return complain(r, span, "write out what it stands for", "anchors, aliases and tags are not read");
    if (++r->n_nodes > MOST_NODES) return complain(r, span, "", "more than a million entries");
    hys__yaml_node *made = HYS_NEW(r->yaml->arena, hys__yaml_node);
    if (!made) return HYS_NOMEM;
    made->span = span;
    *node = made;
    return HYS_OK;
}

static hys_status take_word(reader *r, const yaml_event_t *event, hys__yaml_node *node) {
    const char *text = (const char *)event->data.scalar.value;
    const size_t n = event->data.scalar.length;
    if (memchr(text, 0, n)) return complain(r, node->span, "", "a zero byte in a word");
    node->text = hys__arena_strndup(r->yaml->arena, text, n);
    node->is_quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return node->text ? HYS_OK : HYS_NOMEM;
}

/* ---- the tree ---- */

static hys_status read_node(reader *r, const yaml_event_t *event, int depth, hys__yaml_node **node);

/* The key has come; what it stands for comes. */
static hys_status read_entry(reader *r, const yaml_event_t *key, int depth, hys__yaml_node *map,
                             hys__yaml_node **node) {
    hys__yaml_node *name = NULL;
    yaml_event_t event;
    hys_status status = make_node(r, key, &name);
    if (!name) return status;
    if (key->type != YAML_SCALAR_EVENT) return complain(r, name->span, "NAME: VALUE", "a name is expected here");
    status = take_word(r, key, name);
    if (status != HYS_OK) return status;
    if (hys__yaml_find(map, name->text)) return complain(r, name->span, "", "this is given twice");
    status = next(r, &event);
    if (status != HYS_OK) return status;
    status = read_node(r, &event, depth, node);
    yaml_event_delete(&event);
    if (status != HYS_OK) return status;
    (*node)->key = name->text;
    (*node)->key_span = name->span;
    return HYS_OK;
}

static hys_status read_inside(reader *r, int depth, hys__yaml_node *node) {
    hys__yaml_node **last = &node->first;
    for (;;) {
        yaml_event_t event;
        hys_status status = next(r, &event);
        if (status != HYS_OK) return status;
        const bool is_end = event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT;
        if (!is_end && node->kind == HYS__YAML_LIST) status = read_node(r, &event, depth + 1, last);
        else if (!is_end) status = read_entry(r, &event, depth + 1, node, last);
        yaml_event_delete(&event);
        if (is_end || status != HYS_OK) return status;
        last = &(*last)->next;
        node->n++;
    }
}

/* The node that begins with the event. */
static hys_status read_node(reader *r, const yaml_event_t *event, int depth, hys__yaml_node **node) {
    hys__yaml_node *made = NULL;
    hys_status status = make_node(r, event, &made);
    if (!made) return status;
    if (depth > MOST_DEPTH) return complain(r, made->span, "", "lists and mappings are nested too deeply");
    made->kind = event->type == YAML_MAPPING_START_EVENT    ? HYS__YAML_MAP
                 : event->type == YAML_SEQUENCE_START_EVENT ? HYS__YAML_LIST
                                                            : HYS__YAML_WORD;
    status = made->kind == HYS__YAML_WORD ? take_word(r, event, made) : read_inside(r, depth, made);
    *node = made;
    return status;
}

static hys_status read_root(reader *r, const yaml_event_t *event) {
    hys__yaml_node *root = NULL;
    hys_status status = read_node(r, event, 0, &root);
    if (status != HYS_OK || !root) return status;
    if (root->kind != HYS__YAML_MAP) return complain(r, root->span, "NAME: VALUE", "a mapping is expected here");
    r->yaml->root = root;
    return HYS_OK;
}

static hys_status read_stream(reader *r) {
    for (;;) {
        yaml_event_t event;
        hys_status status = next(r, &event);
        if (status != HYS_OK) return status;
        const yaml_event_type_t type = event.type;
        if (type == YAML_SCALAR_EVENT || type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT)
            status = read_root(r, &event);
        else if (type == YAML_DOCUMENT_START_EVENT && r->yaml->root)
            status = complain(r, span_of(r, &event), "", "a file holds one experiment");
        yaml_event_delete(&event);
        if (type == YAML_STREAM_END_EVENT || status != HYS_OK) return status;
    }
}

hys_status hys__yaml_parse(hys__arena *arena, const char *name, const char *text, size_t len, hys__yaml *yaml) {
    reader r = {.yaml = yaml};
    *yaml = (hys__yaml){.ctx = arena->ctx, .arena = arena};
    hys__sources_init(&yaml->sources, arena);
    r.source = hys__sources_add(&yaml->sources, name, name, text, len);
    if (!r.source || find_lines(&r) != HYS_OK) return HYS_NOMEM;
    if (!yaml_parser_initialize(&r.parser)) return hys__fail(yaml->ctx, HYS_NOMEM, "", "out of memory");
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, len);
    hys_status status = read_stream(&r);
    yaml_parser_delete(&r.parser);
    if (status == HYS_OK && !yaml->root)
        status = complain(&r, (hys__span){.source = r.source}, "NAME: VALUE", "the file holds nothing");
    return status;
}

hys_status hys__yaml_read(hys__arena *arena, const char *path, hys__yaml *yaml) {
    const char *text;
    size_t len;
    hys_status status = hys__file_read(arena, path, MOST_BYTES, &text, &len);
    return status == HYS_OK ? hys__yaml_parse(arena, path, text, len, yaml) : status;
}

const hys__yaml_node *hys__yaml_find(const hys__yaml_node *map, const char *key) {
    for (const hys__yaml_node *node = map->first; node; node = node->next)
        if (node->key && !strcmp(node->key, key)) return node;
    return NULL;
}
