// SPDX-License-Identifier: GPL-2.0
/*
 * Names of what refers. See names.h.
 */
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "census/holders/names.h"
#include "census/holders/refs.h"
#include "census/holders/words.h"

/* Containers of a group that are searched for symbols. */
#define GM_NAME_SAMPLES	2

/* A call of x86: the opcode, then the distance in four bytes. */
#define GM_CALL_OPCODE		0xe8
#define GM_CALL_BYTES		5

/* Most bytes of a container that are searched. */
#define GM_NAME_BYTES	2048UL

/* Takes "name+0x10/0x20 [module]" apart. */
static bool gm_name_parse(const char *text, unsigned long address, char *name, size_t size,
			  struct gm_name_range *range)
{
	const char *plus = strchr(text, '+');
	const char *module = strchr(text, '[');
	unsigned long offset, bytes;

	if (!plus || sscanf(plus, "+%lx/%lx", &offset, &bytes) != 2)
		return false;
	snprintf(name, size, "%.*s%s%s", (int)(plus - text), text, module ? " " : "",
		 module ?: "");
	if (range) {
		range->start = address - offset;
		range->end = range->start + max(bytes, offset + 1);
	}
	return true;
}

bool gm_name_symbol(struct gm_refs *r, unsigned long address, char *name, size_t size,
		    struct gm_name_range *range)
{
	bool found;

	name[0] = '\0';
	/* Writes the bare address if there is no symbol; that must not be told. */
	sprint_symbol(r->text, address);
	found = gm_name_parse(r->text, address, name, size, range);
	cond_resched();
	return found;
}

/* The address that a call right before @caller calls, or 0 if there is none. */
static unsigned long gm_called_before(unsigned long caller)
{
	unsigned char opcode, byte;
	u32 distance = 0;
	int i;

	for (i = 0; i < 4; i++) {
		if (!gm_byte_read((char *)&byte, caller - 4 + i))
			return 0;
		distance |= (u32)byte << (8 * i);
	}
	if (!gm_byte_read((char *)&opcode, caller - GM_CALL_BYTES) || opcode != GM_CALL_OPCODE)
		return 0;
	return caller + (s32)distance;
}

bool gm_name_caller(struct gm_refs *r, unsigned long caller, char *name, size_t size)
{
	struct gm_name_range range;
	unsigned long called;

	name[0] = '\0';
	if (!gm_is_image(caller))
		return false;
	/* Some name themselves instead: the address is where a function begins. */
	if (gm_name_symbol(r, caller, name, size, &range) && range.start == caller)
		return true;
	called = gm_called_before(caller);
	if (called && gm_is_image(called) && gm_name_symbol(r, called, name, size, NULL) &&
	    (strstr(name, "alloc") || strstr(name, "map")))
		return gm_name_symbol(r, caller, name, size, NULL);
	name[0] = '\0';
	return false;
}

static bool gm_name_known(const struct gm_group *group, const char *name)
{
	unsigned int i;

	for (i = 0; i < group->symbols; i++) {
		if (!strcmp(group->symbol[i], name))
			return true;
	}
	return false;
}

void gm_name_content(struct gm_refs *r, struct gm_group *group, unsigned long start,
		     unsigned long end)
{
	unsigned long at, value;
	char *name;

	if (group->samples >= GM_NAME_SAMPLES)
		return;
	group->samples++;
	end = min(end, start + GM_NAME_BYTES);
	for (at = start; at < end && group->symbols < GM_GROUP_SYMBOLS; at += sizeof(value)) {
		if (!gm_word_read(&value, at) || !gm_is_image(value))
			continue;
		name = group->symbol[group->symbols];
		/* Written to the next place; it counts only if it is new. */
		if (gm_name_symbol(r, value, name, GM_GROUP_NAME, NULL) &&
		    !gm_name_known(group, name))
			group->symbols++;
	}
}
