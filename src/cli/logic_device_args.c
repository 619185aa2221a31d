/* A device on the bench of logic: options, levels, voltages. */
#include "cli/logic_args.h"
#include <stdlib.h>
#include <string.h>

/* So many quantities at most: V {"," V} */
static hys_status read_list(invocation *in, const char *name, size_t most, double *const *values) {
    char label[32], text[128], *rest = text;
    const char *given = option_text(in, name);
    hys_status status = HYS_OK;
    if (!given) return HYS_OK;
    snprintf(label, sizeof label, "--%s", name);
    snprintf(text, sizeof text, "%.127s", given);
    for (size_t k = 0; rest && status == HYS_OK; k++) {
        if (k == most) {
            refuse(in, "these are too many voltages:", given, NULL);
            return HYS_ARG;
        }
        status = hys_quantity_read(in->ctx, label, strsep(&rest, ","), "V", values[k]);
        if (status != HYS_OK || *values[k] > 0) continue;
        refuse(in, "voltages of pulses are above 0, unlike", given, "signs follow from the device");
        return HYS_ARG;
    }
    return status;
}

int logic_bench_opts(invocation *in, hys_logic_bench_opts *o) {
    *o = hys_logic_bench_opts_default();
    hys_logic_drive *d = &o->drive;
    o->cell.memory = option_text(in, "device");
    if (!o->cell.memory) return refuse(in, "which device?", NULL, "--device vteam_fit");
    o->cell.memory_set = option_get(in, "set")->list;
    o->cell.n_memory_set = option_get(in, "set")->n_list;
    o->cell.spread = option_get(in, "spread")->list;
    o->cell.n_spread = option_get(in, "spread")->n_list;
    o->cell.seed = (uint64_t)option_int(in, "seed", 0);
    hys_status status = logic_quantity(in, "temp", "K", &o->cell.temp);
    if (status == HYS_OK) status = logic_quantity(in, "width", "s", &d->width);
    if (status == HYS_OK) status = read_list(in, "write", 2, (double *[]){&d->set, &d->reset});
    if (status == HYS_OK) status = logic_quantity(in, "read", "V", &d->read);
    if (status == HYS_OK) status = read_list(in, "v0", 3, (double *[]){&d->gate, &d->gate_of_two, &d->gate_of_or});
    if (status == HYS_OK) status = read_list(in, "imply", 2, (double *[]){&d->condition, &d->imply});
    if (status == HYS_OK) status = logic_quantity(in, "load", "ohm", &d->load);
    if (status == HYS_OK) status = logic_quantity(in, "rwire", "ohm", &o->wire);
    if (status == HYS_OK) status = logic_quantity(in, "most", "V", &o->most);
    const long length = option_int(in, "size", 0);
    if (status == HYS_OK && length && (length < 2 || o->wire == 0))
        return refuse(in, "windows with wires need a length and a resistance, not", option_text(in, "size"),
                      "--rwire 2.5ohm --size 128");
    o->length = (size_t)length;
    return exit_status(status);
}

json_t *json_levels(const hys_logic_levels *l) {
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "on_S", json_number(l->on), "off_S", json_number(l->off),
                     "set_hold_V", json_number(l->set_hold), "set_full_V", json_number(l->set_full), "reset_hold_V",
                     json_number(l->reset_hold), "reset_full_V", json_number(l->reset_full));
}

json_t *json_drive(const hys_logic_drive *d) {
    const struct {
        const char *name;
        double value;
    } all[] = {{"width_s", d->width},
               {"set_V", d->set},
               {"reset_V", d->reset},
               {"read_V", d->read},
               {"v0_V", d->gate},
               {"v0_of_two_V", d->gate_of_two},
               {"v0_of_or_V", d->gate_of_or},
               {"condition_V", d->condition},
               {"imply_V", d->imply},
               {"load_ohm", d->load}};
    json_t *root = json_object();
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        if (all[k].value > 0) json_object_set_new(root, all[k].name, json_number(all[k].value));
    return root;
}

void print_levels(const hys_logic_bench *bench, const char *device) {
    const hys_logic_levels l = hys_logic_bench_levels(bench);
    const hys_logic_drive d = hys_logic_bench_drive(bench);
    char on[48], off[48], width[48];
    hys_quantity_format(1 / l.on, "ohm", 4, on);
    hys_quantity_format(1 / l.off, "ohm", 4, off);
    hys_quantity_format(d.width, "s", 4, width);
    printf("%s: 1 is %s, 0 is %s\n", device, on, off);
    printf("  a pulse of %s sets from %.3g to %.3g V, resets from %.3g to %.3g V\n", width, l.set_hold, l.set_full,
           l.reset_hold, l.reset_full);
}
