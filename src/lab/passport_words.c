/* What a device is in one sentence, and the order of what it is good for. */
#include "lab/passport.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

const hys_finding *hys__passport_told(const hys_passport *p, const char *trait) {
    const hys_finding *f = p->class_ ? hys_class_find(p->class_, trait) : NULL;
    return f && f->is_told ? f : NULL;
}

double hys__passport_number(const hys_passport *p, const char *trait) {
    const hys_finding *f = hys__passport_told(p, trait);
    return f ? f->value : NAN;
}

static const char *word(const hys_passport *p, const char *trait) {
    const hys_finding *f = hys__passport_told(p, trait);
    return f ? f->answer : "";
}

/* ---- the sentence ---- */

static void put_kind(const hys_passport *p, hys__text *out) {
    const char *control = word(p, "control"), *polarity = word(p, "polarity"), *volatility = word(p, "volatility");
    const char *before = "";
    if (!strcmp(volatility, "none")) {
        hys__text_puts(out, "Without memory: nothing that was tried changes its conductance");
        return;
    }
    hys__text_puts(out, "A");
    if (!strcmp(control, "voltage") || !strcmp(control, "current")) {
        hys__text_printf(out, " %s-controlled", control);
        before = ",";
    }
    if (*polarity && strcmp(polarity, "none") != 0) {
        hys__text_printf(out, "%s %s", before, polarity);
        before = ",";
    }
    if (*volatility) hys__text_printf(out, "%s %s", before, volatility);
    hys__text_puts(out, " device");
}

static void put_order(const hys_passport *p, hys__text *out) {
    static const char *const orders[] = {"", " of first order", " of second order", " of third or higher order"};
    const char *order = word(p, "order"), *ndr = word(p, "ndr");
    if (*order >= '1' && *order <= '3') hys__text_puts(out, orders[*order - '0']);
    if (!strcmp(ndr, "N") || !strcmp(ndr, "S"))
        hys__text_printf(out, " with %s-shaped negative differential resistance", ndr);
    else if (!strcmp(ndr, "both")) hys__text_puts(out, " with N- and S-shaped negative differential resistance");
    hys__text_puts(out, ".");
}

/* "2.87e+13" as 2.87×10¹³, in place; text holds 64. */
static void raise_exponent(char *text) {
    static const char *const digits[] = {"\342\201\260", "\302\271",     "\302\262",     "\302\263",
                                         "\342\201\264", "\342\201\265", "\342\201\266", "\342\201\267",
                                         "\342\201\270", "\342\201\271"};
    char *e = strchr(text, 'e'), power[16];
    if (!e) return;
    snprintf(power, sizeof power, "%ld", strtol(e + 1, NULL, 10));
    size_t n = (size_t)(e - text);
    n += (size_t)snprintf(text + n, 64 - n, "\303\22710");
    for (const char *c = power; *c && n < 60; c++)
        n += (size_t)snprintf(text + n, 64 - n, "%s", *c == '-' ? "\342\201\273" : digits[*c - '0']);
}

/* The amount of a trait; "" where it cannot be told. */
static const char *amount_of(const hys_passport *p, const char *trait, char text[64]) {
    const hys_finding *f = hys__passport_told(p, trait);
    *text = 0;
    if (!f || !isfinite(f->value)) return text;
    const char *sign = f->value < 0 ? "\342\210\222" : "";
    char size[48];
    if (!*f->trait->unit || !strcmp(f->trait->unit, "1")) snprintf(size, sizeof size, "%.3g", fabs(f->value));
    else hys_quantity_format(fabs(f->value), f->trait->unit, 3, size);
    const char *micro = strstr(size, " u");
    if (micro && micro[2]) snprintf(text, 64, "%s%.*s \302\265%s", sign, (int)(micro - size), size, micro + 2);
    else snprintf(text, 64, "%s%s", sign, size);
    if (!*f->trait->unit || !strcmp(f->trait->unit, "1")) raise_exponent(text);
    return text;
}

/* "Its conductance changes by a factor of 72.9, at 963 mV and −963 mV, within 31.6 ps." */
static void put_numbers(const hys_passport *p, hys__text *out) {
    char on_off[64], up[64], down[64], time[64];
    amount_of(p, "on-off", on_off);
    amount_of(p, "threshold-positive", up);
    amount_of(p, "threshold-negative", down);
    amount_of(p, "time-set", time);
    if (!*on_off) return;
    hys__text_printf(out, " Its conductance changes by a factor of %s", on_off);
    if (*up || *down) hys__text_printf(out, ", at %s%s%s", up, *up && *down ? " and " : "", down);
    if (*time) hys__text_printf(out, ", within %s", time);
    hys__text_puts(out, ".");
}

hys_status hys__passport_sentence(hys_passport *p) {
    hys__text text;
    hys__text_init(&text, p->ctx);
    if (p->class_) {
        put_kind(p, &text);
        put_order(p, &text);
        put_numbers(p, &text);
    }
    p->sentence = hys__arena_strndup(&p->arena, text.n ? text.at : "", text.n);
    hys__text_free(&text);
    return p->sentence ? HYS_OK : HYS_NOMEM;
}

/* ---- the ranking ---- */

/* The criterion that is missed most, in tolerances. */
static const char *channel_summary(hys_passport *p, const hys_screen *s) {
    const hys_screen_criterion *worst = NULL;
    double most = 0;
    for (size_t k = 0; s && k < hys_screen_n_criteria(s); k++) {
        const hys_screen_criterion *c = hys_screen_get_criterion(s, k);
        double missed = isnan(c->value) ? INFINITY : c->error / c->tolerance;
        if (!c->decides || c->pass || (worst && !(missed > most))) continue;
        worst = c;
        most = missed;
    }
    if (!worst) return "all criteria that decide are met";
    if (!isfinite(most)) return hys__arena_printf(&p->arena, "%s could not be reached", worst->name);
    return hys__arena_printf(&p->arena, "%s is off by %.3g times what is allowed", worst->name, most);
}

hys_status hys__passport_summaries(hys_passport *p) {
    for (int k = 0; k < 2; k++) p->channel_summary[k] = channel_summary(p, p->screens[k]);
    return p->arena.failed ? HYS_NOMEM : HYS_OK;
}

const char *hys__passport_use_title(const char *use) {
    static const struct {
        const char *use, *title;
    } titles[] = {
        {"channel-K", "potassium channel"}, {"channel-Na", "sodium channel"}, {"reservoir", "reservoir node"}};
    for (size_t k = 0; k < sizeof titles / sizeof *titles; k++)
        if (!strcmp(titles[k].use, use)) return titles[k].title;
    return use;
}

static int weight(const char *verdict) {
    static const char *const words[] = {"cannot be told", "fail", "conditional", "pass"};
    for (int k = 0; k < 4; k++)
        if (!strcmp(words[k], verdict)) return k;
    return 0;
}

static bool is_before(const hys__ranked *a, const hys__ranked *b) {
    int wa = weight(a->verdict), wb = weight(b->verdict);
    return wa != wb ? wa > wb : a->score > b->score;
}

static void insert(hys__ranked *list, size_t *n, hys__ranked item) {
    size_t k = (*n)++;
    for (; k > 0 && is_before(&item, &list[k - 1]); k--) list[k] = list[k - 1];
    list[k] = item;
}

size_t hys__passport_ranking(const hys_passport *p, hys__ranked list[HYS__MOST_RANKED]) {
    static const char *const channels[] = {"channel-K", "channel-Na"};
    size_t n = 0;
    for (size_t k = 0; p->verdicts && k < hys_verdicts_count(p->verdicts) && n < HYS__MOST_RANKED - 2; k++) {
        const hys_verdict *v = hys_verdicts_get(p->verdicts, k);
        insert(list, &n,
               (hys__ranked){.use = v->use, .verdict = v->verdict, .summary = v->summary, .score = v->score, .of = v});
    }
    for (int k = 0; k < 2; k++) {
        const hys_screen *s = p->screens[k];
        if (!s) continue;
        insert(list, &n,
               (hys__ranked){.use = channels[k],
                             .verdict = hys_screen_verdict(s),
                             .summary = "",
                             .score = hys_screen_score(s),
                             .screen = s});
    }
    return n;
}
