import type { TaskApi } from "@/lib/api";
import type { Task, TaskQuery } from "@/types/task";
import { matches, OPEN_TASKS } from "./task-groups";
import type { TaskListAction } from "./task-list";

const PAGE_SIZE = 100;
/** So many open tasks are fetched by themselves; beyond, the user asks for more. */
const OPEN_TASKS_MAX = 1000;

interface Loading {
  api: TaskApi;
  query: TaskQuery;
  /** The list's clock when the request begins: what changes during it is younger. */
  clock: number;
  dispatch: (action: TaskListAction) => void;
  signal: AbortSignal;
}

/**
 * Fetches what a view shows and settles the list with it. Resolves to the cursor of what is left.
 *
 * The open list is fetched whole, page after page, since its groups and counts need all of it;
 * any other view begins with one page.
 */
export async function loadView(loading: Loading): Promise<string | null> {
  const { api, query, clock, dispatch, signal } = loading;
  const open = query.status === "open";
  const ids = new Set<string>();
  const keep = (items: readonly Task[]) => {
    for (const task of items) ids.add(task.id);
    dispatch({ type: "fetched", tasks: items, clock });
  };

  const doneToday = open
    ? api.list({ ...query, status: "completed" }, { limit: PAGE_SIZE, signal })
    : null;
  // Its failure is met below; until then it must not count as nobody's.
  doneToday?.catch(() => undefined);

  let cursor: string | null = null;
  do {
    const page = await api.list(query, { cursor, limit: PAGE_SIZE, sort: sortOf(query), signal });
    keep(page.items);
    cursor = page.next_cursor;
  } while (cursor && open && ids.size < OPEN_TASKS_MAX);
  if (doneToday) keep((await doneToday).items);

  const now = new Date();
  dispatch({
    type: "settled",
    ids,
    clock,
    covers: (task) =>
      matches(task, query, now) || (open && matches(task, { ...query, status: "completed" }, now)),
  });
  return cursor;
}

/** Fetches one page more. */
export async function loadMore(loading: Loading & { cursor: string }): Promise<string | null> {
  const { api, query, clock, cursor, dispatch, signal } = loading;
  const page = await api.list(query, { cursor, limit: PAGE_SIZE, sort: sortOf(query), signal });
  dispatch({ type: "fetched", tasks: page.items, clock });
  return page.next_cursor;
}

function sortOf(query: TaskQuery): string {
  return query.status === OPEN_TASKS.status ? "due" : "-created";
}
