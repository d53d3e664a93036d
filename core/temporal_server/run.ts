// Short-lived commands: each has a time limit, and its output is bounded.

export interface RunResult {
  success: boolean;
  /** Standard output and standard error, one after the other; the last 20,000 characters. */
  output: string;
}

/**
 * Runs a program to its end. A program that cannot be started, or that takes longer than `limit_ms`, is a result with
 * `success: false`. Throws only the reason of `signal`, once the program has been killed.
 */
export async function run(
  program: string,
  args: string[],
  options: { limit_ms: number; signal?: AbortSignal; env?: Record<string, string>; cwd?: string },
): Promise<RunResult> {
  options.signal?.throwIfAborted();
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(program, {
      args,
      env: options.env,
      cwd: options.cwd,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    return { success: false, output: String(error) };
  }
  let timedOut = false;
  const kill = () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has just ended.
    }
  };
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, options.limit_ms);
  options.signal?.addEventListener("abort", kill);
  try {
    const { success, stdout, stderr } = await child.output();
    options.signal?.throwIfAborted();
    const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    if (timedOut) {
      return { success: false, output: `no end within ${options.limit_ms / 1000} s\n${text.slice(-20_000)}` };
    }
    return { success, output: text.slice(-20_000) };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", kill);
  }
}

/** The last lines of a program's output, for an error message. */
export function lastLines(output: string, count = 6): string {
  return output.trim().split("\n").slice(-count).join("\n");
}
