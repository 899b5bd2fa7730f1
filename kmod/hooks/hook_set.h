/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hook sets. Each has the hooks of one kind of event, in a file NAME_hooks.c that defines
 * gm_NAME_hooks; NAME is listed in GM_HOOK_SETS. Kbuild finds the file by its name.
 */
#ifndef GHOSTMEM_HOOKS_HOOK_SET_H
#define GHOSTMEM_HOOKS_HOOK_SET_H

#include "hooks/hook.h"
#include "record/recorder.h"

/* In the order in which they are attached and reported by status. */
#define GM_HOOK_SETS(SET) \
	SET(page) \
	SET(bulk) \
	SET(contig) \
	SET(move)

/**
 * struct gm_hook_set - a hook set. The context of its hooks is the recorder
 * @hook:	its hooks
 * @nr:		number of hooks
 * @prove:	allocates pages that @hook[0] has to see, see selftest.h; NULL if that is not
 *		possible
 */
struct gm_hook_set {
	struct gm_hook *hook;
	unsigned int nr;
	int (*prove)(struct gm_recorder *r);
};

#define GM_DECLARE_HOOK_SET(name)	extern const struct gm_hook_set gm_##name##_hooks;
GM_HOOK_SETS(GM_DECLARE_HOOK_SET)

#endif /* GHOSTMEM_HOOKS_HOOK_SET_H */
