/* A device as an ion channel: the screening, without its long search. */
#include "base/diag.h"
#include "lab/verdict_impl.h"
#include <hysteron/screen.h>
#include <math.h>
#include <string.h>

/* Only criteria that decide, so that the list stays one; the screening itself tells the rest. */
static hys_verdict_criterion of_screen(const hys_screen_criterion *c) {
    return (hys_verdict_criterion){.name = c->name,
                                   .unit = *c->unit ? c->unit : "1",
                                   .desc = c->desc,
                                   .relation = c->relation,
                                   .value = c->value,
                                   .wanted = c->wanted,
                                   .pass = c->pass,
                                   .decides = true,
                                   .source = "Landsmeer et al., Adv. Mater. Technol. 2025; hysteron screen",
                                   .literature = "",
                                   .remark = isnan(c->value) ? "could not be measured" : ""};
}

static hys_status take_criteria(hys_verdicts *v, const hys_screen *s, hys_verdict *verdict) {
    const hys_screen_criterion *worst = NULL;
    size_t n = 0;
    for (size_t k = 0; k < hys_screen_n_criteria(s); k++) n += hys_screen_get_criterion(s, k)->decides;
    hys_verdict_criterion *list = HYS_NEW_N(&v->arena, hys_verdict_criterion, n + 1);
    if (!list) return HYS_NOMEM;
    for (size_t k = 0, m = 0; k < hys_screen_n_criteria(s); k++) {
        const hys_screen_criterion *c = hys_screen_get_criterion(s, k);
        if (!c->decides) continue;
        list[m++] = of_screen(c);
        if (!worst || c->error / c->tolerance > worst->error / worst->tolerance) worst = c;
    }
    verdict->criteria = list;
    verdict->n_criteria = n;
    verdict->summary = !worst || worst->pass ? "all criteria that decide are met"
                                             : hys__arena_printf(&v->arena,
                                                                 "%s is off by %.3g of what is allowed; a "
                                                                 "search over all scales may do better: "
                                                                 "hysteron screen",
                                                                 worst->name, worst->error / worst->tolerance);
    return verdict->summary ? HYS_OK : HYS_NOMEM;
}

static hys_status screen(hys_verdicts *v, const char *channel, hys_screen **result) {
    hys_screen_opts opts = hys_screen_opts_default();
    opts.channel = channel;
    opts.free = "conductance";
    opts.set = v->bench.set;
    opts.n_set = v->bench.n_set;
    opts.temp = v->bench.temp;
    return hys_screen_run(v->ctx, v->model, &opts, result);
}

hys_status hys__verdict_channel(hys_verdicts *v, hys__use use, hys_verdict *verdict, double *margin) {
    hys_screen *s = NULL;
    size_t n_before = hys_diag_count(v->ctx);
    *verdict = (hys_verdict){.use = hys_use_name(use), .verdict = "cannot be told"};
    *margin = 0;
    hys_status status = screen(v, use == HYS__USE_CHANNEL_K ? "K" : "Na", &s);
    if (status == HYS_NOMEM || status == HYS_CANCEL) return status;
    if (status != HYS_OK) {
        size_t n = hys_diag_count(v->ctx);
        const char *why = n > n_before ? hys_diag_get(v->ctx, n_before)->message : hys_status_text(status);
        verdict->summary = hys__arena_printf(&v->arena, "it could not be screened: %s", why);
        hys__diag_rewind(v->ctx, n_before);
        return verdict->summary ? HYS_OK : HYS_NOMEM;
    }
    verdict->verdict = hys_screen_verdict(s);
    verdict->score = hys_screen_score(s);
    status = take_criteria(v, s, verdict);
    hys_screen_free(s);
    return status;
}
