/** Where the parts of a drawing stand: those that are joined near each other. The same graph is drawn the same way. */

export interface Point {
  /** 0 to 1. */
  x: number;
  /** 0 to 1. */
  y: number;
}

const rounds = 160;
const goldenAngle = Math.PI * (3 - Math.sqrt(5));
/** Pulls what is joined to nothing back to the middle. */
const gravity = 0.06;

/**
 * By forces (Fruchterman and Reingold): all push each other away, what is joined pulls, and less and less moves.
 *
 * @param count at most 400, since each meets each
 * @param edges pairs of places below `count`
 * @throws {RangeError} when there are more
 */
export function layOut(count: number, edges: [number, number][]): Point[] {
  if (count > 400) throw new RangeError("at most 400 are drawn");
  // A sunflower: spread evenly, and no two at one place.
  const x = Float64Array.from({ length: count }, (_, at) => Math.sqrt(at + 0.5) * Math.cos(at * goldenAngle));
  const y = Float64Array.from({ length: count }, (_, at) => Math.sqrt(at + 0.5) * Math.sin(at * goldenAngle));
  const [moveX, moveY] = [new Float64Array(count), new Float64Array(count)];
  const ideal = 1.6;
  for (let round = 0; round < rounds; round++) {
    const reach = 1.2 * (1 - round / rounds);
    for (let one = 0; one < count; one++) {
      moveX[one] = -gravity * x[one];
      moveY[one] = -gravity * y[one];
    }
    for (let one = 0; one < count; one++) {
      for (let two = 0; two < one; two++) {
        const [dx, dy] = [x[one] - x[two], y[one] - y[two]];
        const push = ideal * ideal / Math.max(1e-6, dx * dx + dy * dy);
        moveX[one] += dx * push;
        moveY[one] += dy * push;
        moveX[two] -= dx * push;
        moveY[two] -= dy * push;
      }
    }
    for (const [one, two] of edges) {
      const [dx, dy] = [x[one] - x[two], y[one] - y[two]];
      const pull = Math.hypot(dx, dy) / ideal;
      moveX[one] -= dx * pull;
      moveY[one] -= dy * pull;
      moveX[two] += dx * pull;
      moveY[two] += dy * pull;
    }
    for (let one = 0; one < count; one++) {
      const length = Math.hypot(moveX[one], moveY[one]);
      if (length === 0) continue;
      const step = Math.min(length, reach) / length;
      x[one] += moveX[one] * step;
      y[one] += moveY[one] * step;
    }
  }
  return apart(fitted(x, y));
}

/** Moves what would be drawn over each other apart, as far as there is room. */
function apart(points: Point[]): Point[] {
  const room = Math.min(0.055, 0.7 / Math.sqrt(Math.max(1, points.length)));
  for (let round = 0; round < 40; round++) {
    let moved = false;
    for (let one = 0; one < points.length; one++) {
      for (let two = 0; two < one; two++) {
        const [a, b] = [points[one], points[two]];
        const distance = Math.hypot(a.x - b.x, a.y - b.y);
        if (distance >= room) continue;
        moved = true;
        const angle = distance > 0 ? Math.atan2(a.y - b.y, a.x - b.x) : one * goldenAngle;
        const step = (room - distance) / 2;
        move(a, Math.cos(angle) * step, Math.sin(angle) * step);
        move(b, -Math.cos(angle) * step, -Math.sin(angle) * step);
      }
    }
    if (!moved) break;
  }
  return points;
}

const within = (value: number) => Math.min(1, Math.max(0, value));

function move(point: Point, dx: number, dy: number): void {
  point.x = within(point.x + dx);
  point.y = within(point.y + dy);
}

function fitted(x: Float64Array, y: Float64Array): Point[] {
  const fit = (values: Float64Array) => {
    const [least, most] = values.reduce(
      ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
      [Infinity, -Infinity],
    );
    return (value: number) => most > least ? (value - least) / (most - least) : 0.5;
  };
  const [fitX, fitY] = [fit(x), fit(y)];
  return Array.from(x, (value, at) => ({ x: fitX(value), y: fitY(y[at]) }));
}
