/* What came out of a study of spikes: as text, as JSON, as files. */
#ifndef HYS_CLI_NETWORK_SPIKING_H
#define HYS_CLI_NETWORK_SPIKING_H
#include "cli/network_expected.h"

typedef struct spiking_session {
    invocation *in;
    hys_spiking_study_opts opts;
    const char *folder; /* NULL: nothing is written */
    bool has_figures;
    const hys_network_experiment_info *info; /* of a file; NULL: options */
    hys_table *epochs;
    hys_spiking_study *study;              /* NULL: it failed */
    const hys_spiking_trial_result *trial; /* one of the two */
    const hys_stdp_trial_result *stdp;
} spiking_session;

/* Runs the study, writes its files, tells what came out; the exit status. */
int spiking_finish(spiking_session *s);
/* `network run` of a file whose root has spikes. */
int run_spiking(invocation *in);

/* network_spiking_files.c */
hys_status spiking_write(const spiking_session *s);
hys_status spiking_new_epochs(spiking_session *s);

#endif
