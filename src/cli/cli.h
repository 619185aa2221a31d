/* The command line: tables of commands and options, from which parsing, --help, the manual page and shell
 * completion are made.  One file a command; adding one costs a file and a row in commands.c. */
#ifndef HYS_CLI_CLI_H
#define HYS_CLI_CLI_H
#include <hysteron/hysteron.h>
#include <jansson.h>

enum { /* exit status */
       EXIT_GOOD = 0,
       EXIT_NO = 1,       /* the answer is no, or it did not converge */
       EXIT_USAGE = 2,    /* bad usage */
       EXIT_INPUT = 3,    /* bad input file */
       EXIT_INTERNAL = 4, /* internal error, or a program that is needed is missing */
       EXIT_INTERRUPTED = 130
};

/* COUNT: 0, 1, 2 ...; NUMBER: 1, 2, 3 ... */
typedef enum option_kind {
    OPTION_FLAG,
    OPTION_TEXT,
    OPTION_LIST,
    OPTION_COUNT,
    OPTION_NUMBER,
    OPTION_REAL
} option_kind;

typedef struct option_info {
    const char *name; /* without dashes */
    char letter;      /* 0: none */
    option_kind kind;
    const char *value; /* what stands for the value in help: "V"; "FILE..." completes files, "a|b" these words */
    const char *help;
} option_info;

typedef struct option_value {
    const char *text;
    const char **list;
    size_t n_list;
    double number;
    bool is_set;
} option_value;

typedef struct command_info command_info;

typedef struct invocation {
    hys_ctx *ctx;
    const command_info *command;
    option_value *values; /* one an option of the command's table */
    char **args;          /* what is no option */
    int n_args;
    int argc; /* the whole command line, for provenance */
    char **argv;
    char refusal[512], hint[256]; /* why the usage is bad; "" if it is not */
} invocation;

struct command_info {
    const char *name;            /* "device check" */
    const char *args;            /* "FILE.va" */
    const char *summary;         /* one sentence */
    const char *text;            /* further paragraphs of the manual; may be "" */
    const char *const *examples; /* pairs: command, what it does; ends with NULL */
    const option_info *options;
    size_t n_options;
    const char *const *groups; /* pairs: name of an option, heading above it in --help; ends with NULL; may be NULL */
    int min_args, max_args;
    int (*run)(invocation *);
};

extern const command_info *const cli_commands[];
extern const size_t cli_n_commands;

/* options.c */
int options_parse(invocation *in, int argc, char **argv); /* exit status; -1: go on; -2: help was asked for */
void options_free(invocation *in);
const option_value *option_get(const invocation *in, const char *name);
const char *option_text(const invocation *in, const char *name); /* NULL when not given */
bool option_flag(const invocation *in, const char *name);
bool option_exists(const command_info *command, const char *name);
int32_t option_int(const invocation *in, const char *name, int32_t otherwise); /* what is too large: INT32_MAX */
/* Keeps why the usage is bad, for main to print; word is quoted, NULL: none; hint may be NULL.  EXIT_USAGE. */
int refuse(invocation *in, const char *what, const char *word, const char *hint);

/* help.c, manual.c, completion.c: all from the tables */
void help_all(FILE *out);
void help_group(FILE *out, const char *noun);
void help_command(FILE *out, const command_info *command);
void help_man(FILE *out);
void help_bash(FILE *out);
void help_zsh(FILE *out);
void help_fish(FILE *out);

/* text.c */
/* Writes text as it can be shown: controls and what is not UTF-8 as '?'; padded with blanks up to width. */
void put_shown(FILE *out, const char *text, int width);
int shown_width(const char *text); /* characters that put_shown writes */
/* Breaks text into lines of at most 100 columns, each behind the first indented; lines that start with a blank stay. */
void put_wrapped(FILE *out, const char *text, int column, int indent);
size_t utf8_length(const char *s); /* bytes of the character at s; 0: not UTF-8 */

/* report.c: what all commands say in the same way */
int exit_status(hys_status status);
void print_diagnostic(const hys_diag *diag);
void print_diagnostics(hys_ctx *ctx);
void print_refusal(const invocation *in);
void print_feature(FILE *out, const hys_feature *feature, int name_width); /* nothing if it does not apply */
void print_features(FILE *out, const hys_run *run);
/* The result goes to standard output as text, unless the data do. */
FILE *report_stream(const invocation *in);
bool wants_both_on_stdout(const invocation *in); /* --json and -o - */

/* json.c */
json_t *json_text(const char *text); /* valid UTF-8 whatever comes in; null for NULL */
json_t *json_number(double value);   /* null for NaN and infinities, which JSON lacks */
json_t *json_features(const hys_run *run);
json_t *json_table_columns(const hys_table *table);
json_t *json_diagnostics(hys_ctx *ctx, bool errors); /* errors, or warnings and notes */
json_t *json_document(void);                         /* {"hysteron": version} */
/* Adds errors and warnings, prints, frees; the exit status. */
int json_finish(invocation *in, json_t *root, hys_status status);
int json_print(json_t *root);     /* frees; exit status */
int json_refusal(invocation *in); /* the document of a bad usage */

/* model_args.c: the options by which a device is named */
#define MODEL_OPTIONS                                                                                                  \
    {"module", 0, OPTION_TEXT, "M", "which module of the file"},                                                       \
        {"include", 'I', OPTION_LIST, "FOLDER", "a folder to search for included files"},                              \
        {"define", 'D', OPTION_LIST, "NAME[=TEXT]", "define a macro"}, {                                               \
        "as-written", 0, OPTION_FLAG, NULL, "lift no hand-written integration: run the file as it stands"              \
    }
#define JSON_OPTION                                                                                                    \
    { "json", 0, OPTION_FLAG, NULL, "print JSON for scripts" }
hys_model_opts model_opts(const invocation *in);

/* model_args.c: how a device lies on the bench, which commands that choose their own waves share */
#define DEVICE_BENCH_OPTIONS                                                                                           \
    {"set", 's', OPTION_LIST, "NAME=VALUE", "value of a parameter; a bare number is in the file's own unit"},          \
        {"init", 0, OPTION_LIST, "STATE=VALUE", "initial value of a state"},                                           \
        {"series", 0, OPTION_TEXT, "R", "series resistance of the source"},                                            \
        {"compliance", 0, OPTION_TEXT, "I[,NEG|none]", "current limit of the source, for both signs or one each"},     \
        {"temp", 0, OPTION_TEXT, "T", "temperature (300.15K)"},                                                        \
        {"ports", 0, OPTION_TEXT, "P,N[,S]",                                                                           \
         "driven and return terminal (the first two), and one, held by --port, at which reads look"},                  \
        {"port", 0, OPTION_LIST, "NAME=V", "hold a further terminal at a potential"},                                  \
        {"seed", 0, OPTION_COUNT, "N", "seed of all random draws (0)"},                                                \
        {"spread", 0, OPTION_LIST, "NAME=LAW", "vary a parameter: \"lognormal 0.1\", \"c2c lognormal 0.1\""}, {        \
        "noise-step", 0, OPTION_TEXT, "T", "interval over which a draw is held, where the file sets none"              \
    }

/* sim_args.c: the options by which a netlist is set up */
#define SIM_OPTIONS                                                                                                    \
    {"set", 's', OPTION_LIST, "NAME=VALUE", "value of a .param of the netlist"},                                       \
        {"include", 'I', OPTION_LIST, "FOLDER", "a folder to search for included files"},                              \
        {"temp", 0, OPTION_TEXT, "T", "temperature (the netlist's, 27degC)"},                                          \
        {"rtol", 0, OPTION_REAL, "X", "relative tolerance (the netlist's reltol, at most 1e-4)"},                      \
        {"spread", 0, OPTION_LIST, "ELEMENT:NAME=LAW", "vary a parameter of a device: \"lognormal 0.1\""},             \
        {"seed", 0, OPTION_COUNT, "N", "seed of all random draws (0)"}, {                                              \
        "as-written", 0, OPTION_FLAG, NULL, "lift no hand-written integration of Verilog-A files"                      \
    }
/* Commands whose work is shared out over threads and ranks. */
#define RANK_OPTIONS                                                                                                   \
    {"threads", 0, OPTION_NUMBER, "N", "threads of each process for .step and .mc (all cores it may use)"},            \
        {"mpi", 0, OPTION_FLAG, NULL, "share the runs out over MPI; under mpirun and srun that is so anyway"}, {       \
        "no-mpi", 0, OPTION_FLAG, NULL, "each process that mpirun or srun starts runs on its own"                      \
    }
hys_sim_opts sim_opts(const invocation *in);
const char *figure_kind_of(const hys_sim_result *result); /* NULL: it is not drawn */

/* cmd_iv.c: options of iv and pulse, and the figure of a run; most_rows 0: all that a figure can hold */
hys_bench_opts bench_opts(const invocation *in);
/* The same without what drives it: device, source, temperature, draws. */
hys_bench_opts bench_set_up(const invocation *in);
const hys_table *drawn_table(const invocation *in, const hys_run *run);
hys_status draw_bench(const invocation *in, const hys_table *table, const char *path, int32_t cycles,
                      int32_t most_rows);

/* cmd_data.c: the options by which a file of measurements is read */
#define IMPORT_OPTIONS                                                                                                 \
    {"format", 0, OPTION_TEXT, "NAME", "whose file it is (found out): easyexpert, arc-one, gamry, csv, ..."},          \
        {"measurement", 'm', OPTION_NUMBER, "K", "which of the file's measurements (the first of 3 rows or more)"},    \
        {"column", 'c', OPTION_LIST, "NAME=COLUMN", "which of the file's columns is v, i or time: v=DrainV"},          \
        {"columns", 0, OPTION_TEXT, "NAME,NAME...", "what the columns are called, in order: time,v,-,i[uA]"},          \
        {"sheet", 0, OPTION_TEXT, "NAME|K", "which sheet of a workbook (Data, else the first)"},                       \
        {"skip", 0, OPTION_NUMBER, "N", "lines at the head of the file that are not looked at"}, {                     \
        "unit", 'u', OPTION_LIST, "NAME=UNIT", "what a column's numbers are in: i=uA"                                  \
    }
hys_import_opts import_opts(const invocation *in);
bool find_measurement(invocation *in, const hys_imported *file, size_t *k); /* false: refused */
void print_import(FILE *out, const hys_imported *file, size_t measurement);
void add_import(json_t *root, const hys_imported *file, size_t measurement);

/* data_args.c: several files of measurements as tables */
typedef struct data_set {
    hys_imported **files;
    size_t n_files;
    const hys_table **tables; /* [n]: of the files' measurements those that are looked at */
    const char **names;       /* [n] */
    size_t n;
} data_set;
/* Of a file all measurements of 3 rows or more, or those that one of the words titles, or --measurement. */
hys_status data_set_read(invocation *in, const char *const *paths, size_t n, const char *words, data_set *d);
void data_set_free(data_set *d);
json_t *json_data_set(const data_set *d, const char *const *paths);
void print_data_set(FILE *out, const data_set *d);

/* array_args.c: the options by which an array's lines are described */
#define ARRAY_OPTIONS                                                                                                  \
    {"rwire", 'r', OPTION_TEXT, "R", "resistance of a segment of wire, of both lines (2.5ohm)"},                       \
        {"rword", 0, OPTION_TEXT, "R", "of word lines"}, {"rbit", 0, OPTION_TEXT, "R", "of bit lines"},                \
        {"half-pitch", 0, OPTION_TEXT, "LENGTH", "wires of 4F2 cells of this F instead (see `array layout`)"},         \
        {"metal", 0, OPTION_TEXT, "NAME", "of those wires (Cu)"},                                                      \
        {"rdriver", 0, OPTION_TEXT, "R", "of the driver of a word line, beside the first segment (0ohm)"},             \
        {"rsense", 0, OPTION_TEXT, "R", "of the sense circuit of a bit line (0ohm)"},                                  \
        {"word-ends", 0, OPTION_TEXT, "left|right|both", "where word lines are driven (left)"},                        \
        {"bit-ends", 0, OPTION_TEXT, "top|bottom|both", "where bit lines are held (bottom)"},                          \
        {"threads", 0, OPTION_NUMBER, "N", "threads (all cores); results do not depend on them"}, {                    \
        "tolerance", 0, OPTION_REAL, "X", "relative residual of the solution (1e-10)"                                  \
    }
int array_opts(invocation *in, hys_array_opts *opts); /* exit status */
int array_size(invocation *in, hys_array_opts *opts); /* of --size; exit status */
#define LAW_OPTIONS                                                                                                    \
    {"nonlinearity", 0, OPTION_REAL, "X", "I(V)/I(V/2) of all cells, I ~ sinh(k V) (2: resistors)"}, {                 \
        "read-voltage", 0, OPTION_TEXT, "V", "voltage at which a cell has its resistance (1V)"                         \
    }
/* array_cell.c: a device in each crossing */
#define CELL_OPTIONS                                                                                                   \
    {"cell", 'c', OPTION_TEXT, "DEVICE",                                                                               \
     "a device in each crossing: a file or a name of the library; states are held"},                                   \
        {"set", 's', OPTION_LIST, "NAME=VALUE", "value of one of its parameters"},                                     \
        {"init", 0, OPTION_LIST, "STATE=VALUE", "of one of its states, in SI units"},                                  \
        {"selector", 0, OPTION_TEXT, "DEVICE", "in series with it: of two ports, or a transistor"},                    \
        {"selector-set", 0, OPTION_LIST, "NAME=VALUE", "value of one of the selector's parameters"},                   \
        {"gate", 0, OPTION_TEXT, "V", "potential of all transistors' gates (0V)"},                                     \
        {"complementary", 0, OPTION_FLAG, NULL, "two devices in anti-series"},                                         \
        {"turned", 0, OPTION_FLAG, NULL, "the device's first port on the bit line's side"},                            \
        {"spread", 0, OPTION_LIST, "NAME=LAW", "vary a parameter: \"lognormal 0.1\", \"selector.vto=normal 0.02V\""},  \
    {                                                                                                                  \
        "temp", 0, OPTION_TEXT, "T", "temperature (300.15K)"                                                           \
    }
int array_cell(invocation *in, hys_array *array, const hys_array_opts *opts); /* exit status */
/* array_noise.c: small signals and noise of bit lines */
#define NOISE_OPTIONS                                                                                                  \
    {"freq", 0, OPTION_TEXT, "F", "admittance and noise that bit lines see at this frequency"},                        \
        {"noise", 0, OPTION_TEXT, "FROM:TO", "rms noise of their currents in this band, and what a read is worth"},    \
        {"bit-line", 0, OPTION_COUNT, "N", "of this bit line alone (all)"}, {                                          \
        "cwire", 0, OPTION_TEXT, "C", "capacitance of a segment of wire to ground, of both lines (0F)"                 \
    }
typedef struct array_noise {
    hys_array_noise_opts opts;
    hys_bit_noise *lines; /* [opts.n]; NULL: not asked for */
} array_noise;
/* Before the array is made, as lines get their capacitances; exit status. */
int array_noise_opts(invocation *in, hys_array_opts *opts, array_noise *noise);
hys_status array_noise_find(invocation *in, hys_array *array, const hys_array_opts *opts, array_noise *noise);
void array_noise_print(const invocation *in, const hys_array *array, const array_noise *noise);
void array_noise_json(json_t *root, const hys_array *array, const array_noise *noise);
/* voltage stays where it is not given */
int array_law(invocation *in, hys_array_law *law);

/* model_report.c: what is known of a module */
json_t *json_model(const hys_model *model);
void print_model_params(const hys_model *model);
void print_model(const hys_model *model);

/* provenance.c: CSV that says where it comes from */
/* The command line but for these options (NULL ends the list), as a shell takes it; to be freed; NULL: no memory. */
char *command_line_without(const invocation *in, const char *const *names);
hys_status write_table(const invocation *in, const hys_table *table, const char *path);
hys_status write_reproduction(const invocation *in, const hys_reproduction *reproduction, const char *path);

/* protocol_figure.c: a table is not drawn, which is noted, where nothing varies in it */
hys_status draw_protocol_table(invocation *in, const hys_protocol_table *t, const char *path);

/* folder.c: makes the folder of results, and its parents; refuses what cannot be made */
hys_status make_folder(invocation *in, const char *folder);

/* progress.c */
struct progress;
struct progress *progress_new(const char *what);
int progress_report(void *user, double done); /* user: the progress */
void progress_free(struct progress *progress);

extern const command_info command_device_check, command_device_list, command_device_show, command_iv, command_pulse,
    command_data, command_completion, command_sim, command_bifurcation, command_impedance, command_catalogue,
    command_reproduce, command_device_card, command_device_import, command_fit, command_char, command_classify,
    command_screen, command_verdict, command_passport, command_compare, command_array_op, command_array_mvm,
    command_array_margin, command_array_run, command_array_layout, command_network_accuracy, command_network_run,
    command_brain_cell, command_brain_run, command_brain_recover, command_logic_list, command_logic_map,
    command_logic_run, command_logic_window, command_logic_multiply, command_network_spiking;

#endif
