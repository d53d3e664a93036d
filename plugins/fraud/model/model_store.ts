/** Owns `fraud_model`: versions, of which one answers and some can be gone back to. */
import type { Sql } from "../../../core/db/postgres.ts";
import type { FraudModel, ModelCard, OnlineCalibration, Report } from "../../../ml/fraud/model.ts";

export interface StoredModel {
  version: string;
  hash: string;
  kind: FraudModel["kind"];
  card: ModelCard;
  report: Report | null;
  state: "candidate" | "current" | "retired";
  online: OnlineCalibration | null;
  created_at: Date;
  promoted_at: Date | null;
}

const columns = ["version", "hash", "kind", "card", "report", "state", "online", "created_at", "promoted_at"];

/** What answers now, without its file. */
export async function findCurrent(sql: Sql): Promise<StoredModel | null> {
  const [row] = await sql<StoredModel[]>`select ${sql(columns)} from fraud_model where state = 'current'`;
  return row ?? null;
}

export async function findModel(sql: Sql, version: string): Promise<StoredModel | null> {
  const [row] = await sql<StoredModel[]>`select ${sql(columns)} from fraud_model where version = ${version}`;
  return row ?? null;
}

/** Null: there is none, or it is the prior, which lies beside the service. */
export async function findFile(sql: Sql, version: string): Promise<string | null> {
  const [row] = await sql<{ file: string | null }[]>`select file from fraud_model where version = ${version}`;
  return row?.file ?? null;
}

/** Newest first. */
export async function listModels(sql: Sql): Promise<StoredModel[]> {
  return await sql<StoredModel[]>`
    select ${sql(columns)} from fraud_model order by created_at desc, version limit 200`;
}

export interface NewModel {
  version: string;
  hash: string;
  kind: FraudModel["kind"];
  file: string | null;
  card: ModelCard;
  report: Report | null;
}

/** Once: the same version told twice, as after a lost worker, is one. */
export async function insertCandidate(tx: Sql, model: NewModel): Promise<void> {
  const { version, hash, kind, file, card, report } = model;
  await tx`
    insert into fraud_model (version, hash, kind, file, card, report, state)
    values (${version}, ${hash}, ${kind}, ${file}, ${tx.json(card as never)},
            ${report === null ? null : tx.json(report as never)}, 'candidate')
    on conflict (version) do nothing`;
}

/** The one that answers steps back for this. False: there is no such version. */
export async function promoteModel(tx: Sql, version: string): Promise<boolean> {
  // Of two at once the second waits, and then finds what the first left.
  await tx`select pg_advisory_xact_lock(hashtextextended('fraud_model', 0))`;
  if (!await findModel(tx, version)) return false;
  await tx`update fraud_model set state = 'retired' where state = 'current' and version <> ${version}`;
  await tx`
    update fraud_model set state = 'current', promoted_at = case when state = 'current' then promoted_at else now() end
    where version = ${version}`;
  return true;
}

export async function retireCandidate(tx: Sql, version: string): Promise<void> {
  await tx`update fraud_model set state = 'retired' where version = ${version} and state = 'candidate'`;
}

/**
 * The prior of this release is known, and answers where nothing else was ever put in use; it takes the place of an older
 * prior, never of a model that learnt from this deployment.
 */
export async function admitPrior(tx: Sql, prior: NewModel): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended('fraud_model', 0))`;
  const known = await findModel(tx, prior.version);
  if (known?.hash === prior.hash) return;
  if (known) {
    await tx`
      update fraud_model set hash = ${prior.hash}, card = ${tx.json(prior.card as never)},
        report = ${prior.report === null ? null : tx.json(prior.report as never)}, online = null
      where version = ${prior.version}`;
    return;
  }
  const current = await findCurrent(tx);
  await insertCandidate(tx, prior);
  if (current === null || current.kind === "prior") await promoteModel(tx, prior.version);
  else await retireCandidate(tx, prior.version);
}

/** Locks the model that answers, so that of verdicts at once none is lost. */
export async function lockCurrent(tx: Sql): Promise<StoredModel | null> {
  const [row] = await tx<StoredModel[]>`
    select ${tx(columns)} from fraud_model where state = 'current' for update`;
  return row ?? null;
}

export async function storeOnline(tx: Sql, version: string, online: OnlineCalibration): Promise<void> {
  await tx`update fraud_model set online = ${tx.json(online as never)} where version = ${version}`;
}

/** The oldest of those that do not answer go; the prior stays, as its file is here anyway. */
export async function dropOldModels(tx: Sql, kept: number): Promise<number> {
  const rows = await tx`
    delete from fraud_model where version in (
      select version from fraud_model where state <> 'current' and kind <> 'prior'
      order by created_at desc offset ${Math.max(1, kept - 1)} limit 100)`;
  return rows.count;
}
