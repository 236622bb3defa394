import { useContext } from "preact/hooks";
import { oneOf, records, text } from "../protocol/parse.ts";
import type { WidgetNode } from "../protocol/types.ts";
import { useChat } from "../ui/context.ts";
import { Icon } from "../ui/Icon.tsx";
import type { NodeProps } from "./Node.tsx";
import { RowWords, useAction, useArrival, useChoice, useWidget } from "./scope.ts";
import { textStyle } from "./style.ts";

const SIZES = ["3xs", "2xs", "xs", "sm", "md", "lg", "xl", "2xl", "3xl"] as const;
const INPUT_TYPES = ["text", "number", "email", "password", "tel", "url"] as const;

function fieldClass(node: WidgetNode): string {
  const variant = oneOf(node.variant, ["soft", "outline", "solid", "ghost"], "outline");
  const pill = node.pill === true ? " pilled" : "";
  const block = node.block === true ? " block" : "";
  return `field ${variant} control-${oneOf(node.size, SIZES, "md")}${pill}${block}`;
}

function useField(node: WidgetNode) {
  const { prefix, closed, labelled } = useWidget();
  const name = text(node.name);
  return {
    name,
    id: `${prefix}-${name}`,
    disabled: closed || node.disabled === true,
    /** What it is called; undefined when a Label says so. */
    called: labelled.has(name) ? undefined : text(node.placeholder) || spoken(name),
    labelled: labelled.has(name),
  };
}

const GUTTERS: Record<string, string> = {
  "2xs": "6px",
  xs: "8px",
  sm: "10px",
  md: "12px",
  lg: "16px",
  xl: "20px",
};

function gutter(node: WidgetNode) {
  const width = Object.hasOwn(GUTTERS, text(node.gutterSize)) ? GUTTERS[text(node.gutterSize)] : undefined;
  return width ? { paddingInline: width } : undefined;
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
  const { name, id, disabled, labelled } = useField(node);
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
        aria-label={label || labelled ? undefined : row || spoken(name)}
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
  const { name, id, disabled, labelled } = useField(node);
  const change = async (next: string) => {
    const before = value;
    setValue(next);
    if (action && !(await action.run({ [name]: next }))) setValue(before);
  };
  const own = text(node.ariaLabel);
  return (
    <div
      class={node.direction === "row" ? "w-row radios" : "w-col radios"}
      role="radiogroup"
      aria-label={own || (labelled ? undefined : spoken(name))}
      aria-labelledby={labelled && !own ? `${id}-label` : undefined}
      aria-required={node.required === true}
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
  const { name, id, disabled, called } = useField(node);
  const change = async (next: string) => {
    const before = value;
    setValue(next);
    if (action && !(await action.run({ [name]: next }))) setValue(before);
  };
  const placeholder = text(node.placeholder) || words.select;
  return (
    <span class={node.block === true ? "select block" : "select"}>
      <select
        class={fieldClass(node)}
        id={id}
        name={name}
        value={value}
        aria-label={called}
        disabled={disabled}
        onChange={(event) => void change(event.currentTarget.value)}
      >
        <option value="" disabled={node.clearable !== true}>
          {placeholder}
        </option>
        {records(node.options).map((option) => (
          <option key={text(option.value)} value={text(option.value)} disabled={option.disabled === true}>
            {[text(option.label), text(option.description)].filter(Boolean).join(" · ")}
          </option>
        ))}
      </select>
      <Icon name="chevron-down" />
    </span>
  );
}

/** The browser's own picker. Dates without a time, as ISO dates. */
export function DatePicker({ node }: NodeProps) {
  const action = useAction(node.onChangeAction, "self");
  const [value, setValue] = useChoice(node, isoDate(node.defaultValue), action?.busy === true);
  const { name, id, disabled, called } = useField(node);
  const { words } = useChat();
  const change = async (next: string) => {
    const before = value;
    setValue(next);
    if (action && !(await action.run({ [name]: next }))) setValue(before);
  };
  const field = (
    <input
      type="date"
      class={fieldClass(node)}
      id={id}
      name={name}
      value={value}
      min={isoDate(node.min)}
      max={isoDate(node.max)}
      aria-label={called}
      disabled={disabled}
      onChange={(event) => void change(event.currentTarget.value)}
    />
  );
  if (node.clearable !== true) return field;
  return (
    <span class={node.block === true ? "clearable block" : "clearable"}>
      {field}
      {value && !disabled ? (
        <button
          type="button"
          class="icon-button small"
          aria-label={`${words.remove}: ${called ?? spoken(name)}`}
          title={words.remove}
          onClick={() => void change("")}
        >
          <Icon name="close" />
        </button>
      ) : null}
    </span>
  );
}

function isoDate(value: unknown): string {
  return /^\d{4}-\d{2}-\d{2}/.exec(text(value))?.[0] ?? "";
}

export function Input({ node }: NodeProps) {
  const { name, id, disabled, called } = useField(node);
  const field = useArrival<HTMLInputElement>(node.autoFocus === true, node.autoSelect === true);
  const shared = {
    ref: field,
    style: gutter(node),
    class: fieldClass(node),
    id,
    name,
    defaultValue: text(node.defaultValue),
    placeholder: text(node.placeholder),
    "aria-label": called,
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
  const { name, id, disabled, called } = useField(node);
  const field = useArrival<HTMLTextAreaElement>(node.autoFocus === true, node.autoSelect === true);
  const between = (value: unknown, fallback: number) =>
    typeof value === "number" ? Math.min(40, Math.max(1, value)) : fallback;
  const rows = between(node.rows, 3);
  const grows = node.autoResize === true;
  const pattern = readPattern(node.pattern);
  const most = Math.max(rows, between(node.maxRows, 12));
  return (
    <textarea
      ref={field}
      class={`${fieldClass(node)} block${grows ? " grows" : ""}`}
      style={{
        ...gutter(node),
        "--rows": grows ? String(rows) : "",
        "--max-rows": grows ? String(most) : "",
      }}
      id={id}
      name={name}
      rows={rows}
      defaultValue={text(node.defaultValue)}
      placeholder={text(node.placeholder)}
      aria-label={called}
      required={node.required === true}
      disabled={disabled}
      autocomplete={node.allowAutofillExtensions === true ? undefined : "off"}
      onInput={
        pattern
          ? (event) => event.currentTarget.setCustomValidity(mismatch(event.currentTarget, pattern))
          : undefined
      }
      dir="auto"
    />
  );
}

/** A pattern may be too much for the engine, or none. */
function readPattern(value: unknown): RegExp | null {
  if (typeof value !== "string" || value === "" || value.length > 200) return null;
  try {
    return new RegExp(`^(?:${value})$`, "v");
  } catch {
    return null;
  }
}

/** Text areas know no patterns of their own; the words are those that the browser has for an input. */
function mismatch(field: HTMLTextAreaElement, pattern: RegExp): string {
  if (field.value === "" || pattern.test(field.value)) return "";
  const input = document.createElement("input");
  input.pattern = "(?!)";
  input.value = "x";
  return input.validationMessage || "✗";
}

export function Label({ node }: NodeProps) {
  const { prefix } = useWidget();
  return (
    <label
      id={`${prefix}-${text(node.fieldName)}-label`}
      class="w-label"
      for={`${prefix}-${text(node.fieldName)}`}
      style={textStyle(node, "text")}
    >
      {text(node.value)}
    </label>
  );
}
