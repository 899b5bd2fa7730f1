// SPDX-License-Identifier: GPL-2.0
/*
 * Attaching hooks. See hook.h.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "hooks/hook.h"
#include "hooks/stuck.h"

struct gm_tracepoint_search {
	const char *name;
	struct tracepoint *tp;
};

static void gm_tracepoint_match(struct tracepoint *tp, void *priv)
{
	struct gm_tracepoint_search *search = priv;

	if (!strcmp(tp->name, search->name))
		search->tp = tp;
}

struct tracepoint *gm_tracepoint_find(const char *name)
{
	struct gm_tracepoint_search search = { .name = name };

	for_each_kernel_tracepoint(gm_tracepoint_match, &search);
	return search.tp;
}

int gm_kretprobe_attach(struct kretprobe *rp, const char * const candidate[], unsigned int nr,
			int maxactive, const char **target)
{
	int tried, err = -ENOENT;
	unsigned int i;

	if (gm_hooks_stuck())
		return -EBUSY;
	for (i = 0; i < nr && candidate[i]; i++) {
		/* What a previous registration left in the kprobe must not be registered again. */
		memset(&rp->kp, 0, sizeof(rp->kp));
		rp->kp.symbol_name = candidate[i];
		rp->maxactive = maxactive;
		rp->nmissed = 0;
		tried = register_kretprobe(rp);
		if (!tried) {
			WRITE_ONCE(*target, candidate[i]);
			return 0;
		}
		/* That the kernel refuses a candidate says more than that it lacks others. */
		if (err == -ENOENT)
			err = tried;
	}
	return err;
}

void gm_kretprobe_detach(struct kretprobe *rp)
{
	unregister_kretprobe(rp);
	if (gm_kprobe_is_stuck(&rp->kp))
		gm_hook_is_stuck(rp->kp.symbol_name);
}

static int gm_hook_attach_tracepoint(struct gm_hook *hook, bool sampled)
{
	unsigned int i;

	hook->tp = NULL;
	for (i = 0; i < GM_CANDIDATES && hook->candidate[i] && !hook->tp; i++)
		hook->tp = gm_tracepoint_find(hook->candidate[i]);
	if (!hook->tp)
		return -ENOENT;
	WRITE_ONCE(hook->target, hook->tp->name);
	hook->attached = sampled ? hook->sampled : hook->probe;
	return tracepoint_probe_register(hook->tp, hook->attached, hook->ctx);
}

/*
 * The number of kretprobe instances. Tasks may sleep for memory in the hooked functions, and each
 * of them holds an instance meanwhile.
 */
static int gm_maxactive(void)
{
	return max(64U, 16 * num_possible_cpus());
}

int gm_hook_attach(struct gm_hook *hook, void *ctx, bool sampled)
{
	u32 state;
	int err;

	if (!hook->candidate[0])
		return 0;
	hook->ctx = ctx;
	WRITE_ONCE(hook->target, NULL);
	if (hook->kind == GHOSTMEM_HOOK_TRACEPOINT)
		err = gm_hook_attach_tracepoint(hook, sampled);
	else
		err = gm_kretprobe_attach(&hook->rp, hook->candidate, GM_CANDIDATES,
					  gm_maxactive(), &hook->target);
	state = !err ? GHOSTMEM_HOOK_ATTACHED :
		err == -ENOENT ? GHOSTMEM_HOOK_MISSING : GHOSTMEM_HOOK_FAILED;
	WRITE_ONCE(hook->state, state);
	return err;
}

void gm_hook_detach(struct gm_hook *hook, u32 state)
{
	if (hook->state != GHOSTMEM_HOOK_ATTACHED)
		return;
	if (hook->kind == GHOSTMEM_HOOK_TRACEPOINT)
		tracepoint_probe_unregister(hook->tp, hook->attached, hook->ctx);
	else
		gm_kretprobe_detach(&hook->rp);
	WRITE_ONCE(hook->state, state);
}

void gm_hook_info(struct gm_hook *hook, const struct gm_counters *sum, struct gm_hook_info *info)
{
	*info = (struct gm_hook_info) {
		.name = hook->name,
		.target = READ_ONCE(hook->target),
		.consequence = hook->consequence,
		.kind = hook->kind,
		.state = hook->candidate[0] ? READ_ONCE(hook->state) : GHOSTMEM_HOOK_ABSENT,
		.needed = hook->needed,
		.events = sum->events[hook->event],
	};
	if (hook->kind != GHOSTMEM_HOOK_KRETPROBE || info->state != GHOSTMEM_HOOK_ATTACHED)
		return;
	info->missed = hook->rp.nmissed + hook->rp.kp.nmissed;
	info->kp = &hook->rp.kp;
}
