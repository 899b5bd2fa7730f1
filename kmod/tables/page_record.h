/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The record of an allocation: who made it, and when.
 */
#ifndef GHOSTMEM_TABLES_PAGE_RECORD_H
#define GHOSTMEM_TABLES_PAGE_RECORD_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/types.h>

/*
 * A record: site (18 bits), pid (22), stamp (24). Zero means "no record", because no site has the
 * id 0. The stamp is the clock of the record's table in seconds, modulo 2^24 (194 days). Whoever
 * keeps records has to clamp them periodically, so that stamps stay unambiguous.
 */
typedef u64 gm_record_t;

#define GM_SITE_BITS		18
#define GM_PID_BITS		22
#define GM_STAMP_BITS		24
#define GM_PID_MASK		(BIT(GM_PID_BITS) - 1)
#define GM_STAMP_MASK		(BIT(GM_STAMP_BITS) - 1)

/* Ages are exact up to this many seconds (145 days); this one means "at least". */
#define GM_AGE_MAX		(3 * BIT(GM_STAMP_BITS - 2))

/* How often records have to be clamped, in seconds. This leaves time to spare. */
#define GM_CLAMP_PERIOD		BIT(GM_STAMP_BITS - 4)

static inline gm_record_t gm_record(u32 site, u32 pid, u64 clock)
{
	return (u64)site << (GM_PID_BITS + GM_STAMP_BITS) |
	       (u64)(pid & GM_PID_MASK) << GM_STAMP_BITS |
	       (clock & GM_STAMP_MASK);
}

static inline u32 gm_record_site(gm_record_t rec)
{
	return rec >> (GM_PID_BITS + GM_STAMP_BITS);
}

static inline u32 gm_record_pid(gm_record_t rec)
{
	return (rec >> GM_STAMP_BITS) & GM_PID_MASK;
}

/*
 * Seconds from the allocation to @clock, at most GM_AGE_MAX. A walk over records reads the clock
 * first and may then meet records that were made later: their age is 0.
 */
static inline u32 gm_record_age(gm_record_t rec, u64 clock)
{
	u32 age = (clock - rec) & GM_STAMP_MASK;

	if (age > GM_STAMP_MASK - GM_CLAMP_PERIOD)
		return 0;
	return min_t(u32, age, GM_AGE_MAX);
}

/*
 * Keeps an age beyond GM_AGE_MAX from wrapping. If the cmpxchg() fails, the page or sk_buff has
 * just been freed or allocated, and there is nothing to clamp.
 */
static inline void gm_record_clamp(gm_record_t *slot, u64 clock)
{
	gm_record_t rec = READ_ONCE(*slot);

	if (rec && gm_record_age(rec, clock) >= GM_AGE_MAX)
		cmpxchg(slot, rec, gm_record(gm_record_site(rec), gm_record_pid(rec),
					     clock - GM_AGE_MAX));
}

#endif /* GHOSTMEM_TABLES_PAGE_RECORD_H */
