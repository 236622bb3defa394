/** A sample of each widget component, by its name. What it does not name itself stands in a card. */

type Widget = Record<string, unknown>;

const action = { type: "noop", payload: {} };
const text = (value: string, more: object = {}) => ({ type: "Text", value, ...more });
const card = (...children: Widget[]) => ({ type: "Card", children });
const row = (...children: Widget[]) => ({ type: "Row", wrap: "wrap", children });

/** A green square, as a picture that comes with its widget. */
const PICTURE =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGNgWOGFFTEMLQkAKlA7wRkzT3AAAAAASUVORK5CYII=";

const TONES = ["secondary", "success", "danger", "warning", "info", "discovery"];
const SIZES = ["sm", "md", "lg", "xl"];

const DAYS = [
  { day: "Mon", done: 4, added: 6, hours: 3.5 },
  { day: "Tue", done: 6, added: 3, hours: 5 },
  { day: "Wed", done: 3, added: 7, hours: 2 },
  { day: "Thu", done: 8, added: 2, hours: 6.5 },
  { day: "Fri", done: 5, added: 5, hours: 4 },
  { day: "Sat", done: 2, added: 1, hours: 1.5 },
];

const chart = (series: object[], more: object = {}) => ({
  type: "Chart",
  data: DAYS,
  series,
  xAxis: { dataKey: "day" },
  ...more,
});

const LISTS = [
  { value: "home", label: "Home" },
  { value: "work", label: "Work", description: "Shared with three people" },
  { value: "old", label: "Old", disabled: true },
];

export const WIDGETS: Record<string, Widget> = {
  Badge: card(
    ...["soft", "outline", "solid"].map((variant) =>
      row(
        ...TONES.map((color) => ({
          type: "Badge",
          label: color,
          color,
          variant,
          pill: variant === "outline",
        })),
      ),
    ),
    row(...["sm", "md", "lg"].map((size) => ({ type: "Badge", label: size, size }))),
  ),
  Basic: {
    type: "Basic",
    gap: 2,
    children: [text("Without a frame", { weight: "semibold" }), text("Straight on the page.")],
  },
  Box: card({
    type: "Box",
    direction: "row",
    gap: 3,
    padding: 3,
    align: "center",
    radius: "lg",
    background: "surface-secondary",
    border: { size: 1, color: "strong", style: "dashed" },
    children: [{ type: "Icon", name: "cube", size: "lg" }, text("A box with a border")],
  }),
  Button: card(
    row(
      { type: "Button", label: "Primary", style: "primary", onClickAction: action },
      { type: "Button", label: "Secondary", style: "secondary", onClickAction: action },
      { type: "Button", label: "Off", disabled: true },
    ),
    ...["solid", "soft", "outline", "ghost"].map((variant) =>
      row(
        ...["info", "success", "danger"].map((color) => ({
          type: "Button",
          label: color,
          color,
          variant,
          onClickAction: action,
        })),
      ),
    ),
    row(
      ...["3xs", "xs", "sm", "md", "lg", "xl", "3xl"].map((size) => ({
        type: "Button",
        label: size,
        size,
        pill: true,
        onClickAction: action,
      })),
    ),
    row(
      { type: "Button", label: "Reload", iconStart: "reload", onClickAction: action },
      { type: "Button", label: "Open", iconEnd: "external-link", onClickAction: action },
      { type: "Button", iconStart: "star", iconSize: "lg", uniform: true, onClickAction: action },
    ),
    { type: "Button", label: "As wide as its card", block: true, onClickAction: action },
  ),
  Caption: card(
    ...["sm", "md", "lg"].map((size) => ({ type: "Caption", value: `A caption (${size})`, size })),
  ),
  Card: {
    type: "Card",
    size: "md",
    status: { text: "Draft", icon: "write" },
    children: [
      { type: "Title", value: "Delete 2 tasks?", size: "sm" },
      text("Buy groceries, Send the invoice", { color: "secondary" }),
    ],
    confirm: { label: "Delete", action },
    cancel: { label: "Keep them", action },
  },
  Chart: card(
    { type: "Title", value: "This week", size: "sm" },
    chart(
      [
        { type: "bar", dataKey: "done", label: "Done" },
        { type: "bar", dataKey: "added", label: "Added" },
      ],
      { showYAxis: true },
    ),
    chart([{ type: "area", dataKey: "hours", label: "Hours", color: "green", curveType: "natural" }], {
      height: 120,
    }),
    chart(
      [
        { type: "bar", dataKey: "done", label: "Done", stack: "all" },
        { type: "bar", dataKey: "added", label: "Added", stack: "all" },
        { type: "line", dataKey: "hours", label: "Hours", color: "red" },
      ],
      { barCategoryGap: 24 },
    ),
  ),
  Checkbox: card(
    { type: "Checkbox", name: "a", label: "Buy groceries", defaultChecked: true },
    { type: "Checkbox", name: "b", label: "Call the plumber" },
    { type: "Checkbox", name: "c", label: "Cannot be changed", disabled: true, defaultChecked: true },
  ),
  Col: card({ type: "Col", gap: 1, align: "end", children: [text("One"), text("below"), text("the other")] }),
  DatePicker: card(
    { type: "Label", value: "Due", fieldName: "due" },
    {
      type: "DatePicker",
      name: "due",
      defaultValue: "2026-11-30T00:00:00Z",
      min: "2026-11-01",
      clearable: true,
      block: true,
    },
    { type: "DatePicker", name: "other", variant: "soft", placeholder: "Another day", pill: true },
  ),
  Divider: card(
    text("Above"),
    { type: "Divider" },
    text("Between"),
    { type: "Divider", flush: true, color: "strong", size: 2, spacing: 2 },
    text("Below"),
    { type: "Row", gap: 3, children: [text("Left"), { type: "Divider" }, text("Right")] },
  ),
  Form: card({
    type: "Form",
    gap: 3,
    onSubmitAction: action,
    children: [
      { type: "Label", value: "Title", fieldName: "task.title" },
      { type: "Input", name: "task.title", required: true, placeholder: "What is to be done?" },
      { type: "Checkbox", name: "task.urgent", label: "Urgent" },
      { type: "Button", label: "Add", submit: true, style: "primary" },
    ],
  }),
  Icon: card(
    row(
      ...["sparkle", "calendar", "bolt", "bug", "globe", "star-filled", "check-circle"].map((name) => ({
        type: "Icon",
        name,
      })),
    ),
    row(
      ...["xs", "sm", "md", "lg", "xl", "2xl", "3xl"].map((size) => ({
        type: "Icon",
        name: "cube",
        size,
        color: "success",
      })),
    ),
  ),
  Image: card(
    {
      type: "Image",
      src: PICTURE,
      alt: "A green square",
      height: 80,
      width: 160,
      fit: "cover",
      position: "top",
      frame: true,
    },
    { type: "Image", src: PICTURE, alt: "As wide as the card", height: 60, flush: true },
    { type: "Image", src: "https://example.com/cat.png", alt: "A cat from elsewhere", height: 60 },
  ),
  Input: card(
    { type: "Label", value: "E-mail", fieldName: "mail" },
    { type: "Input", name: "mail", inputType: "email", placeholder: "ann@example.com" },
    { type: "Input", name: "soft", variant: "soft", defaultValue: "Soft", size: "lg" },
    { type: "Input", name: "pill", pill: true, placeholder: "Pill", gutterSize: "xl" },
    { type: "Input", name: "off", disabled: true, defaultValue: "Cannot be changed" },
  ),
  Label: card(
    { type: "Label", value: "A label of its field", fieldName: "field", weight: "semibold" },
    { type: "Input", name: "field" },
  ),
  ListView: {
    type: "ListView",
    limit: 3,
    status: { text: "5 tasks", icon: "notebook" },
    children: ["Groceries", "Plumber", "Invoice", "Dentist", "Holidays"].map((value) => ({
      type: "ListViewItem",
      key: value,
      onClickAction: action,
      children: [{ type: "Icon", name: "check-circle" }, text(value)],
    })),
  },
  ListViewItem: {
    type: "ListView",
    children: [
      {
        type: "ListViewItem",
        gap: 3,
        children: [
          { type: "Checkbox", name: "done", onChangeAction: action },
          {
            type: "Col",
            gap: 0,
            flex: 1,
            children: [text("A row with a box"), { type: "Caption", value: "tomorrow" }],
          },
          { type: "Badge", label: "high", color: "danger" },
        ],
      },
      { type: "ListViewItem", onClickAction: action, children: [text("A row to be clicked")] },
    ],
  },
  Markdown: card({ type: "Markdown", value: "Some **bold** words, `code`, and\n\n- a list\n- of two" }),
  RadioGroup: card(
    { type: "Label", value: "List", fieldName: "list" },
    { type: "RadioGroup", name: "list", options: LISTS, defaultValue: "home" },
    {
      type: "RadioGroup",
      name: "size",
      ariaLabel: "Size",
      direction: "row",
      options: [
        { value: "s", label: "Small" },
        { value: "l", label: "Large" },
      ],
    },
  ),
  Row: card({
    type: "Row",
    gap: 2,
    justify: "between",
    children: [text("Left"), text("Middle"), text("Right")],
  }),
  Select: card(
    { type: "Label", value: "List", fieldName: "select" },
    {
      type: "Select",
      name: "select",
      options: LISTS,
      placeholder: "Choose a list",
      clearable: true,
      block: true,
    },
    { type: "Select", name: "soft", options: LISTS, defaultValue: "work", variant: "soft", pill: true },
    {
      type: "Select",
      name: "many",
      searchable: true,
      placeholder: "One of many",
      options: Array.from({ length: 24 }, (_, index) => ({
        value: `${index}`,
        label: `Option ${index + 1}`,
      })),
    },
  ),
  Spacer: card({ type: "Row", children: [text("Left"), { type: "Spacer", minSize: 20 }, text("Right")] }),
  Table: card({
    type: "Table",
    children: [
      {
        type: "Table.Row",
        header: true,
        children: ["What", "Count", "Due"].map((value, index) => ({
          align: index === 1 ? "end" : "start",
          type: "Table.Cell",
          children: [text(value)],
        })),
      },
      ...[
        ["Groceries", "3", "today"],
        ["Invoices", "12", "Friday"],
      ].map((cells) => ({
        type: "Table.Row",
        children: cells.map((value, index) => ({
          type: "Table.Cell",
          align: index === 1 ? "end" : "start",
          children: [text(value)],
        })),
      })),
    ],
  }),
  "Table.Cell": card({
    type: "Table",
    children: [
      {
        type: "Table.Row",
        children: [
          {
            type: "Table.Cell",
            colSpan: 2,
            align: "center",
            colSize: "lg",
            children: [text("Over two columns")],
          },
        ],
      },
      {
        type: "Table.Row",
        children: [
          { type: "Table.Cell", vAlign: "start", width: 120, children: [text("Narrow")] },
          { type: "Table.Cell", children: [text("and the rest")] },
        ],
      },
    ],
  }),
  "Table.Row": card({
    type: "Table",
    children: [
      { type: "Table.Row", header: true, children: [{ type: "Table.Cell", children: [text("A header")] }] },
      { type: "Table.Row", children: [{ type: "Table.Cell", children: [text("A row")] }] },
    ],
  }),
  Text: card(
    ...["xs", "sm", "md", "lg", "xl"].map((size) => text(`A text (${size})`, { size })),
    text("Italic and secondary", { italic: true, color: "secondary" }),
    text("Done", { lineThrough: true, color: "tertiary" }),
    text("A long text that is cut off after its first line because there is no more room for it", {
      truncate: true,
    }),
    text("To be changed in place", { editable: { name: "title", placeholder: "Title", required: true } }),
  ),
  Textarea: card(
    { type: "Label", value: "Note", fieldName: "note" },
    {
      type: "Textarea",
      name: "note",
      placeholder: "Grows with what is written",
      autoResize: true,
      maxRows: 6,
      rows: 2,
    },
    { type: "Textarea", name: "soft", variant: "soft", defaultValue: "Soft", rows: 2 },
  ),
  Title: card(
    ...[...SIZES, "2xl", "3xl"].map((size) => ({ type: "Title", value: `A title (${size})`, size })),
  ),
  Transition: card({ type: "Transition", children: text("It fades when its child is another one.") }),
};
