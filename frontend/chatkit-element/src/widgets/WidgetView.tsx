import { useId, useState } from "preact/hooks";
import type { WidgetItem } from "../protocol/types.ts";
import { Node } from "./Node.tsx";
import { WidgetContext } from "./scope.ts";

interface Props {
  item: WidgetItem;
  acting: boolean;
  /** The thread takes nothing more: the widget is to be read. */
  closed: boolean;
}

export function WidgetView({ item, acting, closed }: Props) {
  const prefix = useId();
  const [busy, setBusy] = useState(false);
  return (
    <WidgetContext.Provider value={{ item, prefix, setBusy, closed }}>
      <div class={busy ? "widget busy" : "widget"} part="widget" aria-busy={acting} inert={busy}>
        <Node node={item.widget} />
      </div>
    </WidgetContext.Provider>
  );
}
