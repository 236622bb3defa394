"use client";

import Link from "next/link";
import { type ReactNode, type RefObject, useEffect, useState } from "react";
import { Mark, SearchIcon } from "@/components/ui/icons";
import { describeToday } from "@/lib/due";
import type { LiveStatus } from "@/lib/live";
import type { Counts } from "./task-groups";

interface PageHeaderProps {
  search: string;
  onSearch: (q: string) => void;
  searchRef: RefObject<HTMLInputElement | null>;
  children: ReactNode;
}

export function PageHeader({ search, onSearch, searchRef, children }: PageHeaderProps) {
  return (
    <header className="@container sticky top-0 z-20 border-b border-line bg-page/90 pt-[env(safe-area-inset-top)] backdrop-blur-md">
      <div className="flex h-(--header) items-center gap-2 px-4">
        <Link className="flex items-center gap-2 rounded-sm font-semibold" href="/tasks/">
          <Mark />
          <span className="hidden @md:inline">TaskChat</span>
        </Link>
        <label className="mx-auto flex h-9 w-full max-w-[360px] items-center gap-2 rounded-md border border-transparent bg-hover px-3 text-quiet focus-within:border-accent focus-within:bg-surface">
          <SearchIcon size={16} />
          <input
            aria-label="Search tasks"
            autoComplete="off"
            className="w-full min-w-0 bg-transparent text-base text-text outline-none placeholder:text-quiet md:text-sm"
            enterKeyHint="search"
            maxLength={200}
            onChange={(event) => onSearch(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Escape") return;
              if (!search) return event.currentTarget.blur();
              event.preventDefault();
              onSearch("");
            }}
            dir={search ? "auto" : undefined}
            placeholder="Search"
            ref={searchRef}
            type="search"
            value={search}
          />
        </label>
        {children}
      </div>
    </header>
  );
}

interface DayHeadingProps {
  now: Date;
  counts: Counts;
  loading: boolean;
}

export function DayHeading({ now, counts, loading }: DayHeadingProps) {
  return (
    <div className="mb-5">
      <h1 className="text-2xl font-semibold tracking-tight" suppressHydrationWarning>
        {describeToday(now)}
      </h1>
      <p className="min-h-6 text-quiet tabular-nums">{loading ? "" : <Left counts={counts} />}</p>
    </div>
  );
}

function Left({ counts: { overdue, today, open, doneToday } }: { counts: Counts }) {
  if (open === 0) return doneToday > 0 ? "All done" : "";
  if (today + overdue === 0) return `${open} open, none due today`;
  // What is pressing is not all there is.
  const others = open > today + overdue;
  return (
    <>
      {others && `${open} open, `}
      {today > 0 && `${today} today`}
      {today > 0 && overdue > 0 && ", "}
      {overdue > 0 && <span className="text-danger">{overdue} overdue</span>}
    </>
  );
}

/** A short break is nobody's business; a longer one is said. */
const SAY_AFTER_MS = 3000;

export function LiveNote({ status }: { status: LiveStatus }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (status !== "connecting") {
      setLate(false);
      return;
    }
    const timer = setTimeout(() => setLate(true), SAY_AFTER_MS);
    return () => clearTimeout(timer);
  }, [status]);
  return (
    <p className="mt-3 text-sm text-quiet empty:hidden" role="status">
      {late && "Connection lost. Trying again; what others change shows up once it is back."}
    </p>
  );
}

interface LoadProblemProps {
  error: string;
  onRetry: () => void;
}

export function LoadProblem({ error, onRetry }: LoadProblemProps) {
  return (
    <div className="problem mt-4 flex flex-wrap items-center gap-x-4 gap-y-2" role="alert">
      <span className="min-w-0 flex-1">Your tasks could not be loaded. {error}</span>
      <button className="button button-secondary button-small" onClick={onRetry} type="button">
        Try again
      </button>
    </div>
  );
}
