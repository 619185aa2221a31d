/* hysteron/decls.h -- C linkage and exported visibility for all declarations between the two marks.
 */
#ifndef HYSTERON_DECLS_H
#define HYSTERON_DECLS_H
#ifdef __cplusplus
#define HYS_LINKAGE_BEGIN extern "C" {
#define HYS_LINKAGE_END   }
#else
#define HYS_LINKAGE_BEGIN
#define HYS_LINKAGE_END
#endif
#if defined(__GNUC__) && !defined(_WIN32)
#define HYS_DECLS_BEGIN _Pragma("GCC visibility push(default)") HYS_LINKAGE_BEGIN
#define HYS_DECLS_END   HYS_LINKAGE_END _Pragma("GCC visibility pop")
#else
#define HYS_DECLS_BEGIN HYS_LINKAGE_BEGIN
#define HYS_DECLS_END   HYS_LINKAGE_END
#endif
#endif
