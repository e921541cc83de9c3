/**
 * The ring on the pad: where the digit in hand lies. It is drawn and no element that moves: where one of these crosses others, the browser puts
 * all layers of the page together anew, in every frame of a drag.
 */

import { h, penOf } from "../kit/dom.js";

const [RADIUS, LINE, EDGE] = [11.5, 3, 2];
const REACH = RADIUS + LINE / 2 + EDGE + 1;

/** @returns {{element: HTMLCanvasElement, show: (place: {x: number, y: number}|null, size: {width: number, height: number}) => void}} `place` in pixels of the pad */
export function ring() {
  const element = h("canvas", { class: "gan-pad-mark", hidden: true });
  const pen = penOf(element);
  let [ratio, drawn, colour, under] = [0, { x: 0, y: 0 }, "", ""];
  /** @param {{width: number, height: number}} size */
  const fit = (size) => {
    ratio = Math.min(2, devicePixelRatio || 1);
    const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
    if (colour && element.width === width && element.height === height) return;
    [element.width, element.height] = [width, height];
    const style = getComputedStyle(element);
    [colour, under] = ["--gan-on-picture", "--gan-picture"].map((name) => style.getPropertyValue(name).trim());
  };
  return {
    element,
    show(place, size) {
      if (element.hidden !== !place) element.hidden = !place;
      if (!place) return;
      fit(size);
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.clearRect(drawn.x - REACH, drawn.y - REACH, 2 * REACH, 2 * REACH);
      for (const [style, width] of /** @type {[string, number][]} */ ([[under, LINE + 2 * EDGE], [colour, LINE]])) {
        [pen.strokeStyle, pen.lineWidth] = [style, width];
        pen.beginPath();
        pen.arc(place.x, place.y, RADIUS, 0, 2 * Math.PI);
        pen.stroke();
      }
      drawn = place;
    },
  };
}
