import type { Noun } from "../../kinds";
import { files, Many } from "./nouns";

export const notifications = {
  notifications: "Notifications",
  someNew: (number: string) => `Notifications, ${number} new`,
  close: "Close notifications",
  notLoaded: "Notifications could not be loaded.",
  none: (noun: Noun) => `No notifications yet. They say when a ${noun} is ready, or why it is not.`,
  newestFirst: "Newest first",
  markAll: "Mark all as seen",
  olderNotLoaded: "Older ones could not be loaded.",
  showOlder: "Show older ones",
  isNew: "(new)",
  /** So many that are told together. */
  ready: (number: number, noun: Noun) => `${files(number, noun)} are ready.`,
  answers: { keep: "Keep", retry: "Retry", delete: "Delete" },
  answersFor: {
    keep: (name: string) => `Keep ${name}`,
    retry: (name: string) => `Retry ${name}`,
    delete: (name: string) => `Delete ${name}`,
  },
  answered: {
    keep: "You kept it.",
    delete: "You deleted it.",
    retry: "You asked for another attempt.",
  },
  tooOld: (noun: Noun) => `It is too old for another attempt. Please upload the ${noun} again.`,

  mails: "What is mailed to me",
  mailsReady: (noun: Noun) => `${Many(noun)} that are ready`,
  mailsProblem: (noun: Noun) => `${Many(noun)} with a problem`,
  mailsReminder: "Reminders of notifications that I have not seen",
  choicesNotLoaded: "Your choices could not be loaded.",
};
