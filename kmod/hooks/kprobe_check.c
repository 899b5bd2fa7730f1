// SPDX-License-Identifier: GPL-2.0
/*
 * The kprobe that shows whether kprobes are called. See kprobe_check.h.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/mutex.h>

#include "compat/workqueue.h"
#include "hooks/kprobe_check.h"
#include "hooks/stuck.h"

/* A kprobe that is hit while its CPU is in another kprobe is missed, so one try is not enough. */
#define GM_CHECK_TRIES	3

/**
 * struct gm_kprobe_check - the check
 * @lock:	held during a check, which a netlink request may make: never held for long
 * @users:	number of starts without a stop; the callers of both are serialised
 * @registered:	@kp is registered, from loading the module to unloading it
 * @attached:	@kp is enabled; changed under @lock
 * @kp:		the kprobe on gm_checked()
 * @seen:	@kp was called; belongs to whoever holds @lock
 * @known:	what is known of kprobes; under @lock
 * @jiffies:	time of the last check; under @lock
 * @work:	makes a check every second
 */
static struct gm_kprobe_check {
	struct mutex lock; /* of @known */
	unsigned int users;
	bool registered;
	bool attached;
	struct kprobe kp;
	bool seen;
	struct gm_deafness known;
	u64 jiffies;
	struct delayed_work work;
} gm_check = {
	.lock = __MUTEX_INITIALIZER(gm_check.lock),
};

/*
 * Exists to be probed. Like the functions that hooks are attached to, it begins with a call to
 * ftrace if the kernel is built with ftrace, so that its kprobe is of the same kind as theirs. This
 * file needs a compiler flag for that (Kbuild): the rest of the module is built without such calls.
 */
static noinline void gm_checked(void)
{
	barrier();
}

static int gm_check_called(struct kprobe *kp, struct pt_regs *regs)
{
	WRITE_ONCE(gm_check.seen, true);
	return 0;
}

NOKPROBE_SYMBOL(gm_check_called);

static bool gm_check_hears(void)
{
	unsigned int tries;

	WRITE_ONCE(gm_check.seen, false);
	for (tries = 0; tries < GM_CHECK_TRIES && !READ_ONCE(gm_check.seen); tries++)
		gm_checked();
	return READ_ONCE(gm_check.seen);
}

struct gm_deafness gm_kprobe_check(void)
{
	struct gm_deafness known;
	u64 now;

	mutex_lock(&gm_check.lock);
	now = get_jiffies_64();
	gm_check.known.now = gm_check.attached && !gm_check_hears();
	/* When it began, since the last check, is not known: all the time since then counts. */
	if (gm_check.known.now)
		gm_check.known.ms += jiffies64_to_msecs(now - gm_check.jiffies);
	gm_check.jiffies = now;
	known = gm_check.known;
	mutex_unlock(&gm_check.lock);
	return known;
}

static void gm_check_unknown(int err)
{
	pr_warn("ghostmem: own kprobe cannot attach (%d); whether kprobes are disarmed will not be known\n",
		err);
}

bool gm_kprobe_check_covers(struct kprobe *kp)
{
	return READ_ONCE(gm_check.attached) && kprobe_ftrace(kp) == kprobe_ftrace(&gm_check.kp);
}

static void gm_check_work(struct work_struct *work)
{
	gm_kprobe_check();
	queue_delayed_work(gm_unbound_wq, &gm_check.work, round_jiffies_relative(HZ));
}

void gm_kprobe_check_init(void)
{
	int err;

	gm_check.kp.addr = (kprobe_opcode_t *)gm_checked;
	gm_check.kp.pre_handler = gm_check_called;
	gm_check.kp.flags = KPROBE_FLAG_DISABLED;
	err = register_kprobe(&gm_check.kp);
	gm_check.registered = !err;
	if (err)
		gm_check_unknown(err);
}

void gm_kprobe_check_exit(void)
{
	if (!gm_check.registered)
		return;
	unregister_kprobe(&gm_check.kp);
	if (gm_kprobe_is_stuck(&gm_check.kp))
		gm_hook_is_stuck("a kprobe");
}

void gm_kprobe_check_start(void)
{
	int err;

	if (gm_check.users++ || !gm_check.registered || gm_hooks_stuck())
		return;
	err = enable_kprobe(&gm_check.kp);
	if (err) {
		gm_check_unknown(err);
		return;
	}
	mutex_lock(&gm_check.lock);
	gm_check.jiffies = get_jiffies_64();
	WRITE_ONCE(gm_check.attached, true);
	mutex_unlock(&gm_check.lock);
	INIT_DELAYED_WORK(&gm_check.work, gm_check_work);
	queue_delayed_work(gm_unbound_wq, &gm_check.work, round_jiffies_relative(HZ));
}

void gm_kprobe_check_stop(void)
{
	if (--gm_check.users || !gm_check.attached)
		return;
	cancel_delayed_work_sync(&gm_check.work);
	mutex_lock(&gm_check.lock);
	WRITE_ONCE(gm_check.attached, false);
	gm_check.known.now = false;
	mutex_unlock(&gm_check.lock);
	if (disable_kprobe(&gm_check.kp))
		gm_hook_is_stuck("a kprobe");
}
