/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions that move a page's content to another page. One is move_to_new_page(), called
 * move_to_new_folio() since 5.19. It also moved zsmalloc's pages until "mm/migrate: factor out
 * movable_ops page handling into migrate_movable_ops_page()" (6.17, and in stable 6.12); since then
 * zsmalloc's own zs_page_migrate() does, which an operations table points to. All take the new
 * page, the old one and a mode, and return 0 on success.
 *
 * No header declares the first, so its arguments are not trusted: see gm_is_page() in
 * hooks/move_hooks.c. The prototype of the second is that of migrate_page() in its table, struct
 * movable_operations, which 68f2736a8583 (6.0) added.
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
