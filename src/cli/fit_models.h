/* What `hysteron fit --models` says of the models that it has tried. */
#ifndef HYS_CLI_FIT_MODELS_H
#define HYS_CLI_FIT_MODELS_H
#include "cli/cli.h"

void print_selection(const hys_fit_selection *selection);
void add_selection(json_t *root, const hys_fit_selection *selection);

#endif
