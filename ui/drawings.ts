/** Drawings that are files of their own. Colours stand in them, for a file does not see the page's tokens. */

const shield = "M17.5 2.2 28.6 6v8.6c0 7.2-4.3 12.2-11.1 15.2C10.7 26.8 6.4 21.8 6.4 14.6V6z";

export const favicon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><style>
path{fill:#0a5a6b}@media(prefers-color-scheme:dark){path{fill:#76dfd6}}</style><defs><mask id="m"><path d="M0 0h32v32H0z" style="fill:#fff"/>
<g style="fill:none;stroke:#000;stroke-width:2.2">${
  [10.6, 15.6, 20.6].map((y) => `<path style="fill:none" d="M5 ${y}c2.2-2.6 4.2-2.6 6.2-.4s3.8 2 5.6.4h13"/>`)
    .join("")
}</g></mask></defs><path mask="url(#m)" d="${shield}"/></svg>`;

/** One wave, repeated downwards: the line between steps that are still to come. */
export const wave =
  `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="24" viewBox="0 0 8 24"><path d="M4 -6C7.4 -2 7.4 2 4 6S.6 14 4 18 7.4 26 4 30" fill="none" stroke="#000" stroke-width="1.6"/></svg>`;
