/* What a publication gives, beside what came out: as text, as JSON, as an exit status. */
#include "cli/network_expected.h"
#include <math.h>
#include <string.h>

/* What was found with another set says nothing about this one. */
static bool is_of_this(const network_expected *x, const hys_network_expectation *e) {
    const char *slash = x->data ? strrchr(x->data, '/') : NULL;
    return !e->data || !x->data || !strcmp(e->data, slash ? slash + 1 : x->data);
}

static bool is_judged(const network_expected *x, const hys_network_expectation *e) {
    return isfinite(e->tolerance) && is_of_this(x, e);
}

static const char *verdict_on(const hys_network_expectation *e, double got) {
    if (!isfinite(got)) return "there is no such number";
    return fabs(got - e->value) <= e->tolerance ? "agrees" : "differs";
}

static void print_one(const network_expected *x, size_t k) {
    const hys_network_expectation *e = &x->expected[k];
    const double got = x->got(x->user, e->name);
    const int digits = x->digits ? x->digits : 4;
    printf("%-*s %s: %.*g, got %.*g", x->width, k ? "" : "expected", e->name, digits, e->value, digits, got);
    if (!is_of_this(x, e)) printf(" (of another set: --data %s)", e->data);
    else if (isfinite(e->tolerance)) printf(" (+- %.2g: %s)", e->tolerance, verdict_on(e, got));
    else if (!isfinite(got)) fputs(" (there is no such number)", stdout);
    putchar('\n');
    if (!*e->source) return;
    printf("%-*s   ", x->width, "");
    put_wrapped(stdout, e->source, x->width + 3, x->width + 3);
}

void network_expected_print(const network_expected *x) {
    for (size_t k = 0; k < x->n_expected; k++) print_one(x, k);
    for (size_t k = 0; k < x->n_missing; k++) {
        printf("%-*s ", x->width, k ? "" : "source is silent on");
        put_wrapped(stdout, x->missing[k], x->width + 1, x->width + 1);
    }
}

json_t *network_expected_json(const network_expected *x) {
    json_t *list = json_array();
    for (size_t k = 0; k < x->n_expected; k++) {
        const hys_network_expectation *e = &x->expected[k];
        const double got = x->got(x->user, e->name);
        json_t *j = json_object();
        json_object_set_new(j, "name", json_text(e->name));
        json_object_set_new(j, "expected", json_number(e->value));
        json_object_set_new(j, "got", json_number(got));
        json_object_set_new(j, "tolerance", json_number(e->tolerance));
        json_object_set_new(j, "pass",
                            is_judged(x, e) ? json_boolean(fabs(got - e->value) <= e->tolerance) : json_null());
        json_object_set_new(j, "source", json_text(e->source));
        json_object_set_new(j, "data", e->data ? json_text(e->data) : json_null());
        json_array_append_new(list, j);
    }
    return list;
}

bool network_expected_differ(const network_expected *x) {
    for (size_t k = 0; k < x->n_expected; k++) {
        const hys_network_expectation *e = &x->expected[k];
        if (is_judged(x, e) && !(fabs(x->got(x->user, e->name) - e->value) <= e->tolerance)) return true;
    }
    return false;
}

/* ---- values ---- */

void network_format(double value, const char *unit, char text[48]) {
    static const struct {
        double seconds;
        const char *name;
    } times[] = {{31557600, "year"}, {86400, "day"}, {3600, "hour"}};
    for (size_t k = 0; !strcmp(unit, "s") && k < sizeof times / sizeof *times; k++) {
        const double n = value / times[k].seconds;
        if (!(n >= 1)) continue;
        snprintf(text, 48, "%.4g %s%s", n, times[k].name, n == 1 ? "" : "s");
        return;
    }
    hys_quantity_format(value, unit, 4, text);
}
