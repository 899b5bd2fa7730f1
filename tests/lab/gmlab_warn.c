// SPDX-License-Identifier: GPL-2.0
/*
 * Trouble: a kernel warning or an oops on purpose, to prove that the VM runner fails a
 * run for it whatever the command said; or an ftrace that has given up, as it does when it finds
 * what it does not understand.
 */
#include <linux/bug.h>
#include <linux/kprobes.h>
#include <linux/module.h>

static bool oops;
module_param(oops, bool, 0444);
MODULE_PARM_DESC(oops, "oops instead of warning");

static bool ftrace;
module_param(ftrace, bool, 0444);
MODULE_PARM_DESC(ftrace, "have ftrace give up instead of warning");

static int gmlab_kill_ftrace(void)
{
	struct kprobe kp = { .symbol_name = "ftrace_kill" };
	void (*kill)(void);
	int err = register_kprobe(&kp);

	if (err)
		return err;
	kill = (void *)kp.addr;
	unregister_kprobe(&kp);
	kill();
	return 0;
}

static int __init gmlab_warn_init(void)
{
	if (ftrace)
		return gmlab_kill_ftrace();
	if (oops)
		BUG();
	WARN(1, "gmlab: a warning on purpose\n");
	return 0;
}

static void __exit gmlab_warn_exit(void)
{
}

module_init(gmlab_warn_init);
module_exit(gmlab_warn_exit);

MODULE_DESCRIPTION("ghostmem lab: warns on purpose");
MODULE_LICENSE("GPL");
