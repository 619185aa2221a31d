/* Kernels written by hand to the contract of src/abi/hys_abi.h, one lane wide: devices whose behaviour is known
 * in closed form, for tests of everything above the compiler. */
#ifndef HYS_TESTS_LAB_KERNELS_H
#define HYS_TESTS_LAB_KERNELS_H
#include "abi/hys_abi.h"

/* Linear ion drift without a window: w' = mu Ron/D i, v = (Ron w/D + Roff (1 - w/D)) i. */
extern const hys_kernel kernel_drift;
/* A capacitance C with a diode Is (exp(v/nVt) - 1) across it and a resistance Rs in front: an internal node
 * m and the charge z of the capacitance. */
extern const hys_kernel kernel_diode;
/* A gate x' = (v - x) / tau at a node of its own nature, which conducts i = G x, beside a capacitance C. */
extern const hys_kernel kernel_gate;
/* A volatile state: x' = (min(max(k v, 0), 1) - x) / tau, i = (g0 + g1 x) v. */
extern const hys_kernel kernel_volatile;
/* A threshold switch that heats itself: Cth T' = v i - (T - Tamb) / Rth, i = g0 exp(-Ta/T) v: S-shaped NDR. */
extern const hys_kernel kernel_thermal;
/* As written: x = x + k v (1 - x) dt with dt = $abstime - t_prev; i = (g0 + g1 x) v. */
extern const hys_kernel kernel_euler;
/* As written, by its own parameter dt: the same x at each accepted step. */
extern const hys_kernel kernel_own_dt;
/* A relay: on at v rising through v_on (event 0), off at v falling through v_off (event 1); counts. */
extern const hys_kernel kernel_relay;
/* Noise: g = g0 (1 + s z), z a standard normal draw of each interval. */
extern const hys_kernel kernel_noisy;
/* A plain resistance R: no unknown of its own. */
extern const hys_kernel kernel_resistor;

#endif
