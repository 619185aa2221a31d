/* Between the readers of directives. */
#ifndef HYS_CIRCUIT_CARD_H
#define HYS_CIRCUIT_CARD_H
#include "circuit/netlist.h"

/* A value that needs no solution: numbers, parameters of the top level. */
double nl_constant(nl_cur *c, bool *failed);
/* card_probe.c: one probe, "v(a,b)", "@x1[w]", or a formula. */
bool nl_take_probe(nl_cur *c, hys__probe *probe);
void nl_probes(nl_cur *c, bool has_analysis); /* of .save, .probe, .print, .plot */
/* card_analysis.c: a card whose word is read already; false where the word is no analysis. */
bool nl_analysis(nl_cur *c, const char *word);
bool nl_pss(nl_cur *c, hys__analysis *a); /* card_pss.c */
void nl_step(nl_cur *c);
void nl_temps(nl_cur *c);
void nl_measure(nl_cur *c);

#endif
