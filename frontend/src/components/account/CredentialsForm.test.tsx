import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { authClient } from "@/lib/auth-client";
import { CredentialsForm } from "./CredentialsForm";

vi.mock("@/lib/auth-client", () => ({
  authClient: { signIn: { email: vi.fn() }, signUp: { email: vi.fn() } },
}));
const signIn = vi.mocked(authClient.signIn.email);
const signUp = vi.mocked(authClient.signUp.email);
afterEach(cleanup);

const fill = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));

test("signing up asks for name, email and password, in a password manager's words", async () => {
  signUp.mockResolvedValueOnce({ data: null, error: null });
  const onDone = vi.fn();
  render(<CredentialsForm kind="sign-up" onDone={onDone} />);
  fill("Name", " Ana ");
  fill("Email", "ana@example.com");
  fill("Password", "correct horse");
  const autoComplete = (label: string) => screen.getByLabelText(label).getAttribute("autocomplete");
  expect(["Name", "Email", "Password"].map(autoComplete)).toEqual([
    "name",
    "username",
    "new-password",
  ]);
  press("Sign up");
  await waitFor(() => expect(onDone).toHaveBeenCalled());
  const sent = { name: "Ana", email: "ana@example.com", password: "correct horse" };
  expect(signUp).toHaveBeenCalledExactlyOnceWith(sent);
});

test("what is missing is said before anything is sent, and gets the focus", () => {
  render(<CredentialsForm kind="sign-in" onDone={vi.fn()} />);
  fill("Email", "nobody");
  press("Sign in");
  expect(screen.getByText(/Enter your email address/)).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByLabelText("Email"));
  expect(screen.getByLabelText("Email").getAttribute("aria-invalid")).toBe("true");
  expect(signIn).not.toHaveBeenCalled();
});

test.each([
  [{ code: "INVALID_EMAIL_OR_PASSWORD", message: "x", status: 401 }, /don’t match/],
  [{ message: "Too many attempts. Try again in 30 s.", status: 429 }, /30 s/],
  [{ message: "", status: 500 }, /problem right now/],
])("a refusal is said in place: %j", async (error, words) => {
  const statusText = "";
  signIn.mockResolvedValueOnce({ data: null, error: { statusText, ...error } });
  const onDone = vi.fn();
  render(<CredentialsForm kind="sign-in" onDone={onDone} />);
  fill("Email", "ana@example.com");
  fill("Password", "wrong");
  press("Sign in");
  expect(await screen.findByText(words)).toBeTruthy();
  expect(onDone).not.toHaveBeenCalled();
});

test("no answer at all is said too", async () => {
  signIn.mockRejectedValueOnce(new TypeError("Failed to fetch"));
  render(<CredentialsForm kind="sign-in" knownEmail="ana@example.com" onDone={vi.fn()} />);
  fill("Password", "correct horse");
  press("Sign in");
  expect(await screen.findByText(/can’t be reached/)).toBeTruthy();
});
