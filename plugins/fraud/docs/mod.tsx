/** `/docs/fraud`: how risk is scored, what is kept, and what an operator does with it. */
import type { Page } from "../../../core/http/route.ts";

export const fraudDocs: Page = {
  path: "/docs/fraud",
  docs: "Risk and fraud",
  access: "public",
  get: () => Promise.resolve({ title: "Risk and fraud", nav: "docs", view: <Docs /> }),
};

function Docs() {
  return (
    <article class="prose" lang="en">
      <h1>Risk and fraud</h1>
      <p>
        <a href="/docs">← API docs</a>
      </p>
    </article>
  );
}
