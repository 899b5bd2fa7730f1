/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One hook: a place where the kernel calls the module, by a tracepoint or at the return of a
 * function, and how to attach to it. Knows nothing of what the hook records.
 *
 * The caller serialises attaching and detaching. Status may be read concurrently with both: the
 * target and the state of a hook are single words.
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
 * @candidate:	symbols to attach to, in order of preference; none if this kernel has nothing of
 *		the kind: then the hook is reported as absent
 * @event:	the counter of its events
 * @probe:	for a tracepoint: the function that is called, with @ctx as its first argument
 * @sampled:	for a tracepoint: called instead of @probe if a sample of the events is recorded
 * @rp:		for a kretprobe: its handlers, which get @ctx by gm_hook_ctx()
 * @ctx:	the context that was given when it was attached
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
 * struct gm_hook_info - what status reports about a hook
 * @name:	as in struct gm_hook, as are @consequence, @kind, @needed, @target and @state
 * @events:	events handled since the recorder was started
 * @missed:	hits that the kernel could not deliver, since attaching
 * @kp:		its kprobe while it is attached, or NULL
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
 * candidates, for which it does nothing; -ENOENT if none of the candidates was found, or another
 * negative error. Sleeps.
 */
int gm_hook_attach(struct gm_hook *hook, void *ctx, bool sampled);

/*
 * Detaches the hook if it is attached, and sets its state to @state. Its probe may still be
 * running. Sleeps.
 */
void gm_hook_detach(struct gm_hook *hook, u32 state);

void gm_hook_info(struct gm_hook *hook, const struct gm_counters *sum, struct gm_hook_info *info);

/*
 * Returns the context of the hook whose kretprobe handler is running, or NULL if that kretprobe is
 * about to be removed. To be called by the handler.
 */
static __always_inline void *gm_hook_ctx(struct kretprobe_instance *ri)
{
	struct kretprobe *rp = gm_kretprobe(ri);

	return likely(rp) ? container_of(rp, struct gm_hook, rp)->ctx : NULL;
}

/* Returns the tracepoint called @name, or NULL. Sleeps. */
struct tracepoint *gm_tracepoint_find(const char *name);

/*
 * Registers @rp on the first of the @nr candidates that this kernel has, with room for @maxactive
 * calls at a time. Returns 0 with the symbol in *@target, or an error as gm_hook_attach() does.
 */
int gm_kretprobe_attach(struct kretprobe *rp, const char * const candidate[], unsigned int nr,
			int maxactive, const char **target);

/* Unregisters @rp. Its handlers do not run any more when it returns, but see stuck.h. Sleeps. */
void gm_kretprobe_detach(struct kretprobe *rp);

#endif /* GHOSTMEM_HOOKS_HOOK_H */
