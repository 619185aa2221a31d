/* The C locale for as long as a call needs it, whatever the program or its host has set. */
#ifndef HYS_BASE_CLOCALE_H
#define HYS_BASE_CLOCALE_H
#include <locale.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct hys__c_locale {
    locale_t ours, callers;
} hys__c_locale;

bool hys__c_locale_enter(hys__c_locale *locale);
void hys__c_locale_leave(hys__c_locale *locale);
int hys__c_vsnprintf(char *buf, size_t size, const char *fmt, va_list args) __attribute__((format(printf, 3, 0)));
int hys__c_snprintf(char *buf, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The system's words for an errno, in English; buf is used only where there are none. */
const char *hys__c_strerror(int error, char *buf, size_t size);

#endif
