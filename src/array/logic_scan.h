/* Lines of words with their places: what BLIF and truth tables are written in. */
#ifndef HYS_ARRAY_LOGIC_SCAN_H
#define HYS_ARRAY_LOGIC_SCAN_H
#include "array/logic_netlist.h"

typedef struct hys__logic_scan {
    hys_logic *logic;
    const char *text;
    size_t len, pos;
    const char *prefix; /* of the names of signals; NULL: none */
    struct {
        hys__span *at;
        size_t n, cap;
    } words; /* of the line just read */
} hys__logic_scan;

void hys__logic_scan_init(hys__logic_scan *scan, hys_logic *logic);
/* The next line that has words; "\" at its end goes on in the next one, "#" begins a comment, "|" is a word.  HYS_DONE
 * at the end of the text. */
hys_status hys__logic_scan_line(hys__logic_scan *scan);
bool hys__logic_word_is(const hys__logic_scan *scan, size_t k, const char *word);
/* An error at word k of the line. */
hys_status hys__logic_scan_error(hys__logic_scan *scan, size_t k, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* What the k-th word names, or HYS__NO_SIGNAL. */
uint32_t hys__logic_scan_signal(hys__logic_scan *scan, size_t k);
/* The k-th word names an input, an output of the netlist. */
hys_status hys__logic_scan_input(hys__logic_scan *scan, size_t k);
hys_status hys__logic_scan_output(hys__logic_scan *scan, size_t k);
/* A gate that defines what the k-th word names. */
hys_status hys__logic_scan_gate(hys__logic_scan *scan, size_t k, hys__logic_gate **gate);
/* A gate that defines a signal; at: where that is said. */
hys_status hys__logic_define(hys_logic *logic, uint32_t id, hys__span at, hys__logic_gate **gate);
/* An error anywhere in the text. */
hys_status hys__logic_error_at(hys_logic *logic, hys__span at, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
