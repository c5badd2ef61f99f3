import type { notifications as English } from "../en/notifications";
import { byGender, files, many, one } from "./nouns";

export const notifications: typeof English = {
  notifications: "Mitteilungen",
  someNew: (number) => `Mitteilungen, ${number} neu`,
  close: "Mitteilungen schließen",
  notLoaded: "Die Mitteilungen konnten nicht geladen werden.",
  none: (noun) =>
    `Noch keine Mitteilungen. Sie sagen, wenn ${byGender(noun, "ein", "eine")} ${one(noun)} fertig ist, oder warum nicht.`,
  newestFirst: "Neueste zuerst",
  markAll: "Alle als gesehen markieren",
  olderNotLoaded: "Ältere Mitteilungen konnten nicht geladen werden.",
  showOlder: "Ältere zeigen",
  isNew: "(neu)",
  ready: (number, noun) => `${files(number, noun)} sind fertig.`,
  answers: { keep: "Behalten", retry: "Noch einmal versuchen", delete: "Löschen" },
  answersFor: {
    keep: (name) => `${name} behalten`,
    retry: (name) => `${name} noch einmal versuchen`,
    delete: (name) => `${name} löschen`,
  },
  answered: {
    keep: "Von dir behalten.",
    delete: "Von dir gelöscht.",
    retry: "Du hast um einen neuen Versuch gebeten.",
  },
  tooOld: (noun) =>
    `Für einen neuen Versuch ist es zu spät. Bitte lade ${byGender(noun, "das", "die")} ${one(noun)} noch einmal hoch.`,

  mails: "Was mir gemailt wird",
  mailsReady: (noun) => `${many(noun)}, die fertig sind`,
  mailsProblem: (noun) => `${many(noun)}, mit denen etwas nicht stimmt`,
  mailsReminder: "Erinnerungen an Mitteilungen, die ich nicht gesehen habe",
  choicesNotLoaded: "Deine Auswahl konnte nicht geladen werden.",
};
