/**
 * Adversarial losses of logits, in nats, with their derivatives: the formulas and sources are those of gan_core/nn/losses.py. D(x) = sigmoid(logit).
 *
 * @typedef {object} Loss of one logit; the loss of a batch is the mean
 * @property {(logit: number, smoothing: number) => [number, number]} real D's loss on a real picture, and its derivative
 * @property {(logit: number) => [number, number]} fake D's loss on a fake
 * @property {(logit: number) => [number, number]} g G's loss on a fake
 * @property {(logit: number) => number} probability D(x)
 * @property {((logit: number) => number)|null} ratio G's derivative over D's pushed one on a fake, for both updates from one pass; null where there is none
 * @property {boolean} names whether D's scores may also name the digit
 */

/** Least slope of D's loss at a fake in one stage: what is 0 cannot be scaled to be G's slope. It is below the rounding of any logit over -11. */
export const LEAST_PUSH = 1e-12;

/** @param {number} x */
const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
/** @param {number} x @returns {number} */
export const sigmoid = (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

/** @type {Pick<Loss, "real"|"fake"|"probability"|"names">} */
const crossEntropy = {
  real: (x, smoothing) => [softplus(-x) + smoothing * x, sigmoid(x) - 1 + smoothing],
  fake: (x) => [softplus(x), sigmoid(x)],
  probability: sigmoid,
  names: true,
};
/** @type {Loss["g"]} */
const score = (x) => [-x, -1];

/** @type {Object<string, Loss>} */
export const LOSSES = {
  non_saturating: { ...crossEntropy, g: (x) => [softplus(-x), sigmoid(x) - 1], ratio: (x) => -sigmoid(-x) / (sigmoid(x) + LEAST_PUSH) },
  minimax: { ...crossEntropy, g: (x) => [-softplus(x), -sigmoid(x)], ratio: (x) => -sigmoid(x) / (sigmoid(x) + LEAST_PUSH) },
  least_squares: {
    real: (x, smoothing) => [0.5 * (x - 1 + smoothing) ** 2, x - 1 + smoothing],
    fake: (x) => [0.5 * x * x, x],
    g: (x) => [0.5 * (x - 1) ** 2, x - 1],
    probability: (x) => Math.min(1, Math.max(0, x)),
    ratio: null,
    names: false,
  },
  hinge: {
    real: (x, smoothing) => [Math.max(0, 1 - smoothing - x), x < 1 - smoothing ? -1 : 0],
    fake: (x) => [Math.max(0, 1 + x), x > -1 ? 1 : 0],
    g: score,
    probability: sigmoid,
    ratio: null,
    names: true,
  },
};
