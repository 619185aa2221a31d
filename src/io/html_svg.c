/* gnuplot's SVG for a page: what is not known to be harmless is left out, and so is what a page does not need.
 *
 * file      = { text | tag }
 * tag       = "<" ["/"] NAME { NAME "=" quoted } ["/"] ">" | "<!" ... ">" | "<?" ... ">"
 * quoted    = "'" ... "'" | '"' ... '"' */
#include "io/html.h"
#include <stdlib.h>
#include <string.h>

#define MARK     '\1' /* stands for what makes identifiers unique */
#define N_POINTS 15   /* kinds of points of gnuplot's terminal */

typedef struct piece {
    const char *at;
    size_t n;
} piece;

typedef struct painter {
    hys__text *out;
    bool used[N_POINTS];
    int text_depth; /* within <text> or a curve's <title> */
    int skip_depth; /* within <defs>, and the <title> and <desc> of the whole */
    bool is_begun;  /* the <svg> tag was met */
} painter;

static bool is(piece p, const char *word) {
    return p.n == strlen(word) && !memcmp(p.at, word, p.n);
}

static bool is_one_of(piece p, const char *const *words) {
    for (; *words; words++)
        if (is(p, *words)) return true;
    return false;
}

static const char *skip_space(const char *s) {
    return s + strspn(s, " \t\r\n");
}

/* ---- attributes ---- */

static const char *const kept[] = {"d",
                                   "transform",
                                   "fill",
                                   "stroke",
                                   "stroke-width",
                                   "stroke-dasharray",
                                   "color",
                                   "text-anchor",
                                   "font-size",
                                   "font-style",
                                   "font-weight",
                                   "baseline-shift",
                                   "dx",
                                   "dy",
                                   "x",
                                   "y",
                                   "width",
                                   "height",
                                   "points",
                                   "opacity",
                                   "fill-opacity",
                                   "stroke-opacity",
                                   "xml:space",
                                   "cx",
                                   "cy",
                                   "r",
                                   NULL};
static const char *const colours[] = {"fill", "stroke", "color", NULL};

/* Runs of white space as one blank; "L" behind a pair of numbers is understood without it. */
static void put_value(hys__text *out, piece value, bool is_path) {
    for (size_t k = 0; k < value.n; k++) {
        char c = value.at[k];
        bool is_space = strchr(" \t\r\n", c) != NULL;
        if (is_space && (k + 1 == value.n || strchr(" \t\r\n", value.at[k + 1]))) continue;
        if (c == '<' || c == '"' || c == '&' || (is_path && c == 'L')) continue;
        hys__text_put(out, is_space ? " " : &c, 1);
    }
}

/* "rgb( 86, 180, 233)" as #56b4e9; black is the colour of the page's text. */
static void put_colour(hys__text *out, piece value) {
    char text[32] = "";
    unsigned part[3] = {0, 0, 0};
    bool is_rgb = value.n > 4 && value.n < sizeof text && !memcmp(value.at, "rgb(", 4);
    if (is_rgb) {
        memcpy(text, value.at + 4, value.n - 4);
        char *at = text;
        for (int k = 0; k < 3; k++) {
            part[k] = (unsigned)strtoul(at, &at, 10) & 255;
            at += strspn(at, " ,");
        }
    }
    if (is(value, "black") || is(value, "#000000") || (is_rgb && !(part[0] | part[1] | part[2])))
        hys__text_puts(out, "currentColor");
    else if (is_rgb) hys__text_printf(out, "#%02x%02x%02x", part[0], part[1], part[2]);
    else put_value(out, value, false);
}

/* '#gpPt6': one of the terminal's points. */
static void put_reference(painter *p, piece value) {
    long k = value.n > 5 && !memcmp(value.at, "#gpPt", 5) ? strtol(value.at + 5, NULL, 10) : -1;
    if (k < 0 || k >= N_POINTS) return;
    p->used[k] = true;
    hys__text_printf(p->out, " href=\"#%cp%ld\"", MARK, k);
}

static void put_attribute(painter *p, piece tag, piece name, piece value) {
    if (is(name, "xlink:href")) put_reference(p, value);
    else if (is(name, "id") && value.n > 13 && !memcmp(value.at, "gnuplot_plot_", 13))
        hys__text_puts(p->out, " class=\"curve\"");
    else if (is(name, "font-size") && is(value, "9.33")) return; /* the figure's own */
    else if (is(name, "color") && is(value, "black")) return;
    else if (is_one_of(name, kept)) {
        hys__text_puts(p->out, " ");
        hys__text_put(p->out, name.at, name.n);
        hys__text_puts(p->out, "=\"");
        if (is_one_of(name, colours)) put_colour(p->out, value);
        else put_value(p->out, value, is(tag, "path") && is(name, "d"));
        hys__text_puts(p->out, "\"");
    }
}

/* One attribute at s; where it ends, or NULL where there is none. */
static const char *read_attribute(const char *s, piece *name, piece *value) {
    s = skip_space(s);
    *name = (piece){s, strcspn(s, " \t\r\n=/><'\"")};
    if (name->n == 0) return NULL;
    s = skip_space(s + name->n);
    if (*s != '=') return NULL;
    s = skip_space(s + 1);
    if (*s != '"' && *s != '\'') return NULL;
    const char *end = strchr(s + 1, *s);
    if (!end) return NULL;
    *value = (piece){s + 1, (size_t)(end - s - 1)};
    return end + 1;
}

/* ---- tags ---- */

static const char *const drawn[] = {"g",      "path",    "text",     "tspan", "use", "rect",
                                    "circle", "polygon", "polyline", "title", NULL};

/* Where the tag at s, "<", ends: behind its ">", which does not stand in quotes. */
static const char *tag_end(const char *s) {
    char quote = 0;
    for (; *s; s++) {
        if (quote) quote = *s == quote ? 0 : quote;
        else if (*s == '"' || *s == '\'') quote = *s;
        else if (*s == '>') return s + 1;
    }
    return s;
}

static bool is_background(const char *s, const char *end) {
    return memmem(s, (size_t)(end - s), "fill=\"#ffffff\"", 14) != NULL;
}

static void put_open(painter *p, piece name, const char *s, const char *end) {
    piece attribute, value;
    bool is_single = end - s >= 2 && end[-2] == '/';
    if (is(name, "text") || is(name, "title")) p->text_depth += !is_single;
    hys__text_puts(p->out, "<");
    hys__text_put(p->out, name.at, name.n);
    for (s = name.at + name.n; (s = read_attribute(s, &attribute, &value)) != NULL && s <= end;)
        put_attribute(p, name, attribute, value);
    hys__text_puts(p->out, is_single ? "/>" : ">");
}

static void put_close(painter *p, piece name) {
    if ((is(name, "text") || is(name, "title")) && p->text_depth > 0) p->text_depth--;
    hys__text_puts(p->out, "</");
    hys__text_put(p->out, name.at, name.n);
    hys__text_puts(p->out, ">");
}

/* The tag at s; where reading goes on. */
static const char *take_tag(painter *p, const char *s, bool is_head) {
    const char *end = tag_end(s);
    bool is_close = s[1] == '/', is_single = end - s >= 2 && end[-2] == '/';
    piece name = {s + 1 + is_close, strcspn(s + 1 + is_close, " \t\r\n/>")};
    if (is(name, "svg")) p->is_begun = true;
    if (is(name, "defs") || ((is(name, "title") || is(name, "desc")) && (is_head || p->skip_depth))) {
        if (!is_single) p->skip_depth += is_close ? -1 : 1;
        return end;
    }
    if (p->skip_depth > 0 || !is_one_of(name, drawn) || (is(name, "rect") && is_background(s, end))) return end;
    if (is_close) put_close(p, name);
    else if (is(name, "g") && !is_single && !strncmp(skip_space(end), "</g>", 4)) return skip_space(end) + 4;
    else put_open(p, name, s, end);
    return end;
}

/* ---- points: numbers as gnuplot's, whose sizes the scripts know ---- */

static const char *const points[N_POINTS] = {
    "<path d=\"M-1,0h2M0,-1v2\" stroke-width=\".286\"/>",
    "<path d=\"M-1,-1l2,2M1,-1l-2,2\" stroke-width=\".286\"/>",
    "<path d=\"M-1,0h2M0,-1v2M-1,-1l2,2M1,-1l-2,2\" stroke-width=\".286\"/>",
    "<path d=\"M-1,-1h2v2h-2z\" fill=\"none\" stroke-width=\".286\"/>",
    "<path d=\"M-1,-1h2v2h-2z\" fill=\"currentColor\" stroke-width=\".286\"/>",
    "<circle r=\"1\" fill=\"none\" stroke-width=\".286\"/>",
    "<circle r=\"1\" fill=\"currentColor\" stroke=\"none\"/>",
    "<path d=\"M0,-1.33l-1.33,2h2.66z\" fill=\"none\" stroke-width=\".286\"/>",
    "<path d=\"M0,-1.33l-1.33,2h2.66z\" fill=\"currentColor\" stroke=\"none\"/>",
    "<path d=\"M0,1.33l-1.33,-2h2.66z\" fill=\"none\" stroke-width=\".286\"/>",
    "<path d=\"M0,1.33l-1.33,-2h2.66z\" fill=\"currentColor\" stroke=\"none\"/>",
    "<path d=\"M0,-1.41l1.41,1.41l-1.41,1.41l-1.41,-1.41z\" fill=\"none\" stroke-width=\".286\"/>",
    "<path d=\"M0,-1.41l1.41,1.41l-1.41,1.41l-1.41,-1.41z\" fill=\"currentColor\" stroke=\"none\"/>",
    "<path d=\"M0,1.33L1.265,.411L.782,-1.076H-.782L-1.265,.411z\" fill=\"none\" stroke-width=\".286\"/>",
    "<path d=\"M0,1.33L1.265,.411L.782,-1.076H-.782L-1.265,.411z\" fill=\"currentColor\" stroke=\"none\"/>",
};

static void put_points(painter *p) {
    hys__text_puts(p->out, "<defs>");
    for (int k = 0; k < N_POINTS; k++)
        if (p->used[k]) hys__text_printf(p->out, "<g id=\"%cp%d\" stroke=\"currentColor\">%s</g>", MARK, k, points[k]);
    hys__text_puts(p->out, "</defs>");
}

hys_status hys__html_svg(hys__text *out, const char *svg) {
    painter p = {.out = out};
    const char *s = svg, *canvas = strstr(svg, "id=\"gnuplot_canvas\"");
    while (*s) {
        size_t n = strcspn(s, "<");
        if (p.text_depth > 0 && p.skip_depth == 0) hys__text_put(out, s, n);
        s += n;
        if (*s) s = take_tag(&p, s, !canvas || s < canvas);
    }
    if (!p.is_begun || p.skip_depth) return HYS_SYNTAX;
    put_points(&p);
    return out->failed ? HYS_NOMEM : HYS_OK;
}
