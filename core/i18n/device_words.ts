const browsers: [RegExp, string][] = [
  // Order matters: Edge and Opera also say Chrome, and Chrome also says Safari.
  [/\bEdgA?\/|\bEdgiOS\//, "Edge"],
  [/\bOPR\/|\bOpera\b/, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bFirefox\/|\bFxiOS\//, "Firefox"],
  [/\bChrome\/|\bChromium\/|\bCriOS\/|\bHeadlessChrome\//, "Chrome"],
  [/\bSafari\//, "Safari"],
  [/^curl\//i, "curl"],
  [/^Deno\//i, "Deno"],
  [/^python/i, "Python"],
];

const systems: [RegExp, string][] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

/** "Firefox · Linux" from a `User-Agent`: enough to recognise one's own device, and no more than that. Else null. */
export function describeDevice(user_agent: string | null): string | null {
  if (!user_agent) return null;
  const of = (names: [RegExp, string][]) => names.find(([pattern]) => pattern.test(user_agent))?.[1];
  const words = [of(browsers), of(systems)].filter((word) => word !== undefined);
  return words.length ? words.join(" · ") : null;
}
