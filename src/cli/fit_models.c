/* A choice of models, as text and as JSON. */
#include "cli/fit_models.h"
#include <string.h>

#define SHOWN 15 /* of the models that were fitted only quickly */

static void print_candidate(const hys_fit_candidate *c, bool is_best) {
    const char *what = "quick fit";
    if (is_best) what = "best";
    else if (c->is_equal) what = "cannot be told from the best";
    else if (c->is_finalist || !strcmp(c->name, "resistor")) what = "";
    put_shown(stdout, c->name, 20);
    printf(" %10zu %12.4g %10.4g %10.4g %12.4g  %s\n", c->n_params, c->rms_relative, c->bic, c->aic, c->left_out, what);
}

static void print_skipped(const hys_fit_selection *s) {
    size_t n = hys_fit_selection_count(s);
    for (size_t k = 0; k < n; k++) {
        const char *why = hys_fit_selection_get(s, k)->skipped;
        bool is_first = *why;
        for (size_t before = 0; before < k; before++)
            is_first = is_first && strcmp(hys_fit_selection_get(s, before)->skipped, why) != 0;
        if (!is_first) continue;
        fputs("skipped (", stdout);
        put_shown(stdout, why, 0);
        fputs("):", stdout);
        for (size_t other = k; other < n; other++) {
            const hys_fit_candidate *c = hys_fit_selection_get(s, other);
            if (strcmp(c->skipped, why)) continue;
            putchar(' ');
            put_shown(stdout, c->name, 0);
        }
        putchar('\n');
    }
}

void print_selection(const hys_fit_selection *s) {
    int shown = 0, left = 0;
    printf("%-20s %10s %12s %10s %10s %12s\n", "model", "parameters", "rms", "dBIC", "dAIC", "left out");
    for (size_t k = 0; k < hys_fit_selection_count(s); k++) {
        const hys_fit_candidate *c = hys_fit_selection_get(s, k);
        if (*c->skipped) continue;
        if (c->is_finalist || !strcmp(c->name, "resistor") || shown < SHOWN) print_candidate(c, k == 0);
        else left++;
        shown++;
    }
    if (left) printf("and %d that fit worse\n", left);
    print_skipped(s);
    put_wrapped(stdout, hys_fit_selection_statement(s), 0, 0);
    putchar('\n');
}

void add_selection(json_t *root, const hys_fit_selection *s) {
    json_t *list = json_array();
    for (size_t k = 0; k < hys_fit_selection_count(s); k++) {
        const hys_fit_candidate *c = hys_fit_selection_get(s, k);
        json_t *o = json_pack("{s:o, s:o, s:b, s:b}", "name", json_text(c->name), "skipped", json_text(c->skipped),
                              "finalist", c->is_finalist, "equal", c->is_equal);
        if (!*c->skipped) {
            json_object_set_new(o, "parameters", json_integer((json_int_t)c->n_params));
            json_object_set_new(o, "rms_relative", json_number(c->rms_relative));
            json_object_set_new(o, "delta_bic", json_number(c->bic));
            json_object_set_new(o, "delta_aic", json_number(c->aic));
            json_object_set_new(o, "left_out", json_number(c->left_out));
            json_object_set_new(o, "left_out_error", json_number(c->left_out_error));
        }
        json_array_append_new(list, o);
    }
    json_object_set_new(root, "models", list);
    json_object_set_new(root, "statement", json_text(hys_fit_selection_statement(s)));
}
