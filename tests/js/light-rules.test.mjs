import test from "node:test";
import assert from "node:assert/strict";
import { createRequire } from "node:module";
const rules = createRequire(import.meta.url)("../../assets/light-rules.js");

const pulses = (n, township = (i) => `t${i}`) => Array.from({ length: n }, (_, i) => ({ township: township(i), at: i }));

test("forty pulses stand side by side, and the next one of a township is merged with its neighbour's into a larger one", () => {
  const full = pulses(rules.MOST_PULSES);
  const after = rules.addPulse(full, { township: "t3", at: 99 });
  assert.equal(after.length, rules.MOST_PULSES);
  const merged = after.find((p) => p.township === "t3");
  assert.deepEqual([merged.weight, merged.at, merged.merged], [2, 99, true]);
  assert.ok(rules.size(merged) > rules.size(full[0]));
});

test("below the limit nothing is merged, also within one township", () => {
  const after = pulses(20, () => "t1").reduce((list, p) => rules.addPulse(list, p), []);
  assert.equal(after.length, 20);
  assert.ok(after.every((p) => !p.merged));
});

test("a pulse of a new township finds room by merging the township that has most", () => {
  const crowded = pulses(rules.MOST_PULSES, (i) => (i < 5 ? "busy" : `t${i}`));
  const after = rules.addPulse(crowded, { township: "new", at: 50 });
  assert.equal(after.filter((p) => p.township === "busy").length, 1);
  assert.equal(after.find((p) => p.township === "busy").weight, 5);
  assert.ok(after.some((p) => p.township === "new"));
});

test("with one pulse in each of forty townships a further one is left to its ember", () => {
  const full = pulses(rules.MOST_PULSES);
  assert.equal(rules.addPulse(full, { township: "another", at: 50 }), full);
});

test("a thousand pulses at once never exceed forty and lose no weight of those they merged", () => {
  const all = pulses(1000, (i) => `t${i % 30}`).reduce((list, p) => rules.addPulse(list, p), []);
  assert.ok(all.length <= rules.MOST_PULSES);
  assert.equal(all.reduce((sum, p) => sum + (p.weight || 1), 0), 1000);
});

test("the thirteenth run is refused unless its own township runs already", () => {
  const twelve = pulses(rules.MOST_RUNS).reduce((list, run) => rules.addRun(list, run), []);
  assert.equal(rules.addRun(twelve, { township: "new", at: 1 }), twelve);
  const merged = rules.addRun(twelve, { township: "t2", at: 40 });
  assert.equal(merged.length, rules.MOST_RUNS);
  assert.equal(merged.find((run) => run.township === "t2").weight, 2);
});

test("a merged pulse stays a place and never becomes a region", () => {
  assert.equal(rules.size({}), 1);
  assert.equal(rules.size({ weight: 10000 }), 2.6);
});

test("embers keep the newest and stay bounded", () => {
  const many = Array.from({ length: rules.MOST_EMBERS + 50 }, (_, i) => ({ i })).reduce((list, e) => rules.addEmber(list, e), []);
  assert.equal(many.length, rules.MOST_EMBERS);
  assert.equal(many[many.length - 1].i, rules.MOST_EMBERS + 49);
});

test("an ember cools for a quarter of an hour and is then gone", () => {
  assert.equal(rules.warmth(0), 1);
  assert.equal(rules.warmth(450), 0.5);
  assert.equal(rules.warmth(900), 0);
  assert.equal(rules.warmth(5000), 0);
});

test("a flash settles as e to the minus t over 1.4 and ends", () => {
  assert.equal(rules.flash(0), 1);
  assert.ok(Math.abs(rules.flash(1.4) - Math.exp(-1)) < 1e-9);
  assert.equal(rules.flash(rules.FLASH + 0.1), 0);
  assert.equal(rules.flash(-0.1), 0);
});

test("a motion has progress only while it lasts, so that a run may be asked for before it begins", () => {
  const run = { at: 11.2 };
  assert.equal(rules.progress(run, 10, 1.6), null);
  assert.equal(rules.progress(run, 12, 1.6).toFixed(2), "0.50");
  assert.equal(rules.progress(run, 12.8, 1.6), null);
});

test("finished motions are dropped and the others stay the same list", () => {
  const list = [{ at: 0 }, { at: 5 }];
  assert.deepEqual(rules.without(list, 6, 2.4), [{ at: 5 }]);
  assert.equal(rules.without(list, 1, 2.4), list);
});

test("runs bend gently, and one township's runs always the same way", () => {
  const bends = Array.from({ length: 200 }, (_, i) => rules.bend(`4101${i}`));
  assert.ok(bends.every((bend) => Math.abs(bend) <= 0.15));
  assert.ok(new Set(bends).size > 50);
  assert.equal(rules.bend("410105001"), rules.bend("410105001"));
});

test("the light of a line is its receipt and its last answer", () => {
  const at = "2026-11-24T06:30:04.000Z";
  assert.equal(rules.lightOf(undefined), "undelivered");
  assert.equal(rules.lightOf({ state: "sent" }), "undelivered");
  assert.equal(rules.lightOf({ state: "delivered", delivered_at: at }), "delivered");
  assert.equal(rules.lightOf({ state: "withdrawn", delivered_at: at }), "delivered");
  assert.equal(rules.lightOf({ acknowledged_at: at, answer: null, answers: [] }), "confirmed");
  assert.equal(rules.lightOf({ acknowledged_at: at, answers: [{ answer: "in_position" }] }), "confirmed");
});

test("need_support and cannot never wear the confirmed light, and a changed mind counts", () => {
  const at = "2026-11-24T06:30:04.000Z";
  const line = (...answers) => ({ acknowledged_at: at, delivered_at: at, answers: answers.map((answer) => ({ answer })) });
  assert.equal(rules.lightOf(line("need_support")), "need");
  assert.equal(rules.lightOf(line("cannot")), "cannot");
  assert.equal(rules.lightOf(line("received", "cannot")), "cannot");
  assert.equal(rules.lightOf(line("need_support", "in_position")), "confirmed");
});
