import { expect } from "expect";
import { join } from "node:path";
import { rememberedPorts } from "./ports.ts";

async function withFile(act: (file: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await act(join(folder, "deeper", "ports.json"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Another test may take one of the ports meanwhile, or a program that is just being started may have them, too. */
async function undisturbed(act: (file: string) => Promise<void>) {
  for (let turn = 1; turn < 3; turn++) {
    try {
      return await withFile(act);
    } catch {
      // Once more, with other ports.
    }
  }
  await withFile(act);
}

Deno.test("rememberedPorts() gives distinct ports, and the same ones again", () =>
  undisturbed(async (file) => {
    const names = Array.from({ length: 20 }, (_, i) => `name_${i}`);
    const first = await rememberedPorts(file, names);
    expect(new Set(Object.values(first)).size).toBe(20);
    expect(await rememberedPorts(file, names)).toEqual(first);
    // Listening works: nothing was left open on them.
    Deno.listen({ hostname: "127.0.0.1", port: first.name_0 }).close();
  }));

Deno.test("rememberedPorts() replaces only the port that somebody else has now", () =>
  undisturbed(async (file) => {
    const first = await rememberedPorts(file, ["postgres", "temporal"]);
    using _other = Deno.listen({ hostname: "127.0.0.1", port: first.postgres });
    const second = await rememberedPorts(file, ["postgres", "temporal"]);
    expect(second.postgres).not.toBe(first.postgres);
    expect(second.temporal).toBe(first.temporal);
  }));

Deno.test("rememberedPorts() leaves other names in the file alone", () =>
  withFile(async (file) => {
    const { postgres } = await rememberedPorts(file, ["postgres"]);
    await rememberedPorts(file, ["temporal"]);
    expect(JSON.parse(await Deno.readTextFile(file)).postgres).toBe(postgres);
  }));

for (const content of ["", "{", "null", "[]", '{"a":"80"}', '{"a":-1}', '{"a":70000}', '{"a":1.5}']) {
  Deno.test(`rememberedPorts() forgets a file that holds ${JSON.stringify(content)}`, () =>
    withFile(async (file) => {
      await rememberedPorts(file, ["b"]);
      await Deno.writeTextFile(file, content);
      expect((await rememberedPorts(file, ["a"])).a).toBeGreaterThan(1024);
    }));
}
