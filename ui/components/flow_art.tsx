/**
 * The picture behind the product: streams come in rough from the left, pass a shield and leave it calm. Computed
 * once, always the same, so that pages can be compared byte by byte.
 */
const width = 1200;
const height = 640;
const shield = { x: 850, y: 300, half: 112 };
const streams = 17;
const step = 50;

/** Roughness from 1 at the left edge to 0 where the shield begins. */
function roughness(x: number): number {
  const end = shield.x - shield.half + 30;
  if (x >= end) return 0;
  const rest = 1 - x / end;
  return rest * rest * (3 - 2 * rest);
}

/** Streams are gathered by the shield and stay closer together behind it. */
function gathered(x: number): number {
  const near = Math.exp(-(((x - shield.x) / 210) ** 2));
  const behind = 1 / (1 + Math.exp(-(x - shield.x) / 60));
  return 1 - 0.36 * near - 0.14 * behind;
}

function streamAt(index: number, x: number): number {
  const base = ((index + 0.5) / streams - 0.5) * (height + 120);
  const wave = Math.sin(x / 92 + index * 0.92) * 0.62 + Math.sin(x / 51 + index * 2.13) * 0.34 +
    Math.sin(x / 173 - index * 1.71) * 0.8;
  return shield.y + base * gathered(x) + wave * 58 * roughness(x);
}

function pathOf(index: number): string {
  const slope = (x: number) => (streamAt(index, x + 1) - streamAt(index, x - 1)) / 2;
  let path = `M${-step} ${Math.round(streamAt(index, -step))}`;
  for (let x = 0; x <= width + step; x += step) {
    const y = streamAt(index, x);
    const handle = step / 3;
    path += path.includes("C") ? "S" : `C${-step + handle} ${Math.round(streamAt(index, -step))} `;
    path += `${Math.round(x - handle)} ${Math.round(y - slope(x) * handle)} ${x} ${Math.round(y)}`;
  }
  return path;
}

const paths = Array.from({ length: streams }, (_, index) => pathOf(index));
const { x, y, half } = shield;
const outline = `M${x} ${y - 150}l${half} 38v88c0 74-44 124-${half} 154c-68-30-${half}-80-${half}-154v-88z`;

/** Decoration: silent to screen readers, still when motion is not wanted. Once a page, for its gradient has an id. */
export function FlowArt() {
  return (
    <svg
      class="art"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="xMaxYMid slice"
      aria-hidden="true"
    >
      <defs>
        <linearGradient id="flow-ink" gradientUnits="userSpaceOnUse" x1="0" y1="0" x2={width} y2="0">
          <stop class="art__rough" offset="0.1" />
          <stop class="art__calm" offset="0.62" />
        </linearGradient>
      </defs>
      <path class="art__shield" d={outline} />
      {paths.map((d) => <path key={d} class="art__line" d={d} />)}
      {paths.filter((_, index) => index % 3 === 1).map((d) => (
        <path key={d} class="art__drop" d={d} pathLength={100} />
      ))}
    </svg>
  );
}
