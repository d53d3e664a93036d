/**
 * A model as a file: JSON with a hash over all that scores and all that is said of it. The hash finds damage and mixing
 * up; who can write the folder can of course write a model with its hash.
 */
import { createHash } from "node:crypto";
import type { Distribution } from "./drift.ts";
import type { FraudModel, ModelCard } from "./model.ts";
import { decoded, encoded, leaf, type Trees, treesFromFile, type TreesInFile, treesToFile } from "./trees.ts";

export const format = "flow-shield fraud model 1";

/** Characters. Ours are below 1.5 million. */
export const fileMax = 8_000_000;

interface ModelFile {
  format: typeof format;
  /** SHA-256, hexadecimal, of the JSON of `content`. */
  hash: string;
  content: Content;
}

interface Content extends Pick<FraudModel, "version" | "kind" | "feature_version" | "calibration"> {
  features: string[];
  card: ModelCard;
  members: TreesInFile[];
  isolation: Omit<FraudModel["isolation"], "trees"> & { trees: TreesInFile };
  typical: string;
  reference: Distribution[];
}

/** A model's file that must not be used: damaged, of another program, or of other features. */
export class ModelRefused extends Error {
  override name = "ModelRefused";
}

/** The same model always gives the same text. `online` is not in it. */
export function saveModel(model: FraudModel): string {
  const content = contentOf(model);
  // The content on a line of its own: a diff tells head from body.
  return `{"format":${JSON.stringify(format)},"hash":"${hashOf(content)}",\n"content":${
    JSON.stringify(content)
  }}\n`;
}

/** With the hash that its file will have. */
export function sealed(model: Omit<FraudModel, "hash">): FraudModel {
  return { ...model, hash: hashOf(contentOf(model)) };
}

/**
 * Throws ModelRefused, with the reason in words.
 * @param expected what the caller can compute; without it any model of this format is taken
 */
export function loadModel(
  text: string,
  expected?: { features: readonly string[]; feature_version: number },
): FraudModel {
  const file = parsed(text);
  if (hashOf(file.content) !== file.hash) throw new ModelRefused("its hash is not that of its content");
  let model: FraudModel;
  try {
    model = modelOf(file);
  } catch (cause) {
    throw new ModelRefused(`it cannot be read: ${(cause as Error).message}`, { cause });
  }
  if (expected) checkFeatures(model, expected);
  return model;
}

function checkFeatures(
  { features, feature_version }: FraudModel,
  expected: { features: readonly string[]; feature_version: number },
): void {
  if (feature_version !== expected.feature_version) {
    throw new ModelRefused(
      `it was trained on version ${feature_version} of the features, and this is ${expected.feature_version}`,
    );
  }
  const other = features.findIndex((name, i) => name !== expected.features[i]);
  if (other >= 0 || features.length !== expected.features.length) {
    throw new ModelRefused("it was trained on other features of the same version");
  }
}

function parsed(text: string): ModelFile {
  if (text.length > fileMax) throw new ModelRefused(`it is longer than ${fileMax} characters`);
  let file: Partial<ModelFile> | null;
  try {
    file = JSON.parse(text);
  } catch (cause) {
    throw new ModelRefused("it is no JSON, or cut off", { cause });
  }
  if (file === null || typeof file !== "object" || file.format !== format) {
    throw new ModelRefused(`it is not of the format "${format}"`);
  }
  if (typeof file.hash !== "string" || typeof file.content !== "object" || file.content === null) {
    throw new ModelRefused("it has no hash or no content");
  }
  return file as ModelFile;
}

function contentOf(model: Omit<FraudModel, "hash">): Content {
  const {
    version,
    kind,
    features,
    feature_version,
    card,
    members,
    isolation,
    calibration,
    typical,
    reference,
  } = model;
  return {
    version,
    kind,
    card,
    feature_version,
    features: [...features],
    calibration,
    typical: encoded(typical),
    reference: [...reference],
    members: members.map(treesToFile),
    isolation: { ...isolation, trees: treesToFile(isolation.trees) },
  };
}

const hashOf = (content: Content): string =>
  createHash("sha256").update(JSON.stringify(content)).digest("hex");

function modelOf({ hash, content }: ModelFile): FraudModel {
  const { version, kind, card, feature_version, features, calibration, reference } = content;
  if (kind !== "prior" && kind !== "trained") throw new RangeError(`kind "${kind}"`);
  if (content.members.length < 1) throw new RangeError("no trees");
  const members = content.members.map((member) => treesFromFile(member, features.length));
  const isolation = { ...content.isolation, trees: treesFromFile(content.isolation.trees, features.length) };
  if (isolation.trees.roots.length < 1 || members.some(({ roots }) => roots.length < 1)) {
    throw new RangeError("a forest without trees");
  }
  if (!(isolation.usual_depth > 0 && isolation.span > 0)) {
    throw new RangeError("a measure that is not above 0");
  }
  const numbers = [...Object.values(calibration), isolation.usual, isolation.span, isolation.usual_depth];
  if (!numbers.every(Number.isFinite)) throw new RangeError("a number is missing");
  const typical = new Float32Array(decoded(content.typical, features.length * 4));
  if (reference.length !== features.length) throw new RangeError("a distribution is missing");
  return {
    ...{ version, hash, kind, features, feature_version, card, members, isolation, calibration },
    ...{ typical, reference },
    online: null,
  };
}

/** How many nodes and trees, for cards and pages. */
export function sizeOf({ members, isolation }: FraudModel): { trees: number; nodes: number; leaves: number } {
  const all: Trees[] = [...members, isolation.trees];
  const sum = (of: (trees: Trees) => number) => all.reduce((total, trees) => total + of(trees), 0);
  return {
    trees: sum(({ roots }) => roots.length),
    nodes: sum(({ feature }) => feature.length),
    leaves: sum(({ feature }) => feature.reduce((count, column) => count + (column === leaf ? 1 : 0), 0)),
  };
}
