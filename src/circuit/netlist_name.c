/* Names: tables, kept copies, nearest ones. */
#include "circuit/netlist.h"
#include <string.h>

uint32_t nl_hash(const char *s, size_t n) {
    uint64_t h = UINT64_C(0x9e3779b97f4a7c15) ^ n;
    for (; n >= 8; n -= 8, s += 8) {
        uint64_t word;
        memcpy(&word, s, 8);
        h = (h ^ word) * UINT64_C(0xbf58476d1ce4e5b9);
        h ^= h >> 32;
    }
    for (; n > 0; n--, s++) h = (h ^ (unsigned char)*s) * UINT64_C(0x94d049bb133111eb);
    h ^= h >> 29;
    return (uint32_t)(h ^ (h >> 32));
}

static bool map_grow(hys__arena *arena, nl_map *map) {
    size_t cap = map->cap ? 4 * map->cap : 8;
    struct nl_slot *slots = hys__arena_calloc(arena, cap, sizeof *slots);
    if (!slots) return false;
    for (size_t i = 0; i < map->cap; i++) {
        if (!map->slots[i].name) continue;
        size_t j = map->slots[i].hash & (cap - 1);
        while (slots[j].name) j = (j + 1) & (cap - 1);
        slots[j] = map->slots[i];
    }
    map->slots = slots;
    map->cap = cap;
    return true;
}

uint32_t nl_map_find(const nl_map *map, const char *s, size_t n, uint32_t hash) {
    if (map->cap == 0) return NL_NONE;
    for (size_t i = hash & (map->cap - 1); map->slots[i].name; i = (i + 1) & (map->cap - 1)) {
        const struct nl_slot *slot = &map->slots[i];
        if (slot->hash == hash && strncmp(slot->name, s, n) == 0 && slot->name[n] == 0) return slot->place;
    }
    return NL_NONE;
}

uint32_t nl_map_find_name(const nl_map *map, const char *name) {
    size_t n = strlen(name);
    return map->cap ? nl_map_find(map, name, n, nl_hash(name, n)) : NL_NONE;
}

bool nl_map_put(hys__arena *arena, nl_map *map, const char *name, uint32_t hash, uint32_t place) {
    if (4 * (map->n + 1) > 3 * map->cap && !map_grow(arena, map)) return false;
    size_t i = hash & (map->cap - 1);
    while (map->slots[i].name) i = (i + 1) & (map->cap - 1);
    map->slots[i] = (struct nl_slot){name, hash, place};
    map->n++;
    return true;
}

bool nl_map_add(hys__arena *arena, nl_map *map, const char *name, uint32_t place) {
    return nl_map_put(arena, map, name, nl_hash(name, strlen(name)), place);
}

/* Names are short and many: they stand side by side in blocks of this many bytes. */
#define POOL_BLOCK 4096

const char *nl_keep(hys__netlist *net, const char *s, size_t n) {
    if (n + 1 > POOL_BLOCK / 4) return hys__arena_strndup(net->arena, s, n);
    if (n + 1 > net->pool_left) {
        net->pool = hys__arena_alloc(net->arena, POOL_BLOCK);
        net->pool_left = net->pool ? POOL_BLOCK : 0;
        if (!net->pool) return NULL;
    }
    char *name = net->pool;
    memcpy(name, s, n);
    name[n] = 0;
    net->pool += n + 1;
    net->pool_left -= n + 1;
    return name;
}

/* How many names are compared for "did you mean". */
#define NEAR_MOST 4096

static const char *nl_nearest(const nl_map *map, const char *name) {
    const char *names[NEAR_MOST];
    size_t n = 0;
    for (size_t i = 0; i < map->cap && n < NEAR_MOST; i++)
        if (map->slots[i].name) names[n++] = map->slots[i].name;
    return hys__nearest(name, names, n);
}

const char *nl_did_you_mean(hys__netlist *net, const char *name, const nl_map *const *maps, size_t n_maps) {
    for (size_t i = 0; i < n_maps; i++) {
        const char *near = nl_nearest(maps[i], name);
        if (!near || strcmp(near, name) == 0) continue;
        const char *hint = hys__arena_printf(net->arena, "did you mean '%.80s'?", near);
        return hint ? hint : "";
    }
    return "";
}
