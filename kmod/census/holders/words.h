/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading memory that may vanish. A word that cannot be read is reported, never a fault. The reads
 * are not instrumented, so freed objects may be read in a kernel with KASAN, too.
 *
 * Callers read only memory that is RAM: reading the registers of a device would change its state.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_WORDS_H
#define GHOSTMEM_CENSUS_HOLDERS_WORDS_H

#include <linux/compiler.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/types.h>
#include <linux/uaccess.h>

struct gm_quad {
	unsigned long a, b, c, d;
};

#define GM_QUAD		sizeof(struct gm_quad)

/*
 * Returns false if the words cannot be read. They are read into scalars: gcc 12 fails to compile
 * __get_kernel_nofault() into a member of an array.
 */
static __always_inline bool gm_quad_read(struct gm_quad *quad, unsigned long from)
{
	const unsigned long *word = (const unsigned long *)from;
	unsigned long a, b, c, d;

	pagefault_disable();
	__get_kernel_nofault(&a, word, unsigned long, fault);
	__get_kernel_nofault(&b, word + 1, unsigned long, fault);
	__get_kernel_nofault(&c, word + 2, unsigned long, fault);
	__get_kernel_nofault(&d, word + 3, unsigned long, fault);
	pagefault_enable();
	quad->a = a;
	quad->b = b;
	quad->c = c;
	quad->d = d;
	return true;
fault:
	pagefault_enable();
	return false;
}

static __always_inline bool gm_word_read(unsigned long *value, unsigned long from)
{
	unsigned long word;

	pagefault_disable();
	__get_kernel_nofault(&word, (const unsigned long *)from, unsigned long, fault);
	pagefault_enable();
	*value = word;
	return true;
fault:
	pagefault_enable();
	return false;
}

static __always_inline bool gm_byte_read(char *value, unsigned long from)
{
	char byte;

	pagefault_disable();
	__get_kernel_nofault(&byte, (const char *)from, char, fault);
	pagefault_enable();
	*value = byte;
	return true;
fault:
	pagefault_enable();
	return false;
}

static __always_inline bool gm_u32_read(u32 *value, unsigned long from)
{
	u32 word;

	pagefault_disable();
	__get_kernel_nofault(&word, (const u32 *)from, u32, fault);
	pagefault_enable();
	*value = word;
	return true;
fault:
	pagefault_enable();
	return false;
}

/* Whether @address can only be RAM, or nothing. Other addresses may be those of a device. */
static inline bool gm_is_direct(unsigned long address)
{
	return address >= PAGE_OFFSET && address < VMALLOC_START;
}

/* Whether @address belongs to the kernel image or to modules. */
static inline bool gm_is_image(unsigned long address)
{
	return address >= __START_KERNEL_map && address < MODULES_END;
}

#endif /* GHOSTMEM_CENSUS_HOLDERS_WORDS_H */
