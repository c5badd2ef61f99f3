import type { ComponentChild } from "preact";

import type { Noun } from "../../kinds";
import { counted, form, rich } from "../forms";
import { files } from "./nouns";

/** Links that show files to people without an account. */
export const links = {
  make: "Make a link",
  formNotLoaded: "The form for links could not be loaded.",
  makeTitle: (number: number, noun: Noun) =>
    form(number, {
      one: `Make a link to this ${noun}`,
      other: `Make a link to ${files(number, noun)}`,
    }),
  what: (number: number, noun: Noun) =>
    form(number, {
      one: `It shows this ${noun}, without its place, to whoever has the link. They need no account.`,
      other: `It shows ${files(number, noun)}, without their places, to whoever has the link. They need no account.`,
    }),
  title: "Title, if you like",
  worksFor: "It works for",
  days: { 1: "A day", 7: "A week", 30: "30 days" },
  tooMany: (most: number) => `A link shows at most ${most} files. Select fewer.`,
  makeIt: "Make the link",

  yourLink: "Your link",
  address: "Address of the link",
  copied: "It is copied.",
  until: (number: number, noun: Noun, end: string) =>
    form(number, {
      one: `It shows this ${noun}, without its place, until ${end}, or until you end it.`,
      other: `It shows ${files(number, noun)}, without their places, until ${end}, or until you end it.`,
    }),
  copyNow: (links: (words: string) => ComponentChild) =>
    rich`Copy it now: nobody can show it to you again. Whoever has it may pass it on. You end it in ${links("your links")}.`,
  notCopied: "It was not copied.",
  copy: "Copy the link",

  yourLinks: "Your links",
  notLoaded: "Your links could not be loaded.",
  hint: "Whoever has a link sees what it shows, until it ends. A file that you delete is gone from it. The addresses themselves are not stored: make a new link if you have lost one.",
  notForGuests: "Guests make no links. Create an account, and you can.",
  none: "You have no links.",
  files: (number: number) => counted(number, { one: "file", other: "files" }),
  ends: (end: string) => `until ${end}`,
  filesUntil: (number: number, end: string) =>
    `${counted(number, { one: "file", other: "files" })}, until ${end}`,
  endOne: (name: string) => `End the link ${name}`,
  end: "End the link",
  endTitle: "End this link?",
  endIt: "End it",
  loss: (name: ComponentChild) =>
    rich`Whoever has the link to ${name} sees nothing any more, from now on.`,
  notEnded: "It was not ended.",
};
