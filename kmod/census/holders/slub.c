// SPDX-License-Identifier: GPL-2.0
/*
 * Slabs. See slub.h.
 *
 * Nothing here is locked. A cache can be destroyed while its slab is looked at, so whatever is
 * found through a pointer is read by gm_word_read(). Objects that are allocated or freed meanwhile
 * may be taken for what they were before.
 */
#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/kasan.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <linux/swab.h>

#include "census/holders/slub.h"
#include "census/holders/words.h"

/* Of the counters: a CPU allocates from the slab. */
#define GM_SLAB_FROZEN	BIT(31)

static bool gm_may_be_cache(unsigned long address)
{
	return gm_is_direct(address) && IS_ALIGNED(address, sizeof(void *));
}

bool gm_free_pointer(const struct gm_slub *l, unsigned long cache, unsigned long object,
		     unsigned long *next)
{
	unsigned long at, value, secret;
	u32 offset;

	if (!gm_u32_read(&offset, cache + l->offset))
		return false;
	at = object + offset;
	if (!gm_word_read(&value, at))
		return false;
	if (l->hardened) {
		if (!gm_word_read(&secret, cache + l->random))
			return false;
		value ^= secret ^ swab64(at);
	}
	*next = value;
	return true;
}

bool gm_cache_cpu_word(unsigned long cache, int cpu, unsigned int index, unsigned long *value)
{
	unsigned long pointer, at;
	struct page *page;

	if (!gm_word_read(&pointer, cache))
		return false;
	at = (unsigned long)per_cpu_ptr((void __percpu __force *)pointer, cpu) +
	     index * sizeof(*value);
	if (!IS_ALIGNED(at, sizeof(*value)))
		return false;
	if (gm_is_direct(at))
		return gm_word_read(value, at);
	/* If the cache has been destroyed, this may be any address, also that of a device. */
	if (!is_vmalloc_addr((void *)at))
		return false;
	page = vmalloc_to_page((void *)at);
	if (!page || !pfn_to_online_page(page_to_pfn(page)))
		return false;
	return gm_word_read(value, (unsigned long)page_address(page) + offset_in_page(at));
}

/* Follows the list of free objects. One that is changing is followed as far as it makes sense. */
static void gm_slab_mark_free(const struct gm_slub *l, struct gm_slab *slab, unsigned long object,
			      unsigned long bytes)
{
	unsigned long next;
	u32 i, index;

	for (i = 0; i < slab->objects && object; i++) {
		if (object - slab->base >= bytes)
			return;
		index = (object - slab->base) / slab->stride;
		if (index >= slab->objects || test_bit(index, slab->free))
			return;
		__set_bit(index, slab->free);
		if (!gm_free_pointer(l, slab->cache, object, &next))
			return;
		object = next;
	}
}

/*
 * A CPU that allocates from a slab has taken its list of free objects. Looks for that CPU.
 */
static void gm_slab_mark_cpu(const struct gm_slub *l, struct gm_slab *slab,
			     const struct page *head, unsigned long bytes)
{
	unsigned long value;
	int cpu;

	for_each_possible_cpu(cpu) {
		if (!gm_cache_cpu_word(slab->cache, cpu, l->cpu_slab, &value) ||
		    value != (unsigned long)head)
			continue;
		if (gm_cache_cpu_word(slab->cache, cpu, l->cpu_freelist, &value))
			gm_slab_mark_free(l, slab, value, bytes);
		return;
	}
}

#ifdef CONFIG_KASAN_GENERIC
/* KASAN keeps freed objects from being used again for a while; only its shadow knows that. */
static void gm_slab_mark_quarantined(struct gm_slab *slab)
{
	unsigned long object = slab->base;
	char shadow;
	u32 i;

	for (i = 0; i < slab->objects; i++, object += slab->stride) {
		if (gm_byte_read(&shadow, (unsigned long)kasan_mem_to_shadow((void *)object)) &&
		    shadow < 0)
			__set_bit(i, slab->free);
	}
}
#else
static void gm_slab_mark_quarantined(struct gm_slab *slab)
{
}
#endif

u32 gm_slab_stride(const struct gm_slub *l, const struct page *head)
{
	unsigned long cache = READ_ONCE(((const unsigned long *)head)[l->cache]);
	u32 stride;

	return gm_may_be_cache(cache) && gm_u32_read(&stride, cache + l->size) ? stride : 0;
}

bool gm_slab_open(const struct gm_slub *l, struct gm_slab *slab, const struct page *head,
		  unsigned long nr)
{
	const unsigned long *word = (const unsigned long *)head;
	unsigned long bytes = nr << PAGE_SHIFT;
	unsigned long freelist, counters;

	slab->base = (unsigned long)page_address(head);
	slab->cache = READ_ONCE(word[l->cache]);
	freelist = READ_ONCE(word[l->freelist]);
	counters = READ_ONCE(word[l->counters]);
	slab->objects = counters >> 16 & (GM_SLAB_OBJECTS - 1);
	if (!gm_may_be_cache(slab->cache) || !slab->objects ||
	    !gm_u32_read(&slab->stride, slab->cache + l->size) ||
	    slab->stride < sizeof(void *) || slab->stride > bytes / slab->objects)
		return false;
	/* KFENCE has slabs of one object each, which may lie anywhere in the page. */
	if (slab->objects == 1)
		slab->stride = bytes;
	bitmap_zero(slab->free, slab->objects);
	gm_slab_mark_free(l, slab, freelist, bytes);
	if (counters & GM_SLAB_FROZEN && l->cpu_known)
		gm_slab_mark_cpu(l, slab, head, bytes);
	gm_slab_mark_quarantined(slab);
	return true;
}

bool gm_slab_next(const struct gm_slab *slab, u32 *from, u32 *to)
{
	u32 first = find_next_zero_bit(slab->free, slab->objects, *from);

	if (first >= slab->objects)
		return false;
	*from = first;
	*to = find_next_bit(slab->free, slab->objects, first);
	return true;
}

void gm_cache_name(const struct gm_slub *l, unsigned long cache, char *name, size_t size)
{
	unsigned long from;
	size_t i;

	name[0] = '\0';
	if (!gm_word_read(&from, cache + l->name) || !(gm_is_direct(from) || gm_is_image(from)))
		return;
	for (i = 0; i < size - 1; i++) {
		if (!gm_byte_read(&name[i], from + i) || !name[i])
			break;
		/* Memory that was reused meanwhile is no name. */
		if (name[i] <= ' ' || name[i] > '~') {
			i = 0;
			break;
		}
	}
	name[i] = '\0';
}
