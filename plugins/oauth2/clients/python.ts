/** A Python with pinned packages, in a folder of its own under the user's cache. */
import { createHash } from "node:crypto";
import { join } from "node:path";

const python = Deno.build.os === "windows" ? "python" : "python3";
const installTimeLimitMs = 300_000;

/** Whether there is a Python that can make environments and install packages. */
export async function hasPython(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(python, {
      args: ["-c", "import venv, ensurepip"],
      stdout: "null",
      stderr: "null",
      signal: AbortSignal.timeout(20_000),
    }).output();
    return success;
  } catch {
    return false;
  }
}

/**
 * Installs what a requirements file names, once, and answers the interpreter.
 * @throws Error with the last lines of what went wrong
 */
export async function pythonWith(requirements: URL): Promise<string> {
  const named = await Deno.readTextFile(requirements);
  const version = createHash("sha256").update(named).update(await run(python, ["--version"])).digest("hex");
  const folder = join(cacheFolder(), "flow-shield", `python-${version.slice(0, 16)}`);
  const interpreter = Deno.build.os === "windows"
    ? join(folder, "Scripts", "python.exe")
    : join(folder, "bin", "python");
  if (await exists(join(folder, "complete"))) return interpreter;
  // Anew, for a half of one may be there. The last file says that it is whole.
  await run(python, ["-m", "venv", "--clear", folder]);
  await run(interpreter, [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "-r",
    pathOf(requirements),
  ]);
  await Deno.writeTextFile(join(folder, "complete"), "");
  return interpreter;
}

const pathOf = (url: URL) => decodeURIComponent(url.pathname).replace(/^\/(?=[A-Za-z]:)/, "");

function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA, HOME } = Deno.env.toObject();
  return XDG_CACHE_HOME ?? LOCALAPPDATA ?? join(HOME ?? ".", ".cache");
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

async function run(command: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args,
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(installTimeLimitMs),
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`${command} ${args.join(" ")} failed: ${text(stderr).slice(-1000)}`);
  return text(stdout);
}
