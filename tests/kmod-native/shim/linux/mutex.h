/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_MUTEX_H
#define SHIM_LINUX_MUTEX_H

#include <pthread.h>

#include <linux/types.h>

struct mutex {
    pthread_mutex_t held;
    const void* owner; /* the address of a thread-local variable of the owner */
};

void mutex_init(struct mutex* lock);
void mutex_lock(struct mutex* lock);
void mutex_unlock(struct mutex* lock);
bool mutex_is_mine(const struct mutex* lock);
void lockdep_assert_held(const struct mutex* lock);

#endif
