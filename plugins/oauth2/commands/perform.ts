/** `main.ts perform …`: acts as a client of the running service, and shows what comes back. */
import { OperatorError } from "../../../core/operator_error.ts";
import type { Command, CommandTools } from "../../../core/plugin.ts";
import { oneOf, readFlags, wholeNumber } from "./flags.ts";
import { checkLoopback } from "./loopback.ts";
import { type Performance, performances } from "./performances.ts";
import { connectParty } from "./relying_party.ts";

const usage =
  `main.ts perform: acts as an app against the running service, and prints what comes back, decoded

  authorization-code         signs somebody in with the browser (code, PKCE, a loopback redirect)
  device                     as a device without a keyboard does (RFC 8628)
  client-credentials         as a machine does

    --issuer URL             the service; default: BACKEND_URL
    --client-id ID           an app; without one, one is registered for the moment where that is open
    --client-secret SECRET
    --auth-method METHOD     client_secret_basic (the default) or client_secret_post
    --scope "A B"
    --resource URI           the API that the access token is for (RFC 8707)
    --redirect-uri URI       of this machine; default: http://127.0.0.1/callback with a free port
    --prompt WORD            none, login, consent or select_account
    --acr-values "A B"       such as urn:flowshield:acr:2, for a second factor
    --par                    pushes the request first (RFC 9126)
    --dpop                   binds the tokens to a key (RFC 9449)
    --no-browser             only prints the address
    --timeout SECONDS        how long to wait for the person; default 300`;

const text = { type: "string" } as const;
const on = { type: "boolean" } as const;
const flags = {
  ...{ issuer: text, "client-id": text, "client-secret": text, "auth-method": text, scope: text },
  ...{ resource: text, "redirect-uri": text, prompt: text, "acr-values": text, timeout: text },
  ...{ par: on, dpop: on, "no-browser": on },
};

export const perform: Command = {
  about: "authorization-code, device, client-credentials: act as an app, and see what comes back",
  usage,
  async run([name, ...args], tools) {
    if (name === undefined) return tools.say(usage);
    if (!Object.hasOwn(performances, name)) {
      throw new OperatorError(`There is no "perform ${name.slice(0, 40)}". Type: main.ts perform help`);
    }
    await run(performances[name as keyof typeof performances], args, tools);
  },
};

async function run(performance: Performance, args: string[], tools: CommandTools): Promise<void> {
  const { values, positionals } = readFlags(args, flags, "main.ts perform help");
  if (positionals.length > 0) {
    throw new OperatorError(`"${positionals[0].slice(0, 40)}" is too much: everything here is a flag`);
  }
  if (values["client-id"] === undefined && values["client-secret"] !== undefined) {
    throw new OperatorError("--client-secret needs --client-id");
  }
  if (
    performance.confidential && values["client-id"] !== undefined && values["client-secret"] === undefined
  ) {
    throw new OperatorError("--client-secret is needed: this is for apps that can keep one");
  }
  // Before anything is made at the service.
  if (values["redirect-uri"] !== undefined) checkLoopback(values["redirect-uri"]);
  const auth_method = values["auth-method"];
  const timeout_seconds = wholeNumber("timeout", values.timeout, 1, 3600) ?? 300;
  await using party = await connectParty({
    issuer: (values.issuer ?? tools.core.backend_url).replace(/\/+$/, ""),
    client_id: values["client-id"],
    client_secret: values["client-secret"],
    auth_method: auth_method === undefined
      ? undefined
      : oneOf("auth-method", auth_method, ["client_secret_basic", "client_secret_post"]),
    temporary: performance.temporary,
    dpop: values.dpop ?? false,
  });
  tools.say(`\n  ${party.config.serverMetadata().issuer}, as ${party.client_id}`);
  if (party.temporary) tools.say("  (a client for the moment; it is removed afterwards)");
  await performance.run(party, {
    say: tools.say,
    scope: values.scope ?? performance.scope,
    resource: values.resource,
    redirect_uri: values["redirect-uri"] ?? "http://127.0.0.1/callback",
    prompt: values.prompt,
    acr_values: values["acr-values"],
    pushed: values.par ?? false,
    browser: !(values["no-browser"] ?? false) && Deno.stdout.isTerminal(),
    timeout_seconds,
  });
}
