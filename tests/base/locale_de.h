/* A locale with a decimal comma: the system's, or one that localedef makes for the test. */
#ifndef HYS_TEST_LOCALE_DE_H
#define HYS_TEST_LOCALE_DE_H
#include "hys_test.h"
#include <locale.h>

static inline bool locale_de_make(void) {
    char command[256];
    const char *dir = hys_test_dir();
    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 '%s/de_DE.UTF-8' >/dev/null 2>&1", dir);
    bool good = system(command) == 0 && setenv("LOCPATH", dir, 1) == 0 && setlocale(LC_ALL, "de_DE.UTF-8") != NULL;
    hys_test_dir_remove(dir);
    return good;
}

/* False when there is none. */
static inline bool locale_de_set(void) {
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (setlocale(LC_ALL, names[i])) return true;
    return locale_de_make();
}

static inline void locale_de_reset(void) {
    setlocale(LC_ALL, "C");
    unsetenv("LOCPATH");
}

#endif
