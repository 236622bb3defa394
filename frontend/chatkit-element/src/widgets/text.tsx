import { isRecord, text } from "../protocol/parse.ts";
import { Markdown } from "../ui/Markdown.tsx";
import type { NodeProps } from "./Node.tsx";
import { textClass, textStyle } from "./style.ts";

export function Text({ node }: NodeProps) {
  const value = text(node.value);
  if (isRecord(node.editable)) {
    const { editable } = node;
    return (
      <input
        class="field text-field"
        style={textStyle(node, "text")}
        name={text(editable.name)}
        aria-label={text(editable.placeholder) || text(editable.name)}
        defaultValue={value}
        placeholder={text(editable.placeholder)}
        required={editable.required === true}
      />
    );
  }
  return (
    <span class={textClass(node, "w-text")} style={textStyle(node, "text")} dir="auto">
      {value}
    </span>
  );
}

export function Title({ node }: NodeProps) {
  return (
    <span class={textClass(node, "w-text w-title")} style={textStyle(node, "title")} dir="auto">
      {text(node.value)}
    </span>
  );
}

export function Caption({ node }: NodeProps) {
  return (
    <span class={textClass(node, "w-text w-caption")} style={textStyle(node, "caption")} dir="auto">
      {text(node.value)}
    </span>
  );
}

export function MarkdownWidget({ node }: NodeProps) {
  return <Markdown text={text(node.value)} streaming={node.streaming === true} />;
}
