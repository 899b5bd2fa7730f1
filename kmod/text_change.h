/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tells the tracker of module text that comes and goes: before text goes, the names of recorded
 * frames in it are frozen, and it is forgotten how to unwind from addresses in it.
 *
 * The addresses of a module's text may be reused by code that nobody announces, such as BPF
 * programs. So frames are forgotten when text goes, and again when other text comes there, in case
 * such code has run in between.
 */
#ifndef GHOSTMEM_TEXT_CHANGE_H
#define GHOSTMEM_TEXT_CHANGE_H

#include "tracker.h"

struct module;

/*
 * Handles that @mod has changed to @state, one of MODULE_STATE_*. Its text and symbols are in
 * place. Sleeps, but never for long.
 */
void gm_tracker_text_changes(struct gm_tracker *t, struct module *mod, unsigned long state);

#endif /* GHOSTMEM_TEXT_CHANGE_H */
