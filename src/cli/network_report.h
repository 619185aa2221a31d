/* What came out of an experiment on a network: as text, as JSON, as files. */
#ifndef HYS_CLI_NETWORK_REPORT_H
#define HYS_CLI_NETWORK_REPORT_H
#include "cli/cli.h"
#include <hysteron/network_experiment.h>

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
/* A number that the experiment's file expects; NaN: there is none of that name. */
double network_got(const hys_accuracy_result *result, const char *name);
/* network_reservoir.c: `network run` of a file whose root has a reservoir */
int run_reservoir(invocation *in);
/* network_files.c */
hys_status network_write(const network_session *s);
hys_status network_new_epochs(network_session *s);
void network_hear_epoch(void *session, size_t seed, bool is_device, const hys_epoch *epoch);

#endif
