/** `start`, `api` and `worker`: the service until it is told to stop. */
import { readDotenv } from "../config.ts";
import { stringsFor } from "../i18n/mod.ts";
import { createService, type Service, type ServiceOptions } from "../service.ts";
import { makeSetupLink, setupLinkHours } from "../setup/setup_link.ts";
import { setupLinkLine } from "./setup_link.ts";
import type { Made } from "./mod.ts";

const STOP_SECONDS = 40;

export async function serve(made: Made, roles: ServiceOptions["roles"]): Promise<void> {
  const began = performance.now();
  const stopping = new AbortController();
  const service = await createService({
    ...made,
    env: Deno.env.toObject(),
    dotenv: readDotenv(".env"),
    roles,
    say: (line) => console.log(`  ${line}`),
    terminal: Deno.stdout.isTerminal(),
  });
  stopOnSignals(service, stopping);
  const seconds = () => ((performance.now() - began) / 1000).toFixed(1);
  if (roles.api) {
    const { url } = await service.listen().catch(async (error) => {
      // What was started for it must not be left running.
      await service.stop();
      throw error;
    });
    console.log(welcome(service, seconds(), url));
    await offerSetup(service);
  } else console.log(`  The worker is on, after ${seconds()} s.`);
  void sayWhenDurable(service, stopping.signal, seconds);
}

/** The terminal speaks English. */
const linkWords: Record<string, { link: string }> = stringsFor("en").home.links;

function welcome({ core, config, links }: Service, seconds: string, url: string): string {
  const at = core.frontend_url;
  const rows = [
    ["Start here", `${at}/`],
    ["Create an account", `${at}/sign-up`],
    ...core.smtp_server || core.production ? [] : [["Read its mail", `${at}/dev/mailbox`]],
    ["Your account", `${at}/account`],
    ["Status", `${at}/status`],
    ["API", `${core.backend_url}/docs`],
    ...links().map(({ key, href }) => [linkWords[key]?.link ?? key, new URL(href, url).href]),
  ];
  const plugins = Object.keys(config.plugins).join(", ");
  return [
    "",
    `  ${core.site_name} answers after ${seconds} s on ${url} with ${plugins}.`,
    "",
    ...rows.map(([what, where]) => `    ${what.padEnd(20)}${where}`),
    "",
  ].join("\n");
}

/** Printed and never logged: whoever reads it may become the operator. */
async function offerSetup({ ctx, core }: Service): Promise<void> {
  const token = await makeSetupLink(ctx.sql);
  if (token === null) return;
  console.log(
    `    ${setupLinkLine(token, core)}\n` +
      `    Nobody runs this service yet: whoever opens this link does. Once, within ${setupLinkHours} hours.\n`,
  );
}

/** People are served from the first second; this is when their requests also survive us. */
async function sayWhenDurable(
  { temporal, core }: Service,
  signal: AbortSignal,
  seconds: () => string,
): Promise<void> {
  if (core.temporal === "off") {
    console.log("  Temporal is off: every story is told directly.");
    return;
  }
  while (!temporal.ready()) {
    if (signal.aborted) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const { address, source } = await temporal.status();
  console.log(`  Durable after ${seconds()} s: Temporal (${source}) at ${address} carries every story.`);
}

function stopOnSignals(service: Service, stopping: AbortController): void {
  const stop = async (signal: Deno.Signal) => {
    if (stopping.signal.aborted) Deno.exit(1);
    stopping.abort();
    service.log.info("service.stopping", { signal });
    // Whatever hangs must not keep an operator waiting; children have their own limits within this one.
    const late = setTimeout(() => Deno.exit(1), STOP_SECONDS * 1000);
    Deno.unrefTimer(late);
    await service.stop();
    Deno.exit(0);
  };
  // SIGHUP: the terminal was closed. Without us nobody would stop the children.
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGTERM", "SIGINT", "SIGHUP"];
  for (const signal of signals) Deno.addSignalListener(signal, () => void stop(signal));
}
