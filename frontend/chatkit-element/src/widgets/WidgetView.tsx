import { useId, useState } from "preact/hooks";
import type { WidgetItem } from "../protocol/types.ts";
import { Node } from "./Node.tsx";
import { WidgetContext } from "./scope.ts";

export function WidgetView({ item, acting }: { item: WidgetItem; acting: boolean }) {
  const prefix = useId();
  const [busy, setBusy] = useState(false);
  return (
    <WidgetContext.Provider value={{ item, prefix, setBusy }}>
      <div class={busy ? "widget busy" : "widget"} aria-busy={acting} inert={busy}>
        <Node node={item.widget} />
      </div>
    </WidgetContext.Provider>
  );
}
