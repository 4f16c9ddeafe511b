// Which order fills a terminal's screen, and what may be answered.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const load = createRequire(import.meta.url);
const model = load("../../assets/terminal-model.js"), people = load("../../assets/terminal-people.js");
const NOW = Date.parse("2026-11-24T06:35:00.000Z"), POST = "410181106";
const order = (id, more = {}) => ({ id, kind: "order", order_kind: "order", version: 1, edition: 1, state: "running", grade: 2, mode: "live", issued_at: "2026-11-24T06:30:00.000Z", valid_until: "2026-11-24T14:00:00.000Z", limits: { township: 600 }, answers: ["received", "in_position", "need_support", "cannot"], ...more });
const line = (id, more = {}) => ({ id: `${id}/${POST}`, order: id, post: POST, tier: "township", version: 1, answers: [], ...more });
const rows = (orders, lines) => ({ order: Object.fromEntries(orders.map((one) => [one.id, one])), line: Object.fromEntries(lines.map((one) => [one.id, one])) });
const READ = { read_at: "2026-11-24T06:31:00.000Z" }, ACKED = { ...READ, acknowledged_at: "2026-11-24T06:33:41.000Z", answers: [{ answer: "received", note: "" }] };
const ids = (all) => model.running(all, { post: POST, now: NOW }).map((one) => one.id);

test("an order that has expired by the terminal's own clock is not shown, whatever the centre still says", () => {
  assert.deepEqual(ids(rows([order("a", { valid_until: "2026-11-24T06:34:59.000Z" }), order("b")], [line("a"), line("b")])), ["b"]);
});

test("a corrected or cancelled order is not shown", () => {
  assert.deepEqual(ids(rows([order("a", { state: "corrected" }), order("b", { state: "cancelled" })], [line("a"), line("b")])), []);
});

test("the newest that nobody has read comes first, then the gravest without an answer, then the answered", () => {
  const all = rows(
    [order("answered", { grade: 1 }), order("grave", { grade: 1 }), order("slight", { grade: 3, issued_at: "2026-11-24T06:32:00.000Z" }), order("new", { grade: 4, issued_at: "2026-11-24T06:34:00.000Z" }), order("drill", { grade: 1, mode: "drill" })],
    [line("answered", ACKED), line("grave", READ), line("slight", READ), line("new"), line("drill", READ)],
  );
  assert.deepEqual(ids(all), ["new", "grave", "slight", "drill", "answered"]);
});

test("a drill never covers a live order that waits for a confirmation, and comes before one that has it", () => {
  const drill = order("drill", { mode: "drill", grade: 1, issued_at: "2026-11-24T06:34:00.000Z" });
  assert.deepEqual(ids(rows([drill, order("live", { grade: 4 })], [line("drill"), line("live", READ)])), ["live", "drill"]);
  assert.deepEqual(ids(rows([drill, order("live", { grade: 4 })], [line("drill"), line("live", ACKED)])), ["drill", "live"]);
});

test("what else runs is listed gravest first, drills last", () => {
  const list = [order("a", { grade: 3 }), order("d", { grade: 1, mode: "drill" }), order("b", { grade: 1 }), order("shown")];
  assert.deepEqual(model.beside(list, list[3]).map((one) => one.id), ["b", "a", "d"]);
});

test("the new words of a correction are marked where they stand, by characters and not by halves of them", () => {
  assert.deepEqual(model.marked("𠮷路封控 500 米", [[0, 2], [5, 8]]), [["in", "𠮷路"], ["same", "封控 "], ["in", "500"], ["same", " 米"]]);
  assert.deepEqual([model.marked("到岗", undefined), model.marked("", [])], [[["same", "到岗"]], []]);
});

test("a chosen order stays until another comes that nobody has read", () => {
  const all = rows([order("a", { grade: 1 }), order("b")], [line("a", READ), line("b", READ)]), sorted = model.running(all, { post: POST, now: NOW });
  assert.equal(model.shown(sorted, { chosen: "b", rows: all, post: POST }).id, "b");
  const more = rows([order("a"), order("b"), order("c")], [line("a", READ), line("b", READ), line("c")]);
  assert.equal(model.shown(model.running(more, { post: POST, now: NOW }), { chosen: "b", rows: more, post: POST }).id, "c");
  assert.equal(model.shown([], { chosen: "b", rows: more, post: POST }), null);
});

test("the end of an order is told only where the order was shown, once, and a corrected one is told by its successor", () => {
  const all = rows([order("a", { state: "cancelled" }), order("b", { state: "corrected" }), order("c", { state: "cancelled" })], []);
  assert.equal(model.ended(all, { now: NOW, known: ["a", "b"], dismissed: [] }).id, "a");
  assert.equal(model.ended(all, { now: NOW, known: ["a", "b"], dismissed: ["a"] }), null);
  assert.equal(model.end_of(order("x")), "expired");
});

test("the stopwatch runs to the limit of the post's own tier, and stops at the confirmation", () => {
  const running = model.stopwatch(order("a"), line("a"), NOW);
  assert.deepEqual([running.elapsed, running.left, running.late, running.share], [300, 300, false, 0.5]);
  assert.equal(model.stopwatch(order("a", { limits: { township: 60 } }), line("a"), NOW).late, true);
  assert.equal(model.stopwatch(order("a"), line("a", ACKED), NOW).elapsed, 221);
  assert.equal(model.stopwatch(order("a", { limits: {} }), line("a"), NOW).left, null);
});

test("the first answer is the large one, and after it the next that says yes", () => {
  const large = (answers) => (model.buttons(order("a"), line("a", { answers: answers.map((answer) => ({ answer })) })).find((one) => one.large) || {}).key;
  assert.equal(large([]), "received");
  assert.equal(large(["received"]), "in_position");
  assert.equal(large(["received", "in_position"]), undefined);
  assert.deepEqual(model.buttons(order("a"), line("a")).filter((one) => one.note).map((one) => one.key), ["need_support", "cannot"]);
});

test("an order that asks only for trouble still has a large button", () => {
  assert.equal(model.buttons(order("a", { answers: ["need_support"] }), line("a"))[0].large, true);
});

test("a second edition says how many older ones were withdrawn", () => {
  assert.deepEqual([model.withdrawn(order("a")), model.withdrawn(order("b", { edition: 3 }))], [0, 2]);
});

test("a chosen name is never more than chosen, a PIN is PIN, and one's own login needs neither", () => {
  const list = [{ id: "p1", name: "演示员01", has_pin: true }];
  assert.deepEqual(people.who({ people: list, self: "", chosen: "p1", has_pin_now: false }).known, "chosen");
  assert.deepEqual(people.who({ people: list, self: "", chosen: "p1", has_pin_now: true }).known, "pin");
  assert.deepEqual(people.who({ people: list, self: "演示员09", chosen: null }), { person: null, name: "演示员09", known: "login" });
  assert.equal(people.who({ people: list, self: "", chosen: "gone" }), null);
  assert.equal(people.who({ people: list, self: "", chosen: null }), null);
});

test("who is on duty by the roster answers until somebody is chosen", () => {
  const list = [{ id: "p1", name: "演示员01" }, { id: "p2", name: "演示员02" }];
  assert.deepEqual(people.who({ people: list, self: "", chosen: null, rostered: "p2" }), { person: "p2", name: "演示员02", known: "roster", has_pin: undefined });
  assert.equal(people.who({ people: list, self: "", chosen: "p1", rostered: "p2" }).known, "chosen");
  assert.equal(people.who({ people: list, self: "", chosen: null, rostered: "gone" }), null);
});

test("an all-clear and a channel test ask quietly; one real order among them does not", () => {
  const tune = (...orders) => model.tune_of(orders);
  assert.equal(tune(order("a", { order_kind: "all_clear" }), order("b", { order_kind: "channel_test" })), "calm");
  assert.equal(tune(order("a", { order_kind: "roll_call", mode: "drill" })), "drill");
  assert.equal(tune(order("a", { order_kind: "all_clear" }), order("b", { order_kind: "order" })), "live");
});

test("only a plain https address is opened as a meeting", () => {
  for (const bad of ["", "http://a.example/1", "javascript:alert(1)", "https://x@evil.example/", "https:// evil", "//a.example"]) assert.equal(model.meeting_of({ meeting: bad }), "");
  assert.equal(model.meeting_of({ meeting: "https://meet.example/123" }), "https://meet.example/123");
});

test("notices of an order stand newest first, and those of others elsewhere", () => {
  const notice = { a: { id: "a", order: "o", at: "2026-11-24T06:31:00Z" }, b: { id: "b", order: "o", at: "2026-11-24T06:33:00Z" }, c: { id: "c", order: "x", at: "2026-11-24T06:33:00Z" } };
  assert.deepEqual(model.notices({ notice }, { id: "o" }).map((one) => one.id), ["b", "a"]);
});

test("a notice with a time of its own stands until then, whatever became of its order", () => {
  const notice = { a: { id: "a", at: "2026-11-24T06:31:00Z", until: "2026-11-24T07:00:00Z" }, b: { id: "b", at: "2026-11-24T06:31:00Z", until: "2026-11-24T06:32:00Z" }, c: { id: "c", at: "2026-11-24T06:31:00Z", until: null } };
  assert.deepEqual(model.standing_notices({ notice }, NOW).map((one) => one.id), ["a"]);
});
