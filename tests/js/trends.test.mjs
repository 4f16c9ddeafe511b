// The trend page: which keys lead to which day, and which day a click on the chart means.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const trends = createRequire(import.meta.url)("../../assets/trends.js");
const press = (key, more = {}) => ({ key, target: { closest: () => null }, ...more });

test("the arrows lead to the days left and right", () => {
  assert.equal(trends.way(press("ArrowLeft")), "prev");
  assert.equal(trends.way(press("ArrowRight")), "next");
  assert.equal(trends.way(press("Enter")), null);
});

test("an arrow with another key is the browser's own", () => {
  for (const held of ["altKey", "ctrlKey", "metaKey", "shiftKey"]) assert.equal(trends.way(press("ArrowLeft", { [held]: true })), null);
});

test("an arrow inside a table that scrolls scrolls it", () => {
  assert.equal(trends.way(press("ArrowLeft", { target: { closest: (where) => where.includes(".scroll") } })), null);
});

test("a click on a column means its day, a click beside it none", () => {
  assert.equal(trends.day_of({ points: [{ x: "2026-11-20" }] }), "2026-11-20");
  for (const nothing of [null, undefined, {}, { points: [] }]) assert.equal(trends.day_of(nothing), null);
});
