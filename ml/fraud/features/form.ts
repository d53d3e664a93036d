/** How the form was filled in. What the page's script tells is anybody's word; that it tells nothing is a sign, too. */
import type { Evidence, ScriptSignals, TypedField } from "./evidence.ts";
import { type Feature, log, yes } from "./feature.ts";

const script = ({ client }: Evidence): ScriptSignals | null => client.form?.script ?? null;

const fieldsOf = (e: Evidence): TypedField[] => Object.values(script(e)?.fields ?? {});

function share(e: Evidence, of: (field: TypedField) => boolean): number | null {
  const fields = fieldsOf(e);
  return fields.length === 0 ? null : fields.filter(of).length / fields.length;
}

/** Over the fields that were typed, by how many keys each took. */
function typed(
  e: Evidence,
  of: (field: TypedField) => number | null,
): number | null {
  let [sum, keys] = [0, 0];
  for (const field of fieldsOf(e)) {
    const value = of(field);
    if (value === null || field.keys < 2) continue;
    sum += value * field.keys;
    keys += field.keys;
  }
  return keys === 0 ? null : sum / keys;
}

export const formFeatures: Feature[] = [
  {
    name: "form_shown",
    unit: "log2(1+seconds)",
    source: "form",
    about: "From the page being made to the form being sent, by our own stamp.",
    of: ({ client }) => {
      const shown_ms = client.form?.shown_ms ?? null;
      return shown_ms === null ? null : log(shown_ms / 1000);
    },
  },
  {
    name: "form_trap",
    unit: "yes/no",
    source: "form",
    about: "A field that no person sees was filled in.",
    of: ({ client }) => yes(client.form && client.form.trap_filled),
  },
  {
    name: "form_unscripted",
    unit: "yes/no",
    source: "form",
    about: "The page's script told nothing: it is off, or there was no page.",
    of: ({ client }) => yes(client.surface === "page" ? client.form?.script == null : null),
  },
  {
    name: "form_pasted",
    unit: "share",
    source: "script",
    about: "Fields whose text was pasted.",
    of: (e) => share(e, (field) => field.pasted),
  },
  {
    name: "form_filled",
    unit: "share",
    source: "script",
    about: "Fields that the browser or a password manager filled in.",
    of: (e) => share(e, (field) => field.filled),
  },
  {
    name: "form_untouched",
    unit: "share",
    source: "script",
    about: "Fields that have text, though it was neither typed nor pasted nor filled in.",
    of: (e) => share(e, (field) => field.keys === 0 && !field.pasted && !field.filled),
  },
  {
    name: "form_hold",
    unit: "milliseconds",
    source: "script",
    about: "Mean time a key is held down; people need some 60 to 140.",
    of: (e) => typed(e, (field) => field.hold_ms),
  },
  {
    name: "form_gap",
    unit: "milliseconds",
    source: "script",
    about: "Mean time from key to key.",
    of: (e) => typed(e, (field) => field.gap_ms),
  },
  {
    name: "form_unevenness",
    unit: "share",
    source: "script",
    about: "Deviation of the time from key to key, against its mean; near 0 is a machine's.",
    of: (e) =>
      typed(
        e,
        ({ gap_ms, gap_sd_ms }) =>
          gap_ms === null || gap_sd_ms === null || gap_ms <= 0 ? null : Math.min(5, gap_sd_ms / gap_ms),
      ),
  },
  {
    name: "form_pointer_moves",
    unit: "log2(1+count)",
    source: "script",
    about: "Moves of the pointer on the page.",
    of: (e) => log(script(e)?.pointer_moves),
  },
  {
    name: "form_visible",
    unit: "share",
    source: "script",
    about: "Of the time since the page was made, the part in which it was looked at.",
    of: (e) => {
      const shown_ms = e.client.form?.shown_ms ?? null;
      const visible_ms = script(e)?.visible_ms;
      return shown_ms === null || visible_ms === undefined || shown_ms <= 0
        ? null
        : Math.min(1, visible_ms / shown_ms);
    },
  },
];
