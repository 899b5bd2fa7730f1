// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that forgets: the lab's culprit, with its own honest count.
 *
 * It binds to QEMU's "edu" PCI device. Its probe takes memory through every door of
 * the page allocator; its remove gives it back, but for the part that the parameter
 * "forget" names, and counts the pages of that. What ghostmem finds is compared with this count.
 *
 * Built without sibling calls, so that each gmlab_take_* has a frame in the stacks.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "compat/bulk.h"
#include "compat/page_frag.h"

#define GMLAB_VENDOR	0x1234
#define GMLAB_EDU	0x11e8
/* What the device's first register reads as, whatever its revision. */
#define GMLAB_EDU_ID	0x00ed
#define GMLAB_BULK	64
#define GMLAB_FRAGMENT	2048

static char *forget = "none";
module_param(forget, charp, 0644);
MODULE_PARM_DESC(forget, "doors whose memory remove forgets, e.g. order3,vmalloc; all; none");

static unsigned int percent = 100;
module_param(percent, uint, 0644);
MODULE_PARM_DESC(percent, "share of such a door's blocks that is forgotten");

static unsigned int scale = 1;
module_param(scale, uint, 0444);
MODULE_PARM_DESC(scale, "multiplies the number of blocks taken through each door");

static unsigned long forgotten_bytes;
module_param(forgotten_bytes, ulong, 0444);
MODULE_PARM_DESC(forgotten_bytes, "what the removes so far have forgotten");

static unsigned long held_bytes;
module_param(held_bytes, ulong, 0444);
MODULE_PARM_DESC(held_bytes, "what the bound devices hold");

static unsigned int devices;
module_param(devices, uint, 0444);
MODULE_PARM_DESC(devices, "devices whose probe has finished");

struct gmlab;

/**
 * struct gmlab_door - a way to take memory
 * @name:	in the parameter "forget"
 * @blocks:	taken through it, times scale
 * @pages:	of one block
 * @take:	a block or NULL
 * @give:	gives it back
 */
struct gmlab_door {
	const char *name;
	unsigned int blocks;
	unsigned int pages;
	void *(*take)(struct gmlab *lab);
	void (*give)(struct gmlab *lab, void *block);
};

struct gmlab_bulk {
	struct page *page[GMLAB_BULK];
};

struct gmlab {
	void __iomem *regs;
	struct page_frag_cache frags;
	void ***block;
};

static noinline void *gmlab_take_page(struct gmlab *lab)
{
	return alloc_page(GFP_KERNEL);
}

static void gmlab_give_page(struct gmlab *lab, void *block)
{
	__free_page(block);
}

static noinline void *gmlab_take_order3(struct gmlab *lab)
{
	return alloc_pages(GFP_KERNEL, 3);
}

static void gmlab_give_order3(struct gmlab *lab, void *block)
{
	__free_pages(block, 3);
}

static noinline void *gmlab_take_order5(struct gmlab *lab)
{
	return alloc_pages(GFP_KERNEL | __GFP_COMP, 5);
}

static void gmlab_give_order5(struct gmlab *lab, void *block)
{
	__free_pages(block, 5);
}

static noinline void *gmlab_take_gfp(struct gmlab *lab)
{
	return (void *)__get_free_pages(GFP_KERNEL, 2);
}

static void gmlab_give_gfp(struct gmlab *lab, void *block)
{
	free_pages((unsigned long)block, 2);
}

/* Five pages of an order-3 block, whose other three go back at once. */
static noinline void *gmlab_take_exact(struct gmlab *lab)
{
	return alloc_pages_exact(5 * PAGE_SIZE, GFP_KERNEL);
}

static void gmlab_give_exact(struct gmlab *lab, void *block)
{
	free_pages_exact(block, 5 * PAGE_SIZE);
}

static void gmlab_give_bulk(struct gmlab *lab, void *block)
{
	struct gmlab_bulk *bulk = block;
	unsigned int i;

	for (i = 0; i < GMLAB_BULK; i++) {
		if (bulk->page[i])
			__free_page(bulk->page[i]);
	}
	kfree(bulk);
}

static noinline void *gmlab_take_bulk(struct gmlab *lab)
{
	struct gmlab_bulk *bulk = kzalloc(sizeof(*bulk), GFP_KERNEL);
	unsigned int tries;

	if (!bulk)
		return NULL;
	for (tries = 0; tries < 2 * GMLAB_BULK; tries++) {
		if (gm_alloc_bulk(GFP_KERNEL, GMLAB_BULK, bulk->page) == GMLAB_BULK)
			return bulk;
	}
	gmlab_give_bulk(lab, bulk);
	return NULL;
}

static noinline void *gmlab_take_vmalloc(struct gmlab *lab)
{
	return vmalloc(64 * PAGE_SIZE);
}

static void gmlab_give_vmalloc(struct gmlab *lab, void *block)
{
	vfree(block);
}

static noinline void *gmlab_take_frag(struct gmlab *lab)
{
	return page_frag_alloc(&lab->frags, GMLAB_FRAGMENT, GFP_KERNEL);
}

static void gmlab_give_frag(struct gmlab *lab, void *block)
{
	page_frag_free(block);
}

static const struct gmlab_door gmlab_doors[] = {
	{ "page", 64, 1, gmlab_take_page, gmlab_give_page },
	{ "order3", 16, 8, gmlab_take_order3, gmlab_give_order3 },
	{ "order5", 4, 32, gmlab_take_order5, gmlab_give_order5 },
	{ "gfp", 16, 4, gmlab_take_gfp, gmlab_give_gfp },
	{ "exact", 16, 5, gmlab_take_exact, gmlab_give_exact },
	{ "bulk", 2, GMLAB_BULK, gmlab_take_bulk, gmlab_give_bulk },
	{ "vmalloc", 4, 64, gmlab_take_vmalloc, gmlab_give_vmalloc },
	/* A fragment has no pages of its own: gmlab_block_pages() knows. */
	{ "frag", 96, 0, gmlab_take_frag, gmlab_give_frag },
};

#define GMLAB_DOORS	ARRAY_SIZE(gmlab_doors)

static unsigned int gmlab_blocks(unsigned int door)
{
	return gmlab_doors[door].blocks * max(scale, 1U);
}

/*
 * The pages that block @i of a door keeps from being free. Fragments of one
 * compound page follow each other, and hold it together: the first of @from on counts.
 */
static unsigned long gmlab_block_pages(struct gmlab *lab, unsigned int door, unsigned int i,
				       unsigned int from)
{
	struct page *head;

	if (gmlab_doors[door].pages)
		return gmlab_doors[door].pages;
	head = virt_to_head_page(lab->block[door][i]);
	if (i > from && head == virt_to_head_page(lab->block[door][i - 1]))
		return 0;
	return compound_nr(head);
}

static bool gmlab_forgets(unsigned int door)
{
	const char *name = gmlab_doors[door].name;
	const char *at = forget;
	size_t len;

	if (!strncmp(forget, "all", 3))
		return true;
	for (; *at; at += len + !!at[len]) {
		len = strcspn(at, ",\n");
		if (len == strlen(name) && !strncmp(at, name, len))
			return true;
	}
	return false;
}

/* Gives back what was taken through a door, the last blocks perhaps not. */
static void gmlab_leave_door(struct gmlab *lab, unsigned int door, bool may_forget)
{
	unsigned int i, blocks = gmlab_blocks(door), keep = blocks;
	unsigned long pages = 0, lost = 0;

	if (may_forget && gmlab_forgets(door))
		keep -= blocks * min(percent, 100U) / 100;
	for (i = 0; i < blocks; i++) {
		if (!lab->block[door][i])
			break;
		pages += gmlab_block_pages(lab, door, i, 0);
	}
	for (i = 0; i < blocks && lab->block[door][i]; i++) {
		if (i >= keep)
			lost += gmlab_block_pages(lab, door, i, keep);
	}
	for (i = 0; i < keep && lab->block[door][i]; i++)
		gmlab_doors[door].give(lab, lab->block[door][i]);

	held_bytes -= pages * PAGE_SIZE;
	forgotten_bytes += lost * PAGE_SIZE;
}

static void gmlab_leave(struct gmlab *lab, bool may_forget)
{
	unsigned int door;

	for (door = 0; door < GMLAB_DOORS; door++) {
		if (lab->block[door])
			gmlab_leave_door(lab, door, may_forget);
		kvfree(lab->block[door]);
	}
	gm_page_frag_drain(&lab->frags);
	kfree(lab->block);
}

static int gmlab_enter_door(struct gmlab *lab, unsigned int door)
{
	unsigned int i, blocks = gmlab_blocks(door);

	lab->block[door] = kvcalloc(blocks, sizeof(void *), GFP_KERNEL);
	if (!lab->block[door])
		return -ENOMEM;
	for (i = 0; i < blocks; i++) {
		lab->block[door][i] = gmlab_doors[door].take(lab);
		if (!lab->block[door][i])
			return -ENOMEM;
		held_bytes += gmlab_block_pages(lab, door, i, 0) * PAGE_SIZE;
	}
	return 0;
}

static int gmlab_enter(struct gmlab *lab)
{
	unsigned int door;
	int err = 0;

	lab->block = kcalloc(GMLAB_DOORS, sizeof(*lab->block), GFP_KERNEL);
	if (!lab->block)
		return -ENOMEM;
	for (door = 0; door < GMLAB_DOORS && !err; door++)
		err = gmlab_enter_door(lab, door);
	if (err)
		gmlab_leave(lab, false);
	return err;
}

static int gmlab_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct gmlab *lab;
	int err;

	lab = devm_kzalloc(&pdev->dev, sizeof(*lab), GFP_KERNEL);
	if (!lab)
		return -ENOMEM;
	err = pcim_enable_device(pdev);
	if (err)
		return err;
	lab->regs = pcim_iomap(pdev, 0, 0);
	if (!lab->regs || (ioread32(lab->regs) & 0xffff) != GMLAB_EDU_ID)
		return dev_err_probe(&pdev->dev, -ENODEV, "not an edu device\n");
	err = gmlab_enter(lab);
	if (err)
		return err;
	pci_set_drvdata(pdev, lab);
	devices++;
	dev_info(&pdev->dev, "holding %lu bytes\n", held_bytes);
	return 0;
}

static void gmlab_remove(struct pci_dev *pdev)
{
	devices--;
	gmlab_leave(pci_get_drvdata(pdev), true);
	dev_info(&pdev->dev, "removed; %lu bytes forgotten so far\n", forgotten_bytes);
}

static const struct pci_device_id gmlab_ids[] = {
	{ PCI_DEVICE(GMLAB_VENDOR, GMLAB_EDU) },
	{ }
};
MODULE_DEVICE_TABLE(pci, gmlab_ids);

static struct pci_driver gmlab_driver = {
	.name = "gmlab_pci",
	.id_table = gmlab_ids,
	.probe = gmlab_probe,
	.remove = gmlab_remove,
};
module_pci_driver(gmlab_driver);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("ghostmem lab: a PCI driver that forgets memory when it is removed");
