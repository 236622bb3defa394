"use client";

import { type UseChatKitReturn, useChatKit } from "@openai/chatkit-react";
import {
  createContext,
  type RefObject,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { type AssistantInfo, authenticatedFetch, createTaskApi, type RunInfo } from "@/lib/api";
import { recallAssistant, rememberAssistant } from "@/lib/assistant-memory";
import { createChatFetch } from "@/lib/chat-fetch";
import { loadChatKit } from "@/lib/chatkit-script";
import { CONFIG } from "@/lib/config";
import { isComposing, ownChatKit } from "@/lib/own-element";
import { Reconnection } from "@/lib/reconnection";
import { createResumingChat } from "@/lib/resuming-fetch";
import { useTheme } from "@/lib/theme";
import { UnsentActions } from "@/lib/unsent";
import type { ChatError, ChatProviderProps } from "@/types/chat";
import type { ThreadEvent } from "@/types/task";
import { chatKitOptions } from "./chat/options";

export interface Assistant {
  isOpen: boolean;
  open: () => void;
  close: () => void;
  /** Whether the conversation can be seen and used. */
  isReady: boolean;
  control: UseChatKitReturn["control"];
  focusComposer: () => void;
  error: ChatError | null;
  dismissError: () => void;
  loadScript: () => void;
  /** What is to be said of lost connections, and what can be done. */
  reconnection: Reconnection;
  /** What `/ws/live` tells of conversations: those of other windows show up here too. */
  onThreadEvent: (event: ThreadEvent) => void;
  /** Opens and closes the panel; gets the focus back. */
  toggleRef: RefObject<HTMLButtonElement | null>;
  /** The page beside the panel. */
  pageRef: RefObject<HTMLDivElement | null>;
}

const AssistantContext = createContext<Assistant | null>(null);

/** This window's own replies are in its own stream: news of them just after one's end is no news. */
const OWN_NEWS_MS = 2000;
/** So long after news of a reply its own request surely has been answered. */
const OWN_START_MS = 300;

/** The assistant of one user: the real `useChatKit`, with our tokens on its requests. */
export function ChatProvider({ userId, children }: ChatProviderProps) {
  const [memory, setMemory] = useState(() => recallAssistant(userId));
  const [initialThread] = useState(memory.threadId);
  const [isReady, setReady] = useState(false);
  const [error, setError] = useState<ChatError | null>(null);
  const [info, setInfo] = useState<AssistantInfo | null>(null);
  const toggleRef = useRef<HTMLButtonElement>(null);
  const pageRef = useRef<HTMLDivElement>(null);
  const failure = useRef<ChatError | null>(null);
  const replyEnd = useRef(0);

  useEffect(() => rememberAssistant(userId, memory), [memory, userId]);
  const open = useCallback(() => setMemory((current) => ({ ...current, open: true })), []);
  const close = useCallback(() => setMemory((current) => ({ ...current, open: false })), []);

  const url = `${CONFIG.API_BASE_URL}/api/${encodeURIComponent(userId)}/chat`;
  const [reconnection] = useState(() => new Reconnection());
  const [unsent] = useState(() => new UnsentActions(userId, sessionStorage));
  const refresh = useRef<() => void>(() => undefined);
  const resuming = useMemo(
    () =>
      createResumingChat({
        url,
        send: authenticatedFetch,
        reconnection,
        unsent,
        onGone: () => refresh.current(),
      }),
    [reconnection, unsent, url],
  );
  const chatFetch = useMemo(
    () =>
      createChatFetch(resuming.fetch, (reason) => {
        failure.current = reason;
      }),
    [resuming],
  );
  const options = chatKitOptions(
    {
      url,
      domainKey: CONFIG.DOMAIN_KEY,
      fetch: chatFetch,
      colorScheme: useTheme(),
      initialThread,
      disclaimer: info?.provider === "offline" ? info.words : null,
    },
    close,
  );
  const { control, focusComposer, fetchUpdates, setComposerValue, setThreadId } = useChatKit({
    ...options,
    onReady: () => {
      setReady(true);
      // What was on its way when the page was left: sent again, it is done once.
      const message = unsent.message();
      if (message && message.threadId === memory.threadId && !isComposing()) {
        void setComposerValue({ text: message.text });
      }
    },
    onThreadLoadEnd: ({ threadId }) => void follow(threadId),
    onError: ({ error: reason }) => {
      setError(failure.current ?? unknownError(reason));
      // Whatever comes of the reply now, this window hears of it by the news alone.
      replyEnd.current = 0;
    },
    onThreadChange: ({ threadId }) => setMemory((current) => ({ ...current, threadId })),
    onResponseStart: () => {
      setError(null);
      // The server answers: the list need not wait for its next try to hear what the reply does.
      reconnection.wake();
      replyEnd.current = Number.POSITIVE_INFINITY;
    },
    onResponseEnd: () => {
      replyEnd.current = Date.now();
    },
  });

  const loadScript = useCallback(() => {
    setError(null);
    loadChatKit(CONFIG.CHATKIT_SCRIPT).catch(() => setError(SCRIPT_ERROR));
  }, []);
  useEffect(loadScript, [loadScript]);

  useEffect(() => {
    let current = true;
    createTaskApi(userId)
      .assistant()
      .then((answer) => current && setInfo(answer))
      // Without it the disclaimer is missing, and nothing else.
      .catch(() => undefined);
    return () => {
      current = false;
    };
  }, [userId]);

  const runOf = useCallback(
    (threadId: string) =>
      createTaskApi(userId)
        .run(threadId)
        // Then the thread is as it was loaded, until the news that the run has ended.
        .catch(() => null),
    [userId],
  );
  const join = useCallback(
    async (threadId: string, run: RunInfo | null) => {
      if (!run) return;
      await ownChatKit()?.followReply(threadId, (signal) => resuming.follow(run.run_id, signal));
    },
    [resuming],
  );
  /** Joins the reply that goes on in a thread, if one does. */
  const follow = useCallback(
    async (threadId: string) => join(threadId, await runOf(threadId)),
    [join, runOf],
  );
  /** The thread as it is stored now, and the reply that goes on in it. */
  const catchUp = useCallback(
    async (threadId: string) => {
      // Before the thread is read: what a run that ends between the two has said would be in neither.
      const run = await runOf(threadId);
      await fetchUpdates();
      await join(threadId, run);
    },
    [fetchUpdates, join, runOf],
  );
  const { threadId } = memory;
  const shownThread = useRef(threadId);
  useEffect(() => {
    shownThread.current = threadId;
  }, [threadId]);
  const isOwnNews = useCallback(() => Date.now() - replyEnd.current < OWN_NEWS_MS, []);
  const onThreadEvent = useCallback(
    (event: ThreadEvent) => {
      // The live connection is back: so is the server, for those who wait for it.
      if (event.type === "sync") reconnection.wake();
      if (!isReady || threadId === null) return;
      if (event.type === "sync") {
        if (replyEnd.current < Date.now()) void catchUp(threadId);
      } else if (event.thread_id !== threadId) {
        return;
      } else if (event.type === "thread.deleted") {
        // The element leaves a thread that it deletes by itself, and keeps its history open.
        setTimeout(
          () => shownThread.current === event.thread_id && void setThreadId(null),
          OWN_START_MS,
        );
      } else if (event.type === "run.started") {
        setTimeout(() => !isOwnNews() && void follow(threadId), OWN_START_MS);
      } else if (!isOwnNews()) {
        void fetchUpdates();
      }
    },
    [catchUp, fetchUpdates, follow, isOwnNews, isReady, reconnection, setThreadId, threadId],
  );
  useEffect(() => {
    // After the element has read the end of the stream that can't be continued. The reply itself
    // may go on: the stored part of a reply whose process died ends before what was seen of it.
    refresh.current = () => setTimeout(() => threadId !== null && void catchUp(threadId));
  }, [catchUp, threadId]);

  const assistant: Assistant = {
    isOpen: memory.open,
    open,
    close,
    isReady,
    control,
    focusComposer: () => void focusComposer(),
    error,
    dismissError: () => setError(null),
    loadScript,
    reconnection,
    onThreadEvent,
    toggleRef,
    pageRef,
  };
  return <AssistantContext value={assistant}>{children}</AssistantContext>;
}

export function useAssistant(): Assistant {
  const assistant = useContext(AssistantContext);
  if (!assistant) throw new Error("useAssistant needs a ChatProvider around it.");
  return assistant;
}

const SCRIPT_ERROR: ChatError = {
  kind: "script",
  message: "The assistant could not be loaded. Check your connection and try again.",
  remedy: "Try again",
};

function unknownError(reason: Error | undefined): ChatError {
  return {
    kind: "unknown",
    message: reason?.message || "The assistant ran into a problem. Try again.",
    remedy: null,
  };
}
