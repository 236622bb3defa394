// A Better Auth server with its jwt plugin, in memory: an issuer of its own.
//
// `node issuer.mjs ALGORITHM PORT` prints its URL once it listens; port 0 is any that is free.
// Started again, it has new keys and knows nobody.

import { createServer } from "node:http";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { toNodeHandler } from "better-auth/node";
import { jwt } from "better-auth/plugins";

const [algorithm, port] = process.argv.slice(2);
const server = createServer((request, response) => handler(request, response));
await new Promise((resolve) => server.listen(Number(port), "127.0.0.1", resolve));
const baseURL = `http://127.0.0.1:${server.address().port}`;

const handler = toNodeHandler(
  betterAuth({
    baseURL,
    secret: "only-for-this-test-only-for-this-test",
    database: memoryAdapter({ user: [], session: [], account: [], verification: [], jwks: [] }),
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    plugins: [jwt({ jwks: { keyPairConfig: { alg: algorithm } } })],
    telemetry: { enabled: false },
    logger: { disabled: true },
  }),
);
console.log(baseURL);
