/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_MMZONE_H
#define SHIM_LINUX_MMZONE_H

#include <linux/minmax.h>
#include <linux/types.h>

/* The geometry of x86-64 with four levels of page tables. */
#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define MAX_PHYSMEM_BITS 46
#define SECTION_SIZE_BITS 27
#define PFN_SECTION_SHIFT (SECTION_SIZE_BITS - PAGE_SHIFT)
#define PAGES_PER_SUBSECTION (1UL << (21 - PAGE_SHIFT))
#define MAX_PAGE_ORDER 10

struct page;

#define SHIM_NODES 2
#define for_each_online_node(nid) for ((nid) = 0; (nid) < SHIM_NODES; (nid)++)

/* The end is 0 if the test has not defined the node. */
unsigned long node_start_pfn(int nid);
unsigned long node_end_pfn(int nid);
unsigned long node_present_pages(int nid);
struct page* pfn_to_online_page(unsigned long pfn);

#endif
