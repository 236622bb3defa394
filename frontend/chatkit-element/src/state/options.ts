/**
 * The host's options, read defensively: each call of setOptions brings a full set, from plain JavaScript too,
 * so a wrong value falls back to its default instead of breaking the element.
 */
import type { ChatKitOptions, ModelOption, StartScreenPrompt, ToolOption } from "@openai/chatkit";
import type { GetClientSecret } from "../protocol/client-secret.ts";
import { isRecord, oneOf, records, text, textOrNull } from "../protocol/parse.ts";
import type { UploadStrategy } from "../protocol/requests.ts";
import { DEFAULT_THEME, readTheme, type Theme } from "../theme.ts";
import { type FileRules, readFileRules } from "./file-rules.ts";

export interface HeaderAction {
  icon: string;
  onClick: () => void;
}

/** A button of the host's own below an answer. */
export interface ItemAction {
  id: string;
  label: string;
  icon: string;
  onClick: (answer: { threadId: string | null; itemIds: string[]; text: string }) => void;
}

type WidgetAction = NonNullable<NonNullable<ChatKitOptions["widgets"]>["onAction"]>;
type Entities = NonNullable<ChatKitOptions["entities"]>;
type Commands = NonNullable<ChatKitOptions["commands"]>;

export interface Options {
  api: {
    url: string | null;
    fetch: typeof fetch | null;
    getClientSecret: GetClientSecret | null;
    upload: UploadStrategy;
  };
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
  composer: {
    placeholder: string | null;
    tools: readonly ToolOption[];
    models: readonly ModelOption[];
    /** Null: no files. */
    attachments: FileRules | null;
    dictation: boolean;
  };
  disclaimer: { text: string; highContrast: boolean } | null;
  threadItemActions: { feedback: boolean; retry: boolean; actions: readonly ItemAction[] };
  autoScroll: boolean;
  onClientTool: ChatKitOptions["onClientTool"] | null;
  onWidgetAction: WidgetAction | null;
  entities: {
    onTagSearch: Entities["onTagSearch"] | null;
    showComposerMenu: boolean;
    onClick: Entities["onClick"] | null;
    onRequestPreview: Entities["onRequestPreview"] | null;
  };
  /** Null: no command menu. */
  commands: { onSearch: Commands["onSearch"] | null; onSelect: Commands["onSelect"] | null } | null;
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
  const entities = fields(options.entities);
  const commands = fields(options.commands);
  const attachments = fields(composer.attachments);
  return {
    api: {
      url: textOrNull(api.url),
      fetch: callable<typeof fetch>(api.fetch),
      getClientSecret: callable<GetClientSecret>(api.getClientSecret),
      upload: readUpload(fields(api.uploadStrategy)),
    },
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
      tools: records(composer.tools).filter(isOption<ToolOption>),
      models: records(composer.models).filter(isOption<ModelOption>),
      attachments: attachments.enabled === true ? readFileRules(attachments) : null,
      dictation: fields(composer.dictation).enabled === true,
    },
    disclaimer: textOrNull(disclaimer.text)
      ? { text: text(disclaimer.text), highContrast: disclaimer.highContrast === true }
      : null,
    threadItemActions: {
      feedback: actions.feedback === true,
      retry: actions.retry === true,
      actions: records(actions.actions).filter(isItemAction),
    },
    autoScroll: fields(options.thread).autoScroll !== false,
    onClientTool: callable<NonNullable<ChatKitOptions["onClientTool"]>>(options.onClientTool),
    onWidgetAction: callable<WidgetAction>(fields(options.widgets).onAction),
    entities: {
      onTagSearch: callable<NonNullable<Entities["onTagSearch"]>>(entities.onTagSearch),
      showComposerMenu: entities.showComposerMenu === true,
      onClick: callable<NonNullable<Entities["onClick"]>>(entities.onClick),
      onRequestPreview: callable<NonNullable<Entities["onRequestPreview"]>>(entities.onRequestPreview),
    },
    commands:
      commands.enabled === true
        ? {
            onSearch: callable<NonNullable<Commands["onSearch"]>>(commands.onSearch),
            onSelect: callable<NonNullable<Commands["onSelect"]>>(commands.onSelect),
          }
        : null,
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

/** A tool or a model: the rest of it is the host's own promise. */
function isOption<T extends { id: string; label: string }>(
  value: Record<string, unknown>,
): value is Record<string, unknown> & T {
  return typeof value.id === "string" && typeof value.label === "string";
}

function isItemAction(value: Record<string, unknown>): value is Record<string, unknown> & ItemAction {
  return isOption(value) && typeof value.icon === "string" && typeof value.onClick === "function";
}

function readUpload(strategy: Record<string, unknown>): UploadStrategy {
  const url = textOrNull(strategy.uploadUrl);
  const type = oneOf(strategy.type, ["two_phase", "direct"], "two_phase");
  return type === "direct" && url !== null ? { type, url } : { type: "two_phase" };
}
