/* What the file of an experiment on cells may say of networks. */
#include "brain/experiment.h"
#include "io/yaml_fields.h"
#include <math.h>
#include <stddef.h>

/* ---- point neurons ---- */

#define POINT(kind, name, member, unit) REAL(hys__said_cell, name, points[HYS_POINT_##kind].member, unit)
#define OF_ALL(kind)                                                                                                   \
    POINT(kind, "reset", reset, "V"), POINT(kind, "refractory", refractory, "s"), POINT(kind, "bias", bias, "A"),      \
        POINT(kind, "start", v_start, "V"), POINT(kind, "start_noise", v_start_noise, "V")
#define OF_MEMBRANES(kind)                                                                                             \
    POINT(kind, "capacitance", capacitance, "F"), POINT(kind, "leak", leak, "S"),                                      \
        POINT(kind, "leak_reversal", leak_reversal, "V"), POINT(kind, "threshold", threshold, "V")

static const hys__yaml_field lif_fields[] = {OF_ALL(LIF), OF_MEMBRANES(LIF)};
static const hys__yaml_field adex_fields[] = {
    OF_ALL(ADEX),
    OF_MEMBRANES(ADEX),
    POINT(ADEX, "slope", slope, "V"),
    POINT(ADEX, "cut", cut, "V"),
    POINT(ADEX, "a", a, "S"),
    POINT(ADEX, "b", b, "A"),
    POINT(ADEX, "tau_w", tau_w, "s"),
};
static const hys__yaml_field izhikevich_fields[] = {
    OF_ALL(IZHIKEVICH),
    POINT(IZHIKEVICH, "a", a, ""),
    POINT(IZHIKEVICH, "b", b, ""),
    POINT(IZHIKEVICH, "d", d, ""),
    POINT(IZHIKEVICH, "unit", unit, "A"),
};
const hys__yaml_schema hys__brain_point_schemas[HYS_N_POINT_KINDS] = {
    [HYS_POINT_LIF] = {"a leaky integrate-and-fire neuron", lif_fields, COUNT_OF(lif_fields), sizeof(hys__said_cell),
                       NULL},
    [HYS_POINT_ADEX] = {"an AdEx neuron", adex_fields, COUNT_OF(adex_fields), sizeof(hys__said_cell), NULL},
    [HYS_POINT_IZHIKEVICH] = {"an Izhikevich neuron", izhikevich_fields, COUNT_OF(izhikevich_fields),
                              sizeof(hys__said_cell), NULL},
};

/* ---- ports ---- */

static const hys__yaml_field port_fields[] = {
    CHOICE(hys__said_port, "kind", kind, "exponential|alpha|dual|nmda|delta"),
    PLAIN(hys__said_port, "current", FLAG, is_current),
    REAL(hys__said_port, "tau", tau, "s"),
    REAL(hys__said_port, "tau_rise", tau_rise, "s"),
    REAL(hys__said_port, "reversal", reversal, "V"),
    REAL(hys__said_port, "magnesium", magnesium, "mol/m^3"),
    REAL(hys__said_port, "slope", slope, "1/V"),
    PLAIN(hys__said_port, "mechanism", TEXT, mechanism),
    PLAIN(hys__said_port, "set", TEXTS, set),
};
static void preset_port(void *data) {
    const hys_port_opts o = hys_port_opts_default();
    *(hys__said_port *)data = (hys__said_port){.kind = (int)o.kind,
                                               .tau = o.tau,
                                               .tau_rise = o.tau_rise,
                                               .reversal = o.reversal,
                                               .magnesium = o.magnesium,
                                               .slope = o.slope};
}
const hys__yaml_schema hys__brain_port_schema = {"a port", port_fields, COUNT_OF(port_fields), sizeof(hys__said_port),
                                                 preset_port};

/* ---- ions ---- */

static const hys__yaml_field ion_fields[] = {
    REAL(hys__said_ion, "valence", valence, ""),        REAL(hys__said_ion, "inside", inside, "mol/m^3"),
    REAL(hys__said_ion, "outside", outside, "mol/m^3"), REAL(hys__said_ion, "depth", depth, "m"),
    REAL(hys__said_ion, "decay", decay, "s"),
};
static void preset_ion(void *data) {
    const hys_ion_opts o = hys_ion_opts_default();
    *(hys__said_ion *)data = (hys__said_ion){o.valence, o.inside, o.outside, o.depth, o.decay};
}
const hys__yaml_schema hys__brain_ion_schema = {"an ion", ion_fields, COUNT_OF(ion_fields), sizeof(hys__said_ion),
                                                preset_ion};

/* ---- groups ---- */

static const hys__yaml_field poisson_fields[] = {
    NEEDED(hys__said_group, "rate", REAL, poisson.rate, "Hz"),
    REAL(hys__said_group, "start", poisson.start, "s"),
    REAL(hys__said_group, "stop", poisson.stop, "s"),
};
const hys__yaml_schema hys__brain_poisson_schema = {"a Poisson source", poisson_fields, COUNT_OF(poisson_fields),
                                                    sizeof(hys__said_group), NULL};

static const hys__yaml_field replay_fields[] = {
    PLAIN(hys__said_group, "file", TEXT, replay.file),
    PLAIN(hys__said_group, "population", TEXT, replay.population),
    {"times", HYS__FIELD_REALS, offsetof(hys__said_group, replay.times), "s", NULL, false},
};
const hys__yaml_schema hys__brain_replay_schema = {"a replay", replay_fields, COUNT_OF(replay_fields),
                                                   sizeof(hys__said_group), NULL};

static const hys__yaml_field background_fields[] = {
    NEEDED(hys__said_group, "port", TEXT, background.port, NULL),
    NEEDED(hys__said_group, "rate", REAL, background.rate, "Hz"),
    NEEDED(hys__said_group, "weight", TEXT, background.weight, NULL),
};
const hys__yaml_schema hys__brain_background_schema = {"a background", background_fields, COUNT_OF(background_fields),
                                                       sizeof(hys__said_group), NULL};

/* ---- synapses ---- */

static const hys__yaml_field short_term_fields[] = {
    NEEDED(hys__said_connect, "use", REAL, short_term.use, ""),
    NEEDED(hys__said_connect, "recovery", REAL, short_term.recovery, "s"),
    REAL(hys__said_connect, "facilitation", short_term.facilitation, "s"),
};
static const hys__yaml_schema short_term_schema = {"short-term plasticity", short_term_fields,
                                                   COUNT_OF(short_term_fields), sizeof(hys__said_connect), NULL};

const char hys__brain_plastic_keys[HYS_N_PLASTICITIES][16] = {
    [HYS_PLASTIC_PAIR] = "pair", [HYS_PLASTIC_TRIPLET] = "triplet", [HYS_PLASTIC_DEVICE] = "memristive"};

#define PLASTIC(kind, name, unit) REAL(hys__said_connect, #name, plasticity[HYS_PLASTIC_##kind].name, unit)
#define WEIGHTS                   PLAIN(hys__said_connect, "w_min", TEXT, w_min), PLAIN(hys__said_connect, "w_max", TEXT, w_max)
#define PAIRS(kind)                                                                                                    \
    PLASTIC(kind, a_plus, ""), PLASTIC(kind, a_minus, ""), PLASTIC(kind, tau_plus, "s"),                               \
        PLASTIC(kind, tau_minus, "s"), WEIGHTS

static const hys__yaml_field pair_fields[] = {PAIRS(PAIR)};
static const hys__yaml_schema pair_schema = {"plasticity by pairs", pair_fields, COUNT_OF(pair_fields),
                                             sizeof(hys__said_connect), NULL};
static const hys__yaml_field triplet_fields[] = {
    PAIRS(TRIPLET),
    PLASTIC(TRIPLET, a3_plus, ""),
    PLASTIC(TRIPLET, a3_minus, ""),
    PLASTIC(TRIPLET, tau_x, "s"),
    PLASTIC(TRIPLET, tau_y, "s"),
};
static const hys__yaml_schema triplet_schema = {"plasticity by triplets", triplet_fields, COUNT_OF(triplet_fields),
                                                sizeof(hys__said_connect), NULL};
static const hys__yaml_field memristive_fields[] = {
    NEEDED(hys__said_connect, "device", TEXT, plasticity[HYS_PLASTIC_DEVICE].device, NULL),
    PLAIN(hys__said_connect, "set", TEXTS, set),
    PLAIN(hys__said_connect, "spread", TEXTS, spread),
    PLASTIC(DEVICE, g_min, "S"),
    PLASTIC(DEVICE, g_max, "S"),
    PLASTIC(DEVICE, read, "V"),
    PLASTIC(DEVICE, v_head, "V"),
    PLASTIC(DEVICE, v_tail, "V"),
    PLASTIC(DEVICE, t_head, "s"),
    PLASTIC(DEVICE, t_tail, "s"),
    WEIGHTS,
};
static const hys__yaml_schema memristive_schema = {"a memristive weight", memristive_fields,
                                                   COUNT_OF(memristive_fields), sizeof(hys__said_connect), NULL};

/* ---- rules ---- */

#define RULES "all|one-to-one|probability|indegree|total|distance|list|parts|sonata"
#define RULE(type, rules)                                                                                              \
    CHOICE(type, "rule", by.rule, rules), REAL(type, "probability", by.probability, ""),                               \
        REAL(type, "sigma", by.sigma, "m"), PLAIN(type, "number", COUNT, by.number),                                   \
        PLAIN(type, "file", TEXT, by.file), PLAIN(type, "population", TEXT, by.edges.population),                      \
        PLAIN(type, "types", TEXT, by.edges.types), PLAIN(type, "template", TEXT, by.edges.template),                  \
        PLAIN(type, "source_nodes", TEXT, by.edges.source_nodes),                                                      \
        PLAIN(type, "target_nodes", TEXT, by.edges.target_nodes), {                                                    \
        "edge_types", HYS__FIELD_REALS, offsetof(type, by.edges.ids), "", NULL, false                                  \
    }

static const hys__yaml_field connect_fields[] = {
    PLAIN(hys__said_connect, "name", TEXT, name),
    NEEDED(hys__said_connect, "from", TEXTS, from, NULL),
    NEEDED(hys__said_connect, "to", TEXTS, to, NULL),
    NEEDED(hys__said_connect, "port", TEXT, port, NULL),
    RULE(hys__said_connect, RULES),
    PLAIN(hys__said_connect, "self", FLAG, may_be_self),
    PLAIN(hys__said_connect, "weight", TEXT, weight),
    PLAIN(hys__said_connect, "delay", TEXT, delay),
    PLAIN(hys__said_connect, "compartment", TEXT, place.compartment),
    PLAIN(hys__said_connect, "region", TEXT, place.region),
    PLAIN(hys__said_connect, "section", COUNT, place.section),
    REAL(hys__said_connect, "at", place.at, ""),
    REAL(hys__said_connect, "path", place.path, "m"),
    {"short_term", HYS__FIELD_SECTION, 0, NULL, &short_term_schema, false},
    {"pair", HYS__FIELD_SECTION, 0, NULL, &pair_schema, false},
    {"triplet", HYS__FIELD_SECTION, 0, NULL, &triplet_schema, false},
    {"memristive", HYS__FIELD_SECTION, 0, NULL, &memristive_schema, false},
};
static void preset_connect(void *data) {
    *(hys__said_connect *)data = (hys__said_connect){
        .delay = "1ms", .by.probability = NAN, .place = {.section = SIZE_MAX, .at = NAN, .path = NAN}};
    for (int k = 0; k < HYS_N_PLASTICITIES; k++)
        ((hys__said_connect *)data)->plasticity[k] = hys_plasticity_default((hys_plasticity_kind)k);
}
const hys__yaml_schema hys__brain_connect_schema = {"a connection", connect_fields, COUNT_OF(connect_fields),
                                                    sizeof(hys__said_connect), preset_connect};

/* ---- gap junctions ---- */

static const hys__yaml_field join_fields[] = {
    NEEDED(hys__said_join, "from", TEXT, from, NULL),
    PLAIN(hys__said_join, "to", TEXT, to),
    RULE(hys__said_join, RULES "|chain"),
    NEEDED(hys__said_join, "conductance", TEXT, conductance, NULL),
    PLAIN(hys__said_join, "compartment", TEXT, place.compartment),
    PLAIN(hys__said_join, "region", TEXT, place.region),
    PLAIN(hys__said_join, "section", COUNT, place.section),
    REAL(hys__said_join, "at", place.at, ""),
    REAL(hys__said_join, "path", place.path, "m"),
};
static void preset_join(void *data) {
    *(hys__said_join *)data =
        (hys__said_join){.by.probability = NAN, .place = {.section = SIZE_MAX, .at = NAN, .path = NAN}};
}
const hys__yaml_schema hys__brain_join_schema = {"gap junctions", join_fields, COUNT_OF(join_fields),
                                                 sizeof(hys__said_join), preset_join};
