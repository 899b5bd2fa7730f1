/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where SLUB keeps what is needed to tell an object that is in use from a free one. The structures
 * are private to the kernel and differ between versions, so their layout is learned from caches of
 * our own (calibrate.h), and everything that is read of them is checked for plausibility.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_SLUB_H
#define GHOSTMEM_CENSUS_HOLDERS_SLUB_H

#include <linux/bits.h>
#include <linux/types.h>

struct page;

/* A slab has at most 2^15 - 1 objects. */
#define GM_SLAB_OBJECTS		BIT(15)

/**
 * struct gm_slub - the layout
 * @cache:	index of the word of struct page that points to the cache
 * @freelist:	index of the word that points to the first free object
 * @counters:	index of the word that has the number of objects
 * @size:	offset in struct kmem_cache of the distance between objects, a u32
 * @offset:	offset of the offset of the free pointer in an object, a u32
 * @random:	offset of the secret that free pointers are mixed with
 * @name:	offset of the pointer to the name
 * @hardened:	free pointers are mixed with @random
 * @cpu_slab:	index of the word of a CPU's part of the cache that points to its slab
 * @cpu_freelist: index of the word there that points to the first free object of that slab
 * @cpu_known:	these two are known. Newer kernels have other caches of free objects instead
 */
struct gm_slub {
	u16 cache;
	u16 freelist;
	u16 counters;
	u16 size;
	u16 offset;
	u16 random;
	u16 name;
	bool hardened;
	u8 cpu_slab;
	u8 cpu_freelist;
	bool cpu_known;
};

/**
 * struct gm_slab - a slab
 * @cache:	address of its cache
 * @base:	address of its first byte
 * @stride:	bytes from an object to the next
 * @objects:	number of objects
 * @free:	a bit for each object that is free; of GM_SLAB_OBJECTS bits
 */
struct gm_slab {
	unsigned long cache;
	unsigned long base;
	u32 stride;
	u32 objects;
	unsigned long *free;
};

/*
 * Fills @slab, whose @free is allocated, for the slab of @nr pages from @head on. The caller makes
 * sure that the struct page does not go away. Returns false if it does not look like a slab: it is
 * changing just now.
 */
bool gm_slab_open(const struct gm_slub *l, struct gm_slab *slab, const struct page *head,
		  unsigned long nr);

/*
 * Sets the range of the next objects in use, of which the first is @from or later. Returns false if
 * there are none.
 */
bool gm_slab_next(const struct gm_slab *slab, u32 *from, u32 *to);

/* The distance between objects of the slab, or 0 if it is not known. */
u32 gm_slab_stride(const struct gm_slub *l, const struct page *head);

/*
 * Reads word @index of the part that the cache at @cache has on @cpu. Its first word is the per-CPU
 * pointer, in all kernels. Returns false if it cannot be read.
 */
bool gm_cache_cpu_word(unsigned long cache, int cpu, unsigned int index, unsigned long *value);

/* Decodes the free pointer in @object; false if it cannot be read. */
bool gm_free_pointer(const struct gm_slub *l, unsigned long cache, unsigned long object,
		     unsigned long *next);

/* Copies the name of a cache, or sets an empty one. */
void gm_cache_name(const struct gm_slub *l, unsigned long cache, char *name, size_t size);

#endif /* GHOSTMEM_CENSUS_HOLDERS_SLUB_H */
