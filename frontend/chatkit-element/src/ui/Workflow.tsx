import type { Task, Workflow } from "../protocol/types.ts";
import { useChat } from "./context.ts";
import { Foldable } from "./Foldable.tsx";
import { Markdown } from "./Markdown.tsx";
import { SourceLine } from "./Sources.tsx";

/** So many steps stay in view when a workflow has ended; more fold under one line. */
const FEW = 5;

const TASK_ICONS: Record<Task["type"], string> = {
  custom: "",
  web_search: "search",
  thought: "lightbulb",
  file: "document",
  image: "square-image",
};

export function WorkflowView({ workflow, running }: { workflow: Workflow; running: boolean }) {
  const { words } = useChat();
  const { tasks, summary } = workflow;
  if (workflow.type === "reasoning") {
    if (summary === null && tasks.length === 0 && !running) return null;
    const title =
      summary === null
        ? { text: running ? words.thinking : words.done, icon: "lightbulb" }
        : "title" in summary
          ? { text: summary.title, icon: summary.icon ?? "lightbulb" }
          : { text: words.thoughtFor(summary.duration), icon: "lightbulb" };
    return (
      <Foldable
        title={title.text}
        icon={title.icon}
        shimmer={summary === null && running}
        open={workflow.expanded}
      >
        {tasks.length > 0 ? <Tasks tasks={tasks} /> : null}
      </Foldable>
    );
  }
  const named = summary !== null && "title" in summary;
  if (summary === null || (!named && tasks.length <= FEW)) return <Tasks tasks={tasks} />;
  return (
    <Foldable
      title={named ? summary.title : `${words.workedFor(summary.duration)} · ${words.steps(tasks.length)}`}
      icon={(named ? summary.icon : null) ?? "check-circle"}
      open={workflow.expanded}
    >
      <Tasks tasks={tasks} />
    </Foldable>
  );
}

function Tasks({ tasks }: { tasks: readonly Task[] }) {
  return (
    <div class="tasks">
      {tasks.map((task, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the protocol names tasks by their index
        <TaskLine key={index} task={task} />
      ))}
    </div>
  );
}

/** A step as one line: what is done, and on demand with what and to what effect. */
export function TaskLine({ task }: { task: Task }) {
  const { words } = useChat();
  const loading = task.status === "loading";
  const title =
    task.title || (task.type === "web_search" ? words.searching : loading ? words.working : words.done);
  const icon = task.icon ?? (TASK_ICONS[task.type] || (task.status === "complete" ? "check-circle" : "bolt"));
  const detail = task.content !== "" || task.queries.length > 0 || task.sources.length > 0;
  return (
    <Foldable title={title} icon={icon} shimmer={loading}>
      {detail ? (
        <>
          {task.queries.map((query) => (
            <p key={query} class="query">
              {query}
            </p>
          ))}
          {task.content ? <Markdown text={task.content} /> : null}
          {task.sources.length > 0 ? (
            <ul class="source-list">
              {task.sources.map((source) => (
                <li key={JSON.stringify(source)}>
                  <SourceLine source={source} />
                </li>
              ))}
            </ul>
          ) : null}
        </>
      ) : null}
    </Foldable>
  );
}
