/* Folders that results go to. */
#include "cli/cli.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

hys_status make_folder(invocation *in, const char *folder) {
    char path[4096];
    size_t n = strlen(folder);
    if (n >= sizeof path) return HYS_IO;
    memcpy(path, folder, n + 1);
    for (char *c = path + 1; *c; c++) {
        if (*c != '/') continue;
        *c = 0;
        mkdir(path, 0777);
        *c = '/';
    }
    struct stat info;
    if (mkdir(path, 0777) == 0 || (errno == EEXIST && stat(path, &info) == 0 && S_ISDIR(info.st_mode))) return HYS_OK;
    refuse(in, "cannot make the folder", folder, strerror(errno));
    return HYS_IO;
}
