/** How often a second this machine verifies a bcrypt hash of cost 12 when it does nothing else: `bare_bcrypt.ts SECONDS`. */
import bcrypt from "@node-rs/bcrypt";

/** Runs it in a child process, as the service is one. */
export async function bareBcrypt(seconds: number): Promise<number> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-check", new URL(import.meta.url).href, String(seconds)],
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(seconds * 1000 + 60_000),
  }).output();
  if (!success) throw new Error(`bare bcrypt failed: ${new TextDecoder().decode(stderr).slice(-2_000)}`);
  return Number(new TextDecoder().decode(stdout));
}

if (import.meta.main) {
  const seconds = Number(Deno.args[0]);
  // As long as what the service hands to it: an HMAC in base64.
  const password = "k".repeat(44);
  const hash = await bcrypt.hash(password, 12);
  const began = performance.now();
  const until = began + seconds * 1000;
  let done = 0;
  const loop = async () => {
    while (performance.now() < until) {
      if (!await bcrypt.verify(password, hash)) throw new Error("bcrypt says no");
      done++;
    }
  };
  // Two for each core: a core is never without work while an answer is on its way.
  await Promise.all(Array.from({ length: 2 * navigator.hardwareConcurrency }, loop));
  console.log(done / ((performance.now() - began) / 1000));
  Deno.exit(0);
}
