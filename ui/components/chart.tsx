/**
 * Drawings of numbers, made on the server: no script, no library. Each has a name, says its numbers in a table besides,
 * and takes its colours from the tokens, so it is right in both appearances.
 */
import type { ComponentChildren } from "preact";

export interface Point {
  x: number;
  y: number;
}

export interface Line {
  name: string;
  points: Point[];
  /** `main`: what is shown. `second`: what it is compared with. `guess`: a dashed line for the eye. */
  look: "main" | "second" | "guess";
  /** Each point is marked, as where there are few. */
  dots?: boolean;
}

interface LineChartProps {
  /** Also begins the ids within. */
  id: string;
  title: string;
  /** What is seen in it, in a sentence. */
  about: string;
  x: string;
  y: string;
  /** From 0 to 1 both ways; what is outside is not drawn. */
  lines: Line[];
  /** Prints a value of an axis. */
  print(value: number): string;
  /** Opens the numbers. */
  as_table: string;
}

const width = 360;
const height = 270;
const frame = { left: 58, right: 14, top: 12, bottom: 48 };
const ticks = [0, 0.25, 0.5, 0.75, 1];
const rowsMax = 21;

const px = (x: number) => round(frame.left + x * (width - frame.left - frame.right));
const py = (y: number) => round(height - frame.bottom - y * (height - frame.top - frame.bottom));
const round = (value: number) => Math.round(value * 10) / 10;
const inside = ({ x, y }: Point) => x >= 0 && x <= 1 && y >= 0 && y <= 1;

export function LineChart({ id, title, about, x, y, lines, print, as_table }: LineChartProps) {
  return (
    <figure class="chart">
      <figcaption>
        <h3 id={`${id}-title`}>{title}</h3>
        <p id={`${id}-about`}>{about}</p>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-about`}
      >
        <Axes x={x} y={y} print={print} />
        {lines.map((line) => <Drawn key={line.name} {...line} />)}
      </svg>
      <Numbers title={title} x={x} lines={lines} print={print} as_table={as_table} />
    </figure>
  );
}

function Axes({ x, y, print }: Pick<LineChartProps, "x" | "y" | "print">) {
  const middle = (height - frame.bottom + frame.top) / 2;
  return (
    <g aria-hidden="true">
      {ticks.map((tick) => (
        <g key={tick}>
          <path class="chart__grid" d={`M${px(0)} ${py(tick)}H${px(1)}M${px(tick)} ${py(0)}V${py(1)}`} />
          <text class="chart__tick" x={px(0) - 6} y={py(tick) + 5} text-anchor="end">{print(tick)}</text>
          <text
            class="chart__tick"
            x={px(tick)}
            y={py(0) + 18}
            text-anchor={tick === 1 ? "end" : "middle"}
          >
            {print(tick)}
          </text>
        </g>
      ))}
      <text class="chart__axis" x={(px(0) + px(1)) / 2} y={height - 6} text-anchor="middle">{x}</text>
      <text
        class="chart__axis"
        x={-middle}
        y={13}
        text-anchor="middle"
        transform="rotate(-90)"
      >
        {y}
      </text>
    </g>
  );
}

function Drawn({ points, look, dots }: Line) {
  const seen = points.filter(inside);
  const d = seen.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${px(x)} ${py(y)}`).join("");
  return (
    <g data-look={look} class="chart__line">
      <path d={d} />
      {dots ? seen.map(({ x, y }, i) => <circle key={i} cx={px(x)} cy={py(y)} r="3.5" />) : null}
    </g>
  );
}

/** As many as one reads, evenly taken, the first and the last among them. */
export function sampled<T>(all: T[], most: number): T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.round(i * (all.length - 1) / (most - 1))]);
}

function Numbers(
  { title, x, lines, print, as_table }: Pick<LineChartProps, "title" | "x" | "lines" | "print" | "as_table">,
) {
  return (
    <details class="more">
      <summary>
        {as_table}
        <span class="visually-hidden">: {title}</span>
      </summary>
      <div class="chart__tables">
        {lines.filter(({ look }) => look !== "guess").map(({ name, points }) => (
          <table key={name}>
            <caption class="visually-hidden">{name}</caption>
            <thead>
              <tr>
                <th scope="col">{x}</th>
                <th scope="col">{name}</th>
              </tr>
            </thead>
            <tbody>
              {sampled(points, rowsMax).map((point, i) => (
                <tr key={i}>
                  <td>{print(point.x)}</td>
                  <td>{print(point.y)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
    </details>
  );
}

export type BarTone = "good" | "warn" | "bad" | "calm" | "accent";

/** How much of a whole: silent, because its number stands beside it. */
export function Bar({ part, tone }: { part: number; tone: BarTone }) {
  const share = Math.min(1, Math.max(0, part)) * 100;
  return (
    <svg class="bar-share" data-tone={tone} width="100%" height="8" aria-hidden="true">
      <rect class="bar-share__track" width="100%" height="8" rx="4" />
      <rect class="bar-share__part" width={`${round(share)}%`} height="8" rx="4" />
    </svg>
  );
}

/** How far to one side or the other of nothing; `most` fills a side. Silent as `Bar` is. */
export function SignedBar({ value, most }: { value: number; most: number }) {
  const share = most > 0 ? Math.min(1, Math.abs(value) / most) * 50 : 0;
  const length = round(Math.max(share, value === 0 ? 0 : 0.8));
  return (
    <svg
      class="bar-signed"
      data-tone={value > 0 ? "bad" : "good"}
      width="100%"
      height="12"
      aria-hidden="true"
    >
      <rect class="bar-signed__track" width="100%" height="12" rx="3" />
      <rect
        class="bar-signed__part"
        x={`${value > 0 ? 50 : round(50 - length)}%`}
        width={`${length}%`}
        height="12"
        rx="2"
      />
      <rect class="bar-signed__middle" x="50%" width="1.5" height="12" />
    </svg>
  );
}

/** A list whose entries are drawn beside each other where there is room. */
export function Charts({ children }: { children: ComponentChildren }) {
  return <div class="charts">{children}</div>;
}
