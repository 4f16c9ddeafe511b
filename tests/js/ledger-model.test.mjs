// The ledger as plain values: groups that sum, an order that puts what is missing first, differences of words.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const model = createRequire(import.meta.url)("../../assets/ledger-model.js");
const ORDER = { id: "o", state: "running", issued_at: "2026-11-24T06:30:00.000Z", limits: { township: 600, district: 60 } };
const at = (s) => new Date(Date.parse(ORDER.issued_at) + s * 1000).toISOString();
const line = (post, more = {}) => ({ post, tier: "township", state: "queued", answers: [], ...more });
const acked = (post, s, answer = "received", more = {}) => line(post, { state: "acknowledged", delivered_at: at(1), acknowledged_at: at(s), answers: [{ at: at(s), answer, note: "" }], ...more });
const LINES = [line("a"), line("b", { state: "delivered", delivered_at: at(2) }), acked("c", 40), acked("d", 90), acked("e", 50, "need_support"), acked("f", 60, "cannot"), line("g", { state: "withdrawn", delivered_at: at(3) })];

test("every line is in exactly one group, so that the groups sum to all", () => {
  const { all, ...groups } = model.counts(LINES);
  assert.equal(all, 7);
  assert.equal(Object.values(groups).reduce((a, b) => a + b), 7);
  assert.deepEqual(groups, { undelivered: 1, waiting: 2, confirmed: 2, need_support: 1, cannot: 1 });
});

test("who cannot is not counted as confirmed, and a changed mind is counted by the last word", () => {
  assert.equal(model.group(acked("x", 5, "cannot")), "cannot");
  const changed = acked("x", 5, "cannot");
  changed.answers.push({ at: at(9), answer: "in_position", note: "" });
  assert.equal(model.group(changed), "confirmed");
});

test("who asks for help stands first, then who is missing, then the latest confirmations", () => {
  const place = (one) => "gfedcba".indexOf(one.post);
  assert.deepEqual(model.sorted(LINES, place).map((one) => one.post), ["f", "e", "a", "g", "b", "d", "c"]);
});

test("only unconfirmed keeps those without an answer, and typed words look at what the row says", () => {
  const show = (filter, words = "") => model.shown(LINES, { filter, words, said: (one) => `${one.post} 镇` }).map((one) => one.post);
  assert.deepEqual(show("open"), ["a", "b", "g"]);
  assert.deepEqual(show("all").length, 7);
  assert.deepEqual(show("cannot"), ["f"]);
  assert.deepEqual(show("all", " C "), ["c"]);
});

test("a delay is counted from the issue, and what did not happen has none", () => {
  assert.equal(model.delay(ORDER, at(41)), 41);
  assert.equal(model.delay(ORDER, null), null);
});

test("a silent post is late once its tier's limit has passed, unless the order has ended", () => {
  const after = (s) => Date.parse(at(s));
  assert.equal(model.is_late(ORDER, LINES[1], after(599)), false);
  assert.equal(model.is_late(ORDER, LINES[1], after(601)), true);
  assert.equal(model.is_late({ ...ORDER, state: "cancelled" }, LINES[1], after(601)), false);
  assert.equal(model.is_late(ORDER, acked("z", 700, "received", { late: true }), after(900)), true);
});

test("a tier's times are by nearest rank, by name only, and below twenty there is no 95th percentile", () => {
  const named = (post, s) => acked(post, s, "received", { by: "演示员01", late: s > 600 }), order = { ...ORDER, tiers: { township: 30, district: 1 } };
  const twenty = Array.from({ length: 20 }, (_, i) => named(`p${i}`, 20 - i));
  assert.deepEqual(model.times(order, [...twenty, line("q")], "township"), { n: 20, of: 30, p50: 10, p95: 19, max: 20, late: 0 });
  assert.deepEqual(model.times(order, [...twenty.slice(0, 2), named("z", 700), acked("nobody", 1)], "township"), { n: 3, of: 30, p50: 20, p95: 700, max: 700, late: 1 });
  assert.deepEqual(model.times(order, [], "district"), { n: 0, of: 1, p50: null, p95: null, max: null, late: 0 });
});

test("a correction shows what went out and what came in, and joins to both texts again", () => {
  const before = "10 分钟内到岗", after = "15 分钟内到岗确认", steps = model.difference(before, after), join = (kinds) => steps.filter(([kind]) => kinds.includes(kind)).map(([, words]) => words).join("");
  assert.equal(join(["same", "out"]), before);
  assert.equal(join(["same", "in"]), after);
  assert.deepEqual(model.difference("同", "同"), [["same", "同"]]);
});

test("a curve rises one step for each confirmation and ends where the order is now", () => {
  const path = model.steps_path([10, 20, 99], { until: 30, x: (s) => s, y: (n) => 100 - n });
  assert.equal(path, "M0.0,100.0H10.0V99.0H20.0V98.0H30.0");
});

test("answers are counted as they stand now, against how many are wanted", () => {
  const order = { answers: ["received", "in_position"], wanted: { in_position: 3 } };
  const line = (...answers) => ({ answers: answers.map((answer) => ({ answer })) });
  const told = model.answer_counts(order, [line("received", "in_position"), line("in_position"), line("need_support"), line()]);
  assert.deepEqual(told, [{ key: "received", n: 0, wanted: null }, { key: "in_position", n: 2, wanted: 3 }, { key: "need_support", n: 1, wanted: null }]);
});

test("who was late after the end: the silent first, the latest next, and whoever had no network is told apart", () => {
  const order = { issued_at: "2026-11-24T06:30:00.000Z", limits: { township: 60 } };
  const line = (post, at, more = {}) => ({ post, tier: "township", acknowledged_at: at, late: Boolean(at), answers: at ? [{ at, claimed_at: at, ...more }] : [] });
  const lines = [line("a", "2026-11-24T06:31:30.000Z"), line("b", null), { ...line("c", "2026-11-24T06:30:20.000Z"), late: false }, line("d", "2026-11-24T06:40:00.000Z", { claimed_at: "2026-11-24T06:30:30.000Z" })];
  const told = model.late(order, lines).map(({ line: { post }, delay, over, offline }) => [post, delay, over, offline]);
  assert.deepEqual(told, [["b", null, null, false], ["d", 600, 540, true], ["a", 90, 30, false]]);
});

test("the newest step of each post of this order, whatever order they come in", () => {
  const steps = { 1: { id: 1, order: "o", post: "a", at: "2026-11-24T06:31:00Z" }, 2: { id: 2, order: "o", post: "a", at: "2026-11-24T06:30:00Z" }, 3: { id: 3, order: "x", post: "a", at: "2026-11-24T06:40:00Z" }, 4: { id: 4, order: "o", post: "", at: "2026-11-24T06:40:00Z" } };
  assert.deepEqual(Object.values(model.last_step(steps, { id: "o" })).map((step) => step.id), [1]);
});

test("grid workers are counted apart: who needs support has not confirmed, and nobody is lost", () => {
  const counts = { queued: 3, sent: 4, read: 2, acknowledged: 5, failed: 1, expired: 0, withdrawn: 0 };
  assert.deepEqual(model.workers({ counts, need_support: 2 }), { n: 15, done: 3, need: 2, failed: 1 });
  assert.equal(model.workers(undefined), null);
});

test("who confirmed and fell silent comes back to the top, until the completing answer or the end comes", () => {
  const order = { id: "o", state: "running", completes: "in_position" }, line = (post, more) => ({ post, acknowledged_at: "2026-11-24T06:30:10Z", answers: [{ answer: "received" }], ...more });
  const overdue = line("a", { overdue_at: "2026-11-24T07:00:00Z" }), done = line("b", { overdue_at: "2026-11-24T07:00:00Z", answers: [{ answer: "received" }, { answer: "in_position" }] });
  assert.deepEqual([overdue, done, line("c")].map((one) => model.is_back(order, one)), [true, false, false]);
  assert.equal(model.is_back({ ...order, state: "closed" }, overdue), false);
  const waiting = { post: "w", delivered_at: "2026-11-24T06:30:05Z", answers: [] };
  assert.deepEqual(model.sorted([done, waiting, overdue], () => 0, order).map((one) => one.post), ["a", "w", "b"]);
  assert.deepEqual(model.order_steps({ 1: { id: 1, order: "o", post: "", at: "2026-11-24T06:31:00Z" }, 2: { id: 2, order: "o", post: "a", at: "2026-11-24T06:30:00Z" } }, order).map((one) => one.id), [1]);
});
