/** The fields of forms about an account. Password managers know them by their `autocomplete`. */

import type { InputHTMLAttributes } from "preact";
import { useId } from "preact/hooks";

import type { Deployment } from "../cloud/deployment";
import { words } from "../words/language";

interface Field {
  value: string;
  onInput: (value: string) => void;
}

interface Labelled extends Field {
  label: string;
}

export function EmailField(props: Field) {
  return (
    <Input
      label={words().signIn.email}
      type="email"
      name="email"
      autoComplete="username"
      {...props}
    />
  );
}

export function CodeField(props: Field) {
  return (
    <Input
      label={words().signIn.code}
      name="code"
      inputMode="numeric"
      autoComplete="one-time-code"
      {...props}
    />
  );
}

/** The present password. */
export function PasswordField(props: Labelled) {
  return <Input type="password" name="password" autoComplete="current-password" {...props} />;
}

export function NewPasswordField({ deployment, ...field }: Labelled & { deployment: Deployment }) {
  const hint = useId();
  const length = deployment.userPool?.passwordLength ?? 8;
  return (
    <>
      <Input
        type="password"
        name="new-password"
        autoComplete="new-password"
        minLength={length}
        aria-describedby={hint}
        {...field}
      />
      <p class="hint" id={hint}>
        {words().signIn.passwordHint(length)}
      </p>
    </>
  );
}

function Input({
  label,
  onInput,
  ...others
}: Labelled & Omit<InputHTMLAttributes, keyof Labelled>) {
  return (
    <label>
      {label}
      <input required {...others} onInput={(event) => onInput(event.currentTarget.value)} />
    </label>
  );
}
