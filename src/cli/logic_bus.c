/* Inputs and outputs as numbers: a0 a1 a2, or a[0] a[1] a[2], are the bits of a. */
#include "cli/logic_args.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BITS 63

typedef struct port {
    const char *name;
    size_t length; /* of the bus's name */
    unsigned bit;
} port;

/* bus bit = name digit+ | name "[" digit+ "]" */
static port port_of(const hys_logic *l, bool is_input, size_t k) {
    const char *name = is_input ? hys_logic_input(l, k) : hys_logic_output(l, k);
    const size_t whole = strlen(name), close = whole && name[whole - 1] == ']';
    size_t length = whole - close;
    while (length && isdigit((unsigned char)name[length - 1])) length--;
    const unsigned long bit = strtoul(name + length, NULL, 10);
    const bool opens = length && name[length - 1] == '[';
    if (length + close == whole || close != opens || length - opens == 0 || bit >= MOST_BITS)
        return (port){name, whole, 0};
    return (port){name, length - opens, (unsigned)bit};
}

static size_t n_ports(const hys_logic *l, bool are_inputs) {
    return are_inputs ? hys_logic_n_inputs(l) : hys_logic_n_outputs(l);
}

static bool is_same_bus(port a, port b) {
    return a.length == b.length && strncmp(a.name, b.name, a.length) == 0;
}

/* Whether no port before it is of the same bus. */
static bool is_first(const hys_logic *l, bool are_inputs, size_t k) {
    for (size_t i = 0; i < k; i++)
        if (is_same_bus(port_of(l, are_inputs, i), port_of(l, are_inputs, k))) return false;
    return true;
}

static unsigned long long value_of(const hys_logic *l, bool are_inputs, size_t first, const uint8_t *bits) {
    unsigned long long value = 0;
    for (size_t k = first; k < n_ports(l, are_inputs); k++) {
        const port p = port_of(l, are_inputs, k);
        if (bits[k] && is_same_bus(p, port_of(l, are_inputs, first))) value |= 1ull << p.bit;
    }
    return value;
}

json_t *json_buses(const hys_logic *l, bool are_inputs, const uint8_t *bits) {
    json_t *root = json_object();
    for (size_t k = 0; k < n_ports(l, are_inputs); k++) {
        if (!is_first(l, are_inputs, k)) continue;
        const port p = port_of(l, are_inputs, k);
        char name[256];
        snprintf(name, sizeof name, "%.*s", (int)(p.length < 200 ? p.length : 200), p.name);
        json_t *text = json_text(name);
        json_object_set_new(root, json_string_value(text), json_integer((json_int_t)value_of(l, are_inputs, k, bits)));
        json_decref(text);
    }
    return root;
}

void print_buses(const hys_logic *l, bool are_inputs, const uint8_t *bits) {
    for (size_t k = 0; k < n_ports(l, are_inputs); k++) {
        const port p = port_of(l, are_inputs, k);
        if (is_first(l, are_inputs, k))
            printf(" %.*s=%llu", (int)(p.length < 200 ? p.length : 200), p.name, value_of(l, are_inputs, k, bits));
    }
}

static void put_value(const hys_logic *l, port bus, unsigned long long value, uint8_t *bits) {
    for (size_t k = 0; k < hys_logic_n_inputs(l); k++) {
        const port p = port_of(l, true, k);
        if (is_same_bus(p, bus)) bits[k] = (value >> p.bit) & 1;
    }
}

/* The bus of that name, or the n-th; NULL name: there is none. */
static port find_bus(const hys_logic *l, const char *name, size_t length, size_t n) {
    for (size_t k = 0; k < hys_logic_n_inputs(l); k++) {
        const port p = port_of(l, true, k);
        if (!is_first(l, true, k)) continue;
        if (name ? p.length == length && !strncmp(p.name, name, length) : n-- == 0) return p;
    }
    return (port){NULL, 0, 0};
}

static bool fits(const hys_logic *l, port bus, unsigned long long value) {
    unsigned long long room = 0;
    for (size_t k = 0; k < hys_logic_n_inputs(l); k++)
        if (is_same_bus(port_of(l, true, k), bus)) room |= 1ull << port_of(l, true, k).bit;
    return (value & ~room) == 0;
}

int read_buses(invocation *in, const char *values, const hys_logic *l, uint8_t *bits) {
    size_t n = 0;
    memset(bits, 0, hys_logic_n_inputs(l));
    for (const char *at = values; *at;) {
        const size_t length = strcspn(at, ",");
        const char *equal = memchr(at, '=', length), *number = equal ? equal + 1 : at;
        char *end;
        const unsigned long long value = strtoull(number, &end, 0);
        const port bus = find_bus(l, equal ? at : NULL, equal ? (size_t)(equal - at) : 0, equal ? 0 : n++);
        if (end != at + length || end == number || !isdigit((unsigned char)*number))
            return refuse(in, "these are no values of inputs:", values, "--inputs 0xA5,0x3C or --inputs a=5,cin=1");
        if (!bus.name || !fits(l, bus, value))
            return refuse(in, "the inputs have no room for", at, "hysteron logic map tells what inputs there are");
        put_value(l, bus, value, bits);
        at = *end ? end + 1 : end;
    }
    return EXIT_GOOD;
}
