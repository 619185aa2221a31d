/* Directives read when all is flat, and what stands in a control block. */
#include "circuit/card.h"
#include "circuit/flat_impl.h"
#include <string.h>
#include <strings.h>

static const struct {
    const char *name;
    hys__analysis_kind kind;
    bool has_probes;
} measured[] = {{"tran", HYS__AN_TRAN, true}, {"ac", HYS__AN_AC, true},        {"dc", HYS__AN_DC, true},
                {"op", HYS__AN_OP, true},     {"noise", HYS__AN_NOISE, false}, {"tf", HYS__AN_TF, false},
                {"pss", HYS__AN_PSS, true}};
#define N_MEASURED (sizeof measured / sizeof *measured)

/* ".meas" [analysis] name rest */
void nl_measure(nl_cur *c) {
    hys__netlist *net = c->net;
    hys__measure *m = HYS_PUSH(net->arena, &net->measures);
    if (!m) return (void)nl_no_memory(net);
    m->analysis = "";
    m->span = nl_span(c, 0, c->line.len);
    for (size_t i = 0; i < N_MEASURED; i++) {
        if (!nl_take_keyword(c, measured[i].name)) continue;
        m->analysis = measured[i].name;
        break;
    }
    if (nl_peek(c) == '\'' || nl_peek(c) == '"') nl_take_string(c);
    nl_word name = nl_take_word(c);
    nl_skip(c);
    m->name = nl_keep_lower(net, name);
    m->text = nl_keep(net, c->line.text + c->at, c->line.len - c->at);
    if (!m->name || !m->text) return (void)nl_no_memory(net);
    if (name.n > 0) return;
    nl_fail(net, m->span, "", "a measurement needs a name");
    net->measures.n--;
}

static bool has_measured(const hys__netlist *net, const hys__measure *m) {
    for (size_t k = 0; k < net->analyses.n; k++)
        for (size_t i = 0; i < N_MEASURED; i++)
            if (measured[i].kind == net->analyses.at[k].kind &&
                (*m->analysis ? !strcmp(m->analysis, measured[i].name) : measured[i].has_probes))
                return true;
    return false;
}

void nl_check_measures(hys__netlist *net) {
    for (size_t k = 0; k < net->measures.n && net->analyses.n; k++) {
        const hys__measure *m = &net->measures.at[k];
        if (has_measured(net, m)) continue;
        if (*m->analysis)
            nl_warn(net, m->span, "", ".meas %s is not done: the netlist has no .%s", m->name, m->analysis);
        else nl_warn(net, m->span, ".meas noise NAME ...", ".meas %s is not done: it names no analysis", m->name);
    }
}

void nl_card_late(hys__netlist *net, const nl_line *line) {
    nl_cur c = nl_cur_of(net, line);
    char word[NL_NAME_MAX + 1];
    nl_word w = nl_take_word(&c);
    nl_word_lower(w, word);
    if (nl_word_is(w, ".step")) nl_step(&c);
    else if (nl_word_is(w, ".temp")) nl_temps(&c);
    else if (nl_word_is(w, ".meas") || nl_word_is(w, ".measure")) nl_measure(&c);
    else if (nl_word_is(w, ".save")) nl_probes(&c, false);
    else if (nl_word_is(w, ".probe") || nl_word_is(w, ".print") || nl_word_is(w, ".plot")) nl_probes(&c, true);
    else nl_analysis(&c, word + 1);
}

/* ---- control blocks ---- */

/* Commands that say what the program does anyway, or that only show something. */
static bool is_silent(nl_word w) {
    static const char *const names[] = {"run",     "quit",    "exit",    "print",   "rusage",   "set",      "unset",
                                        "echo",    "plot",    "gnuplot", "listing", "display",  "status",   "destroy",
                                        "setplot", "settype", "version", "*",       "hardcopy", "asciiplot"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (nl_word_is(w, names[i])) return true;
    return false;
}

static void not_obeyed(nl_cur *c, nl_word w, const char *hint) {
    nl_warn(c->net, nl_span(c, w.at, c->line.len), hint, "'%.*s' in a control block is not obeyed",
            w.n < 40 ? (int)w.n : 40, w.s);
}

static void obey(nl_cur *c, nl_word w, const char *word, bool *has_said) {
    if (!*has_said)
        nl_warn(c->net, nl_span(c, w.at, c->line.len), "write it as a card: .op, .tran ...",
                "the netlist has no analysis of its own; the '%s' of the control block is done", word);
    *has_said = true;
    nl_analysis(c, word);
}

/* "let deltime = stime/100", and "$&deltime" in the command behind it: the text is put in, in brackets. */
#define LET_DEPTH 20

typedef struct let {
    nl_word name;
    const char *text;
    uint32_t n;
} let;

typedef struct lets {
    let *at;
    size_t n, cap;
} lets;

static bool keep_let(nl_cur *c, lets *all) {
    nl_word name = nl_take_word(c);
    if (name.n == 0 || !nl_take(c, '=')) return true;
    let *kept = HYS_PUSH(c->net->arena, all);
    if (!kept) return nl_no_memory(c->net);
    *kept = (let){name, c->line.text + c->at, c->line.len - c->at};
    return true;
}

static const let *find_let(const lets *all, const char *s, uint32_t n) {
    for (size_t k = all->n; k-- > 0;)
        if (all->at[k].name.n == n && strncasecmp(all->at[k].name.s, s, n) == 0) return &all->at[k];
    return NULL;
}

static bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Text with the names of lets replaced, all of them or only behind "$&". */
static void put_expanded(hys__text *out, const lets *all, const char *s, uint32_t n, bool is_inside, unsigned depth) {
    for (uint32_t i = 0; i < n;) {
        bool is_marked = s[i] == '$' && i + 1 < n && s[i + 1] == '&';
        uint32_t from = is_marked ? i + 2 : i, to = from;
        while (to < n && is_name_char(s[to])) to++;
        const let *found = is_marked || is_inside ? find_let(all, s + from, to - from) : NULL;
        if (found && depth < LET_DEPTH) {
            hys__text_puts(out, is_inside ? "(" : "{");
            put_expanded(out, all, found->text, found->n, true, depth + 1);
            hys__text_puts(out, is_inside ? ")" : "}");
        } else if (is_marked) {
            hys__text_printf(out, "{%.*s}", (int)(to - from), s + from);
        } else {
            if (to == from) to = from + 1;
            hys__text_put(out, s + i, to - i);
        }
        i = to > i ? to : i + 1;
    }
}

static bool expand(hys__netlist *net, const lets *all, nl_line *line) {
    if (!memchr(line->text, '&', line->len)) return true;
    hys__text text;
    hys__text_init(&text, net->ctx);
    put_expanded(&text, all, line->text, line->len, false, 0);
    char *kept = text.failed ? NULL : hys__arena_strndup(net->arena, text.at ? text.at : "", text.n);
    if (kept) {
        line->text = kept;
        line->len = (uint32_t)text.n;
        line->source = line->n_pieces = 0; /* this text stands nowhere */
    }
    hys__text_free(&text);
    return kept != NULL || nl_no_memory(net);
}

static void control_line(hys__netlist *net, const nl_line *from, lets *all, bool wants_analyses, bool *has_said) {
    nl_line own = *from, *line = &own;
    if (!expand(net, all, line)) return;
    nl_cur c = nl_cur_of(net, line);
    char word[NL_NAME_MAX + 1];
    nl_word w = nl_take_word(&c);
    nl_word_lower(w, word);
    static const char *const analyses[] = {"op", "tran", "ac", "dc", "noise", "tf", "sens", "pz", "pss"};
    if (w.n == 0 || is_silent(w)) return;
    if (nl_word_is(w, "let")) return (void)keep_let(&c, all);
    if (nl_word_is(w, "meas") || nl_word_is(w, "measure")) return nl_measure(&c);
    if (nl_word_is(w, "save")) return nl_probes(&c, false);
    for (size_t i = 0; i < sizeof analyses / sizeof analyses[0]; i++) {
        if (strcmp(analyses[i], word) != 0) continue;
        if (wants_analyses) obey(&c, w, word, has_said);
        else not_obeyed(&c, w, "the analyses are those of the cards (.op, .tran ...)");
        return;
    }
    not_obeyed(&c, w, "");
}

void nl_control_lines(hys__netlist *net) {
    bool wants_analyses = net->analyses.n == 0, has_said = false;
    lets all = {NULL, 0, 0};
    for (const struct nl_lines_chunk *chunk = net->control.first; chunk; chunk = chunk->next)
        for (size_t i = 0; i < chunk->n; i++) control_line(net, &chunk->at[i], &all, wants_analyses, &has_said);
}
