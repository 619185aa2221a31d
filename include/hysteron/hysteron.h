/* hysteron.h -- from a device's I-V curve to a working network: everything public. */
#ifndef HYSTERON_H
#define HYSTERON_H
#include <hysteron/catalogue.h>
#include <hysteron/circuit.h>
#include <hysteron/core.h>
#include <hysteron/device.h>
#include <hysteron/figure.h>
#include <hysteron/lab.h>
#include <hysteron/library.h>
#include <hysteron/ranks.h>
#include <hysteron/table.h>
#endif
