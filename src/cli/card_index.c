/* The index of all cards: a table a family. */
#include "cli/card.h"
#include <string.h>

static void put_counts(FILE *out, const hys_reproduction *results, const char *model) {
    size_t n = 0, n_good = 0, n_missing = 0;
    for (size_t k = 0; results && k < hys_reproduction_count(results); k++) {
        const hys_reproduced *v = hys_reproduction_get(results, k);
        if (strcmp(v->module, model) != 0) continue;
        bool is_missing = v->verdict == HYS_VERDICT_MISSING;
        n += !is_missing;
        n_missing += is_missing;
        n_good += v->verdict == HYS_VERDICT_PASS;
    }
    if (n) fprintf(out, "%zu of %zu", n_good, n);
    if (n_missing) fprintf(out, "%s%zu missing", n ? ", " : "", n_missing);
}

static void put_model(FILE *out, const hys_library_entry *e, const hys_model *model, const hys_reproduction *results) {
    fprintf(out, "| [%s](%s.md) | ", e->name, e->name);
    card_put_text(out, e->desc, true);
    fputs(" | ", out);
    card_put_states(out, model, false);
    fputs(" | ", out);
    card_put_text(out, e->label, true);
    fputs(" | ", out);
    put_counts(out, results, e->name);
    fputs(" |\n", out);
}

static bool has_values(const hys_reproduction *results, const char *family) {
    for (size_t k = 0; results && k < hys_reproduction_count(results); k++)
        if (!strcmp(hys_reproduction_get(results, k)->family, family)) return true;
    return false;
}

void card_put_index(FILE *out, const hys_model *const *models, const hys_reproduction *results) {
    const char *family = "";
    fputs("# The models of the library\n\n<!-- Made from models/ by `make cards`. -->\n\n"
          "A card a model: equations, what it does not model, where it holds, parameters, variants, a figure, what "
          "it reproduces.\nThe last column counts values of the literature, of independent programs and of closed "
          "forms that come out within\ntheir tolerance (`hysteron reproduce`); *missing* are those that the "
          "literature does not give. All numbers: [values.csv](values.csv).\n",
          out);
    for (size_t k = 0; k < hys_library_count(); k++) {
        const hys_library_entry *e = hys_library_get(k);
        if (!models[k]) continue;
        if (strcmp(e->family, family) != 0) {
            fprintf(out, "\n## %s\n\n", e->family);
            if (has_values(results, e->family))
                fprintf(out, "Simulated beside published values: [figure](reproduced_%s.svg).\n\n", e->family);
            fputs("| model | what | states | label | reproduced |\n|---|---|---|---|---|\n", out);
        }
        family = e->family;
        put_model(out, e, models[k], results);
    }
}
