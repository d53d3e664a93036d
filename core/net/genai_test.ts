import { expect } from "expect";
import type { CoreConfig } from "../config.ts";
import { createGenAi } from "./genai.ts";

const keys = {
  openai_api_key: null,
  openai_model: "small",
  anthropic_api_key: null,
  anthropic_model: "little",
} as Partial<CoreConfig>;

/** A service of another company, on this machine. */
async function withServer(
  answer: () => Response | Promise<Response>,
  act: (base: string, seen: { path: string; headers: Headers; body: string }[]) => Promise<void>,
) {
  const seen: { path: string; headers: Headers; body: string }[] = [];
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    seen.push({ path: new URL(request.url).pathname, headers: request.headers, body: await request.text() });
    return await answer();
  });
  await act(`http://127.0.0.1:${server.addr.port}`, seen);
}

function made(base: string, given: Partial<CoreConfig>) {
  const warned: string[] = [];
  const core = { ...keys, openai_base_url: `${base}/v1`, anthropic_base_url: base, ...given } as CoreConfig;
  return { genai: createGenAi(core, { warn: (event) => void warned.push(event) }), warned };
}

const openAi = (content: unknown) => () => Response.json({ choices: [{ message: { content } }] });

Deno.test("without a key there is nobody to ask", () => {
  expect(made("http://127.0.0.1:9", {}).genai).toBeNull();
});

Deno.test("facts are sent with the key, and the text comes back on one line", async () => {
  await withServer(openAi("  Quite\n\nweak. "), async (base, seen) => {
    const { genai } = made(base, { openai_api_key: "sk-1" });
    expect(await genai!.ask("Explain.", { level: "weak" })).toBe("Quite weak.");
    expect(seen[0].path).toBe("/v1/chat/completions");
    expect(seen[0].headers.get("authorization")).toBe("Bearer sk-1");
    expect(JSON.parse(seen[0].body).messages).toEqual([
      { role: "system", content: "Explain." },
      { role: "user", content: '{"level":"weak"}' },
    ]);
  });
  await withServer(
    () => Response.json({ content: [{ type: "text", text: "Weak." }] }),
    async (base, seen) => {
      const { genai } = made(base, { anthropic_api_key: "ak-1" });
      expect(await genai!.ask("Explain.", {})).toBe("Weak.");
      expect([seen[0].path, seen[0].headers.get("x-api-key")]).toEqual(["/v1/messages", "ak-1"]);
    },
  );
});

const unusable: [name: string, answer: () => Response | Promise<Response>][] = [
  ["an error", () => Response.json({ error: "no" }, { status: 500 })],
  ["a refused key", () => new Response("no", { status: 401 })],
  ["no JSON", () => new Response("<html>")],
  ["another shape", () => Response.json({ choices: [] })],
  ["no text", openAi(7)],
  ["an empty text", openAi(" \n ")],
  ["an essay", openAi("x".repeat(601))],
  ["a link", openAi("See https://example.com for more.")],
  ["a redirect", () => new Response(null, { status: 302, headers: { location: "/elsewhere" } })],
  [
    "a megabyte",
    () => Response.json({ choices: [{ message: { content: "Fine." } }], more: "x".repeat(1e6) }),
  ],
];
for (const [name, answer] of unusable) {
  Deno.test(`the words are our own when the answer is ${name}`, async () => {
    await withServer(answer, async (base, seen) => {
      expect(await made(base, { openai_api_key: "sk-1" }).genai!.ask("Explain.", {})).toBeNull();
      expect(seen.length).toBe(1);
    });
  });
}

Deno.test("nobody answers, or too many ask: null, and a line in the log", async () => {
  const { genai, warned } = made("http://127.0.0.1:9", { openai_api_key: "sk-1" });
  expect(await genai!.ask("Explain.", {})).toBeNull();
  expect(warned).toEqual(["genai.away"]);
  const { promise, resolve } = Promise.withResolvers<void>();
  const late = async () => {
    await promise;
    return openAi("Late.")();
  };
  await withServer(late, async (base, seen) => {
    const { genai } = made(base, { openai_api_key: "sk-1" });
    const asked = Array.from({ length: 6 }, () => genai!.ask("Explain.", {}));
    expect(await Promise.all(asked.slice(4))).toEqual([null, null]);
    resolve();
    expect(await Promise.all(asked.slice(0, 4))).toEqual(Array(4).fill("Late."));
    expect(seen.length).toBe(4);
  });
});
