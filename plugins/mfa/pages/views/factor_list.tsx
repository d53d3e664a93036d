import { Button } from "../../../../ui/components/basics.tsx";
import { Field, Form } from "../../../../ui/components/form.tsx";
import { Icon } from "../../../../ui/components/icons.tsx";
import { Time } from "../../../../ui/components/layouts.tsx";
import type { FormState, Strings } from "../../../../ui/types.ts";
import type { FactorView } from "../shapes.ts";

/** A rename that was refused, by its factor. */
export type Renaming = FormState & { authenticator_id: string };

/** Factors of one type, each with the forms that rename and remove it. */
export function FactorList(
  { t, factors, empty, renaming }: { t: Strings; factors: FactorView[]; empty: string; renaming?: Renaming },
) {
  if (factors.length === 0) return <p class="muted">{empty}</p>;
  return (
    <ul class="factors">
      {factors.map((factor) => (
        <FactorItem
          key={factor.authenticator_id}
          t={t}
          factor={factor}
          renaming={renaming?.authenticator_id === factor.authenticator_id ? renaming : undefined}
        />
      ))}
    </ul>
  );
}

function FactorItem({ t, factor, renaming }: { t: Strings; factor: FactorView; renaming?: Renaming }) {
  const { authenticator_id, name, type } = factor;
  const m = t.mfa;
  const hidden = { authenticator_id };
  return (
    <li class="factors__item">
      <Icon name={type === "passkey" ? "key" : "phone"} size={26} />
      <div class="stack stack--tight">
        <h3>{name}</h3>
        <About t={t} factor={factor} />
        <details class="factors__change" open={renaming !== undefined}>
          <summary aria-label={m.change_one(name)}>{m.change}</summary>
          <div class="stack">
            <Form intent="rename" hidden={hidden} label={m.change_one(name)}>
              <Field
                name="name"
                id={`name-${authenticator_id}`}
                label={m.name}
                value={renaming?.values?.name ?? name}
                error={renaming?.errors?.name}
                max_length={60}
                autocomplete="off"
                required
              />
              <div>
                <Button look="quiet" small>{m.save}</Button>
              </div>
            </Form>
            <Form intent="remove" hidden={hidden}>
              <p class="small">{m.remove_means}</p>
              <div>
                <Button look="danger" small aria-label={m.remove_one(name)}>{m.remove}</Button>
              </div>
            </Form>
          </div>
        </details>
      </div>
    </li>
  );
}

function About({ t, factor: { passkey, created_at, last_used_at } }: { t: Strings; factor: FactorView }) {
  const m = t.mfa;
  const kept = passkey && [passkey.provider, passkey.synced ? m.passkeys.synced : m.passkeys.bound]
    .filter(Boolean).join(", ");
  return (
    <>
      {kept ? <p class="small">{kept}</p> : null}
      <p class="small muted">
        {m.created} <Time t={t} when={created_at} />
        {" · "}
        {last_used_at === null ? m.never_used : (
          <>
            {m.last_used} <Time t={t} when={last_used_at} />
          </>
        )}
      </p>
    </>
  );
}
