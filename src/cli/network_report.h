/* What came out of an experiment on a network: as text, as JSON, as files. */
#ifndef HYS_CLI_NETWORK_REPORT_H
#define HYS_CLI_NETWORK_REPORT_H
#include "cli/network_expected.h"

typedef struct network_session {
    invocation *in;
    hys_accuracy_opts opts;
    const char *folder; /* NULL: nothing is written */
    bool has_figures;
    const hys_network_experiment_info *info; /* of a file; NULL: options */
    hys_accuracy *accuracy;                  /* NULL: it failed */
    const hys_accuracy_result *result;
    hys_table *epochs;
} network_session;

/* Makes the folders, runs the experiment, writes its files. */
hys_status network_compute(network_session *s);
void network_free(network_session *s);
void network_print(const network_session *s);
json_t *network_json(const network_session *s);
/* What the experiment's file expects. */
network_expected network_expectations(const network_session *s);
/* network_reservoir.c: `network run` of a file whose root has a reservoir */
int run_reservoir(invocation *in);
/* network_files.c */
hys_status network_write(const network_session *s);
hys_status network_new_epochs(network_session *s);
void network_hear_epoch(void *user, size_t seed, bool is_device, const hys_epoch *epoch);

#endif
