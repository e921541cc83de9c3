/** How a picture is drawn: pixel for pixel, grey or in colour. */

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

/** @type {import("./sample.js").Painter} */
export const PICTURE = {
  cell: ([height, width]) => [height, width],
  paint(context, pixels, x, y, [height, width, channels]) {
    const image = scratch(context, width, height);
    const bytes = image.data;
    const [green, blue] = channels === 3 ? [1, 2] : [0, 0];
    for (let i = 0, j = 0; j < bytes.length; i += channels, j += 4) {
      bytes[j] = pixels[i] * 255;
      bytes[j + 1] = pixels[i + green] * 255;
      bytes[j + 2] = pixels[i + blue] * 255;
    }
    context.putImageData(image, x, y);
  },
};
