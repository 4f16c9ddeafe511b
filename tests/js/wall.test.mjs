// What the wall decides without a page: which scene, which order, which sources, what a row says, where a name goes.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const load = createRequire(import.meta.url);
globalThis.zhongshu = {};
for (const name of ["rows", "format", "text", "wall-parts", "wall-map", "wall-curve", "wall-overview", "wall-lists", "wall-focus", "wall-sound", "wall"]) load(`../../assets/${name}.js`);
const { scenes, lists, labels, curve, overview, parts } = zhongshu;
const T = Date.parse("2026-11-24T06:30:00.000Z"), at = (s) => new Date(T + s * 1000).toISOString();
const order = (id, more = {}) => ({ kind: "order", id, state: "running", mode: "live", grade: 2, issued_at: at(0), ended_at: null, targets: 2, tiers: { district: 2 }, limits: { district: 60 }, superseded_by: null, ...more });
const line = (o, post, confirmed, tier = "district") => ({ id: `${o}/${post}`, order: o, post, tier, acknowledged_at: confirmed === null ? null : at(confirmed) });
const by_id = (list) => Object.fromEntries(list.map((row) => [row.id, row]));
const turn = (was, orders, { now = 0, lines = [], seen = new Set() } = {}) => scenes.next(was, { orders: by_id(orders), lines: by_id(lines), now: T + now * 1000, seen });
const begun = { ...scenes.fresh(), since: T };

test("a grave order takes over the room at once", () => {
  const next = turn(begun, [order("o")]);
  assert.deepEqual([next.scene, next.taken, next.called.id], ["order", "o", "o"]);
});

test("an order of a lower grade leaves the room alone", () => assert.equal(turn(begun, [order("o", { grade: 3 })]).scene, "overview"));

test("the graver of two orders is the one that takes over", () => {
  assert.equal(turn(begun, [order("two"), order("one", { grade: 1 })]).taken, "one");
});

test("an order that had the room does not take it a second time", () => {
  assert.equal(turn(begun, [order("o")], { seen: new Set(["o"]) }).scene, "overview");
});

test("the overview returns a minute after all have confirmed", () => {
  const taken = { ...begun, scene: "order", taken: "o" }, lines = [line("o", "a", 10), line("o", "b", 41)], seen = new Set(["o"]);
  assert.equal(turn(taken, [order("o")], { now: 100, lines, seen }).scene, "order");
  assert.equal(turn(taken, [order("o")], { now: 102, lines, seen }).scene, "overview");
});

test("it stays while one is silent, and returns a minute after the order ended", () => {
  const taken = { ...begun, scene: "order", taken: "o" }, lines = [line("o", "a", 10), line("o", "b", null)], seen = new Set(["o"]);
  assert.equal(turn(taken, [order("o")], { now: 9000, lines, seen }).scene, "order");
  assert.equal(turn(taken, [order("o", { state: "closed", ended_at: at(300) })], { now: 361, lines, seen }).scene, "overview");
});

test("a locked view does not return and does not rotate, but a grave order still takes over", () => {
  const locked = { ...begun, scene: "order", taken: "o", locked: true }, done = order("o", { state: "closed", ended_at: at(1) });
  assert.equal(turn(locked, [done], { now: 900, seen: new Set(["o"]) }).scene, "order");
  assert.equal(turn({ ...begun, locked: true }, [done], { now: 9000, seen: new Set(["o"]) }).scene, "overview");
  assert.equal(turn({ ...begun, locked: true }, [order("new")], { seen: new Set(["o"]) }).scene, "order");
});

test("the playlist shows the overview for a minute and the last order for twenty seconds", () => {
  const last = order("o", { state: "closed", ended_at: at(-9000) });
  assert.equal(turn(begun, [last], { now: 59 }).scene, "overview");
  assert.equal(turn(begun, [last], { now: 60 }).scene, "order");
  assert.equal(turn({ ...begun, scene: "order" }, [last], { now: 19 }).scene, "order");
  assert.equal(turn({ ...begun, scene: "order" }, [last], { now: 20 }).scene, "overview");
});

test("without an order there is only the overview", () => {
  assert.equal(turn(begun, [], { now: 9000 }).scene, "overview");
  assert.deepEqual(scenes.available({}), ["overview"]);
});

test("the order shown is the gravest that runs, else the last one", () => {
  const ended = order("ended", { state: "closed", issued_at: at(500) });
  assert.equal(lists.order_shown(by_id([ended, order("three", { grade: 3 }), order("one", { grade: 1, issued_at: at(-500) })])).id, "one");
  assert.equal(lists.order_shown(by_id([ended, order("older", { state: "closed" })])).id, "ended");
  assert.equal(lists.order_shown(by_id([order("drill", { grade: 1, mode: "drill" }), order("live", { grade: 4, mode: "live" })])).id, "live");
  assert.equal(lists.order_shown({}), null);
});

test("a tier's stopwatch stops with its last confirmation, runs until then, and knows its limit", () => {
  const half = [line("o", "a", 10), line("o", "b", null)], full = [line("o", "a", 10), line("o", "b", 41)];
  const running = lists.tier_of(order("o"), half, "district", T + 59000), over = lists.tier_of(order("o"), half, "district", T + 61000);
  assert.deepEqual([running.n, running.of, running.seconds, running.full, running.over], [1, 2, 59, false, false]);
  assert.equal(over.over, true);
  const done = lists.tier_of(order("o"), full, "district", T + 9e6);
  assert.deepEqual([done.n, done.seconds, done.full, done.over], [2, 41, true, false]);
});

test("a stopwatch of an order that ended unfinished stops with the order", () => {
  const ended = order("o", { state: "cancelled", ended_at: at(30) });
  assert.equal(lists.tier_of(ended, [line("o", "a", null)], "district", T + 9e6).seconds, 30);
});

test("of forty sources the ill ones are never left out", () => {
  const rows = [...Array(40).keys()].map((n) => [`S${n}`, 1000 - n, n === 39 ? "alarm" : "normal", 0, null]);
  const { shown, rest } = lists.chosen(rows, 26);
  assert.equal(shown.length, 25);
  assert.equal(rest.length, 15);
  assert.equal(shown.at(-1)[0], "S39");
  assert.deepEqual(shown.map((row) => row[1]), shown.map((row) => row[1]).sort((a, b) => b - a));
});

test("a latency near its limit is watched, over it a warning, and without a promise neither", () => {
  assert.deepEqual([54, 55, 60, 61].map((s) => lists.severity_of(s, 60)), ["", "watch", "watch", "warn"]);
  assert.equal(lists.severity_of(900, null), "");
});

test("the fill has five steps, and an unknown figure has none", () => {
  assert.deepEqual(overview.steps_of([6, 7.2, 8.4, 9.6, 11, 12, null]).steps, [1, 2, 3, 4, 5, 5, 0]);
  assert.deepEqual(overview.steps_of([0, 0]), { low: 0, high: 0, steps: [1, 1] });
  assert.deepEqual(overview.steps_of([null]), { low: null, high: null, steps: [0] });
});

test("a tile dims past its own limit, by the clock of the page", () => {
  const tile = { as_of: at(0), limit_s: 10 };
  assert.equal(parts.age(tile, { real_ms: T + 10000, lost: false }).dim, false);
  assert.deepEqual(parts.age(tile, { real_ms: T + 10001, lost: false }), { dim: true, since: T });
  assert.deepEqual(parts.age(tile, { real_ms: T, lost: true, tick_ms: T - 5 }), { dim: true, since: T - 5, lost: true });
  assert.equal(parts.age({ as_of: null, limit_s: 60 }, { real_ms: T, lost: false }).dim, false);
});

test("the quarter that still runs is not drawn", () => {
  assert.equal(curve.quarters_over("16:42:10"), 66);
  assert.equal(curve.series({ today: Array(67).fill(9) }, "16:42:10").today.length, 66);
  assert.equal(curve.series({ today: [3] }, "00:10:00").today.length, 0);
});

test("the curve's grid has round steps of which about three fit", () => {
  for (const [most, step] of [[320, 100], [900, 500], [7, 2], [0, 1], [64, 20]]) assert.equal(curve.step_of(most), step, String(most));
});

test("names move off each other and stay inside the map", () => {
  const wanted = [...Array(6).keys()].map((n) => ({ words: `n${n}`, x: 100 + n, y: 50, width: 60, height: 20 }));
  const placed = labels.place(wanted, { size: [400, 200] });
  for (const [i, a] of placed.entries()) {
    assert.ok(a.x - a.width / 2 >= 0 && a.y - a.height / 2 >= 0);
    for (const b of placed.slice(i + 1)) assert.ok(Math.abs(a.x - b.x) > 45 || Math.abs(a.y - b.y) > 12, `${a.words} on ${b.words}`);
  }
});

test("a name that stands free is not moved", () => {
  const [one] = labels.place([{ words: "a", x: 100, y: 50, width: 60, height: 20 }], { size: [400, 200] });
  assert.deepEqual([one.x, one.y], [100, 50]);
});

test("a long name is cut with an ellipsis", () => {
  assert.equal(labels.shorten("经济技术开发区", (words) => words.length <= 4), "经济技…");
  assert.equal(labels.shorten("上街", () => true), "上街");
});

// ---- what an officer puts on the wall ----
const scene = (more = {}) => ({ version: 1, shows: "district", about: "410105", at: at(0), until: at(600), ...more });
const pushed = (was, push, now, orders = [], more = {}) => scenes.next(was, { orders: by_id(orders), lines: {}, now: T + now * 1000, seen: new Set(orders.map((one) => one.id)), push, ...more });

test("what an officer puts on the wall holds its minutes, over a lock too, and the wall goes back by itself", () => {
  const { focus } = zhongshu, rows = { scene: { wall: scene() } };
  assert.equal(focus.held(rows, T + 599000).about, "410105");
  assert.equal(focus.held(rows, T + 600000), null);
  assert.equal(focus.held({ scene: { wall: scene({ until: at(0) }) } }, T - 1000), null); // taken back
  const order_scene = { ...begun, scene: "order", locked: true }, there = pushed(order_scene, scene(), 5);
  assert.deepEqual([there.scene, there.pushed], ["overview", 1]);
  assert.equal(pushed(there, scene(), 300), there);
  assert.deepEqual([pushed(there, null, 601).scene, pushed(there, null, 601).pushed], ["overview", null]);
  assert.equal(pushed({ ...there, taken: "o" }, null, 601).scene, "order");
});

test("a hand on the wall turns it away, until the next is put there; a grave order comes first", () => {
  const waived = { ...begun, locked: true, waived: 1 };
  assert.equal(pushed(waived, scene(), 5), waived);
  assert.equal(pushed(waived, scene({ version: 2, shows: "order", about: "o" }), 5, [order("o")]).scene, "order");
  assert.equal(turn({ ...begun, pushed: 1 }, [order("grave")]).taken, "grave");
});

test("in war the wall goes back to the orders, while there are any", () => {
  const home = { home: "order" }, last = order("o", { state: "closed", ended_at: at(-9000) });
  assert.equal(pushed(begun, null, 1, [last], home).scene, "order");
  assert.equal(pushed({ ...begun, scene: "order" }, null, 9000, [last], home).scene, "order");
  assert.equal(pushed(begun, null, 1, [], home).scene, "overview");
});
