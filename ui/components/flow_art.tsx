/**
 * The picture behind the product: streams come in rough from the left, pass a shield and leave it calm. Computed
 * once for each shape, always the same, so that pages can be compared byte by byte.
 */
interface Shape {
  width: number;
  height: number;
  shield: { x: number; y: number; half: number };
  streams: number;
  /** How far a rough stream swings. */
  swing: number;
}

const shapes = {
  wide: drawing({ width: 1200, height: 640, shield: { x: 850, y: 300, half: 112 }, streams: 17, swing: 58 }),
  tall: drawing({ width: 760, height: 760, shield: { x: 470, y: 250, half: 84 }, streams: 19, swing: 44 }),
};

function drawing(shape: Shape) {
  const { x, y, half } = shape.shield;
  const scale = half / 112;
  const at = (n: number) => Math.round(n * scale);
  return {
    ...shape,
    paths: Array.from({ length: shape.streams }, (_, index) => pathOf(shape, index)),
    outline:
      `M${x} ${y - at(150)}l${half} ${at(38)}v${at(88)}c0 ${at(74)}-${at(44)} ${at(124)}-${half} ${at(154)}` +
      `c-${at(68)}-${at(30)}-${half}-${at(80)}-${half}-${at(154)}v-${at(88)}z`,
  };
}

/** Roughness from 1 at the left edge to 0 where the shield begins. */
function roughness({ shield }: Shape, x: number): number {
  const rest = Math.min(1, Math.max(0, 1 - x / (shield.x - shield.half + 30)));
  return rest * rest * (3 - 2 * rest);
}

/** Streams are gathered by the shield and stay closer together behind it. */
function gathered({ shield }: Shape, x: number): number {
  const near = Math.exp(-(((x - shield.x) / (shield.half * 1.9)) ** 2));
  const behind = 1 / (1 + Math.exp(-(x - shield.x) / 60));
  return 1 - 0.36 * near - 0.14 * behind;
}

function streamAt(shape: Shape, index: number, x: number): number {
  const base = ((index + 0.5) / shape.streams - 0.5) * shape.height * 1.3;
  const wave = Math.sin(x / 92 + index * 0.92) * 0.62 + Math.sin(x / 51 + index * 2.13) * 0.34 +
    Math.sin(x / 173 - index * 1.71) * 0.8;
  // The middle of the streams is the shield's, wherever that stands.
  return shape.shield.y + base * gathered(shape, x) + wave * shape.swing * roughness(shape, x);
}

function pathOf(shape: Shape, index: number): string {
  const step = 50;
  const short = (value: number) => Math.round(value * 10) / 10;
  const at = (x: number) => streamAt(shape, index, x);
  const slope = (x: number) => (at(x + 1) - at(x - 1)) / 2;
  const reach = step / 3;
  let path = `M${-step} ${short(at(-step))}`;
  for (let x = 0; x <= shape.width + step; x += step) {
    const control = `${short(x - reach)} ${short(at(x) - slope(x) * reach)} ${x} ${short(at(x))}`;
    path += x === 0
      ? `C${short(-step + reach)} ${short(at(-step) + slope(-step) * reach)} ${control}`
      : `S${control}`;
  }
  return path;
}

/** Decoration: silent to screen readers, still when motion is not wanted. Once a page, for its gradient has an id. */
export function FlowArt({ shape }: { shape: keyof typeof shapes }) {
  const { width, height, paths, outline } = shapes[shape];
  return (
    <svg
      class="art"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio={shape === "wide" ? "xMaxYMid slice" : "xMidYMin slice"}
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
