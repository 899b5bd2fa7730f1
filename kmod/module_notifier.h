/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module notifier, which tells the tracker of module text that comes and goes.
 */
#ifndef GHOSTMEM_MODULE_NOTIFIER_H
#define GHOSTMEM_MODULE_NOTIFIER_H

int gm_module_notifier_init(void);
void gm_module_notifier_exit(void);

#endif /* GHOSTMEM_MODULE_NOTIFIER_H */
