import type { ComponentChild } from "preact";

import type { Noun } from "../../kinds";
import { form, rich } from "../forms";
import { files, many } from "./nouns";

const all = (number: number | undefined, noun: Noun) =>
  number ? `All ${files(number, noun)} of yours` : `All your ${many(noun)}`;

/** The account's panel, and what is asked there. */
export const account = {
  account: "Account",
  guestName: "Guest",
  guest: (noun: Noun) =>
    `You are a guest: your ${many(noun)} can be reached from this browser only.`,
  createFor: (noun: Noun) => `Create an account for my ${many(noun)}`,
  links: "My links",
  changeMyPassword: "Change my password",
  signOut: "Sign out",
  deleteAll: (noun: Noun) => `Delete all my ${many(noun)}`,
  deleteAccount: "Delete my account",
  language: "Language",
  browsersLanguage: "As the browser asks for",

  changePassword: "Change your password",
  presentPassword: "Present password",
  change: "Change password",
  changed: "Your password is changed.",
  notPresentPassword: "This is not your present password.",
  notPassword: "This is not your password.",

  keepTitle: (noun: Noun) => `An account for your ${many(noun)}`,
  kept: (noun: Noun) => `Your ${many(noun)} are in your account now: sign in anywhere to see them.`,
  notNow: "Not now",
  hasIdentity:
    "This account has files of its own, and cannot take those of a guest. Download what you want to keep.",

  deleteAllTitle: (noun: Noun) => `Delete all your ${many(noun)}?`,
  deleteAccountTitle: "Delete your account?",
  /** `number` is undefined where it is not known. */
  guestsLoss: (number: number | undefined, noun: Noun) =>
    `${all(number, noun)} and everything that was made of them are deleted for good: nobody can bring them back. Download first what you want to keep.`,
  loss: (number: number | undefined, noun: Noun) =>
    `${all(number, noun)}, everything that was made of them, and your account are deleted for good: nobody can bring them back. Download first what you want to keep.`,
  guestsRest: (noun: Noun) =>
    `What stays for a while is what you were told about them, with the names of your files, and how much you stored; neither holds your ${many(noun)}.`,
  rest: (noun: Noun) =>
    `What stays for a while is what you were told about them, with the names of your files, and how much you stored; neither holds your address or your ${many(noun)}.`,
  yourPassword: "Your password",
  deletedSoFar: (number: number, noun: Noun) => `${files(number, noun)} deleted …`,
  allDeleted: (noun: Noun) => `Your ${many(noun)} are deleted.`,
  accountDeleted: (noun: Noun) => `Your account and your ${many(noun)} are deleted.`,

  leaveTitle: (noun: Noun) => `Leave your ${many(noun)} behind?`,
  signOutTitle: "Sign out now?",
  guestsPhotos: (noun: Noun) =>
    `You are a guest. Your ${many(noun)} can be reached from this browser only and, once you have signed out, by nobody any more.`,
  accountKeeps: "An account keeps them.",
  downloadFirst: "Download what you want to keep.",
  notUploadedYet: (number: number, noun: Noun) =>
    `${files(number, noun)} ${form(number, { one: "is", other: "are" })} not uploaded yet.`,
  willNotBeUploaded: (number: number) =>
    form(number, { one: "It will not be uploaded.", other: "They will not be uploaded." }),
  keepsForADay:
    "This browser can keep what waits for a day: it is uploaded when you sign in here again.",
  stay: "Stay",
  signOutAndLose: "Sign out and lose them",
  dropAndSignOut: "Drop and sign out",
  keepAndSignOut: "Keep and sign out",
  create: "Create an account",

  ended: "Your session has ended. What you see and what you upload waits for you.",
  signInAgain: "Sign in again",
  youAre: (name: ComponentChild) => rich`You are ${name}.`,
  later: "Later",
  signIn: "Sign in",
};
