/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sockets that file descriptors refer to, of a process or in flight.
 */
#ifndef GHOSTMEM_CENSUS_SOCK_DESCRIPTORS_H
#define GHOSTMEM_CENSUS_SOCK_DESCRIPTORS_H

#include "census/sockets.h"

/* Calls gm_sockets_found() for each of them. Returns false if that returned false. Sleeps. */
bool gm_sockets_by_descriptor(struct gm_sockets *sockets);

#endif /* GHOSTMEM_CENSUS_SOCK_DESCRIPTORS_H */
