/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Looks up addresses of kernel symbols that are not exported. Nothing else in the module does that.
 *
 * kallsyms_lookup_name() is not exported since 0bd476e6c671 (5.7). register_kprobe() resolves a
 * name, and leaves the address in the kprobe even if it then refuses to probe there. The probe is
 * never armed.
 */
#ifndef GHOSTMEM_COMPAT_LOOKUP_H
#define GHOSTMEM_COMPAT_LOOKUP_H

/*
 * Returns the address of the symbol @name, or 0 if there is none. For a function that begins with
 * an ENDBR it may be the address after that, as for kprobes since cc66bb914578 (5.18). Sleeps.
 */
unsigned long gm_lookup(const char *name);

/* Returns the start of a function, and its @size in bytes; 0 if either is unknown. Sleeps. */
unsigned long gm_lookup_function(const char *name, unsigned long *size);

#endif /* GHOSTMEM_COMPAT_LOOKUP_H */
