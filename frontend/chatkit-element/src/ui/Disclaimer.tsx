import { useChat } from "./context.ts";
import { Markdown } from "./Markdown.tsx";

export function Disclaimer() {
  const { disclaimer } = useChat().options;
  if (!disclaimer) return null;
  return (
    <div class={disclaimer.highContrast ? "disclaimer strong" : "disclaimer"} part="disclaimer">
      <Markdown text={disclaimer.text} />
    </div>
  );
}
