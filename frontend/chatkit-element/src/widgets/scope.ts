import { createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import type { WidgetItem, WidgetNode } from "../protocol/types.ts";
import { useChat } from "../ui/context.ts";
import { readAction, type Values, withValues } from "./payload.ts";

/** What the components of one widget share. */
export interface WidgetScope {
  item: WidgetItem;
  /** Before the names of fields, to make ids of them. */
  prefix: string;
  setBusy: (busy: boolean) => void;
  /** Fields that have a Label: it names them. */
  labelled: ReadonlySet<string>;
  /** Its controls do nothing, yet stay readable, as `inert` ones would not. */
  closed: boolean;
}

export const WidgetContext = createContext<WidgetScope | null>(null);

/** Words of the row around a control, which name it when it has no label. */
export const RowWords = createContext("");

/** Inside a form, where another one may not begin. */
export const InForm = createContext(false);

export function useWidget(): WidgetScope {
  const scope = useContext(WidgetContext);
  if (!scope) throw new Error("Drawn outside of a widget.");
  return scope;
}

export interface RunnableAction {
  /** Resolves with whether it worked. */
  run: (values?: Values) => Promise<boolean>;
  busy: boolean;
}

/** An action of a widget as something to call; null when the component has none, or the thread is closed. `auto`: what shows that it runs. */
export function useAction(config: unknown, auto: "self" | "container" | "none"): RunnableAction | null {
  const { chat } = useChat();
  const { item, setBusy, closed } = useWidget();
  const [busy, setSelfBusy] = useState(false);
  const mounted = useMounted();
  const read = readAction(config);
  if (!read || closed) return null;
  const loading = read.loading === "auto" ? auto : read.loading;
  const show = (on: boolean) => {
    if (loading === "container") setBusy(on);
    if (mounted.current) setSelfBusy(on && loading !== "none");
  };
  return {
    busy,
    run: async (values = {}) => {
      show(true);
      try {
        await chat.act(withValues(read.action, values), item, read);
        return true;
      } catch {
        // The conversation shows the failure; the control takes its change back.
        return false;
      } finally {
        show(false);
      }
    },
  };
}

/**
 * A field that asks for the focus when it appears gets it, unless the reader is writing or reading elsewhere: a reply
 * may bring a form at any time.
 */
export function useArrival<E extends HTMLInputElement | HTMLTextAreaElement>(
  focus: boolean,
  select: boolean,
) {
  const field = useRef<E>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when it appears
  useEffect(() => {
    const { current } = field;
    if (!current) return;
    if (focus && mayTakeFocus(current)) current.focus({ preventScroll: true });
    if (select) current.select();
  }, []);
  return field;
}

function mayTakeFocus(field: HTMLElement): boolean {
  const root = field.getRootNode();
  const host = root instanceof ShadowRoot ? root.host : null;
  const outside = field.ownerDocument.activeElement;
  if (outside !== host) return outside === null || outside === field.ownerDocument.body;
  const inside = (root as ShadowRoot).activeElement;
  return inside === null || (inside instanceof HTMLTextAreaElement && inside.value === "");
}

function useMounted() {
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);
  return mounted;
}

/**
 * A control's value: what the user chose, until the server says otherwise. While the choice is on its way, what
 * arrives for other controls of the widget does not undo it.
 */
export function useChoice<T>(node: WidgetNode, initial: T, busy: boolean): [T, (value: T) => void] {
  const [value, setValue] = useState(initial);
  const seen = useRef(node);
  useEffect(() => {
    if (busy || seen.current === node) return;
    seen.current = node;
    setValue(initial);
  }, [node, busy, initial]);
  return [value, setValue];
}
