import { PlusIcon, SparkIcon } from "@/components/ui/icons";
import type { TaskQuery } from "@/types/task";

interface EmptyStateProps {
  query: TaskQuery;
  filtered: boolean;
  onAdd: () => void;
  onAsk: () => void;
  onClear: () => void;
}

/** Nothing to show: why, and how to begin. */
export function EmptyState({ query, filtered, onAdd, onAsk, onClear }: EmptyStateProps) {
  if (filtered) {
    return (
      <div className="py-16 text-center">
        <p className="mx-auto max-w-[420px] font-medium text-balance wrap-anywhere">
          {query.q.trim() ? `Nothing matches “${query.q.trim()}”.` : "No task fits this view."}
        </p>
        <button className="button button-secondary mt-4" onClick={onClear} type="button">
          Show all open tasks
        </button>
      </div>
    );
  }
  return (
    <div className="py-16 text-center">
      <p className="text-lg font-medium">Nothing on your list. What’s on your mind?</p>
      <p className="mt-1 text-quiet">Write it down yourself, or just say it.</p>
      <div className="mt-5 flex flex-wrap justify-center gap-3">
        <button className="button button-primary" onClick={onAdd} type="button">
          <PlusIcon /> Add a task
        </button>
        <button className="button button-secondary" onClick={onAsk} type="button">
          <SparkIcon /> Ask the assistant
        </button>
      </div>
    </div>
  );
}
