"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { Mark } from "@/components/ui/icons";
import { authClient, tokens } from "@/lib/auth-client";
import { CredentialsForm, cookieIsRefused } from "./CredentialsForm";

const TEXTS = {
  "sign-in": {
    title: "Welcome back",
    lead: "Sign in to your tasks.",
    question: "New here?",
    other: "Create an account",
    otherPath: "/sign-up/",
  },
  "sign-up": {
    title: "Create your account",
    lead: "Your list, and an assistant beside it.",
    question: "Have an account already?",
    other: "Go to sign-in",
    otherPath: "/sign-in/",
  },
} as const;

/** The page around either form. */
export function AccountPage({ kind }: { kind: "sign-in" | "sign-up" }) {
  const router = useRouter();
  const texts = TEXTS[kind];
  const { data: session } = authClient.useSession();
  const [refused, setRefused] = useState(false);
  useEffect(() => setRefused(cookieIsRefused()), []);
  useEffect(() => {
    // Signed in already, or a moment ago, here or in another window.
    if (session) router.replace("/tasks/");
  }, [router, session]);

  return (
    <main className="flex min-h-dvh flex-col items-center px-4 pt-[12dvh] pb-10">
      <div className="w-full max-w-[380px]">
        <Link className="mb-8 inline-flex items-center gap-2 rounded-sm font-semibold" href="/">
          <Mark size={28} /> TaskChat
        </Link>
        <h1 className="text-2xl font-semibold tracking-tight">{texts.title}</h1>
        <p className="mt-1 mb-6 text-quiet">{texts.lead}</p>
        {refused ? (
          <InsecurePage />
        ) : (
          <CredentialsForm kind={kind} onDone={() => tokens.forget()} />
        )}
        <p className="mt-6 text-quiet">
          {texts.question}{" "}
          <Link className="link" href={texts.otherPath}>
            {texts.other}
          </Link>
        </p>
      </div>
    </main>
  );
}

function InsecurePage() {
  return (
    <p className="problem" role="alert">
      This page came over plain http, so your password could be read on its way, and the browser
      would not keep you signed in. Open TaskChat at its https address.
    </p>
  );
}
