import FormSignals from "../islands/FormSignals.tsx";
import { Island } from "./island.tsx";

/**
 * What a form says of how it came to be filled in: when its page was made, a field that people do not see, and, where
 * there is script, how it was typed. Without any of it the form works as ever.
 *
 * @param stamp `visit.form_stamp()`; without one nothing is drawn
 */
export function FormEvidence({ stamp }: { stamp?: string }) {
  if (stamp === undefined) return null;
  return (
    <>
      <input type="hidden" name="form_stamp" value={stamp} />
      {/* Programs fill in whatever looks like a field. People, their password managers and screen readers do not. */}
      <div class="trap" aria-hidden="true">
        <label>
          Website
          <input
            type="text"
            name="website"
            tabIndex={-1}
            autocomplete="off"
            data-1p-ignore
            data-lpignore="true"
          />
        </label>
        <Island of={FormSignals} props={{}} />
      </div>
    </>
  );
}
