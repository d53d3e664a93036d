import { type ComponentChildren, createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Strings } from "../types.ts";
import type { Notice } from "../../core/plugin.ts";
import { Alert } from "./basics.tsx";
import { FlowArt } from "./flow_art.tsx";
import { Mark } from "./icons.tsx";
import { Island } from "./island.tsx";
import RelativeTime from "../islands/RelativeTime.tsx";

export type Course = [title: string, text: string][];

/** A task on the left and, on still water, what it leads to. */
export function AuthLayout(
  { title, lead, aside, foot, children }: {
    title: string;
    lead: ComponentChildren;
    aside: { title: string; course: Course };
    foot?: ComponentChildren;
    children: ComponentChildren;
  },
) {
  return (
    <div class="auth">
      <div class="auth__task">
        <div class="auth__head">
          <h1>{title}</h1>
          <p class="lead">{lead}</p>
        </div>
        {children}
        {foot ? <p class="auth__foot">{foot}</p> : null}
      </div>
      <aside class="auth__aside deep" aria-labelledby="aside-title">
        <FlowArt shape="tall" />
        <h2 id="aside-title">{aside.title}</h2>
        <ol class="course">
          {aside.course.map(([title, text]) => (
            <li key={title}>
              <h3>{title}</h3>
              <p>{text}</p>
            </li>
          ))}
        </ol>
      </aside>
    </div>
  );
}

/** One thing to do or to know, in the middle of an otherwise empty page. */
export function LonePage(
  { title, lead, children }: { title: string; lead?: ComponentChildren; children?: ComponentChildren },
) {
  return (
    <div class="lone">
      <div class="lone__mark">
        <Mark size={52} />
      </div>
      <div class="auth__head">
        <h1>{title}</h1>
        {lead ? <p class="lead">{lead}</p> : null}
      </div>
      {children}
    </div>
  );
}

/** An entry of the account's menu: pages of plugins say in their manifest that they belong there. */
export interface NavItem {
  href: string;
  label: string;
}

/** The menu of whichever plugins are on; given by the shell. */
export const AccountNav = createContext<NavItem[]>([]);

/** The menu of whoever runs the service; empty for others. */
export const OperatorNav = createContext<NavItem[]>([]);

/** What the holder of the account should know; given by the shell. */
export const Notices = createContext<Notice[]>([]);

interface SideMenuPage {
  t: Strings;
  /** The path of this page, or of the one of the menu that it belongs to. */
  current: string;
  title: string;
  lead: ComponentChildren;
  children: ComponentChildren;
}

export function AccountLayout(page: SideMenuPage) {
  const { children, ...rest } = page;
  const items = useContext(AccountNav);
  const notices = useContext(Notices);
  return (
    <SideMenu {...rest} kind="account" label={page.t.nav.account} items={items}>
      {notices.map((notice) => <NoticeBar key={notice.code} t={page.t} notice={notice} />)}
      {children}
    </SideMenu>
  );
}

function NoticeBar({ t, notice: { code, tone, params, href } }: { t: Strings; notice: Notice }) {
  const words = t.notices[code as Exclude<keyof Strings["notices"], "label">];
  if (!words) return null;
  return (
    <Alert tone={tone === "warning" ? "warn" : "info"}>
      {words.text(params)} {href ? <a href={href}>{words.link}</a> : null}
    </Alert>
  );
}

/** Pages with `access: "operator"`; a view of theirs answers `nav: "operate"`. */
export function OperatorLayout(page: SideMenuPage) {
  const items = useContext(OperatorNav);
  return <SideMenu {...page} kind="account account--wide" label={page.t.nav.operator} items={items} />;
}

function SideMenu(
  { current, title, lead, children, kind, label, items }: SideMenuPage & {
    kind: string;
    label: string;
    items: NavItem[];
  },
) {
  return (
    <div class={kind}>
      <nav class="sidenav" aria-label={label}>
        <ul>
          {items.map((item) => (
            <li key={item.href}>
              <a href={item.href} aria-current={item.href === current ? "page" : undefined}>{item.label}</a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="page">
        <div class="page__head">
          <h1>{title}</h1>
          <p class="lead">{lead}</p>
        </div>
        {children}
      </div>
    </div>
  );
}

/** A time, in UTC from the server and "3 minutes ago" once the page is awake. */
export function Time({ t, when }: { t: Strings; when: string }) {
  return <Island of={RelativeTime} props={{ when, locale: t.locale, text: t.format.dateTime(when) }} />;
}
