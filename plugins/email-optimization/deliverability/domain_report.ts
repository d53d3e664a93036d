/** The only file that names email_domain_report: what was found about the sender's domain, and when. */
import type { Sql } from "../../../core/db/postgres.ts";
import { DnsFailure } from "./dns.ts";
import { type CheckName, checkNames, type DomainCheck, type Finding } from "./domain_check.ts";
import {
  checkKeys,
  checkMx,
  checkNamesOf,
  checkPolicy,
  checkSenders,
  checkSts,
  type DomainToCheck,
  unanswered,
} from "./domain_checks.ts";

export interface DomainReport {
  domain: string;
  checked_at: Date;
  checks: DomainCheck[];
}

/** Everything at once; each check that gets no answer says so alone. Takes as long as the slowest answer. */
export async function checkDomain(of: DomainToCheck): Promise<DomainReport> {
  if (!await of.dns.reached(of.domain)) {
    const checks = checkNames.map((name) => ({ name, ...unanswered(of.domain) }));
    return { domain: of.domain, checked_at: new Date(), checks };
  }
  const [mx, spf, dkim, mta_sts, ptr] = await Promise.all([
    told(() => checkMx(of)),
    told(() => checkSenders(of)),
    told(() => checkKeys(of)),
    told(() => checkSts(of)),
    told(() => checkNamesOf(of)),
  ]);
  const signed = ["dkim_there", "dkim_next"].includes(dkim.code) &&
    (of.signing === "always" || of.keys.some(({ state }) => state === "in_use"));
  const dmarc = await told(() =>
    checkPolicy(of, { dkim: signed, spf: ["spf_pass", "spf_included", "spf_lookups"].includes(spf.code) })
  );
  const findings: Record<CheckName, Finding> = { mx, spf, dkim, dmarc, mta_sts, ptr };
  return {
    domain: of.domain,
    checked_at: new Date(),
    checks: checkNames.map((name) => ({ name, ...findings[name] })),
  };
}

async function told(check: () => Promise<Finding>): Promise<Finding> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof DnsFailure) return unanswered(error.asked);
    throw error;
  }
}

export async function storeReport(sql: Sql, { domain, checked_at, checks }: DomainReport): Promise<void> {
  await sql`
    insert into email_domain_report (domain, checked_at, report)
    values (${domain}, ${checked_at}, ${sql.json(JSON.parse(JSON.stringify({ checks })))})
    on conflict (domain) do update set checked_at = excluded.checked_at, report = excluded.report
    where email_domain_report.checked_at <= excluded.checked_at`;
}

export async function findReport(sql: Sql, domain: string): Promise<DomainReport | null> {
  const [row] = await sql<{ checked_at: Date; report: { checks: DomainCheck[] } }[]>`
    select checked_at, report from email_domain_report where domain = ${domain}`;
  return row ? { domain, checked_at: row.checked_at, checks: row.report.checks } : null;
}

/** True for one of all replicas: it is that one's turn to check. */
export async function claimCheck(sql: Sql, domain: string, older_than_hours: number): Promise<boolean> {
  const rows = await sql`
    insert into email_domain_report as old (domain, checked_at, report)
    values (${domain}, now(), '{"checks": []}')
    on conflict (domain) do update set checked_at = now()
    where old.checked_at < now() - make_interval(hours => ${older_than_hours}) returning 1`;
  return rows.length > 0;
}
