/** The whole river at a glance, for nets wider than the screen: what is in view is framed, and dragged. */

import { surface } from "../core/canvas.js";
import { palette } from "../core/colour.js";
import { make, mark } from "../core/dom.js";
import { t } from "../core/texts.js";

/** @typedef {import("./layout.js").Placed} Placed */

/** @param {HTMLElement} stage what scrolls @param {() => {strips: Placed[], width: number, height: number}} whole
 * @param {(strip: number, map: number) => CanvasImageSource | null} tile */
export function makeOverview(stage, whole, tile) {
  const canvas = make("canvas", { class: "river-overview", role: "img" });
  const frame = make("div", { class: "overview-frame" });
  const element = make("div", { class: "overview", hidden: true, "aria-hidden": true }, canvas, frame);

  const picture = surface(canvas, (context, width, height) => {
    const { strips, width: full, height: high } = whole();
    const p = palette();
    const [sx, sy] = [width / full, height / high];
    context.imageSmoothingEnabled = true;
    strips.forEach((strip, s) => {
      const { left: x, top: y } = strip;
      const vector = { x, y, width: Math.min(strip.width, 30), height: strip.height };
      for (const [k, box] of (strip.maps.length ? strip.maps : [vector]).entries()) {
        const image = strip.maps.length ? tile(s, k) : null;
        const room = /** @type {const} */ ([box.x * sx, box.y * sy, box.width * sx, box.height * sy]);
        context.fillStyle = p.line;
        if (image) context.drawImage(image, ...room);
        else context.fillRect(...room);
      }
    });
  });

  function follow() {
    const { width } = whole();
    const share = stage.clientWidth / Math.max(width, 1);
    frame.style.width = `${100 * share}%`;
    frame.style.left = `${(100 * stage.scrollLeft) / Math.max(width, 1)}%`;
  }
  stage.addEventListener("scroll", follow, { passive: true });

  let held = false;
  const go = (/** @type {PointerEvent} */ event) => {
    const box = element.getBoundingClientRect();
    stage.scrollLeft = ((event.clientX - box.left) / box.width) * whole().width - stage.clientWidth / 2;
  };
  element.addEventListener("pointerdown", (event) => {
    held = true;
    element.setPointerCapture(event.pointerId);
    go(event);
  });
  element.addEventListener("pointermove", (event) => held && go(event));
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"]))
    element.addEventListener(end, () => (held = false));

  return {
    element,
    /** @param {boolean} wide whether there is more than is in view */
    show: (wide) => {
      if (element.hidden === wide) element.hidden = !wide;
      mark(canvas, "aria-label", t("river.overview"));
      follow();
      picture.redraw();
    },
    redraw: () => !element.hidden && picture.redraw(),
  };
}
