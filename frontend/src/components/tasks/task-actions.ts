import type { TaskApi } from "@/lib/api";
import type { NewTask, Task, TaskChanges } from "@/types/task";
import type { TaskListAction } from "./task-list";

export type TaskActions = ReturnType<typeof createTaskActions>;

/**
 * What the user can do with tasks: seen at once, then sent, then confirmed or taken back. Each
 * rejects with the words to show.
 */
export function createTaskActions(api: TaskApi, dispatch: (action: TaskListAction) => void) {
  let changes = 0;
  // A counter, since `crypto.randomUUID` is missing on a page served by plain http.
  const newKey = () => `change-${++changes}`;

  // Changes of one task reach the server in the order in which the user made them.
  const queues = new Map<string, Promise<unknown>>();
  function inOrder<T>(id: string, send: () => Promise<T>): Promise<T> {
    const turn = (queues.get(id) ?? Promise.resolve()).then(send, send);
    const done = () => {
      if (queues.get(id) === turn) queues.delete(id);
    };
    queues.set(id, turn);
    turn.then(done, done);
    return turn;
  }

  async function follow<T extends Task | null>(key: string, answer: Promise<T>): Promise<T> {
    try {
      const task = await answer;
      dispatch({ type: "saved", key, task });
      return task;
    } catch (error) {
      dispatch({ type: "failed", key });
      throw error;
    }
  }

  return {
    add(fields: NewTask): Promise<Task> {
      const key = newKey();
      dispatch({ type: "begin", change: { key, kind: "create", task: draft(key, fields) } });
      return follow(key, api.create(fields));
    },
    update(id: string, changes: TaskChanges): Promise<Task> {
      const key = newKey();
      dispatch({ type: "begin", change: { key, kind: "update", id, changes } });
      const answer = inOrder(id, () => api.update(id, changes));
      return follow(key, answer);
    },
    async remove(id: string): Promise<void> {
      const key = newKey();
      dispatch({ type: "begin", change: { key, kind: "remove", id } });
      const answer = inOrder(id, () => api.remove(id)).then(() => null);
      await follow(key, answer);
    },
    restore(id: string): Promise<Task> {
      const key = newKey();
      dispatch({ type: "begin", change: { key, kind: "restore", id } });
      const answer = inOrder(id, () => api.restore(id));
      return follow(key, answer);
    },
  };
}

/** A task as it looks until the server has given it an id and a number. */
function draft(key: string, fields: NewTask): Task {
  const now = new Date().toISOString();
  return {
    description: "",
    priority: "none",
    due_at: null,
    labels: [],
    ...fields,
    id: `draft:${key}`,
    number: Number.MAX_SAFE_INTEGER,
    completed: false,
    completed_at: null,
    created_at: now,
    updated_at: now,
  };
}

/** Not on the server yet: nothing can be done with it for the moment. */
export function isDraft(task: Task): boolean {
  return task.id.startsWith("draft:");
}
