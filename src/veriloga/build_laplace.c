#include "veriloga/build.h"
vb_x vb_laplace(vb *b, const va_expr *e){ vb_error(b,e->span,NULL,"later"); return (vb_x){VA_TYPE_REAL,0}; }
