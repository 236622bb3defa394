/** A thread as the server has stored it: its newest items first, older ones by the page. */
import { ChatKitError } from "../protocol/errors.ts";
import { isRecord, parseEnding, parseItem, parsePage, parseThread } from "../protocol/parse.ts";
import { openThread, type ThreadState } from "../protocol/reducer.ts";
import type { Api } from "../protocol/requests.ts";
import type { Page, ThreadItem } from "../protocol/types.ts";

const PAGE = 40;

export async function fetchThread(api: Api, id: string, signal: AbortSignal): Promise<ThreadState> {
  const body = await api.json({ type: "threads.get_by_id", params: { thread_id: id } }, signal);
  const info = parseThread(body);
  if (!info || !isRecord(body)) {
    throw new ChatKitError("not_chatkit", "The server's answer is not a thread.");
  }
  const ending = parseEnding(body.last_run);
  const page = parsePage(body.items, parseItem);
  if (!page.has_more) return openThread(info, page.data, { ending });
  // The thread comes with its oldest items; what one wants to see are the newest.
  const newest = await fetchItems(api, id, null, signal);
  const older = newest.has_more ? newest.after : null;
  return openThread(info, newest.data.toReversed(), { ending, older });
}

/** The newest items before `after`, the newest of all first. */
export async function fetchItems(
  api: Api,
  threadId: string,
  after: string | null,
  signal: AbortSignal,
): Promise<Page<ThreadItem>> {
  const params = {
    thread_id: threadId,
    limit: PAGE,
    order: "desc" as const,
    ...(after === null ? {} : { after }),
  };
  return parsePage(await api.json({ type: "items.list", params }, signal), parseItem);
}
