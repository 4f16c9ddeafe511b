import test from "node:test";
import assert from "node:assert/strict";
import { createRequire } from "node:module";
const model = createRequire(import.meta.url)("../../assets/wall-order-model.js");

const ISSUED = Date.parse("2026-11-24T06:30:00.000Z");
const at = (s) => new Date(ISSUED + s * 1000).toISOString();
const order = (more = {}) => ({
  id: "o1", grade: 2, mode: "live", state: "running", issued_at: at(0), ended_at: null, valid_until: at(3600),
  limits: { district: 60, township: 600 }, tiers: { district: 2, township: 3 }, targets: 5, answers: model.ANSWERS, ...more,
});
const line = (post, tier, more = {}) => ({ id: `o1/${post}`, order: "o1", post, tier, state: "sent", version: 1, answers: [], ...more });
const delivered = (post, tier, s = 1) => line(post, tier, { state: "delivered", delivered_at: at(s) });
const confirmed = (post, tier, s, answer = "received") =>
  line(post, tier, { state: "acknowledged", delivered_at: at(1), acknowledged_at: at(s), answers: [{ at: at(s), answer }] });
const POSTS = model.postsOf({
  districts: [{ code: "d1", name: ["一区", "One"], at: [1, 1] }, { code: "d2", name: ["二区", "Two"], at: [2, 1] }],
  posts: [
    { code: "t1", tier: "township", district: "d1", name: ["甲镇", "A"] }, { code: "t2", tier: "township", district: "d2", name: ["乙镇", "B"] },
    { code: "t3", tier: "township", district: "d2", name: ["丙镇", "C"], reserved: true },
  ],
  units: { U1: ["应急局", "Emergency", "应急"] },
});
const now = (s) => ISSUED + s * 1000;

test("the newest running order of the highest grade is shown", () => {
  const orders = {
    a: order({ id: "a", grade: 3, issued_at: at(90) }), b: order({ id: "b", grade: 1, issued_at: at(10) }),
    c: order({ id: "c", grade: 1, issued_at: at(20) }), d: order({ id: "d", grade: 1, issued_at: at(99), state: "closed", ended_at: at(100) }),
  };
  assert.equal(model.pick(orders).id, "c");
  assert.equal(model.othersRunning(orders, model.pick(orders)), 2);
});

test("a drill never covers a live order that runs", () => {
  const orders = { drill: order({ id: "drill", mode: "drill", grade: 1, issued_at: at(50) }), live: order({ id: "live", grade: 4 }) };
  assert.equal(model.pick(orders).id, "live");
});

test("when none runs the order that ended last stays, and of a correction its newest edition", () => {
  const orders = {
    a: order({ id: "a", state: "closed", ended_at: at(50) }), b: order({ id: "b", state: "cancelled", ended_at: at(70) }),
    c: order({ id: "c", state: "corrected", ended_at: at(90), superseded_by: "b" }),
  };
  assert.equal(model.pick(orders).id, "b");
  assert.equal(model.pick({}), null);
  assert.equal(model.pick(undefined), null);
});

test("a stopwatch runs while a tier is not full, and stops at the last confirmation", () => {
  const lines = [confirmed("d1", "district", 12), delivered("d2", "district")];
  const running = model.face(order(), "district", { lines, now: now(30) });
  assert.deepEqual([running.confirmed, running.of, running.elapsed, running.done, running.running, running.over], [1, 2, 30, false, true, false]);
  const full = model.face(order(), "district", { lines: [lines[0], confirmed("d2", "district", 41)], now: now(500) });
  assert.deepEqual([full.confirmed, full.elapsed, full.done, full.over], [2, 41, true, false]);
});

test("past its limit a tier is over, also when it fills later", () => {
  const open = model.face(order(), "district", { lines: [confirmed("d1", "district", 12)], now: now(61) });
  assert.equal(open.over, true);
  const late = model.face(order(), "district", { lines: [confirmed("d1", "district", 12), confirmed("d2", "district", 75)], now: now(400) });
  assert.deepEqual([late.done, late.over, late.elapsed], [true, true, 75]);
});

test("an order that ended stops every stopwatch at its end", () => {
  const ended = model.face(order({ state: "cancelled", ended_at: at(40) }), "township", { lines: [], now: now(9000) });
  assert.deepEqual([ended.elapsed, ended.running, ended.over], [40, false, false]);
});

test("a tier counts its own targets in the order, also when their lines have not come yet", () => {
  const one = model.face(order({ tiers: { township: 1 }, targets: 1 }), "township", { lines: [], now: now(5) });
  assert.deepEqual([one.of, one.confirmed, one.done], [1, 0, false]);
});

test("an absolute deadline stands on every limit, and a tier without a limit has none", () => {
  assert.equal(model.face(order(), "district", { lines: [], now: now(5) }).deadline, "2026-11-24T06:31:00.000Z");
  const free = model.face(order({ limits: {} }), "district", { lines: [], now: now(5000) });
  assert.deepEqual([free.deadline, free.within, free.over], [null, null, false]);
});

test("needs count as confirmed by name, but not in the part that is lit", () => {
  const lines = [confirmed("t1", "township", 9), confirmed("t2", "township", 9, "need_support"), confirmed("t3", "township", 9, "cannot")];
  const face = model.face(order(), "township", { lines, now: now(20) });
  assert.deepEqual([face.confirmed, face.done, face.parts], [3, true, { confirmed: 1, need: 1, cannot: 1, delivered: 0 }]);
});

test("tiers with a promise are large, the others small; without a promise the next two step up", () => {
  assert.deepEqual(model.splitTiers(["district", "township", "special_grid", "unit"], ["district", "township"]), {
    large: ["district", "township"], small: ["special_grid", "unit"],
  });
  assert.deepEqual(model.splitTiers(["special_grid", "unit"], ["district", "township"]).large, ["special_grid", "unit"]);
  assert.deepEqual(model.splitTiers(["township", "unit"], ["district", "township"]).large, ["township", "unit"]);
});

test("silence is told only after three seconds, unless a channel says that it failed", () => {
  const lines = [line("t1", "township"), line("t2", "township", { state: "failed" }), delivered("t3", "township")];
  assert.deepEqual(model.silent(order(), { lines, posts: POSTS, now: now(1) }).map((p) => p.code), ["t2"]);
  assert.deepEqual(model.silent(order(), { lines, posts: POSTS, now: now(4) }).map((p) => p.code), ["t1", "t2"]);
});

test("numbers stay with their posts while the list shrinks, and are given anew when somebody else falls silent", () => {
  const list = (...codes) => codes.map((code) => ({ code }));
  const first = model.numbered(null, list("a", "b", "c"), 9);
  assert.deepEqual([...first], [["a", 1], ["b", 2], ["c", 3]]);
  const fewer = model.numbered(first, list("a", "c"), 9);
  assert.equal(fewer.get("c"), 3);
  assert.equal(model.numbered(fewer, list("c", "z"), 9).get("z"), 2);
  assert.equal(model.numbered(first, list("b", "c"), 2).get("b"), 1);
});

test("waiting posts are told by district, those without one by their tier", () => {
  const lines = [delivered("t1", "township"), delivered("t2", "township"), delivered("d2", "district"), delivered("U1", "unit"), confirmed("t3", "township", 3)];
  assert.deepEqual(model.waiting(lines, POSTS), [["d2", 2], ["d1", 1], ["unit", 1]]);
});

test("answers count the one that stands; the two curves count confirming and being in position apart", () => {
  const changed = confirmed("t1", "township", 10);
  changed.answers.push({ at: at(50), answer: "in_position" });
  const lines = [changed, confirmed("t2", "township", 20, "need_support"), delivered("t3", "township")];
  assert.deepEqual(model.answers(order(), lines), [
    { key: "received", n: 0 }, { key: "in_position", n: 1 }, { key: "need_support", n: 1 }, { key: "cannot", n: 0 },
  ]);
  assert.deepEqual(model.curves(order(), lines), { confirmed: [10, 20], inPosition: [50] });
});

test("an answer that was not asked for is still counted when somebody gives it", () => {
  const asked = order({ answers: ["received"] });
  assert.deepEqual(model.answers(asked, []).map((a) => a.key), ["received"]);
  assert.deepEqual(model.answers(asked, [confirmed("t1", "township", 5, "cannot")]).map((a) => a.key), ["received", "cannot"]);
});

test("a district says how many of its townships confirmed and what its own desk did", () => {
  const lines = [confirmed("t1", "township", 5), delivered("t2", "township"), confirmed("d2", "district", 5, "need_support")];
  const [one, two] = model.districts(lines, { posts: POSTS, codes: ["d1", "d2"] });
  assert.deepEqual([one.confirmed, one.of, one.desk], [1, 1, null]);
  assert.deepEqual([two.confirmed, two.of, two.desk, two.deskPost], [0, 1, "need", "d2"]);
});

test("reserved posts are counted off the map", () => {
  assert.deepEqual(model.offMap([confirmed("t1", "township", 5), confirmed("t3", "township", 5)], POSTS), { n: 1, confirmed: 1 });
});

test("a post that the city does not know keeps its code and its tier", () => {
  assert.deepEqual(model.postOf(line("x9", "unit"), POSTS), { code: "x9", tier: "unit", name: ["x9", "x9"] });
  assert.deepEqual(model.postOf(line("U1", "unit"), POSTS).name, ["应急局", "Emergency"]);
});

test("an order is complete when every target confirmed, not when every known line did", () => {
  const lines = [confirmed("t1", "township", 5)];
  assert.equal(model.isComplete(order({ targets: 1 }), lines), true);
  assert.equal(model.isComplete(order({ targets: 2 }), lines), false);
  assert.equal(model.isComplete(order({ targets: 0 }), []), false);
});

test("a stopwatch reads minutes and seconds, and hours when there are any", () => {
  assert.deepEqual([0, 59.9, 60, 191, 3600, 36061].map(model.clock), ["0:00", "0:59", "1:00", "3:11", "1:00:00", "10:01:01"]);
});

test("escalation is counted by what was done, and each post tells its newest step", () => {
  const step = (post, what, s) => ({ order: "o", post, what, at: new Date(1e12 + s * 1000).toISOString() });
  const all = { a: step("p1", "notice", 1), b: step("p1", "told", 5), c: step("p2", "dial", 3), d: step("p2", "told_before", 9), e: { ...step("p3", "told", 1), order: "x" } };
  const steps = model.stepsOf(all, { id: "o" });
  assert.deepEqual(model.escalation(steps), [["told", 1], ["dial", 1], ["notice", 1]]);
  assert.deepEqual([...model.newestSteps(steps)].map(([post, one]) => [post, one.what]), [["p1", "told"], ["p2", "dial"]]);
});

test("an answer that is wanted so many times says of how many", () => {
  const lines = [{ answers: [{ answer: "in_position" }] }, { answers: [] }];
  assert.deepEqual(model.answers({ answers: ["in_position"], wanted: { in_position: 10 } }, lines), [{ key: "in_position", n: 1, of: 10 }]);
});
