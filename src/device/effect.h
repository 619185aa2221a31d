/* What a device says: $strobe and its kin, as text. */
#ifndef HYS_DEVICE_EFFECT_H
#define HYS_DEVICE_EFFECT_H
#include "abi/hys_abi.h"
#include "base/memory.h"

/* The message of an effect with a format, with its values put in; instance stands for %m. */
void hys__effect_text(const hys_effect_info *info, const char *instance, const double *values, size_t n_values,
                      hys__text *out);

#endif
