/** A GAN of one or two dimensions that trains in the page: algorithm 1 of Goodfellow et al. 2014 (https://arxiv.org/abs/1406.2661), a turn at a time. */

import { LOSSES, sigmoid } from "../autodiff/losses.js";
import { Mlp, Optimizer, randomOf } from "./mlp.js";

/**
 * @typedef {(count: number, random: import("./mlp.js").Random) => Float64Array} Draw so many samples of the data, [count, dim]
 * @typedef {{k: number, batch: number, loss: string, rule: string, dRate: number, gRate: number, beta1: number, beta2: number}} Settings may change
 *   between any two turns; `k`: turns of D before one of G; `loss`: of G, one of autodiff/losses.js
 * @typedef {{dim: number, latent: number, wide?: number, act?: import("./mlp.js").Activation, seed?: number, settings?: Partial<Settings>}} About
 * @typedef {{loss: number, real: number, fake: number}} Told of a turn: the loss, and the means of D(x) and D(G(z)) before it
 */

/** @type {Settings} */
export const SETTINGS = { k: 1, batch: 64, loss: "non_saturating", rule: "adam", dRate: 0.005, gRate: 0.002, beta1: 0.5, beta2: 0.99 };

export class TinyGan {
  /** @param {Draw} draw what the data are; may be exchanged at any time @param {About} about */
  constructor(draw, { dim, latent, wide = 24, act = "tanh", seed = 1, settings = {} }) {
    this.draw = draw;
    this.latent = latent;
    this.random = randomOf(seed);
    /** @type {Settings} */
    this.settings = { ...SETTINGS, ...settings };
    this.G = new Mlp([latent, wide, wide, dim], act, this.random);
    this.D = new Mlp([dim, wide, wide, 1], act, this.random);
    this.optimizers = { D: new Optimizer(this.D.values), G: new Optimizer(this.G.values) };
    this.steps = 0;
  }

  /** @param {number} count @returns {Float64Array} z, uniform from -1 to 1, [count, latent]; of one dimension one of each equal share */
  z(count) {
    if (this.latent === 1) return Float64Array.from({ length: count }, (_, i) => (2 * (i + this.random())) / count - 1);
    return Float64Array.from({ length: count * this.latent }, () => 2 * this.random() - 1);
  }

  /** D a step up, G held. @returns {Told} */
  turnOfD() {
    const { batch, loss } = this.settings;
    const { real, fake } = LOSSES[loss];
    this.D.clear();
    const onReal = this.judge(this.draw(batch, this.random), (logit) => real(logit, 0), true);
    const onFake = this.judge(this.G.forward(this.z(batch)), fake, true);
    this.move("D");
    return { loss: onReal.loss + onFake.loss, real: onReal.mean, fake: onFake.mean };
  }

  /** G a step, D held. @returns {Told} */
  turnOfG() {
    const { batch, loss } = this.settings;
    const judged = this.judge(this.G.forward(this.z(batch)), LOSSES[loss].g, false);
    this.G.clear();
    this.G.backward(judged.slope);
    this.move("G");
    return { loss: judged.loss, real: NaN, fake: judged.mean };
  }

  /** k turns of D and one of G. @returns {{d: Told, g: Told}} */
  step() {
    let d = this.turnOfD();
    for (let i = 1; i < this.settings.k; i += 1) d = this.turnOfD();
    const g = this.turnOfG();
    this.steps += 1;
    return { d, g };
  }

  /**
   * @param {Float64Array} x [count, dim]
   * @param {(logit: number) => [number, number]} loss and its slope
   * @param {boolean} learn whether D gets its slopes
   * @returns {{loss: number, mean: number, slope: Float64Array}} `mean` of D(x); `slope` by x, of the mean loss
   */
  judge(x, loss, learn) {
    const logits = this.D.forward(x);
    const losses = Array.from(logits, loss);
    const count = logits.length;
    return {
      loss: losses.reduce((sum, [value]) => sum + value, 0) / count,
      mean: logits.reduce((sum, logit) => sum + sigmoid(logit), 0) / count,
      slope: this.D.backward(Float64Array.from(losses, ([, slope]) => slope / count), learn),
    };
  }

  /** @param {"D"|"G"} name */
  move(name) {
    const { rule, dRate, gRate, beta1, beta2 } = this.settings;
    const optimizer = this.optimizers[name];
    Object.assign(optimizer.about, { rule, rate: name === "D" ? dRate : gRate, beta1, beta2 });
    optimizer.apply(this[name].slopes);
  }

  /** @param {Float64Array} x [count, dim] @returns {Float64Array} D(x), from 0 to 1 */
  opinion(x) {
    return this.D.forward(x).map(sigmoid);
  }
}
