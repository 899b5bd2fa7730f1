/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sockets in the tables of the protocols.
 */
#ifndef GHOSTMEM_CENSUS_SOCK_TABLES_H
#define GHOSTMEM_CENSUS_SOCK_TABLES_H

#include "census/sockets.h"

/* Calls gm_sockets_found() for each of them. Returns false if that returned false. Sleeps. */
bool gm_sockets_by_table(struct gm_sockets *sockets);

#endif /* GHOSTMEM_CENSUS_SOCK_TABLES_H */
