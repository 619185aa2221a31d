/* Builds a module from a text and hands it to the interpreter.
 *
 *     build_rig r;
 *     build_rig_open(&r, MODULE("p, n", "parameter real g = 2;", "I(p,n) <+ g * V(p,n);"));
 *     va_eval_x(&r.e, "p", 3);
 *     assert_near(build_rig_row(&r, "p"), 6, 1e-15);
 *     build_rig_close(&r);
 */
#ifndef BUILD_RIG_H
#define BUILD_RIG_H
#include "veriloga/ir_eval.h"

#define MODULE(ports, decls, analog)                                                                                   \
    "module m(" ports ");\ninout " ports ";\nelectrical " ports ";\n" decls "\nanalog begin\n" analog                  \
    "\nend\nendmodule\n"

typedef struct build_rig {
    hys_ctx *ctx;
    va_front front;
    va_model model;
    va_eval e;
    bool has_eval;
    hys_status status;
} build_rig;

/* The status is in rig->status; what did not build has no e. */
void build_rig_try(build_rig *rig, const char *text, const va_build_opts *opts);
void build_rig_open(build_rig *rig, const char *text); /* fails the test when it does not build */
void build_rig_open_with(build_rig *rig, const char *text, const va_build_opts *opts);
void build_rig_set(build_rig *rig, const char *text, const char *name, const char *value); /* with one setting */
void build_rig_close(build_rig *rig);
double build_rig_row(build_rig *rig, const char *unknown); /* runs, and gives the residual */
double build_rig_show(build_rig *rig, const char *opvar);  /* runs, and gives the output variable */
/* Whether some diagnostic has this severity and holds these words, at this line (0: any) and column. */
bool build_rig_says(const build_rig *rig, hys_severity severity, int line, int col, const char *words);
size_t build_rig_count(const build_rig *rig, hys_severity severity);
/* The text must be refused with these words at this place, and nothing else. */
void build_rig_refuses(const char *text, int line, int col, const char *words);
/* The text must build, with one warning of these words. */
void build_rig_warns(const char *text, int line, int col, const char *words);

#endif
