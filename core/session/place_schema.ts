import { z } from "zod";

/** How a place looks on the wire; see core/geo/place.ts. */
export const placeSchema = z.object({
  city: z.string().nullable(),
  country: z.string().nullable().describe("its name, in the language of the request"),
  country_code: z.string().nullable().describe("ISO 3166-1 alpha-2"),
}).meta({ id: "Place" });

export const placeField = placeSchema.nullable()
  .describe("where the address is, roughly; null without GEOIP_DATABASE, and where it does not know");
