import { useId, useMemo, useState } from "preact/hooks";
import type { WidgetItem } from "../protocol/types.ts";
import { Node } from "./Node.tsx";
import { labelledFields } from "./payload.ts";
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
  const labelled = useMemo(() => labelledFields(item.widget), [item.widget]);
  return (
    <WidgetContext.Provider value={{ item, prefix, setBusy, labelled, closed }}>
      <div class={busy ? "widget busy" : "widget"} part="widget" aria-busy={acting} inert={busy}>
        <Node node={item.widget} />
      </div>
    </WidgetContext.Provider>
  );
}
