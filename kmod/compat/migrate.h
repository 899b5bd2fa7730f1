/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a page's content is moved to another page: in one function, whose name says page or, since
 * 5.19, folio. zsmalloc's pages took the same way until "mm/migrate: factor out movable_ops page
 * handling into migrate_movable_ops_page()" (6.17, and in stable 6.12); since then they are moved
 * by its own function, which a table points to. All take the new page, the old one and a mode, and
 * return 0 when it is done.
 *
 * No header declares the first, so that its arguments are not trusted: see gm_is_page() in
 * hooks/move_hooks.c. The second has to be what its table wants: struct movable_operations, of
 * 68f2736a8583 (6.0).
 */
#ifndef GHOSTMEM_COMPAT_MIGRATE_H
#define GHOSTMEM_COMPAT_MIGRATE_H

#include <linux/migrate.h>
#include <linux/version.h>

#include "prototype.h"

#define GM_MOVE_PARAMS(P) \
	(P(struct page *, NEW), P(struct page *, OLD), P(enum migrate_mode, MODE))

/* Argument numbers, from 0. */
#define GM_MOVE_NUMBER(type, name)	GM_MOVE_ARG_##name
GM_PARAM_NUMBERS(GM_MOVE_PARAMS(GM_MOVE_NUMBER));

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 0, 0)
GM_CHECK_PROTOTYPE(*((struct movable_operations *)NULL)->migrate_page, int, GM_MOVE_PARAMS);
#endif

#define GM_MOVE_SYMBOLS		"move_to_new_folio", "move_to_new_page"

#define GM_HAVE_MOVE_ZS		(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0))
#define GM_MOVE_ZS_SYMBOLS	"zs_page_migrate"

#endif /* GHOSTMEM_COMPAT_MIGRATE_H */
