/** What apps may know of me beyond my name and address. */
import { z } from "zod";
import { defineRoute } from "../../../core/plugin.ts";
import { aboutMe, withoutEmpty } from "../about_me.ts";
import type { OAuth2Config } from "../config.ts";
import { findStandardClaims, type StandardClaims, storeStandardClaims } from "../standard_claims.ts";

const text = z.string().nullable();
const schema = z.object({
  claims: z.object({
    ...{
      middle_name: text,
      nickname: text,
      gender: text,
      birthdate: text,
      zoneinfo: text,
      phone_number: text,
    },
    ...{ website: text, profile: text, picture: text },
    address: z.object({
      ...{ street_address: text, locality: text, region: text, postal_code: text, country: text },
    }),
  }),
}).meta({ id: "MyClaims" });

const names = [
  ...["middle_name", "nickname", "gender", "birthdate", "zoneinfo", "phone_number"],
  ...["website", "profile", "picture"],
] as const;
const placeNames = ["street_address", "locality", "region", "postal_code", "country"] as const;

/** Every field, null where nothing was told. */
function shown({ address = {}, ...plain }: StandardClaims) {
  return { ...filled(names, plain), address: filled(placeNames, address) };
}

const filled = <N extends string>(wanted: readonly N[], told: { [name in N]?: string }) =>
  Object.fromEntries(wanted.map((name) => [name, told[name] ?? null]));

const headers = { "cache-control": "no-store" };

export const getMyClaims = defineRoute<OAuth2Config>({
  method: "GET",
  path: "/users/me/claims",
  summary: "What apps may know of me beyond my profile",
  description: "An app gets what its scopes stand for, and only after I allowed it.",
  tags: ["Account"],
  access: "session",
  answers: { 200: { description: "Null where nothing was told", schema } },
  async handle({ visitor }, ctx) {
    const { claims } = await findStandardClaims(ctx.sql, visitor!.account_id);
    return { status: 200, body: { claims: shown(claims) }, headers };
  },
});

export const putMyClaims = defineRoute<OAuth2Config, typeof aboutMe>({
  method: "PUT",
  path: "/users/me/claims",
  summary: "Say what apps may know of me",
  description: "Takes the place of what was there: what is left out, empty or null is forgotten.",
  tags: ["Account"],
  access: "session",
  body: aboutMe,
  limits: [{ pool: "my_claims", points: 60, per_seconds: 60, by: "account" }],
  answers: { 200: { description: "As stored", schema } },
  async handle({ body, visitor }, ctx) {
    const claims = withoutEmpty(body);
    await storeStandardClaims(ctx.sql, visitor!.account_id, claims);
    return { status: 200, body: { claims: shown(claims) }, headers };
  },
});
