/* What wasi-libc lacks and jq calls. */
#include <stdint.h>
#include <sys/types.h>

__attribute__((import_module("secure_exec"), import_name("getpid"))) int32_t import_getpid(void);

pid_t getpid(void) { return import_getpid(); }
