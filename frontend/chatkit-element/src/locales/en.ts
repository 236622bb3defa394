/** English: also the list of everything the interface says. Words name what happened, then what to do. */
import type { FailureKind } from "../protocol/errors.ts";

interface FailureWords {
  title: string;
  text: string;
}

export const en = {
  chat: "Chat",
  newChat: "New chat",
  untitled: "New chat",
  history: "History",
  closeHistory: "Back to the conversation",
  historyEmpty: "No conversations yet",
  historyEmptyText: "What you talk about will be listed here.",
  historyFailed: "The list could not be loaded.",
  historyChangeFailed: "That did not work. Nothing was changed.",
  loadMore: "Show more",
  rename: "Rename",
  delete: "Delete",
  deleteQuestion: "Delete this conversation?",
  save: "Save",
  cancel: "Cancel",
  confirm: "Confirm",
  title: "Title",
  actionsFor: (title: string) => `Actions for ${title}`,
  greeting: "What can I help with today?",
  suggestions: "Suggestions",
  placeholder: "Message the AI",
  message: "Message",
  send: "Send message",
  stop: "Stop",
  conversation: "Conversation",
  loading: "Loading the conversation",
  loadingOlder: "Loading older messages",
  older: "Show older messages",
  newMessages: "New messages",
  lostThread: "Your last conversation is no longer there. Here is a new one.",
  you: "You said:",
  assistant: "Assistant:",
  thinking: "Thinking",
  copy: "Copy",
  copied: "Copied",
  copyCode: "Copy code",
  good: "Good response",
  bad: "Bad response",
  thanks: "Thanks for your feedback",
  retry: "Retry",
  retryReply: "Try again",
  stopped: "You stopped this reply.",
  reload: "Reload",
  startNew: "Start a new chat",
  dismiss: "Dismiss",
  sources: "Sources",
  attachment: "Attachment",
  image: "Image",
  imageBlocked: "Image not loaded",
  remove: "Remove",
  replyingTo: "Replying to",
  locked: "This conversation is locked.",
  closed: "This conversation is closed.",
  showMore: (count: number) => `Show ${count} more`,
  steps: (count: number) => `${count} steps`,
  thoughtFor: (seconds: number) =>
    seconds < 1 ? "Thought for a moment" : `Thought for ${duration(seconds)}`,
  workedFor: (seconds: number) => (seconds < 1 ? "Done" : `Worked for ${duration(seconds)}`),
  searching: "Searching",
  working: "Working",
  done: "Done",
  running: "in progress",
  submit: "Submit",
  skip: "Skip",
  skipped: "Skipped",
  otherAnswer: "Other answer",
  answer: "Your answer",
  justNow: "Just now",
  yesterday: "Yesterday",
  select: "Select",
  headerAction: {
    close: "Close",
    home: "Home",
    "home-alt": "Home",
    menu: "Menu",
    hamburger: "Menu",
    history: "History",
    compose: "New chat",
    share: "Share",
    "settings-cog": "Settings",
    "light-mode": "Light mode",
    "dark-mode": "Dark mode",
    "back-small": "Back",
    "back-large": "Back",
  } as Record<string, string>,
  failures: {
    no_api: {
      title: "The chat is not set up",
      text: "This page has not said where its chat server is (option api.url).",
    },
    unreachable: {
      title: "Can’t reach the server",
      text: "Check your connection and try again. Your message is kept.",
    },
    unauthorized: {
      title: "You are signed out",
      text: "Sign in again, then retry. Your message is kept.",
    },
    forbidden: {
      title: "Not allowed",
      text: "You don’t have access to this conversation with the account you are signed in with.",
    },
    wrong_address: {
      title: "The chat service was not found",
      text: "There is no chat at the address this page uses. If it stays so, tell whoever runs the page.",
    },
    thread_gone: {
      title: "This conversation is gone",
      text: "It may have been deleted. You can start a new one.",
    },
    busy: {
      title: "A reply is still running",
      text: "Wait until it has finished, here or in another tab, then retry. Your message is kept.",
    },
    too_large: {
      title: "The message is too long",
      text: "Shorten it and send it again.",
    },
    rejected: {
      title: "The message was not accepted",
      text: "Change it, or try again.",
    },
    too_many: {
      title: "Too many messages",
      text: "Wait a moment, then retry. Your message is kept.",
    },
    server: {
      title: "The server has a problem",
      text: "It isn’t you. Try again in a moment.",
    },
    not_chatkit: {
      title: "Unexpected answer",
      text: "What answered is not a chat server. Try again; if it stays so, tell whoever runs the page.",
    },
    cut: {
      title: "The connection was lost",
      text: "The reply may be incomplete.",
    },
    interrupted: {
      title: "The reply was interrupted",
      text: "The server stopped before it was complete. What it said is kept.",
    },
    reply_failed: {
      title: "The reply failed",
      text: "Something went wrong while answering.",
    },
  } satisfies Record<FailureKind, FailureWords> as Record<FailureKind, FailureWords>,
  waitSeconds: (seconds: number) => `Try again in ${duration(seconds)}.`,
};

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
