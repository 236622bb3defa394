/** Pure edits of a widget's tree; a subtree that holds no change keeps its identity. */
import { isWidgetNode } from "./parse.ts";
import type { WidgetNode } from "./types.ts";

type Edit = (node: WidgetNode) => WidgetNode;

export function replaceWidgetComponent(root: WidgetNode, id: string, component: WidgetNode): WidgetNode {
  return editById(root, id, () => component);
}

/** A delta of streamed text goes to the `value` of a Text or Markdown; the last one ends its `streaming`. */
export function appendWidgetText(
  root: WidgetNode,
  id: string,
  { delta, done }: { delta: string; done: boolean },
): WidgetNode {
  return editById(root, id, (node) => ({
    ...node,
    value: (typeof node.value === "string" ? node.value : "") + delta,
    ...(done && node.streaming === true ? { streaming: false } : {}),
  }));
}

function editById(node: WidgetNode, id: string, edit: Edit): WidgetNode {
  if (id === "") return node;
  if (node.id === id) return edit(node);
  const { children } = node;
  if (Array.isArray(children)) {
    let changed = false;
    const next = children.map((child: unknown) => {
      const edited = isWidgetNode(child) ? editById(child, id, edit) : child;
      changed ||= edited !== child;
      return edited;
    });
    return changed ? { ...node, children: next } : node;
  }
  if (isWidgetNode(children)) {
    const edited = editById(children, id, edit);
    return edited === children ? node : { ...node, children: edited };
  }
  return node;
}
