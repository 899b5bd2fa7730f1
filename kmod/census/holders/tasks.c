// SPDX-License-Identifier: GPL-2.0
/*
 * Visits all threads. See tasks.h.
 *
 * Threads are collected in batches, in an RCU read section each. A batch begins after the last
 * thread of the batch before, if that one is still in its lists; else with the first process that
 * is younger, so that other threads of its process may be left out.
 */
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "census/holders/tasks.h"

#define GM_TASKS_BATCH	64

struct gm_thread_batch {
	struct task_struct *task[GM_TASKS_BATCH];
	u32 nr;
	struct task_struct *last;
	u64 after;
};

/* The process after that of @task, or NULL. */
static struct task_struct *gm_process_after(struct task_struct *task)
{
	struct task_struct *next = next_task(task->group_leader);

	return next == &init_task ? NULL : next;
}

static struct task_struct *gm_thread_after(const struct gm_thread_batch *batch)
{
	struct task_struct *p, *last = batch->last;

	if (!last)
		return next_task(&init_task);
	if (pid_alive(last)) {
		p = next_thread(last);
		return p == last->group_leader ? gm_process_after(last) : p;
	}
	for_each_process(p) {
		if (p->start_time > batch->after)
			return p;
	}
	return NULL;
}

/* Collects the next batch. Returns false if there are no more threads. */
static bool gm_batch_collect(struct gm_thread_batch *batch)
{
	struct task_struct *old = batch->last, *next;

	batch->nr = 0;
	rcu_read_lock();
	while (batch->nr < GM_TASKS_BATCH) {
		next = gm_thread_after(batch);
		if (!next || next == &init_task)
			break;
		get_task_struct(next);
		batch->task[batch->nr++] = next;
		batch->after = max_t(u64, batch->after, next->group_leader->start_time);
		batch->last = next;
	}
	rcu_read_unlock();
	/* The last one is needed for the next batch; it has a reference of its own for that. */
	if (batch->nr)
		get_task_struct(batch->last);
	if (old && batch->nr)
		put_task_struct(old);
	return batch->nr;
}

bool gm_tasks_visit(bool (*fn)(void *priv, struct task_struct *task), void *priv)
{
	struct gm_thread_batch batch = {};
	bool go_on = true;
	u32 i;

	while (go_on && gm_batch_collect(&batch)) {
		for (i = 0; i < batch.nr; i++) {
			go_on = go_on && fn(priv, batch.task[i]);
			put_task_struct(batch.task[i]);
		}
		cond_resched();
	}
	if (batch.last)
		put_task_struct(batch.last);
	return go_on;
}
