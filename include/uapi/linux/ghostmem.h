/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR MIT */
/*
 * ghostmem: the generic netlink protocol between ghostmem.ko and leakctl.
 *
 * This header and those in linux/ghostmem/ that it includes are the protocol's manual. Both sides
 * are built from them, and share nothing else.
 *
 * Family
 *	GHOSTMEM_GENL_NAME, version GHOSTMEM_GENL_VERSION, in the initial network namespace only.
 *	Every operation needs CAP_NET_ADMIN. An operation that reads also needs CAP_PERFMON or
 *	CAP_SYS_ADMIN; RESET, CONFIG_SET, HOLDERS_START and HOLDERS_STOP, which change something,
 *	need CAP_SYS_ADMIN as well.
 *	The capabilities are those of the initial user namespace: root of another one gets
 *	-EPERM. For a dump, the task that begins it is checked.
 *
 * Versions
 *	GHOSTMEM_ABI is raised by every change that an older peer would misread. Each request
 *	carries GHOSTMEM_A_ABI. STATUS_GET with that attribute alone never changes: its reply
 *	always has GHOSTMEM_A_ABI and GHOSTMEM_A_VERSION, and it has GHOSTMEM_A_STATUS only if
 *	both sides have the same ABI. Every other operation refuses a foreign ABI with -EPROTO
 *	and an extack message that names the module's ABI.
 *
 * Operations (request attributes -> reply attributes)
 *
 *	STATUS_GET (do):	ABI -> ABI, VERSION, STATUS
 *	SITE_GET (dump):	ABI, [FILTER] -> first ABI and DUMP; then one message for each
 *		site: ABI, SITE, SITE_PAGES
 *	SKB_GET (dump):		ABI, [FILTER] -> first ABI and DUMP; then one message for each
 *		site of sk_buffs: ABI, SITE, SITE_SKBS
 *		Only the first message while CONFIG_A_SKB is off.
 *	SOCKET_GET (dump):	ABI, [TOP] -> first ABI and TOP; then ABI and CENSUS; then one
 *		message for each socket: ABI, SOCKET
 *		The sockets come in descending order of what they pin, at most TOP of them. Each
 *		dump looks at every socket of the host anew, whether or not tracking is on, and
 *		holds no socket while the reply is read.
 *	ZONE_GET (dump):	ABI -> first ABI alone; then ABI and PAGES; then one message for
 *		each zone that has memory: ABI, ZONE
 *		The zones come by node, and within a node in the kernel's order. Each dump looks
 *		at every online page frame anew, whether or not tracking is on. It ends with
 *		-EINTR if its reader receives a signal.
 *	HOLDERS_START (do):	ABI -> acknowledgment
 *		Starts a search for who refers to ghost memory. One search runs at a time, in a
 *		thread of the module, at low priority; the acknowledgment does not wait for it. The
 *		result of the search before is forgotten.
 *	HOLDERS_STOP (do):	ABI -> acknowledgment
 *		Stops the search, if there is one. The acknowledgment does not wait for its end.
 *	HOLDERS_STATUS (do):	ABI -> ABI, SEARCH
 *	HOLDERS_GET (dump):	ABI -> first ABI and RESULT; then one message for each row: ABI and
 *		HOLDER, in descending order of pages; then ABI and STRAY
 *		The result of the last search. -ENODATA if there is none.
 *	RESET (do):		ABI -> acknowledgment
 *		Forgets all records and sites, those of sk_buffs included, and starts again:
 *		whatever was allocated before has no record any more.
 *	CONFIG_SET (do):	ABI, CONFIG -> acknowledgment
 *		Applies either all of CONFIG or nothing; the exceptions are under Errors.
 *
 *	RESET and CONFIG_SET are carried out one after another, in the order of their arrival,
 *	and acknowledged when they are done, which can take a second. The sender may send other
 *	requests meanwhile; STATUS has STATUS_A_CHANGE then. A change is carried out even if its
 *	sender has gone.
 *
 *	A reply has the command of its request. A dump of sites has them in ascending order of
 *	id. If the records are forgotten during the dump, it ends early, and its last message,
 *	NLMSG_DONE, carries NLM_F_DUMP_INTR: ask again. The error of a dump, and its extack, are
 *	in NLMSG_DONE.
 *
 * Errors
 *	-EPERM		no permission
 *	-EPROTO		foreign ABI
 *	-EINVAL		malformed
 *	-ERANGE		out of range
 *	-EBUSY		too many dumps at a time, counted for each user, too many changes waiting,
 *			or a search is running
 *	-ENODATA	no search has ended with a result
 *	-ENOMEM		no memory
 *	-EIO		the tracker has turned itself off; STATUS_A_DISABLED_REASON has the reason
 *	Where possible, extack has the reason and the attribute. After an error nothing has
 *	changed, with two exceptions: tracking is off if it could not be switched from one mode
 *	to another, and sk_buffs whose watching had turned itself off are forgotten.
 *
 * Integers are in host byte order, strings end in NUL. Names that end in _S are seconds, in _MS
 * milliseconds, in _NS nanoseconds, in _BYTES bytes, in _PAGES base pages of STATUS_A_PAGE_SIZE
 * bytes. No kernel address is ever sent.
 */
#ifndef _UAPI_LINUX_GHOSTMEM_H
#define _UAPI_LINUX_GHOSTMEM_H

#define GHOSTMEM_GENL_NAME	"ghostmem"
#define GHOSTMEM_GENL_VERSION	1

/* A test build sets another number, to prove that both sides check it. */
#ifndef GHOSTMEM_ABI
#define GHOSTMEM_ABI		3
#endif

/* Most frames that the stack of a site keeps, innermost first. */
#define GHOSTMEM_STACK_MAX	24

/* The range of STATUS_A_LEVEL and of what CONFIG_A_LEVEL can be set to. */
#define GHOSTMEM_LEVEL_MIN	1
#define GHOSTMEM_LEVEL_MAX	20

/* The highest value of CONFIG_A_BUDGET_PPM: all the time of all CPUs. */
#define GHOSTMEM_BUDGET_PPM_MAX	1000000

/* Most descriptors of a socket that have a SOCKET_A_OWNER. */
#define GHOSTMEM_OWNERS_MAX	64

/*
 * The site on which all stacks are counted that find no room in a full site table. For samples
 * there is one such site for each order and level; each of them has GHOSTMEM_SITE_F_OTHER.
 */
#define GHOSTMEM_SITE_OTHER	1

enum ghostmem_cmd {
	GHOSTMEM_CMD_UNSPEC,
	GHOSTMEM_CMD_STATUS_GET,
	GHOSTMEM_CMD_SITE_GET,
	GHOSTMEM_CMD_RESET,
	GHOSTMEM_CMD_CONFIG_SET,
	GHOSTMEM_CMD_SOCKET_GET,
	GHOSTMEM_CMD_SKB_GET,
	GHOSTMEM_CMD_ZONE_GET,
	GHOSTMEM_CMD_HOLDERS_START,
	GHOSTMEM_CMD_HOLDERS_STOP,
	GHOSTMEM_CMD_HOLDERS_STATUS,
	GHOSTMEM_CMD_HOLDERS_GET,

	__GHOSTMEM_CMD_MAX,
};

#define GHOSTMEM_CMD_MAX	(__GHOSTMEM_CMD_MAX - 1)

/*
 * Top level of every message. "Any number" means that an attribute is repeated; of other
 * attributes there is at most one. PAD is 1 in every nest.
 */
enum ghostmem_attr {
	GHOSTMEM_A_UNSPEC,
	GHOSTMEM_A_PAD,
	GHOSTMEM_A_ABI,			/* u32 */
	GHOSTMEM_A_VERSION,		/* string, the module's version */
	GHOSTMEM_A_STATUS,		/* nest, enum ghostmem_status_attr */
	GHOSTMEM_A_SITE,		/* nest, enum ghostmem_site_attr */
	GHOSTMEM_A_SITE_PAGES,		/* nest, enum ghostmem_site_pages_attr */
	GHOSTMEM_A_SITE_SKBS,		/* nest, enum ghostmem_site_skbs_attr */
	GHOSTMEM_A_DUMP,		/* nest, enum ghostmem_dump_attr */
	GHOSTMEM_A_FILTER,		/* nest, enum ghostmem_filter_attr */
	GHOSTMEM_A_CONFIG,		/* nest, enum ghostmem_config_attr */
	GHOSTMEM_A_CENSUS,		/* nest, enum ghostmem_census_attr */
	GHOSTMEM_A_SOCKET,		/* nest, enum ghostmem_socket_attr */
	GHOSTMEM_A_TOP,			/* u32, from 1 */
	GHOSTMEM_A_PAGES,		/* nest, enum ghostmem_pages_attr */
	GHOSTMEM_A_ZONE,		/* nest, enum ghostmem_zone_attr */
	GHOSTMEM_A_SEARCH,		/* nest, enum ghostmem_search_attr */
	GHOSTMEM_A_RESULT,		/* nest, enum ghostmem_result_attr */
	GHOSTMEM_A_HOLDER,		/* nest, enum ghostmem_holder_attr */
	GHOSTMEM_A_STRAY,		/* nest, enum ghostmem_stray_attr */

	__GHOSTMEM_A_MAX,
};

#define GHOSTMEM_A_MAX		(__GHOSTMEM_A_MAX - 1)

enum ghostmem_mode {
	GHOSTMEM_MODE_OFF,		/* hooks detached, nothing recorded */
	GHOSTMEM_MODE_EXACT,		/* every allocation is recorded */
	GHOSTMEM_MODE_SAMPLED,		/* samples of the allocations; see STATUS_A_LEVEL */

	__GHOSTMEM_MODE_MAX,
};

#define GHOSTMEM_MODE_MAX	(__GHOSTMEM_MODE_MAX - 1)

/*
 * FILTER. MIN (default 1): only sites that hold at least so many units; 0 includes the empty ones.
 * SINCE_S and UNTIL_S are for SITE_GET alone: if one of them is given, only pages allocated at
 * SINCE_S <= CLOCK_S < UNTIL_S count towards WINDOW_PAGES, and MIN is compared with WINDOW_PAGES.
 * An empty window is -EINVAL.
 */
enum ghostmem_filter_attr {
	GHOSTMEM_FILTER_A_UNSPEC,
	GHOSTMEM_FILTER_A_PAD,
	GHOSTMEM_FILTER_A_MIN,		/* u64 */
	GHOSTMEM_FILTER_A_SINCE_S,	/* u64 */
	GHOSTMEM_FILTER_A_UNTIL_S,	/* u64 */

	__GHOSTMEM_FILTER_A_MAX,
};

#define GHOSTMEM_FILTER_A_MAX	(__GHOSTMEM_FILTER_A_MAX - 1)

/*
 * CONFIG, with at least one attribute. Setting MODE to another mode forgets all records of pages.
 * Setting LEVEL, which STATUS reports as LEVEL_MIN, keeps them. Setting MODE or SKB to its present
 * value changes nothing, unless the tracker, or the watching of sk_buffs, has turned itself off:
 * then it starts again.
 */
enum ghostmem_config_attr {
	GHOSTMEM_CONFIG_A_UNSPEC,
	GHOSTMEM_CONFIG_A_PAD,
	GHOSTMEM_CONFIG_A_MODE,		/* u32, enum ghostmem_mode */
	GHOSTMEM_CONFIG_A_LEVEL,	/* u8, GHOSTMEM_LEVEL_MIN to _MAX */
	GHOSTMEM_CONFIG_A_BUDGET_PPM,	/* u32, up to GHOSTMEM_BUDGET_PPM_MAX; 0: no limit */
	GHOSTMEM_CONFIG_A_SKB,		/* u8, 0 or 1: the lifetimes of sk_buffs */

	__GHOSTMEM_CONFIG_A_MAX,
};

#define GHOSTMEM_CONFIG_A_MAX	(__GHOSTMEM_CONFIG_A_MAX - 1)

#include <linux/ghostmem/status.h>
#include <linux/ghostmem/sites.h>
#include <linux/ghostmem/sockets.h>
#include <linux/ghostmem/zones.h>
#include <linux/ghostmem/holders.h>

#endif /* _UAPI_LINUX_GHOSTMEM_H */
