/** Small GeoIP databases for tests. */
export { geoipDatabase, type GeoipOptions } from "../geo/write_database.ts";
