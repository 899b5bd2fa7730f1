/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_PERCPU_H
#define SHIM_LINUX_PERCPU_H

#include <linux/compiler.h>

/* Each thread acts as the CPU whose number it has set. */
#define SHIM_CPUS 8
extern __thread unsigned int shim_cpu;

/* The distance from one CPU's copy to that of the next CPU. */
#define SHIM_CPU_BYTES 64

void* shim_alloc_percpu(size_t size);
void free_percpu(void* area);

#define alloc_percpu(type) ((__typeof__(type)*)shim_alloc_percpu(sizeof(type)))
#define alloc_percpu_gfp(type, gfp) ((void)(gfp), alloc_percpu(type))
#define per_cpu_ptr(ptr, cpu) ((__typeof__(ptr))((char*)(ptr) + (size_t)(cpu)*SHIM_CPU_BYTES))
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < SHIM_CPUS; (cpu)++)

/* No other CPU accesses the variable, but an interrupt may, at any point. */
#define this_cpu_xchg(var, val)                                                                    \
    (shim_point(), __atomic_exchange_n(per_cpu_ptr(&(var), shim_cpu), (val), __ATOMIC_RELAXED))
#define this_cpu_cmpxchg(var, old, val) cmpxchg(per_cpu_ptr(&(var), shim_cpu), old, val)

#endif
