/* The standard headers, supplied where a file's own directory has none.  Values: the Verilog-AMS language
 * reference manual, annex D; the physical constants are CODATA 2018 (exact since the SI of 2019, but for
 * P_EPS0 and P_U0) unless one of the standard's PHYSICAL_CONSTANTS_... names asks for an older set. */
#include "veriloga/preprocess.h"

#include <string.h>

/* One nature: its tolerance can be set before the header is read, as the standard says. */
#define NATURE(name, unit, access_name, tolerance, macro, more)                                                        \
    "nature " name ";\n"                                                                                               \
    "  units = \"" unit "\";\n"                                                                                        \
    "  access = " access_name ";\n" more "`ifdef " macro "_ABSTOL\n"                                                   \
    "  abstol = `" macro "_ABSTOL;\n"                                                                                  \
    "`else\n"                                                                                                          \
    "  abstol = " tolerance ";\n"                                                                                      \
    "`endif\n"                                                                                                         \
    "endnature\n"
#define IDT(name) "  idt_nature = " name ";\n"
#define DDT(name) "  ddt_nature = " name ";\n"
#define BOTH(name, potential, flow)                                                                                    \
    "discipline " name ";\n  potential " potential ";\n  flow " flow ";\nenddiscipline\n"

static const char disciplines[] = "`ifndef DISCIPLINES_VAMS\n"
                                  "`define DISCIPLINES_VAMS 1\n"
    /* electrical */
    NATURE("Current", "A", "I", "1e-12", "CURRENT", IDT("Charge"))
        NATURE("Charge", "coul", "Q", "1e-14", "CHARGE", DDT("Current"))
            NATURE("Voltage", "V", "V", "1e-6", "VOLTAGE", IDT("Flux")) NATURE("Flux", "Wb", "Phi", "1e-9", "FLUX",
                                                                               DDT("Voltage"))
                BOTH("electrical", "Voltage", "Current") "discipline voltage;\n  potential Voltage;\nenddiscipline\n"
                                                         "discipline current;\n  flow Current;\nenddiscipline\n"
                                                         "discipline logic;\n  domain discrete;\nenddiscipline\n"
                                                         "discipline ddiscrete;\n  domain discrete;\nenddiscipline\n"
    /* magnetic and thermal */
    NATURE("Magneto_Motive_Force", "A*turn", "MMF", "1e-12", "MAGNETO_MOTIVE_FORCE", "")
        BOTH("magnetic", "Magneto_Motive_Force", "Flux") NATURE("Temperature", "K", "Temp", "1e-4", "TEMPERATURE", "")
            NATURE("Power", "W", "Pwr", "1e-9", "POWER", "") BOTH("thermal", "Temperature", "Power")
    /* kinematic */
    NATURE("Position", "m", "Pos", "1e-6", "POSITION", DDT("Velocity"))
        NATURE("Velocity", "m/s", "Vel", "1e-6", "VELOCITY", DDT("Acceleration") IDT("Position"))
            NATURE("Acceleration", "m/s^2", "Acc", "1e-6", "ACCELERATION", DDT("Impulse") IDT("Velocity"))
                NATURE("Impulse", "m/s^3", "Imp", "1e-6", "IMPULSE", IDT("Acceleration"))
                    NATURE("Force", "N", "F", "1e-6", "FORCE", "") BOTH("kinematic", "Position", "Force")
                        BOTH("kinematic_v", "Velocity", "Force")
    /* rotational */
    NATURE("Angle", "rads", "Theta", "1e-6", "ANGLE", DDT("Angular_Velocity")) NATURE(
        "Angular_Velocity", "rads/s", "Omega", "1e-6", "ANGULAR_VELOCITY", DDT("Angular_Acceleration") IDT("Angle"))
        NATURE("Angular_Acceleration", "rads/s^2", "Alpha", "1e-6", "ANGULAR_ACCELERATION", IDT("Angular_Velocity"))
            NATURE("Angular_Force", "N*m", "Tau", "1e-6", "ANGULAR_FORCE", "")
                BOTH("rotational", "Angle", "Angular_Force")
                    BOTH("rotational_omega", "Angular_Velocity", "Angular_Force") "`endif\n";

#define SET(name, q, k, h, eps0)                                                                                       \
    "`define P_Q_" name " " q "\n`define P_K_" name " " k "\n`define P_H_" name " " h "\n`define P_EPS0_" name         \
    " " eps0 "\n"
#define USE(name)                                                                                                      \
    "`define P_Q `P_Q_" name "\n`define P_K `P_K_" name "\n`define P_H `P_H_" name "\n`define P_EPS0 `P_EPS0_" name "\n"

static const char constants[] =
    "`ifndef CONSTANTS_VAMS\n"
    "`define CONSTANTS_VAMS 1\n"
    "`define M_E 2.7182818284590452354\n"
    "`define M_LOG2E 1.4426950408889634074\n"
    "`define M_LOG10E 0.43429448190325182765\n"
    "`define M_LN2 0.69314718055994530942\n"
    "`define M_LN10 2.30258509299404568402\n"
    "`define M_PI 3.14159265358979323846\n"
    "`define M_TWO_PI 6.28318530717958647693\n"
    "`define M_PI_2 1.57079632679489661923\n"
    "`define M_PI_4 0.78539816339744830962\n"
    "`define M_1_PI 0.31830988618379067154\n"
    "`define M_2_PI 0.63661977236758134308\n"
    "`define M_2_SQRTPI 1.12837916709551257390\n"
    "`define M_SQRT2 1.41421356237309504880\n"
    "`define M_SQRT1_2 0.70710678118654752440\n" SET(
        "SPICE", "1.60219e-19", "1.38062e-23", "6.62620e-34",
        "8.854214871e-12") SET("OLD", "1.6021918e-19", "1.3806226e-23", "6.6260755e-34",
                               "8.85418792394420013968e-12") SET("NIST1998", "1.602176462e-19", "1.3806503e-23",
                                                                 "6.62606876e-34", "8.854187817e-12")
        SET("NIST2010", "1.602176565e-19", "1.3806488e-23", "6.62606957e-34", "8.854187817e-12") SET(
            "NIST2018", "1.602176634e-19", "1.380649e-23", "6.62607015e-34",
            "8.8541878128e-12") "`define P_U0_OLD (4.0e-7 * `M_PI)\n"
                                "`define P_U0_NIST2018 1.25663706212e-6\n"
                                "`define P_C 2.99792458e8\n"
                                "`define P_CELSIUS0 273.15\n"
                                "`ifdef PHYSICAL_CONSTANTS_SPICE\n" USE(
                                    "SPICE") "`define P_U0 `P_U0_OLD\n"
                                             "`elsif PHYSICAL_CONSTANTS_OLD\n" USE(
                                                 "OLD") "`define P_U0 `P_U0_OLD\n"
                                                        "`elsif PHYSICAL_CONSTANTS_NIST1998\n" USE(
                                                            "NIST1998") "`define P_U0 `P_U0_OLD\n"
                                                                        "`elsif PHYSICAL_CONSTANTS_NIST2010\n" USE(
                                                                            "NIST2010") "`define P_U0 `P_U0_OLD\n"
                                                                                        "`else\n" USE(
                                                                                            "NIST2018") "`define P_U0 "
                                                                                                        "`P_U0_"
                                                                                                        "NIST2018\n"
                                                                                                        "`endif\n"
                                                                                                        "`endif\n";

static const struct header {
    const char *file, *name;
    const char *text;
    size_t len;
} headers[] = {
    {"disciplines.vams", "disciplines.vams", disciplines, sizeof disciplines - 1},
    {"disciplines.va", "disciplines.vams", disciplines, sizeof disciplines - 1},
    {"disciplines.h", "disciplines.vams", disciplines, sizeof disciplines - 1},
    {"discipline.vams", "disciplines.vams", disciplines, sizeof disciplines - 1},
    {"discipline.h", "disciplines.vams", disciplines, sizeof disciplines - 1},
    {"constants.vams", "constants.vams", constants, sizeof constants - 1},
    {"constants.va", "constants.vams", constants, sizeof constants - 1},
    {"constants.h", "constants.vams", constants, sizeof constants - 1},
    {"constant.vams", "constants.vams", constants, sizeof constants - 1},
    {"constant.h", "constants.vams", constants, sizeof constants - 1},
};

static const char *base_name(const char *path) {
    for (const char *c = path; *c; c++)
        if (*c == '/' || *c == '\\') path = c + 1;
    return path;
}

const char *va_builtin_header(const char *path, const char **name, size_t *len) {
    const char *file = base_name(path);
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        if (strcmp(headers[i].file, file) == 0) {
            *name = headers[i].name;
            *len = headers[i].len;
            return headers[i].text;
        }
    return NULL;
}

const char *va_builtin_header_of(const char *macro) {
    size_t n = strlen(macro);
    for (const char *at = strstr(constants, macro); at; at = strstr(at + n, macro))
        if (at[-1] == ' ' && (at[n] == ' ' || at[n] == '\n')) return "constants.vams";
    return NULL;
}
