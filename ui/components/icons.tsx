/** The project's own drawings. All inherit the colour of the text beside them and are silent to screen readers. */

/**
 * The mark: three streams reach a shield in waves and leave it straight. Drawn on a 32-unit grid; the streams are
 * cut out of the shield, so it needs no second colour.
 */
export function Mark({ size = 30 }: { size?: number }) {
  return (
    <svg width={size * 0.8} height={size} viewBox="6.4 2.2 22.2 27.6" fill="none" aria-hidden="true">
      <path
        d="M17.5 2.2 28.6 6v8.6c0 7.2-4.3 12.2-11.1 15.2C10.7 26.8 6.4 21.8 6.4 14.6V6z"
        fill="currentColor"
      />
      <g stroke="var(--paper)" stroke-width="2.25">
        <path d="M5 10.6c2.2-2.6 4.2-2.6 6.2-.4s3.8 2 5.6.4h13" />
        <path d="M5 15.6c2.2-2.6 4.2-2.6 6.2-.4s3.8 2 5.6.4h13" />
        <path d="M5 20.6c2.2-2.6 4.2-2.6 6.2-.4s3.8 2 5.6.4h13" />
      </g>
    </svg>
  );
}

const strokes = {
  check: "M5 12.5l4.5 4.5L19 7.5",
  info: "M12 11v6M12 7.2v.6",
  warn: "M12 6.5v7M12 16.7v.6",
  mail: "M3.5 6h17v12.5h-17zM4 7l8 6.5L20 7",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9a3 3 0 100 6 3 3 0 000-6",
  eye_off:
    "M4 4l16 16M9.5 5.8A9 9 0 0112 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 01-3 3.8M6.2 7.5A16 16 0 002.5 12S6 18.5 12 18.5a9 9 0 004-.9",
  waves: "M2.5 8c3-3.5 6-3.5 9.5 0s6.5 3.5 9.5 0M2.5 15c3-3.5 6-3.5 9.5 0s6.5 3.5 9.5 0",
  key:
    "M8.5 10.5a4.5 4.5 0 104.3 5.8h2.7l1.6-1.6 1.6 1.6 2.8-2.8-2.5-2.5h-6.2a4.5 4.5 0 00-4.3-.5zM7.5 15v.1",
  phone:
    "M7.5 2.5h9a1.5 1.5 0 011.5 1.5v16a1.5 1.5 0 01-1.5 1.5h-9A1.5 1.5 0 016 20V4a1.5 1.5 0 011.5-1.5zM11 18.5h2",
} as const;

export function Icon({ name, size = 20 }: { name: keyof typeof strokes; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.9"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {name === "info" || name === "warn" ? <circle cx="12" cy="12" r="9.5" /> : null}
      <path d={strokes[name]} />
    </svg>
  );
}
