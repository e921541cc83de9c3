/** A tiny training that goes on while its card is seen: as many steps a frame as fit. */

/** Learning rates that a card offers, by what is written in a link. @type {Record<string, string>} */
export const RATES = Object.fromEntries([0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05].map((rate) => [String(rate), String(rate)]));

const FRAME_MS = 7;
const MOST = 6;

/**
 * @param {import("./card.js").Context} context
 * @param {() => unknown} step
 * @param {() => void} draw after the steps of a frame
 * @returns {{goes: boolean, start: () => void, stop: () => void, most: number}} `most` steps a frame
 */
export function speedOf(context, step, draw) {
  /** @type {(() => void)|null} */
  let end = null;
  const speed = {
    most: MOST,
    get goes() {
      return end !== null;
    },
    start() {
      end ??= context.frames(() => {
        const before = performance.now();
        for (let i = 0; i < speed.most && performance.now() - before < FRAME_MS; i += 1) step();
        draw();
      });
    },
    stop() {
      end?.();
      end = null;
    },
  };
  return speed;
}
