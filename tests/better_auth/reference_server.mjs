// Better Auth's own server with its jwt plugin, in memory: what the client was made for.
//
// `node reference_server.mjs` prints its URL once it listens.

import { createServer } from "node:http";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { toNodeHandler } from "better-auth/node";
import { jwt } from "better-auth/plugins";

const server = createServer((request, response) => handler(request, response));
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const baseURL = `http://127.0.0.1:${server.address().port}`;

const handler = toNodeHandler(
  betterAuth({
    baseURL,
    secret: "only-for-this-test-only-for-this-test",
    database: memoryAdapter({ user: [], session: [], account: [], verification: [], jwks: [] }),
    emailAndPassword: { enabled: true },
    plugins: [jwt({ jwks: { keyPairConfig: { alg: "ES256" } } })],
    telemetry: { enabled: false },
    logger: { disabled: true },
  }),
);
console.log(baseURL);
