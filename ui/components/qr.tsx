import { encode } from "uqr";

/** Longer ones than any `otpauth:` address of ours would become too fine to scan. */
const characters_max = 400;

/**
 * A QR code (ISO/IEC 18004), drawn here: what it holds is a secret, so nobody else draws it. Dark on light in both
 * appearances, with the four modules of quiet around it that scanners want. Null for what is too long.
 */
export function QrCode({ text, label }: { text: string; label: string }) {
  if (text.length > characters_max) return null;
  const { size, data } = encode(text, { ecc: "M", border: 4 });
  const path = data.flatMap((row, y) => row.map((dark, x) => dark ? `M${x} ${y}h1v1h-1z` : "")).join("");
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <path d={path} />
    </svg>
  );
}
