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
import { type AssistantInfo, authenticatedFetch, createTaskApi } from "@/lib/api";
import { recallAssistant, rememberAssistant } from "@/lib/assistant-memory";
import { createChatFetch } from "@/lib/chat-fetch";
import { loadChatKit } from "@/lib/chatkit-script";
import { CONFIG } from "@/lib/config";
import { useTheme } from "@/lib/theme";
import type { ChatError, ChatProviderProps } from "@/types/chat";
import type { LiveEvent, Task } from "@/types/task";
import { chatKitOptions } from "./chat/options";

type ThreadEvent = Exclude<LiveEvent, { task: Task } | { type: "sync" }>;

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

  const chatFetch = useMemo(
    () =>
      createChatFetch(authenticatedFetch, (reason) => {
        failure.current = reason;
      }),
    [],
  );
  const options = chatKitOptions(
    {
      url: `${CONFIG.API_BASE_URL}/api/${encodeURIComponent(userId)}/chat`,
      domainKey: CONFIG.DOMAIN_KEY,
      fetch: chatFetch,
      colorScheme: useTheme(),
      initialThread,
      disclaimer: info?.provider === "offline" ? info.words : null,
    },
    close,
  );
  const { control, focusComposer, fetchUpdates, setThreadId } = useChatKit({
    ...options,
    onReady: () => setReady(true),
    onError: ({ error: reason }) => setError(failure.current ?? unknownError(reason)),
    onThreadChange: ({ threadId }) => setMemory((current) => ({ ...current, threadId })),
    onResponseStart: () => {
      setError(null);
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

  const onThreadEvent = useCallback(
    (event: ThreadEvent) => {
      if (!isReady || event.thread_id !== memory.threadId) return;
      if (event.type === "thread.deleted") void setThreadId(null);
      else if (Date.now() - replyEnd.current > OWN_NEWS_MS) void fetchUpdates();
    },
    [fetchUpdates, isReady, memory.threadId, setThreadId],
  );

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
