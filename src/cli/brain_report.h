/* What came out of an experiment on cells: as text, as JSON, as files. */
#ifndef HYS_CLI_BRAIN_REPORT_H
#define HYS_CLI_BRAIN_REPORT_H
#include "cli/network_expected.h"
#include <hysteron/brain_experiment.h>

typedef struct brain_session {
    invocation *in;
    hys_brain_experiment *experiment; /* NULL: a log that is recovered */
    hys_brain_experiment_info info;
    hys_brain_run_result result;
    hys_network_expectation *expected;
    bool was_run;
} brain_session;

void brain_print(const brain_session *s);
json_t *brain_json(const brain_session *s);
network_expected brain_expectations(const brain_session *s);

/* brain_files.c: spikes and records of a log, and their figures */
typedef struct brain_files {
    invocation *in;
    const char *folder;
    const hys_brain_experiment *experiment; /* NULL: only its log is there */
    bool has_hdf5, has_csv, has_figures;
} brain_files;
/* False: the word is no format. */
bool brain_formats(const char *word, brain_files *files);
hys_status brain_write(const brain_files *files, const hys_brain_log *log);
#define BRAIN_FORMATS "hdf5|csv|both"

#endif
