/* The shipped library: a table that the build makes from models/. */
#ifndef HYS_DEVICE_LIBRARY_H
#define HYS_DEVICE_LIBRARY_H
#include "base/memory.h"
#include <hysteron/device.h>

extern const hys_library_entry hys__library_table[]; /* ends with a row of NULLs; path under models/ */

/* A device as the user names it, as a path that can be opened: files as they are, names of shipped models
 * in the first models folder that has them.  HYS_ARG with a hint when there is no such thing. */
hys_status hys__library_resolve(hys_ctx *ctx, hys__arena *arena, const char *device, const char **path,
                                bool *is_shipped);

/* A path holds a '/' or ends in .va or .vams; anything else is a name. */
bool hys__library_is_path(const char *device);

#endif
