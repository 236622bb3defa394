"use client";

import { useEffect, useRef, useState } from "react";
import {
  KeyboardIcon,
  MoonIcon,
  SignOutIcon,
  SunIcon,
  SystemIcon,
  UserIcon,
} from "@/components/ui/icons";
import { signOut } from "@/lib/auth-client";
import { chooseTheme, type ThemeChoice, useThemeChoice } from "@/lib/theme";
import type { SignedInUser } from "./SessionGate";

const THEMES: { choice: ThemeChoice; label: string; Icon: typeof SunIcon }[] = [
  { choice: "light", label: "Light", Icon: SunIcon },
  { choice: "dark", label: "Dark", Icon: MoonIcon },
  { choice: "system", label: "System", Icon: SystemIcon },
];

interface AccountMenuProps {
  user: SignedInUser;
  onShortcuts: () => void;
}

/** Who is signed in, the theme, the shortcuts, and the way out. */
export function AccountMenu({ user, onShortcuts }: AccountMenuProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const theme = useThemeChoice();

  useEffect(() => {
    if (!open) return;
    const controller = new AbortController();
    const { signal } = controller;
    const onOutside = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", onOutside, { signal });
    document.addEventListener("focusin", onOutside, { signal });
    root.current?.addEventListener(
      "keydown",
      (event) => {
        if (event.key !== "Escape") return;
        // The assistant's Escape must not see it.
        event.stopPropagation();
        setOpen(false);
        button.current?.focus();
      },
      { signal },
    );
    return () => controller.abort();
  }, [open]);

  async function leave() {
    await signOut().catch(() => undefined);
    // A whole new page: nothing of this user stays in memory.
    location.assign("/sign-in/");
  }

  return (
    <div className="relative" ref={root}>
      <button
        aria-expanded={open}
        aria-label="Account"
        className="button button-quiet button-icon"
        onClick={() => setOpen(!open)}
        ref={button}
        type="button"
      >
        <UserIcon size={20} />
      </button>
      {open && (
        <div className="menu">
          <div className="border-b border-line px-2.5 pt-1 pb-2.5">
            <div className="truncate font-semibold">{user.name}</div>
            <div className="truncate text-sm text-quiet">{user.email}</div>
          </div>
          <fieldset className="flex gap-1 border-b border-line py-1.5">
            <legend className="sr-only">Theme</legend>
            {THEMES.map(({ choice, label, Icon }) => (
              <button
                aria-pressed={theme === choice}
                className="button button-quiet button-small flex-1 aria-pressed:bg-accent-soft aria-pressed:text-text"
                key={choice}
                onClick={() => chooseTheme(choice)}
                type="button"
              >
                <Icon size={16} /> {label}
              </button>
            ))}
          </fieldset>
          <div className="pt-1.5">
            <button
              className="menu-item"
              onClick={() => {
                setOpen(false);
                onShortcuts();
              }}
              type="button"
            >
              <KeyboardIcon /> Keyboard shortcuts
            </button>
            <button className="menu-item" onClick={leave} type="button">
              <SignOutIcon /> Sign out
            </button>
          </div>
        </div>
      )}
    </div>
  );
}
