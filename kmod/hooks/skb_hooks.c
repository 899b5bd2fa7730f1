// SPDX-License-Identifier: GPL-2.0
/*
 * The hooks of sk_buffs. See skb_hooks.h.
 *
 * A birth that is not seen is merely not shown. A death that is not seen would be shown as a
 * leak. So allocation paths are optional, except for the one that nearly all sk_buffs take. All
 * points that report deaths are needed, but for those that some kernels neither have nor need, and
 * a test proves that they are enough.
 */
#include <linux/kernel.h>

#include "hooks/skb_paths.h"
#include "hooks/skb_hooks.h"
#include "hooks/skb_points.h"

#define GM_CANDIDATES	4

/* Ends the list of candidates: the first point of the enum is attached in any case. */
#define GM_NO_POINT	0

/**
 * struct gm_skb_path_hook - how an allocation path is seen
 * @name:	stable: part of the protocol
 * @consequence: what is not seen without it
 * @needed:	nothing is recorded without it
 * @point:	points that may see it, in order of preference
 * @undo:	the first two points see an sk_buff too early, and need GM_POINT_UNDO
 * @via:	the point that does see it
 * @state:	enum ghostmem_hook_state
 */
struct gm_skb_path_hook {
	const char *name;
	const char *consequence;
	bool needed;
	enum gm_skb_point_id point[GM_CANDIDATES];
	bool undo;
	enum gm_skb_point_id via;
	u32 state;
};

static struct gm_skb_path_hook gm_paths[__GM_PATH_MAX] = {
	[GM_PATH_ALLOC] = {
		.name = "skb_alloc",
		.consequence = "sk_buffs of alloc_skb() are not seen",
		.needed = true,
		.point = { GM_POINT_RESERVE, GM_POINT_NODE, GM_POINT_RETURN_ALLOC },
		.undo = true,
	},
	[GM_PATH_CLONE] = {
		.name = "skb_clone",
		.consequence = "clones are not seen",
		.point = { GM_POINT_CLONE, GM_POINT_COPY, GM_POINT_RETURN_CLONE },
	},
	[GM_PATH_NETDEV] = {
		.name = "skb_netdev",
		.consequence = "sk_buffs of netdev_alloc_skb() are not seen",
		.point = { GM_POINT_RETURN_NETDEV },
	},
	[GM_PATH_NAPI] = {
		.name = "skb_napi",
		.consequence = "sk_buffs of napi_alloc_skb() are not seen",
		.point = { GM_POINT_RETURN_NAPI },
	},
	[GM_PATH_BUILD] = {
		.name = "skb_build",
		.consequence = "sk_buffs of build_skb() are not seen",
		.point = { GM_POINT_RETURN_BUILD },
	},
	[GM_PATH_NAPI_BUILD] = {
		.name = "skb_napi_build",
		.consequence = "sk_buffs of napi_build_skb() are not seen",
		.point = { GM_POINT_RETURN_NAPI_BUILD },
	},
	[GM_PATH_SLAB_BUILD] = {
		.name = "skb_slab_build",
		.consequence = "sk_buffs of slab_build_skb() are not seen",
		.point = { GM_POINT_RETURN_SLAB_BUILD },
	},
	[GM_PATH_AROUND] = {
		.name = "skb_around",
		.consequence = "sk_buffs that XDP makes of frames are not seen",
		.point = { GM_POINT_AROUND },
	},
};

/**
 * struct gm_skb_death_hook - a hook that reports deaths
 * @point:	the point that it attaches to
 * @name:	stable: part of the protocol
 * @consequence: what is wrongly counted as alive without it
 * @optional:	some kernels do not have this point, and do not need it
 */
struct gm_skb_death_hook {
	enum gm_skb_point_id point;
	const char *name;
	const char *consequence;
	bool optional;
};

/* In the order in which they are attached. */
static const struct gm_skb_death_hook gm_deaths[] = {
	{ GM_POINT_MEM, "skb_free", "sk_buffs that were freed count as alive" },
	{ GM_POINT_CACHE, "skb_cache", "what other hooks told of is told again", true },
	{ GM_POINT_DEFER, "skb_defer", "sk_buffs that a driver's poll freed count as alive" },
	{ GM_POINT_LATER, "skb_later", "sk_buffs another CPU is to free count as alive", true },
	{ GM_POINT_STOLEN, "skb_stolen", "sk_buffs that GRO emptied count as alive" },
	{ GM_POINT_PARTIAL, "skb_partial", "sk_buffs that TCP emptied count as alive" },
	{ GM_POINT_DROP, "skb_drop", "sk_buffs that were dropped count as alive" },
	{ GM_POINT_CONSUME, "skb_consume", "sk_buffs that were consumed count as alive" },
};

static int gm_attach_deaths(const char **why)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(gm_deaths); i++) {
		err = gm_skb_point_attach(gm_deaths[i].point);
		if (!err || (err == -ENOENT && gm_deaths[i].optional))
			continue;
		pr_warn("ghostmem: hook %s cannot attach (%d)\n", gm_deaths[i].name, err);
		*why = err == -EBUSY ? "functions cannot be traced; is kernel.ftrace_enabled 1?" :
				       "this kernel's releasing of sk_buffs cannot be watched";
		return err;
	}
	return 0;
}

/* Attaches to @id, and tests whether @path is seen then. Returns 0 if it is. */
static int gm_try_point(struct gm_skbs *s, enum gm_skb_path_id path, enum gm_skb_point_id id)
{
	int err = gm_skb_point_attach(id);

	if (err)
		return err;
	err = gm_skb_path_try(s, path);
	if (err == -EIO)
		gm_skb_point_withdraw(id);
	return err;
}

/*
 * Attaches to the point that takes back an sk_buff which @id has seen too early, before it was
 * certain that its allocation succeeds.
 */
static int gm_attach_undo(struct gm_skbs *s, enum gm_skb_point_id id)
{
	int err = gm_skb_point_attach(GM_POINT_UNDO) ?: gm_skb_failure_try(s);

	if (err) {
		gm_skb_point_withdraw(GM_POINT_UNDO);
		gm_skb_point_withdraw(id);
	}
	return err;
}

static int gm_cover(struct gm_skbs *s, enum gm_skb_path_id id)
{
	struct gm_skb_path_hook *path = &gm_paths[id];
	unsigned int i;
	int err;

	path->via = GM_POINT_BUILD;
	err = gm_skb_path_try(s, id);
	for (i = 0; i < GM_CANDIDATES && path->point[i] != GM_NO_POINT; i++) {
		if (!err || err == -ENOMEM)
			break;
		path->via = path->point[i];
		err = gm_try_point(s, id, path->via);
		if (!err && path->undo && i < 2)
			err = gm_attach_undo(s, path->via);
	}
	return err;
}

static int gm_cover_all(struct gm_skbs *s, const char **why)
{
	unsigned int i;
	int err;

	/* On kernels without this function, each path needs a point of its own. */
	gm_skb_point_attach(GM_POINT_BUILD);
	for (i = 0; i < __GM_PATH_MAX; i++) {
		struct gm_skb_path_hook *path = &gm_paths[i];

		if (!gm_skb_path_exists(i)) {
			WRITE_ONCE(path->state, GHOSTMEM_HOOK_ABSENT);
			continue;
		}
		err = gm_cover(s, i);
		WRITE_ONCE(path->state, err ? GHOSTMEM_HOOK_FAILED : GHOSTMEM_HOOK_ATTACHED);
		if (!err)
			continue;
		pr_warn("ghostmem: hook %s does not see its sk_buff (%d); without it %s\n",
			path->name, err, path->consequence);
		if (path->needed || err == -ENOMEM) {
			*why = err == -ENOMEM ? "not enough memory" :
			       "this kernel's allocation of sk_buffs cannot be watched";
			return err;
		}
	}
	return 0;
}

static int gm_prove_deaths(struct gm_skbs *s, const char **why)
{
	const char *how;
	int err = gm_skb_deaths_try(s, &how);

	if (!err)
		return 0;
	pr_warn("ghostmem: an sk_buff that was let go by %s was not seen to die (%d)\n", how, err);
	*why = err == -ENOMEM ? "not enough memory" :
				"an sk_buff let go as a test was not seen by the hooks";
	return err;
}

int gm_skb_hooks_attach(struct gm_skbs *s, const char **why)
{
	int err;

	gm_skb_points_record_to(s);
	gm_skbs_start(s);
	err = gm_attach_deaths(why);
	if (!err)
		err = gm_cover_all(s, why);
	if (!err)
		err = gm_prove_deaths(s, why);
	gm_skbs_stop(s);
	gm_skbs_clear(s);
	if (err)
		gm_skb_hooks_detach(s);
	return err;
}

void gm_skb_hooks_detach(struct gm_skbs *s)
{
	unsigned int i;

	gm_skbs_stop(s);
	gm_skb_points_detach();
	for (i = 0; i < __GM_PATH_MAX; i++)
		WRITE_ONCE(gm_paths[i].state, GHOSTMEM_HOOK_DETACHED);
}

unsigned int gm_skb_hooks_count(void)
{
	return __GM_PATH_MAX + ARRAY_SIZE(gm_deaths);
}

static void gm_path_info(unsigned int i, struct gm_hook_info *info)
{
	const struct gm_skb_path_hook *path = &gm_paths[i];

	info->name = path->name;
	info->consequence = path->consequence;
	info->needed = path->needed;
	info->state = READ_ONCE(path->state);
}

static void gm_death_info(const struct gm_skb_death_hook *death, u32 state,
			  struct gm_hook_info *info)
{
	info->name = death->name;
	info->consequence = death->consequence;
	info->needed = !death->optional;
	info->state = state;
	if (death->optional && state == GHOSTMEM_HOOK_MISSING)
		info->state = GHOSTMEM_HOOK_ABSENT;
}

void gm_skb_hooks_info(unsigned int i, const struct gm_counters *sum, struct gm_hook_info *info)
{
	const struct gm_skb_death_hook *death = NULL;
	struct gm_skb_point_info point;

	memset(info, 0, sizeof(*info));
	if (i >= __GM_PATH_MAX)
		death = &gm_deaths[i - __GM_PATH_MAX];
	gm_skb_point_info(death ? death->point : gm_paths[i].via, &point);
	if (death)
		gm_death_info(death, point.state, info);
	else
		gm_path_info(i, info);
	if (info->state == GHOSTMEM_HOOK_ABSENT)
		return;
	info->target = point.target;
	info->kind = point.kind;
	info->events = sum->events[point.event];
	info->missed = point.missed;
	info->kp = point.kp;
}
