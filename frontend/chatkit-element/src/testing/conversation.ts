/** A conversation without an element, for tests. */
import { vi } from "vitest";
import { Api } from "../protocol/requests.ts";
import type { UserMessageInput } from "../protocol/types.ts";
import { Conversation, type ConversationHost } from "../state/conversation.ts";
import { FakeServer } from "./server.ts";

/** A message of words alone. */
export function input(text: string): UserMessageInput {
  return {
    content: [{ type: "input_text", text }],
    attachments: [],
    quoted_text: null,
    inference_options: {},
  };
}

/** A conversation with a server, and what it asks of the element around it. */
export function setUp(answer: FakeServer["answer"], threadId: string | null = null) {
  const server = new FakeServer(answer);
  const host = {
    emit: vi.fn<ConversationHost["emit"]>(),
    restoreDraft: vi.fn<ConversationHost["restoreDraft"]>(),
    threadChanged: vi.fn<ConversationHost["threadChanged"]>(),
    runClientTool: vi.fn<ConversationHost["runClientTool"]>(async () => ({ ok: true })),
  };
  const api = new Api(() => ({
    url: "/chatkit",
    fetch: server.fetch,
    getClientSecret: null,
    upload: { type: "two_phase" },
  }));
  const conversation = new Conversation(api, host, threadId);
  const names = () => host.emit.mock.calls.map(([name]) => name).filter((name) => name !== "chatkit.log");
  return { server, host, conversation, names, state: () => conversation.store.value };
}
