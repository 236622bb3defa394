// The real Better Auth client through everything that the site does with it.
//
// `node scenario.mjs URL EMAIL` prints what the client made of each answer, as JSON. It knows
// nothing of who answers: the same script runs against our server and against Better Auth's own.

import { createAuthClient } from "better-auth/client";
import { jwtClient } from "better-auth/client/plugins";
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "jose";

const [url, email] = process.argv.slice(2);
const password = "correct horse battery";
const cookies = new Map();
let origin = url;

/** What a browser does around fetch: keeps cookies and says where the request comes from. */
async function browserFetch(input, init) {
  const headers = new Headers(init?.headers);
  headers.set("origin", origin);
  if (cookies.size > 0) {
    headers.set("cookie", [...cookies].map((pair) => pair.join("=")).join("; "));
  }
  const response = await fetch(input, { ...init, headers });
  for (const line of response.headers.getSetCookie()) {
    const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
    if (/max-age=0/i.test(line)) cookies.delete(name);
    else cookies.set(name, value);
  }
  return response;
}

const client = createAuthClient({
  baseURL: url,
  plugins: [jwtClient()],
  fetchOptions: { customFetchImpl: browserFetch },
});

const credentials = { email, password };
const person = { ...credentials, name: "Nora New" };
const seen = {};

seen.signedOut = await client.getSession();
seen.signUp = await client.signUp.email(person);
seen.sessionAfterSignUp = await client.getSession();
seen.duplicate = await client.signUp.email(person);
seen.shortPassword = await client.signUp.email({ ...person, email: `x${email}`, password: "short" });
seen.longPassword = await client.signUp.email({
  ...person,
  email: `x${email}`,
  password: "long".repeat(40),
});
seen.missingName = await client.signUp.email({ ...credentials, email: `x${email}` });
seen.signOut = await client.signOut();
seen.sessionAfterSignOut = await client.getSession();
seen.wrongPassword = await client.signIn.email({ ...credentials, password: "incorrect horse" });
seen.unknownEmail = await client.signIn.email({ ...credentials, email: `x${email}` });
seen.invalidEmail = await client.signIn.email({ ...credentials, email: "nobody" });
seen.foreignCallback = await client.signIn.email({
  ...credentials,
  callbackURL: "https://evil.example/",
});
seen.signIn = await client.signIn.email({ ...credentials, email: email.toUpperCase() });

let jwtHeader = null;
seen.session = await client.getSession({
  query: { disableCookieCache: true },
  fetchOptions: {
    onSuccess: (context) => {
      jwtHeader = context.response.headers.get("set-auth-jwt");
    },
  },
});
seen.token = await client.token();
seen.jwks = await client.jwks();

origin = "https://evil.example";
seen.foreignSignOut = await client.signOut();
origin = url;
seen.sessionAfterForeignSignOut = await client.getSession();

const keys = createLocalJWKSet(seen.jwks.data);
const verified = {};
for (const [name, jwt] of Object.entries({ header: jwtHeader, token: seen.token.data.token })) {
  const { payload } = await jwtVerify(jwt, keys, { issuer: url, audience: url });
  verified[name] = { header: decodeProtectedHeader(jwt), payload };
}

await client.signOut();
seen.tokenAfterSignOut = await client.token();

const dates = [seen.session.data.user.createdAt, seen.session.data.session.expiresAt];
const datesAreDates = dates.every((date) => date instanceof Date);
console.log(JSON.stringify({ seen, verified, datesAreDates }));
