import { expect } from "expect";
import { describeDevice } from "./device_words.ts";

Deno.test("describeDevice() names browser and system, and nothing when it knows neither", () => {
  const rows: [string | null, string | null][] = [
    ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
      "Edge · Windows",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
      "Safari · iPhone",
    ],
    [
      "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
      "Chrome · Android",
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
      "Safari · macOS",
    ],
    ["curl/8.5.0", "curl"],
    ["Deno/2.9.6", "Deno"],
    ["<script>alert(1)</script>", null],
    ["", null],
    [null, null],
  ];
  for (const [agent, device] of rows) expect(describeDevice(agent)).toBe(device);
});
