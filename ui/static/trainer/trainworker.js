/** A training off the main thread. What comes and goes is in protocol.js; whoever trains with it is a member of its team (team.js). */

import { fetchKernels } from "../autodiff/kernels.js";
import { Session } from "./session.js";
import { Member, Team } from "./team.js";

/** @type {Session|null} */
let session = null;

/** @param {import("./protocol.js").FromTrainer} message @param {ArrayBuffer[]} [transfer] */
const say = (message, transfer = []) => self.postMessage(message, { transfer });

/** @param {import("./protocol.js").Start} start */
async function begin(start) {
  const about = {
    kernels: await fetchKernels(), recipe: start.recipe, data: start.data, state: start.state,
    model: { ...start.recipe.model, ...start.model }, train: { ...start.recipe.train, ...start.train },
  };
  const team = await Team.of(about, start.workers, () => new Worker(import.meta.url, { type: "module" }));
  session = new Session(start, team.training, team, say);
  await session.go();
  session = null;
}

const ANSWERS = {
  /** @param {import("./protocol.js").Start} start */
  start: (start) => begin(start),
  /** @param {{wish: import("./protocol.js").Wish}} message */
  control: ({ wish }) => session?.ask(wish),
  look: () => session?.look(),
  state: () => session?.state(),
  /** @param {{ms: number}} message */
  way: ({ ms }) => session?.giveWay(ms),
  end: () => session?.end(),
  /** To one that is a member of another's team. @param {import("./team.js").Joining} joining */
  join: (joining) => void new Member(joining),
};

self.addEventListener("message", async (/** @type {MessageEvent} */ { data }) => {
  try {
    await ANSWERS[/** @type {keyof typeof ANSWERS} */ (data.do)](data);
  } catch (error) {
    say({ kind: "error", message: error instanceof Error ? error.message : String(error) });
  }
});
