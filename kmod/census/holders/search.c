// SPDX-License-Identifier: GPL-2.0
/*
 * The search. See search.h.
 *
 * Locks: gm_search.control is held by whoever starts a search or ends it for good; that one may
 * wait for the thread, which does not take it. gm_search.state protects what the thread shares with
 * others, for some instructions. Control is taken before state.
 */
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "census/holders/phases.h"
#include "census/holders/refs.h"
#include "census/holders/result.h"
#include "census/holders/search.h"

/**
 * struct gm_search - the only search
 * @control:	held to start a search, and to end it for good
 * @state:	protects all that follows
 * @thread:	the thread, with a reference, also after it has ended; only @control is needed
 * @mm:		its page tables are walked
 * @refs:	tables of the search while it runs, or NULL
 * @now:	how far it is
 * @result:	of the last search, or NULL
 */
struct gm_search {
	struct mutex control; /* held to start a search, and to end it for good */
	struct mutex state; /* protects what follows */
	struct task_struct *thread;
	struct mm_struct *mm;
	struct gm_refs *refs;
	struct gm_search_state now;
	struct gm_holders_result *result;
};

static struct gm_search gm_search = {
	.control = __MUTEX_INITIALIZER(gm_search.control),
	.state = __MUTEX_INITIALIZER(gm_search.state),
};

void gm_search_phase(struct gm_refs *r, enum ghostmem_search_phase phase, u64 total)
{
	mutex_lock(&gm_search.state);
	WRITE_ONCE(r->done, 0);
	r->total = total;
	gm_search.now.phase = phase;
	mutex_unlock(&gm_search.state);
}

void gm_search_amount(u64 targets, u64 held)
{
	mutex_lock(&gm_search.state);
	gm_search.now.targets = targets;
	gm_search.now.held = held;
	mutex_unlock(&gm_search.state);
}

/* The end of a search. @result is NULL if there is none. */
static void gm_search_ended(struct gm_holders_result *result, int err, const char *why)
{
	struct gm_refs *refs;

	mutex_lock(&gm_search.state);
	refs = gm_search.refs;
	gm_search.refs = NULL;
	if (result) {
		result->number = gm_search.now.number;
		gm_search.result = result;
		gm_search.now.phase = GHOSTMEM_SEARCH_DONE;
	} else if (err == -EINTR) {
		gm_search.now.phase = GHOSTMEM_SEARCH_STOPPED;
	} else {
		gm_search.now.phase = GHOSTMEM_SEARCH_FAILED;
		strscpy(gm_search.now.reason, why, sizeof(gm_search.now.reason));
	}
	mutex_unlock(&gm_search.state);
	kvfree(refs);
}

static int gm_search_thread(void *unused)
{
	struct gm_holders_result *result = NULL;
	char why[GM_SEARCH_REASON] = "unknown reason";
	u64 began = ktime_get_ns();
	int err;

	set_user_nice(current, MAX_NICE);
	err = gm_phases_run(gm_search.refs, &result, why, sizeof(why));
	mmdrop(gm_search.mm);
	if (result)
		result->duration_ns = ktime_get_ns() - began;
	gm_search_ended(result, err, why);
	return 0;
}

static bool gm_search_is_running(void)
{
	bool running;

	mutex_lock(&gm_search.state);
	running = gm_search.refs;
	mutex_unlock(&gm_search.state);
	return running;
}

/* Waits for the thread. One that is stopped before it ran has given nothing back. */
static void gm_search_reap(void)
{
	if (!gm_search.thread)
		return;
	kthread_stop(gm_search.thread);
	put_task_struct(gm_search.thread);
	gm_search.thread = NULL;
	if (gm_search_is_running()) {
		mmdrop(gm_search.mm);
		gm_search_ended(NULL, -EINTR, "");
	}
}

/* Forgets the last search, and counts the next one. */
static void gm_search_prepare(struct gm_refs *refs)
{
	struct gm_holders_result *old;
	u32 number;

	mutex_lock(&gm_search.state);
	old = gm_search.result;
	number = gm_search.now.number + 1;
	gm_search.result = NULL;
	gm_search.refs = refs;
	memset(&gm_search.now, 0, sizeof(gm_search.now));
	gm_search.now.number = number;
	gm_search.now.phase = GHOSTMEM_SEARCH_CALIBRATE;
	mutex_unlock(&gm_search.state);
	if (old)
		gm_result_put(old);
}

static int gm_search_run(struct gm_refs *refs)
{
	struct task_struct *thread;

	if (gm_search_is_running())
		return -EBUSY;
	/* The thread of the search before has ended, or is about to. */
	gm_search_reap();
	thread = kthread_create(gm_search_thread, NULL, "ghostmem_search");
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	gm_search_prepare(refs);
	/* The kernel's half of every page table is the same. This one stays until mmdrop(). */
	gm_search.mm = current->mm;
	mmgrab(gm_search.mm);
	refs->root = (unsigned long)gm_search.mm->pgd;
	gm_search.thread = thread;
	get_task_struct(thread);
	wake_up_process(thread);
	return 0;
}

int gm_search_start(void)
{
	struct gm_refs *refs;
	int err;

	if (!current->mm)
		return -EINVAL;
	refs = kvzalloc(sizeof(*refs), GFP_KERNEL);
	if (!refs)
		return -ENOMEM;
	mutex_lock(&gm_search.control);
	err = gm_search_run(refs);
	mutex_unlock(&gm_search.control);
	if (err)
		kvfree(refs);
	return err;
}

void gm_search_stop(void)
{
	mutex_lock(&gm_search.state);
	if (gm_search.refs)
		WRITE_ONCE(gm_search.refs->pace.stop, true);
	mutex_unlock(&gm_search.state);
}

void gm_search_exit(void)
{
	mutex_lock(&gm_search.control);
	gm_search_reap();
	if (gm_search.result)
		gm_result_put(gm_search.result);
	gm_search.result = NULL;
	mutex_unlock(&gm_search.control);
}

void gm_search_get_state(struct gm_search_state *state)
{
	mutex_lock(&gm_search.state);
	*state = gm_search.now;
	if (gm_search.refs) {
		state->done = READ_ONCE(gm_search.refs->done);
		state->total = gm_search.refs->total;
	}
	mutex_unlock(&gm_search.state);
}

struct gm_holders_result *gm_search_get_result(void)
{
	struct gm_holders_result *result;

	mutex_lock(&gm_search.state);
	result = gm_search.result;
	if (result)
		kref_get(&result->ref);
	mutex_unlock(&gm_search.state);
	return result;
}
