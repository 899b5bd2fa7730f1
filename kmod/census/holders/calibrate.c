// SPDX-License-Identifier: GPL-2.0
/*
 * The calibration. See calibrate.h.
 *
 * Each of two caches gets objects, of which every second one is freed. What is in use and what is
 * free is then known, so each word is found by its value: it must be right for both caches. Their
 * size, alignment and name are chosen so that no two words have the same value.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "census/holders/calibrate.h"
#include "census/holders/slub.h"
#include "census/holders/words.h"

#define GM_PROBE_OBJECTS	128
#define GM_PROBE_ALIGN		64

/* Words of struct page, and bytes of struct kmem_cache, that are searched. */
#define GM_PAGE_WORDS		(sizeof(struct page) / sizeof(long))
#define GM_CACHE_BYTES		1024

/* Words of a CPU's part of a cache that are searched. */
#define GM_CPU_WORDS		6

/**
 * struct gm_probe - a cache of our own
 * @name:	its name
 * @bytes:	the size of its objects as it is asked for
 * @cache:	the cache
 * @object:	its objects
 * @freed:	the object is free
 * @page:	first page of a slab that has objects of both kinds
 * @stride:	bytes from an object of that slab to the next
 * @live:	number of objects in use in that slab
 * @free:	number of those of our objects in that slab that are free
 */
struct gm_probe {
	const char *name;
	unsigned int bytes;
	struct kmem_cache *cache;
	void *object[GM_PROBE_OBJECTS];
	bool freed[GM_PROBE_OBJECTS];
	struct page *page;
	unsigned long stride;
	unsigned int live;
	unsigned int free;
};

static struct page *gm_slab_page(const void *object)
{
	return virt_to_head_page(object);
}

static int gm_probe_fill(struct gm_probe *p)
{
	unsigned int i;

	/* SLAB_NOLEAKTRACE has no effect but that the cache is not merged with others. */
	p->cache = kmem_cache_create(p->name, p->bytes, GM_PROBE_ALIGN, SLAB_NOLEAKTRACE, NULL);
	if (!p->cache)
		return -ENOMEM;
	for (i = 0; i < GM_PROBE_OBJECTS; i++) {
		p->object[i] = kmem_cache_alloc(p->cache, GFP_KERNEL);
		if (!p->object[i])
			return -ENOMEM;
	}
	for (i = 0; i < GM_PROBE_OBJECTS; i += 2) {
		kmem_cache_free(p->cache, p->object[i]);
		p->freed[i] = true;
	}
	/* Takes the free objects out of the CPUs' caches, and KASAN's quarantine, to the slabs. */
	kmem_cache_shrink(p->cache);
	return 0;
}

static void gm_probe_empty(struct gm_probe *p)
{
	unsigned int i;

	if (!p->cache)
		return;
	for (i = 0; i < GM_PROBE_OBJECTS; i++) {
		if (p->object[i] && !p->freed[i])
			kmem_cache_free(p->cache, p->object[i]);
	}
	kmem_cache_destroy(p->cache);
}

/* Counts the objects in the slab of object @which, and measures their distance. */
static void gm_probe_slab(struct gm_probe *p, unsigned int which)
{
	unsigned long distance, at = (unsigned long)p->object[which];
	unsigned int i;

	p->page = gm_slab_page(p->object[which]);
	p->live = 0;
	p->free = 0;
	p->stride = ULONG_MAX;
	for (i = 0; i < GM_PROBE_OBJECTS; i++) {
		/* Free objects count only in slabs that an object in use keeps alive. */
		if (gm_slab_page(p->object[i]) != p->page)
			continue;
		if (p->freed[i])
			p->free++;
		else
			p->live++;
		distance = abs((long)((unsigned long)p->object[i] - at));
		if (distance)
			p->stride = min(p->stride, distance);
	}
}

static bool gm_probe_choose(struct gm_probe *p)
{
	unsigned int i;

	for (i = 1; i < GM_PROBE_OBJECTS; i += 2) {
		gm_probe_slab(p, i);
		if (p->live >= 3 && p->free >= 3)
			return true;
	}
	return false;
}

static bool gm_probe_is_free(const struct gm_probe *p, unsigned long object)
{
	unsigned int i;

	for (i = 0; i < GM_PROBE_OBJECTS; i += 2) {
		if ((unsigned long)p->object[i] == object)
			return gm_slab_page(p->object[i]) == p->page;
	}
	return false;
}

static unsigned long gm_page_word(const struct gm_probe *p, unsigned int word)
{
	return READ_ONCE(((const unsigned long *)p->page)[word]);
}

static bool gm_counts_right(const struct gm_probe *p, unsigned int word)
{
	unsigned long value = gm_page_word(p, word);
	unsigned long total = (PAGE_SIZE << compound_order(p->page)) / p->stride;

	return (value & 0xffff) == p->live && (value >> 16 & (GM_SLAB_OBJECTS - 1)) == total;
}

static bool gm_find_page_words(struct gm_slub *l, const struct gm_probe *a,
			       const struct gm_probe *b)
{
	unsigned int w;

	l->cache = 0;
	l->freelist = 0;
	l->counters = 0;
	for (w = 1; w < GM_PAGE_WORDS; w++) {
		if (gm_page_word(a, w) == (unsigned long)a->cache &&
		    gm_page_word(b, w) == (unsigned long)b->cache)
			l->cache = w;
		else if (gm_probe_is_free(a, gm_page_word(a, w)) &&
			 gm_probe_is_free(b, gm_page_word(b, w)))
			l->freelist = w;
		else if (gm_counts_right(a, w) && gm_counts_right(b, w))
			l->counters = w;
	}
	return l->cache && l->freelist && l->counters;
}

static bool gm_names_match(const struct gm_probe *p, unsigned long at)
{
	unsigned long from;
	unsigned int i;
	char c;

	if (!gm_word_read(&from, (unsigned long)p->cache + at) ||
	    !(gm_is_direct(from) || gm_is_image(from)))
		return false;
	for (i = 0; i <= strlen(p->name); i++) {
		if (!gm_byte_read(&c, from + i) || c != p->name[i])
			return false;
	}
	return true;
}

static bool gm_is_stride(const struct gm_probe *p, unsigned long at)
{
	u32 value;

	return gm_u32_read(&value, (unsigned long)p->cache + at) && value == p->stride;
}

static bool gm_find_size_and_name(struct gm_slub *l, const struct gm_probe *a,
				  const struct gm_probe *b)
{
	bool size = false, name = false;
	unsigned long at;

	for (at = 0; at < GM_CACHE_BYTES && !(size && name); at += sizeof(u32)) {
		if (!size && gm_is_stride(a, at) && gm_is_stride(b, at)) {
			l->size = at;
			size = true;
		}
		if (!name && IS_ALIGNED(at, sizeof(long)) && gm_names_match(a, at) &&
		    gm_names_match(b, at)) {
			l->name = at;
			name = true;
		}
	}
	return size && name;
}

/* Whether the list of free objects has exactly those that are free, according to @l. */
static bool gm_list_right(const struct gm_slub *l, const struct gm_probe *p)
{
	unsigned long object = gm_page_word(p, l->freelist);
	unsigned int nr = 0;

	for (; object && nr <= GM_PROBE_OBJECTS; nr++) {
		/* Objects that were never allocated are in the list, too, but within the slab. */
		if (object - (unsigned long)page_address(p->page) >=
		    PAGE_SIZE << compound_order(p->page) ||
		    !gm_free_pointer(l, (unsigned long)p->cache, object, &object))
			return false;
	}
	return nr == (PAGE_SIZE << compound_order(p->page)) / p->stride - p->live;
}

static bool gm_find_secret(struct gm_slub *l, const struct gm_probe *a, const struct gm_probe *b)
{
	unsigned long at;

	l->hardened = false;
	if (gm_list_right(l, a) && gm_list_right(l, b))
		return true;
	l->hardened = true;
	for (at = 0; at < GM_CACHE_BYTES; at += sizeof(long)) {
		l->random = at;
		if (gm_list_right(l, a) && gm_list_right(l, b))
			return true;
	}
	return false;
}

static bool gm_offset_plausible(const struct gm_probe *p, unsigned long at)
{
	u32 value;

	return gm_u32_read(&value, (unsigned long)p->cache + at) && value < p->stride &&
	       IS_ALIGNED(value, sizeof(long));
}

static bool gm_find_free_pointer(struct gm_slub *l, const struct gm_probe *a,
				 const struct gm_probe *b)
{
	unsigned long at;

	for (at = 0; at < GM_CACHE_BYTES; at += sizeof(u32)) {
		if (!gm_offset_plausible(a, at) || !gm_offset_plausible(b, at))
			continue;
		l->offset = at;
		if (gm_find_secret(l, a, b))
			return true;
		cond_resched();
	}
	return false;
}

/* Whether word @slab of some CPU's part points to the slab, and word @list to an object in it. */
static bool gm_cpu_right(const struct gm_probe *p, struct page *page, unsigned int slab,
			 unsigned int list)
{
	unsigned long cache = (unsigned long)p->cache, value;
	int cpu;

	for_each_possible_cpu(cpu) {
		if (!gm_cache_cpu_word(cache, cpu, slab, &value) || value != (unsigned long)page)
			continue;
		if (gm_cache_cpu_word(cache, cpu, list, &value) &&
		    value - (unsigned long)page_address(page) < PAGE_SIZE << compound_order(page))
			return true;
	}
	return false;
}

/* Finds where a CPU keeps the free objects of the slab that it allocates from. */
static void gm_find_cpu_list(struct gm_slub *l, const struct gm_probe *p)
{
	void *object = kmem_cache_alloc(p->cache, GFP_KERNEL);
	unsigned int slab, list;
	struct page *page;

	l->cpu_known = false;
	if (!object)
		return;
	page = gm_slab_page(object);
	for (slab = 0; slab < GM_CPU_WORDS && !l->cpu_known; slab++) {
		for (list = 0; list < GM_CPU_WORDS && !l->cpu_known; list++) {
			l->cpu_known = gm_cpu_right(p, page, slab, list);
			l->cpu_slab = slab;
			l->cpu_freelist = list;
		}
	}
	kmem_cache_free(p->cache, object);
}

static int gm_learn(struct gm_slub *l, struct gm_probe *a, struct gm_probe *b, const char **why)
{
	if (!gm_probe_choose(a) || !gm_probe_choose(b))
		*why = "freed objects do not return to their slabs";
	else if (!gm_find_page_words(l, a, b))
		*why = "the words of a slab's struct page were not found";
	else if (!gm_find_size_and_name(l, a, b))
		*why = "size and name in struct kmem_cache were not found";
	else if (!gm_find_free_pointer(l, a, b))
		*why = "the list of free objects could not be followed";
	else
		return 0;
	return -ENODEV;
}

int gm_calibrate(struct gm_slub *l, const char **why)
{
	struct gm_probe *probe = kvcalloc(2, sizeof(*probe), GFP_KERNEL);
	int err;

	*why = "not enough memory";
	if (!probe)
		return -ENOMEM;
	probe[0].name = "ghostmem_probe_a";
	probe[0].bytes = 203;
	probe[1].name = "ghostmem_probe_b";
	probe[1].bytes = 333;
	err = gm_probe_fill(&probe[0]) ?: gm_probe_fill(&probe[1]);
	if (!err)
		err = gm_learn(l, &probe[0], &probe[1], why);
	if (!err)
		gm_find_cpu_list(l, &probe[0]);
	gm_probe_empty(&probe[0]);
	gm_probe_empty(&probe[1]);
	/* Whoever gets this memory next must not seem to hold what was in these slabs. */
	kvfree_sensitive(probe, 2 * sizeof(*probe));
	return err;
}
