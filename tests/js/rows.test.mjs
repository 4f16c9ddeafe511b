// Rows: the newer version wins, and nothing is kept that nobody looks at.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const rows = createRequire(import.meta.url)("../../assets/rows.js");
const NOW = Date.parse("2026-11-24T08:42:10.000Z");
const ago = (minutes) => new Date(NOW - minutes * 60000).toISOString();
const a_case = (id, minutes, more = {}) => ({ kind: "case", id, version: 1, reported_at: ago(minutes), ...more });
const an_order = (id, minutes, state = "closed") => ({ kind: "order", id, version: 1, state, issued_at: ago(minutes) });
const a_line = (order, post) => ({ kind: "line", id: `${order}/${post}`, version: 1, order, post });
const kept = (list) => { const all = rows.empty(); list.forEach((row) => rows.upsert(all, row)); rows.prune(all, { now_ms: NOW }); return all; };

test("a newer version replaces an older one", () => {
  const all = rows.empty();
  rows.upsert(all, { kind: "case", id: "1", version: 1, state: "reported" });
  assert.equal(rows.upsert(all, { kind: "case", id: "1", version: 2, state: "filed" }), true);
  assert.equal(all.case["1"].state, "filed");
});

test("an older or equal version that comes late changes nothing", () => {
  const all = rows.empty();
  rows.upsert(all, { kind: "case", id: "1", version: 2, state: "filed" });
  assert.equal(rows.upsert(all, { kind: "case", id: "1", version: 1, state: "reported" }), false);
  assert.equal(rows.upsert(all, { kind: "case", id: "1", version: 2, state: "other" }), false);
  assert.equal(all.case["1"].state, "filed");
});

test("the same changes in any order end the same", () => {
  const changes = [1, 2, 3, 4].map((version) => ({ kind: "line", id: "o/p", version }));
  const forwards = rows.empty(), backwards = rows.empty();
  changes.forEach((row) => rows.upsert(forwards, row));
  [...changes].reverse().forEach((row) => rows.upsert(backwards, row));
  assert.deepEqual(forwards, backwards);
});

test("cases older than twenty minutes go, but the newest few stay for the feed", () => {
  const all = kept([...Array(30).keys()].map((n) => a_case(`old${n}`, 21 + n)).concat(a_case("young", 3)));
  assert.deepEqual(Object.keys(all.case).sort(), ["old0", "old1", "old2", "old3", "old4", "old5", "old6", "young"]);
});

test("an old case that has just been finished is among the newest", () => {
  const all = kept([...Array(30).keys()].map((n) => a_case(`old${n}`, 21 + n)).concat(a_case("done", 300, { finished_at: ago(1) })));
  assert.ok("done" in all.case);
});

test("lines go with their order, and only the newest ended orders stay", () => {
  const orders = [...Array(6).keys()].map((n) => an_order(`o${n}`, 10 * (n + 1)));
  const all = kept([...orders, an_order("runs", 900, "running"), ...orders.map((order) => a_line(order.id, "p")), a_line("runs", "p")]);
  assert.deepEqual(Object.keys(all.order).sort(), ["o0", "o1", "o2", "o3", "runs"]);
  assert.deepEqual(Object.keys(all.line).sort(), ["o0/p", "o1/p", "o2/p", "o3/p", "runs/p"]);
});

test("an ended order that an officer put on the wall stays with its lines", () => {
  const orders = [...Array(6).keys()].map((n) => an_order(`o${n}`, 10 * (n + 1)));
  const scene = { kind: "scene", id: "wall", version: 1, shows: "order", about: "o5" };
  const all = kept([scene, ...orders, ...orders.map((order) => a_line(order.id, "p"))]);
  assert.deepEqual(Object.keys(all.order).sort(), ["o0", "o1", "o2", "o3", "o5"]);
  assert.ok("o5/p" in all.line);
});

test("what escalation did is forgotten with its order", () => {
  const kept = { ...rows.empty(), order: { o: { id: "o", state: "running", issued_at: "2026-11-24T06:00:00Z" } }, step: { a: { id: "a", order: "o" }, b: { id: "b", order: "gone" } } };
  rows.prune(kept, { now_ms: Date.parse("2026-11-24T06:30:00Z") });
  assert.deepEqual(Object.keys(kept.step), ["a"]);
});
