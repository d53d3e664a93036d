/** The only file that names email_variant: wordings that an operator wrote, or a program proposed. */
import type { Sql } from "../../../core/db/postgres.ts";
import type { Locale } from "../../../core/i18n/mod.ts";
import type { MailKind } from "../../../core/services/mod.ts";
import { factsOf } from "./facts.ts";
import { fillIn } from "./placeholders.ts";
import type { Rewrite } from "./variant.ts";

/** With `{name}`, `{site_name}` and `{code}` where those go; what is left out is the standard's. */
export interface StoredTexts {
  subject?: string;
  preheader?: string;
  heading?: string;
  paragraphs?: string[];
  button?: string;
}

export interface StoredVariant {
  kind: MailKind;
  variant: string;
  texts: Partial<Record<Locale, StoredTexts>>;
  sender_name: string | null;
  code_first: boolean;
  state: "draft" | "approved" | "rejected";
  origin: "operator" | "generator";
  /** Which program proposed it. */
  model: string | null;
  why: string | null;
  created_at: Date;
  decided_by: string | null;
  decided_at: Date | null;
}

export type NewStoredVariant = Pick<
  StoredVariant,
  "kind" | "variant" | "texts" | "sender_name" | "code_first" | "origin" | "model" | "why"
>;

/** A draft. False: there is one of this name. */
export async function insertDraft(sql: Sql, { texts, ...made }: NewStoredVariant): Promise<boolean> {
  const done = await sql`
    insert into email_variant ${sql({ ...made, texts: sql.json(texts as never) as never })}
    on conflict do nothing`;
  return done.count === 1;
}

export async function findStored(sql: Sql, kind: string, variant: string): Promise<StoredVariant | null> {
  const [row] = await sql<StoredVariant[]>`
    select * from email_variant where kind = ${kind} and variant = ${variant}`;
  return row ?? null;
}

/** Newest first; the latest 200. */
export async function listStored(sql: Sql): Promise<StoredVariant[]> {
  return await sql<StoredVariant[]>`select * from email_variant order by created_at desc limit 200`;
}

export async function approvedNames(sql: Sql, kind: string): Promise<string[]> {
  const rows = await sql<{ variant: string }[]>`
    select variant from email_variant where kind = ${kind} and state = 'approved' order by created_at limit 50`;
  return rows.map(({ variant }) => variant);
}

/** Null: there is no such draft. */
export async function decideDraft(
  sql: Sql,
  { kind, variant, state, by }: { kind: string; variant: string; state: "approved" | "rejected"; by: string },
): Promise<StoredVariant | null> {
  const [row] = await sql<StoredVariant[]>`
    update email_variant set state = ${state}, decided_by = ${by}, decided_at = now()
    where kind = ${kind} and variant = ${variant} and state = 'draft' returning *`;
  return row ?? null;
}

/** What is stored, as functions. */
export function rewritesOf(texts: StoredVariant["texts"]): Partial<Record<Locale, Rewrite>> {
  const made = Object.entries(texts).map((
    [locale, own],
  ): [string, Rewrite] => [locale, (standard, params) => ({
    ...own.subject === undefined ? {} : { subject: fillIn(own.subject, params) },
    ...own.preheader === undefined ? {} : { preheader: fillIn(own.preheader, params) },
    ...own.heading === undefined ? {} : { heading: fillIn(own.heading, params) },
    ...own.button === undefined || standard.button === null ? {} : { button: fillIn(own.button, params) },
    // The greeting stays the standard's as well: it hangs on the person.
    ...own.paragraphs === undefined ? {} : {
      paragraphs: [
        standard.paragraphs[0],
        ...own.paragraphs.map((text) => fillIn(text, params)),
        ...factsOf(standard, params),
      ],
    },
  })]);
  return Object.fromEntries(made);
}
