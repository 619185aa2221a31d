/* The inside of the passport: parts that are found out side by side, figures of their tables, and what is told of the
 * device itself.  Nothing of it depends on the number of threads or on the time that passed. */
#ifndef HYS_LAB_PASSPORT_H
#define HYS_LAB_PASSPORT_H
#include "base/file.h"
#include "io/html.h"
#include <hysteron/catalogue.h>
#include <hysteron/fit.h>
#include <hysteron/measured.h>
#include <hysteron/passport.h>
#include <hysteron/screen.h>

/* ---- parts: each in a context of its own ---- */

#define HYS__PARTS(X)                                                                                                  \
    X(CLASS, "class", "what it is")                                                                                    \
    X(IV, "iv", "current and voltage")                                                                                 \
    X(IMPEDANCE, "impedance", "small signals")                                                                         \
    X(USE, "use", "what it is good for")                                                                               \
    X(CHANNEL_K, "channel-K", "potassium channel")                                                                     \
    X(CHANNEL_NA, "channel-Na", "sodium channel")                                                                      \
    X(FIT, "fit", "fitted model")                                                                                      \
    X(CATALOGUE, "catalogue", "place among published devices")

#define HYS__X(id, name, title) HYS__PART_##id,
typedef enum hys__part_id { HYS__PARTS(HYS__X) HYS__N_PARTS } hys__part_id;
#undef HYS__X

#define HYS__PART_WHY 400
typedef struct hys__part {
    const char *name, *title;
    hys_ctx *ctx;     /* NULL: it was not asked for */
    hys_model *model; /* of that context; NULL for data */
    bool is_good;     /* it has a result */
    char why[HYS__PART_WHY];
} hys__part;

#define HYS__N_RANKS 4
typedef struct hys__place { /* among published devices */
    const char *name, *unit, *what;
    double value;
    hys_catalogue_rank rank;
} hys__place;

#define HYS__N_CHARTS 2

/* ---- figures ---- */

typedef struct hys__plot {
    const char *section; /* the part that shows it */
    const char *id, *title, *caption;
    const char *kind;
    const char *columns; /* those drawn; NULL: all that the kind can show */
    int32_t cycles;
    const hys_table *table; /* of a part's context */
    hys_table *own;         /* made for the figure, in its context; or NULL */
    hys_ctx *ctx;           /* of the figure */
    hys__arena arena;       /* in that context */
    hys__html_figure figure;
    bool is_drawn;
    char why[200];
} hys__plot;

typedef struct hys__told { /* a parameter */
    const char *name, *units, *desc, *range, *text;
    double value;
    bool is_set; /* by the user or the variant */
} hys__told;

struct hys_passport {
    hys_ctx *ctx;
    hys__arena arena;
    hys__guard guard;
    bool is_data;
    /* the device */
    const hys_model *model; /* NULL for data; only while the passport is made */
    const char *name, *desc, *file, *family, *reference, *label, *variant_desc, *source;
    const char *hash; /* BLAKE2b-256 of the file, of data of the files or columns */
    const char *ports;
    const char *states;
    hys__told *params;
    size_t n_params;
    /* the data */
    const hys_class_data *data; /* named without folders */
    const char **paths;         /* [n_data] */
    size_t n_data;
    hys_curve_info *curves; /* [n_data] */
    hys_fit_data *fit_data; /* [n_data] */
    size_t *n_rows;         /* [n_data] */
    /* how */
    hys_bench_opts bench;
    bool is_wanted[HYS__N_PARTS], wants_model, wants_methods;
    const char *command;
    size_t n_threads;
    int (*progress)(void *user, double done);
    void *progress_user;
    /* what came out */
    hys__part parts[HYS__N_PARTS];
    hys__part_id round[HYS__N_PARTS]; /* those that are being found out */
    hys_class *class_;
    hys_verdicts *verdicts;
    hys_screen *screens[2]; /* K, Na */
    hys_protocol_result *iv, *impedance;
    hys_fit_selection *selection;
    hys__place places[HYS__N_RANKS];
    size_t n_places;
    hys_table *charts[HYS__N_CHARTS];
    struct {
        hys__plot *at;
        size_t n, cap;
    } plots;
    const char *sentence; /* what it is */
    const char *channel_summary[2];
};

/* passport_crew.c: does what(user, k, crew) for k in 0..n side by side; the first status that ends everything. */
typedef struct hys__crew hys__crew;
typedef struct hys__crew_plan {
    hys_ctx *ctx;
    size_t n, n_threads;
    double from, to;                          /* part of the whole that this work is */
    int (*progress)(void *user, double done); /* NULL: none */
    void *progress_user;
    hys_status (*what)(void *user, size_t k, hys__crew *crew);
    void *user;
} hys__crew_plan;
hys_status hys__crew_run(const hys__crew_plan *plan);
/* The part k of the work is so far; nonzero: stop. */
int hys__crew_report(hys__crew *crew, size_t k, double done);
/* A progress function for options, and its user: one per item. */
typedef struct hys__crew_item {
    hys__crew *crew;
    size_t k;
} hys__crew_item;
int hys__crew_progress(void *item, double done);

/* passport_parts.c: finds out one part; what fails is kept with its diagnostic. */
hys_status hys__passport_parts(hys_passport *p);
/* The first error of a context, in one sentence. */
void hys__passport_explain(const hys_ctx *ctx, hys_status status, char *why, size_t size);

/* passport_plots.c */
hys_status hys__passport_plots(hys_passport *p);

/* passport_device.c: what the file says of the device; what the data are. */
hys_status hys__passport_tell_model(hys_passport *p, const hys_model *model);
hys_status hys__passport_tell_data(hys_passport *p);

/* passport_words.c */
hys_status hys__passport_sentence(hys_passport *p);
hys_status hys__passport_summaries(hys_passport *p); /* of the channels */
/* A finding that was told; NULL: none. */
const hys_finding *hys__passport_told(const hys_passport *p, const char *trait);
double hys__passport_number(const hys_passport *p, const char *trait); /* NaN: not told */
const char *hys__passport_use_title(const char *use);                  /* "channel-K": "potassium channel" */

typedef struct hys__ranked { /* a use: of the verdicts, or a channel by its screening */
    const char *use, *verdict, *summary;
    double score;
    const hys_verdict *of; /* NULL: a channel */
    const hys_screen *screen;
} hys__ranked;
#define HYS__MOST_RANKED 16
/* Best first. */
size_t hys__passport_ranking(const hys_passport *p, hys__ranked list[HYS__MOST_RANKED]);

/* passport_html.c, passport_sections.c, passport_json.c, passport_compare.c */
void hys__passport_html(const hys_passport *p, hys__text *out);
hys_status hys__passport_save(hys_ctx *ctx, const hys__text *text, const char *path);
hys_status hys__passport_write_text(hys_ctx *ctx, const hys__text *html, const char *path); /* .html or .pdf */
void hys__passport_put_section(const hys_passport *p, hys__text *out, const char *section);
void hys__passport_cards(const hys_passport *p, hys__text *out);
void hys__passport_ranks(const hys_passport *p, hys__text *out);
void hys__passport_put_plots(const hys_passport *p, hys__text *out, const char *section, const char *prefix);
void hys__passport_json(const hys_passport *p, hys__text *out);

#endif
