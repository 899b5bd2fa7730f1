/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Modules that go: their symbols are frozen before their text vanishes, and so are those of
 * a module's init text, which goes when the module has come up. The frame table forgets both,
 * and what stood where a module comes.
 */
#ifndef GHOSTMEM_MODULE_NOTIFIER_H
#define GHOSTMEM_MODULE_NOTIFIER_H

int gm_unload_init(void);
void gm_unload_exit(void);

#endif /* GHOSTMEM_MODULE_NOTIFIER_H */
