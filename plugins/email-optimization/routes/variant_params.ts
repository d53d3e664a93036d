/** Which wording is meant, in the address of an endpoint. */
import { z } from "zod";
import { Problem } from "../../../core/http/problem.ts";
import type { MailKind } from "../../../core/services/mod.ts";
import { goals } from "../goals.ts";

export const variantKinds = Object.values(goals).flatMap(({ kinds }) => kinds) as [MailKind, ...MailKind[]];
export const variantName = z.string().regex(/^[a-z][a-z0-9_]{1,39}$/);
export const variantParams = z.object({ kind: z.enum(variantKinds), variant: variantName });
export const variantUnknown = () => new Problem(404, "variant_unknown", "There is no such wording.");
