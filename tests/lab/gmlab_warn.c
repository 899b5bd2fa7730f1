// SPDX-License-Identifier: GPL-2.0
/*
 * Trouble: a kernel warning or an oops on purpose, to prove that the VM runner fails a
 * run for it whatever the command said.
 */
#include <linux/bug.h>
#include <linux/module.h>

static bool oops;
module_param(oops, bool, 0444);
MODULE_PARM_DESC(oops, "oops instead of warning");

static int __init gmlab_warn_init(void)
{
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
