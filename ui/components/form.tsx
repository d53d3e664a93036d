import type { ComponentChildren } from "preact";
import CodeEntry from "../islands/CodeEntry.tsx";
import PasswordReveal from "../islands/PasswordReveal.tsx";
import PasswordStrength from "../islands/PasswordStrength.tsx";
import type { FormState, Strings } from "../types.ts";
import { Icon } from "./icons.tsx";
import { Island } from "./island.tsx";

interface FieldProps {
  /** As the API calls it; also the id, unless another form of the page has a field of that name. */
  name: string;
  label: string;
  id?: string;
  hint?: string;
  error?: string;
  required?: boolean;
  /** Said beside the label of fields that may stay empty. */
  optional?: string;
}

interface InputProps extends FieldProps {
  type?: "text" | "email" | "search";
  value?: string;
  autocomplete?: string;
  max_length?: number;
  autofocus?: boolean;
  /** More than one: a text of several lines. */
  rows?: number;
}

/** Label, hint and error around a control that is given the attributes which tie it to them. */
function FieldFrame(
  { name, label, id = name, hint, error, optional, reveal, beside, below, children }: FieldProps & {
    reveal?: boolean;
    beside?: ComponentChildren;
    below?: ComponentChildren;
    children: ComponentChildren;
  },
) {
  return (
    <div class="field">
      <div class="field__top">
        <label class="field__label" for={id}>
          {label} {optional ? <span class="field__optional">({optional})</span> : null}
        </label>
        {beside}
      </div>
      {hint ? <p class="field__hint" id={`${id}-hint`}>{hint}</p> : null}
      <div class={reveal ? "field__box field__box--reveal" : "field__box"}>{children}</div>
      {error
        ? (
          <p class="field__error" id={`${id}-error`}>
            <Icon name="warn" size={17} />
            <span>{error}</span>
          </p>
        )
        : null}
      {below}
    </div>
  );
}

function described({ name, id = name, hint, error }: FieldProps) {
  const by = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return {
    id,
    name,
    "aria-describedby": by || undefined,
    "aria-invalid": error ? ("true" as const) : undefined,
  };
}

export function Field(props: InputProps) {
  const { type = "text", value, autocomplete, max_length, required, autofocus, rows = 1 } = props;
  const email = type === "email" || autocomplete === "username";
  return (
    <FieldFrame {...props}>
      {rows > 1
        ? (
          <textarea
            {...described(props)}
            class="input"
            rows={rows}
            autocomplete={autocomplete}
            maxLength={max_length}
            required={required}
          >
            {value}
          </textarea>
        )
        : (
          <input
            {...described(props)}
            class="input"
            // Preact types each kind of input apart; for these three the attributes used here are the same.
            type={type as "text"}
            value={value}
            autocomplete={autocomplete}
            maxLength={max_length}
            required={required}
            autofocus={autofocus}
            autocapitalize={email ? "none" : undefined}
            spellcheck={email ? false : undefined}
          />
        )}
    </FieldFrame>
  );
}

/** One of a few, as the browser draws it; the first is what nobody chose. */
export function SelectField(
  props: FieldProps & { value?: string; options: [value: string, label: string][] },
) {
  const { value, options, required } = props;
  return (
    <FieldFrame {...props}>
      <select {...described(props)} class="input" required={required}>
        {options.map(([one, label]) => <option key={one} value={one} selected={one === value}>{label}
        </option>)}
      </select>
    </FieldFrame>
  );
}

/** Never sent back to the browser: a password that was refused is typed again. */
export function PasswordField(
  props: FieldProps & {
    t: Strings;
    autocomplete: "new-password" | "current-password";
    /** Shows how hard a new password is to guess, as it is typed. */
    meter?: boolean;
    /** A link beside the label, such as to the forgotten password. */
    beside?: ComponentChildren;
  },
) {
  const { t, autocomplete, meter, required, id = props.name } = props;
  return (
    <FieldFrame
      {...props}
      reveal
      below={meter
        ? (
          <Island
            of={PasswordStrength}
            props={{ input_id: id, length_min: 8, length_max: 256, t: t.islands.strength }}
          />
        )
        : null}
    >
      <input
        {...described(props)}
        class="input"
        type="password"
        autocomplete={autocomplete}
        autocapitalize="none"
        autocorrect="off"
        spellcheck={false}
        required={required}
      />
      <Island of={PasswordReveal} props={{ input_id: id, t: t.islands.reveal }} />
    </FieldFrame>
  );
}

/** Six digits. "123 456" is accepted as it is written in mails, so whoever reads it removes the space. */
export function CodeField(props: FieldProps & { t: Strings; value?: string; autofocus?: boolean }) {
  const { t, value, autofocus, required, id = props.name } = props;
  return (
    <FieldFrame
      {...props}
      below={<Island of={CodeEntry} props={{ input_id: id, length: 6, t: t.islands.code }} />}
    >
      <input
        {...described(props)}
        class="input input--code"
        type="text"
        inputMode="numeric"
        pattern="[0-9]{3} ?[0-9]{3}"
        maxLength={7}
        autocomplete="one-time-code"
        autocorrect="off"
        spellcheck={false}
        value={value}
        autofocus={autofocus}
        required={required}
      />
    </FieldFrame>
  );
}

/**
 * Posts to the page's own address. The browser's bubbles are off: our answers are tied to their fields, stay
 * visible, and speak the language of the page. `intent` tells several forms of one page apart.
 */
export function Form(
  { intent, action, hidden, label, children }: {
    intent?: string;
    action?: string;
    hidden?: Record<string, string | undefined>;
    label?: string;
    children: ComponentChildren;
  },
) {
  const fields = Object.entries({ ...(intent ? { intent } : {}), ...hidden });
  return (
    <form class="form" method="post" action={action} noValidate aria-label={label}>
      {fields.map(([name, value]) =>
        value === undefined ? null : <input key={name} type="hidden" name={name} value={value} />
      )}
      {children}
    </form>
  );
}

/** Takes the focus when the page comes back with errors, and leads to each of them. */
export function ErrorSummary(
  { t, errors, problem, labels }: Pick<FormState, "errors" | "problem"> & {
    t: Strings;
    /** Field name → [id, label], for those fields that the form has. */
    labels?: Record<string, { id?: string; label: string }>;
  },
) {
  const entries = Object.entries(errors ?? {});
  if (entries.length === 0 && !problem) return null;
  return (
    <div class="alert" data-tone="bad" role="alert" tabIndex={-1} autofocus>
      <Icon name="warn" />
      <div>
        {problem ? <p>{problem}</p> : <h2>{t.common.error_summary}</h2>}
        {entries.length
          ? (
            <ul>
              {entries.map(([name, text]) => (
                <li key={name}>
                  {labels?.[name]
                    ? <a href={`#${labels[name].id ?? name}`}>{labels[name].label}: {text}</a>
                    : text}
                </li>
              ))}
            </ul>
          )
          : null}
      </div>
    </div>
  );
}
