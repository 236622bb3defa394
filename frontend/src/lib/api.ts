import type { NewTask, Task, TaskChanges, TaskPage, TaskQuery } from "@/types/task";
import { tokens } from "./auth-client";
import { createAuthenticatedFetch } from "./authenticated-fetch";
import { CONFIG } from "./config";
import { askToSignIn } from "./sign-in-again";
import { createTimelyFetch } from "./timely-fetch";

const ANSWER_WITHIN_MS = 15_000;

/** The one `fetch` for our API: tasks and chat both go through it. */
export const authenticatedFetch = createAuthenticatedFetch({
  tokens,
  askToSignIn,
  fetch: createTimelyFetch(ANSWER_WITHIN_MS),
});

/** A request that failed, in words for the user: the server's own where it gave any. */
export class ApiError extends Error {
  constructor(
    /** The HTTP status; 0 when there was no answer. */
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

export interface AssistantInfo {
  provider: "offline" | "openai" | "compatible";
  model: string;
  words: string;
}

export interface RunInfo {
  run_id: string;
  status: string;
  last_event_id: number;
}

interface ListOptions {
  cursor?: string | null;
  limit?: number;
  sort?: string;
  signal?: AbortSignal;
}

export type TaskApi = ReturnType<typeof createTaskApi>;

/** The task endpoints of one user. */
export function createTaskApi(userId: string, send: typeof fetch = authenticatedFetch) {
  const base = `${CONFIG.API_BASE_URL}/api/${encodeURIComponent(userId)}`;
  const path = (taskId: string) => `${base}/tasks/${encodeURIComponent(taskId)}`;

  return {
    list(query: Partial<TaskQuery>, { signal, ...page }: ListOptions = {}): Promise<TaskPage> {
      const parameters = new URLSearchParams();
      for (const [name, value] of Object.entries({ ...query, ...page })) {
        if (value) parameters.set(name, String(value));
      }
      return request(send, `${base}/tasks?${parameters}`, { signal });
    },
    create: (task: NewTask): Promise<Task> => request(send, `${base}/tasks`, json("POST", task)),
    update: (taskId: string, changes: TaskChanges): Promise<Task> =>
      request(send, path(taskId), json("PATCH", changes)),
    remove: (taskId: string): Promise<void> => request(send, path(taskId), { method: "DELETE" }),
    restore: (taskId: string): Promise<Task> =>
      request(send, `${path(taskId)}/restore`, { method: "POST" }),
    /** The reply that is going on in a thread. */
    run: async (threadId: string): Promise<RunInfo | null> =>
      (await request(send, `${base}/chat/threads/${encodeURIComponent(threadId)}/run`, {})) ?? null,
    assistant: (): Promise<AssistantInfo> => request(send, `${base}/chat/assistant`, {}),
  };
}

function json(method: string, body: unknown): RequestInit {
  return { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

async function request<T>(send: typeof fetch, url: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await send(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(
      0,
      "network",
      "TaskChat can’t be reached. Check your connection and try again.",
    );
  }
  if (!response.ok) throw await toApiError(response);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

/** Reads `{"detail", "code"}`; a proxy's HTML page gets words of our own. */
async function toApiError(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as {
    detail?: unknown;
    code?: unknown;
  } | null;
  const detail = typeof body?.detail === "string" && body.detail ? body.detail : null;
  const code = typeof body?.code === "string" ? body.code : `http_${response.status}`;
  return new ApiError(response.status, code, detail ?? wordsFor(response.status));
}

function wordsFor(status: number): string {
  if (status === 401) return "You are signed out. Sign in again to go on.";
  if (status === 404) return "That is not there any more.";
  if (status === 429) return "That was a lot at once. Wait a moment and try again.";
  if (status >= 500) return "TaskChat has a problem right now. Try again in a moment.";
  return `TaskChat answered with an error (${status}). Try again.`;
}

/** Any failure as a sentence to show. */
export function errorWords(error: unknown): string {
  return error instanceof Error && error.message
    ? error.message
    : "Something went wrong. Try again.";
}
