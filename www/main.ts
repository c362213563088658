// Where the page begins.
import { Desk } from "./engine/desk.ts";
import { Refusal } from "./engine/refusal.ts";
import { runLocal } from "./local.ts";
import { openRemote } from "./remote.ts";
import { forgetKey, keepKey, readKey } from "./source/key.ts";
import { Server, ServerRefusal } from "./source/server.ts";
import { Stage } from "./stage.ts";
import { h } from "./dom.ts";
import { localView } from "./view/local.ts";
import { failureNote, keyForm, loading, plainScreen, queueView } from "./view/start.ts";

const root = document.querySelector("#page");
if (!root) throw new Error("index.html has no element with the id `page`");
const stage = new Stage(root);
const desk = new Desk();
const dream = new URLSearchParams(location.search).get("dream");

const useKey = (key: string) => {
  keepKey(key);
  // A link with a key, opened in this very tab, changes the address without loading the page.
  addEventListener("hashchange", () => location.hash.startsWith("#key=") && void begin());
  void begin();
};

async function begin(): Promise<void> {
  const key = readKey();
  if (key === undefined) return dream === null ? start(keyForm(useKey)) : stage.show(plainScreen(keyForm(useKey)));
  const server = new Server(key);
  try {
    if (dream === null) await startWithQueue(server);
    else {
      stage.show(plainScreen(loading("Opening the dream…")));
      await openRemote(stage, desk, server, dream);
    }
  } catch (error) {
    refused(Refusal.of(error));
  }
}

/** A key that the server does not know is asked for anew; any other refusal is shown. */
function refused(refusal: Refusal): void {
  const again = refusal instanceof ServerRefusal && refusal.status === 401;
  if (again) forgetKey();
  const note = again
    ? keyForm(useKey, new Refusal(refusal.code, "the server does not know this key"))
    : h(
        "section",
        { class: "card" },
        h("h2", {}, "That did not work"),
        failureNote(refusal),
        h("p", {}, h("a", { href: location.pathname }, "Waiting dreams")),
      );
  if (dream === null) start(note);
  else stage.show(plainScreen(note));
}

async function startWithQueue(server: Server): Promise<void> {
  start(loading("Looking for waiting dreams…"));
  const dreams = await server.waiting();
  start(
    queueView(dreams, () => {
      forgetKey();
      // A link with a key, opened in this very tab, changes the address without loading the page.
      addEventListener("hashchange", () => location.hash.startsWith("#key=") && void begin());
      void begin();
    }),
  );
}

/** The part for this machine stays as it is, whatever the server says. */
const local = localView({
  sort: (files) => desk.ask("sort", files),
  run: (input, say) => runLocal(stage, desk, input, say),
  cancel: () => desk.cancel(),
});

const start = (other: HTMLElement) => stage.show(plainScreen(other, local));

// A link with a key, opened in this very tab, changes the address without loading the page.
addEventListener("hashchange", () => location.hash.startsWith("#key=") && void begin());
void begin();
