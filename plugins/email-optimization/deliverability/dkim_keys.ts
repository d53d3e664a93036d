/**
 * The only file that names email_dkim_key: keys of our own to sign with (RFC 6376). A key is `new` until its record is
 * seen in the DNS or somebody says that it is there, then `in_use`, and `retired` once another is. Private keys are
 * sealed where they lie.
 */
import { Buffer } from "node:buffer";
import { createPrivateKey, generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import type { Pool, Sql } from "../../../core/db/postgres.ts";
import type { Keys } from "../../../core/keys/keys.ts";

export interface DkimKey {
  domain: string;
  selector: string;
  /** Base64 of its SubjectPublicKeyInfo. */
  public_key: string;
  state: "new" | "in_use" | "retired";
  created_at: Date;
}

/** What nodemailer signs with. */
export interface Signer {
  domainName: string;
  keySelector: string;
  /** PEM. */
  privateKey: string;
}

/** RFC 8301 §3.2 asks for 1024 at least and wishes for 2048; longer ones do not fit everywhere. */
export const rsaBits = 2048;
const generate = promisify(generateKeyPair);

const context = (domain: string, selector: string) => `email_dkim_key/${domain}/${selector}`;

/** Newest first. */
export async function dkimKeys(sql: Sql, domain: string): Promise<DkimKey[]> {
  return await sql<DkimKey[]>`
    select domain, selector, public_key, state, created_at from email_dkim_key
    where domain = ${domain} order by created_at desc, selector desc limit 20`;
}

/** Makes a key to be published, unless one waits for that already; then it is that one. Takes some 100 ms. */
export async function makeDkimKey(sql: Pool, keys: Keys, domain: string): Promise<DkimKey> {
  const waiting = async (tx: Sql) => (await dkimKeys(tx, domain)).find(({ state }) => state === "new");
  const there = await waiting(sql);
  if (there) return there;
  const { publicKey, privateKey } = await generate("rsa", { modulusLength: rsaBits });
  const public_key = publicKey.export({ type: "spki", format: "der" }).toString("base64");
  const plain = privateKey.export({ type: "pkcs8", format: "der" });
  const selector = `fs${new Date().toISOString().slice(0, 10).replaceAll("-", "")}${
    crypto.randomUUID().slice(0, 4)
  }`;
  return await sql.begin(async (tx) => {
    // Two replicas that ask for one in the same moment are given the same.
    await tx`select pg_advisory_xact_lock(hashtext(${`email_dkim_key/${domain}`}))`;
    const made = await waiting(tx);
    if (made) return made;
    const [key] = await tx<DkimKey[]>`
      insert into email_dkim_key (domain, selector, public_key, private_sealed, state)
      values (${domain}, ${selector}, ${public_key}, ${keys.seal(plain, context(domain, selector))}, 'new')
      returning domain, selector, public_key, state, created_at`;
    return key;
  });
}

/** From now on mail is signed with this key; the one before is retired. False: there is no such key, or it is retired. */
export async function useDkimKey(sql: Pool, domain: string, selector: string): Promise<boolean> {
  return await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtext(${`email_dkim_key/${domain}`}))`;
    const [key] = await tx`
      select 1 from email_dkim_key where domain = ${domain} and selector = ${selector} and state <> 'retired'`;
    if (!key) return false;
    await tx`
      update email_dkim_key set state = 'retired'
      where domain = ${domain} and state = 'in_use' and selector <> ${selector}`;
    await tx`update email_dkim_key set state = 'in_use' where domain = ${domain} and selector = ${selector}`;
    return true;
  });
}

/**
 * The key to sign with; null: there is none.
 *
 * @param always also one whose record nobody has seen yet
 * @throws SealError when its secret is not in SECRET_KEYS any more
 */
export async function signerOf(
  sql: Sql,
  keys: Keys,
  domain: string,
  always: boolean,
): Promise<Signer | null> {
  const [row] = await sql<{ selector: string; private_sealed: Uint8Array }[]>`
    select selector, private_sealed from email_dkim_key
    where domain = ${domain} and (state = 'in_use' or (${always} and state = 'new'))
    order by state = 'in_use' desc, created_at desc limit 1`;
  if (!row) return null;
  const der = Buffer.from(keys.open(row.private_sealed, context(domain, row.selector)));
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const privateKey = key.export({ type: "pkcs8", format: "pem" }).toString();
  return { domainName: domain, keySelector: row.selector, privateKey };
}
