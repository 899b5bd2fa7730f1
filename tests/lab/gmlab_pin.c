// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that forgets to unpin: what a process offers is pinned, and stays so after the process
 * has exited, until the module goes.
 *
 *	echo ADDRESS PAGES >/sys/module/gmlab_pin/parameters/pin	(by that process itself)
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/vmalloc.h>

#define GMLAB_PAGES_MAX	65536UL

static DEFINE_MUTEX(gmlab_lock); /* of the two below */
static struct page **gmlab_page;
static unsigned long pinned;
module_param(pinned, ulong, 0444);
MODULE_PARM_DESC(pinned, "pages that are pinned");

static int gmlab_pin_range(unsigned long address, unsigned long pages)
{
	int got;

	while (pages) {
		got = pin_user_pages_fast(address, min(pages, 1024UL), FOLL_WRITE | FOLL_LONGTERM,
					  &gmlab_page[pinned]);
		if (got <= 0)
			return got ?: -EFAULT;
		pinned += got;
		pages -= got;
		address += (unsigned long)got << PAGE_SHIFT;
	}
	return 0;
}

static int gmlab_pin_set(const char *text, const struct kernel_param *param)
{
	unsigned long address, pages;
	int err;

	if (sscanf(text, "%lu %lu", &address, &pages) != 2 || !PAGE_ALIGNED(address))
		return -EINVAL;
	mutex_lock(&gmlab_lock);
	if (!gmlab_page)
		gmlab_page = vmalloc(GMLAB_PAGES_MAX * sizeof(*gmlab_page));
	if (!gmlab_page)
		err = -ENOMEM;
	else if (pages > GMLAB_PAGES_MAX - pinned)
		err = -ENOSPC;
	else
		err = gmlab_pin_range(address, pages);
	mutex_unlock(&gmlab_lock);
	return err;
}

static const struct kernel_param_ops gmlab_pin_ops = {
	.set = gmlab_pin_set,
};
module_param_cb(pin, &gmlab_pin_ops, NULL, 0200);
MODULE_PARM_DESC(pin, "ADDRESS PAGES of the process that writes it");

static int __init gmlab_init(void)
{
	return 0;
}

static void __exit gmlab_exit(void)
{
	if (gmlab_page)
		unpin_user_pages(gmlab_page, pinned);
	vfree(gmlab_page);
}

module_init(gmlab_init);
module_exit(gmlab_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("ghostmem lab: pins pages of processes and forgets them");
