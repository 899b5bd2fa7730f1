/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One hook: a place where the kernel calls us, by a tracepoint or at the return of a function, and
 * how it is attached there. Knows nothing of what the hook records.
 *
 * Attaching and detaching is serialised by the caller. Status may be read beside both: the target
 * and the state of a hook are single words.
 */
#ifndef GHOSTMEM_HOOKS_HOOK_H
#define GHOSTMEM_HOOKS_HOOK_H

#include <linux/kprobes.h>
#include <linux/tracepoint.h>
#include <linux/types.h>

#include <linux/ghostmem.h>

#include "compat/kretprobe.h"
#include "tables/counters.h"

#define GM_CANDIDATES	4

/**
 * struct gm_hook - a hook
 * @name:	stable: part of the protocol
 * @consequence: what is not seen without it
 * @kind:	enum ghostmem_hook_kind: TRACEPOINT or KRETPROBE
 * @needed:	no tracking without it
 * @candidate:	symbols to attach to, in order of preference; none where this kernel has nothing of
 *		the kind: then the hook is reported as absent
 * @event:	which counter its events are in
 * @probe:	of a tracepoint: the function that is called, with @ctx as its first argument
 * @sampled:	of a tracepoint: is called instead where a sample of the events is recorded
 * @rp:		of a kretprobe: its handlers, which find @ctx by gm_hook_ctx()
 * @ctx:	given when it is attached
 * @tp:		the tracepoint, once found
 * @attached:	which of @probe and @sampled was attached
 * @target:	the symbol that it is attached to, or NULL
 * @state:	enum ghostmem_hook_state
 */
struct gm_hook {
	const char *name;
	const char *consequence;
	u32 kind;
	bool needed;
	const char *candidate[GM_CANDIDATES];
	enum gm_event event;
	void *probe;
	void *sampled;
	struct kretprobe rp;
	void *ctx;
	struct tracepoint *tp;
	void *attached;
	const char *target;
	u32 state;
};

/**
 * struct gm_hook_info - what status tells of a hook
 * @name:	as in struct gm_hook, as are @consequence, @kind, @needed, @target and @state
 * @events:	handled since the recorder was started
 * @missed:	hits that the kernel could not deliver, since attaching
 * @kp:		the kprobe that it is, while it is attached, or NULL
 */
struct gm_hook_info {
	const char *name;
	const char *target;
	const char *consequence;
	u32 kind;
	u32 state;
	bool needed;
	u64 events;
	u64 missed;
	struct kprobe *kp;
};

/*
 * Attaches to the first candidate that this kernel has. Returns 0, also for a hook without
 * candidates, of which nothing is attached; -ENOENT if none of them was found, or another negative
 * error. Sleeps.
 */
int gm_hook_attach(struct gm_hook *hook, void *ctx, bool sampled);

/*
 * Detaches a hook that is attached, which is in @state then. Its probe may still be running.
 * Sleeps.
 */
void gm_hook_detach(struct gm_hook *hook, u32 state);

void gm_hook_info(struct gm_hook *hook, const struct gm_counters *sum, struct gm_hook_info *info);

/*
 * The context of the hook whose kretprobe a handler runs for; NULL if that is about to go. In the
 * handler.
 */
static __always_inline void *gm_hook_ctx(struct kretprobe_instance *ri)
{
	struct kretprobe *rp = gm_kretprobe(ri);

	return likely(rp) ? container_of(rp, struct gm_hook, rp)->ctx : NULL;
}

/* The tracepoint of that name, or NULL. Sleeps. */
struct tracepoint *gm_tracepoint_find(const char *name);

/*
 * Registers @rp on the first of the @nr candidates that this kernel has, with room for @maxactive
 * calls at a time. Returns 0 with the symbol in *@target, or an error as gm_hook_attach() does.
 */
int gm_kretprobe_attach(struct kretprobe *rp, const char * const candidate[], unsigned int nr,
			int maxactive, const char **target);

/* Ends that. Its handlers do not run any more, but see stuck.h. Sleeps. */
void gm_kretprobe_detach(struct kretprobe *rp);

#endif /* GHOSTMEM_HOOKS_HOOK_H */
