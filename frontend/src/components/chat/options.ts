import type { ChatKitOptions } from "@openai/chatkit-react";
import type { ChatKitConfig } from "@/types/chat";

const PROMPTS: NonNullable<NonNullable<ChatKitOptions["startScreen"]>["prompts"]> = [
  {
    label: "Create a task to buy groceries",
    prompt: "Create a task to buy groceries",
    icon: "plus",
  },
  { label: "Show my tasks", prompt: "Show my tasks", icon: "check-circle" },
  { label: "What’s due today?", prompt: "What's due today?", icon: "calendar" },
  { label: "What can you do?", prompt: "What can you do?", icon: "circle-question" },
];

/** The site's colours (styles/tokens.css) in ChatKit's terms. */
const COLOURS = {
  light: { accent: "#0b766b", surface: { background: "#ffffff", foreground: "#1f1d1a" } },
  dark: { accent: "#46bcab", surface: { background: "#1d1c1a", foreground: "#eeece8" } },
} as const;

const FONT =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif';

/** The options of ChatKit on this site. */
export function chatKitOptions(config: ChatKitConfig, onClose: () => void): ChatKitOptions {
  const { accent, surface } = COLOURS[config.colorScheme];
  return {
    api: { url: config.url, domainKey: config.domainKey, fetch: config.fetch },
    initialThread: config.initialThread,
    frameTitle: "Assistant",
    theme: {
      colorScheme: config.colorScheme,
      radius: "round",
      density: "normal",
      typography: { baseSize: 15, fontFamily: FONT },
      color: { grayscale: { hue: 40, tint: 1 }, accent: { primary: accent, level: 0 }, surface },
    },
    // The panel's own `Close`, in the same line as the thread's title.
    header: { enabled: true, rightAction: { icon: "close", onClick: onClose } },
    history: { enabled: true, showDelete: true, showRename: true },
    startScreen: { greeting: "What can I do for you?", prompts: PROMPTS },
    composer: { placeholder: "Message the assistant", attachments: { enabled: false } },
    threadItemActions: { feedback: true, retry: true },
    thread: { autoScroll: true },
    ...(config.disclaimer && { disclaimer: { text: config.disclaimer } }),
  };
}
