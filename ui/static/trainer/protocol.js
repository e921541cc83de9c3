/**
 * What the page and trainworker.js say to each other. Types only: nothing imports this file when the page runs.
 *
 * A module worker of trainworker.js gets one `start`; after `ended` or `error` the
 * worker holds nothing any more and may be terminated. Every ArrayBuffer is transferred, so whoever sends one has it no longer.
 *
 * @typedef {import("../runs/types.js").Report} Report
 * @typedef {import("../runs/types.js").Change} Change
 * @typedef {import("../runs/types.js").Status} Status
 * @typedef {import("../runs/types.js").Settings} Settings
 * @typedef {import("../autodiff/network.js").NetworkDescription} NetworkDescription
 *
 * @typedef {object} Recipe one entry of recipes.json, which tools/recipes.py makes: what `gan_core` would build, as the page can build it
 * @property {string} family
 * @property {string} preset
 * @property {string} title
 * @property {[number, number]} range of the pixels
 * @property {number} votes how many scores D ends in where G takes no label (training then wants labels); 0 for none
 * @property {Object<string, unknown> & {latent_dim: number, num_classes: number}} model every field of ModelConfig
 * @property {Object<string, any>} train every field of TrainConfig; `dataset` is whatever the page trains on
 * @property {Object<string, NetworkDescription>} networks by role, in the order of gan_core
 * @property {Object<string, string[]>} variables names in Keras' order, by role
 * @property {boolean} [lab] whether it is the failure lab's: a preset with other networks
 * @property {boolean} latent whether another latent_dim may be asked for
 * @property {number} sides what the sides of pictures are a multiple of, where another image_shape may be asked for; 0 where not
 *
 * @typedef {object} Pictures what it learns from
 * @property {Uint8Array} images [n, ...image_shape of the model], 0 black ... 255 white
 * @property {Uint8Array|Uint16Array|null} labels [n] class ids, null where nobody knows
 * @property {Uint8Array|null} [heldOut] [m, ...image_shape] pictures that are not trained on, for an autoencoder's `val_loss` and grid
 *
 * @typedef {object} Start
 * @property {"start"} do
 * @property {Recipe} recipe
 * @property {Object<string, any>} [model] fields of ModelConfig that differ from the recipe's (latent_dim, num_classes and classes, image_shape)
 * @property {Object<string, any>} [train] fields of TrainConfig that differ from the recipe's; of a run that goes on, the settings of now
 * @property {Pictures} data
 * @property {number} workers 1 or more: that train together; more than 1 gives the same losses to 1e-4
 * @property {ArrayBuffer|null} state where a run stood: the bytes of `state/state.safetensors`, written here or by gan_core; null for a new one
 * @property {number} [stateSeconds] how often a `state` is sent unasked; 0 or nothing: only with a change and at the end
 * @property {"run"|"pause"} [mode] whether it begins at once ("run", the default)
 *
 * @typedef {{do: "pause"}|{do: "resume"}|{do: "stop"}|{do: "slow", rate?: number}|{do: "step", part?: "both"|"d"|"g"}|{do: "change", settings: Settings}} Wish
 *   the body of `POST gan/runs/<id>/control`
 *
 * @typedef {Start
 *   | {do: "control", wish: Wish}
 *   | {do: "look"}
 *   | {do: "state"}
 *   | {do: "way", ms: number}
 *   | {do: "end"}} ToTrainer `look` asks for `programs`, `state` for `state`; `way` to leave most of the cores to a hand for so long; `end` is `stop` at once, without a last report, state or `ended`
 *
 * @typedef {object} Standing
 * @property {"standing"} kind the answer to `start`: all is laid out
 * @property {number} step where it goes on
 * @property {number} steps
 * @property {number} epochSteps steps in one pass over the data
 * @property {number} workers how many train
 * @property {boolean} shared whether they share memory (a page that is cross-origin isolated)
 *
 * @typedef {Object<string, ArrayBuffer>} Files programs by role (`generator`, `discriminator` or `encoder`): float32, of the averaged generator where
 *   there is one, docs/formats.md section 1
 *
 * @typedef {Standing
 *   | {kind: "report", report: Report, files: Files, byHand: boolean}
 *   | {kind: "programs", step: number, files: Files}
 *   | {kind: "state", step: number, bytes: ArrayBuffer}
 *   | {kind: "change", change: Change}
 *   | {kind: "status", status: Status}
 *   | {kind: "ended"}
 *   | {kind: "error", message: string}} FromTrainer
 *   `report`: a line of progress.jsonl with the programs of its step; figures of quality are not in it, who shows it looks at the programs.
 *   `state`: before a `change` that of its step, so that the two fit each other, and the last one before `ended`.
 *   `status`: as status.json, `hand` with the numbers of the last turns; its state is running, paused, stopped, finished or failed.
 *   `error`: a wish that cannot be had (training goes on), or what ended it: then `status` with the state failed follows.
 */

export {};
