"use client";

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { AccountMenu } from "@/components/account/AccountMenu";
import type { SignedInUser } from "@/components/account/SessionGate";
import { SignInAgain } from "@/components/account/SignInAgain";
import { useAssistant } from "@/components/ChatProvider";
import { AssistantToggle } from "@/components/chat/AssistantToggle";
import { ChatAssistant } from "@/components/chat/ChatAssistant";
import { ToastRegion, useToasts } from "@/components/ui/Toasts";
import { errorWords } from "@/lib/api";
import type { NewTask, Task, TaskQuery } from "@/types/task";
import { AddTask } from "./AddTask";
import { EmptyState } from "./EmptyState";
import { FilterBar } from "./FilterBar";
import { DayHeading, LiveNote, LoadProblem, PageHeader } from "./PageParts";
import { ShortcutsDialog } from "./ShortcutsDialog";
import { SkeletonRows } from "./Skeleton";
import { TaskList } from "./TaskList";
import { allLabels, countTasks, groupTasks, isFiltered, matches, OPEN_TASKS } from "./task-groups";
import { useNews, useSettling } from "./use-moments";
import { useNow } from "./use-now";
import { focusNeighbour, focusTask, useShortcuts } from "./use-shortcuts";
import { useTaskList } from "./use-task-list";

/** The list is the page; the assistant stands at its side. */
export function TasksPage({ user }: { user: SignedInUser }) {
  const [query, setQuery] = useState<TaskQuery>(OPEN_TASKS);
  const [editing, setEditing] = useState<string | null>(null);
  const [helping, setHelping] = useState(false);
  const addInput = useRef<HTMLInputElement>(null);
  const searchInput = useRef<HTMLInputElement>(null);
  const latestQuery = useRef(query);
  useEffect(() => {
    latestQuery.current = query;
  }, [query]);
  const now = useNow();
  const toasts = useToasts();
  const assistant = useAssistant();

  const list = useTaskList(user.id, query, assistant);
  const { tasks, actions } = list;
  const { glowing, words } = useNews(list.news);
  const settling = useSettling(tasks);
  const groups = useMemo(
    () => groupTasks(tasks, query, now, settling),
    [tasks, query, now, settling],
  );
  const counts = useMemo(() => countTasks(tasks, now), [tasks, now]);
  const labels = useMemo(() => allLabels(tasks), [tasks]);

  const fail = useCallback(
    (what: string) => (error: unknown) => toasts.show({ text: `${what} ${errorWords(error)}` }),
    [toasts.show],
  );
  const complete = useCallback(
    (task: Task) => {
      const completed = !task.completed;
      const undo = () =>
        actions.update(task.id, { completed: !completed }).catch(fail("Not undone."));
      actions
        .update(task.id, { completed })
        .then(() => {
          if (completed) {
            toasts.show({
              text: `Completed “${task.title}”`,
              action: { label: "Undo", run: undo },
            });
          }
        })
        .catch(fail("Not saved."));
    },
    [actions, fail, toasts.show],
  );
  const remove = useCallback(
    (task: Task) => {
      focusNeighbour(task.id);
      setEditing(null);
      const undo = () => actions.restore(task.id).catch(fail("Not restored."));
      actions
        .remove(task.id)
        .then(() =>
          toasts.show({ text: `Deleted “${task.title}”`, action: { label: "Undo", run: undo } }),
        )
        .catch(fail("Not deleted."));
    },
    [actions, fail, toasts.show],
  );
  const add = async (fields: NewTask) => {
    const task = await actions.add(fields);
    if (matches(task, latestQuery.current, new Date())) return;
    const show = () => {
      setQuery(OPEN_TASKS);
      // After the list has been drawn with it.
      requestAnimationFrame(() => focusTask(task.id));
    };
    toasts.show({
      text: `Added. This view hides “${task.title}”`,
      action: { label: "Show", run: show },
    });
  };
  const edit = useCallback((task: Task) => setEditing(task.id), []);
  const endEdit = useCallback((task: Task) => {
    setEditing(null);
    // After the row has come back in the editor's place.
    requestAnimationFrame(() => focusTask(task.id));
  }, []);

  const focusAdd = () => addInput.current?.focus();
  useShortcuts({
    addTask: focusAdd,
    search: () => searchInput.current?.select(),
    help: () => setHelping(true),
    edit: setEditing,
    remove: (id) => {
      const task = tasks.find((candidate) => candidate.id === id);
      if (task) remove(task);
    },
  });

  const empty = groups.length === 0;
  return (
    <>
      <div className={assistant.isOpen ? "beside-panel" : ""} ref={assistant.pageRef}>
        <PageHeader
          onSearch={(q) => setQuery({ ...query, q })}
          search={query.q}
          searchRef={searchInput}
        >
          <AccountMenu onShortcuts={() => setHelping(true)} user={user} />
          <AssistantToggle />
        </PageHeader>
        <main className="@container mx-auto max-w-[720px] px-4 pt-6 pb-24 sm:px-6 sm:pt-8">
          <DayHeading counts={counts} loading={list.loading === "first"} now={now} />
          <AddTask add={add} connected={list.live === "live"} inputRef={addInput} now={now}>
            <FilterBar labels={labels} onChange={setQuery} query={query} />
          </AddTask>
          <LiveNote status={list.live} />
          {list.loading === "error" && <LoadProblem error={list.error} onRetry={list.reload} />}
          {list.loading === "first" && empty && <SkeletonRows />}
          {list.loading === "ready" && empty && (
            <EmptyState
              filtered={isFiltered(query)}
              onAdd={focusAdd}
              onAsk={assistant.open}
              onClear={() => setQuery(OPEN_TASKS)}
              query={query}
            />
          )}
          <TaskList
            editing={editing}
            foldDone={query.status === "open"}
            glowing={glowing}
            groups={groups}
            now={now}
            onComplete={complete}
            onDelete={remove}
            onEdit={edit}
            onEditEnd={endEdit}
            rowKeys={list.rowKeys}
            onSave={(task, changes) => actions.update(task.id, changes)}
            settling={settling}
          />
          {list.hasMore && (
            <button
              className="button button-secondary mt-4 w-full"
              onClick={() => list.loadMore().catch(fail("No more could be loaded."))}
              type="button"
            >
              Show more
            </button>
          )}
        </main>
      </div>
      <ToastRegion />
      <div aria-live="polite" className="sr-only" role="status">
        {words}
      </div>
      <ChatAssistant />
      <SignInAgain onSignedIn={list.reconnect} user={user} />
      {helping && <ShortcutsDialog onClose={() => setHelping(false)} />}
    </>
  );
}
