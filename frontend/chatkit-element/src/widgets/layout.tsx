import type { ComponentChildren } from "preact";
import { useContext, useLayoutEffect, useRef, useState } from "preact/hooks";
import { isRecord, text } from "../protocol/parse.ts";
import type { WidgetNode } from "../protocol/types.ts";
import { useChat } from "../ui/context.ts";
import { Icon } from "../ui/Icon.tsx";
import { useImage } from "../ui/images.ts";
import { Children, childrenOf, Node, type NodeProps } from "./Node.tsx";
import { formValues, wordsOf } from "./payload.ts";
import { InForm, RowWords, useAction, useWidget } from "./scope.ts";
import { boxStyle } from "./style.ts";

/** `auto` shows as many rows as a glance takes in. */
const AUTO_LIMIT = 8;

function themed(node: WidgetNode, base: string): string {
  return node.theme === "light" || node.theme === "dark" ? `${base} scheme-${node.theme}` : base;
}

function flow(node: WidgetNode, fallback: "row" | "col"): string {
  return (node.direction === "row" || node.direction === "col" ? node.direction : fallback) === "row"
    ? "w-row"
    : "w-col";
}

export function Basic({ node }: NodeProps) {
  return (
    <div class={themed(node, flow(node, "col"))} style={boxStyle(node)}>
      <Children of={node} />
    </div>
  );
}

export function Box({ node }: NodeProps) {
  return (
    <div class={flow(node, "col")} style={boxStyle(node)}>
      <Children of={node} />
    </div>
  );
}

export function Row({ node }: NodeProps) {
  return (
    <div class="w-row" style={boxStyle(node)}>
      <Children of={node} />
    </div>
  );
}

export function Col({ node }: NodeProps) {
  return (
    <div class="w-col" style={boxStyle(node)}>
      <Children of={node} />
    </div>
  );
}

/** A child that takes another's place fades in, and the room that it takes grows or shrinks to its size. */
export function Transition({ node }: NodeProps) {
  const box = useRef<HTMLDivElement>(null);
  const height = useRef<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the node decides how high its child is
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const before = height.current;
    const after = element.offsetHeight;
    height.current = after;
    const still =
      typeof element.animate !== "function" || matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (before === null || before === after || still) return;
    const steps = [
      { height: `${before}px`, overflow: "clip" },
      { height: `${after}px`, overflow: "clip" },
    ];
    const change = element.animate(steps, { duration: 200, easing: "ease-out" });
    return () => change.cancel();
  }, [node]);
  return (
    <div ref={box} class="w-col w-transition">
      <Children of={node} />
    </div>
  );
}

export function Form({ node }: NodeProps) {
  const submit = useAction(node.onSubmitAction, "container");
  const nested = useContext(InForm);
  const inside = (
    <InForm.Provider value={true}>
      <Children of={node} />
    </InForm.Provider>
  );
  const shape = { class: flow(node, "col"), style: boxStyle(node) };
  if (nested) return <div {...shape}>{inside}</div>;
  return (
    <form
      {...shape}
      onSubmit={(event) => {
        event.preventDefault();
        void submit?.run(formValues(event.currentTarget));
      }}
    >
      {inside}
    </form>
  );
}

export function Card({ node }: NodeProps) {
  const { closed } = useWidget();
  const confirm = isRecord(node.confirm) ? node.confirm : null;
  const cancel = isRecord(node.cancel) ? node.cancel : null;
  const confirmAction = useAction(confirm?.action, "container");
  const cancelAction = useAction(cancel?.action, "container");
  const size = ["sm", "md", "lg", "full"].includes(node.size as string) ? ` card-${node.size}` : "";
  // A card's `size` is a word, not a measure.
  const style = boxStyle({ ...node, size: undefined });
  const body = (
    <>
      <Status status={node.status} />
      {node.collapsed === true ? null : (
        <div class="w-col card-body">
          <Children of={node} />
        </div>
      )}
      {confirm || cancel ? (
        <div class="card-actions">
          {cancel ? (
            <button type="button" class="button" disabled={closed} onClick={() => void cancelAction?.run()}>
              {text(cancel.label)}
            </button>
          ) : null}
          {confirm ? (
            <button
              type={node.asForm === true ? "submit" : "button"}
              class="button primary"
              disabled={closed}
              onClick={node.asForm === true ? undefined : () => void confirmAction?.run()}
            >
              {text(confirm.label)}
            </button>
          ) : null}
        </div>
      ) : null}
    </>
  );
  const shape = { class: themed(node, `card${size}`), style };
  if (node.asForm !== true) return <div {...shape}>{body}</div>;
  return (
    <form
      {...shape}
      onSubmit={(event) => {
        event.preventDefault();
        void confirmAction?.run(formValues(event.currentTarget));
      }}
    >
      <InForm.Provider value={true}>{body}</InForm.Provider>
    </form>
  );
}

function Status({ status }: { status: unknown }) {
  const favicon = useImage(isRecord(status) ? text(status.favicon) : "");
  if (!isRecord(status) || typeof status.text !== "string") return null;
  return (
    <div class="w-status">
      {typeof status.icon === "string" ? <Icon name={status.icon} /> : null}
      {favicon ? (
        <img
          class={status.frame === true ? "favicon framed" : "favicon"}
          src={favicon}
          alt=""
          referrerpolicy="no-referrer"
        />
      ) : null}
      <span dir="auto">{status.text}</span>
    </div>
  );
}

export function ListView({ node }: NodeProps) {
  const { words } = useChat();
  const [all, setAll] = useState(false);
  const rows = childrenOf(node);
  const limit =
    node.limit === "auto" ? AUTO_LIMIT : typeof node.limit === "number" ? node.limit : rows.length;
  const shown = all ? rows : rows.slice(0, Math.max(1, limit));
  const hidden = rows.length - shown.length;
  return (
    <div class={themed(node, "card list")}>
      <Status status={node.status} />
      <ul>
        {shown.map((row, index) => (
          <Node
            key={typeof row.key === "string" ? row.key : typeof row.id === "string" ? row.id : index}
            node={row}
          />
        ))}
      </ul>
      {hidden > 0 ? (
        <button type="button" class="list-more" onClick={() => setAll(true)}>
          {words.showMore(hidden)}
        </button>
      ) : null}
    </div>
  );
}

export function ListViewItem({ node }: NodeProps) {
  const action = useAction(node.onClickAction, "self");
  const style = boxStyle({ type: node.type, gap: node.gap, align: node.align });
  const words = wordsOf(node);
  const inside: ComponentChildren = (
    <RowWords.Provider value={words}>
      <Children of={node} />
    </RowWords.Provider>
  );
  if (!action) {
    return (
      <li class="list-row" style={style}>
        {inside}
      </li>
    );
  }
  return (
    <li class={action.busy ? "list-row clickable busy" : "list-row clickable"} style={style}>
      {/* Under the row's content, so that controls in it keep their own clicks. */}
      <button
        type="button"
        class="row-button"
        aria-label={words}
        disabled={action.busy}
        onClick={() => void action.run()}
      />
      {inside}
    </li>
  );
}
