import { expect } from "expect";
import { ThreadTimeout, TooFewExamples, trainInThread, trainModel, type TrainOptions } from "./model.ts";
import { probabilityOf } from "./score.ts";
import { plainDataset } from "./testing.ts";

const options: TrainOptions = {
  seed: 1,
  kind: "trained",
  version: "thread-1",
  members: 2,
  boost: { trees: 10 },
  isolation: { trees: 10, sample: 64 },
};
const endless = { ...options, members: 20, boost: { trees: 100_000 } };

Deno.test("trainInThread() gives the model that trainModel() gives, tells its time, and keeps the rows", async () => {
  const dataset = plainDataset(400);
  const model = await trainInThread(dataset, options);
  expect(model.card.training_seconds).toBeGreaterThanOrEqual(0);
  const here = trainModel(plainDataset(400), options);
  expect(probabilityOf(model, [0.9, 0.1, 0.5])).toBe(probabilityOf(here, [0.9, 0.1, 0.5]));
  expect(dataset.x.length).toBe(1200);
});

Deno.test("trainInThread() ends when it is told to, or when time is up", async () => {
  const stop = new AbortController();
  const running = trainInThread(plainDataset(400), endless, stop.signal);
  const timer = setTimeout(() => stop.abort(new Error("shutting down")), 50);
  await expect(running).rejects.toThrow("shutting down");
  clearTimeout(timer);
  await expect(trainInThread(plainDataset(400), endless, stop.signal)).rejects.toThrow("shutting down");
  const limited = trainInThread(plainDataset(400), { ...endless, seconds_max: 0.05 });
  await expect(limited).rejects.toThrow(ThreadTimeout);
});

Deno.test("trainInThread() tells what went wrong over there", async () => {
  const dataset = plainDataset(400);
  const innocent = { ...dataset, label: new Uint8Array(400) };
  await expect(trainInThread(innocent, options)).rejects.toThrow(TooFewExamples);
  await expect(trainInThread({ ...dataset, features: ["a"] }, options)).rejects.toThrow(/expected 400/);
});
