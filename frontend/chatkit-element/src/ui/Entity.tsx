import type { Entity } from "@openai/chatkit";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { parseWidget } from "../protocol/parse.ts";
import type { WidgetItem } from "../protocol/types.ts";
import { WidgetView } from "../widgets/WidgetView.tsx";
import { useChat } from "./context.ts";

/** A pointer that only passes by asks for nothing. */
const HOVER_MS = 250;
/** Time to get from the words to their preview. */
const LEAVE_MS = 200;
const GAP_PX = 6;

interface Props {
  entity: Entity;
  class: string;
  children: ComponentChildren;
}

/** What a tag or source stands for: to be clicked, and previewed while pointed at or focused. Plain words where neither is wanted. */
export function EntityName({ entity, class: name, children }: Props) {
  const { chat, options } = useChat();
  const { onClick, onRequestPreview } = options.entities;
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const preview = usePreview(entity);
  if (entity.interactive !== true || (!onClick && !onRequestPreview)) {
    return (
      <span class={name} part="tag">
        {children}
      </span>
    );
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the pointer may go on from the words to their preview
    <span
      class="entity"
      onPointerEnter={preview.later}
      onPointerLeave={preview.leave}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !preview.item) return;
        event.preventDefault();
        event.stopPropagation();
        preview.close();
      }}
    >
      <button
        ref={button}
        type="button"
        class={name}
        part="tag"
        aria-describedby={preview.item ? id : undefined}
        onFocus={preview.now}
        onBlur={preview.close}
        onClick={() => {
          if (onClick) chat.callHost("entities.onClick", () => onClick(entity));
          else preview.now();
        }}
      >
        {children}
      </button>
      {preview.item ? <Preview id={id} item={preview.item} anchor={button} /> : null}
    </span>
  );
}

function usePreview(entity: Entity) {
  const { chat } = useChat();
  const [item, setItem] = useState<WidgetItem | null>(null);
  const [state] = useState(() => ({ timer: 0, wanted: false }));
  useEffect(() => () => window.clearTimeout(state.timer), [state]);

  const after = (ms: number, run: () => void) => {
    window.clearTimeout(state.timer);
    state.timer = window.setTimeout(run, ms);
  };
  const close = () => {
    window.clearTimeout(state.timer);
    state.wanted = false;
    setItem(null);
  };
  const now = () => {
    window.clearTimeout(state.timer);
    if (state.wanted) return;
    state.wanted = true;
    void chat.requestPreview(entity).then((answer) => {
      const widget = parseWidget(answer);
      if (!state.wanted || !widget) return;
      setItem({ type: "widget", id: entity.id, created_at: "", widget, copy_text: null });
    });
  };
  return { item, now, close, later: () => after(HOVER_MS, now), leave: () => after(LEAVE_MS, close) };
}

interface PreviewProps {
  id: string;
  item: WidgetItem;
  anchor: { current: HTMLElement | null };
}

/** In the top layer, so that nothing cuts it off; to be read, so its controls do nothing. */
function Preview({ id, item, anchor }: PreviewProps) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { current: node } = box;
    if (!node || !anchor.current) return;
    node.showPopover?.();
    place(node, anchor.current.getBoundingClientRect());
  }, [anchor]);
  return (
    <div ref={box} id={id} class="preview" part="preview" role="tooltip" popover="manual">
      <WidgetView item={item} acting={false} closed />
    </div>
  );
}

/** Above the words where there is room, else below; never beyond the window. */
function place(box: HTMLElement, words: DOMRect): void {
  const { width, height } = box.getBoundingClientRect();
  const above = words.top - height - GAP_PX;
  const left = Math.min(words.left, window.innerWidth - width - GAP_PX);
  box.style.left = `${Math.max(GAP_PX, left)}px`;
  box.style.top = `${above >= GAP_PX ? above : words.bottom + GAP_PX}px`;
}
