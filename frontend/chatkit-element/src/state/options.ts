/**
 * The host's options, read defensively: each call of setOptions brings a full set, from plain JavaScript too,
 * so a wrong value falls back to its default instead of breaking the element.
 */
import type { ChatKitOptions, StartScreenPrompt, ToolOption } from "@openai/chatkit";
import { isRecord, records, text, textOrNull } from "../protocol/parse.ts";
import { DEFAULT_THEME, readTheme, type Theme } from "../theme.ts";

export interface HeaderAction {
  icon: string;
  onClick: () => void;
}

type WidgetAction = NonNullable<NonNullable<ChatKitOptions["widgets"]>["onAction"]>;
type EntityClick = NonNullable<NonNullable<ChatKitOptions["entities"]>["onClick"]>;

export interface Options {
  api: { url: string | null; fetch: typeof fetch | null };
  locale: string | null;
  theme: Theme;
  title: string | null;
  initialThread: string | null;
  header: {
    enabled: boolean;
    titleEnabled: boolean;
    titleText: string | null;
    leftAction: HeaderAction | null;
    rightAction: HeaderAction | null;
  };
  history: { enabled: boolean; showDelete: boolean; showRename: boolean };
  startScreen: { greeting: string | null; prompts: readonly StartScreenPrompt[] };
  composer: { placeholder: string | null; tools: readonly ToolOption[] };
  disclaimer: { text: string; highContrast: boolean } | null;
  threadItemActions: { feedback: boolean; retry: boolean };
  autoScroll: boolean;
  onClientTool: ChatKitOptions["onClientTool"] | null;
  onWidgetAction: WidgetAction | null;
  onEntityClick: EntityClick | null;
}

export const DEFAULT_OPTIONS: Options = readOptions({});

export function readOptions(input: unknown): Options {
  const options = fields(input);
  const api = fields(options.api);
  const header = fields(options.header);
  const title = fields(header.title);
  const history = fields(options.history);
  const start = fields(options.startScreen);
  const composer = fields(options.composer);
  const disclaimer = fields(options.disclaimer);
  const actions = fields(options.threadItemActions);
  return {
    api: { url: textOrNull(api.url), fetch: callable<typeof fetch>(api.fetch) },
    locale: textOrNull(options.locale),
    theme: options.theme === undefined ? DEFAULT_THEME : readTheme(options.theme),
    title: textOrNull(options.frameTitle),
    initialThread: textOrNull(options.initialThread),
    header: {
      enabled: header.enabled !== false,
      titleEnabled: title.enabled !== false,
      titleText: textOrNull(title.text),
      leftAction: readHeaderAction(header.leftAction),
      rightAction: readHeaderAction(header.rightAction),
    },
    history: {
      enabled: history.enabled !== false,
      showDelete: history.showDelete !== false,
      showRename: history.showRename !== false,
    },
    startScreen: { greeting: textOrNull(start.greeting), prompts: records(start.prompts).filter(isPrompt) },
    composer: {
      placeholder: textOrNull(composer.placeholder),
      tools: records(composer.tools).filter(isTool),
    },
    disclaimer: textOrNull(disclaimer.text)
      ? { text: text(disclaimer.text), highContrast: disclaimer.highContrast === true }
      : null,
    threadItemActions: { feedback: actions.feedback === true, retry: actions.retry === true },
    autoScroll: fields(options.thread).autoScroll !== false,
    onClientTool: callable<NonNullable<ChatKitOptions["onClientTool"]>>(options.onClientTool),
    onWidgetAction: callable<WidgetAction>(fields(options.widgets).onAction),
    onEntityClick: callable<EntityClick>(fields(options.entities).onClick),
  };
}

/** Only another server is another conversation; everything else changes in place. */
export function isOtherServer(before: Options, after: Options): boolean {
  return resolve(before.api.url) !== resolve(after.api.url);
}

function resolve(url: string | null): string | null {
  if (url === null) return null;
  try {
    return new URL(url, document.baseURI).href;
  } catch {
    return url;
  }
}

function fields(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

// biome-ignore lint/suspicious/noExplicitAny: the host's function is checked to be one, its signature can't be
function callable<F extends (...args: any[]) => unknown>(value: unknown): F | null {
  return typeof value === "function" ? (value as F) : null;
}

function readHeaderAction(value: unknown): HeaderAction | null {
  const { icon, onClick } = fields(value);
  const click = callable<() => void>(onClick);
  return typeof icon === "string" && click ? { icon, onClick: click } : null;
}

function isPrompt(value: Record<string, unknown>): value is Record<string, unknown> & StartScreenPrompt {
  return typeof value.label === "string" && (typeof value.prompt === "string" || Array.isArray(value.prompt));
}

function isTool(value: Record<string, unknown>): value is Record<string, unknown> & ToolOption {
  return typeof value.id === "string" && typeof value.label === "string";
}
