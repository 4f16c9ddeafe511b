// The live bridge with a link and an animation frame of the test's own: joining, gaps, clocks, a hidden page.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { beforeEach, test } from "node:test";
import { by_hand } from "./clock.mjs";

const load = createRequire(import.meta.url);
const REAL = Date.parse("2026-11-24T08:42:10.000Z"), CITY = REAL + 86400000;
const stamp = (ms) => new Date(ms).toISOString();
const settle = () => new Promise((done) => setImmediate(done));
let live, link, frames, clock, handed, reloads;

const vitals = (seq, more = {}) => ({ epoch: "e1", seq, at: stamp(CITY + seq * 1000), real_at: stamp(REAL + seq * 1000), speed: 1, tiles: {}, ...more });
const row = (id, version = 1, more = {}) => ({ kind: "case", id, version, reported_at: stamp(CITY), ...more });
const frame = () => frames.splice(0).forEach((draw) => draw());

beforeEach(() => {
  for (const name of ["rows", "live"]) delete load.cache[load.resolve(`../../assets/${name}.js`)];
  frames = [];
  clock = 0;
  handed = [];
  reloads = [];
  globalThis.document = { hidden: false, listeners: {}, addEventListener(event, listen) { this.listeners[event] = listen; } };
  Object.defineProperty(globalThis, "performance", { value: { now: () => clock }, configurable: true });
  globalThis.requestAnimationFrame = (draw) => frames.push(draw);
  globalThis.setInterval = (look) => { live_watch = look; return 0; };
  globalThis.zhongshu = {};
  load("../../assets/rows.js");
  live = load("../../assets/live.js");
  zhongshu.reload = { when_other: (theirs, ours) => reloads.push([theirs, ours]), soon: () => reloads.push("soon") };
  link = { open: true, heard: {}, asked: [], on(event, listen) { this.heard[event] = listen; }, call(event, room) { this.asked.push(room); return new Promise((done) => { this.answer = done; }); }, close() { this.open = false; } };
  zhongshu.socket = () => link;
});
let live_watch = null;

async function joined(rows = [], seq = 1) {
  live.start(["wall"], { build: "b1" });
  link.heard.connect();
  link.answer({ ok: true, room: "wall", vitals: vitals(seq), rows, you: { name: "n" }, build: "b1" });
  await settle();
  live.subscribe((state, news) => handed.push(news));
  frame();
  handed.length = 0;
}

test("a page opened long after the last tick shows the true time and that nothing comes", async () => {
  live.start(["wall"], { build: "b1" });
  link.heard.connect();
  link.answer({ ok: true, room: "wall", vitals: vitals(1), rows: [], build: "b1", now: stamp(REAL + 71000) });
  await settle();
  assert.deepEqual([live.state.link.state, live.state.link.since], ["lost", REAL + 1000]);
  assert.deepEqual([live.real_ms(), live.city_ms(), live.known_city_ms()], [REAL + 71000, CITY + 71000, CITY + 1000]);
  link.heard.vitals(vitals(72));
  assert.equal(live.state.link.state, "live");
});

test("joining asks for the room and takes its snapshot", async () => {
  await joined([row("1")]);
  assert.deepEqual(link.asked, ["wall"]);
  assert.equal(live.state.rows.case["1"].version, 1);
  assert.equal(live.state.link.state, "live");
  assert.deepEqual(live.state.you, { name: "n" });
});

test("many events of one frame are handed over once", async () => {
  await joined();
  for (let n = 0; n < 50; n++) link.heard.rows({ rows: [row(`c${n}`)] });
  link.heard.vitals(vitals(2));
  frame();
  assert.equal(handed.length, 1);
  assert.equal(handed[0].rows.length, 50);
  assert.equal(handed[0].vitals, true);
});

test("a painter that fails does not stop the others", async () => {
  await joined();
  const painted = [], error = console.error;
  console.error = () => {};
  live.subscribe(() => { throw new Error("broken"); });
  live.subscribe(() => painted.push(1));
  frame();
  console.error = error;
  assert.equal(painted.length, 1);
});

test("a gap in the sequence means join again, once", async () => {
  await joined();
  link.heard.vitals(vitals(5));
  link.heard.vitals(vitals(9));
  assert.deepEqual(link.asked, ["wall", "wall"]);
});

test("a new epoch means join again, and the old rows go", async () => {
  await joined([row("old")], 700);
  link.heard.vitals(vitals(1, { epoch: "e2" }));
  link.answer({ ok: true, room: "wall", vitals: vitals(2, { epoch: "e2" }), rows: [row("new")], build: "b1" });
  await settle();
  assert.deepEqual(Object.keys(live.state.rows.case), ["new"]);
});

test("what was announced while the join was on its way is kept if it is newer", async () => {
  await joined();
  link.heard.connect();
  link.heard.rows({ rows: [row("1", 3, { state: "filed" }), row("2", 1)] });
  link.answer({ ok: true, room: "wall", vitals: null, rows: [row("1", 2, { state: "reported" })], build: "b1" });
  await settle();
  assert.equal(live.state.rows.case["1"].state, "filed");
  assert.ok(live.state.rows.case["2"]);
});

test("an old tick changes nothing", async () => {
  await joined([], 10);
  link.heard.vitals(vitals(9, { speed: 99 }));
  assert.equal(live.state.vitals.speed, 1);
  assert.deepEqual(link.asked, ["wall"]);
});

test("the link is lost when the last tick is older than three seconds, and live again with the next", async () => {
  await joined();
  clock = 2990;
  live_watch();
  assert.equal(live.state.link.state, "live");
  clock = 3010;
  live_watch();
  assert.equal(live.state.link.state, "lost");
  assert.equal(live.state.link.since, REAL + 1000);
  link.heard.vitals(vitals(2));
  assert.equal(live.state.link.state, "live");
});

test("no age grows past the loss of the link, but the clock goes on", async () => {
  await joined();
  clock = 60000;
  live_watch();
  assert.equal(live.known_real_ms(), REAL + 1000);
  assert.equal(live.known_city_ms(), CITY + 1000);
  assert.equal(live.city_ms(), CITY + 61000);
});

test("the city's clock runs at the city's speed", async () => {
  await joined();
  link.heard.vitals(vitals(2, { speed: 20 }));
  clock = 500;
  assert.equal(live.city_ms(), CITY + 2000 + 10000);
  assert.equal(live.to_city_ms(REAL + 1500), CITY + 2000 - 10000);
});

test("a hidden page keeps the rows, draws nothing, and catches up when it is shown", async () => {
  await joined();
  document.hidden = true;
  link.heard.rows({ rows: [row("1")] });
  assert.equal(frames.length, 0);
  document.hidden = false;
  document.listeners.visibilitychange();
  frame();
  assert.equal(handed.length, 1);
  assert.equal(handed[0].joined, true);
  assert.ok(live.state.rows.case["1"]);
});

test("changes that nobody collected do not pile up", async () => {
  await joined();
  document.hidden = true;
  for (let n = 0; n < 5000; n++) link.heard.rows({ rows: [row("1", n + 2)] });
  document.hidden = false;
  document.listeners.visibilitychange();
  frame();
  assert.ok(handed[0].rows.length < 2001);
});

test("a refused join says why and is tried again later", async (t) => {
  const tick = by_hand(t);
  live.start(["wall"], {});
  link.heard.connect();
  link.answer({ ok: false, problem: "not for you" });
  await settle();
  assert.equal(live.state.link.problem, "not for you");
  tick(5000);
  assert.deepEqual(link.asked, ["wall", "wall"]);
});

test("another build and a notice both lead to the reload", async () => {
  await joined();
  link.heard.notice({ key: "reload", build: "b2" });
  assert.deepEqual(reloads.at(-1), ["b2", "b1"]);
});

test("who is no longer welcome closes the link", async () => {
  await joined();
  link.heard.notice({ key: "bye" });
  assert.equal(link.open, false);
  assert.equal(live.state.link.problem, "bye");
});

test("a page may paint from a snapshot that came with it", () => {
  live.start(["wall"], { first: { ok: true, vitals: vitals(3), rows: [row("1")] } });
  assert.equal(live.state.vitals.seq, 3);
  assert.ok(live.state.rows.case["1"]);
});
