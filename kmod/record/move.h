/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages that compaction moves: the contents go to another page frame, and so does the record.
 */
#ifndef GHOSTMEM_RECORD_MOVE_H
#define GHOSTMEM_RECORD_MOVE_H

#include "record/recorder.h"

/*
 * Moves the records of the @nr page frames from @old on to the frames from @new on. Any context,
 * preemption off.
 */
void gm_move_record(struct gm_recorder *r, unsigned long old, unsigned long new, unsigned long nr);

#endif /* GHOSTMEM_RECORD_MOVE_H */
