/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The return address of a probed call, and its probe. Both were members of struct
 * kretprobe_instance. get_kretprobe_retaddr() was added by 73f9b911faa7 (5.18), and
 * get_kretprobe() by d741bf41d7c7 (5.11); the latter returns NULL if the probe is going away.
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
