/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Modules that come: what stood at their addresses before is forgotten by the frame table.
 * Modules that go: their symbols are frozen before their text vanishes, and so
 * are those of a module's init text, which goes when the module has come up.
 */
#ifndef GHOSTMEM_UNLOAD_H
#define GHOSTMEM_UNLOAD_H

int gm_unload_init(void);
void gm_unload_exit(void);

#endif /* GHOSTMEM_UNLOAD_H */
