// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/string.h>

#include "lookup.h"

unsigned long gm_lookup(const char *name)
{
	struct kprobe kp = {
		.symbol_name = name,
		.flags = KPROBE_FLAG_DISABLED,
	};

	if (!register_kprobe(&kp))
		unregister_kprobe(&kp);
	return (unsigned long)kp.addr;
}

unsigned long gm_lookup_function(const char *name, unsigned long *size)
{
	unsigned long addr = gm_lookup(name);
	unsigned int offset, bytes;
	char text[128], *end;

	if (!addr)
		return 0;
	/* "name+0x0/0x1f0". */
	snprintf(text, sizeof(text), "%pS", (void *)addr);
	end = strrchr(text, '+');
	if (!end || sscanf(end + 1, "%x/%x", &offset, &bytes) != 2)
		return 0;
	*size = bytes;
	return addr - offset;
}
