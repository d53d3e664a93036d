/** Finds a decision by the code that a person reads out. */
import { Button } from "../../../../ui/components/basics.tsx";
import { Field } from "../../../../ui/components/form.tsx";
import type { FormState, Strings } from "../../../../ui/types.ts";
import { riskPaths } from "../paths.ts";

export function FindForm({ t, values = {}, errors = {} }: FormState & { t: Strings }) {
  const f = t.fraud.find;
  return (
    <form class="form" method="get" action={riskPaths.overview} role="search" aria-label={f.title} noValidate>
      <Field
        name="reference"
        label={f.label}
        hint={f.hint}
        value={values.reference}
        error={errors.reference}
        max_length={40}
        autocomplete="off"
      />
      <div>
        <Button look="quiet">{f.submit}</Button>
      </div>
    </form>
  );
}
