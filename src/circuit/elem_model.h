/* Types of .model cards, Verilog-A modules: between the readers of elements. */
#ifndef HYS_CIRCUIT_ELEM_MODEL_H
#define HYS_CIRCUIT_ELEM_MODEL_H
#include "circuit/netlist.h"

typedef enum nl_type_kind {
    NL_TYPE_PASSIVE,
    NL_TYPE_SWITCH_V,
    NL_TYPE_SWITCH_I,
    NL_TYPE_DIODE,
    NL_TYPE_BIPOLAR,
    NL_TYPE_MOSFET,
    NL_TYPE_JFET
} nl_type_kind;

typedef struct nl_type {
    const char *name;
    nl_type_kind kind;
    const char *file; /* shipped model; NULL: this program's own */
    int sign;         /* value of its parameter `type`; 0: it has none */
} nl_type;

const nl_type *nl_type_find(const char *name); /* NULL: none of SPICE */
/* A module that .hdl made known, or a shipped device, in any case. */
bool nl_module_find(hys__netlist *net, const char *name, nl_module *module);
/* What stands behind "name =" of a Verilog-A module: a value or a string. */
bool nl_take_va_setting(nl_cur *c, nl_body *body, nl_word name, hys__setting *setting);

#endif
