// Answers kept on the device: sent when the network is there, dropped only when the ledger holds them.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const queues = createRequire(import.meta.url)("../../assets/terminal-queue.js");
const AT = "2026-11-24T06:33:41.000Z";
const item = (more = {}) => ({ kind: "acknowledged", order: "o1", post: "p1", version: 1, answer: "received", note: "", at: AT, person: "x", ...more });
const lines = (...answers) => ({ "o1/p1": { answers } });
const memory = (kept = {}) => ({ kept, getItem: (key) => kept[key] ?? null, setItem: (key, value) => { kept[key] = value; } });
const nothing = () => {};

function open(answers, store = memory()) {
  const calls = [];
  const call = (event, payload) => { calls.push([event, payload]); const next = answers.shift(); return next instanceof Error ? Promise.reject(next) : Promise.resolve(next); };
  return { queue: queues.open({ key: "k", store, call, wait: nothing }), calls, store };
}

test("an accepted answer is kept until a ledger line that holds it arrives", async () => {
  const { queue } = open([{ ok: true }]);
  queue.add(item());
  await queue.send();
  assert.equal(queue.items.length, 1);
  queue.settle(lines({ answer: "in_position", note: "", claimed_at: AT }));
  assert.equal(queue.items.length, 1);
  queue.settle(lines({ answer: "received", note: "", claimed_at: AT }, { answer: "cannot", note: "", claimed_at: "later" }));
  assert.equal(queue.items.length, 0);
});

test("the last word said once more is held already, for the ledger does not write it twice", () => {
  assert.ok(queues.contains({ answers: [{ answer: "received", note: "", claimed_at: "earlier" }] }, item()));
  assert.ok(!queues.contains({ answers: [{ answer: "received", note: "", claimed_at: "earlier" }, { answer: "cannot", note: "", claimed_at: "x" }] }, item()));
  assert.ok(!queues.contains(null, item()));
});

test("without a network the answer stays, survives a restart, and goes out once the link is back", async () => {
  const { queue, store } = open([new Error("no link")]);
  queue.add(item());
  await queue.send();
  assert.equal(queue.items[0].sent, false);
  const { queue: again, calls } = open([{ ok: true }], store);
  await again.send();
  assert.deepEqual([calls.length, calls[0][1].answer, again.items[0].sent], [1, "received", true]);
});

test("answers go out in the order in which they were given", async () => {
  const { queue, calls } = open([{ ok: true }, { ok: true }]);
  queue.add(item());
  queue.add(item({ kind: "answered", answer: "in_position", at: "2026-11-24T06:34:00.000Z" }));
  await queue.send();
  await new Promise(setImmediate);
  assert.deepEqual(calls.map(([event, payload]) => [event, payload.answer]), [["acknowledged", "received"], ["answered", "in_position"]]);
});

test("a refusal is shown and the answer is not sent again, but «later» keeps it", async () => {
  const { queue } = open([{ ok: false, problem: queues.FOR_NOW[0] }, { ok: false, problem: "the PIN is wrong" }]);
  queue.add(item());
  await queue.send();
  assert.deepEqual([queue.items.length, queue.refused], [1, null]);
  await queue.send();
  assert.deepEqual([queue.items.length, queue.refused.problem], [0, "the PIN is wrong"]);
});

test("a PIN is never written to the device, and an answer that wants it waits until it is typed again", async () => {
  const store = memory(), first = open([new Error("no link")], store);
  first.queue.add(item(), "2468");
  await first.queue.send();
  assert.equal(first.calls[0][1].pin, "2468");
  assert.ok(!JSON.stringify(store.kept).includes("2468"));
  const second = open([{ ok: true }], store);
  await second.queue.send();
  assert.deepEqual([second.calls.length, second.queue.lacks_pin().at], [0, AT]);
  second.queue.give_pin(AT, "2468");
  await second.queue.send();
  assert.equal(second.calls[0][1].pin, "2468");
});

test("what was on its way when the link broke is sent again", async () => {
  const { queue, calls } = open([{ ok: true }, { ok: true }]);
  queue.add(item());
  await queue.send();
  queue.forget_sent();
  await queue.send();
  assert.equal(calls.length, 2);
});

test("a device that may store nothing, or holds nonsense, still answers", async () => {
  const broken = { getItem: () => "{not json", setItem: () => { throw new Error("full"); } };
  const { queue, calls } = open([{ ok: true }], broken);
  queue.add(item());
  await queue.send();
  assert.equal(calls.length, 1);
});

test("an answer with its place is settled only by one with that place", () => {
  const said = { ...item(), place: [113.7, 34.7] };
  assert.ok(!queues.contains({ answers: [{ answer: "received", note: "", claimed_at: "earlier" }] }, said));
  assert.ok(queues.contains({ answers: [{ answer: "received", note: "", claimed_at: "earlier", place: [113.7, 34.7] }] }, said));
});
