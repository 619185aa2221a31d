/* hysteron.h -- from a device's I-V curve to a working network: everything public. */
#ifndef HYSTERON_H
#define HYSTERON_H
#include <hysteron/array.h>
#include <hysteron/array_device.h>
#include <hysteron/catalogue.h>
#include <hysteron/circuit.h>
#include <hysteron/classify.h>
#include <hysteron/core.h>
#include <hysteron/device.h>
#include <hysteron/figure.h>
#include <hysteron/fit.h>
#include <hysteron/import.h>
#include <hysteron/lab.h>
#include <hysteron/library.h>
#include <hysteron/measured.h>
#include <hysteron/passport.h>
#include <hysteron/protocol.h>
#include <hysteron/ranks.h>
#include <hysteron/screen.h>
#include <hysteron/table.h>
#include <hysteron/verdict.h>
#endif
