/** Actions of widgets: reading their configuration, and putting what was entered into their payload. Pure. */
import { isRecord, oneOf } from "../protocol/parse.ts";
import type { Action, WidgetNode } from "../protocol/types.ts";

export type Loading = "auto" | "none" | "self" | "container";

export interface WidgetAction {
  action: Action;
  handler: "client" | "server";
  loading: Loading;
  streaming: boolean;
}

export function readAction(value: unknown): WidgetAction | null {
  if (!isRecord(value) || typeof value.type !== "string") return null;
  const payload = isRecord(value.payload) ? value.payload : undefined;
  return {
    action: payload ? { type: value.type, payload } : { type: value.type },
    handler: oneOf(value.handler, ["client", "server"], "server"),
    loading: oneOf(value.loadingBehavior, ["auto", "none", "self", "container"], "auto"),
    streaming: value.streaming !== false,
  };
}

export type Values = Record<string, unknown>;

/** The action with values in its payload, each under its field's name; dots in a name nest. */
export function withValues(action: Action, values: Values): Action {
  const entries = Object.entries(values);
  if (entries.length === 0) return action;
  const payload: Values = { ...action.payload };
  for (const [name, value] of entries) setPath(payload, name, value);
  return { ...action, payload };
}

const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);

function setPath(target: Values, name: string, value: unknown): void {
  const keys = name.split(".");
  const last = keys.pop();
  if (last === undefined || FORBIDDEN.has(last) || keys.some((key) => FORBIDDEN.has(key))) return;
  let place = target;
  for (const key of keys) {
    const inner = place[key];
    const copy: Values = isRecord(inner) ? { ...inner } : {};
    place[key] = copy;
    place = copy;
  }
  place[last] = value;
}

/** What a form holds, by field name. */
export function formValues(form: HTMLFormElement): Values {
  const values: Values = {};
  for (const control of form.elements) {
    if (control instanceof HTMLInputElement && control.name) {
      if (control.type === "checkbox") values[control.name] = control.checked;
      else if (control.type !== "radio") values[control.name] = control.value;
      else if (control.checked) values[control.name] = control.value;
    }
    if ((control instanceof HTMLTextAreaElement || control instanceof HTMLSelectElement) && control.name) {
      values[control.name] = control.value;
    }
  }
  return values;
}

/** The first words in a part of a widget: they name a control that has no label of its own. */
export function wordsOf(node: WidgetNode): string {
  if (["Text", "Title", "Label"].includes(node.type) && typeof node.value === "string") return node.value;
  const children = Array.isArray(node.children) ? node.children : [node.children];
  for (const child of children) {
    if (!isRecord(child) || typeof child.type !== "string") continue;
    const words = wordsOf(child as WidgetNode);
    if (words) return words;
  }
  return "";
}

/** The fields that a Label of the widget is for. */
export function labelledFields(node: WidgetNode, found = new Set<string>()): Set<string> {
  if (node.type === "Label" && typeof node.fieldName === "string") found.add(node.fieldName);
  const children = Array.isArray(node.children) ? node.children : [node.children];
  for (const child of children) {
    if (isRecord(child) && typeof child.type === "string") labelledFields(child as WidgetNode, found);
  }
  return found;
}
