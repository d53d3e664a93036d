/**
 * Draws views at their worst: each text they are given is an attack, each form came back with errors. Whoever owns
 * views hands them to `checkViews()`, in a file beside them.
 */
import { expect } from "expect";
import type { VNode } from "preact";
import { locales, stringsFor } from "../i18n/mod.ts";
import { type PageView, renderPage } from "../../ui/shell.tsx";
import type { FormState, Locale } from "../../ui/types.ts";

export const evil = `"><script>alert(1)</script>{{7*7}}\u202e`;
export const evilVisitor = { email: `${evil}@example.com`, display_name: evil };
export const evilForm: FormState = {
  values: { email: evil, first_name: evil, code: evil, username: evil },
  errors: {
    email: evil,
    password: evil,
    code: evil,
    new_password: evil,
    current_password: evil,
    username: evil,
  },
  problem: evil,
};

type Views = (t: ReturnType<typeof stringsFor>) => Record<string, VNode>;

/** A view in its page, as text. */
export function pageOf(locale: Locale, view: VNode, more: Partial<PageView> = {}): string {
  return renderPage({
    view,
    title: evil,
    locale,
    t: stringsFor(locale),
    visitor: evilVisitor,
    account_nav: [{ href: "/account/x", label: evil }],
    operator_nav: [{ href: "/operate/x", label: evil }],
    notices: [{
      tone: "warning",
      code: "mail_bounces",
      params: { email: evil, since: evil },
      href: "/account",
    }],
    theme: "system",
    url: "/verify?token=a%2Bb",
    assets: { stylesheet: "/assets/style-x.css", script: "/assets/islands-x.js" },
    dev: true,
    ...more,
  });
}

/** What a browser would see as tags; attribute values may hold anything but quotes. */
export const tags = (html: string) => [
  ...html.matchAll(/<([a-z][\w-]*)((?:\s+[^\s=>"]+(?:="[^"]*")?)*)\s*\/?>/g),
];
export const attribute = (text: string, name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(text)?.[1];

/** Registers the tests that every view has to pass, in every language. */
export function checkViews(whose: string, views: Views): void {
  const each = locales.flatMap((locale) =>
    Object.entries(views(stringsFor(locale))).map(([name, view]) => ({
      name,
      locale,
      html: pageOf(locale, view),
    }))
  );

  Deno.test(`${whose}: no text becomes markup, and no view needs more than the strict policy allows`, () => {
    for (const { name, html } of each) checkMarkup(name, html);
  });

  Deno.test(`${whose}: every control has a label, every id is there once, every reference leads somewhere`, () => {
    for (const { name, html } of each) checkReferences(name, html);
  });

  Deno.test(`${whose}: every page has one h1 and a title, and says its language`, () => {
    for (const { name, locale, html } of each) {
      expect([name, html.match(/<h1[\s>]/g)?.length]).toEqual([name, 1]);
      expect(html.startsWith(`<!doctype html><html lang="${locale}"`)).toBe(true);
      expect(html).toContain("<title>&quot;>&lt;script");
    }
  });

  Deno.test(`${whose}: no password comes back into a form`, () => {
    for (const { html } of each) {
      for (const [, tag, rest] of tags(html)) {
        if (tag === "input" && attribute(rest, "type") === "password") {
          expect(attribute(rest, "value")).toBe(undefined);
        }
      }
    }
  });
}

function checkMarkup(name: string, html: string): void {
  const scripts = tags(html).filter(([, tag]) => tag === "script").map(([, , rest]) => rest);
  expect([name, scripts]).toEqual([name, [` type="module" src="/assets/islands-x.js"`]]);
  expect(html).not.toContain("<script>");
  for (const [, tag, rest] of tags(html)) {
    const acts = /\s(style|on\w+)=/.test(rest.replaceAll(/="[^"]*"/g, "="));
    expect([name, tag, acts]).toEqual([name, tag, false]);
  }
  expect(html).not.toMatch(/(?:href|src|action)="javascript:/i);
}

const references = ["aria-describedby", "aria-labelledby", "aria-controls", "popovertarget", "for"];

function checkReferences(name: string, html: string): void {
  const all = tags(html);
  const ids = all.flatMap(([, , rest]) => attribute(rest, "id") ?? []);
  expect([name, ids.length]).toEqual([name, new Set(ids).size]);
  const fors = new Set(all.flatMap(([, tag, rest]) => tag === "label" ? attribute(rest, "for") ?? [] : []));
  for (const [, tag, rest] of all) {
    const type = attribute(rest, "type");
    if (tag === "input" && type !== "hidden" && type !== "radio") {
      expect([name, rest, fors.has(attribute(rest, "id") ?? "")]).toEqual([name, rest, true]);
    }
    for (const reference of references) {
      for (const id of attribute(rest, reference)?.split(" ") ?? []) {
        expect([name, reference, id, ids.includes(id)]).toEqual([name, reference, id, true]);
      }
    }
    const href = attribute(rest, "href");
    if (href?.startsWith("#")) expect([name, href, ids.includes(href.slice(1))]).toEqual([name, href, true]);
  }
}
