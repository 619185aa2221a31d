/* Impedance spectra: f, Z.re and Z.im out of whatever columns the potentiostat's program writes. */
#include "base/diag.h"
#include "io/import.h"
#include <math.h>
#include <string.h>

enum { F, RE, IM, N_QUANTITIES };

typedef struct spectrum {
    hys__import *im;
    size_t at[N_QUANTITIES]; /* cells */
    double scale[N_QUANTITIES];
} spectrum;

/* What programs call the three, in lower case without blanks, units cut off; each between two blanks. */
static const struct {
    int quantity;
    double sign;
    const char *words;
} words[] = {
    {F, 1, " f freq frequency "},
    {RE, 1, " rez re(z) zreal zre z' z.re zr "},
    {IM, 1, " imz im(z) zimag zimg zim z'' z\" z.im zi "},
    {IM, -1, " -imz -im(z) -zimag -zim -z'' -z\" -z.im "},
};

#define MAX_WORD 64

/* name = word [ "/" unit | "(" unit ")" | "[" unit "]" ]; *scale: what one of the unit is in SI */
static void split_name(const hys__csv_cell *cell, char word[MAX_WORD], double *scale) {
    size_t n = 0;
    for (const char *c = cell->from; c < cell->to && n < MAX_WORD - 1; c++)
        if (*c != ' ' && *c != '\t') word[n++] = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
    word[n] = 0;
    *scale = 1;
    size_t from = 1 + strcspn(*word ? word + 1 : word, "/[(");
    if (n < 2 || from >= n || !strncmp(word + from, "(z)", 3)) from = n > 5 ? from + 3 : n;
    if (from >= n) return;
    const char *raw = memchr(cell->from, word[from], (size_t)(cell->to - cell->from));
    if (word[from] == '/' || word[from] == '[' || word[from] == '(') {
        for (const char *c = raw; c && c < cell->to; c++)
            if (*c == word[from]) raw = c;
        const char *to = cell->to - (word[from] != '/' && cell->to[-1] != word[from]);
        hys__unit unit;
        if (raw && raw + 1 < to && hys__unit_parse(raw + 1, (size_t)(to - raw - 1), &unit)) *scale = unit.scale;
        word[from] = 0;
    }
}

static bool has_word(const char *list, const char *word) {
    char padded[MAX_WORD + 3];
    snprintf(padded, sizeof padded, " %s ", word);
    return *word && strstr(list, padded);
}

/* Whether the line names the three quantities; a frequency's own column comes first where there are two. */
static bool find_columns(hys__csv *r, spectrum *s) {
    hys__csv_cell cell = {.next = r->first};
    bool is_found[N_QUANTITIES] = {false};
    if (memchr(r->line, '"', (size_t)(r->line_end - r->line)) && r->line < r->line_end && *r->line == '"') return false;
    for (size_t c = 0; cell.next && c < 1000; c++) {
        char word[MAX_WORD];
        double scale = 1;
        while (cell.next < r->line_end && *cell.next == ' ') cell.next++;
        if (cell.next < r->line_end && *cell.next == '"') return false;
        if (hys__csv_cell_next(r, cell.next, &cell) != HYS_OK) return false;
        split_name(&cell, word, &scale);
        for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
            int q = words[k].quantity;
            if (is_found[q] || !has_word(words[k].words, word)) continue;
            is_found[q] = true;
            s->at[q] = c;
            s->scale[q] = scale * words[k].sign;
        }
    }
    return is_found[F] && is_found[RE] && is_found[IM];
}

static hys_status begin(spectrum *s) {
    hys__import *im = s->im;
    hys_status status = hys__import_begin(im, N_QUANTITIES);
    im->result->is_impedance = true;
    im->csv.is_instrument = true;
    if (status == HYS_OK) status = hys__import_column(im, "f", "Hz");
    if (status == HYS_OK) status = hys__import_column(im, "Z.re", "ohm");
    if (status == HYS_OK) status = hys__import_column(im, "Z.im", "ohm");
    for (size_t k = 0; status == HYS_OK && k < im->opts->n_columns; k++)
        status = hys__import_assume(im, "--column is not for spectra: f, Z.re and Z.im are known by their names");
    return status;
}

/* Cells that are not asked for may hold anything. */
static hys_status read_row(spectrum *s) {
    hys__csv *r = &s->im->csv;
    double value[N_QUANTITIES] = {NAN, NAN, NAN};
    hys__csv_cell cell = {.next = r->first};
    size_t c = 0, last = s->at[F];
    for (size_t q = 0; q < N_QUANTITIES; q++) last = s->at[q] > last ? s->at[q] : last;
    for (; c <= last && cell.next; c++) {
        hys_status status = hys__csv_cell_next(r, cell.next, &cell);
        for (size_t q = 0; status == HYS_OK && q < N_QUANTITIES; q++)
            if (s->at[q] == c) status = hys__csv_cell_value(r, &cell, &value[q]);
        if (status != HYS_OK) return status;
    }
    if (c <= last)
        return hys__csv_complain(r, r->line_end, "", "this row has %zu cell%s; f, Z.re and Z.im need %zu", c,
                                 c == 1 ? "" : "s", last + 1);
    for (size_t q = 0; q < N_QUANTITIES; q++) value[q] *= s->scale[q];
    if (value[F] == 0) value[F] = NAN; /* a rest at constant bias between two spectra */
    if (value[F] < 0) return hys__csv_complain(r, r->first, "", "this frequency is below zero");
    return hys_table_add_row(r->table, value);
}

static hys_status no_heading(hys__import *im, const char *wanted) {
    return hys__report_at(im->csv.ctx, HYS_ERROR, HYS_SYNTAX, im->csv.path, im->csv.n_lines, 1, im->csv.line, "",
                          "this file ends before %s", wanted);
}

static void set_separator(hys__csv *r) {
    r->separator = memchr(r->line, '\t', (size_t)(r->line_end - r->line))  ? '\t'
                   : memchr(r->line, ';', (size_t)(r->line_end - r->line)) ? ';'
                                                                           : ',';
}

/* ---- Gamry: "ZCURVE TABLE", names, units, rows that a tab opens ---- */

bool hys__import_is_gamry(const hys__csv *text) {
    return hys__import_has_whole_line(text, 3, "EXPLAIN");
}

static hys_status gamry_curve(spectrum *s) {
    hys__import *im = s->im;
    im->csv.separator = '\t';
    if (!hys__import_next(im)) return no_heading(im, "the columns of ZCURVE");
    if (!find_columns(&im->csv, s))
        return hys__csv_complain(&im->csv, im->csv.line, "", "ZCURVE needs the columns Freq, Zreal and Zimag");
    if (!hys__import_next(im)) return no_heading(im, "the units of ZCURVE");
    hys_status status = begin(s);
    while (status == HYS_OK && hys__import_next(im)) {
        if (hys__import_starts(&im->csv, "EXPERIMENTABORTED"))
            return hys__import_assume(im, "the experiment was aborted; what was measured before counts");
        if (!hys__import_starts(&im->csv, "\t")) return HYS_OK;
        status = read_row(s);
    }
    return status;
}

hys_status hys__import_gamry(hys__import *im) {
    spectrum s = {.im = im};
    while (hys__import_next(im)) {
        if (!hys__import_starts(&im->csv, "ZCURVE")) continue;
        hys_status status = gamry_curve(&s);
        if (status != HYS_OK) return status;
    }
    if (im->result->is_impedance) return HYS_OK;
    return no_heading(im, "ZCURVE: it holds no impedance");
}

/* ---- BioLogic: "Nb header lines : 61", the last of which names the columns ---- */

bool hys__import_is_biologic(const hys__csv *text) {
    return hys__import_has_whole_line(text, 2, "EC-Lab ASCII FILE") ||
           hys__import_has_whole_line(text, 2, "BT-Lab ASCII FILE");
}

hys_status hys__import_biologic(hys__import *im) {
    static const char mark[] = "Nb header lines";
    spectrum s = {.im = im};
    double n_header = 0;
    bool overflow = false;
    im->csv.separator = '\t';
    while (n_header == 0 && hys__import_next(im)) {
        const char *colon = memchr(im->csv.line, ':', (size_t)(im->csv.line_end - im->csv.line));
        if (!hys__import_starts(&im->csv, mark) || !colon) continue;
        colon++;
        while (colon < im->csv.line_end && *colon == ' ') colon++;
        if (!hys__number_parse(colon, &n_header, &overflow) || !(n_header >= 3 && n_header < 100000))
            return hys__csv_complain(&im->csv, colon, "", "this is no number of lines");
    }
    bool is_there = true;
    while (is_there && im->csv.n_lines < (int32_t)n_header) is_there = hys__csv_next_line(&im->csv);
    if (n_header == 0 || !is_there) return no_heading(im, "the end of its header");
    if (!find_columns(&im->csv, &s))
        return hys__csv_complain(&im->csv, im->csv.line, "export freq/Hz, Re(Z)/Ohm and -Im(Z)/Ohm",
                                 "the columns freq, Re(Z) and -Im(Z) are not all there");
    hys_status status = begin(&s);
    while (status == HYS_OK && hys__import_next(im)) status = read_row(&s);
    return status;
}

/* ---- ZPlot and Autolab, which writes the same columns: f, ampl, bias, time, Z', Z'', ... ---- */

bool hys__import_is_zplot(const hys__csv *text) {
    return hys__import_has_whole_line(text, 3, "ZPLOT2 ASCII") ||
           hys__import_has_line(text, 3, "  Measured Data, ZPlot") ||
           hys__import_has_line(text, 1, "\"ZPlotW Data File");
}

bool hys__import_is_autolab(const hys__csv *text) {
    return hys__import_has_line(text, 1, "\"Z60W Data File");
}

static bool line_has(const hys__csv *r, const char *what) {
    size_t n = strlen(what);
    for (const char *c = r->line; (size_t)(r->line_end - c) >= n; c++)
        if (!memcmp(c, what, n)) return true;
    return false;
}

hys_status hys__import_zplot(hys__import *im) {
    spectrum s = {.im = im, .at = {0, 4, 5}, .scale = {1, 1, 1}};
    bool has_heading = false;
    hys_status status = HYS_OK;
    while (status == HYS_OK && hys__import_next(im)) {
        if (!has_heading) {
            has_heading = line_has(&im->csv, "Freq") && line_has(&im->csv, "Z'(a)") && line_has(&im->csv, "Z''(b)");
            if (has_heading) status = begin(&s);
            continue;
        }
        if (hys__import_starts(&im->csv, "End Comments")) continue;
        set_separator(&im->csv);
        status = read_row(&s);
    }
    return status == HYS_OK && !has_heading ? no_heading(im, "the line of Freq, Z'(a), Z''(b)") : status;
}

/* ---- files that name their columns somewhere ---- */

bool hys__import_is_chi(const hys__csv *text) {
    return hys__import_has_whole_line(text, 5, "A.C. Impedance");
}

static hys_status named_columns(hys__import *im, int most_lines) {
    spectrum s = {.im = im};
    bool has_heading = false;
    hys_status status = HYS_OK;
    while (status == HYS_OK && hys__import_next(im)) {
        if (hys__csv_is_skipped(&im->csv)) continue;
        if (has_heading) {
            status = read_row(&s);
            continue;
        }
        set_separator(&im->csv);
        has_heading = find_columns(&im->csv, &s);
        if (has_heading) status = begin(&s);
        else if (--most_lines == 0) break;
    }
    return status == HYS_OK && !has_heading ? no_heading(im, "columns of a frequency, Re Z and Im Z") : status;
}

hys_status hys__import_chi(hys__import *im) {
    return named_columns(im, 200);
}

/* Three numbers a line, the first above zero and falling: no time falls. */
static bool is_bare(const hys__csv *text) {
    hys__csv r = *text;
    double last = INFINITY;
    int n = 0;
    while (n < 8 && hys__csv_next_line(&r)) {
        if (hys__csv_is_skipped(&r)) continue;
        hys__csv_cell cell = {.next = r.first};
        double value[3] = {0};
        bool overflow = false;
        set_separator(&r);
        for (size_t c = 0; c < 3; c++) {
            while (cell.next && cell.next < r.line_end && *cell.next == ' ') cell.next++;
            if (!cell.next || (cell.next < r.line_end && *cell.next == '"')) return false;
            if (hys__csv_cell_next(&r, cell.next, &cell) != HYS_OK) return false;
            if (!hys__csv_cell_number(&cell, &value[c], &overflow)) return false;
        }
        if (cell.next || !(value[0] > 0 && value[0] < last)) return false;
        last = value[0];
        n++;
    }
    return n >= 3;
}

bool hys__import_is_impedance(const hys__csv *text) {
    hys__csv head = *text;
    spectrum s = {0};
    for (int k = 0; k < 40 && hys__csv_next_line(&head);) {
        if (hys__csv_is_skipped(&head)) continue;
        set_separator(&head);
        if (find_columns(&head, &s)) return true;
        k++;
    }
    return is_bare(text);
}

/* With names; without, the columns are f, Re Z and Im Z. */
hys_status hys__import_impedance(hys__import *im) {
    hys__csv head = im->csv;
    spectrum s = {.im = im, .at = {0, 1, 2}, .scale = {1, 1, 1}};
    hys__csv_cell cell = {0};
    while (hys__csv_next_line(&head) && hys__csv_is_skipped(&head)) {
    }
    if (!head.line) return HYS_OK;
    set_separator(&head);
    if (hys__csv_cell_next(&head, head.first, &cell) != HYS_OK) return HYS_SYNTAX;
    if (!hys__csv_is_number(&head, &cell)) return named_columns(im, 200);
    hys_status status = hys__import_assume(im, "no heading: the columns are f[Hz], Re Z[ohm], Im Z[ohm]");
    if (status == HYS_OK) status = begin(&s);
    while (status == HYS_OK && hys__import_next(im)) {
        if (hys__csv_is_skipped(&im->csv)) continue;
        set_separator(&im->csv);
        status = read_row(&s);
    }
    return status;
}
