/* Rows of schemas: what a word in a file is called, what it holds, and where in a struct it goes. */
#ifndef HYS_IO_YAML_FIELDS_H
#define HYS_IO_YAML_FIELDS_H
#include "io/yaml.h"
#include <stddef.h>

#define COUNT_OF(fields) (sizeof(fields) / sizeof *(fields))
#define REAL(type, name, member, unit)                                                                                 \
    { name, HYS__FIELD_REAL, offsetof(type, member), unit, NULL, false }
#define PLAIN(type, name, kind, member)                                                                                \
    { name, HYS__FIELD_##kind, offsetof(type, member), NULL, NULL, false }
#define NEEDED(type, name, kind, member, detail)                                                                       \
    { name, HYS__FIELD_##kind, offsetof(type, member), detail, NULL, true }
#define CHOICE(type, name, member, words)                                                                              \
    { name, HYS__FIELD_CHOICE, offsetof(type, member), words, NULL, false }
#define SECTION(type, name, member, schema)                                                                            \
    { name, HYS__FIELD_SECTION, offsetof(type, member), NULL, schema, false }

#endif
