import { useId, useState } from "preact/hooks";
import { useChat } from "./context.ts";
import { Icon } from "./Icon.tsx";

interface FoldableProps {
  title: string;
  icon: string;
  shimmer?: boolean;
  open?: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: Preact's own type of children
  children: any;
}

/** A step as one line; with children it opens onto them. */
export function Foldable({ title, icon, shimmer = false, open: initial = false, children }: FoldableProps) {
  const { words } = useChat();
  const [chosen, setChosen] = useState<boolean | null>(null);
  const id = useId();
  const open = chosen ?? initial;
  const line = (
    <>
      <Icon name={icon} />
      <span class={shimmer ? "step-title shimmer" : "step-title"} dir="auto">
        {title}
      </span>
      {shimmer ? <span class="for-readers"> ({words.running})</span> : null}
    </>
  );
  if (!children) return <div class="step">{line}</div>;
  return (
    <div class="fold">
      <button
        type="button"
        class="step"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setChosen(!open)}
      >
        {line}
        <span class={open ? "chevron open" : "chevron"}>
          <Icon name="chevron-right" />
        </span>
      </button>
      <div id={id} class="fold-body" hidden={!open}>
        {open ? children : null}
      </div>
    </div>
  );
}
