/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shrinkers: they have a name since e33c267ab70d (6.0), and are allocated by the kernel since
 * c42d50aefd17 (6.7).
 */
#ifndef GHOSTMEM_COMPAT_SHRINKER_H
#define GHOSTMEM_COMPAT_SHRINKER_H

#include <linux/err.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/version.h>

typedef unsigned long (*gm_shrink_t)(struct shrinker *shrinker, struct shrink_control *control);

/* Returns an error pointer on failure. */
static inline struct shrinker *gm_shrinker_register(const char *name, gm_shrink_t count,
						    gm_shrink_t scan)
{
	struct shrinker *shrinker;

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	shrinker = shrinker_alloc(0, "%s", name);
	if (!shrinker)
		return ERR_PTR(-ENOMEM);
	shrinker->count_objects = count;
	shrinker->scan_objects = scan;
	shrinker_register(shrinker);
#else
	int err;

	shrinker = kzalloc(sizeof(*shrinker), GFP_KERNEL);
	if (!shrinker)
		return ERR_PTR(-ENOMEM);
	shrinker->count_objects = count;
	shrinker->scan_objects = scan;
	shrinker->seeks = DEFAULT_SEEKS;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 0, 0)
	err = register_shrinker(shrinker, "%s", name);
#else
	err = register_shrinker(shrinker);
#endif
	if (err) {
		kfree(shrinker);
		return ERR_PTR(err);
	}
#endif
	return shrinker;
}

static inline void gm_shrinker_unregister(struct shrinker *shrinker)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	shrinker_free(shrinker);
#else
	unregister_shrinker(shrinker);
	kfree(shrinker);
#endif
}

#endif /* GHOSTMEM_COMPAT_SHRINKER_H */
