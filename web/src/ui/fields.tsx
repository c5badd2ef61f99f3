/** The fields of forms about an account. Password managers know them by their `autocomplete`. */

import { useId } from "preact/hooks";

import type { Deployment } from "../cloud/deployment";

interface Field {
  value: string;
  onInput: (value: string) => void;
}

export function EmailField(props: Field) {
  return (
    <label>
      E-mail address
      <input
        type="email"
        name="email"
        autoComplete="username"
        required
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </label>
  );
}

export function CodeField(props: Field) {
  return (
    <label>
      Code
      <input
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </label>
  );
}

/** The present password. */
export function PasswordField(props: Field & { label: string }) {
  return (
    <label>
      {props.label}
      <input
        type="password"
        name="password"
        autoComplete="current-password"
        required
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </label>
  );
}

export function NewPasswordField(props: Field & { label: string; deployment: Deployment }) {
  const hint = useId();
  const length = props.deployment.userPool?.passwordLength ?? 8;
  return (
    <>
      <label>
        {props.label}
        <input
          type="password"
          name="new-password"
          autoComplete="new-password"
          required
          minLength={length}
          aria-describedby={hint}
          value={props.value}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      </label>
      <p class="hint" id={hint}>
        At least {length} characters; several words are easy to remember.
      </p>
    </>
  );
}
