/* Loops for the width of the processor at hand, with the same bits on all: nothing is contracted or reordered. */
#ifndef HYS_BASE_CLONES_H
#define HYS_BASE_CLONES_H

/* clang gives the resolvers of static functions global names, which meet where two files use the same one; sanitizers
 * are not ready when resolvers run. */
#if defined __x86_64__ && defined __GNUC__ && !defined __clang__ && !defined __SANITIZE_ADDRESS__ &&                   \
    !defined __SANITIZE_THREAD__
#define HYS__CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define HYS__CLONES
#endif

#endif
