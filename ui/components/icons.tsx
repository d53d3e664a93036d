/** The project's own drawings. All inherit the colour of the text beside them and are silent to screen readers. */

/**
 * The mark: three streams reach a shield in waves and leave it straight. Drawn on a 32-unit grid; the streams are
 * cut out of the shield, so it needs no second colour.
 */
export function Mark({ size = 30 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <path
        d="M17.5 2.2 28.6 6v8.6c0 7.2-4.3 12.2-11.1 15.2C10.700 26.800 6.400 21.800 6.400 14.600V6z"
        fill="currentColor"
      />
      <g class="mark__streams" stroke="var(--paper)" stroke-width="2" stroke-linecap="butt">
        <path d="M5 10.600c2.200-2.600 4.200-2.600 6.200-.4s3.800 2 5.600.4h13" />
        <path d="M5 15.600c2.200-2.600 4.200-2.600 6.200-.4s3.800 2 5.600.4h13" />
        <path d="M5 20.600c2.200-2.600 4.200-2.600 6.200-.4s3.800 2 5.600.4h13" />
      </g>
    </svg>
  );
}

const strokes = {
  check: "M5 12.5l4.5 4.500L19 7.500",
  info: "M12 11v6M12 7.200v.6",
  warn: "M12 6.500v7M12 16.700v.6",
  mail: "M3.500 6h17v12.500h-17zM4 7l8 6.500L20 7",
  eye:
    "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 9a3 3 0 100 6 3 3 0 000-6",
  eye_off:
    "M4 4l16 16M9.500 5.800A9 9 0 0112 5.500c6 0 9.500 6.500 9.500 6.500a17 17 0 01-3 3.800M6.200 7.500A16 16 0 002.500 12S6 18.500 12 18.500a9 9 0 004-.9",
  waves:
    "M2.500 8c3-3.500 6-3.500 9.500 0s6.500 3.500 9.500 0M2.500 15c3-3.500 6-3.500 9.500 0s6.500 3.500 9.500 0",
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
      {name === "info" || name === "warn" ? <circle cx="12" cy="12" r="9.500" /> : null}
      <path d={strokes[name]} />
    </svg>
  );
}
