/* What the front end made of a text, as text: trees, tokens and diagnostics to compare with. */
#ifndef HYS_TEST_FRONT_TEXT_H
#define HYS_TEST_FRONT_TEXT_H
#include "hys_test.h"
#include "veriloga/ast.h"

/* The tree as Verilog-A in one spelling: every operator in brackets, one blank between words, names
 * without values where there are none.  Good until the next call. */
const char *front_file_text(const va_file *file);

/* The tree of the text, which must be read without errors and warnings. */
const char *front_tree(const char *text);
/* The items of module m(a, b) with this body, which must be read without errors and warnings. */
const char *front_items(const char *body);
/* The statement or statements of analog begin ... end in such a module. */
const char *front_stmts(const char *stmts);
/* The expression x in  y = x;  of such a module. */
const char *front_expr(const char *expr);

/* The diagnostics of a text, one a line: "line:col: severity: message", then " | hint" where there is
 * one; file names stand before notes and errors that are not in the text itself. */
const char *front_errors(const char *text);
const char *front_errors_n(const char *text, size_t len);
/* The same for a statement in line 2 of a module (analog begin stands in line 1, end in line 3). */
const char *front_stmt_errors(const char *stmt);
/* The same for items from line 2 of a module. */
const char *front_item_errors(const char *items);
/* The diagnostics of the context in that form. */
const char *front_diags(const hys_ctx *ctx, const char *file);

#endif
