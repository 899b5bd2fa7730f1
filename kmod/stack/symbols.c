// SPDX-License-Identifier: GPL-2.0
/*
 * Names of frames. See symbols.h. Process context throughout.
 */
#include <linux/kernel.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "stack/symbols.h"

/* The handle of frames whose name could not be kept; it has no entry in the table. */
#define GM_HANDLE_UNNAMED	1UL
#define GM_HANDLE_FIRST		2UL

/* Kernel and module text is in the upper half of the address space. */
bool gm_symbols_is_frozen(unsigned long frame)
{
	return (long)frame > 0;
}

void gm_symbols_init(struct gm_symbols *t)
{
	memset(t, 0, sizeof(*t));
}

void gm_symbols_clear(struct gm_symbols *t)
{
	u32 i;

	for (i = 0; i < t->nr; i++)
		kfree(t->frozen[i]);
	kfree(t->frozen);
	gm_symbols_init(t);
}

/* @text is what "%pB" prints: "name+0x1/0x2 [module]", or a bare number. */
static void gm_symbol_parse(char *text, struct gm_symbol *sym)
{
	char *module = strstr(text, " [");
	char *plus;

	memset(sym, 0, sizeof(*sym));
	if (module) {
		*module = '\0';
		module += 2;
		/* A build id may follow the name. */
		module[strcspn(module, " ]")] = '\0';
		strscpy(sym->module, module, sizeof(sym->module));
		sym->state = GHOSTMEM_CODE_LIVE;
	}
	plus = strrchr(text, '+');
	if (!plus)
		return;
	*plus = '\0';
	if (sscanf(plus + 1, "%x/%x", &sym->offset, &sym->size) != 2)
		return;
	strscpy(sym->name, text, sizeof(sym->name));
}

static void gm_symbol_lookup(unsigned long addr, struct gm_symbol *sym, char *text)
{
	/* %pB, because a return address may be the first byte past a call that never returns. */
	snprintf(text, KSYM_SYMBOL_LEN, "%pB", (void *)addr);
	gm_symbol_parse(text, sym);
}

const struct gm_symbol *gm_symbols_frozen(const struct gm_symbols *t, unsigned long frame)
{
	if (frame < GM_HANDLE_FIRST || frame - GM_HANDLE_FIRST >= t->nr)
		return NULL;
	return t->frozen[frame - GM_HANDLE_FIRST];
}

void gm_symbols_resolve(const struct gm_symbols *t, unsigned long frame, struct gm_symbol *sym,
			char *text)
{
	const struct gm_symbol *frozen = gm_symbols_frozen(t, frame);

	if (!gm_symbols_is_frozen(frame)) {
		gm_symbol_lookup(frame, sym, text);
	} else if (frozen) {
		*sym = *frozen;
	} else {
		memset(sym, 0, sizeof(*sym));
		sym->state = GHOSTMEM_CODE_UNLOADED;
	}
}

static bool gm_symbols_grow(struct gm_symbols *t)
{
	u32 room = t->room ? 2 * t->room : 64;
	struct gm_symbol **frozen;

	if (t->nr < t->room)
		return true;
	frozen = krealloc(t->frozen, array_size(room, sizeof(*frozen)), GFP_KERNEL);
	if (!frozen)
		return false;
	t->frozen = frozen;
	t->room = room;
	return true;
}

static bool gm_symbol_same(const struct gm_symbol *a, const struct gm_symbol *b)
{
	return a->offset == b->offset && a->size == b->size && a->state == b->state &&
	       !strcmp(a->name, b->name) && !strcmp(a->module, b->module) &&
	       !strcmp(a->srcversion, b->srcversion);
}

static unsigned long gm_symbols_find(const struct gm_symbols *t, const struct gm_symbol *sym)
{
	u32 i;

	/* Stacks share frames; a linear search is cheap beside the unload that it is part of. */
	for (i = 0; i < t->nr; i++) {
		if (gm_symbol_same(t->frozen[i], sym))
			return GM_HANDLE_FIRST + i;
	}
	return 0;
}

unsigned long gm_symbols_freeze(struct gm_symbols *t, unsigned long addr, u8 state,
				const char *srcversion)
{
	struct gm_symbol *sym = kmalloc(sizeof(*sym), GFP_KERNEL);
	char *text = kmalloc(KSYM_SYMBOL_LEN, GFP_KERNEL);
	unsigned long handle = 0;

	if (sym && text) {
		gm_symbol_lookup(addr, sym, text);
		sym->state = state;
		strscpy(sym->srcversion, srcversion ?: "", sizeof(sym->srcversion));
		handle = gm_symbols_find(t, sym);
		if (!handle && gm_symbols_grow(t)) {
			t->frozen[t->nr] = sym;
			handle = GM_HANDLE_FIRST + t->nr++;
			sym = NULL;
		}
	}
	kfree(text);
	kfree(sym);
	if (!handle) {
		t->unnamed++;
		handle = GM_HANDLE_UNNAMED;
	}
	return handle;
}

void gm_symbols_unloaded(struct gm_symbols *t, const char *module)
{
	u32 i;

	for (i = 0; i < t->nr; i++) {
		if (!strcmp(t->frozen[i]->module, module))
			t->frozen[i]->state = GHOSTMEM_CODE_UNLOADED;
	}
}
