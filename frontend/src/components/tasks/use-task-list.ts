import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from "react";
import type { Assistant } from "@/components/ChatProvider";
import { createTaskApi, errorWords } from "@/lib/api";
import { tokens } from "@/lib/auth-client";
import { CONFIG } from "@/lib/config";
import { LiveClient, type LiveStatus, liveUrl } from "@/lib/live";
import type { LiveEvent, TaskQuery } from "@/types/task";
import { createTaskActions } from "./task-actions";
import { isFiltered, OPEN_TASKS } from "./task-groups";
import { EMPTY_LIST, taskListReducer, visibleTasks } from "./task-list";
import { loadMore, loadView } from "./task-loader";

/** Nothing is there yet, another view is on its way, all is there, or it could not be had. */
export type Loading = "first" | "next" | "ready" | "error";

interface View {
  loading: Loading;
  error: string;
  /** Where the next page begins; null when everything is there. */
  cursor: string | null;
}

const TYPING_PAUSE_MS = 200;

const FIRST_VIEW: View = { loading: "first", error: "", cursor: null };

/**
 * One user's tasks: fetched, changed at once with a way back, and kept up to date by `/ws/live`,
 * whose news of conversations go on to the assistant. Actions reject with the words to show.
 */
export function useTaskList(
  userId: string,
  query: TaskQuery,
  { onThreadEvent, reconnection }: Pick<Assistant, "onThreadEvent" | "reconnection">,
) {
  const api = useMemo(() => createTaskApi(userId), [userId]);
  const [state, dispatch] = useReducer(taskListReducer, EMPTY_LIST);
  const [view, setView] = useState<View>(FIRST_VIEW);
  const [live, setLive] = useState<LiveStatus>("connecting");
  const clock = useRef(0);
  useEffect(() => {
    clock.current = state.clock;
  }, [state.clock]);

  const request = useRef<AbortController | null>(null);
  const running = useRef<Promise<void>>(Promise.resolve());
  const hasOpenTasks = useRef(false);
  const fetchView = useCallback(
    async (wanted: TaskQuery) => {
      request.current?.abort();
      const controller = new AbortController();
      request.current = controller;
      const { signal } = controller;
      const options = { api, clock: clock.current, dispatch, signal };
      try {
        // The header counts the open tasks under any filter, so they are always fetched.
        if (isFiltered(wanted) && !hasOpenTasks.current) {
          await loadView({ ...options, query: OPEN_TASKS });
        }
        const cursor = await loadView({ ...options, query: wanted });
        hasOpenTasks.current = true;
        if (!signal.aborted) setView({ loading: "ready", error: "", cursor });
      } catch (error) {
        if (signal.aborted) return;
        setView((current) => ({ ...current, loading: "error", error: errorWords(error) }));
      }
    },
    [api],
  );
  const load = useCallback(
    (wanted: TaskQuery) => {
      running.current = fetchView(wanted);
      return running.current;
    },
    [fetchView],
  );

  const latestQuery = useRef(query);
  const reload = useCallback(() => {
    hasOpenTasks.current = false;
    return load(latestQuery.current);
  }, [load]);
  useEffect(() => {
    const first = latestQuery.current === query;
    latestQuery.current = query;
    if (!first) setView((current) => ({ ...current, loading: "next", cursor: null }));
    // Typing asks the server once it pauses; what is here already is filtered at once.
    const timer = setTimeout(() => void load(query), first ? 0 : TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [load, query]);
  useEffect(() => () => request.current?.abort(), []);

  const onThread = useRef(onThreadEvent);
  useEffect(() => {
    onThread.current = onThreadEvent;
  }, [onThreadEvent]);
  const client = useRef<LiveClient | null>(null);
  useEffect(() => {
    const receive = (event: LiveEvent) => {
      if ("task" in event) return dispatch({ type: "event", event });
      if (event.type === "sync") void reload();
      onThread.current(event);
    };
    let wasReady = false;
    const liveClient = new LiveClient({
      url: liveUrl(CONFIG.API_BASE_URL),
      tokens,
      reconnection,
      onEvent: receive,
      // Also the first time: something may have changed since the first fetch, which may go on.
      onReady: () => {
        void running.current.then(reload);
        if (wasReady) onThread.current({ type: "sync" });
        wasReady = true;
      },
      onStatus: setLive,
    });
    client.current = liveClient;
    liveClient.start();
    return () => liveClient.stop();
  }, [reconnection, reload]);

  const actions = useMemo(() => createTaskActions(api, dispatch), [api]);
  const tasks = useMemo(() => visibleTasks(state), [state]);

  return {
    api,
    tasks,
    rowKeys: state.rowKeys,
    news: state.news,
    live,
    loading: view.loading,
    error: view.error,
    hasMore: view.cursor !== null,
    reload,
    /** After a new sign-in. */
    reconnect: useCallback(() => {
      client.current?.reconnect();
      void reload();
    }, [reload]),
    loadMore: useCallback(async () => {
      if (!view.cursor) return;
      const { signal } = new AbortController();
      const options = { api, query, clock: clock.current, dispatch, signal };
      const cursor = await loadMore({ ...options, cursor: view.cursor });
      setView((current) => ({ ...current, cursor }));
    }, [api, query, view.cursor]),
    actions,
  };
}
