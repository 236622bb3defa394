"use client";

import { type FormEvent, useId, useState } from "react";
import { authClient } from "@/lib/auth-client";
import { CONFIG } from "@/lib/config";

export interface Credentials {
  name: string;
  email: string;
  password: string;
}

interface CredentialsFormProps {
  kind: "sign-in" | "sign-up";
  /** Given when the user is known and only has to prove it again. */
  knownEmail?: string;
  onDone: () => void;
}

/** Name, e-mail and password for both doors; says in place what is wrong. */
export function CredentialsForm({ kind, knownEmail, onDone }: CredentialsFormProps) {
  const [problem, setProblem] = useState("");
  const [invalid, setInvalid] = useState<keyof Credentials | null>(null);
  const [sending, setSending] = useState(false);
  const problemId = useId();
  const signUp = kind === "sign-up";

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const values = new FormData(event.currentTarget);
    const text = (name: string) => String(values.get(name) ?? "");
    const credentials = {
      name: text("name").trim(),
      email: text("email").trim(),
      password: text("password"),
    };
    const missing = findMissing(credentials, signUp);
    setInvalid(missing?.field ?? null);
    if (missing) {
      setProblem(missing.words);
      event.currentTarget.querySelector<HTMLInputElement>(`[name=${missing.field}]`)?.focus();
      return;
    }
    setSending(true);
    setProblem("");
    const refusal = await send(kind, credentials);
    setSending(false);
    if (refusal) setProblem(refusal);
    else onDone();
  }

  const described = problem ? problemId : undefined;
  return (
    // `post`: sent before the script is there, the password must not end up in the address.
    <form className="flex flex-col gap-4" method="post" noValidate onSubmit={submit}>
      {signUp && (
        <Field
          autoComplete="name"
          describedBy={described}
          invalid={invalid === "name"}
          label="Name"
          name="name"
          type="text"
        />
      )}
      <Field
        autoComplete="username"
        defaultValue={knownEmail}
        describedBy={described}
        invalid={invalid === "email"}
        label="Email"
        name="email"
        readOnly={knownEmail !== undefined}
        type="email"
      />
      <Field
        autoComplete={signUp ? "new-password" : "current-password"}
        describedBy={described}
        hint={signUp ? `At least ${SHORTEST_PASSWORD} characters.` : undefined}
        focusFirst={knownEmail !== undefined}
        invalid={invalid === "password"}
        label="Password"
        name="password"
        type="password"
      />
      <div aria-live="assertive" id={problemId}>
        {problem && <p className="problem">{problem}</p>}
      </div>
      <button className="button button-primary min-h-11" disabled={sending} type="submit">
        {signUp ? "Sign up" : "Sign in"}
      </button>
    </form>
  );
}

const SHORTEST_PASSWORD = 8;

interface Missing {
  field: keyof Credentials;
  words: string;
}

function findMissing({ name, email, password }: Credentials, signUp: boolean): Missing | null {
  if (signUp && !name) return { field: "name", words: "Enter your name." };
  if (!/^\S+@\S+$/.test(email)) {
    return { field: "email", words: "Enter your email address, like name@example.com." };
  }
  if (!password) return { field: "password", words: "Enter your password." };
  if (signUp && password.length < SHORTEST_PASSWORD) {
    const words = `The password needs at least ${SHORTEST_PASSWORD} characters.`;
    return { field: "password", words };
  }
  return null;
}

/** Resolves to the reason in words, or null when it worked. */
async function send(kind: "sign-in" | "sign-up", credentials: Credentials): Promise<string | null> {
  const { name, email, password } = credentials;
  try {
    const { error } =
      kind === "sign-up"
        ? await authClient.signUp.email({ name, email, password })
        : await authClient.signIn.email({ email, password });
    return error ? refusalWords(error) : null;
  } catch {
    // Better Auth's client throws when there is no answer at all.
    return "TaskChat can’t be reached. Check your connection and try again.";
  }
}

function refusalWords(error: { code?: string; message?: string; status: number }): string {
  switch (error.code) {
    case "INVALID_EMAIL_OR_PASSWORD":
      return "That email and password don’t match. Check both and try again.";
    case "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL":
      return "There is an account with this email already. Sign in instead.";
    case "PASSWORD_TOO_SHORT":
      return `The password needs at least ${SHORTEST_PASSWORD} characters.`;
  }
  if (error.status === 429) return error.message || "Too many tries. Wait a minute and try again.";
  return error.message || "TaskChat has a problem right now. Try again in a moment.";
}

interface FieldProps {
  label: string;
  name: keyof Credentials;
  type: "text" | "email" | "password";
  autoComplete: string;
  defaultValue?: string;
  readOnly?: boolean;
  hint?: string;
  describedBy?: string;
  invalid: boolean;
  focusFirst?: boolean;
}

function Field(props: FieldProps) {
  const { label, name, hint, describedBy, invalid, focusFirst, ...input } = props;
  const id = useId();
  const hintId = `${id}-hint`;
  return (
    <div>
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <input
        aria-describedby={[hint && hintId, describedBy].filter(Boolean).join(" ") || undefined}
        aria-invalid={invalid}
        className="field"
        id={id}
        name={name}
        required
        spellCheck={false}
        {...(name === "email" && { autoCapitalize: "none" })}
        data-focus-first={focusFirst || undefined}
        {...input}
      />
      {hint && (
        <p className="mt-1 text-sm text-quiet" id={hintId}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** Whether the browser would drop the secure session cookie on this page. */
export function cookieIsRefused(): boolean {
  if (!CONFIG.COOKIE_SECURE || location.protocol !== "http:") return false;
  return !/^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname);
}
