/* Which kind of experiment a file is, by what it holds at its root. */
#include "io/yaml.h"
#include <hysteron/network_experiment.h>

static hys_network_kind kind_of(const hys__yaml_node *root) {
    if (hys__yaml_find(root, "reservoir") || hys__yaml_find(root, "echo")) return HYS_NETWORK_RESERVOIR;
    if (hys__yaml_find(root, "spiking")) return HYS_NETWORK_SPIKING;
    return HYS_NETWORK_LAYERED;
}

hys_status hys_network_experiment_kind(hys_ctx *ctx, const char *path, hys_network_kind *kind) {
    hys__arena arena;
    hys__yaml yaml;
    hys__arena_init(&arena, ctx, 0);
    const hys_status status = hys__yaml_read(&arena, path, &yaml);
    if (status == HYS_OK) *kind = kind_of(yaml.root);
    hys__arena_free(&arena);
    return status;
}
