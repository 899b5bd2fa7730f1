/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sockets that the tables of the protocols have.
 */
#ifndef GHOSTMEM_CENSUS_SOCK_TABLES_H
#define GHOSTMEM_CENSUS_SOCK_TABLES_H

#include "census/sockets.h"

/* Has gm_sockets_found() look at all of them. False if that has given up. Sleeps. */
bool gm_sockets_by_table(struct gm_sockets *sockets);

#endif /* GHOSTMEM_CENSUS_SOCK_TABLES_H */
