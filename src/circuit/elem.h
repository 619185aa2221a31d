/* Between the readers of elements. */
#ifndef HYS_CIRCUIT_ELEM_H
#define HYS_CIRCUIT_ELEM_H
#include "circuit/netlist.h"

typedef struct nl_elem { /* an element's line while it is read */
    nl_cur c;            /* behind the name */
    nl_body *body;
    nl_word name;
    hys__span span; /* of the name */
    nl_card *card;  /* NULL until its kind is known */
} nl_elem;

typedef bool nl_elem_fn(nl_elem *e);
/* elem_passive.c, elem_source.c, elem_control.c, elem_device.c */
nl_elem_fn nl_resistor, nl_capacitor, nl_inductor, nl_coupling;
nl_elem_fn nl_source, nl_behavioural;
nl_elem_fn nl_voltage_controlled, nl_current_controlled;
nl_elem_fn nl_switch_v, nl_switch_i, nl_line_lossless;
nl_elem_fn nl_diode, nl_mosfet, nl_bipolar, nl_jfet, nl_instance;

bool nl_begin(nl_elem *e, hys__elem_kind kind, uint32_t n_nodes); /* makes the card and reads its nodes */
bool nl_take_nodes(nl_elem *e, uint32_t *nodes, uint32_t n);
nl_more *nl_more_of(nl_elem *e);
/* name "=" value of what all elements know: m, temp, dtemp, tc, tc1, tc2, ic, scale.  False where it is none of them;
 * *failed where its value could not be read. */
bool nl_common_setting(nl_elem *e, nl_word name, bool *failed);
bool nl_value_of(nl_elem *e, nl_value *value);
bool nl_unknown_setting(nl_elem *e, nl_word name); /* reports it; false */
bool nl_unexpected(nl_elem *e);                    /* reports what stands here; false */
/* Makes the card behavioural: behaviour, expression. */
bool nl_set_behaviour(nl_elem *e, hys__behaviour behaviour, const hys__expr *expr);
/* Reads the settings and puts the card into the body: the end of every reader. */
bool nl_finish(nl_elem *e);
bool nl_add_card(nl_elem *e);
bool nl_add_named(nl_elem *e, uint32_t place, const char **kept); /* its name, unless it is taken */
const char *nl_keep_suffixed(nl_elem *e, unsigned i);             /* "k1#2" */
bool nl_at_model(nl_elem *e, nl_model **model);                   /* whether the word here is the name of a .model */
/* elem_wave.c: reads a wave that stands here. */
bool nl_take_wave(nl_elem *e, nl_wave_text **wave);

#endif
