/**
 * Places of addresses, from a GeoIP database on this machine (MaxMind DB, as GeoLite2 or DB-IP come in): no address of
 * anybody is ever asked about elsewhere. Without one, no place is known, and nothing else changes.
 */
import { Buffer } from "node:buffer";
import type { Reader } from "maxmind";
import type { CoreConfig } from "../config.ts";
import type { Log } from "../observe/log.ts";
import { OperatorError } from "../operator_error.ts";
import { type Location, type Place, readLocation, readPlace } from "./place.ts";

export interface Geo {
  /** Null where none is known: no database, an address of nobody's, a private one. Never throws. */
  place(ip: string | null, locale: string): Place | null;
  /** The same for programs that compare places: no words, but degrees and the time zone. Never throws. */
  location(ip: string | null): Location | null;
  /** Reads the file anew when it has changed; one that cannot be read leaves what there is, and is told to the log. */
  refresh(): Promise<void>;
}

/** Town databases have some 60 MB; it is held in memory. */
const bytesMax = 1024 ** 3;

const nowhere: Geo = { place: () => null, location: () => null, refresh: () => Promise.resolve() };

/** @throws OperatorError naming the setting, when the file cannot be used */
export async function openGeo(
  { geoip_database: path }: Pick<CoreConfig, "geoip_database">,
  log: Pick<Log, "info" | "warn">,
): Promise<Geo> {
  if (path === null) return nowhere;
  let open = await load(path).catch((error) => {
    throw new OperatorError(`GEOIP_DATABASE: ${reason(error)}`, { cause: error });
  });
  const read = <T>(ip: string | null, of: (record: unknown) => T | null): T | null => {
    // An IPv4 address as a socket for both kinds writes it (RFC 4291 §2.5.5.2) stands in no database.
    const address = ip?.replace(/^::ffff:(?=\d+\.)/i, "");
    if (!address || !open.maxmind.validate(address)) return null;
    try {
      return of(open.reader.get(address));
    } catch (error) {
      // Once for a file: a broken part of it would fill the log with every page that is shown.
      if (!open.complained) log.warn("geo.broken", { error });
      open.complained = true;
      return null;
    }
  };
  return {
    place: (ip, locale) => read(ip, (record) => readPlace(record, locale)),
    location: (ip) => read(ip, readLocation),
    async refresh() {
      try {
        if (stamp(await Deno.stat(path)) === open.stamp) return;
        open = await load(path);
        log.info("geo.renewed", { built: open.reader.metadata.buildEpoch });
      } catch (error) {
        log.warn("geo.unreadable", { reason: reason(error) });
      }
    },
  };
}

interface Open {
  maxmind: typeof import("maxmind");
  reader: Reader<never>;
  /** Tells a file from the one that takes its place. */
  stamp: string;
  complained: boolean;
}

const stamp = ({ mtime, size, ino }: Deno.FileInfo): string => `${mtime?.getTime()}/${size}/${ino}`;

async function load(path: string): Promise<Open> {
  const file = await Deno.stat(path);
  if (!file.isFile || file.size > bytesMax) throw new Error(`${path} is no file of at most 1 GiB`);
  // Only where there is a database: most have none.
  const maxmind = await import("maxmind");
  const reader = new maxmind.Reader<never>(Buffer.from(await Deno.readFile(path)));
  const { binaryFormatMajorVersion, databaseType } = reader.metadata;
  if (binaryFormatMajorVersion !== 2 || !/city|country|enterprise/i.test(databaseType)) {
    throw new Error(`${path} is a database of ${databaseType}; one of cities or countries is needed`);
  }
  return { maxmind, reader, stamp: stamp(file), complained: false };
}

const reason = (error: unknown): string => error instanceof Error ? error.message : String(error);
