"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { errorWords } from "@/lib/api";
import { authClient, onSignOutElsewhere, tokens } from "@/lib/auth-client";
import { readClaims, SignedOutError } from "@/lib/token";

export interface SignedInUser {
  /** The opaque id in the API's paths. */
  id: string;
  name: string;
  email: string;
}

interface SessionGateProps {
  /** While it is unknown who is there. */
  fallback: ReactNode;
  children: (user: SignedInUser) => ReactNode;
}

/**
 * Lets signed-in users in and sends others to the sign-in page. A session that ends later doesn't
 * take the page away: whoever needs it asks to sign in again, and what was typed stays.
 */
export function SessionGate({ fallback, children }: SessionGateProps) {
  const router = useRouter();
  const { data: session, isPending, error, refetch } = authClient.useSession();
  const [user, setUser] = useState<SignedInUser | null>(null);
  const [problem, setProblem] = useState("");

  const enter = useCallback(
    async (name: string, email: string) => {
      try {
        setProblem("");
        const id = readClaims(await tokens.get()).userId;
        setUser((current) => (current?.id === id ? current : { id, name, email }));
      } catch (reason) {
        if (reason instanceof SignedOutError) router.replace("/sign-in/");
        else setProblem(errorWords(reason));
      }
    },
    [router],
  );

  const account = session?.user;
  useEffect(() => {
    if (account) void enter(account.name, account.email);
  }, [account, enter]);
  useEffect(() => {
    if (!user && !isPending && !session && !error) router.replace("/sign-in/");
  }, [error, isPending, router, session, user]);
  useEffect(() => onSignOutElsewhere(() => location.assign("/sign-in/")), []);

  if (user) return children(user);
  if (!problem && !(error && !isPending)) return fallback;
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-4 p-6 text-center">
      <h1 className="text-xl font-semibold">TaskChat can’t be reached</h1>
      <p className="max-w-[420px] text-quiet">
        Your tasks are safe where they are. Check your connection, then try again.
      </p>
      <button
        className="button button-primary"
        onClick={() => (account ? void enter(account.name, account.email) : void refetch())}
        type="button"
      >
        Try again
      </button>
    </main>
  );
}
