/* The report of one device: its head, summary, contents, sections, foot. */
#include "lab/passport.h"
#include <math.h>
#include <string.h>

/* ---- the summary ---- */

static void put_card(hys__text *out, const char *key, const char *note, double value, const char *unit) {
    hys__text_puts(out, "<div class=\"card\"><span class=\"k\">");
    hys__html_put(out, key);
    hys__text_puts(out, "</span><span class=\"v\">");
    hys__html_quantity(out, value, unit);
    hys__text_puts(out, "</span><span class=\"n\">");
    hys__html_put(out, note);
    hys__text_puts(out, "</span></div>\n");
}

static const struct {
    const char *trait, *title, *note;
} cards[] = {
    {"on-off", "On/off ratio", "of the conductances that pulses reach"},
    {"threshold-positive", "Positive threshold", "where the conductance changes fastest"},
    {"threshold-negative", "Negative threshold", "where the conductance changes fastest"},
    {"threshold-current", "Threshold current", "at the fold of the curve"},
    {"hold", "Hold voltage", "below it the device goes back"},
    {"time-set", "Time to rise", "under the largest pulse"},
    {"time-reset", "Time to fall", "driven, or by itself"},
    {"time-constant", "Relaxation", "slowest time constant near zero bias"},
    {"energy", "Energy", "of half the change, the least found"},
    {"rectification", "Rectification", "currents at opposite voltages"},
    {"nonlinearity", "Nonlinearity", "i(v)/i(v/2); 2 is a resistor"},
};

void hys__passport_cards(const hys_passport *p, hys__text *out) {
    size_t n = 0;
    for (size_t k = 0; k < sizeof cards / sizeof *cards; k++) {
        const hys_finding *f = hys__passport_told(p, cards[k].trait);
        if (!f || !isfinite(f->value)) continue;
        if (!n++) hys__text_puts(out, "<div class=\"cards\">\n");
        put_card(out, cards[k].title, cards[k].note, f->value, f->trait->unit);
    }
    if (n) hys__text_puts(out, "</div>\n");
}

/* A bar of a part, 0..1; its number stands beside it. */
static void put_meter(hys__text *out, double part) {
    part = part > 0 ? fmin(part, 1) : 0;
    hys__text_printf(out,
                     "<span class=\"meter\" aria-hidden=\"true\"><svg viewBox=\"0 0 100 1\" "
                     "preserveAspectRatio=\"none\"><rect width=\"%.0f\" height=\"1\"/></svg></span>",
                     100 * part);
}

static const char *class_of(const char *verdict) {
    return !strcmp(verdict, "cannot be told") ? "untold" : verdict;
}

void hys__passport_ranks(const hys_passport *p, hys__text *out) {
    hys__ranked list[HYS__MOST_RANKED];
    size_t n = hys__passport_ranking(p, list);
    if (!n) return;
    hys__text_puts(out, "<ol class=\"ranks\" aria-label=\"What it is good for, best first\">\n");
    for (size_t k = 0; k < n; k++) {
        hys__text_puts(out, "<li><span class=\"use\">");
        hys__html_put(out, hys__passport_use_title(list[k].use));
        hys__text_printf(out, "</span><span class=\"word %s\">%s</span>", class_of(list[k].verdict), list[k].verdict);
        put_meter(out, list[k].score);
        hys__text_printf(out, "<span class=\"num\">%.2f</span><span class=\"why\">", list[k].score);
        hys__html_put(out, list[k].summary);
        hys__text_puts(out, "</span></li>\n");
    }
    hys__text_puts(out, "</ol>\n");
}

static void put_head(const hys_passport *p, hys__text *out) {
    hys__text_puts(out, "<header>\n<div class=\"kicker\"><span>Device passport");
    if (*p->family) {
        hys__text_puts(out, " &middot; ");
        hys__html_put(out, p->family);
    }
    if (p->is_data) hys__text_puts(out, " &middot; measured data");
    hys__text_puts(out, "</span><span class=\"theme\"></span></div>\n<h1>");
    hys__html_put(out, p->name);
    hys__text_puts(out, "</h1>\n");
    const char *desc = *p->variant_desc ? p->variant_desc : p->desc;
    if (*desc) {
        hys__text_puts(out, "<p class=\"what\">");
        hys__html_put(out, desc);
        hys__text_puts(out, "</p>\n");
    }
    if (*p->sentence) {
        hys__text_puts(out, "<p class=\"lead\">");
        hys__html_put(out, p->sentence);
        hys__text_puts(out, "</p>\n");
    }
    hys__passport_cards(p, out);
    hys__passport_ranks(p, out);
    hys__text_puts(out, "</header>\n");
}

/* ---- sections ---- */

static const struct {
    const char *id, *title, *parts; /* shown where one of the parts was asked for; "": always where it is wanted */
} sections[] = {
    {"class", "What it is", "class"},
    {"iv", "Current and voltage", "iv"},
    {"impedance", "Small signals", "impedance"},
    {"use", "What it is good for", "use"},
    {"channel", "As an ion channel", "channel-K channel-Na"},
    {"fit", "Fitted model", "fit"},
    {"catalogue", "Among published devices", "catalogue"},
    {"model", "Model", ""},
    {"methods", "Methods", ""},
};

static bool is_shown(const hys_passport *p, size_t k) {
    if (!strcmp(sections[k].id, "model")) return p->wants_model && !p->is_data;
    if (!strcmp(sections[k].id, "methods")) return p->wants_methods;
    if (!strcmp(sections[k].id, "iv") && p->is_data) return true;
    for (size_t j = 0; j < HYS__N_PARTS; j++)
        if (p->is_wanted[j] && strstr(sections[k].parts, p->parts[j].name)) return true;
    return false;
}

static void put_contents(const hys_passport *p, hys__text *out) {
    hys__text_puts(out, "<nav aria-label=\"Contents\"><ol>\n");
    for (size_t k = 0; k < sizeof sections / sizeof *sections; k++)
        if (is_shown(p, k))
            hys__text_printf(out, "<li><a href=\"#%s\">%s</a></li>\n", sections[k].id, sections[k].title);
    hys__text_puts(out, "</ol></nav>\n");
}

void hys__passport_html(const hys_passport *p, hys__text *out) {
    hys__html_begin(out, p->name, *p->sentence ? p->sentence : p->desc, p->name);
    hys__text_puts(out, "<div class=\"page\">\n");
    put_head(p, out);
    put_contents(p, out);
    hys__text_puts(out, "<main>\n");
    for (size_t k = 0; k < sizeof sections / sizeof *sections; k++) {
        if (!is_shown(p, k)) continue;
        hys__text_printf(out, "<section id=\"%s\">\n<h2>%s</h2>\n", sections[k].id, sections[k].title);
        hys__passport_put_section(p, out, sections[k].id);
        hys__text_puts(out, "</section>\n");
    }
    hys__text_puts(out, "</main>\n<footer>hysteron ");
    hys__html_put(out, hys_version());
    hys__text_puts(out,
                   ". The figures hold their data: each is saved as SVG or CSV by the buttons below it. Drag over a "
                   "figure to enlarge it, double click to see all again, walk along a curve with the arrow "
                   "keys.</footer>\n</div>\n");
    hys__html_end(out);
}
