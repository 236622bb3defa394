"use client";

import { type ReactNode, useEffect, useId, useRef } from "react";

interface DialogProps {
  title: string;
  /** Escape and a click beside it. */
  onClose: () => void;
  children: ReactNode;
}

/** A modal dialog; the browser's own keeps the focus in it and gives it back. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    // React's autoFocus comes too early: before the dialog is open.
    dialog?.querySelector<HTMLElement>("[data-focus-first]")?.focus();
    return () => dialog?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard has Escape, by onCancel
    <dialog
      aria-labelledby={titleId}
      className="dialog"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
      ref={ref}
    >
      <h2 className="mb-3 text-lg font-semibold" id={titleId}>
        {title}
      </h2>
      {children}
    </dialog>
  );
}
