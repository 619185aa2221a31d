/* What the file of a reservoir's experiment may say. */
#include "io/yaml_fields.h"
#include "network/reservoir_file.h"
#include <math.h>
#include <stddef.h>

#define WITH(type, name, kind, member, detail)                                                                         \
    { name, HYS__FIELD_##kind, offsetof(type, member), detail, NULL, false }

static const hys__yaml_field reservoir_fields[] = {
    {"device", HYS__FIELD_TEXT, offsetof(hys__said_reservoir, device), NULL, NULL, true},
    PLAIN(hys__said_reservoir, "set", TEXTS, set),
    PLAIN(hys__said_reservoir, "spread", TEXTS, spread),
    REAL(hys__said_reservoir, "temperature", temperature, "K"),
    PLAIN(hys__said_reservoir, "devices", COUNT, devices),
    WITH(hys__said_reservoir, "mask", CHOICE, mask, "none|binary|uniform|chaotic"),
    PLAIN(hys__said_reservoir, "mask_length", COUNT, mask_length),
    WITH(hys__said_reservoir, "frames", REALS, frames, "s"),
    WITH(hys__said_reservoir, "pulses", REALS, pulses, "s"),
    REAL(hys__said_reservoir, "low", low, "V"),
    REAL(hys__said_reservoir, "high", high, "V"),
    REAL(hys__said_reservoir, "rest", rest, "V"),
    REAL(hys__said_reservoir, "input_low", input_low, ""),
    REAL(hys__said_reservoir, "input_high", input_high, ""),
    REAL(hys__said_reservoir, "read", read, "V"),
    REAL(hys__said_reservoir, "read_time", read_time, "s"),
    REAL(hys__said_reservoir, "noise", noise, ""),
    REAL(hys__said_reservoir, "stretch", stretch, ""),
    PLAIN(hys__said_reservoir, "pixels", COUNT, pixels),
    PLAIN(hys__said_reservoir, "substeps", COUNT, substeps),
    PLAIN(hys__said_reservoir, "unchecked", FLAG, is_unchecked),
};
static const hys__yaml_schema reservoir_schema = {"a reservoir", reservoir_fields, COUNT_OF(reservoir_fields),
                                                  sizeof(hys__said_reservoir), NULL};

static const hys__yaml_field echo_fields[] = {
    PLAIN(hys__said_echo, "nodes", COUNT, nodes),     REAL(hys__said_echo, "radius", radius, ""),
    REAL(hys__said_echo, "leak", leak, ""),           REAL(hys__said_echo, "density", density, ""),
    REAL(hys__said_echo, "input", input, ""),         REAL(hys__said_echo, "bias", bias, ""),
    PLAIN(hys__said_echo, "linear", FLAG, is_linear), PLAIN(hys__said_echo, "ring", FLAG, is_ring),
};
static const hys__yaml_schema echo_schema = {"an echo-state network", echo_fields, COUNT_OF(echo_fields),
                                             sizeof(hys__said_echo), NULL};

static const hys__yaml_field task_fields[] = {
    WITH(hys__said_task, "kind", CHOICE, kind, "second-order|narma10|mackey-glass|henon|lorenz|memory"),
    PLAIN(hys__said_task, "file", TEXT, file),
    PLAIN(hys__said_task, "length", COUNT, length),
    PLAIN(hys__said_task, "horizon", COUNT, horizon),
    PLAIN(hys__said_task, "washout", COUNT, washout),
    PLAIN(hys__said_task, "train", COUNT, train),
    PLAIN(hys__said_task, "delays", COUNT, delays),
    REAL(hys__said_task, "ridge", ridge, ""),
};
static const hys__yaml_schema task_schema = {"a task", task_fields, COUNT_OF(task_fields), sizeof(hys__said_task),
                                             NULL};

static const hys__yaml_field images_fields[] = {
    {"data", HYS__FIELD_TEXT, offsetof(hys__said_images, data), NULL, NULL, true},
    PLAIN(hys__said_images, "train", COUNT, train),
    PLAIN(hys__said_images, "test", COUNT, test),
    PLAIN(hys__said_images, "crop_height", COUNT, crop_height),
    PLAIN(hys__said_images, "crop_width", COUNT, crop_width),
    PLAIN(hys__said_images, "binary", FLAG, is_binary),
    WITH(hys__said_images, "readout", CHOICE, readout, "softmax|ridge"),
    REAL(hys__said_images, "ridge", ridge, ""),
    PLAIN(hys__said_images, "epochs", COUNT, epochs),
    PLAIN(hys__said_images, "batch", COUNT, batch),
    REAL(hys__said_images, "rate", rate, ""),
    PLAIN(hys__said_images, "compare", FLAG, compares),
};
static const hys__yaml_schema images_schema = {"images", images_fields, COUNT_OF(images_fields),
                                               sizeof(hys__said_images), NULL};

#define HYS_X(name, unit, section, is_echo) WITH(hys__said_choose, #name, REALS, name, unit),
static const hys__yaml_field choose_fields[] = {REAL(hys__said_choose, "part", part, ""),
                                                PLAIN(hys__said_choose, "seeds", COUNT, seeds), HYS__SETTINGS(HYS_X)};
#undef HYS_X
static const hys__yaml_schema choose_schema = {"a choice", choose_fields, COUNT_OF(choose_fields),
                                               sizeof(hys__said_choose), NULL};

static const hys__yaml_field fields[] = {
    PLAIN(hys__said_computing, "title", TEXT, title),
    PLAIN(hys__said_computing, "seed", COUNT, seed),
    PLAIN(hys__said_computing, "seeds", COUNT, seeds),
    SECTION(hys__said_computing, "reservoir", reservoir, &reservoir_schema),
    SECTION(hys__said_computing, "echo", echo, &echo_schema),
    SECTION(hys__said_computing, "task", task, &task_schema),
    SECTION(hys__said_computing, "images", images, &images_schema),
    SECTION(hys__said_computing, "choose", choose, &choose_schema),
    {"expected", HYS__FIELD_SECTIONS, offsetof(hys__said_computing, expected), NULL, &hys__expected_schema, false},
    PLAIN(hys__said_computing, "source_does_not_say", TEXTS, missing),
};
const hys__yaml_schema hys__computing_schema = {"reservoir computing", fields, COUNT_OF(fields),
                                                sizeof(hys__said_computing), NULL};

static void preset_reservoir(hys__said_reservoir *s) {
    const hys_reservoir_opts o = hys_reservoir_opts_default();
    s->mask_length = o.mask_length;
    s->pixels = o.pixels;
    s->substeps = o.substeps;
    s->low = o.low;
    s->high = o.high;
    s->read = o.read;
    s->read_time = o.read_time;
    s->stretch = 1;
}

static void preset_echo(hys__said_echo *s) {
    const hys_echo_opts o = hys_echo_opts_default();
    *s = (hys__said_echo){
        .nodes = o.nodes, .radius = o.radius, .leak = o.leak, .density = o.density, .input = o.input, .bias = o.bias};
}

void hys__computing_preset(hys__said_computing *said) {
    const hys_readout_opts readout = hys_readout_opts_default();
    const hys_reservoir_classify_opts classify = hys_reservoir_classify_opts_default();
    *said = (hys__said_computing){.title = "", .seeds = 1, .choose.part = 0.2};
    preset_reservoir(&said->reservoir);
    preset_echo(&said->echo);
    said->task = (hys__said_task){
        .kind = HYS_TASK_HENON, .length = 2000, .horizon = 1, .washout = readout.washout, .ridge = readout.ridge};
    said->images = (hys__said_images){.ridge = classify.ridge,
                                      .epochs = classify.train.epochs,
                                      .batch = classify.train.batch,
                                      .rate = classify.train.rate};
}
