import { expect } from "expect";
import { renderToString } from "preact-render-to-string";
import { Bar, type Line, LineChart, sampled, SignedBar } from "./chart.tsx";

const chart = (lines: Line[]) =>
  renderToString(
    <LineChart
      id="roc"
      title="ROC"
      about="What is caught"
      x="False alarms"
      y="Caught"
      lines={lines}
      print={(value) => `${Math.round(value * 100)}%`}
      as_table="As a table"
    />,
  );

Deno.test("a chart has a name, says what is seen in it, and says its numbers", () => {
  const html = chart([{ name: "Model", look: "main", points: [{ x: 0, y: 0 }, { x: 0.1, y: 0.8 }] }]);
  expect(html).toContain('aria-labelledby="roc-title" aria-describedby="roc-about"');
  expect(html).toContain('id="roc-title"');
  expect(html).toContain("<td>10%</td><td>80%</td>");
});

Deno.test("a chart draws the corners where its axes end, and nothing outside of them", () => {
  const html = chart([{
    name: "Model",
    look: "main",
    points: [{ x: -1, y: 0 }, { x: 0, y: 0 }, { x: 1, y: 1 }, { x: NaN, y: 1 }, { x: 0.5, y: 2 }],
  }]);
  expect(html).toContain('<path d="M58 222L346 12"></path>');
});

Deno.test("a line for the eye has no numbers in the table", () => {
  const html = chart([{ name: "Guess", look: "guess", points: [{ x: 0, y: 0 }, { x: 1, y: 1 }] }]);
  expect(html).not.toContain("<td>");
});

Deno.test("sampled() keeps the first and the last, and no more than asked for", () => {
  const many = Array.from({ length: 1000 }, (_, i) => i);
  expect(sampled(many, 21)).toHaveLength(21);
  expect([sampled(many, 21)[0], sampled(many, 21).at(-1)]).toEqual([0, 999]);
  expect(sampled([1, 2], 21)).toEqual([1, 2]);
});

Deno.test("bars never leave their track, whatever the number", () => {
  for (const part of [-1, 0, 0.5, 1, 7]) {
    const width = Number(
      /part" width="([\d.]+)%"/.exec(renderToString(<Bar part={part} tone="good" />))?.[1],
    );
    expect([part, width >= 0 && width <= 100]).toEqual([part, true]);
  }
  for (const value of [-9, -1, 0, 0.001, 1, 9]) {
    const [, x, width] = /part" x="([\d.]+)%" width="([\d.]+)%"/.exec(
      renderToString(<SignedBar value={value} most={1} />),
    )!;
    expect([value, Number(x) >= 0, Number(x) + Number(width) <= 100.1]).toEqual([value, true, true]);
  }
});
