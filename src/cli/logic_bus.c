/* Inputs and outputs as numbers: a0 a1 a2, or a[0] a[1] a[2], are the bits of a, where none from 0 on is missing. */
#include "cli/logic_args.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BITS 63

typedef struct port {
    const char *name;
    size_t length;  /* of the bus's name */
    size_t first;   /* port of the same bus */
    uint64_t bit;   /* its weight */
    uint64_t bits;  /* of all ports of the bus, kept by the first */
    bool is_broken; /* two ports are the same bit */
} port;

typedef struct ports {
    port *all;
    size_t n;
} ports;

/* bus bit = name digit+ | name "[" digit+ "]" */
static port split(const char *name) {
    const size_t whole = strlen(name), close = whole && name[whole - 1] == ']';
    size_t length = whole - close;
    while (length && isdigit((unsigned char)name[length - 1])) length--;
    const unsigned long bit = strtoul(name + length, NULL, 10);
    const bool opens = length && name[length - 1] == '[';
    if (length + close == whole || close != opens || length - opens == 0 || bit >= MOST_BITS)
        return (port){.name = name, .length = whole, .bit = 1};
    return (port){.name = name, .length = length - opens, .bit = 1ull << bit};
}

static bool is_same_bus(port a, port b) {
    return a.length == b.length && strncmp(a.name, b.name, a.length) == 0;
}

/* Bits 0 ... n - 1, two or more, each once. */
static bool is_bus(port first) {
    return !first.is_broken && first.bits > 1 && (first.bits & (first.bits + 1)) == 0;
}

static hys_status ports_of(const hys_logic *l, bool are_inputs, ports *out) {
    const size_t n = are_inputs ? hys_logic_n_inputs(l) : hys_logic_n_outputs(l);
    port *p = calloc(n + 1, sizeof *p);
    *out = (ports){p, p ? n : 0};
    if (!p) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) {
        p[k] = split(are_inputs ? hys_logic_input(l, k) : hys_logic_output(l, k));
        while (p[k].first < k && !is_same_bus(p[p[k].first], p[k])) p[k].first++;
        port *first = &p[p[k].first];
        first->is_broken |= (first->bits & p[k].bit) != 0;
        first->bits |= p[k].bit;
    }
    for (size_t k = n; k-- > 0;)
        if (!is_bus(p[p[k].first]))
            p[k] = (port){.name = p[k].name, .length = strlen(p[k].name), .first = k, .bit = 1, .bits = 1};
    return HYS_OK;
}

static unsigned long long value_of(ports p, size_t first, const uint8_t *bits) {
    unsigned long long value = 0;
    for (size_t k = first; k < p.n; k++)
        if (bits[k] && p.all[k].first == first) value |= p.all[k].bit;
    return value;
}

static int shown_length(port p) {
    return (int)(p.length < 200 ? p.length : 200);
}

json_t *json_buses(const hys_logic *l, bool are_inputs, const uint8_t *bits) {
    json_t *root = json_object();
    ports p;
    if (ports_of(l, are_inputs, &p) != HYS_OK) return root;
    for (size_t k = 0; k < p.n; k++) {
        if (p.all[k].first != k) continue;
        char name[256];
        snprintf(name, sizeof name, "%.*s", shown_length(p.all[k]), p.all[k].name);
        json_t *text = json_text(name);
        json_object_set_new(root, json_string_value(text), json_integer((json_int_t)value_of(p, k, bits)));
        json_decref(text);
    }
    free(p.all);
    return root;
}

void print_buses(const hys_logic *l, bool are_inputs, const uint8_t *bits) {
    ports p;
    if (ports_of(l, are_inputs, &p) != HYS_OK) return;
    for (size_t k = 0; k < p.n; k++)
        if (p.all[k].first == k) printf(" %.*s=%llu", shown_length(p.all[k]), p.all[k].name, value_of(p, k, bits));
    free(p.all);
}

/* The bus of that name, or the n-th; p.n: there is none. */
static size_t find_bus(ports p, const char *name, size_t length, size_t n) {
    for (size_t k = 0; k < p.n; k++) {
        if (p.all[k].first != k) continue;
        if (name ? p.all[k].length == length && !strncmp(p.all[k].name, name, length) : n-- == 0) return k;
    }
    return p.n;
}

static int read_values(invocation *in, const char *values, ports p, uint8_t *bits) {
    size_t n = 0;
    for (const char *at = values; *at;) {
        const size_t length = strcspn(at, ",");
        const char *equal = memchr(at, '=', length), *number = equal ? equal + 1 : at;
        char *end;
        const unsigned long long value = strtoull(number, &end, 0);
        if (end != at + length || end == number || !isdigit((unsigned char)*number))
            return refuse(in, "these are no values of inputs:", values, "--inputs 0xA5,0x3C or --inputs a=5,cin=1");
        const size_t bus = find_bus(p, equal ? at : NULL, equal ? (size_t)(equal - at) : 0, equal ? 0 : n++);
        if (bus == p.n || (value & ~p.all[bus].bits))
            return refuse(in, "the inputs have no room for", at, "hysteron logic map -o - tells what inputs there are");
        for (size_t k = bus; k < p.n; k++)
            if (p.all[k].first == bus) bits[k] = (value & p.all[k].bit) != 0;
        at = *end ? end + 1 : end;
    }
    return EXIT_GOOD;
}

int read_buses(invocation *in, const char *values, const hys_logic *l, uint8_t *bits) {
    ports p;
    if (ports_of(l, true, &p) != HYS_OK) return exit_status(HYS_NOMEM);
    memset(bits, 0, p.n);
    const int result = read_values(in, values, p, bits);
    free(p.all);
    return result;
}
