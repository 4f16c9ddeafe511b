// What the officer is told of the short messages before an order goes: how long, and whether its text is cut.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";

const require = createRequire(import.meta.url);
globalThis.zhongshu = { text: (key, values) => `${key} ${values.n}`, format: { number: String } };
const short = require("../../assets/desk-short.js");

const whole = { tiers: ["district"], words: "到岗", cut: false }, cut = { tiers: ["township"], words: "到岗，核对…", cut: true };

test("one cut text is enough to be told, with the length of the longest", () => {
  assert.deepEqual(short.line({ shorts: [whole, cut], leaves_by: ["sms"] }), ["watch", "desk.short_cut 6"]);
  assert.deepEqual(short.line({ shorts: [whole], leaves_by: ["sms"] }), ["normal", "desk.short_whole 2"]);
});

test("nothing is said where nothing leaves", () => {
  assert.equal(short.line({ shorts: [whole], leaves_by: [] }), null);
  assert.equal(short.line({ shorts: [], leaves_by: ["sms"] }), null);
});
