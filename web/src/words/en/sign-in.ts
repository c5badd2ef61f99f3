import type { ComponentChild } from "preact";

import { list } from "../../format";
import type { Noun } from "../../kinds";
import { rich } from "../forms";
import { many } from "./nouns";

const manyOrOther = (noun: Noun) => (noun === "file" ? "other files" : many(noun));

/** Opening the page, signing in, and the forms about an account. */
export const signIn = {
  opening: "Opening Darkroom …",
  notReached: "Darkroom cannot be reached",
  /** What Darkroom is, in a sentence, for people who see it for the first time. */
  whatItIs: (nouns: readonly Noun[]) =>
    nouns.length > 1
      ? `Darkroom keeps your ${list(nouns.map(manyOrOther))}, makes what you need of them, and tells you when they are ready.`
      : `Darkroom keeps your ${list(nouns.map(many))}, makes every size of them that you need, and tells you when they are ready.`,
  or: "or",
  asGuest: "Continue as a guest",
  guestHint: (noun: Noun) => `A guest’s ${many(noun)} can be reached from this browser only.`,
  yours: (noun: Noun) => `Your ${many(noun)}`,
  titles: {
    "sign-in": "Sign in",
    "sign-up": "Create an account",
    confirm: "Enter the code",
    forgot: "Reset your password",
    reset: "Choose a new password",
    own: "Choose a password of your own",
  },
  actions: {
    "sign-in": "Sign in",
    "sign-up": "Create account",
    confirm: "Confirm",
    forgot: "Send a code",
    reset: "Save and sign in",
    own: "Save and sign in",
  },
  commonPassword:
    "This password is one of those that are tried first. Choose several words that only you would put together.",
  /** What it means that a password is refused to somebody who wants a new account. */
  anothers: "There is an account with this e-mail address already, and this is not its password.",
  /** What it means that an own password is refused: the first one was asked for too long ago. */
  tooLate: "This took too long. Go back and sign in again with the password that you were given.",
  stepLacking: "This account needs a step that this page does not have, such as a second factor.",
  codeSent: (email: ComponentChild) => rich`A code is on its way to ${email}.`,
  newCodeSent: "A new code is on its way.",
  sendNewCode: "Send a new code",
  givenOnce: "The one that you were given is good for this once.",
  create: "Create an account",
  forgotten: "Forgot your password?",
  backToSignIn: "Back to sign in",
  email: "E-mail address",
  code: "Code",
  password: "Password",
  newPassword: "New password",
  passwordHint: (length: number) =>
    `At least ${length} characters; several words are easy to remember.`,
};
