declare module "virtual:lucide" {
  import type { IconNode } from "./icons.ts";

  /** Lucide's icons by their first letter, each letter loaded when it is asked for. */
  const letters: Record<string, () => Promise<{ default: Record<string, IconNode> }>>;
  export default letters;
}
