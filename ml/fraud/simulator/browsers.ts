/** What requests of browsers, apps and programs look like. */
import type { HeaderName, ScriptSignals } from "../features/evidence.ts";
import type { City } from "./places.ts";
import type { Random } from "../../lib/random.ts";

/** One installation: what it sends every time. */
export interface Browser {
  id: string;
  user_agent: string | null;
  header_names: string[];
  headers: Partial<Record<HeaderName, string>>;
  surface: "page" | "api";
  /** Null: no script runs. What a visit adds is put to it. */
  script: Pick<ScriptSignals, "time_zone" | "languages" | "screen" | "touch" | "cores" | "automation"> | null;
}

const chromium = [
  ...["host", "connection", "content-length", "cache-control", "sec-ch-ua", "sec-ch-ua-mobile"],
  ...["sec-ch-ua-platform", "origin", "content-type", "user-agent", "accept", "sec-fetch-site"],
  ...["sec-fetch-mode", "sec-fetch-dest", "referer", "accept-encoding", "accept-language", "cookie"],
];
const firefox = [
  ...["host", "user-agent", "accept", "accept-language", "accept-encoding", "content-type"],
  ...["content-length", "origin", "connection", "referer", "cookie", "sec-fetch-dest", "sec-fetch-mode"],
  ...["sec-fetch-site"],
];
const safari = [
  ...["host", "content-type", "origin", "accept", "sec-fetch-site", "sec-fetch-mode", "user-agent"],
  ...["referer", "sec-fetch-dest", "content-length", "accept-language", "accept-encoding", "cookie"],
];
const app = [
  "host",
  "content-type",
  "content-length",
  "connection",
  "accept-encoding",
  "user-agent",
  "accept",
];

const html = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

type Kind =
  | "chrome_windows"
  | "chrome_mac"
  | "chrome_android"
  | "edge"
  | "firefox"
  | "safari_mac"
  | "iphone"
  | "app";

const screens: Record<"desktop" | "phone", [number, number][]> = {
  desktop: [[1920, 1080], [1536, 864], [1440, 900], [2560, 1440], [1366, 768], [1680, 1050], [1512, 982]],
  phone: [[390, 844], [393, 852], [412, 915], [360, 800], [430, 932], [384, 832]],
};

const desktops: Kind[] = ["chrome_windows", "chrome_mac", "edge", "firefox", "safari_mac"];

export const someDesktop = (luck: Random, city: City, id: string): Browser =>
  browser(luck, luck.weighted(desktops, [40, 14, 16, 16, 14]), city, id);

export const somePhone = (luck: Random, city: City, id: string): Browser =>
  browser(luck, luck.weighted(["chrome_android", "iphone", "app"] as Kind[], [50, 42, 8]), city, id);

export function browser(luck: Random, kind: Kind, city: City, id: string): Browser {
  const phone = kind === "chrome_android" || kind === "iphone";
  const version = luck.weighted([146, 145, 144, 138, 128], [60, 22, 8, 6, 4]);
  const languages = city.languages;
  if (kind === "app") {
    return {
      ...{ id, user_agent: `ExampleApp/${luck.pick(["5.2", "5.1", "4.9"])} (okhttp/4.12.0)`, surface: "api" },
      ...{
        header_names: app,
        headers: { accept: "application/json", "accept-encoding": "gzip" },
        script: null,
      },
    };
  }
  const headers: Browser["headers"] = {
    accept: html,
    "accept-language": languages,
    "accept-encoding": kind === "safari_mac" || kind === "iphone"
      ? "gzip, deflate, br"
      : "gzip, deflate, br, zstd",
    "sec-fetch-site": "same-origin",
  };
  const isChromium = kind.startsWith("chrome") || kind === "edge";
  if (isChromium) {
    const brand = kind === "edge" ? "Microsoft Edge" : "Google Chrome";
    headers["sec-ch-ua"] = `"Chromium";v="${version}", "${brand}";v="${version}", "Not_A Brand";v="99"`;
    headers["sec-ch-ua-platform"] = kind === "chrome_mac" ? '"macOS"' : phone ? '"Android"' : '"Windows"';
    headers["sec-ch-ua-mobile"] = phone ? "?1" : "?0";
  }
  return {
    ...{ id, headers, surface: "page", user_agent: userAgents[kind](version) },
    header_names: isChromium ? chromium : kind === "firefox" ? firefox : safari,
    script: {
      time_zone: city.time_zone,
      languages: languages.split(",").map((range) => range.split(";")[0]),
      screen: luck.pick(screens[phone ? "phone" : "desktop"]),
      touch: phone,
      cores: luck.pick(phone ? [6, 8] : [4, 8, 8, 12, 16]),
      automation: false,
    },
  };
}

const windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
const mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
const blink = (version: number, mobile = "") =>
  `AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 ${mobile}Safari/537.36`;

const userAgents: Record<Exclude<Kind, "app">, (version: number) => string> = {
  chrome_windows: (version) => `${windows} ${blink(version)}`,
  chrome_mac: (version) => `${mac} ${blink(version)}`,
  chrome_android: (version) => `Mozilla/5.0 (Linux; Android 10; K) ${blink(version, "Mobile ")}`,
  edge: (version) => `${windows} ${blink(version)} Edg/${version}.0.0.0`,
  firefox: (version) =>
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`,
  safari_mac: (version) =>
    `${mac} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${version - 120}.1 Safari/605.1.15`,
  iphone: (version) =>
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${
      version - 120
    }.1 Mobile/15E148 Safari/604.1`,
};

/** A library that hides nothing. */
export function program(luck: Random, id: string): Browser {
  const [user_agent, ...header_names] = luck.pick([
    [
      "python-requests/2.32.3",
      "host",
      "user-agent",
      "accept-encoding",
      "accept",
      "connection",
      "content-length",
    ],
    ["Go-http-client/2.0", "host", "user-agent", "content-length", "accept-encoding"],
    ["curl/8.9.1", "host", "user-agent", "accept", "content-length", "content-type"],
    ["axios/1.7.9", "accept", "content-type", "user-agent", "content-length", "accept-encoding", "host"],
  ]);
  const headers = {
    accept: "*/*",
    ...(header_names.includes("accept-encoding") && { "accept-encoding": "gzip" }),
  };
  return { id, user_agent, header_names, headers, surface: luck.chance(0.7) ? "api" : "page", script: null };
}

/** A library with the user agent of a browser, and more or less of the rest. */
export function spoofed(luck: Random, id: string, city: City): Browser {
  const like = browser(luck, luck.pick(["chrome_windows", "chrome_mac", "firefox"] as Kind[]), city, id);
  const full = luck.chance(0.5);
  const names = [
    "host",
    "user-agent",
    "accept",
    "accept-encoding",
    "connection",
    "content-type",
    "content-length",
  ];
  return {
    ...like,
    header_names: full ? [...names, "accept-language", "sec-fetch-site"] : names,
    headers: full
      ? {
        ...like.headers,
        "sec-ch-ua": undefined,
        "sec-ch-ua-platform": undefined,
        "sec-ch-ua-mobile": undefined,
      }
      : { accept: "*/*", "accept-encoding": "gzip, deflate" },
    surface: luck.chance(0.5) ? "api" : "page",
    script: null,
  };
}

/** A browser that a program drives, with more or less done to hide it. */
export function driven(luck: Random, id: string, city: City): Browser {
  const like = browser(luck, luck.pick(["chrome_windows", "chrome_mac"] as Kind[]), city, id);
  return {
    ...like,
    user_agent: luck.chance(0.2) ? like.user_agent!.replace("Chrome/", "HeadlessChrome/") : like.user_agent,
    headers: luck.chance(0.3) ? { ...like.headers, "sec-ch-ua-platform": '"Linux"' } : like.headers,
    script: {
      ...like.script!,
      automation: luck.chance(0.35),
      screen: luck.chance(0.4) ? [800, 600] : like.script!.screen,
      time_zone: luck.chance(0.3) ? "UTC" : like.script!.time_zone,
    },
  };
}
