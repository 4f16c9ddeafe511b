import test from "node:test";
import assert from "node:assert/strict";
import { createRequire } from "node:module";
const labels = createRequire(import.meta.url)("../../assets/wall-order-labels.js");

const SIZE = { width: 1400, height: 900 };
const label = (district, x, y, width = 110) => ({ district, at: [x, y], width, height: 24 });
const boxes = (wanted, placed) => wanted.map((one) => labels.boxAt(placed[one.district], one));

function overlaps(wanted, placed) {
  const all = boxes(wanted, placed);
  return all.flatMap((a, i) => all.slice(i + 1).filter((b) => labels.overlap(a, b) > 0)).length;
}

test("a name with room stands at its own place", () => {
  const points = [{ x: 300, y: 340, district: "a" }];
  assert.deepEqual(labels.place([label("a", 300, 300)], { points, size: SIZE, rem: 10 }), { a: [300, 300] });
});

test("two names at one place step apart", () => {
  const wanted = [label("a", 300, 300), label("b", 304, 302)];
  const points = [{ x: 280, y: 290, district: "a" }, { x: 330, y: 310, district: "b" }];
  assert.equal(overlaps(wanted, labels.place(wanted, { points, size: SIZE, rem: 10 })), 0);
});

test("forty districts, some of them crowded, keep off each other and inside the map", () => {
  const wanted = Array.from({ length: 40 }, (_, i) => label(`d${i}`, 90 + (i % 8) * 160 + (i % 3) * 20, 60 + Math.floor(i / 8) * 170 + (i % 2) * 15, 130));
  const points = wanted.map((one) => ({ x: one.at[0] + 5, y: one.at[1] + 5, district: one.district }));
  const placed = labels.place(wanted, { points, size: SIZE, rem: 10 });
  assert.equal(overlaps(wanted, placed), 0);
  assert.ok(boxes(wanted, placed).every((box) => box.left >= 0 && box.right <= SIZE.width && box.top >= 0 && box.bottom <= SIZE.height));
});

test("a name keeps off its township's point and off a panel of words", () => {
  const points = [{ x: 300, y: 300, district: "a" }];
  const panel = { left: 200, right: 400, top: 200, bottom: 290 };
  const one = label("a", 300, 300);
  const box = labels.boxAt(labels.place([one], { points, size: SIZE, rem: 10, panels: [panel] }).a, one);
  assert.equal(labels.overlap(box, panel), 0);
  assert.equal(labels.overlap(box, { left: 298, right: 302, top: 298, bottom: 302 }), 0);
});

test("Chinese letters are a line high, Latin ones about half as wide", () => {
  assert.equal(labels.widthOf("中原", 20), 40);
  assert.ok(labels.widthOf("Zhongyuan", 20) < 9 * 20 * 0.6);
});
