/// <reference lib="dom" />
/**
 * What a page must be for everybody to use it, checked in a real browser: WCAG 2.2 AA as far as a program can tell.
 * Each fault is a sentence that names the element.
 */
import type { Page } from "./browser.ts";

/** Names, labels, errors, headings, ids, and whether the page is wider than its window. */
export async function structureFaults(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const faults: string[] = [];
    const say = (element: Element, what: string) =>
      faults.push(`${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ""}: ${what}`);
    const nameOf = (element: Element) =>
      (element.getAttribute("aria-label") ?? "").trim() || (element.textContent ?? "").trim() ||
      (element.querySelector("img[alt]")?.getAttribute("alt") ?? "").trim();
    if (!document.documentElement.lang) faults.push("the page does not say its language");
    if (!document.title.trim()) faults.push("the page has no title");
    if (document.querySelectorAll("h1").length !== 1) faults.push("not one h1");
    if (document.querySelectorAll("main").length !== 1) faults.push("not one main");
    const seen = new Set<string>();
    for (const { id } of document.querySelectorAll("[id]")) {
      if (seen.has(id)) faults.push(`two elements are called ${id}`);
      seen.add(id);
    }
    for (const input of document.querySelectorAll<HTMLInputElement>("input, select, textarea")) {
      if (input.type === "hidden") continue;
      if (!input.labels?.length) say(input, "has no label");
      const invalid = input.getAttribute("aria-invalid") === "true";
      const described = (input.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
      for (const id of described) {
        if (!document.getElementById(id)) say(input, `is described by ${id}, not here`);
      }
      if (invalid && !described.includes(`${input.id}-error`)) say(input, "is wrong and does not say why");
      if (!invalid && document.getElementById(`${input.id}-error`)) {
        say(input, "has an error and is not invalid");
      }
    }
    for (const element of document.querySelectorAll("a[href], button, summary, iframe")) {
      const title = element.tagName === "IFRAME" ? element.getAttribute("title") : null;
      if (!(title ?? nameOf(element))) say(element, "has no name");
    }
    let level = 0;
    for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
      const next = Number(heading.tagName[1]);
      if (next > level + 1) say(heading, `comes after level ${level}: ${heading.textContent}`);
      level = next;
    }
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) faults.push(`the page is ${scrollWidth - clientWidth} px too wide`);
    return faults;
  });
}

/** Text of less contrast with what is behind it than WCAG 2.2 §1.4.3 asks; edges of fields, §1.4.11. */
export async function contrastFaults(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    type Colour = [number, number, number, number];
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const pen = canvas.getContext("2d", { willReadFrequently: true })!;
    const known = new Map<string, Colour>();
    /** Whatever notation, as sRGB with alpha. */
    const read = (css: string): Colour => {
      const before = known.get(css);
      if (before) return before;
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = css;
      pen.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
      const colour: Colour = [r, g, b, a / 255];
      known.set(css, colour);
      return colour;
    };
    const over = (top: Colour, below: Colour): Colour => {
      const mix = (i: number) => top[i] * top[3] + below[i] * (1 - top[3]);
      return [mix(0), mix(1), mix(2), 1];
    };
    const behind = (element: Element | null): Colour => {
      if (!element) return read("Canvas");
      const style = getComputedStyle(element);
      // Drawn water: the lighter of its two colours is the harder ground for the light text on it.
      if (element.classList.contains("deep")) return read(style.getPropertyValue("--deep"));
      const own = read(style.backgroundColor);
      return own[3] >= 0.999 ? own : over(own, behind(element.parentElement));
    };
    const luminance = ([r, g, b]: Colour) => {
      const [lr, lg, lb] = [r, g, b].map((v) =>
        v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4
      );
      return 0.2126 * lr + 0.7152 * lg + 0.0722 * lb;
    };
    const ratio = (a: Colour, b: Colour) => {
      const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
      return (light + 0.05) / (dark + 0.05);
    };
    const faults = new Set<string>();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const element = node.parentElement!;
      const words = node.textContent!.trim();
      if (!words || element.closest("script, style, noscript, [disabled], [hidden], .visually-hidden")) {
        continue;
      }
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const style = getComputedStyle(element);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const ground = behind(element);
      const found = ratio(over(read(style.color), ground), ground);
      if (found < (large ? 3 : 4.5)) faults.add(`${found.toFixed(2)}: ${words.slice(0, 40)}`);
    }
    for (const input of document.querySelectorAll("input.input")) {
      const found = ratio(
        over(read(getComputedStyle(input).borderTopColor), behind(input)),
        behind(input.parentElement),
      );
      if (found < 3) faults.add(`${found.toFixed(2)}: the edge of #${input.id}`);
    }
    return [...faults];
  });
}

/** Goes through the page with Tab: whatever has the focus must show it, and be on the screen. */
export async function focusFaults(page: Page, stops_max = 60): Promise<string[]> {
  const faults: string[] = [];
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (let stop = 0; stop < stops_max; stop++) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body || element.tagName === "IFRAME") return null;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const again = element.hasAttribute("data-was-focused");
      element.setAttribute("data-was-focused", "");
      const name = `${element.tagName.toLowerCase()} ${
        element.id || element.textContent?.trim().slice(0, 30)
      }`;
      const { outlineStyle, outlineWidth } = style;
      const shown = outlineStyle === "auto" || outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
      const seen = box.bottom > 0 && box.top < innerHeight && box.width > 0;
      return {
        again,
        fault: shown ? seen ? null : `${name}: focused off the screen` : `${name}: focus is not shown`,
      };
    });
    if (found?.again) break;
    if (found?.fault) faults.push(found.fault);
  }
  return faults;
}
