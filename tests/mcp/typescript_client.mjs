// The official TypeScript client plays calls against a server and prints what it got, as JSON.
//
// `node typescript_client.mjs URL TOKEN MODE CALLS`: MODE is what the client may negotiate,
// "legacy" (its default) or "auto"; CALLS is a JSON list of [tool, arguments]. Without a token
// (an empty one) it sends no header.

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

const [url, token, mode, calls] = process.argv.slice(2);
const headers = token ? { Authorization: `Bearer ${token}` } : {};
const options = mode === "legacy" ? {} : { versionNegotiation: { mode } };

const client = new Client({ name: "taskchat-tests", version: "1" }, options);
const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });

const transcript = { results: [] };
try {
  await client.connect(transport);
  transcript.version = client.getNegotiatedProtocolVersion();
  transcript.server = client.getServerVersion().name;
  transcript.instructions = client.getInstructions();
  transcript.tools = (await client.listTools()).tools;
  for (const [name, args] of JSON.parse(calls)) {
    const result = await client.callTool({ name, arguments: args });
    transcript.results.push({
      text: result.content.map((part) => part.text).join("\n"),
      data: result.structuredContent ?? null,
      is_error: result.isError ?? false,
    });
  }
  await client.close();
} catch (error) {
  transcript.refused = `${error.name}: ${error.message}`;
}
console.log(JSON.stringify(transcript));
