// Which requests for a second person a desk shows, and which of one's own lead to a ledger; who is told to be there.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";

const require = createRequire(import.meta.url);
const second = require("../../assets/desk-second.js"), outlook = require("../../assets/desk-outlook.js"), strip = require("../../assets/desk-strip.js"), checklist = require("../../assets/ledger-checklist.js");

const at = (minute) => `2026-11-24T06:${minute}:00.000Z`;
const ROWS = {
  a: { id: "a", state: "waiting", grade: 2, asked_at: at(30), made: null },
  b: { id: "b", state: "waiting", grade: 1, asked_at: at(31), made: null },
  c: { id: "c", state: "refused", grade: 1, asked_at: at(29), made: null },
  d: { id: "d", state: "expired", grade: 1, asked_at: at(28), made: null },
  e: { id: "e", state: "approved", grade: 1, asked_at: at(27), made: "o1" },
};

test("the gravest waits first, and of what came to nothing only one's own is told, until it was put away", () => {
  assert.deepEqual(second.shown(ROWS, {}).map((one) => one.id), ["b", "a"]);
  assert.deepEqual(second.shown(ROWS, { c: {}, d: { told: true } }).map((one) => one.id), ["c", "b", "a"]);
});

test("one's own request opens its ledger once", () => {
  assert.deepEqual(second.made(ROWS, { e: {}, a: {} }).map((one) => one.made), ["o1"]);
  assert.deepEqual(second.made(ROWS, { e: { opened: true } }), []);
  assert.deepEqual(second.made(ROWS, {}), []);
});

test("somebody is there who used the screen within a quarter of an hour", () => {
  const now = Date.parse(at(30)), rows = { a: { active_at: at(16) }, b: { active_at: at("14") }, c: { active_at: at(29) } };
  assert.equal(outlook.active(rows, ["a", "b", "d"], now), 1);
});

test("the gravest open warning stands first, the newest of the same grade before older ones", () => {
  const rows = { 1: { id: 1, state: "open", grade: 4, received_at: at(30) }, 2: { id: 2, state: "open", grade: 2, received_at: at(20) }, 3: { id: 3, state: "open", grade: 2, received_at: at(25) }, 4: { id: 4, state: "dismissed", grade: 1, received_at: at(31) } };
  assert.deepEqual(strip.open_ones(rows).map((one) => one.id), [3, 2, 1]);
});

test("every step of the plan stands in its place, ticked or not", () => {
  const order = { id: "o", checklist: ["核对", "报告"] }, rows = { "o/step/1": { n: 1, text: "报告", done_at: at(30), by: "演示员" } };
  assert.deepEqual(checklist.steps_of(order, rows).map((one) => [one.n, one.text, Boolean(one.done_at)]), [[0, "核对", false], [1, "报告", true]]);
});
