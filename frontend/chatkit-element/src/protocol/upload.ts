/** Sends one file: as the server says when it is announced (two phases), or to the one address for all (direct). */
import { ChatKitError, responseError } from "./errors.ts";
import { isRecord, parseAttachment, text, textOrNull } from "./parse.ts";
import type { Api } from "./requests.ts";
import type { Attachment } from "./types.ts";

interface Watch {
  signal: AbortSignal;
  /** A share of 1. Where the host sends by its own fetch there is none. */
  onProgress: (share: number) => void;
}

interface Target {
  url: string;
  method: string;
  headers: Record<string, string>;
}

export async function uploadFile(api: Api, file: File, watch: Watch): Promise<Attachment> {
  const { upload } = api.config;
  if (upload.type === "direct") {
    const form = new FormData();
    form.append("file", file, file.name);
    const body = await send(api, { url: upload.url, method: "POST", headers: {} }, form, watch);
    return attachmentOf(parseJson(body));
  }
  const params = { name: file.name, size: file.size, mime_type: file.type || "application/octet-stream" };
  const created = await api.json({ type: "attachments.create", params }, watch.signal);
  const attachment = attachmentOf(created);
  const target = targetOf(created);
  if (target) await send(api, target, file, watch);
  return attachment;
}

function attachmentOf(value: unknown): Attachment {
  const attachment = isRecord(value) ? parseAttachment(value) : null;
  if (!attachment?.id) throw new ChatKitError("not_chatkit", "The server's answer is not an attachment.");
  return attachment;
}

function targetOf(created: unknown): Target | null {
  const descriptor = isRecord(created) ? created.upload_descriptor : null;
  if (!isRecord(descriptor)) return null;
  const url = textOrNull(descriptor.url);
  if (url === null) return null;
  const headers = isRecord(descriptor.headers) ? descriptor.headers : {};
  return {
    url,
    method: descriptor.method === "PUT" ? "PUT" : "POST",
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, text(value)])),
  };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new ChatKitError("not_chatkit", "The server's answer is not JSON.", { cause });
  }
}

/**
 * By the host's fetch where the file goes to the chat's own server, which wants its headers; a store elsewhere is
 * given what it asked for and nothing of the user's.
 */
async function send(api: Api, target: Target, body: FormData | File, watch: Watch): Promise<string> {
  const { fetch: hostFetch, getClientSecret, url } = api.config;
  const own = originOf(target.url) === originOf(url ?? "");
  if (own && (hostFetch || getClientSecret)) {
    const response = await api.fetch(target.url, {
      method: target.method,
      headers: target.headers,
      body,
      signal: watch.signal,
    });
    if (!response.ok) throw await responseError(response, false);
    return response.text();
  }
  return sendWithProgress(target, body, watch);
}

function originOf(url: string): string | null {
  try {
    return new URL(url, document.baseURI).origin;
  } catch {
    return null;
  }
}

/** fetch tells nothing of what has left; XMLHttpRequest does. */
function sendWithProgress(target: Target, body: FormData | File, watch: Watch): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.open(target.method, target.url);
    for (const [name, value] of Object.entries(target.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) watch.onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) return resolve(request.responseText);
      void responseError(answerOf(request), false).then(reject);
    };
    request.onerror = () => reject(new ChatKitError("unreachable", "The file could not be sent."));
    request.onabort = () => reject(watch.signal.reason);
    request.onloadend = () => watch.signal.removeEventListener("abort", abort);
    watch.signal.addEventListener("abort", abort);
    if (watch.signal.aborted) return reject(watch.signal.reason);
    request.send(body);
  });
}

function answerOf({ status, responseText }: XMLHttpRequest): Response {
  // A Response takes no other status; what has none was no answer of a server.
  const known = status >= 400 && status < 600;
  return new Response(responseText, { status: known ? status : 502 });
}
