// What a terminal reads out of its post's roster and open cases.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const load = createRequire(import.meta.url), post = load("../../assets/terminal-post.js");
const NOW = Date.parse("2026-11-24T06:35:00.000Z");
const shift = (name, from, until) => ({ name: name || "", person: name, from: `2026-11-${from}:00:00+00:00`, until: `2026-11-${until}:00:00+00:00` });
const told = { duty: [shift("甲", "24T00", "24T12"), shift(null, "24T12", "24T20"), shift("乙", "24T20", "25T08")], deputy: [shift(null, "24T00", "25T08")] };

test("who stands now, and who comes after a gap", () => {
  assert.equal(post.standing(told, NOW).name, "甲");
  assert.equal(post.standing(told, Date.parse("2026-11-23T23:59:59.500Z")).name, "甲"); // this device's clock is a moment behind
  assert.equal(post.standing(told, NOW, "deputy"), null);
  assert.equal(post.standing(told, NOW + 8 * 3600000), null);
  assert.equal(post.next(told, NOW).name, "乙");
  assert.deepEqual(post.shifts_of(told, NOW).map((one) => one.name), ["甲", "乙"]);
  assert.deepEqual([post.standing(null, NOW), post.next(null, NOW)], [null, null]);
});

test("what is left of a case's time is said in minutes, and in hours from two on", () => {
  const left = (left_s) => post.left_of({ left_s });
  assert.deepEqual([left(-720), left(2400), left(7200), left(-90000), left(10), left(null)], [["over_min", 12], ["left_min", 40], ["left_h", 2], ["over_h", 25], ["left_min", 1], ["no_limit", 0]]);
});

test("who is on duty stays known on the device; cases and exchanges do not", async () => {
  const kept = {}, store = { getItem: (key) => kept[key] ?? null, setItem: (key, value) => { kept[key] = value; } };
  const said = { ok: true, ...told, swaps: [{ id: "s" }], cases: { n: 3, rows: [{}] } };
  const open = (answer) => post.open({ address: "/post", key: "k", changed: () => {}, people: () => [], now: () => NOW, every: () => {}, store, ask: async () => answer });
  await open({ ok: true, json: async () => said }).load();
  globalThis.zhongshu.text = (key) => key;
  const away = open(null);
  assert.equal((await away.load()).ok, false);
  assert.equal(post.standing(away.told, NOW).name, "甲");
  assert.deepEqual([away.told.swaps, away.told.cases.n, away.problem], [[], 0, "terminal.not_now"]);
});
