#include "base/forest.h"

#define NONE (-1)

/* Lists of children, each list in ascending order. */
static int32_t link_children(size_t n, const int32_t *parent, int32_t *child, int32_t *brother) {
    int32_t root = NONE;
    for (size_t k = 0; k < n; k++) child[k] = NONE;
    for (size_t k = n; k-- > 0;) {
        int32_t *head = parent[k] < 0 ? &root : &child[parent[k]];
        brother[k] = *head;
        *head = (int32_t)k;
    }
    return root;
}

size_t hys__forest_order(size_t n, const int32_t *parent, int32_t *order, int32_t *work) {
    int32_t *child = work, *brother = work + n;
    size_t n_found = 0;
    for (int32_t at = link_children(n, parent, child, brother); at != NONE;) {
        order[n_found++] = at;
        if (child[at] != NONE) {
            at = child[at];
            continue;
        }
        while (at != NONE && brother[at] == NONE) at = parent[at] < 0 ? NONE : parent[at];
        if (at != NONE) at = brother[at];
    }
    return n_found;
}
