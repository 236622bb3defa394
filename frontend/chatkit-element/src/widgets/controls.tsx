import { useContext } from "preact/hooks";
import { oneOf, records, text } from "../protocol/parse.ts";
import type { WidgetNode } from "../protocol/types.ts";
import { useChat } from "../ui/context.ts";
import type { NodeProps } from "./Node.tsx";
import { RowWords, useAction, useChoice, useWidget } from "./scope.ts";
import { textStyle } from "./style.ts";

const SIZES = ["3xs", "2xs", "xs", "sm", "md", "lg", "xl", "2xl", "3xl"] as const;
const INPUT_TYPES = ["text", "number", "email", "password", "tel", "url"] as const;

function fieldClass(node: WidgetNode): string {
  const variant = oneOf(node.variant, ["soft", "outline", "solid", "ghost"], "outline");
  const pill = node.pill === true ? " pill" : "";
  const block = node.block === true ? " block" : "";
  return `field ${variant} control-${oneOf(node.size, SIZES, "md")}${pill}${block}`;
}

function useField(node: WidgetNode) {
  const { prefix, closed } = useWidget();
  const name = text(node.name);
  return { name, id: `${prefix}-${name}`, disabled: closed || node.disabled === true };
}

/** A field's name said as words, where there are no better ones. */
function spoken(name: string): string {
  return (name.split(".").at(-1) ?? name).replaceAll(/[_-]+/g, " ");
}

export function Checkbox({ node }: NodeProps) {
  const action = useAction(node.onChangeAction, "self");
  const busy = action?.busy === true;
  const initial = node.defaultChecked === true;
  const [checked, setChecked] = useChoice(node, initial, busy);
  const { name, id, disabled } = useField(node);
  const row = useContext(RowWords);
  const label = text(node.label);
  const change = async (next: boolean) => {
    setChecked(next);
    if (action && !(await action.run({ [name]: next }))) setChecked(!next);
  };
  return (
    <label class="choice">
      <input
        type="checkbox"
        id={id}
        name={name}
        checked={checked}
        aria-label={label ? undefined : row || spoken(name)}
        aria-busy={busy}
        disabled={disabled}
        required={node.required === true}
        onChange={(event) => {
          // A second click while the first is on its way would race it.
          if (busy) event.currentTarget.checked = checked;
          else void change(event.currentTarget.checked);
        }}
      />
      {label ? <span>{label}</span> : null}
    </label>
  );
}

export function RadioGroup({ node }: NodeProps) {
  const action = useAction(node.onChangeAction, "self");
  const [value, setValue] = useChoice(node, text(node.defaultValue), action?.busy === true);
  const { name, id, disabled } = useField(node);
  const change = async (next: string) => {
    const before = value;
    setValue(next);
    if (action && !(await action.run({ [name]: next }))) setValue(before);
  };
  return (
    <div
      class={node.direction === "row" ? "w-row radios" : "w-col radios"}
      role="radiogroup"
      aria-label={text(node.ariaLabel) || spoken(name)}
    >
      {records(node.options).map((option) => (
        <label key={text(option.value)} class="choice">
          <input
            type="radio"
            name={name}
            id={`${id}-${text(option.value)}`}
            value={text(option.value)}
            checked={value === text(option.value)}
            disabled={disabled || option.disabled === true}
            required={node.required === true}
            onChange={() => void change(text(option.value))}
          />
          <span>{text(option.label)}</span>
        </label>
      ))}
    </div>
  );
}

export function Select({ node }: NodeProps) {
  const { words } = useChat();
  const action = useAction(node.onChangeAction, "self");
  const [value, setValue] = useChoice(node, text(node.defaultValue), action?.busy === true);
  const { name, id, disabled } = useField(node);
  const change = async (next: string) => {
    const before = value;
    setValue(next);
    if (action && !(await action.run({ [name]: next }))) setValue(before);
  };
  const placeholder = text(node.placeholder) || words.select;
  return (
    <select
      class={fieldClass(node)}
      id={id}
      name={name}
      value={value}
      aria-label={text(node.placeholder) || spoken(name)}
      disabled={disabled}
      onChange={(event) => void change(event.currentTarget.value)}
    >
      <option value="" disabled={node.clearable !== true}>
        {placeholder}
      </option>
      {records(node.options).map((option) => (
        <option key={text(option.value)} value={text(option.value)} disabled={option.disabled === true}>
          {text(option.label)}
        </option>
      ))}
    </select>
  );
}

/** The browser's own picker. Dates without a time, as ISO dates. */
export function DatePicker({ node }: NodeProps) {
  const action = useAction(node.onChangeAction, "self");
  const [value, setValue] = useChoice(node, isoDate(node.defaultValue), action?.busy === true);
  const { name, id, disabled } = useField(node);
  const change = async (next: string) => {
    const before = value;
    setValue(next);
    if (action && !(await action.run({ [name]: next }))) setValue(before);
  };
  return (
    <input
      type="date"
      class={fieldClass(node)}
      id={id}
      name={name}
      value={value}
      min={isoDate(node.min)}
      max={isoDate(node.max)}
      aria-label={text(node.placeholder) || spoken(name)}
      disabled={disabled}
      onChange={(event) => void change(event.currentTarget.value)}
    />
  );
}

function isoDate(value: unknown): string {
  return /^\d{4}-\d{2}-\d{2}/.exec(text(value))?.[0] ?? "";
}

export function Input({ node }: NodeProps) {
  const { name, id, disabled } = useField(node);
  const shared = {
    class: fieldClass(node),
    id,
    name,
    defaultValue: text(node.defaultValue),
    placeholder: text(node.placeholder),
    "aria-label": text(node.placeholder) || spoken(name),
    pattern: text(node.pattern) || undefined,
    required: node.required === true,
    disabled,
    autocomplete: node.allowAutofillExtensions === true ? undefined : "off",
    dir: "auto",
  } as const;
  // Preact's types tell inputs apart by their type, one by one.
  const type = oneOf(node.inputType, INPUT_TYPES, "text") as "text";
  return <input {...shared} type={type} />;
}

export function Textarea({ node }: NodeProps) {
  const { name, id, disabled } = useField(node);
  const rows = typeof node.rows === "number" ? Math.min(20, Math.max(1, node.rows)) : 3;
  return (
    <textarea
      class={`${fieldClass(node)} block`}
      id={id}
      name={name}
      rows={rows}
      defaultValue={text(node.defaultValue)}
      placeholder={text(node.placeholder)}
      aria-label={text(node.placeholder) || spoken(name)}
      required={node.required === true}
      disabled={disabled}
      dir="auto"
    />
  );
}

export function Label({ node }: NodeProps) {
  const { prefix } = useWidget();
  return (
    <label class="w-label" for={`${prefix}-${text(node.fieldName)}`} style={textStyle(node, "text")}>
      {text(node.value)}
    </label>
  );
}
