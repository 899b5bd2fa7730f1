/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Module text that comes and goes, as the tracker has to know it: before text vanishes, the names
 * of recorded frames in it are frozen; and how to unwind from addresses in it is forgotten.
 *
 * What takes the place of a module's text may also be code that nobody announces, such as BPF's: so
 * frames are forgotten when text goes, and again when other text comes, in case some of it has run
 * meanwhile.
 */
#ifndef GHOSTMEM_TEXT_CHANGE_H
#define GHOSTMEM_TEXT_CHANGE_H

#include "tracker.h"

struct module;

/*
 * @mod has come to @state, one of MODULE_STATE_*. Its text and symbols are in place. Sleeps, but
 * for nothing that lasts.
 */
void gm_tracker_text_changes(struct gm_tracker *t, struct module *mod, unsigned long state);

#endif /* GHOSTMEM_TEXT_CHANGE_H */
