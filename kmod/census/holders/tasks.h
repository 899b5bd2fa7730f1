/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Visits all threads of the host.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_TASKS_H
#define GHOSTMEM_CENSUS_HOLDERS_TASKS_H

#include <linux/types.h>

struct task_struct;

/*
 * Calls @fn for each thread, with a reference and without locks; it may sleep. Threads that come or
 * go meanwhile may be visited or not. Returns false if @fn has. Sleeps.
 */
bool gm_tasks_visit(bool (*fn)(void *priv, struct task_struct *task), void *priv);

#endif /* GHOSTMEM_CENSUS_HOLDERS_TASKS_H */
