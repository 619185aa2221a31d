/* Criteria, and what follows from them. */
#include "base/units.h"
#include "lab/verdict_impl.h"
#include <math.h>
#include <string.h>

#define MARGIN_MOST 6.0 /* decades */

double hys__verdict_shortfall(const hys_verdict_criterion *c, unsigned flags) {
    if (isnan(c->value)) return flags & HYS__LACKS ? INFINITY : NAN;
    double ratio = !strcmp(c->relation, ">=") ? c->wanted / fmax(c->value, 0) : c->value / c->wanted;
    if (!strcmp(c->relation, "=")) ratio = 1 + fabs(c->value - c->wanted) / fabs(c->wanted);
    if (ratio <= 1 + 1e-9) return 0;
    return flags & HYS__DECADES ? log10(ratio) : ratio - 1;
}

/* ---- what published devices reach ---- */

static void count(const hys_catalogue_rank *r, const hys__criterion_row *row, double value, char text[96]) {
    bool more = !strcmp(row->relation, ">=");
    size_t worse = more ? r->n_below : r->n_above;
    if (isnan(value)) text[0] = 0;
    else snprintf(text, 96, "; better than %zu", worse);
}

const char *hys__verdict_literature(hys_verdicts *v, const hys__criterion_row *row, double value) {
    hys_catalogue_rank rank;
    char median[48], best[48], place[96];
    if (!row->column || !v->catalogue) return "";
    size_t column = hys_catalogue_find_column(row->column), n = hys_catalogue_n_entries(v->catalogue);
    bool *chosen = HYS_NEW_N(&v->arena, bool, n + 1);
    if (!chosen || column == SIZE_MAX) return "";
    if (hys_catalogue_select(v->catalogue, row->where ? row->where : "family != biology", chosen) != HYS_OK) return "";
    if (hys_catalogue_place(v->catalogue, chosen, column, isnan(value) ? 0 : value, &rank) != HYS_OK) return "";
    if (!rank.n_known) return "";
    const char *unit = strcmp(row->unit, "1") ? row->unit : "";
    hys__quantity_format(rank.median, unit, 3, median);
    hys__quantity_format(!strcmp(row->relation, ">=") ? rank.most : rank.least, unit, 3, best);
    count(&rank, row, value, place);
    const char *text =
        hys__arena_printf(&v->arena, "median %s, best %s of %zu%s (catalogue)", median, best, rank.n_known, place);
    return text ? text : "";
}

/* ---- a use ---- */

typedef struct judgement {
    double worst, margin;
    bool all, basic;
    size_t n_told;
    const hys_verdict_criterion *decided; /* the worst of those that decide */
} judgement;

static void weigh(judgement *j, const hys_verdict_criterion *c, unsigned flags) {
    double shortfall = hys__verdict_shortfall(c, flags);
    if (!(flags & HYS__DECIDES) || isnan(shortfall)) return;
    j->n_told += !isnan(c->value);
    j->all = j->all && shortfall == 0;
    j->basic = j->basic && (shortfall == 0 || !(flags & HYS__BASIC));
    if (shortfall > j->worst || !j->decided) j->decided = c;
    j->worst = fmax(j->worst, shortfall);
    if (shortfall > 0) j->margin = 0;
    if (flags & (HYS__BASIC | HYS__IS_WORD) || isnan(c->value)) return;
    double surplus = fabs(log10(fmax(fabs(c->value), 1e-30) / c->wanted));
    j->margin = fmin(j->margin, surplus);
}

static const char *why_missing(hys_verdicts *v, const hys__criterion_row *row) {
    const hys__job *job = row->job >= 0 ? &v->jobs[row->job] : NULL;
    if (job && *job->why) return hys__arena_printf(&v->arena, "not measured: %s", job->why);
    if (row->remark) return row->remark;
    if (!v->plan.answers && row->use != HYS__USE_SELECTOR && row->use != HYS__USE_NEURON)
        return "no pulse leaves a change of conductance";
    if (job && job->result) return "the measurement does not show it";
    if (row->use == HYS__USE_SELECTOR)
        return "not measured: there is nothing to select, at no voltage is i(v)/i(v/2) above 2.5";
    if (!v->plan.n_ways) return "not measured: no two pulses take it through its range and back";
    return "not measured: nothing of what pulses do to it is fleeting";
}

static hys_status judge_row(hys_verdicts *v, const hys__criterion_row *row, hys_verdict_criterion *c) {
    double value = row->value(v);
    *c = (hys_verdict_criterion){.name = row->name,
                                 .unit = row->unit,
                                 .desc = row->desc,
                                 .relation = row->relation,
                                 .value = value,
                                 .wanted = row->wanted,
                                 .source = row->source,
                                 .remark = ""};
    double shortfall = hys__verdict_shortfall(c, row->flags);
    c->pass = shortfall == 0;
    c->decides = row->flags & HYS__DECIDES && !isnan(shortfall);
    c->literature = hys__verdict_literature(v, row, c->value);
    if (isnan(c->value)) c->remark = why_missing(v, row);
    return c->remark ? HYS_OK : HYS_NOMEM;
}

static void format(double value, const char *unit, char text[48]) {
    if (isnan(value)) snprintf(text, 48, "nothing");
    else hys__quantity_format(value, strcmp(unit, "1") ? unit : "", 3, text);
}

static const char *summarise(hys_verdicts *v, const judgement *j) {
    char value[48], wanted[48];
    const hys_verdict_criterion *c = j->decided;
    if (!c || j->n_told == 0) return "nothing that decides could be measured";
    format(c->value, c->unit, value);
    format(c->wanted, c->unit, wanted);
    if (j->worst == 0) return hys__arena_printf(&v->arena, "all %zu criteria that decide are met", j->n_told);
    if (isnan(c->value)) return hys__arena_printf(&v->arena, "%s: %s", c->name, c->remark);
    return hys__arena_printf(&v->arena, "%s is %s, wanted %s %s", c->name, value, c->relation, wanted);
}

static hys_status judge_use(hys_verdicts *v, hys__use use) {
    size_t n = 0, m = 0;
    judgement j = {.all = true, .basic = true, .margin = MARGIN_MOST};
    for (size_t k = 0; k < hys__n_criterion_rows; k++) n += hys__criterion_rows[k].use == use;
    hys_verdict_criterion *list = HYS_NEW_N(&v->arena, hys_verdict_criterion, n + 1);
    hys_status status = list ? HYS_OK : HYS_NOMEM;
    for (size_t k = 0; k < hys__n_criterion_rows && status == HYS_OK; k++) {
        const hys__criterion_row *row = &hys__criterion_rows[k];
        if (row->use != use) continue;
        status = judge_row(v, row, &list[m]);
        weigh(&j, &list[m++], row->flags);
    }
    if (status != HYS_OK) return status;
    hys_verdict *verdict = &v->verdicts[v->n];
    *verdict = (hys_verdict){.use = hys_use_name(use), .criteria = list, .n_criteria = m};
    bool is_told = j.n_told > 0 || (j.decided && v->plan.answers);
    verdict->verdict = !is_told ? "cannot be told" : j.all ? "pass" : j.basic ? "conditional" : "fail";
    if (!is_told && j.decided && j.worst > 0) verdict->verdict = "fail";
    verdict->score = 1 / (1 + j.worst);
    verdict->summary = summarise(v, &j);
    v->margin[v->n++] = j.margin;
    return verdict->summary ? HYS_OK : HYS_NOMEM;
}

/* ---- the ranking ---- */

static int grade(const hys_verdict *v) {
    static const char *const words[] = {"cannot be told", "fail", "conditional", "pass"};
    for (int k = 3; k > 0; k--)
        if (!strcmp(v->verdict, words[k])) return k;
    return 0;
}

static bool is_before(const hys_verdicts *v, size_t a, size_t b) {
    int first = grade(&v->verdicts[a]), second = grade(&v->verdicts[b]);
    if (first != second) return first > second;
    if (v->verdicts[a].score != v->verdicts[b].score) return v->verdicts[a].score > v->verdicts[b].score;
    return v->margin[a] > v->margin[b];
}

/* By insertion: equal ones stay in the order of the uses. */
static void rank(hys_verdicts *v) {
    for (size_t k = 1; k < v->n; k++)
        for (size_t m = k; m > 0 && is_before(v, m, m - 1); m--) {
            hys_verdict moved = v->verdicts[m];
            double margin = v->margin[m];
            v->verdicts[m] = v->verdicts[m - 1];
            v->margin[m] = v->margin[m - 1];
            v->verdicts[m - 1] = moved;
            v->margin[m - 1] = margin;
        }
}

hys_status hys__verdict_judge(hys_verdicts *v) {
    hys_status status = HYS_OK;
    for (int use = 0; use < HYS__N_USES && status == HYS_OK; use++) {
        if (!v->is_wanted[use]) continue;
        if (use != HYS__USE_CHANNEL_K && use != HYS__USE_CHANNEL_NA) {
            status = judge_use(v, (hys__use)use);
            continue;
        }
        status = hys__verdict_channel(v, (hys__use)use, &v->verdicts[v->n], &v->margin[v->n]);
        if (status == HYS_OK) v->n++;
    }
    rank(v);
    return status;
}
