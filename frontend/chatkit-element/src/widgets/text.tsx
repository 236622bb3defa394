import { useRef } from "preact/hooks";
import { isRecord, text } from "../protocol/parse.ts";
import { Markdown } from "../ui/Markdown.tsx";
import type { NodeProps } from "./Node.tsx";
import { useArrival, useWidget } from "./scope.ts";
import { textClass, textStyle } from "./style.ts";

export function Text({ node }: NodeProps) {
  const value = text(node.value);
  if (isRecord(node.editable)) return <EditableText node={node} editable={node.editable} />;
  return (
    <span class={textClass(node, "w-text")} style={textStyle(node, "text")} dir="auto">
      {node.streaming === true ? <Arriving value={value} /> : value}
    </span>
  );
}

/** So many of the latest pieces fade in; the ones before have done so. */
const FADING = 8;

/** A text that grows: what stands stays as it is, what comes behind it fades in. */
function Arriving({ value }: { value: string }) {
  const seen = useRef({ value, starts: [] as number[] });
  const { current } = seen;
  if (!value.startsWith(current.value)) current.starts = [];
  else if (value !== current.value) {
    current.starts = [...current.starts, current.value.length].slice(-FADING);
  }
  current.value = value;
  const { starts } = current;
  return (
    <>
      {value.slice(0, starts[0])}
      {starts.map((start, index) => (
        <span key={start} class="arriving">
          {value.slice(start, starts[index + 1])}
        </span>
      ))}
    </>
  );
}

function EditableText({ node, editable }: NodeProps & { editable: Record<string, unknown> }) {
  const { prefix, labelled, closed } = useWidget();
  const field = useArrival<HTMLInputElement>(editable.autoFocus === true, editable.autoSelect === true);
  const name = text(editable.name);
  return (
    <input
      ref={field}
      class="field text-field"
      style={textStyle(node, "text")}
      id={`${prefix}-${name}`}
      name={name}
      aria-label={labelled.has(name) ? undefined : text(editable.placeholder) || name}
      defaultValue={text(node.value)}
      placeholder={text(editable.placeholder)}
      pattern={text(editable.pattern) || undefined}
      autocomplete={
        text(editable.autoComplete) || (editable.allowAutofillExtensions === true ? undefined : "off")
      }
      required={editable.required === true}
      disabled={closed}
      dir="auto"
    />
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
