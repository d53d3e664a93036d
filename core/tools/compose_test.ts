// What a machine without a container engine can see: that compose.yaml, the Dockerfile and the code agree.
import { expect } from "expect";
import { parse } from "yaml";
import config from "../../flow-shield.config.ts";
import { readConfig } from "../config.ts";
import { checkImports, readImports } from "./imports.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, root));

interface Service {
  image: string;
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { disable?: boolean; test?: string[] };
  secrets?: string[];
}

const text = read("compose.yaml");
const compose = parse(text, { merge: true }) as {
  services: Record<string, Service>;
  secrets: Record<string, unknown>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);

/** As compose puts in variables, of which only the required ones are set. */
function interpolated(value: string): string {
  return value.replaceAll(
    /\$\{(\w+)(?:(:-|:\?)([^}]*))?\}/g,
    (_, _name, how, rest) => how === ":-" ? rest : "given",
  );
}

Deno.test("compose.yaml runs what the service needs beside it", () => {
  expect(services.map(([name]) => name)).toEqual(
    expect.arrayContaining(["app", "worker", "migrate", "postgres", "temporal", "temporal-ui", "mailpit"]),
  );
});

for (const [name, { image, depends_on = {}, ports = [], command }] of services) {
  Deno.test(`compose.yaml: ${name} has a pinned image, and waits only for what is there and ready`, () => {
    expect(image).toMatch(/:v?\d+\.\d+/);
    for (const [other, { condition }] of Object.entries(depends_on)) {
      const target = compose.services[other];
      expect(target).toBeDefined();
      if (condition === "service_healthy") expect(target.healthcheck?.test?.length).toBeGreaterThan(0);
      else expect(condition).toBe("service_completed_successfully");
    }
    // Behind each of these is something without a sign-in of its own, or without https.
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    if (image.startsWith("flow-shield:")) {
      expect(["api", "worker", "migrate", "start"]).toContain(command?.[0]);
    }
  });
}

for (const name of ["app", "worker", "migrate"]) {
  Deno.test(`compose.yaml: the settings of ${name} are known, and good enough for production`, () => {
    const given = compose.services[name].environment!;
    const env = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, interpolated(value)]));
    expect(env.NODE_ENV).toBe("production");
    expect(env.SECRET_KEYS_FILE).toBe("/run/secrets/secret_keys");
    expect(compose.services[name].secrets).toEqual(Object.keys(compose.secrets));
    delete env.SECRET_KEYS_FILE;
    const { warnings } = readConfig({
      env: { ...env, SECRET_KEYS: "k".repeat(43) },
      plugins: config.plugins,
    });
    expect(warnings).toEqual([]);
  });
}

Deno.test("compose.yaml has no secret in it, and asks for those that are missing", () => {
  for (const line of text.split("\n").filter((line) => /PASSWORD|PWD/.test(line) && !line.startsWith("#"))) {
    expect(line).toMatch(/\$\{\w+:[?-]/);
    expect(line).not.toMatch(/PASSWORD:-[^}]/);
  }
});

Deno.test("Dockerfile and .ci/run use the same Deno, and the image does not run as root", () => {
  const versions = new Set([
    ...read("Dockerfile").matchAll(/denoland\/deno:debian-([\d.]+)/g),
    ...read(".ci/run").matchAll(/deno@([\d.]+)/g),
  ].map(([, version]) => version));
  expect(versions.size).toBe(1);
  const dockerfile = read("Dockerfile");
  const lastStage = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));
  expect(lastStage).toMatch(/^USER deno$/m);
});

Deno.test("the image has every file that main.ts and its children import", async () => {
  const lines = read(".dockerignore").split("\n").filter(Boolean);
  const kept = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  const dropped = lines.filter((line) => /^[\w/]+$/.test(line));
  const isKept = (path: string) =>
    kept.some((one) => path === one || path.startsWith(one + "/")) &&
    !dropped.some((one) => path.startsWith(one + "/"));
  const { imports } = await readImports(root);
  const reached = new Set(["main.ts", "core/temporal/bundle_child.ts", "workflows/mod.ts"]);
  for (const from of reached) {
    for (const one of imports) {
      if (one.from === from && !one.types_only && !/^(npm|node):/.test(one.to)) reached.add(one.to);
    }
  }
  expect(reached.size).toBeGreaterThan(50);
  expect([...reached].filter((path) => !isKept(path))).toEqual([]);
});

Deno.test("every import of this repository is allowed", async () => {
  expect((await checkImports(root)).problems).toEqual([]);
});
