// SPDX-License-Identifier: GPL-2.0
/*
 * Sockets by descriptor: those in the file tables of all tasks.
 *
 * The threads of a process usually share a table. Processes created with clone(CLONE_FILES) do as
 * well; then a descriptor is reported once for each process. A file, and with it its socket, stays
 * as long as the lock of its table is held.
 */
#include <linux/fdtable.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "census/sock_descriptors.h"
#include "census/sock_get.h"
#include "compat/sock.h"

/* The most sockets collected, and descriptors looked at (open or not), per hold of file_lock. */
#define GM_BATCH		64
#define GM_BATCH_FDS		4096

/* The most tasks that are collected in one RCU read section. */
#define GM_TASKS		512

struct gm_descriptor {
	struct gm_sock_ref ref;
	u32 fd;
};

struct gm_batch {
	struct gm_descriptor descriptor[GM_BATCH];
	u32 nr;
	u32 next;
};

static void gm_batch_add(struct gm_batch *batch, struct file *file, u32 fd)
{
	struct gm_descriptor *descriptor = &batch->descriptor[batch->nr];
	struct socket *sock = file ? gm_sock_from_file(file) : NULL;
	struct sock *sk = sock ? READ_ONCE(sock->sk) : NULL;

	if (sk && gm_sock_get(&descriptor->ref, sk)) {
		descriptor->fd = fd;
		batch->nr++;
	}
}

/* Collects the sockets of the next descriptors. Returns false at the table's end. */
static bool gm_batch_fill(struct gm_batch *batch, struct files_struct *files)
{
	struct fdtable *fdt;
	u32 fd, end;

	batch->nr = 0;
	spin_lock(&files->file_lock);
	fdt = files_fdtable(files);
	end = min_t(u32, fdt->max_fds, batch->next + GM_BATCH_FDS);
	for (fd = batch->next; fd < end && batch->nr < GM_BATCH; fd++)
		gm_batch_add(batch, rcu_dereference_check_fdtable(files, fdt->fd[fd]), fd);
	end = fdt->max_fds;
	spin_unlock(&files->file_lock);
	batch->next = fd;
	return fd < end;
}

static bool gm_batch_found(struct gm_sockets *c, struct gm_batch *batch, struct gm_owner *owner)
{
	const struct gm_finding finding = { .owner = owner };
	bool go_on = true;
	u32 i;

	for (i = 0; i < batch->nr; i++) {
		owner->fd = batch->descriptor[i].fd;
		go_on = go_on && gm_sockets_found(c, batch->descriptor[i].ref.sk, &finding);
		gm_sock_put(&batch->descriptor[i].ref);
	}
	return go_on;
}

/* group_leader is not valid once the thread has been unhashed, hence pid_alive(). */
static void gm_owner_of(struct gm_owner *owner, struct task_struct *task)
{
	owner->pid = task_tgid_vnr(task);
	rcu_read_lock();
	strscpy(owner->comm, pid_alive(task) ? task->group_leader->comm : task->comm,
		sizeof(owner->comm));
	rcu_read_unlock();
}

static bool gm_task_sockets(struct gm_sockets *c, struct gm_batch *batch, struct task_struct *task)
{
	struct gm_owner owner = {};
	bool more;

	gm_owner_of(&owner, task);
	batch->next = 0;
	do {
		task_lock(task);
		batch->nr = 0;
		more = task->files && gm_batch_fill(batch, task->files);
		task_unlock(task);
		if (!gm_batch_found(c, batch, &owner))
			return false;
		cond_resched();
	} while (more);
	return true;
}

/**
 * struct gm_tasks - a batch of tasks, with references
 * @task:	one task for each file table of each process
 * @files:	the table of that task; only compared, never dereferenced
 * @nr:		number of tasks in the batch
 * @last:	the last process visited, with a reference; NULL at the beginning
 * @after:	start time of the youngest process visited, in nanoseconds since boot
 * @left_out:	processes with more tables than fit into a batch
 */
struct gm_tasks {
	struct task_struct *task[GM_TASKS];
	const struct files_struct *files[GM_TASKS];
	u32 nr;
	struct task_struct *last;
	u64 after;
	u32 left_out;
};

/*
 * Returns the process after the last one in the list of processes, which is nearly in the order of
 * their start times. If the last one has left the list meanwhile, returns the first younger one.
 */
static struct task_struct *gm_next_process(const struct gm_tasks *tasks)
{
	struct task_struct *p;

	if (!tasks->last)
		return next_task(&init_task);
	/* exec() in another thread puts that thread in the place of the leader in the list. */
	if (pid_alive(tasks->last) && thread_group_leader(tasks->last))
		return next_task(tasks->last);
	for_each_process(p) {
		if (p->start_time > tasks->after)
			return p;
	}
	return &init_task;
}

static bool gm_table_told(const struct gm_tasks *tasks, u32 from, const struct files_struct *files)
{
	u32 i;

	for (i = from; i < tasks->nr; i++) {
		if (tasks->files[i] == files)
			return true;
	}
	return false;
}

/* Adds one thread for each table of @p. Returns false, and adds none, if they do not all fit. */
static bool gm_tasks_add(struct gm_tasks *tasks, struct task_struct *p)
{
	const struct files_struct *files;
	struct task_struct *thread;
	u32 from = tasks->nr;

	for_each_thread(p, thread) {
		files = READ_ONCE(thread->files);
		if (!files || gm_table_told(tasks, from, files))
			continue;
		if (tasks->nr == GM_TASKS && from) {
			tasks->nr = from;
			return false;
		}
		if (tasks->nr == GM_TASKS) {
			tasks->left_out++;
			break;
		}
		tasks->files[tasks->nr] = files;
		tasks->task[tasks->nr++] = thread;
	}
	return true;
}

/* Collects the next batch of tasks. Returns false at the end of the list. */
static bool gm_tasks_next(struct gm_tasks *tasks)
{
	struct task_struct *p, *last = NULL;
	u32 i;

	tasks->nr = 0;
	rcu_read_lock();
	for (p = gm_next_process(tasks); p != &init_task; p = next_task(p)) {
		if (!gm_tasks_add(tasks, p))
			break;
		last = p;
	}
	for (i = 0; i < tasks->nr; i++)
		get_task_struct(tasks->task[i]);
	if (last) {
		get_task_struct(last);
		tasks->after = max_t(u64, tasks->after, last->start_time);
	}
	rcu_read_unlock();
	if (tasks->last)
		put_task_struct(tasks->last);
	tasks->last = last;
	return last;
}

static bool gm_tasks_sockets(struct gm_sockets *c, struct gm_tasks *tasks, struct gm_batch *batch)
{
	bool go_on = true;
	u32 i;

	while (go_on && gm_tasks_next(tasks)) {
		for (i = 0; i < tasks->nr; i++) {
			go_on = go_on && gm_task_sockets(c, batch, tasks->task[i]);
			put_task_struct(tasks->task[i]);
		}
	}
	if (tasks->last)
		put_task_struct(tasks->last);
	c->missed[GM_MISSED_TABLES] += tasks->left_out;
	return go_on;
}

bool gm_sockets_by_descriptor(struct gm_sockets *c)
{
	struct gm_tasks *tasks = kvzalloc(sizeof(*tasks), GFP_KERNEL);
	struct gm_batch *batch = kzalloc(sizeof(*batch), GFP_KERNEL);
	bool go_on = true;

	if (tasks && batch)
		go_on = gm_tasks_sockets(c, tasks, batch);
	else
		c->missed[GM_MISSED_MEMORY]++;
	kfree(batch);
	kvfree(tasks);
	return go_on;
}
