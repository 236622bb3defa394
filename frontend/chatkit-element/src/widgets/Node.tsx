import type { ComponentType } from "preact";
import { isWidgetNode } from "../protocol/parse.ts";
import type { WidgetNode } from "../protocol/types.ts";
import { memo } from "../ui/memo.ts";
import { Chart } from "./Chart.tsx";
import { Badge, Button, Divider, IconWidget, ImageWidget, Spacer } from "./content.tsx";
import { Checkbox, DatePicker, Input, Label, RadioGroup, Select, Textarea } from "./controls.tsx";
import { Basic, Box, Card, Col, Form, ListView, ListViewItem, Row, Transition } from "./layout.tsx";
import { Table, TableCell, TableRow } from "./table.tsx";
import { Caption, MarkdownWidget, Text, Title } from "./text.tsx";

export interface NodeProps {
  node: WidgetNode;
}

/** Every component there is, by its type. To add one: write it, name it here. */
export const COMPONENTS: Record<string, ComponentType<NodeProps>> = {
  Basic,
  Badge,
  Box,
  Button,
  Caption,
  Card,
  Chart,
  Checkbox,
  Col,
  DatePicker,
  Divider,
  Form,
  Icon: IconWidget,
  Image: ImageWidget,
  Input,
  Label,
  ListView,
  ListViewItem,
  Markdown: MarkdownWidget,
  RadioGroup,
  Row,
  Select,
  Spacer,
  Table,
  "Table.Cell": TableCell,
  "Table.Row": TableRow,
  Text,
  Textarea,
  Title,
  Transition,
};

/** Drawn again only when it became another one: an edit of the tree leaves all beside it as it was. */
export const Node = memo(
  ({ node }: NodeProps) => {
    const Component = Object.hasOwn(COMPONENTS, node.type) ? COMPONENTS[node.type] : undefined;
    // A component of a newer protocol draws nothing; the ones around it do.
    return Component ? <Component node={node} /> : null;
  },
  (before, after) => before.node === after.node,
);

/** The children of a component, keyed so that a list keeps its rows when some go. */
export function Children({ of }: { of: WidgetNode }) {
  return (
    <>
      {childrenOf(of).map((child, index) => (
        <Node key={keyOf(child, index)} node={child} />
      ))}
    </>
  );
}

export function childrenOf(node: WidgetNode): WidgetNode[] {
  const { children } = node;
  if (Array.isArray(children)) return children.filter(isWidgetNode);
  return isWidgetNode(children) ? [children] : [];
}

function keyOf({ key, id, type }: WidgetNode, index: number): string {
  if (typeof key === "string" && key) return `key:${key}`;
  return typeof id === "string" && id ? `id:${id}` : `${type}:${index}`;
}
