"use client";

import { SessionGate } from "@/components/account/SessionGate";
import { ChatProvider } from "@/components/ChatProvider";
import { ToastProvider } from "@/components/ui/Toasts";
import { TasksPageSkeleton } from "./Skeleton";
import { TasksPage } from "./TasksPage";

/** The tasks page with all that it needs around it, one user at a time. */
export function TasksApp() {
  return (
    <SessionGate fallback={<TasksPageSkeleton />}>
      {(user) => (
        <ToastProvider key={user.id}>
          <ChatProvider userId={user.id}>
            <TasksPage user={user} />
          </ChatProvider>
        </ToastProvider>
      )}
    </SessionGate>
  );
}
