#include "abi/mathlib.h"

#define UNARY(f)                                                                                                       \
    "void m_" #f "(double *y, const double *x, long n);\n"                                                             \
    "__attribute__((visibility(\"default\"))) void m_" #f "(double *y, const double *x, long n)\n"                     \
    "{\n    for (long i = 0; i < n; i += HYS_W) hys_store(y + i, hys_" #f "(hys_load(x + i)));\n}\n"
#define BINARY(f)                                                                                                      \
    "void m_" #f "(double *y, const double *x, const double *z, long n);\n"                                            \
    "__attribute__((visibility(\"default\"))) void m_" #f "(double *y, const double *x, const double *z, long n)\n"    \
    "{\n    for (long i = 0; i < n; i += HYS_W)\n"                                                                     \
    "        hys_store(y + i, hys_" #f "(hys_load(x + i), hys_load(z + i)));\n}\n"

const char mathlib_source[] = "#include \"hys_kernel.h\"\n" MATHLIB_UNARY(UNARY) MATHLIB_BINARY(BINARY);
