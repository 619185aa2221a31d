/* Numbers with units, the same whatever the locale.
 *
 * A unit is a product of powers of SI base units with a scale and an offset ("degC").  Accepted:
 * V mV A uA ohm kohm S mS F H s ms Hz kHz K degC m nm J eV kg C W 1 %, products "A/m^2", "m^2/V/s",
 * "V*s", powers "^2" or "**2", the micro signs, "Ohm"/"ohms"/U+03A9, and long names (second, meter). */
#ifndef HYS_BASE_UNITS_H
#define HYS_BASE_UNITS_H
#include "base/memory.h"

typedef struct hys__unit {
    int8_t dim[7]; /* m kg s A K mol cd */
    double scale;  /* SI value of one of it */
    double offset; /* SI value of zero of it: 273.15 for degC */
} hys__unit;

/* n bytes of s; false when it is not a unit. */
bool hys__unit_parse(const char *s, size_t n, hys__unit *unit);
bool hys__unit_same_dim(const hys__unit *a, const hys__unit *b);
bool hys__unit_is_one(const hys__unit *unit); /* dimensionless */
/* value * scale + offset and back, without the last-digit noise of 100 * 1e-9. */
double hys__unit_to_si(const hys__unit *unit, double value);
double hys__unit_from_si(const hys__unit *unit, double si);

/* A number at the head of s, decimal point always '.', with hex floats, inf and nan refused.
 * Returns the bytes used, 0 when there is none (or it overflows: *overflow is then true). */
size_t hys__number_parse(const char *s, double *value, bool *overflow);

/* "4.7k", "10nm", "-65mV", "300K", "1e-9", "2.5 ohm".  A bare number, or one with only an SI prefix
 * ("4.7k"), has no unit: *has_unit false and value is the number times the prefix. */
bool hys__quantity_parse(const char *s, size_t n, double *value, hys__unit *unit, bool *has_unit);

/* The shortest decimal that reads back as the same double; returns its length.  buf holds >= 32. */
size_t hys__number_format(double value, char *buf);
/* "4.7 kohm" for people: SI prefix, significant digits; buf holds >= 48. */
size_t hys__quantity_format(double value, const char *unit, int digits, char *buf);

#endif
