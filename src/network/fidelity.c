#include <hysteron/network_array.h>

static const struct {
    const char *name, *text;
} fidelities[] = {
#define HYS_X(id, name, what) {name, what},
    HYS_FIDELITIES(HYS_X)
#undef HYS_X
};

const char *hys_fidelity_name(hys_fidelity fidelity) {
    return (unsigned)fidelity < HYS_N_FIDELITIES ? fidelities[fidelity].name : "";
}

const char *hys_fidelity_text(hys_fidelity fidelity) {
    return (unsigned)fidelity < HYS_N_FIDELITIES ? fidelities[fidelity].text : "";
}
