import { Mark } from "@/components/ui/icons";

const WIDTHS = ["w-3/5", "w-2/5", "w-1/2", "w-1/3", "w-2/5"] as const;

/** Rows to come, in the shape of rows. */
export function SkeletonRows() {
  return (
    <div aria-busy="true" className="mt-6">
      <span className="sr-only">Loading your tasks</span>
      {WIDTHS.map((width, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a fixed drawing
        <div className="flex h-(--row) items-center gap-3" key={index}>
          <span className="skeleton size-[22px]" />
          <span className={`skeleton h-3 ${width}`} />
        </div>
      ))}
    </div>
  );
}

/** The page before it is known who is there. */
export function TasksPageSkeleton() {
  return (
    <>
      <div className="flex h-(--header) items-center gap-2 border-b border-line px-4 font-semibold">
        <Mark /> TaskChat
      </div>
      <main className="mx-auto max-w-[720px] px-4 pt-8 sm:px-6">
        <span className="skeleton block h-7 w-56" />
        <SkeletonRows />
      </main>
    </>
  );
}
