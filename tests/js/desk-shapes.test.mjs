// Shapes as people type them: corners line by line, a circle by coordinates and radius.
import { createRequire } from "node:module";
import test from "node:test";
import assert from "node:assert/strict";

const shapes = createRequire(import.meta.url)("../../assets/desk-shapes.js");

test("corners are read however they are parted, and come back as they are written", () => {
  const { corners, wrong } = shapes.corners_of("113.6, 34.7\n\n113.7，34.7\n 113.65 34.8 ");
  assert.deepEqual([corners, wrong], [[[113.6, 34.7], [113.7, 34.7], [113.65, 34.8]], 0]);
  assert.deepEqual(shapes.corners_of(shapes.words_of(corners)).corners, corners);
});

test("the line that is no corner is named", () => {
  for (const line of ["113.7", "34.7 113.7 1", "x, 34", "113.7, 91", "1e2, 3"]) assert.equal(shapes.corners_of(`113.6, 34.7\n${line}`).wrong, 2, line);
});

test("two corners are no polygon, three are", () => {
  assert.equal(shapes.polygon_of("1, 2\n3, 4").problem[0], "desk.shape_few_corners");
  assert.deepEqual(shapes.polygon_of("1, 2\n3, 4\n5, 6").shape, { polygon: [[1, 2], [3, 4], [5, 6]] });
  assert.deepEqual(shapes.polygon_of("1, 2\n3").problem, ["desk.shape_no_corner", { n: 2 }]);
});

test("a circle has a centre on the earth and a radius above nothing", () => {
  assert.deepEqual(shapes.circle_of({ lon: "113.62", lat: "34.75", radius: "800" }).shape, { circle: [113.62, 34.75, 800] });
  assert.equal(shapes.circle_of({ lon: "", lat: "34.75", radius: "800" }).problem[0], "desk.shape_no_place");
  for (const radius of ["", "0", "-5", "far"]) assert.equal(shapes.circle_of({ lon: "113", lat: "34", radius }).problem[0], "desk.shape_no_radius");
});
