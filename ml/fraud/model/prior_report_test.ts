import { expect } from "expect";

const read = async (name: string) => JSON.parse(await Deno.readTextFile(new URL(name, import.meta.url)));

Deno.test("the report beside the prior is of this very prior, and says what its card says", async () => {
  const [prior, { hash, report }] = await Promise.all([read("./prior.json"), read("./prior_report.json")]);
  expect(hash).toBe(prior.hash);
  expect(report.auc.value).toBe(prior.content.card.evaluation.auc);
  expect([report.roc.at(0), report.roc.at(-1)]).toEqual([{ x: 0, y: 0 }, { x: 1, y: 1 }]);
});
