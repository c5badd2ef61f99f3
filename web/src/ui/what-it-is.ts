import { nounOf } from "../kinds";
import { kindsIn, type Limits } from "../uploads/accepted-files";

const list = new Intl.ListFormat("en-GB");

/** What that is called which may be uploaded, one of it. */
export function nounFor(limits: Limits): string {
  return nounOf(kindsIn(limits));
}

/** What Darkroom is, in a sentence, for people who see it for the first time. */
export function whatItIs(limits: Limits): string {
  const kinds = kindsIn(limits);
  const made = kinds.length > 1 ? "what you need of them" : "every size of them that you need";
  const files = list.format(kinds.map((kind) => `${nounOf([kind])}s`));
  return `Darkroom keeps your ${files}, makes ${made}, and tells you when they are ready.`;
}
