"use client";

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { CloseIcon } from "./icons";

interface Toast {
  text: string;
  action?: { label: string; run: () => void };
}

interface ShownToast extends Toast {
  key: number;
}

const SHOWN_MS = 7000;
const MOST = 3;

const ToastsContext = createContext<{
  toasts: readonly ShownToast[];
  show: (toast: Toast) => void;
  dismiss: (key: number) => void;
} | null>(null);

/** Short notes at the bottom of the page, with a way to undo what they tell. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly ShownToast[]>([]);
  const lastKey = useRef(0);
  const show = useCallback((toast: Toast) => {
    lastKey.current += 1;
    const shown = { ...toast, key: lastKey.current };
    setToasts((current) => [...current, shown].slice(-MOST));
  }, []);
  const dismiss = useCallback((key: number) => {
    setToasts((current) => current.filter((toast) => toast.key !== key));
  }, []);
  const value = useMemo(() => ({ toasts, show, dismiss }), [toasts, show, dismiss]);
  return <ToastsContext value={value}>{children}</ToastsContext>;
}

export function useToasts() {
  const context = useContext(ToastsContext);
  if (!context) throw new Error("useToasts needs a ToastProvider around it.");
  return context;
}

export function ToastRegion() {
  const { toasts, dismiss } = useToasts();
  return (
    <section aria-label="Notifications" aria-live="polite" className="toasts">
      {toasts.map((toast) => (
        <ToastCard dismiss={dismiss} key={toast.key} toast={toast} />
      ))}
    </section>
  );
}

function ToastCard({ toast, dismiss }: { toast: ShownToast; dismiss: (key: number) => void }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    // Nobody has to hurry who points at it or has the focus in it.
    if (held) return;
    const timer = setTimeout(() => dismiss(toast.key), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [dismiss, held, toast.key]);
  const { action } = toast;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only keeps the toast while it is looked at
    <div
      className="toast"
      onBlur={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
    >
      <span className="line-clamp-2 min-w-0 flex-1 py-1 wrap-anywhere" dir="auto">
        {toast.text}
      </span>
      {action && (
        <button
          className="button button-small"
          onClick={() => {
            dismiss(toast.key);
            action.run();
          }}
          type="button"
        >
          {action.label}
        </button>
      )}
      <button
        aria-label="Dismiss"
        className="button button-icon button-small"
        onClick={() => dismiss(toast.key)}
        type="button"
      >
        <CloseIcon size={16} />
      </button>
    </div>
  );
}
