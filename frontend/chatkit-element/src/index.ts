/** The class, for those who register it under a name of their own; `define.ts` registers the usual one. */
export { ChatKitElement } from "./element.ts";
