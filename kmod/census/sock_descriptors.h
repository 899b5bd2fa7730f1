/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sockets that a descriptor refers to, of a process or in flight.
 */
#ifndef GHOSTMEM_CENSUS_SOCK_DESCRIPTORS_H
#define GHOSTMEM_CENSUS_SOCK_DESCRIPTORS_H

#include "census/sockets.h"

/* Has gm_sockets_found() look at all of them. False if that has given up. Sleeps. */
bool gm_sockets_by_descriptor(struct gm_sockets *sockets);

#endif /* GHOSTMEM_CENSUS_SOCK_DESCRIPTORS_H */
