// What the desk says of the wall.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const load = createRequire(import.meta.url);
load("../../assets/format.js");
const show = load("../../assets/desk-show.js"), NOW = Date.parse("2026-11-24T06:35:00Z");
const row = (more = {}) => ({ shows: "district", about: "410122", at: "2026-11-24T06:30:00Z", until: "2026-11-24T06:40:00Z", ...more });
const held = (scene) => show.held({ scene: { wall: scene } }, NOW);

test("what stands on the wall stands there until its end, and not once it was taken back", () => {
  assert.equal(held(row()).about, "410122");
  assert.equal(held(row({ until: "2026-11-24T06:34:59Z" })), null);
  assert.equal(held(row({ at: "2026-11-24T06:36:00Z", until: "2026-11-24T06:36:00Z" })), null);
  assert.equal(show.held({}, NOW), null);
});

test("it is called by its name", () => {
  const desk = { rows: { order: { o1: { title: "寒潮应对" } } }, city: { districts: [{ code: "410122", name: ["中牟县", "Zhongmu"] }] } };
  assert.equal(show.name_of(row(), desk), "中牟县");
  assert.equal(show.name_of(row({ shows: "order", about: "o1" }), desk), "寒潮应对");
  assert.equal(show.name_of(row({ shows: "case", about: "c", case: { no: "20261124-00001" } }), desk), "20261124-00001");
});
