/** `main.ts fraud places`: a tiny GeoIP database for the addresses of the simulated world. */
import { OperatorError } from "../../../core/operator_error.ts";
import { geoipDatabase } from "../../../core/geo/write_database.ts";
import type { Command } from "../../../core/plugin.ts";
import { cities, geoipNetworks } from "../../../ml/fraud/simulator/places.ts";

const usage = `main.ts fraud places FILE: writes a GeoIP database of the simulator's places

Start the service with GEOIP_DATABASE=FILE, and fraud simulate has journeys that are impossible. It knows nothing of
the real world, and is for nothing else.`;

export const fraudPlaces: Command = {
  about: "a tiny GeoIP database for fraud simulate",
  usage,
  async run(args, { say }) {
    const [file, ...more] = args;
    if (file === undefined) return say(usage);
    if (more.length > 0 || file.startsWith("-")) throw new OperatorError(`One FILE.\n\n${usage}`);
    try {
      await Deno.writeFile(file, geoipDatabase(geoipNetworks()), { createNew: true });
    } catch (cause) {
      const why = cause instanceof Deno.errors.AlreadyExists
        ? "it is there already"
        : (cause as Error).message;
      throw new OperatorError(`${file} cannot be written: ${why}`, { cause });
    }
    say(`Written: ${cities.length} towns. Start the service with GEOIP_DATABASE=${file}`);
  },
};
