/** Rings: accounts that share a device, a network with an address's shape, or a password; see README.md. */
export { linkAccount, noteVerdict, type RingSeen, ringSeen, type SeenLinks } from "./link.ts";
