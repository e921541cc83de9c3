/** How many numbers a sample has and what of: for workers too, which draw nothing (gan_core/kind.py). */

/** @typedef {readonly number[]} Shape height, width, channels of a picture; length, channels of a signal */

/** MNIST's pictures, and what a picture of which nobody has said anything is. @type {Shape} */
export const MNIST = Object.freeze([28, 28, 1]);

/** @param {Shape} shape @returns {number} numbers in one sample */
export function numbersIn(shape) {
  return shape.reduce((product, length) => product * length, 1);
}

/** @param {Shape} shape @returns {boolean} whether the reader of digits can look at it, and a digit of a person's own stand in its place */
export function isMnist(shape) {
  return shape.join() === MNIST.join();
}

/** @param {Shape} shape @returns {boolean} whether it is a signal, which has a length and channels, and no picture */
export function isSignal(shape) {
  return shape.length === 2;
}
