/* Slow couplings: which couplings there are, and the numbers that they set.
 *
 * Couplings that act on the same thing share a goal: what couplings make of it, for each of its cells. */
#ifndef HYS_BRAIN_COUPLE_H
#define HYS_BRAIN_COUPLE_H
#include "brain/network_impl.h"

typedef struct hys__goal {
    hys_couple_effect effect;
    const hys__group *group; /* PORT: its cells; RELEASE: sources; LEARNING: targets */
    size_t site;             /* PORT */
    const hys__projection *projection;
    double *now;  /* [n] what others read */
    double *next; /* [n] LEARNING: of this window, whose spikes are handed out behind it; else now */
} hys__goal;

typedef struct hys__couple {
    hys_couple_map map;
    double gain, threshold, unit;
    const hys__group *from;
    size_t row; /* of chunks: what is read */
    size_t goal;
    uint32_t *cell; /* [n of the goal]; NULL: part of all */
    uint64_t every; /* steps */
    double *says;   /* [n of the goal] what this one makes of the newest y */
    double *told;   /* [n of `from`] on several ranks: y of all cells; NULL */
} hys__couple;

struct hys__couples {
    struct {
        hys__couple *at;
        size_t n, cap;
    } all;
    struct {
        hys__goal *at;
        size_t n, cap;
    } goals;
};

/* Before a window: couplings whose time it is read, and set what others use. */
hys_status hys__couples_act(hys_brain *brain);
/* Behind a window: what it set holds for its spikes. */
void hys__couples_keep(const hys_brain *brain);
/* Steps until one reads again, at most `most`. */
uint64_t hys__couples_wait(const hys_brain *brain, uint64_t most);

#endif
