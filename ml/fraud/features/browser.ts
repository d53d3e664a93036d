/** What a user agent claims to be, and where the rest of the request says otherwise. */
import type { ClientEvidence } from "./evidence.ts";

export type Family = "chromium" | "firefox" | "safari";

/** Null: no browser, or none whose habits are known. */
export function familyOf(user_agent: string): Family | null {
  if (/\b(Firefox|FxiOS)\//.test(user_agent)) return /FxiOS/.test(user_agent) ? "safari" : "firefox";
  // Every browser on an iPhone is Safari underneath.
  if (/\bCriOS\/|\bEdgiOS\//.test(user_agent)) return "safari";
  if (/(Chrome|Chromium)\//.test(user_agent)) return "chromium";
  return /\bVersion\/[\d.]+ .*Safari\//.test(user_agent) ? "safari" : null;
}

/** Libraries that call themselves by their name. */
export const isProgram = (user_agent: string | null): boolean =>
  user_agent === null || user_agent.trim() === "" ||
  /^(curl|wget|python|go-http|java|okhttp|axios|node|undici|deno|bun|ruby|perl|php|libwww|httpie|postman|insomnia|scrapy|aiohttp|guzzle|apache-httpclient|dart|reqwest)/i
    .test(user_agent) ||
  /\b(python-requests|headless|phantomjs|puppeteer|playwright|selenium|bot|crawler|spider)\b/i.test(
    user_agent,
  ) ||
  /HeadlessChrome/.test(user_agent);

const platforms: [name: RegExp, in_user_agent: RegExp][] = [
  [/windows/i, /Windows/],
  [/android/i, /Android/],
  [/mac ?os/i, /Macintosh|Mac OS X/],
  [/chrom/i, /CrOS/],
  [/linux/i, /Linux|X11/],
];

/**
 * How often the request says something else than its user agent: 0 for the browsers of the day. Null when it claims to
 * be none of them.
 */
export function contradictions(client: ClientEvidence): number | null {
  const family = familyOf(client.user_agent ?? "");
  if (family === null) return null;
  return checks.filter((check) => check(client, family)).length;
}

type Check = (client: ClientEvidence, family: Family) => boolean;

const has = ({ header_names }: ClientEvidence, name: string): boolean => header_names.includes(name);

const checks: Check[] = [
  // Every browser says what it can read.
  (client) => !client.headers["accept-language"],
  (client) => !client.headers["accept-encoding"],
  (client) => !client.headers.accept,
  // Client hints are Chromium's alone; over plain http it leaves them out, together with sec-fetch-site.
  (client, family) => family !== "chromium" && has(client, "sec-ch-ua"),
  (client, family) =>
    family === "chromium" && has(client, "sec-fetch-site") && !has(client, "sec-ch-ua") &&
    version(client.user_agent ?? "") >= 89,
  otherPlatform,
  (client) => mobileHint(client) !== null && mobileHint(client) !== /Mobile/.test(client.user_agent ?? ""),
  otherVersion,
  otherOrder,
  (client) => /Android|iPhone/.test(client.user_agent ?? "") && client.form?.script?.touch === false,
];

const version = (user_agent: string): number =>
  Number(/Chrom(?:e|ium)\/(\d{1,4})/.exec(user_agent)?.[1] ?? 0);

function otherPlatform({ headers, user_agent }: ClientEvidence): boolean {
  const claimed = headers["sec-ch-ua-platform"];
  const known = claimed && platforms.find(([name]) => name.test(claimed));
  return known ? !known[1].test(user_agent ?? "") : false;
}

function mobileHint({ headers }: ClientEvidence): boolean | null {
  const claimed = headers["sec-ch-ua-mobile"];
  return claimed === "?1" ? true : claimed === "?0" ? false : null;
}

function otherVersion({ headers, user_agent }: ClientEvidence): boolean {
  const claimed = /"Chromium";v="(\d{1,4})"/.exec(headers["sec-ch-ua"] ?? "")?.[1];
  return claimed !== undefined && Number(claimed) !== version(user_agent ?? "");
}

/** Chromium writes the encodings it reads before the languages, Firefox and Safari after them. */
function otherOrder({ header_names }: ClientEvidence, family: Family): boolean {
  if (!isOrderTold(header_names)) return false;
  const [encoding, language] = [
    header_names.indexOf("accept-encoding"),
    header_names.indexOf("accept-language"),
  ];
  if (encoding < 0 || language < 0) return false;
  return (encoding < language) !== (family === "chromium");
}

/** A proxy or a server that sorts the names leaves nothing to compare; nor are four names an order. */
export const isOrderTold = (names: string[]): boolean =>
  names.length > 4 && names.some((name, i) => i > 0 && name < names[i - 1]);
