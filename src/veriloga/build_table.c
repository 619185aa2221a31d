#include "veriloga/build.h"
vb_x vb_table_model(vb *b, const va_expr *e){ vb_error(b,e->span,NULL,"later"); return (vb_x){VA_TYPE_REAL,0}; }
const double *vb_table_numbers(vb *b, const va_expr *e, const char *what, size_t *n){ (void)what;*n=0; vb_error(b,e->span,NULL,"later"); return NULL; }
