/* A schema as experiments have them: what the tests and the fuzzer of the reader take. */
#ifndef HYS_TEST_YAML_FIXTURE_H
#define HYS_TEST_YAML_FIXTURE_H
#include "io/yaml.h"
#include <stddef.h>

typedef struct yaml_part {
    const char *name;
    double width;
} yaml_part;

typedef struct yaml_whole {
    double voltage, ratio;
    size_t rows;
    bool is_wired;
    int scheme;
    const char *title;
    hys__yaml_reals steps;
    hys__yaml_texts set;
    yaml_part first;
    hys__yaml_sections parts, named;
    hys__yaml_amounts amounts;
} yaml_whole;

static void yaml_part_preset(void *data) {
    ((yaml_part *)data)->width = 1e-6;
}

static const hys__yaml_field yaml_part_fields[] = {
    {"name", HYS__FIELD_TEXT, offsetof(yaml_part, name), NULL, NULL, true},
    {"width", HYS__FIELD_REAL, offsetof(yaml_part, width), "s", NULL, false},
};
static const hys__yaml_schema yaml_part_schema = {"a part", yaml_part_fields, 2, sizeof(yaml_part), yaml_part_preset};

static const hys__yaml_schema yaml_named_schema = {"a named part", yaml_part_fields + 1, 1, sizeof(yaml_part),
                                                   yaml_part_preset};

static const hys__yaml_field yaml_whole_fields[] = {
    {"voltage", HYS__FIELD_REAL, offsetof(yaml_whole, voltage), "V", NULL, true},
    {"ratio", HYS__FIELD_REAL, offsetof(yaml_whole, ratio), "", NULL, false},
    {"rows", HYS__FIELD_COUNT, offsetof(yaml_whole, rows), NULL, NULL, false},
    {"wired", HYS__FIELD_FLAG, offsetof(yaml_whole, is_wired), NULL, NULL, false},
    {"scheme", HYS__FIELD_CHOICE, offsetof(yaml_whole, scheme), "half|third|float", NULL, false},
    {"title", HYS__FIELD_TEXT, offsetof(yaml_whole, title), NULL, NULL, false},
    {"steps", HYS__FIELD_REALS, offsetof(yaml_whole, steps), "V", NULL, false},
    {"set", HYS__FIELD_TEXTS, offsetof(yaml_whole, set), NULL, NULL, false},
    {"first", HYS__FIELD_SECTION, offsetof(yaml_whole, first), NULL, &yaml_part_schema, false},
    {"parts", HYS__FIELD_SECTIONS, offsetof(yaml_whole, parts), NULL, &yaml_part_schema, false},
    {"named", HYS__FIELD_NAMED, offsetof(yaml_whole, named), NULL, &yaml_named_schema, false},
    {"amounts", HYS__FIELD_AMOUNTS, offsetof(yaml_whole, amounts), "s", NULL, false},
};
static const hys__yaml_schema yaml_whole_schema = {"an experiment", yaml_whole_fields, 12, sizeof(yaml_whole), NULL};

#endif
