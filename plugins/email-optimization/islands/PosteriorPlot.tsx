/// <reference lib="dom" />
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";

export interface PosteriorPlotProps {
  /** Seconds since 1970, ascending. */
  times: number[];
  lines: { name: string; mean: number[]; low: number[]; high: number[] }[];
  /** For numbers of the axes. */
  locale: string;
  /** What the axes say. */
  rate: string;
  time: string;
}

const height = 300;
const colours = ["--accent", "--coral", "--mint", "--muted"];

/** Lines with bands. The numbers stand in a table below it, which is there without script, too. */
export default function PosteriorPlot({ times, lines, ...words }: PosteriorPlotProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let plot: uPlot | null = null;
    const draw = () => {
      plot?.destroy();
      plot = new uPlot(optionsFor(element, { ...words, lines, times }), dataOf(times, lines), element);
    };
    draw();
    const sized = new ResizeObserver(() => plot?.setSize({ width: element.clientWidth, height }));
    sized.observe(element);
    // Colours come from the page, which may turn dark while it is open.
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", draw);
    return () => {
      sized.disconnect();
      scheme.removeEventListener("change", draw);
      plot?.destroy();
    };
  }, []);
  return <div class="plot" ref={place} aria-hidden="true" />;
}

/** A token of the stylesheet as a plain colour: a canvas knows neither variables nor two appearances. */
function colourIn(element: HTMLElement): (token: string, percent?: number) => string {
  return (token, percent = 100) => {
    const probe = element.appendChild(document.createElement("span"));
    probe.style.color = `color-mix(in srgb, var(${token}) ${percent}%, transparent)`;
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
}

/** Of each line: low, high, mean. */
const dataOf = (times: number[], lines: PosteriorPlotProps["lines"]): uPlot.AlignedData => [
  times,
  ...lines.flatMap(({ low, high, mean }) => [low, high, mean]),
];

function optionsFor(element: HTMLElement, { lines, locale, rate, time }: PosteriorPlotProps): uPlot.Options {
  const colour = colourIn(element);
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const when = new Intl.DateTimeFormat(locale, { dateStyle: "short", timeStyle: "short" });
  const hour = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  const second = new Intl.DateTimeFormat(locale, { timeStyle: "medium" });
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
  const ink = { stroke: colour("--muted"), grid: { stroke: colour("--line") }, ticks: { show: false } };
  const shown = (_: uPlot, value: number | null) => value === null ? "" : percent.format(value);
  return {
    width: element.clientWidth,
    height,
    padding: [12, 30, 0, 0],
    cursor: { points: { show: false } },
    scales: { y: { range: (_, low, high) => [Math.max(0, low - 0.02), Math.min(1, high + 0.02)] } },
    axes: [
      {
        ...ink,
        values: (_, at) => {
          const step = at.length > 1 ? at[1] - at[0] : 3600;
          const long = at[at.length - 1] - at[0] > 2 * 86_400;
          const words = long ? day : step < 60 ? second : hour;
          return at.map((seconds) => words.format(seconds * 1000));
        },
      },
      { ...ink, size: 62, label: rate, values: (_, at) => at.map((value) => percent.format(value)) },
    ],
    series: [
      { label: time, value: (_, seconds) => seconds === null ? "" : when.format(seconds * 1000) },
      ...lines.flatMap(({ name }, i): uPlot.Series[] => {
        const stroke = colour(colours[i % colours.length]);
        const edge: uPlot.Series = { show: true, width: 0, points: { show: false }, class: "plot__edge" };
        return [edge, edge, { label: name, stroke, width: 2.25, points: { show: false }, value: shown }];
      }),
    ],
    bands: lines.map((_, i) => ({
      series: [3 * i + 2, 3 * i + 1],
      fill: colour(colours[i % colours.length], 16),
    })),
  };
}
