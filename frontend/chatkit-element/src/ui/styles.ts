/** The one style sheet that all elements on a page share; constructed, so that no content policy stands against it. */

import widgets from "../widgets/widgets.css?inline";
import base from "./base.css?inline";
import composer from "./composer.css?inline";
import history from "./history.css?inline";
import items from "./items.css?inline";
import markdown from "./markdown.css?inline";
import thread from "./thread.css?inline";

let sheet: CSSStyleSheet | null = null;

/** Made at first use: importing the module must not need a browser. */
export function sharedStyles(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync([base, thread, items, markdown, composer, history, widgets].join("\n"));
  }
  return sheet;
}
