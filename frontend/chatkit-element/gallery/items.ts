/** A stored thread with every kind of item in it. */
import { item, SHOWCASE } from "./script-server.ts";
import { WIDGETS } from "./widgets.ts";

const said = (text: string, more: object = {}) =>
  item("user_message", { content: [{ type: "input_text", text }], attachments: [], ...more });
const answered = (text: string, annotations: object[] = []) =>
  item("assistant_message", { content: [{ type: "output_text", text, annotations }] });

export const ITEMS = [
  said("Look at this, please", {
    quoted_text: "What was said before, and is answered now",
    attachments: [
      { id: "file", type: "file", name: "invoice.pdf", mime_type: "application/pdf" },
      { id: "picture", type: "image", name: "kitchen.png", mime_type: "image/png" },
    ],
  }),
  item("workflow", {
    workflow: {
      type: "reasoning",
      summary: { duration: 12 },
      tasks: [{ type: "thought", title: "What is asked for", content: "The **invoice** has to be read." }],
    },
  }),
  item("workflow", {
    workflow: {
      type: "custom",
      summary: { title: "Searched the archive", icon: "search" },
      tasks: [
        {
          type: "web_search",
          title_query: "plumbers",
          title: "Searched the web",
          queries: ["plumber near me"],
          status_indicator: "complete",
        },
        {
          type: "file",
          title: "Read a file",
          sources: [{ type: "file", title: "Prices", filename: "prices.csv" }],
          status_indicator: "complete",
        },
        { type: "custom", title: "Added it all up", content: "`42.50 + 180`", status_indicator: "complete" },
      ],
    },
  }),
  item("task", {
    task: { type: "custom", title: "Wrote it down", icon: "write", status_indicator: "complete" },
  }),
  answered("The plumber costs **180.00** and comes on Monday, says Ada.", [
    {
      type: "annotation",
      index: 28,
      source: { type: "url", title: "Prices of plumbers", url: "https://example.com/prices", group: "Web" },
    },
    {
      type: "annotation",
      index: 49,
      source: { type: "file", title: "Invoice", filename: "invoice.pdf", group: "Files" },
    },
    {
      type: "annotation",
      index: 58,
      source: { type: "entity", id: "ada", title: "Ada Lovelace", inline_label: "A. L.", icon: "user" },
    },
  ]),
  item("client_tool_call", {
    status: "completed",
    call_id: "call",
    name: "open_calendar",
    arguments: { day: "Monday" },
    output: { appointments: 2 },
  }),
  item("generated_image", { image: null }),
  item("widget", { widget: WIDGETS.Card }),
  said("And something long?"),
  answered(SHOWCASE),
  item("structured_input", {
    status: "pending",
    inputs: [
      {
        id: "q1",
        type: "multiple_choice",
        question: "Which list?",
        options: [{ value: "Home" }, { value: "Work" }],
      },
      { id: "q2", type: "freeform", question: "Anything else?", description: "In a word or two." },
    ],
  }),
];
