import { expect } from "expect";
import { userRolesCommand } from "../../../core/commands/user_roles.ts";
import { type Command, type CommandTools, configure } from "../../../core/plugin.ts";
import { accessToken, newMember, signIn } from "../../../core/testing/people.ts";
import { type TestPlugins, testPlugins } from "../../../core/testing/plugins.ts";
import { addApp } from "../../../core/testing/second_factor.ts";
import verification from "../../email-verification/mod.ts";
import password from "../../password/mod.ts";
import mfa from "../mod.ts";
import { userMfa } from "./user_mfa.ts";

const plugins = [configure(password, { bcrypt_cost: 4 }), verification, mfa];

/** What a command says, line by line. */
async function run(service: TestPlugins, command: Command, ...args: string[]): Promise<string[]> {
  const said: string[] = [];
  await command.run(args, {
    core: service.core,
    config: {},
    say: (line) => said.push(line),
    withCtx: (work) => work(service.ctxOf("mfa")),
  } as CommandTools);
  return said;
}

Deno.test("user mfa: list shows, reset removes everything, and its reason is logged and mailed", async (t) => {
  const log: string[] = [];
  await using service = await testPlugins(plugins, { write: (line) => log.push(line) });
  const { api, sql } = service;
  const email = await newMember(service);
  const token = await accessToken(service, email);
  const app = await addApp(service, token, "Phone of Ada");

  await t.step("list", async () => {
    const lines = await run(service, userMfa, "list", email.toUpperCase());
    expect(lines).toEqual([
      expect.stringMatching(/^totp {8}Phone of Ada {2}added \S+Z {2}last used \S+Z$/),
      "recovery codes: 10 of 10 left",
      "policy: optional",
    ]);
  });
  await t.step("reset", async () => {
    const [line] = await run(service, userMfa, "reset", email, "--reason", " passport\nseen ");
    expect(line).toMatch(/^Factors removed: 1, and all recovery codes\./);
    expect((await api("GET", "/users/me", undefined, { token })).status).toBe(401);
    expect(await sql`select 1 from recovery_code union all select 1 from authenticator`).toHaveLength(0);
    expect((await signIn(service, email)).body.kind).toBe("session");
    const [mail] = await service.mails({ to: email, kind: "factors_reset" });
    expect(mail.data.reason).toBe("passport seen");
    const logged = log.map((line) => JSON.parse(line)).find(({ event }) => event === "mfa.reset");
    expect(logged).toMatchObject({ factors: 1, reason: "passport seen" });
    expect(log.join()).not.toContain(email);
    expect(log.join()).not.toContain(app.secret);
  });
  await t.step("list, when there is nothing", async () => {
    expect(await run(service, userMfa, "list", email))
      .toEqual(["no factors", "recovery codes: 0 of 0 left", "policy: optional"]);
  });
  await t.step("require, from a day on, now, and not any more", async () => {
    await run(service, userMfa, "require", email, "--reason", "handles money", "--from", "2999-01-31");
    expect((await signIn(service, email)).body.kind).toBe("session");
    expect((await run(service, userMfa, "list", email)).slice(2)).toEqual([
      "policy: will be required from 2999-01-31T00:00Z (account)",
      "decided for this account: handles money",
    ]);
    await run(service, userMfa, "require", email, "--reason", "handles money");
    expect((await signIn(service, email)).body).toMatchObject({ kind: "challenge", methods: ["email_code"] });
    expect((await service.mails({ to: email, kind: "factor_required" })).map(({ data }) => data.when))
      .toEqual(["2999-01-31T00:00:00.000Z", ""]);
    const off = ["require", email, "--reason", "left the team", "--off"];
    expect(await run(service, userMfa, ...off)).toEqual(["It is not required of this account any more."]);
    expect(await run(service, userMfa, ...off)).toEqual(["It was not required."]);
    expect((await signIn(service, email)).body.kind).toBe("session");
  });
});

const refused: [string[], RegExp][] = [
  [["list"], /EMAIL: expected an address/],
  [["list", "ada"], /EMAIL: expected an address/],
  [["list", "nobody@example.com"], /No account has this address/],
  [["list", "a@example.com", "b@example.com"], /One EMAIL at a time/],
  [["reset", "EMAIL"], /--reason: say why/],
  [["reset", "EMAIL", "--reason", "  "], /--reason: say why/],
  [["reset", "EMAIL", "--reason", "x".repeat(301)], /--reason: say why/],
  [["reset", "EMAIL", "--reason"], /--reason/],
  [["reset", "EMAIL", "--reason", "x", "--off"], /That is no command/],
  [["reset", "EMAIL", "--reason", "x", "--yes"], /Unknown option '--yes'/],
  [["require", "EMAIL"], /--reason: say why/],
  [["require", "EMAIL", "--reason", "x", "--from", "tomorrow"], /--from: expected a day/],
  [["require", "EMAIL", "--reason", "x", "--from", "2027-02-30"], /--from: expected a day/],
  [["require", "EMAIL", "--reason", "x", "--from", "2027-01-31", "--off"], /That is no command/],
  [["remove", "EMAIL"], /That is no command/],
];
Deno.test("user mfa refuses what it cannot take, and changes nothing", async (t) => {
  await using service = await testPlugins(plugins);
  const email = await newMember(service);
  await addApp(service, await accessToken(service, email));
  for (const [args, words] of refused) {
    await t.step(args.join(" ").slice(0, 60), async () => {
      const typed = args.map((arg) => arg === "EMAIL" ? email : arg);
      await expect(run(service, userMfa, ...typed)).rejects.toThrow(words);
    });
  }
  expect(await service.sql`select 1 from authenticator`).toHaveLength(1);
  expect(await service.sql`select 1 from factor_policy`).toHaveLength(0);
});

Deno.test("user roles: added once, taken away, and policy goes by them", async () => {
  await using service = await testPlugins([
    plugins[0],
    verification,
    configure(mfa, { required_roles: ["operator"] }),
  ]);
  const email = await newMember(service);
  const roles = (...args: string[]) => run(service, userRolesCommand, email, ...args);
  expect(await roles()).toEqual(["no roles"]);
  expect(await roles("add", "operator")).toEqual(["operator"]);
  expect(await roles("add", "auditor")).toEqual(["auditor operator"]);
  expect(await roles("add", "operator")).toEqual(["auditor operator"]);
  expect((await signIn(service, email)).body.kind).toBe("challenge");
  expect(await roles("remove", "operator")).toEqual(["auditor"]);
  expect(await roles("remove", "nothing")).toEqual(["auditor"]);
  expect((await signIn(service, email)).body.kind).toBe("session");
  for (const bad of ["Operator", "1x", "a b", "", "x".repeat(41)]) {
    await expect(roles("add", bad)).rejects.toThrow(/ROLE: expected/);
  }
  await service.sql`update account set roles = array(select 'r' || n from generate_series(1, 50) n)`;
  await expect(roles("add", "one-more")).rejects.toThrow(/as many roles/);
  expect((await roles("add", "r7"))[0].split(" ")).toHaveLength(50);
});
