/* What of a user's bytes can be shown on a terminal. */
#ifndef HYS_BASE_UTF8_H
#define HYS_BASE_UTF8_H
#include <stdbool.h>
#include <stddef.h>

/* Bytes of the printable character at s, of which n > 0 are there; 0 when the byte at s is a control,
 * not UTF-8, or begins a character that would reorder or break the line. */
size_t hys__utf8_printable(const char *s, size_t n);
/* Replaces each byte that cannot be shown by '?', but tabs and line ends by spaces; keep_tabs leaves
 * tabs alone. */
void hys__utf8_clean(char *s, size_t n, bool keep_tabs);

#endif
