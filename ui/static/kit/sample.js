/** How one sample lies in numbers and is drawn on a canvas: a picture, grey or in colour. Nobody else says how large a picture is (gan_core/kind.py). */

/** @typedef {readonly number[]} Shape height, width, channels */

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

/** @type {Map<string, ImageData>} */
const scratches = new Map();

/** @param {CanvasRenderingContext2D} context @param {number} width @param {number} height @returns {ImageData} white, for pictures of that size */
function scratch(context, width, height) {
  const name = `${width} ${height}`;
  const known = scratches.get(name);
  if (known) return known;
  const image = context.createImageData(width, height);
  image.data.fill(255);
  scratches.set(name, image);
  return image;
}

/**
 * Paints one sample into a canvas, pixel for pixel.
 * @param {CanvasRenderingContext2D} context
 * @param {ArrayLike<number>} pixels in [0, 1], row-major
 * @param {number} [x] left edge in the canvas
 * @param {number} [y] top edge in the canvas
 * @param {Shape} [shape]
 */
export function paint(context, pixels, x = 0, y = 0, shape = MNIST) {
  const [height, width, channels] = shape;
  const image = scratch(context, width, height);
  const bytes = image.data;
  const [green, blue] = channels === 3 ? [1, 2] : [0, 0];
  for (let i = 0, j = 0; j < bytes.length; i += channels, j += 4) {
    bytes[j] = pixels[i] * 255;
    bytes[j + 1] = pixels[i + green] * 255;
    bytes[j + 2] = pixels[i + blue] * 255;
  }
  context.putImageData(image, x, y);
}

/**
 * Paints one sample onto a canvas of its own, which becomes as large as the sample is.
 * @param {CanvasRenderingContext2D} context @param {ArrayLike<number>} pixels in [0, 1] @param {Shape} [shape]
 */
export function paintWhole(context, pixels, shape = MNIST) {
  fit(context.canvas, shape);
  paint(context, pixels, 0, 0, shape);
}

/** @param {HTMLCanvasElement} canvas which becomes so many samples wide @param {Shape} shape @param {number} [count] @returns {boolean} whether it was another size, and is empty now */
export function fit(canvas, [height, width], count = 1) {
  if (canvas.width === width * count && canvas.height === height) return false;
  canvas.width = width * count;
  canvas.height = height;
  return true;
}
