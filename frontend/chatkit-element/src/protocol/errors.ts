/** Why a request or its stream failed, in kinds that have words (locales) and a way on (retry, reload, new chat). */

export type FailureKind =
  | "no_api"
  | "unreachable"
  | "unauthorized"
  | "forbidden"
  | "wrong_address"
  | "thread_gone"
  | "busy"
  | "too_large"
  | "rejected"
  | "too_many"
  | "server"
  | "not_chatkit"
  | "cut"
  | "interrupted"
  | "reply_failed";

export interface FailureDetails {
  status?: number;
  code?: string;
  /** The server's own words, meant for the user. */
  detail?: string;
  /** Seconds. */
  retryAfter?: number;
  cause?: unknown;
}

export class ChatKitError extends Error {
  override readonly name = "ChatKitError";
  readonly kind: FailureKind;
  readonly status?: number;
  readonly code?: string;
  readonly detail?: string;
  readonly retryAfter?: number;

  constructor(kind: FailureKind, message: string, details: FailureDetails = {}) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.status = details.status;
    this.code = details.code;
    this.detail = details.detail;
    this.retryAfter = details.retryAfter;
  }
}

/** What the host's own function says of its failure, in its own words; a TypeError is the browser's. */
export function hostWords(cause: unknown): string | undefined {
  return cause instanceof Error && cause.name === "Error" && cause.message ? cause.message : undefined;
}

const MAX_DETAIL_CHARS = 300;

/** The error of a response that is not 2xx. `hasThread`: the request was about a thread, so a 404 can mean that it is gone. */
export async function responseError(response: Response, hasThread: boolean): Promise<ChatKitError> {
  const { detail, code } = await readProblem(response);
  const { status } = response;
  const retryAfter = Number.parseFloat(response.headers.get("Retry-After") ?? "");
  return new ChatKitError(
    kindOfStatus(status, hasThread && code !== null),
    `The server answered ${status}.`,
    {
      status,
      code: code ?? undefined,
      detail: detail ?? undefined,
      retryAfter: Number.isFinite(retryAfter) ? retryAfter : undefined,
    },
  );
}

function kindOfStatus(status: number, threadKnown: boolean): FailureKind {
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 404) return threadKnown ? "thread_gone" : "wrong_address";
  if (status === 405 || status === 410)
    return status === 410 && threadKnown ? "thread_gone" : "wrong_address";
  if (status === 409) return "busy";
  if (status === 413) return "too_large";
  if (status === 429) return "too_many";
  return status >= 500 ? "server" : "rejected";
}

/** `code` is "" when the body is a JSON object without one, null when it is no JSON object (a proxy's page, say). */
async function readProblem(response: Response): Promise<{ detail: string | null; code: string | null }> {
  try {
    const body: unknown = await response.json();
    if (typeof body !== "object" || body === null) return { detail: null, code: null };
    const { detail, code } = body as { detail?: unknown; code?: unknown };
    return {
      detail: typeof detail === "string" && detail ? detail.slice(0, MAX_DETAIL_CHARS) : null,
      code: typeof code === "string" ? code : "",
    };
  } catch {
    return { detail: null, code: null };
  }
}
