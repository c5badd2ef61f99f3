import { effect } from "@preact/signals";
import { render } from "preact";

import { keepShell } from "./keep-shell";
import { App, loadAhead } from "./ui/app";
import { start, tongue } from "./words/language";

const root = document.getElementById("app");
keepShell();
loadAhead();
void start().then(() => {
  effect(() => {
    const { language = "en", direction = "ltr" } = tongue() ?? {};
    document.documentElement.lang = language;
    document.documentElement.dir = direction;
  });
  if (!root) return;
  root.textContent = "";
  render(<App />, root);
});
