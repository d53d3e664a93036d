import { expect } from "expect";
import { contrastFaults, focusFaults, structureFaults } from "./accessible.ts";
import { newVisitor, withBrowser, withoutBrowser } from "./browser.ts";

const good = `<!doctype html><html lang=en><title>T</title><main><h1>One</h1><h2>Two</h2>
<label for=a>A</label><input id=a class=input aria-invalid=true aria-describedby=a-error><p id=a-error>no</p>
<p style="color: oklch(0.4 0.1 200)">dark enough</p><a href="/">home</a></main>`;

const bad = `<!doctype html><title></title><h1>One</h1><h1>Two</h1><h4>deep</h4><p id=b></p><p id=b></p>
<style>a { outline: 0 !important } .input { border: 1px solid #ddd }</style>
<input id=a class=input aria-describedby=gone aria-invalid=true><button></button>
<p style="color: rgb(0 0 0 / 0.4)">too pale</p><p style="width: 3000px">wide</p>
<div style="background: #222"><p style="color: #555; font-size: 30px">too dark</p></div>
<a href="/">shown to nobody</a>`;

Deno.test("the looks of a program find what is wrong, and nothing where nothing is", {
  ignore: withoutBrowser(),
}, () =>
  withBrowser(async (browser) => {
    const { page } = await newVisitor(browser);
    await page.setContent(good);
    expect([await structureFaults(page), await contrastFaults(page), await focusFaults(page)])
      .toEqual([[], [], []]);
    await page.setContent(bad);
    expect(await structureFaults(page)).toEqual([
      "the page does not say its language",
      "the page has no title",
      "not one h1",
      "not one main",
      "two elements are called b",
      "input#a: has no label",
      "input#a: is described by gone, not here",
      "input#a: is wrong and does not say why",
      "button: has no name",
      "h4: comes after level 1: deep",
      expect.stringMatching(/^the page is \d+ px too wide$/),
    ]);
    expect(await contrastFaults(page)).toEqual([
      "2.85: too pale",
      expect.stringMatching(/^2\.\d+: too dark$/),
      expect.stringMatching(/^1\.\d+: the edge of #a$/),
    ]);
    expect(await focusFaults(page)).toContain("a shown to nobody: focus is not shown");
  }));
