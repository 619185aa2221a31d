#include "numerics/root_signs.h"
#include <string.h>

static signed char sign_of(double g) {
    return (signed char)((g > 0) - (g < 0));
}

static bool is_watched(const hys__root_signs *s, size_t k, signed char now) {
    return s->dir[k] == 0 || s->dir[k] == now;
}

bool hys__root_signs_told(hys__root_signs *s, const int *info, unsigned char *fired) {
    bool any = false;
    for (size_t k = 0; k < s->n; k++) {
        signed char now = (signed char)((info[k] > 0) - (info[k] < 0));
        fired[k] = now && (s->dir[k] == HYS__ROOT_NEVER || s->last[k] != now);
        if (!now) continue;
        s->last[k] = now;
        s->is_quiet[k] = 1;
        any = any || fired[k];
    }
    return any;
}

bool hys__root_signs_look(hys__root_signs *s, const double *g, unsigned char *fired) {
    bool any = false;
    for (size_t k = 0; k < s->n; k++) {
        signed char now = sign_of(g[k]), before = s->last[k];
        if (!now || now == before || s->is_quiet[k]) continue;
        s->last[k] = now;
        if (!before || !is_watched(s, k, now)) continue;
        fired[k] = s->is_quiet[k] = 1;
        any = true;
    }
    return any;
}

bool hys__root_signs_differ(const hys__root_signs *s, const double *g) {
    for (size_t k = 0; k < s->n; k++) {
        signed char now = sign_of(g[k]);
        if (now && s->last[k] == -now && !s->is_quiet[k] && is_watched(s, k, now)) return true;
    }
    return false;
}

bool hys__root_signs_jump(hys__root_signs *s, const double *before, const double *after, unsigned char *fired) {
    bool any = false;
    memset(fired, 0, s->n);
    for (size_t k = 0; k < s->n; k++) {
        signed char from = s->is_quiet[k] ? sign_of(before[k]) : s->last[k], to = sign_of(after[k]);
        if (!to || to == from) continue;
        s->last[k] = to;
        if (!from || !is_watched(s, k, to)) continue;
        fired[k] = s->is_quiet[k] = 1;
        any = true;
    }
    return any;
}

void hys__root_signs_wake(hys__root_signs *s) {
    memset(s->is_quiet, 0, s->n);
}
