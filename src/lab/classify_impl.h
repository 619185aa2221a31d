/* The inside of the classification: traits, findings, what was measured. */
#ifndef HYS_LAB_CLASSIFY_IMPL_H
#define HYS_LAB_CLASSIFY_IMPL_H
#include "base/memory.h"
#include <hysteron/classify.h>

/* id, name, unit, words, what it is */
#define HYS__TRAITS(X)                                                                                                 \
    X(CONTROL, "control", "", "voltage|current|either",                                                                \
      "what has to be imposed for the response to be unique, or what the state's rate depends on")                     \
    X(POLARITY, "polarity", "", "bipolar|unipolar|none",                                                               \
      "bipolar: pulses of opposite sign move the conductance in opposite directions; unipolar: one sign does both")    \
    X(VOLATILITY, "volatility", "", "volatile|non-volatile|partly volatile|none",                                      \
      "whether a change of conductance goes by itself; none: nothing changes it")                                      \
    X(ORDER, "order", "", "0|1|2|3 or more", "number of states that the response needs")                               \
    X(ORDER_C, "order-with-capacitor", "", "0|1|2|3 or more",                                                          \
      "the same with a local capacitor beside a device of S-shaped resistance, as a channel is made of it")            \
    X(NDR, "ndr", "", "none|N|S|both", "negative differential resistance of the quasi-static curve")                   \
    X(THRESHOLD_POS, "threshold-positive", "V", "", "voltage > 0 at which the conductance changes fastest")            \
    X(THRESHOLD_NEG, "threshold-negative", "V", "", "voltage < 0 at which the conductance changes fastest")            \
    X(THRESHOLD_I, "threshold-current", "A", "", "current at the fold of an S-shaped curve")                           \
    X(HOLD, "hold", "V", "", "voltage below which a volatile device goes back")                                        \
    X(ON_OFF, "on-off", "1", "", "ratio of the conductances that pulses reach, at a small voltage")                    \
    X(TIME_SET, "time-set", "s", "", "time in which the conductance rises most of its way under the largest pulse")    \
    X(TIME_RESET, "time-reset", "s", "", "time in which it falls most of its way, driven or, if volatile, by itself")  \
    X(TIME_CONSTANT, "time-constant", "s", "", "of the slowest relaxation near zero bias; the table: against bias")    \
    X(REACTANCE, "reactance", "", "none|inductive|capacitive|both",                                                    \
      "sign of Im Y at low frequency: inductive < 0 < capacitive; both: it changes with bias")                         \
    X(LOOP_POS, "loop-positive", "", "counter-clockwise|clockwise|none|both",                                          \
      "direction of the loop at v > 0, v to the right and i up")                                                       \
    X(LOOP_NEG, "loop-negative", "", "counter-clockwise|clockwise|none|both", "the same at v < 0")                     \
    X(PINCHED, "pinched", "", "pinched|not pinched", "whether the loop goes through the origin")                       \
    X(CROSSING, "crossing", "", "crossing|tangential|none", "whether the two branches change places at the origin")    \
    X(RECTIFICATION, "rectification", "1", "", "ratio of the currents at opposite voltages, the larger above")         \
    X(SYMMETRY, "symmetry", "1", "", "1: odd current; 0: one direction only")                                          \
    X(NONLINEARITY, "nonlinearity", "1", "", "i(v)/i(v/2) without a change of state; 2 for a resistor")                \
    X(ENERGY, "energy", "J", "", "taken up by the device until half of its change is done, the least found")           \
    X(STOCHASTICITY, "stochasticity", "", "none|stochastic", "whether the same drive gives different responses")       \
    X(GATE_POLARITY, "gate-polarity", "", "bipolar|unipolar|none",                                                     \
      "what a third port does to the conductance between two others: none: there is none, or it does nothing")         \
    X(GATE_VOLATILITY, "gate-volatility", "", "volatile|non-volatile|partly volatile|none",                            \
      "whether what that port has done goes by itself")                                                                \
    X(GATE_ON_OFF, "gate-on-off", "1", "", "ratio of the conductances that the third port reaches")

#define HYS__X(id, name, unit, words, desc) HYS__TRAIT_##id,
enum { HYS__TRAITS(HYS__X) HYS__N_TRAITS };
#undef HYS__X

struct hys_class {
    hys_ctx *ctx;
    hys__arena arena;
    hys_finding findings[HYS__N_TRAITS];
    struct {
        hys_protocol_table *at;
        size_t n, cap;
    } tables;
    struct {
        const char **at;
        size_t n, cap;
    } contradictions, remarks;
};

/* Nothing was said of it yet, not even why it cannot be told. */
bool hys__class_is_blank(const hys_finding *finding);
hys_status hys__class_new(hys_ctx *ctx, hys_class **result);
/* One finding, once; evidence is a format.  Words and tables' names are static. */
hys_status hys__class_word(hys_class *c, int trait, const char *word, double confidence, const char *table,
                           const char *evidence, ...) __attribute__((format(printf, 6, 7)));
hys_status hys__class_number(hys_class *c, int trait, double value, double confidence, const char *table,
                             const char *evidence, ...) __attribute__((format(printf, 6, 7)));
/* Why it cannot be told, and what would tell. */
hys_status hys__class_untold(hys_class *c, int trait, const char *why, ...) __attribute__((format(printf, 3, 4)));
hys_status hys__class_remark(hys_class *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
hys_status hys__class_contradicts(hys_class *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* columns: pairs of name and unit, ended by NULL.  The table belongs to the class. */
hys_status hys__class_table(hys_class *c, const char *name, const char *figure, const char *const *columns,
                            hys_table **table);

#endif
