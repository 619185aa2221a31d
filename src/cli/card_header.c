/* The comment at the head of a .va file:
 *
 *     // NAME: title
 *     //
 *     // prose, and formulas that are indented
 *     // Not modelled: ...     Valid: ...     Source(s): ...     Label: ...     (keys at the start of a line)
 */
#include "cli/card.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct part {
    char **text;
    const char *key; /* NULL: prose */
} part;

/* Adds a line to a list of lines. */
static bool add_line(char **text, const char *line, size_t n) {
    size_t old = *text ? strlen(*text) : 0;
    char *grown = realloc(*text, old + n + 2);
    if (!grown) return false;
    if (*text) grown[old++] = '\n';
    memcpy(grown + old, line, n);
    grown[old + n] = 0;
    *text = grown;
    return true;
}

/* The next line of the comment without "//" and one blank; NULL behind the last. */
static const char *next_line(const char **at, size_t *n) {
    const char *from = *at + strspn(*at, " \t");
    if (strncmp(from, "//", 2) != 0) return NULL;
    from += 2;
    if (*from == ' ') from++;
    *n = strcspn(from, "\n");
    *at = from + *n + (from[*n] == '\n');
    while (*n && isspace((unsigned char)from[*n - 1])) (*n)--;
    return from;
}

static const part *find_key(const part *parts, size_t n_parts, const char *line, size_t n) {
    for (size_t k = 0; k < n_parts; k++) {
        size_t len = strlen(parts[k].key);
        if (n >= len && !memcmp(line, parts[k].key, len)) return &parts[k];
    }
    return NULL;
}

static bool starts_prose(const char *line, size_t n) {
    return *line != ' ' && n > 0 && line[n - 1] == ':';
}

static bool is_licence(const char *line, size_t n) {
    return n >= 4 && !memcmp(line, "SPDX", 4);
}

/* Up to the first empty line, joined to one. */
static bool read_title(const char **at, card_header *header) {
    const char *line = NULL;
    size_t n = 0;
    while ((line = next_line(at, &n)) && (n == 0 || is_licence(line, n))) continue;
    const char *colon = line ? memchr(line, ':', n) : NULL;
    if (colon) {
        n -= (size_t)(colon + 1 - line);
        line = colon + 1;
    }
    for (; line && n; line = next_line(at, &n)) {
        while (n && *line == ' ') {
            line++;
            n--;
        }
        if (!add_line(&header->title, line, n)) return false;
    }
    for (char *c = header->title; c && *c; c++)
        if (*c == '\n') *c = ' ';
    return true;
}

/* A paragraph with a key goes on to an empty line, another key, or a line that ends in a colon. */
static bool read_rest(const char **at, card_header *header) {
    const part parts[] = {{&header->not_modelled, "Not modelled:"},
                          {&header->valid, "Valid:"},
                          {&header->source, "Source:"},
                          {&header->source, "Sources:"},
                          {&header->label, "Label:"}};
    char **to = &header->body, **prose = &header->body;
    const char *line = NULL;
    size_t n = 0;
    while ((line = next_line(at, &n))) {
        const part *found = find_key(parts, sizeof parts / sizeof *parts, line, n);
        if (found) {
            prose = &header->notes;
            to = found->text;
            line += strlen(found->key);
            n -= strlen(found->key);
            while (n && *line == ' ') {
                line++;
                n--;
            }
        } else if (n == 0 || (to != prose && starts_prose(line, n))) {
            to = prose;
        }
        if (!add_line(to, line, n)) return false;
    }
    return true;
}

static bool fill_empty(char **text) {
    return *text || add_line(text, "", 0);
}

bool card_header_read(const char *text, card_header *header) {
    *header = (card_header){0};
    bool ok = read_title(&text, header) && read_rest(&text, header);
    return ok && fill_empty(&header->title) && fill_empty(&header->body) && fill_empty(&header->notes) &&
           fill_empty(&header->not_modelled) && fill_empty(&header->valid) && fill_empty(&header->source) &&
           fill_empty(&header->label);
}

void card_header_free(card_header *header) {
    free(header->title);
    free(header->body);
    free(header->notes);
    free(header->not_modelled);
    free(header->valid);
    free(header->source);
    free(header->label);
}

/* ---- attributes ---- */

/* The last "(*" before "module NAME", which holds the module's attributes. */
static const char *find_attributes(const char *text, const char *module, const char **end) {
    char head[160];
    snprintf(head, sizeof head, "module %.120s(", module);
    *end = strstr(text, head);
    const char *found = NULL;
    for (const char *at = text; *end && (at = strstr(at, "(*")) && at < *end; at += 2) found = at;
    return found;
}

/* The string behind NAME =, its \" turned into ". */
static char *copy_string(const char *from) {
    char *text = malloc(strlen(from) + 1), *to = text;
    for (; text && *from && *from != '"'; from++) {
        if (*from == '\\' && from[1] == '"') from++;
        *to++ = *from;
    }
    if (text) *to = 0;
    return text;
}

char *card_attribute(const char *text, const char *module, const char *name) {
    const char *end = NULL, *at = find_attributes(text, module, &end);
    size_t n = strlen(name);
    bool is_quoted = false;
    for (; at && at < end; at++) {
        if (*at == '"' && at[-1] != '\\') is_quoted = !is_quoted;
        if (is_quoted || strncmp(at, name, n) != 0 || isalnum((unsigned char)at[-1]) || at[-1] == '_') continue;
        const char *value = at + n + strspn(at + n, " \t\r\n");
        if (*value++ != '=') continue;
        value += strspn(value, " \t\r\n");
        if (*value == '"') return copy_string(value + 1);
    }
    return calloc(1, 1);
}
