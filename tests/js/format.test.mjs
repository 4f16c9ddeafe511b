// Figures, times and names in both languages.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { beforeEach, test } from "node:test";

const load = createRequire(import.meta.url);
const format = load("../../assets/format.js"), words = load("../../assets/text.js");
const AT = Date.parse("2026-11-24T08:42:10.123Z");
const chinese = () => format.use({ language: "zh-CN", zone: "Asia/Shanghai" }), english = () => format.use({ language: "en", zone: "America/New_York" });

beforeEach(chinese);

test("figures have thousands, and what is not known is a dash, never a nought", () => {
  assert.equal(format.number(109826), "109,826");
  assert.equal(format.number(0), "0");
  for (const unknown of [null, undefined, NaN]) assert.equal(format.number(unknown), format.UNKNOWN);
});

test("a change carries its sign", () => {
  assert.equal(format.signed(365), "+365");
  assert.equal(format.signed(-12), "−12");
  assert.equal(format.signed(0.0419, format.share), "+4.2%");
  assert.equal(format.signed(null), format.UNKNOWN);
});

test("round figures count in 万 in Chinese and in thousands in English", () => {
  assert.equal(format.round(63000), "6.3万");
  assert.equal(format.round(9071), "9,071");
  english();
  assert.equal(format.round(63000), "63k");
});

test("a stopwatch counts minutes and seconds, then hours", () => {
  assert.deepEqual([0, 41, 466, 3661].map(format.stopwatch), ["0:00", "0:41", "7:46", "1:01:01"]);
  assert.equal(format.stopwatch(-3), "0:00");
});

test("the clock and the date are those of the city", () => {
  assert.equal(format.clock(AT), "16:42:10");
  assert.equal(format.date(AT), "11月24日 星期二");
  english();
  assert.equal(format.clock(AT), "03:42:10");
  assert.equal(format.date(AT), "Tue 24 Nov");
  assert.equal(format.day(AT), "24 Nov");
});

test("midnight is nought, not twenty-four", () => assert.equal(format.hour_minute(Date.parse("2026-11-23T16:00:00Z")), "00:00"));

test("a name is in the language spoken, else in the one there is", () => {
  assert.equal(format.name(["金水", "Jinshui"]), "金水");
  english();
  assert.equal(format.name(["金水", "Jinshui"]), "Jinshui");
  assert.equal(format.name(["金水", ""]), "金水");
  assert.equal(format.name(undefined), "");
});

test("words are filled in once, and what is put in is not read as a pattern", () => {
  words.use({ "a.b": "{n} of {of}" });
  assert.equal(words.text("a.b", { n: "{of}", of: 3 }), "{of} of 3");
  assert.equal(words.text("a.b", { n: 1 }), "1 of {of}");
});

test("a key nobody wrote shows itself", () => assert.equal(words.text("no.such"), "no.such"));
