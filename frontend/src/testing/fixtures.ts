import type { Task } from "@/types/task";

/** A task as the API writes it; `number` makes its id. */
export function aTask(fields: Partial<Task> & { number?: number } = {}): Task {
  const number = fields.number ?? 1;
  return {
    id: `task_${number}`,
    number,
    title: `Task ${number}`,
    description: "",
    completed: false,
    priority: "none",
    due_at: null,
    labels: [],
    created_at: "2026-11-24T08:00:00.000000Z",
    updated_at: "2026-11-24T08:00:00.000000Z",
    completed_at: null,
    ...fields,
  };
}

/** A JWT that nobody signed: the browser only reads what it says. */
export function aToken({ sub = "user_1", exp = 0 }: { sub?: string; exp?: number } = {}): string {
  const part = (value: unknown) =>
    btoa(JSON.stringify(value)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  return `${part({ alg: "ES256" })}.${part({ sub, exp })}.signature`;
}

export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status });
}
