/** Whom a command is about, by the address that an operator types. */
import { type Account, findByEmailKey } from "../account.ts";
import type { Sql } from "../db/postgres.ts";
import { parseEmail } from "../email_address.ts";
import { OperatorError } from "../operator_error.ts";

/** @throws OperatorError when it is no address, or no account has it */
export async function accountNamed(sql: Sql, address: string | undefined): Promise<Account> {
  const read = parseEmail(address ?? "");
  if (!("email_key" in read)) throw new OperatorError("EMAIL: expected an address such as ada@example.com");
  const account = await findByEmailKey(sql, read.email_key);
  if (!account) throw new OperatorError("No account has this address. Look at its spelling.");
  return account;
}
