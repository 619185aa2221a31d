/* What a publication gives, beside what came out. */
#ifndef HYS_CLI_NETWORK_EXPECTED_H
#define HYS_CLI_NETWORK_EXPECTED_H
#include "cli/cli.h"
#include <hysteron/network_experiment.h>

typedef struct network_expected {
    const hys_network_expectation *expected;
    size_t n_expected;
    const char *const *missing; /* what the source does not say */
    size_t n_missing;
    double (*got)(const void *user, const char *name); /* NaN: there is none of that name */
    const void *user;
    const char *data; /* that was used; NULL: expectations for any set are looked at */
    int width;        /* of the column of names */
    int digits;       /* of numbers; 0: 4 */
} network_expected;

void network_expected_print(const network_expected *x);
json_t *network_expected_json(const network_expected *x);
/* A number is further off than its tolerance. */
bool network_expected_differ(const network_expected *x);

/* A quantity; long times in the units that people have for them. */
void network_format(double value, const char *unit, char text[48]);

#endif
