import type { ComponentChildren } from "preact";
import { Icon } from "./icons.tsx";

export type Tone = "good" | "info" | "warn" | "bad";

type ButtonLook = "primary" | "quiet" | "danger" | "deep" | "deep-quiet";

interface ButtonProps {
  look?: ButtonLook;
  small?: boolean;
  full?: boolean;
}

function buttonClass({ look = "primary", small, full }: ButtonProps): string {
  return `button button--${look}${small ? " button--small" : ""}${full ? " button--full" : ""}`;
}

/** Submits its form unless told otherwise. */
export function Button(
  { look, small, full, busy, type = "submit", ...rest }: ButtonProps & {
    type?: "submit" | "button";
    /** Pressed, and not done yet: another press does nothing, but the focus stays. */
    busy?: boolean;
    /** Of islands only. */
    onClick?: () => void;
    id?: string;
    /** Sent with the form when this button sent it. */
    name?: string;
    value?: string;
    disabled?: boolean;
    "aria-label"?: string;
    children: ComponentChildren;
  },
) {
  const aria = busy ? { "aria-disabled": "true" as const } : {};
  return <button {...rest} {...aria} type={type} class={buttonClass({ look, small, full })} />;
}

export function ButtonLink(
  { look, small, full, href, children }: ButtonProps & { href: string; children: ComponentChildren },
) {
  return <a href={href} class={buttonClass({ look, small, full })}>{children}</a>;
}

/** `bad` and `warn` interrupt a screen reader, `good` and `info` wait for a pause. */
export function Alert({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  const urgent = tone === "bad" || tone === "warn";
  return (
    <div class="alert" data-tone={tone} role={urgent ? "alert" : "status"}>
      <Icon name={tone === "good" ? "check" : tone === "info" ? "info" : "warn"} />
      <div>{children}</div>
    </div>
  );
}

export function Card(
  { title, lead, id, class: extra, children }: {
    title?: string;
    lead?: ComponentChildren;
    /** Also the id of the heading, as `${id}-title`. */
    id?: string;
    class?: string;
    children: ComponentChildren;
  },
) {
  const heading = id ? `${id}-title` : undefined;
  return (
    <section id={id} class={extra ? `card ${extra}` : "card"} aria-labelledby={title ? heading : undefined}>
      {title || lead
        ? (
          <div class="card__head">
            {title ? <h2 id={heading}>{title}</h2> : null}
            {lead ? <p class="card__lead">{lead}</p> : null}
          </div>
        )
        : null}
      {children}
    </section>
  );
}

/** `calm`: nothing is expected to happen; `live`: something is happening now. */
export function StatusDot({ tone, children }: { tone: Tone | "calm" | "live"; children: ComponentChildren }) {
  return <span class="status" data-tone={tone}>{children}</span>;
}

export function EmptyState(
  { title, children, icon = "waves" }: {
    title: string;
    children?: ComponentChildren;
    icon?: "waves" | "mail";
  },
) {
  return (
    <div class="empty">
      <Icon name={icon} size={40} />
      <h2>{title}</h2>
      {children ? <p>{children}</p> : null}
    </div>
  );
}

/** Term → value; facts without a value are left out. */
export function DefinitionList(
  { facts, inline }: { facts: Record<string, ComponentChildren>; inline?: boolean },
) {
  return (
    <dl class={inline ? "facts facts--inline" : "facts"}>
      {Object.entries(facts).filter(([, value]) => value !== null && value !== undefined && value !== "").map(
        (
          [term, value],
        ) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

/** On a narrow screen each row becomes a small list that names its columns. */
export function Table<C extends string>(
  { caption, columns, rows }: {
    caption: string;
    columns: Record<C, string>;
    rows: { key: string; cells: Record<C, ComponentChildren> }[];
  },
) {
  const names = Object.entries(columns) as [C, string][];
  return (
    <table class="table">
      <caption class="visually-hidden">{caption}</caption>
      <thead>
        <tr>{names.map(([column, name]) => <th key={column} scope="col">{name}</th>)}</tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            {names.map(([column, name]) => (
              <td key={column} data-label={name}>
                <div>{row.cells[column]}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
