/* Number and message functions of the C library, bound to the C locale of this thread. */
#include "base/clocale.h"
#include <stdio.h>
#include <string.h>

/* The C library keeps the C locale ready, so that this takes no memory in practice. */
bool hys__c_locale_enter(hys__c_locale *locale) {
    locale->ours = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!locale->ours) return false;
    locale->callers = uselocale(locale->ours);
    return true;
}

void hys__c_locale_leave(hys__c_locale *locale) {
    uselocale(locale->callers);
    freelocale(locale->ours);
}

int hys__c_vsnprintf(char *buf, size_t size, const char *fmt, va_list args) {
    hys__c_locale locale;
    if (!hys__c_locale_enter(&locale)) return -1;
    int n = vsnprintf(buf, size, fmt, args);
    hys__c_locale_leave(&locale);
    return n;
}

int hys__c_snprintf(char *buf, size_t size, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    int n = hys__c_vsnprintf(buf, size, fmt, args);
    va_end(args);
    return n;
}

const char *hys__c_strerror(int error, char *buf, size_t size) {
    hys__c_locale locale;
    const char *text = NULL;
    if (hys__c_locale_enter(&locale)) {
        text = strerror_l(error, locale.ours);
        hys__c_locale_leave(&locale);
    }
    if (text) return text;
    hys__c_snprintf(buf, size, "error %d", error);
    return buf;
}
