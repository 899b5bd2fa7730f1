/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a probed call returns to: get_kretprobe_retaddr() came with 73f9b911faa7 (5.18),
 * for what had been a member of struct kretprobe_instance. And which probe it is of:
 * get_kretprobe() came with d741bf41d7c7 (5.11), likewise, and is NULL where that goes.
 */
#ifndef GHOSTMEM_COMPAT_KRETPROBE_H
#define GHOSTMEM_COMPAT_KRETPROBE_H

#include <linux/kprobes.h>
#include <linux/version.h>

static inline unsigned long gm_kretprobe_retaddr(struct kretprobe_instance *ri)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 18, 0)
	return get_kretprobe_retaddr(ri);
#else
	return (unsigned long)ri->ret_addr;
#endif
}

static inline struct kretprobe *gm_kretprobe(struct kretprobe_instance *ri)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
	return get_kretprobe(ri);
#else
	return ri->rp;
#endif
}

#endif /* GHOSTMEM_COMPAT_KRETPROBE_H */
