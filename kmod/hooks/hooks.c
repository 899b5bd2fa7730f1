// SPDX-License-Identifier: GPL-2.0
/*
 * The hooks of the recorder. See hooks.h.
 */
#include <linux/kernel.h>

#include "hooks/hook_set.h"
#include "hooks/hooks.h"

#define GM_ADDRESS_OF_HOOK_SET(name)	&gm_##name##_hooks,

static const struct gm_hook_set * const gm_hook_sets[] = {
	GM_HOOK_SETS(GM_ADDRESS_OF_HOOK_SET)
};

/* Returns hook number @i, counted over all sets. */
static struct gm_hook *gm_hook_at(unsigned int i)
{
	const struct gm_hook_set * const *set = gm_hook_sets;

	for (; i >= (*set)->nr; set++)
		i -= (*set)->nr;
	return &(*set)->hook[i];
}

unsigned int gm_hooks_count(void)
{
	unsigned int i, count = 0;

	for (i = 0; i < ARRAY_SIZE(gm_hook_sets); i++)
		count += gm_hook_sets[i]->nr;
	return count;
}

void gm_hooks_info(unsigned int i, const struct gm_counters *sum, struct gm_hook_info *info)
{
	gm_hook_info(gm_hook_at(i), sum, info);
}

void gm_hooks_detach(struct gm_recorder *r)
{
	unsigned int i;

	gm_recorder_stop(r);
	for (i = 0; i < gm_hooks_count(); i++)
		gm_hook_detach(gm_hook_at(i), GHOSTMEM_HOOK_DETACHED);
	/* Covers RCU and, where tracepoints use it, SRCU. */
	tracepoint_synchronize_unregister();
}

static int gm_hooks_attach_all(struct gm_recorder *r, const char **why)
{
	unsigned int i;
	int err;

	for (i = 0; i < gm_hooks_count(); i++) {
		struct gm_hook *hook = gm_hook_at(i);

		err = gm_hook_attach(hook, r, r->sampled);
		if (!err)
			continue;
		pr_warn("ghostmem: hook %s cannot attach (%d); without it %s\n",
			hook->name, err, hook->consequence);
		if (hook->needed) {
			*why = "a needed hook cannot attach";
			return err;
		}
	}
	return 0;
}

int gm_hooks_attach(struct gm_recorder *r, const char **why)
{
	int err = gm_hooks_attach_all(r, why);

	if (err)
		gm_hooks_detach(r);
	return err;
}

/* Proves the first hook of @set. If it fails, a needed hook is an error; another is detached. */
static int gm_hook_set_prove(const struct gm_hook_set *set, struct gm_recorder *r, const char **why)
{
	struct gm_hook *hook = &set->hook[0];
	int err;

	if (!set->prove || hook->state != GHOSTMEM_HOOK_ATTACHED)
		return 0;
	err = set->prove(r);
	if (!err)
		return 0;
	if (hook->needed || err == -ENOMEM || err == -EINTR) {
		*why = err == -ENOMEM ? "not enough memory" :
				       "a page allocated as a test was not seen by the hooks";
		return err;
	}
	pr_warn("ghostmem: hook %s did not see its test page (%d); without it %s\n",
		hook->name, err, hook->consequence);
	gm_hook_detach(hook, GHOSTMEM_HOOK_FAILED);
	return 0;
}

int gm_hooks_prove(struct gm_recorder *r, const char **why)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(gm_hook_sets) && !err; i++)
		err = gm_hook_set_prove(gm_hook_sets[i], r, why);
	return err;
}
