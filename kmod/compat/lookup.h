/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a symbol of the kernel is that is not exported. The one place of the module that looks.
 *
 * kallsyms_lookup_name() is not exported since 0bd476e6c671 (5.7); register_kprobe() resolves a
 * name, and leaves the address also where it then refuses to probe there. The probe is
 * never armed.
 */
#ifndef GHOSTMEM_COMPAT_LOOKUP_H
#define GHOSTMEM_COMPAT_LOOKUP_H

/*
 * 0 if there is none of that name. Of a function that begins with an ENDBR it may be what is
 * behind that, as kprobes have it since cc66bb914578 (5.18). Sleeps.
 */
unsigned long gm_lookup(const char *name);

/* Where a function begins, and its @size in bytes; 0 if either is not known. Sleeps. */
unsigned long gm_lookup_function(const char *name, unsigned long *size);

#endif /* GHOSTMEM_COMPAT_LOOKUP_H */
