import { type RefObject, useEffect, useRef } from "react";
import { useAssistant } from "@/components/ChatProvider";

/** Where the panel takes the whole screen; as in styles/panel.css. */
const PHONE = "(max-width: 767px)";

/** The panel's manners: where the focus goes, what Escape does, what a phone needs. */
export function usePanel(panel: RefObject<HTMLElement | null>): void {
  // First: on a phone the toggle can't take the focus back while the page is inert.
  usePhone(panel);
  useFocus(panel);
  useEscape();
}

/** The focus goes in when the user opens the panel, and back to the toggle when it closes. */
function useFocus(panel: RefObject<HTMLElement | null>): void {
  const { isOpen, isReady, focusComposer, toggleRef } = useAssistant();
  // A panel that was open before a reload takes no focus by itself.
  const wasOpen = useRef(isOpen);
  const waiting = useRef(false);
  const focus = useRef(focusComposer);
  useEffect(() => {
    focus.current = focusComposer;
  });
  useEffect(() => {
    if (isOpen && !wasOpen.current) waiting.current = true;
    if (!isOpen) waiting.current = false;
    if (isOpen && waiting.current) {
      if (isReady) {
        waiting.current = false;
        focus.current();
      } else {
        panel.current?.querySelector<HTMLElement>("[data-close]")?.focus();
      }
    }
    if (!isOpen && wasOpen.current) {
      const active = document.activeElement;
      // Whoever has gone on working on the page is left alone.
      if (!active || active === document.body || panel.current?.contains(active)) {
        toggleRef.current?.focus();
      }
    }
    wasOpen.current = isOpen;
  }, [isOpen, isReady, panel, toggleRef]);
}

/** Escape closes the panel, unless something smaller is open or being edited. */
function useEscape(): void {
  const { isOpen, close } = useAssistant();
  useEffect(() => {
    if (!isOpen) return;
    const controller = new AbortController();
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
      if (document.querySelector("dialog[open]") || hasOpenPopover()) return;
      event.preventDefault();
      close();
    };
    document.addEventListener("keydown", onKeyDown, { signal: controller.signal });
    return () => controller.abort();
  }, [close, isOpen]);
}

function hasOpenPopover(): boolean {
  const root = document.querySelector("openai-chatkit")?.shadowRoot;
  return Boolean(root?.querySelector(":popover-open, dialog[open]"));
}

/** On a phone the page behind is out of reach, and the composer stays above the keyboard. */
function usePhone(panel: RefObject<HTMLElement | null>): void {
  const { isOpen, pageRef } = useAssistant();
  useEffect(() => {
    const phone = matchMedia(PHONE);
    const controller = new AbortController();
    const { signal } = controller;
    const update = () => {
      const covered = isOpen && phone.matches;
      if (pageRef.current) pageRef.current.inert = covered;
      document.documentElement.style.overflow = covered ? "hidden" : "";
      const height = window.visualViewport?.height;
      if (covered && height) panel.current?.style.setProperty("--visible-height", `${height}px`);
      else panel.current?.style.removeProperty("--visible-height");
    };
    update();
    phone.addEventListener("change", update, { signal });
    window.visualViewport?.addEventListener("resize", update, { signal });
    return () => controller.abort();
  }, [isOpen, pageRef, panel]);
}
