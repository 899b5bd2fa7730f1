/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Resolves frames to names that may be told to user space, also after the code has gone.
 *
 * Code addresses are resolved when somebody reads them. A frame whose code is about to vanish
 * (module unload, end of a module's init text) is frozen: its name is kept here, and the frame is
 * replaced by a small number, the handle of that name.
 */
#ifndef GHOSTMEM_STACK_SYMBOLS_H
#define GHOSTMEM_STACK_SYMBOLS_H

#include <linux/kallsyms.h>
#include <linux/module.h>
#include <linux/types.h>

#include <linux/ghostmem.h>

/* Longer names are cut; the longest C symbol of a kernel has about 60 characters. */
#define GM_SYMBOL_LEN		128

/* The srcversion that modpost makes has 23 characters. */
#define GM_SRCVERSION_LEN	28

/**
 * struct gm_symbol - a resolved frame
 * @name:	of the function; empty if unknown
 * @offset:	bytes from its start to the call's return address
 * @size:	bytes of the function
 * @module:	empty for the kernel image
 * @srcversion:	of the module, if the frame is frozen and the module has one; else empty
 * @state:	enum ghostmem_code_state
 */
struct gm_symbol {
	char name[GM_SYMBOL_LEN];
	u32 offset;
	u32 size;
	char module[MODULE_NAME_LEN];
	char srcversion[GM_SRCVERSION_LEN];
	u8 state;
};

/**
 * struct gm_symbols - the frozen names
 * @frozen:	the names, by handle less two: GM_HANDLE_FIRST is the first handle
 * @nr:		number of names
 * @room:	number of names that @frozen has room for
 * @unnamed:	frames whose name could not be kept for want of memory
 *
 * Not locked: the owner admits either one writer or any number of readers at a time.
 */
struct gm_symbols {
	struct gm_symbol **frozen;
	u32 nr;
	u32 room;
	u64 unnamed;
};

void gm_symbols_init(struct gm_symbols *t);
void gm_symbols_clear(struct gm_symbols *t);

/* Fills @sym for @frame, an address or a handle; @text is scratch of KSYM_SYMBOL_LEN bytes. */
void gm_symbols_resolve(const struct gm_symbols *t, unsigned long frame, struct gm_symbol *sym,
			char *text);

/*
 * Returns a handle for @addr, which is code of a module in @state. @srcversion is the module's, or
 * NULL. May sleep.
 */
unsigned long gm_symbols_freeze(struct gm_symbols *t, unsigned long addr, u8 state,
				const char *srcversion);

/* Returns the name that the handle @frame stands for, or NULL if that could not be kept. */
const struct gm_symbol *gm_symbols_frozen(const struct gm_symbols *t, unsigned long frame);

/* Whether @frame is a handle. */
bool gm_symbols_is_frozen(unsigned long frame);

/* Marks the frozen names of @module as unloaded, once it has gone. */
void gm_symbols_unloaded(struct gm_symbols *t, const char *module);

#endif /* GHOSTMEM_STACK_SYMBOLS_H */
