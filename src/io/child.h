/* Other programs: started in a folder, listened to, ended when the context is cancelled. */
#ifndef HYS_IO_CHILD_H
#define HYS_IO_CHILD_H
#include <hysteron/core.h>

#define HYS__SAID_SIZE 4096 /* bytes kept of what a program complains about */

/* Without input, its output dropped, its errors in said.  HYS_DONE where there is no such program (nothing is
 * reported), HYS_TOOL where it failed (nothing either), HYS_CANCEL. */
hys_status hys__child_run(hys_ctx *ctx, const char *folder, char **argv, char said[HYS__SAID_SIZE]);
/* The last line that says something, fit to be shown. */
const char *hys__child_last_line(char said[HYS__SAID_SIZE]);

#endif
