/**
 * What is offered while one types `@` or `/`: things to mention and commands to run. It knows where the typing
 * began, asks the host, and puts what was chosen into the draft.
 */
import type { Command, Entity } from "@openai/chatkit";
import { isRecord, records, textOrNull } from "../protocol/parse.ts";
import type { UserTag } from "../protocol/types.ts";
import type { Options } from "./options.ts";
import { Store } from "./store.ts";
import { insertTag, retype, type TaggedText } from "./tags.ts";

export interface Suggestion {
  key: string;
  label: string;
  description: string | null;
  icon: string | null;
  group: string | null;
  choose: () => void | Promise<void>;
}

export interface Trigger {
  kind: "mention" | "command";
  /** Where the `@` or `/` is. */
  from: number;
  /** Behind what was typed of the query. */
  to: number;
  query: string;
}

export interface SuggestionsState {
  trigger: Trigger | null;
  found: readonly Suggestion[];
  /** The one that Enter takes. */
  active: number;
  status: "searching" | "ready" | "failed";
}

/** A command of the composer itself. */
export interface BuiltIn {
  id: string;
  label: string;
  icon: string;
  group?: string;
  run: () => void;
}

/** What suggestions need of the composer around them. */
export interface SuggestionsHost {
  options(): Options;
  draft(): TaggedText;
  /** The text after a choice, and where one types on. */
  setDraft(text: TaggedText, caret: number): void;
  builtIns(): readonly BuiltIn[];
  failed(what: string, cause: unknown): void;
}

const MAX_QUERY_CHARS = 60;
const MAX_FOUND = 50;
/** Whoever types fast is not searched for at each letter. */
const PAUSE_MS = 120;

const CLOSED: SuggestionsState = { trigger: null, found: [], active: -1, status: "ready" };

export class Suggestions {
  readonly store = new Store<SuggestionsState>(CLOSED);
  readonly #host: SuggestionsHost;
  #search = new AbortController();
  /** Closed by Escape: stays so while one types on in the same place. */
  #dismissed: number | null = null;
  /** Menus that commands opened, the innermost last. */
  #menus: readonly (readonly Command[])[] = [];

  constructor(host: SuggestionsHost) {
    this.#host = host;
  }

  get isOpen(): boolean {
    return this.store.value.trigger !== null;
  }

  /** After typing, and when the caret was moved. */
  update(text: string, caret: number): void {
    const { entities, commands } = this.#host.options();
    const trigger = findTrigger(text, caret, {
      mention: entities.onTagSearch !== null,
      command: commands !== null,
    });
    if (!trigger || this.#insideTag(trigger)) {
      this.#dismissed = null;
      this.close();
      return;
    }
    if (trigger.from === this.#dismissed) return;
    this.#dismissed = null;
    const now = this.store.value.trigger;
    if (now?.from === trigger.from && now.query === trigger.query && now.kind === trigger.kind) return;
    if (now?.from !== trigger.from) this.#menus = [];
    void this.#find(trigger, now === null ? 0 : PAUSE_MS);
  }

  #insideTag({ from }: Trigger): boolean {
    return this.#host.draft().tags.some(({ at, tag }) => from >= at && from < at + tag.text.length);
  }

  async #find(trigger: Trigger, pause: number): Promise<void> {
    this.#search.abort();
    this.#search = new AbortController();
    const { signal } = this.#search;
    this.store.set({ trigger, status: "searching" });
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    if (signal.aborted) return;
    try {
      const asked = trigger.kind === "mention" ? this.#entities(trigger) : this.#commands(trigger);
      const found = byGroup(await asked);
      if (signal.aborted) return;
      // "@ home" is a text, not a mention, when nobody is called so.
      if (found.length === 0 && /\s/.test(trigger.query)) return this.close();
      this.store.set({ found, active: found.length > 0 ? 0 : -1, status: "ready" });
    } catch (cause) {
      if (signal.aborted) return;
      this.store.set({ found: [], active: -1, status: "failed" });
      this.#host.failed(trigger.kind === "mention" ? "entities.onTagSearch" : "commands.onSearch", cause);
    }
  }

  async #entities(trigger: Trigger): Promise<Suggestion[]> {
    const found = await this.#host.options().entities.onTagSearch?.(trigger.query);
    return records(found)
      .filter(isEntity)
      .slice(0, MAX_FOUND)
      .map((entity, index) => ({
        key: `entity:${index}:${entity.id}`,
        label: entity.title,
        description: null,
        icon: entity.icon ?? null,
        group: entity.group ?? null,
        choose: () => this.#insert(entity),
      }));
  }

  async #commands({ query }: Trigger): Promise<Suggestion[]> {
    const menu = this.#menus.at(-1);
    if (menu) return menu.filter((command) => matches(command.label, query)).map(this.#fromCommand);
    const { commands } = this.#host.options();
    const own = (await commands?.onSearch?.(query)) ?? [];
    const builtIns = this.#host.builtIns().filter(({ label }) => matches(label, query));
    return [
      ...records(own).filter(isCommand).slice(0, MAX_FOUND).map(this.#fromCommand),
      ...builtIns.map(
        ({ id, label, icon, group, run }): Suggestion => ({
          key: `built-in:${id}`,
          label,
          description: null,
          icon,
          group: group ?? null,
          choose: () => {
            this.#erase();
            run();
          },
        }),
      ),
    ];
  }

  readonly #fromCommand = (command: Command, index: number): Suggestion => ({
    key: `command:${index}:${command.id}`,
    label: command.label,
    description: command.description ?? null,
    icon: command.icon ?? null,
    group: command.group ?? null,
    choose: () => this.#run(command),
  });

  async #run(command: Command): Promise<void> {
    const { onSelect } = this.#host.options().commands ?? {};
    this.store.set({ status: "searching" });
    const { signal } = this.#search;
    try {
      const selection: unknown = await onSelect?.(command);
      if (signal.aborted) return;
      const { trigger } = this.store.value;
      if (isRecord(selection) && selection.type === "entity" && isEntity(selection.entity)) {
        this.#insert(selection.entity);
      } else if (isRecord(selection) && selection.type === "menu" && trigger) {
        this.#openMenu(records(selection.commands).filter(isCommand), trigger);
      } else {
        this.#erase();
      }
    } catch (cause) {
      if (signal.aborted) return;
      this.close();
      this.#host.failed("commands.onSelect", cause);
    }
  }

  /** The menu takes the place of the one before, with nothing typed of its query. */
  #openMenu(commands: readonly Command[], trigger: Trigger): void {
    this.#menus = [...this.#menus, commands];
    const emptied = { ...trigger, to: trigger.from + 1, query: "" };
    this.store.set({ trigger: emptied });
    this.#replaceQuery(trigger, "/");
    void this.#find(emptied, 0);
  }

  #insert(entity: Entity): void {
    const { trigger } = this.store.value;
    if (!trigger) return;
    this.close();
    const placed = insertTag(this.#host.draft(), trigger.from, trigger.to, tagOf(entity));
    this.#host.setDraft(placed, placed.caret);
  }

  /** Takes the typed command out of the text. */
  #erase(): void {
    const { trigger } = this.store.value;
    if (!trigger) return;
    this.close();
    this.#replaceQuery(trigger, "");
  }

  #replaceQuery({ from, to }: Trigger, by: string): void {
    const draft = this.#host.draft();
    const text = draft.text.slice(0, from) + by + draft.text.slice(to);
    const caret = from + by.length;
    this.#host.setDraft(retype(draft, text, caret), caret);
  }

  move(step: 1 | -1): void {
    const { found, active } = this.store.value;
    if (found.length > 0) this.store.set({ active: (active + step + found.length) % found.length });
  }

  point(index: number): void {
    this.store.set({ active: index });
  }

  /** Takes the active one; false when there is none to take. While others are searched for, nothing is taken or sent. */
  chooseActive(): boolean {
    const { found, active, status } = this.store.value;
    const chosen = found[active];
    if (!chosen) return false;
    if (status === "ready") void chosen.choose();
    return true;
  }

  /** By Escape: back to the menu before, or away. */
  dismiss(): void {
    const { trigger } = this.store.value;
    if (!trigger) return;
    if (this.#menus.length > 0) {
      this.#menus = this.#menus.slice(0, -1);
      void this.#find(trigger, 0);
      return;
    }
    this.#dismissed = trigger.from;
    this.close();
  }

  close(): void {
    this.#search.abort();
    this.#menus = [];
    if (this.isOpen) this.store.set(CLOSED);
  }
}

/** The `@` or `/` at the beginning of a word, when the caret is behind it in what may be its query. */
export function findTrigger(
  text: string,
  caret: number,
  wanted: { mention: boolean; command: boolean },
): Trigger | null {
  const before = text.slice(0, caret);
  const match = /(?:^|[\s(])([@/])([^\s@/][^\n@/]*)?$/.exec(before);
  const sign = match?.[1];
  if (!match || !sign) return null;
  const query = match[2] ?? "";
  const kind = sign === "@" ? "mention" : "command";
  if (!wanted[kind] || query.length > MAX_QUERY_CHARS) return null;
  return { kind, from: caret - query.length - 1, to: caret, query };
}

export function tagOf(entity: Entity): UserTag {
  return {
    type: "input_tag",
    id: entity.id,
    text: entity.title,
    group: entity.group,
    data: entity.data ?? {},
    interactive: entity.interactive ?? false,
  };
}

/** Each group in one place, in the order in which they come. */
function byGroup(found: readonly Suggestion[]): Suggestion[] {
  const groups = [...new Set(found.map(({ group }) => group))];
  return groups.flatMap((group) => found.filter((suggestion) => suggestion.group === group));
}

function matches(label: string, query: string): boolean {
  return label.toLocaleLowerCase().includes(query.trim().toLocaleLowerCase());
}

function isEntity(value: unknown): value is Entity & Record<string, unknown> {
  return isRecord(value) && typeof value.id === "string" && textOrNull(value.title) !== null;
}

function isCommand(value: Record<string, unknown>): value is Record<string, unknown> & Command {
  return typeof value.id === "string" && typeof value.label === "string";
}
