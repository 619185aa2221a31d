/* Laws of synapses as files that people read and change.  Tables are over 33 points of x from 0 to 1. */
#include "base/diag.h"
#include "base/file.h"
#include "base/units.h"
#include "io/yaml.h"
#include "io/yaml_fields.h"
#include "network/synapse_impl.h"
#include <string.h>

#define FILE_MAX_BYTES ((size_t)16 << 20)

/* A law as the file has it. */
typedef struct said {
    const char *name, *source;
    double g_min, g_max, device_sd, temperature, stuck_on, stuck_off, read_noise, read_disturb;
    double program_pulses, program_energy, program_time, program_failed;
    hys_synapse_pulse up, down, read;
    hys__yaml_reals up_mean, up_sd, down_mean, down_sd, energy_up, energy_down, program_mean, program_sd;
    hys__yaml_reals shape, times, retention_mean, retention_sd, wear_cycles, wear_low, wear_high;
} said;

/* ---- what a file may say ---- */

#define PULSE(name, member, unit)                                                                                      \
    { name, HYS__FIELD_REAL, offsetof(hys_synapse_pulse, member), unit, NULL, false }
static const hys__yaml_field pulse_fields[] = {PULSE("voltage", voltage, "V"), PULSE("width", width, "s"),
                                               PULSE("gate", gate, "V")};
static const hys__yaml_schema pulse_schema = {"a pulse", pulse_fields, COUNT_OF(pulse_fields),
                                              sizeof(hys_synapse_pulse), NULL};

typedef struct number {
    const char *name, *unit;
    size_t in_said, in_law;
    bool is_needed;
} number;
#define NUMBER(name, unit, said_member, law_member, needed)                                                            \
    { name, unit, offsetof(said, said_member), offsetof(hys_synapse_law, law_member), needed }
static const number numbers[] = {
    NUMBER("g_min", "S", g_min, g_min, true),
    NUMBER("g_max", "S", g_max, g_max, true),
    NUMBER("device_sd", "", device_sd, device_sd, false),
    NUMBER("temperature", "K", temperature, temp, false),
    NUMBER("stuck_on", "", stuck_on, stuck_on, false),
    NUMBER("stuck_off", "", stuck_off, stuck_off, false),
    NUMBER("read_noise", "", read_noise, read_noise, false),
    NUMBER("read_disturb", "", read_disturb, read_disturb, false),
    NUMBER("program_pulses", "", program_pulses, program_pulses, false),
    NUMBER("program_energy", "J", program_energy, program_energy, false),
    NUMBER("program_time", "s", program_time, program_time, false),
    NUMBER("program_failed", "", program_failed, program_failed, false),
};

typedef struct series {
    const char *name, *unit, *what;
    size_t in_said, in_law, rows, columns;
    bool is_needed;
} series;
#define SERIES(member, unit, what, rows, columns, needed)                                                              \
    { #member, unit, what, offsetof(said, member), offsetof(hys_synapse_law, member), rows, columns, needed }
static const series all_series[] = {
    SERIES(up_mean, "", "change of x by a pulse up, mean and standard deviation", 1, HYS__POINTS, true),
    SERIES(up_sd, "", NULL, 1, HYS__POINTS, false),
    SERIES(down_mean, "", "by a pulse down", 1, HYS__POINTS, true),
    SERIES(down_sd, "", NULL, 1, HYS__POINTS, false),
    SERIES(energy_up, "J", "J of a pulse", 1, HYS__POINTS, false),
    SERIES(energy_down, "J", NULL, 1, HYS__POINTS, false),
    SERIES(program_mean, "", "x after write-verify, less the target", 1, HYS__POINTS, false),
    SERIES(program_sd, "", NULL, 1, HYS__POINTS, false),
    SERIES(shape, "", "I/V over that at the read voltage, at -1, -0.75 ... 1 of it; a row for each x", HYS__POINTS,
           HYS__N_SHAPES, false),
    SERIES(times, "s", "s: of the rows below", 1, HYS__N_TIMES, false),
    SERIES(retention_mean, "", "change of g since it was written, part of it; a row for each time", HYS__N_TIMES,
           HYS__POINTS, false),
    SERIES(retention_sd, "", NULL, HYS__N_TIMES, HYS__POINTS, false),
};

/* As many numbers as the file has, the same for each. */
typedef struct wear {
    const char *name, *what;
    size_t in_said, in_law;
} wear;
#define WEAR(member, what)                                                                                             \
    { #member, what, offsetof(said, member), offsetof(hys_synapse_law, member) }
static const wear all_wear[] = {
    WEAR(wear_cycles, "ends of the window, as x, that so many cycles leave"),
    WEAR(wear_low, NULL),
    WEAR(wear_high, NULL),
};

#define N_FIELDS (5 + COUNT_OF(numbers) + COUNT_OF(all_series) + COUNT_OF(all_wear))

static void put_fields(hys__yaml_field *f) {
    size_t n = 0;
    f[n++] = (hys__yaml_field){"name", HYS__FIELD_TEXT, offsetof(said, name), NULL, NULL, false};
    f[n++] = (hys__yaml_field){"source", HYS__FIELD_TEXT, offsetof(said, source), NULL, NULL, false};
    f[n++] = (hys__yaml_field){"up", HYS__FIELD_SECTION, offsetof(said, up), NULL, &pulse_schema, true};
    f[n++] = (hys__yaml_field){"down", HYS__FIELD_SECTION, offsetof(said, down), NULL, &pulse_schema, true};
    f[n++] = (hys__yaml_field){"read", HYS__FIELD_SECTION, offsetof(said, read), NULL, &pulse_schema, true};
    for (size_t k = 0; k < COUNT_OF(numbers); k++)
        f[n++] = (hys__yaml_field){numbers[k].name,     HYS__FIELD_REAL, numbers[k].in_said, numbers[k].unit, NULL,
                                   numbers[k].is_needed};
    for (size_t k = 0; k < COUNT_OF(all_series); k++)
        f[n++] =
            (hys__yaml_field){all_series[k].name,     HYS__FIELD_REALS, all_series[k].in_said, all_series[k].unit, NULL,
                              all_series[k].is_needed};
    for (size_t k = 0; k < COUNT_OF(all_wear); k++)
        f[n++] = (hys__yaml_field){all_wear[k].name, HYS__FIELD_REALS, all_wear[k].in_said, "", NULL, false};
}

/* ---- writing ---- */

static void put_number(hys__text *t, double value) {
    char text[40];
    hys__number_format(value, text);
    hys__text_puts(t, text);
}

/* Quoted, as YAML's double-quoted scalars are. */
static void put_word(hys__text *t, const char *key, const char *word) {
    hys__text_printf(t, "%s: \"", key);
    for (; word && *word; word++) {
        if (*word == '"' || *word == '\\') hys__text_printf(t, "\\%c", *word);
        else if ((unsigned char)*word < 0x20) hys__text_printf(t, "\\x%02x", (unsigned)(unsigned char)*word);
        else hys__text_put(t, word, 1);
    }
    hys__text_puts(t, "\"\n");
}

static void put_pulse(hys__text *t, const char *key, const hys_synapse_pulse *p) {
    hys__text_printf(t, "%s: {voltage: ", key);
    put_number(t, p->voltage);
    hys__text_puts(t, ", width: ");
    put_number(t, p->width);
    hys__text_puts(t, ", gate: ");
    put_number(t, p->gate);
    hys__text_puts(t, "}\n");
}

static void put_series(hys__text *t, const series *s, const double *at) {
    if (s->what) hys__text_printf(t, "# %s\n", s->what);
    hys__text_printf(t, "%s: [", s->name);
    for (size_t k = 0; k < s->rows * s->columns; k++) {
        if (k) hys__text_puts(t, k % s->columns ? ", " : ",\n  ");
        put_number(t, at[k]);
    }
    hys__text_puts(t, "]\n");
}

static void put_wear(hys__text *t, const hys_synapse_law *l) {
    for (size_t i = 0; i < COUNT_OF(all_wear); i++) {
        const wear *w = &all_wear[i];
        const double *at = (const double *)(const void *)((const char *)l + w->in_law);
        if (w->what) hys__text_printf(t, "# %s\n", w->what);
        hys__text_printf(t, "%s: [", w->name);
        for (size_t k = 0; k < l->n_wear; k++) {
            if (k) hys__text_puts(t, ", ");
            put_number(t, at[k]);
        }
        hys__text_puts(t, "]\n");
    }
}

static bool is_retention(const series *s) {
    return !strcmp(s->name, "times") || !strncmp(s->name, "retention", 9);
}

static void put_law(hys__text *t, const hys_synapse_law *l) {
    hys__text_puts(t, "# A synapse's law: x = (g - g_min) / (g_max - g_min); tables are over x = 0, 1/32 ... 1.\n");
    put_word(t, "name", l->name);
    put_word(t, "source", l->source);
    for (size_t k = 0; k < COUNT_OF(numbers); k++) {
        hys__text_printf(t, "%s: ", numbers[k].name);
        put_number(t, *(const double *)(const void *)((const char *)l + numbers[k].in_law));
        hys__text_printf(t, "%s%s\n", numbers[k].unit[0] ? " # " : "", numbers[k].unit);
    }
    hys__text_puts(t, "# V, s, V\n");
    put_pulse(t, "up", &l->up);
    put_pulse(t, "down", &l->down);
    put_pulse(t, "read", &l->read);
    for (size_t k = 0; k < COUNT_OF(all_series); k++)
        if (l->has_retention || !is_retention(&all_series[k]))
            put_series(t, &all_series[k], (const double *)(const void *)((const char *)l + all_series[k].in_law));
    if (l->n_wear > 0) put_wear(t, l);
}

hys_status hys_synapse_law_write(hys_ctx *ctx, const hys_synapse_law *law, const char *path) {
    hys_status status = hys__law_check(ctx, law);
    hys__outfile *out = NULL;
    hys__text text;
    if (status != HYS_OK) return status;
    hys__text_init(&text, ctx);
    put_law(&text, law);
    status = text.failed ? HYS_NOMEM : hys__outfile_open(ctx, path, &out);
    if (status == HYS_OK) {
        fwrite(text.at, 1, text.n, hys__outfile_stream(out));
        status = hys__outfile_commit(out);
    }
    hys__text_free(&text);
    return status;
}

/* ---- reading ---- */

/* One number stands for all. */
static hys_status take_series(hys__yaml *yaml, const series *s, const said *from, hys_synapse_law *law) {
    const hys__yaml_reals *r = (const hys__yaml_reals *)(const void *)((const char *)from + s->in_said);
    double *to = (double *)(void *)((char *)law + s->in_law);
    const size_t n = s->rows * s->columns;
    if (!r->n) return HYS_OK;
    if (r->n != n && r->n != 1)
        return hys__yaml_fail(yaml, hys__yaml_find(yaml->root, s->name), "or one number for all of them",
                              "'%s' has %zu numbers, and needs %zu", s->name, r->n, n);
    for (size_t k = 0; k < n; k++) to[k] = r->at[r->n == 1 ? 0 : k];
    return HYS_OK;
}

static hys_status take_wear(hys__yaml *yaml, const said *from, hys_synapse_law *law) {
    const size_t n = from->wear_cycles.n;
    for (size_t i = 0; i < COUNT_OF(all_wear); i++) {
        const wear *w = &all_wear[i];
        const hys__yaml_reals *r = (const hys__yaml_reals *)(const void *)((const char *)from + w->in_said);
        double *to = (double *)(void *)((char *)law + w->in_law);
        if (r->n != n || n > HYS_SYNAPSE_WEAR)
            return hys__yaml_fail(yaml, hys__yaml_find(yaml->root, r->n ? w->name : "wear_cycles"),
                                  "wear_cycles, wear_low and wear_high: as many of each, 16 at most",
                                  "'%s' has %zu numbers, 'wear_cycles' %zu", w->name, r->n, n);
        for (size_t k = 0; k < n; k++) to[k] = r->at[k];
    }
    law->n_wear = n;
    return HYS_OK;
}

/* Belongs to the context. */
static const char *keep(hys_ctx *ctx, const char *text) {
    const size_t n = text ? strlen(text) + 1 : 0;
    char *to = n > 1 ? hys__realloc(ctx, NULL, 0, n) : NULL;
    if (n <= 1) return "";
    if (to) memcpy(to, text, n);
    return to;
}

static hys_status take_law(hys__yaml *yaml, hys_synapse_law *law) {
    hys__yaml_field fields[N_FIELDS];
    const hys__yaml_schema schema = {"a synapse's law", fields, N_FIELDS, sizeof(said), NULL};
    said from = {.temperature = 300.15};
    put_fields(fields);
    hys_status status = hys__yaml_take(yaml, yaml->root, &schema, &from);
    for (size_t k = 0; k < COUNT_OF(numbers) && status == HYS_OK; k++)
        *(double *)(void *)((char *)law + numbers[k].in_law) =
            *(const double *)(const void *)((const char *)&from + numbers[k].in_said);
    for (size_t k = 0; k < COUNT_OF(all_series) && status == HYS_OK; k++)
        status = take_series(yaml, &all_series[k], &from, law);
    if (status == HYS_OK) status = take_wear(yaml, &from, law);
    if (status != HYS_OK) return status;
    law->up = from.up;
    law->down = from.down;
    law->read = from.read;
    law->has_retention = from.retention_mean.n > 0;
    law->name = keep(yaml->ctx, from.name);
    law->source = keep(yaml->ctx, from.source);
    return law->name && law->source ? hys__law_check(yaml->ctx, law) : HYS_NOMEM;
}

hys_status hys_synapse_law_read(hys_ctx *ctx, const char *path, hys_synapse_law *law) {
    hys_synapse_law l = hys__law_empty();
    hys__arena arena;
    hys__yaml yaml;
    hys__arena_init(&arena, ctx, FILE_MAX_BYTES);
    hys_status status = hys__yaml_read(&arena, path, &yaml);
    if (status == HYS_OK) status = take_law(&yaml, &l);
    hys__arena_free(&arena);
    if (status != HYS_OK) return status;
    hys__law_label(&l);
    *law = l;
    return HYS_OK;
}
