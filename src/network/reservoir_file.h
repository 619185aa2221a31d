/* What the file of a reservoir's experiment says. */
#ifndef HYS_NETWORK_RESERVOIR_FILE_H
#define HYS_NETWORK_RESERVOIR_FILE_H
#include "network/experiment.h"
#include <hysteron/reservoir_experiment.h>
#include <stdbool.h>

typedef struct hys__said_reservoir {
    const char *device;
    hys__yaml_texts set, spread;
    double temperature; /* K */
    size_t devices, mask_length, pixels, substeps;
    int mask;
    hys__yaml_reals frames, pulses;          /* s */
    double low, high, rest, read, read_time; /* V, s */
    double input_low, input_high, noise;
    double stretch; /* of frames and pulses */
    bool is_unchecked;
} hys__said_reservoir;

typedef struct hys__said_echo {
    size_t nodes;
    double radius, leak, density, input, bias;
    bool is_linear, is_ring;
} hys__said_echo;

typedef struct hys__said_task {
    int kind;
    const char *file;
    size_t length, horizon, washout, train, delays;
    double ridge;
} hys__said_task;

typedef struct hys__said_images {
    const char *data;
    size_t train, test, crop_height, crop_width, epochs, batch;
    bool is_binary, compares;
    int readout;
    double ridge, rate;
} hys__said_images;

/* Settings that can be chosen: name, unit, section, whether it is the echo-state network's. */
#define HYS__SETTINGS(X)                                                                                               \
    X(low, "V", reservoir, false)                                                                                      \
    X(high, "V", reservoir, false)                                                                                     \
    X(rest, "V", reservoir, false)                                                                                     \
    X(read, "V", reservoir, false)                                                                                     \
    X(stretch, "", reservoir, false)                                                                                   \
    X(noise, "", reservoir, false)                                                                                     \
    X(radius, "", echo, true)                                                                                          \
    X(leak, "", echo, true)                                                                                            \
    X(input, "", echo, true)                                                                                           \
    X(bias, "", echo, true)
#define HYS_X(name, unit, section, is_echo) HYS__SETTING_##name,
enum { HYS__SETTINGS(HYS_X) HYS__N_SETTINGS };
#undef HYS_X

#define HYS_X(name, unit, section, is_echo) hys__yaml_reals name;
typedef struct hys__said_choose {
    double part;
    size_t seeds; /* of the first so many; 0: of all */
    HYS__SETTINGS(HYS_X)
} hys__said_choose;
#undef HYS_X

typedef struct hys__said_computing {
    const char *title;
    size_t seed, seeds;
    hys__said_reservoir reservoir;
    hys__said_echo echo;
    hys__said_task task;
    hys__said_images images;
    hys__said_choose choose;
    hys__yaml_sections expected;
    hys__yaml_texts missing;
} hys__said_computing;

#define HYS__DIGITS "digits-5x4"

extern const hys__yaml_schema hys__computing_schema;
void hys__computing_preset(hys__said_computing *said);

#endif
