import type { Noun } from "../../kinds";
import type { account as English } from "../en/account";
import { form, rich } from "../forms";
import { byGender, files, many, one } from "./nouns";

/** The subject of what is deleted. */
const all = (number: number | undefined, noun: Noun) => {
  if (number === 1) return `${byGender(noun, "Dein", "Deine")} ${one(noun)}`;
  return number ? `Alle deine ${files(number, noun)}` : `Alle deine ${many(noun)}`;
};

export const account: typeof English = {
  account: "Konto",
  guestName: "Gast",
  guest: (noun) => `Du bist Gast: Deine ${many(noun)} sind nur aus diesem Browser zu erreichen.`,
  createFor: (noun) => `Konto für meine ${many(noun)} anlegen`,
  links: "Meine Links",
  changeMyPassword: "Mein Passwort ändern",
  signOut: "Abmelden",
  deleteAll: (noun) => `Alle meine ${many(noun)} löschen`,
  deleteAccount: "Mein Konto löschen",
  language: "Sprache",
  browsersLanguage: "Wie im Browser eingestellt",

  changePassword: "Dein Passwort ändern",
  presentPassword: "Bisheriges Passwort",
  change: "Passwort ändern",
  changed: "Dein Passwort ist geändert.",
  notPresentPassword: "Das ist nicht dein bisheriges Passwort.",
  notPassword: "Das ist nicht dein Passwort.",

  keepTitle: (noun) => `Ein Konto für deine ${many(noun)}`,
  kept: (noun) =>
    `Deine ${many(noun)} sind jetzt in deinem Konto: Melde dich irgendwo an, um sie zu sehen.`,
  notNow: "Jetzt nicht",
  hasIdentity:
    "Dieses Konto hat schon eigene Dateien und kann die eines Gasts nicht übernehmen. Lade herunter, was du behalten willst.",

  deleteAllTitle: (noun) => `Alle deine ${many(noun)} löschen?`,
  deleteAccountTitle: "Dein Konto löschen?",
  guestsLoss: (number, noun) =>
    `${all(number, noun)} und alles, was daraus gemacht wurde, werden endgültig gelöscht: Niemand kann das rückgängig machen. Lade vorher herunter, was du behalten willst.`,
  loss: (number, noun) =>
    `${all(number, noun)}, alles, was daraus gemacht wurde, und dein Konto werden endgültig gelöscht: Niemand kann das rückgängig machen. Lade vorher herunter, was du behalten willst.`,
  guestsRest: (noun) =>
    `Eine Weile bleibt, was dir darüber mitgeteilt wurde, mit den Namen deiner Dateien, und wie viel du gespeichert hast; beides enthält deine ${many(noun)} nicht.`,
  rest: (noun) =>
    `Eine Weile bleibt, was dir darüber mitgeteilt wurde, mit den Namen deiner Dateien, und wie viel du gespeichert hast; beides enthält weder deine Adresse noch deine ${many(noun)}.`,
  yourPassword: "Dein Passwort",
  deletedSoFar: (number, noun) => `${files(number, noun)} gelöscht …`,
  allDeleted: (noun) => `Deine ${many(noun)} sind gelöscht.`,
  accountDeleted: (noun) => `Dein Konto und deine ${many(noun)} sind gelöscht.`,

  leaveTitle: (noun) => `Deine ${many(noun)} zurücklassen?`,
  signOutTitle: "Jetzt abmelden?",
  guestsPhotos: (noun) =>
    `Du bist Gast. Deine ${many(noun)} sind nur aus diesem Browser zu erreichen und, sobald du dich abgemeldet hast, von niemandem mehr.`,
  accountKeeps: "In einem Konto bleiben sie erhalten.",
  downloadFirst: "Lade herunter, was du behalten willst.",
  notUploadedYet: (number, noun) =>
    `${files(number, noun)} ${form(number, { one: "ist", other: "sind" })} noch nicht hochgeladen.`,
  willNotBeUploaded: () => "Das geschieht dann nicht mehr.",
  keepsForADay:
    "Dieser Browser kann einen Tag lang aufheben, was wartet: Es wird hochgeladen, wenn du dich hier wieder anmeldest.",
  stay: "Bleiben",
  signOutAndLose: "Abmelden und sie verlieren",
  dropAndSignOut: "Verwerfen und abmelden",
  keepAndSignOut: "Aufheben und abmelden",
  create: "Konto anlegen",

  ended: "Deine Sitzung ist zu Ende. Was du siehst und was du hochlädst, wartet auf dich.",
  signInAgain: "Wieder anmelden",
  youAre: (name) => rich`Du bist ${name}.`,
  later: "Später",
  signIn: "Anmelden",
};
