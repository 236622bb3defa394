import { safeHref } from "../markdown.ts";
import { oneOf, text } from "../protocol/parse.ts";
import { useChat } from "../ui/context.ts";
import { Icon } from "../ui/Icon.tsx";
import { useImage } from "../ui/images.ts";
import { SafeLink } from "../ui/Markdown.tsx";
import type { NodeProps } from "./Node.tsx";
import { useAction, useWidget } from "./scope.ts";
import { blockStyle, color, length, space } from "./style.ts";

const TONES = ["secondary", "success", "danger", "warning", "info", "discovery"] as const;

export function Badge({ node }: NodeProps) {
  const tone = oneOf(node.color, TONES, "secondary");
  const variant = oneOf(node.variant, ["solid", "soft", "outline"], "soft");
  const size = oneOf(node.size, ["sm", "md", "lg"], "sm");
  return (
    <span class={`badge tone-${tone} ${variant} badge-${size}${node.pill === true ? " pilled" : ""}`}>
      {text(node.label)}
    </span>
  );
}

const ICON_SIZES: Record<string, string> = {
  xs: "12px",
  sm: "14px",
  md: "16px",
  lg: "20px",
  xl: "24px",
  "2xl": "28px",
  "3xl": "36px",
};

function pickSize(value: unknown): string | undefined {
  return typeof value === "string" && Object.hasOwn(ICON_SIZES, value) ? ICON_SIZES[value] : undefined;
}

export function IconWidget({ node }: NodeProps) {
  return (
    <span class="w-icon" style={{ color: color(node.color, "text") ?? "" }}>
      <Icon name={text(node.name)} size={pickSize(node.size) ?? ICON_SIZES.md} />
    </span>
  );
}

const FITS = ["cover", "contain", "fill", "scale-down", "none"] as const;

const POSITIONS = [
  "top left",
  "top",
  "top right",
  "left",
  "center",
  "right",
  "bottom left",
  "bottom",
  "bottom right",
] as const;

/** Pictures that come with the widget, or from where the thread allows; another one is offered as a link. */
export function ImageWidget({ node }: NodeProps) {
  const { words } = useChat();
  const src = text(node.src);
  const alt = text(node.alt);
  const classes = ["w-image"];
  if (node.frame === true) classes.push("framed");
  if (node.flush === true) classes.push("flush");
  const image = useImage(src);
  if (image) {
    const style = {
      ...blockStyle(node),
      objectFit: oneOf(node.fit, FITS, "cover"),
      objectPosition: oneOf(node.position, POSITIONS, "center"),
      backgroundColor: color(node.background, "surface") ?? "",
    };
    return (
      <img
        class={classes.join(" ")}
        src={image}
        alt={alt}
        style={style}
        referrerpolicy="no-referrer"
        loading="lazy"
      />
    );
  }
  const href = safeHref(src);
  return (
    <span class={[...classes, "blocked"].join(" ")} style={blockStyle(node)} title={words.imageBlocked}>
      <Icon name="square-image" />
      {href ? (
        <SafeLink href={href} words={alt}>
          {alt || words.image}
        </SafeLink>
      ) : (
        <span>{alt || words.imageBlocked}</span>
      )}
    </span>
  );
}

const BUTTON_COLORS = [
  "primary",
  "secondary",
  "info",
  "discovery",
  "success",
  "caution",
  "warning",
  "danger",
] as const;

export function Button({ node }: NodeProps) {
  const action = useAction(node.onClickAction, "self");
  const { closed } = useWidget();
  const tone = oneOf(node.color ?? node.style, BUTTON_COLORS, "secondary");
  const variant = oneOf(
    node.variant,
    ["solid", "soft", "outline", "ghost"],
    tone === "secondary" ? "outline" : "solid",
  );
  const size = oneOf(node.size, ["3xs", "2xs", "xs", "sm", "md", "lg", "xl", "2xl", "3xl"], "md");
  const label = text(node.label);
  const icon = text(node.iconStart) || text(node.iconEnd);
  const iconSize = pickSize(node.iconSize);
  const classes = ["button", `tone-${tone}`, variant, `control-${size}`];
  if (node.block === true) classes.push("block");
  if (node.pill === true) classes.push("pilled");
  if (node.uniform === true || label === "") classes.push("uniform");
  return (
    <button
      type={node.submit === true ? "submit" : "button"}
      class={classes.join(" ")}
      aria-label={label || icon.replaceAll("-", " ")}
      aria-busy={action?.busy}
      disabled={closed || node.disabled === true || action?.busy === true}
      onClick={() => void action?.run()}
    >
      {node.iconStart ? <Icon name={text(node.iconStart)} size={iconSize} /> : null}
      {label ? <span>{label}</span> : null}
      {node.iconEnd ? <Icon name={text(node.iconEnd)} size={iconSize} /> : null}
    </button>
  );
}

export function Divider({ node }: NodeProps) {
  return (
    <hr
      class={node.flush === true ? "w-divider flush" : "w-divider"}
      style={{
        "--line": color(node.color, "border") ?? "",
        "--thickness": length(node.size) ?? "",
        "--spacing": space(node.spacing) ?? "",
      }}
    />
  );
}

export function Spacer({ node }: NodeProps) {
  return (
    <span
      class="w-spacer"
      style={{ minWidth: length(node.minSize) ?? "", minHeight: length(node.minSize) ?? "" }}
    />
  );
}
