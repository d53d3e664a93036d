/** Who is it, and is this their password: one answer in one time, whoever it is. */
import { type Account, findByEmailKey } from "../../core/account.ts";
import { replaceVerifier, verifierOf } from "./credential.ts";
import { findByVerifier, newestOf } from "./registration.ts";
import { type PasswordCtx, runtimeOf, withHasher } from "./runtime.ts";

export type Proof =
  | { kind: "right"; account: Account }
  /** The right password of a sign-up that nobody has confirmed. */
  | { kind: "unverified"; registration_id: string }
  | { kind: "wrong" };

/**
 * Takes the work of one hash, or of two where the address is confirmed meanwhile.
 * @throws {Problem} 503 `hash_queue_full`
 */
export async function provePassword(
  ctx: PasswordCtx,
  email_key: string,
  password: string,
  signal?: AbortSignal,
): Promise<Proof> {
  let account = await findByEmailKey(ctx.sql, email_key);
  if (account?.status === "pending_verification") {
    const registration_id = await proveRegistration(ctx, account, password, signal);
    if (registration_id) return { kind: "unverified", registration_id };
    // Hashing takes long enough for the address to be confirmed, by which the registration became a credential.
    account = await findByEmailKey(ctx.sql, email_key);
    if (account?.status !== "active") return { kind: "wrong" };
  }
  const right = await proveAccount(ctx, account, password, signal);
  return right && account?.status === "active" ? { kind: "right", account } : { kind: "wrong" };
}

/** @param account null: nobody, whose password is never right */
export async function proveAccount(
  ctx: PasswordCtx,
  account: Account | null,
  password: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const verifier = account && await verifierOf(ctx.sql, account.account_id);
  const right = await compare(ctx, account, verifier, password, signal);
  if (!right || !account) return false;
  // Hashing takes long enough for a new password to come, whose sessions this one must not join; or for a rehash.
  const now = await verifierOf(ctx.sql, account.account_id);
  return now === verifier || await compare(ctx, account, now, password, signal);
}

async function compare(
  ctx: PasswordCtx,
  account: Account | null,
  verifier: string | null,
  password: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const checked = await withHasher(ctx, (hasher) => hasher.verify(password, verifier, signal));
  if (checked.key_missing) ctx.log.error("password.key_missing", { account_id: account?.account_id });
  if (checked.right && checked.outdated && account && verifier) {
    rehash(ctx, account.account_id, verifier, password);
  }
  return checked.right;
}

/** Open registrations of an address share their salt, so one hash finds the one it belongs to: its id. */
async function proveRegistration(
  ctx: PasswordCtx,
  account: Account,
  password: string,
  signal?: AbortSignal,
): Promise<string | null> {
  const newest = await newestOf(ctx.sql, account.account_id);
  const verifier = await withHasher(
    ctx,
    (hasher) => hasher.hashRegistration(password, account.email_key, newest?.verifier ?? null, signal),
  );
  return await findByVerifier(ctx.sql, account.email_key, verifier);
}

/** The cost or the key has changed: stored anew while nobody waits, or at a later login. */
function rehash(ctx: PasswordCtx, account_id: string, from: string, password: string): void {
  const { hasher, queue } = runtimeOf(ctx);
  if (queue.waiting > 0) return;
  ctx.background("rehash a password", async () => {
    await replaceVerifier(ctx.sql, account_id, { from, to: await hasher.hash(password) });
    ctx.metrics.inc("password_rehashed_total");
  });
}
