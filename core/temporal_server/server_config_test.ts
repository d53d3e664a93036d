import { expect } from "expect";
import { dynamicConfig, parseDatabaseUrl, serverConfig, serverPortNames } from "./server_config.ts";

for (
  const [url, expected] of [
    ["postgres://u:p@127.0.0.1:5433/db", {
      host: "127.0.0.1",
      port: 5433,
      user: "u",
      password: "p",
      tls: "off",
    }],
    ["postgresql://u:p%40%2F@db/x", { host: "db", port: 5432, user: "u", password: "p@/", tls: "off" }],
    ["postgres://u@db/x?sslmode=require", { host: "db", port: 5432, user: "u", password: "", tls: "on" }],
    ["postgres://u@db/x?sslmode=verify-full", {
      host: "db",
      port: 5432,
      user: "u",
      password: "",
      tls: "verified",
    }],
  ] as const
) {
  Deno.test(`parseDatabaseUrl() reads ${url}`, () => expect(parseDatabaseUrl(url)).toEqual(expected));
}

for (const url of ["", "secret", "mysql://u:secret@db/x", "postgres:///x?password=secret", "http://secret"]) {
  Deno.test(`parseDatabaseUrl() refuses ${JSON.stringify(url)} without repeating it`, () => {
    try {
      parseDatabaseUrl(url);
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError);
      expect(String(error)).not.toContain("secret");
      return;
    }
    throw new Error("accepted");
  });
}

Deno.test("serverConfig() listens on loopback only, and opens nothing but its eight ports", () => {
  const ports = Object.fromEntries(serverPortNames.map((name, i) => [name, 20_000 + i]));
  const config = serverConfig({
    server: parseDatabaseUrl("postgres://u:p@127.0.0.1/x"),
    databases: { main: "temporal", visibility: "temporal_visibility" },
    ports,
    dynamicConfigFile: "/x/dynamic_config.yaml",
  });
  const services = Object.values(config.services as Record<string, { rpc: Record<string, unknown> }>);
  expect(services.every(({ rpc }) => rpc.bindOnLocalHost === true)).toBe(true);
  expect(services.flatMap(({ rpc }) => [rpc.grpcPort, rpc.membershipPort])).toEqual(Object.values(ports));
  expect(Object.keys(config.global as object)).toEqual(["membership"]);
});

Deno.test("dynamicConfig() allows what an early answer needs", () => {
  expect(dynamicConfig()).toMatchObject({
    "frontend.enableUpdateWorkflowExecution": [{ value: true }],
    "system.enableEagerWorkflowStart": [{ value: true }],
  });
});
