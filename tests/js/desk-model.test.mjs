// The order that is being written: whom it reaches, and what keeps it from being sent.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const load = createRequire(import.meta.url);
const model = load("../../assets/desk-model.js"), when = load("../../assets/desk-when.js"), map = load("../../assets/desk-map.js");

const post = (code, tier, parent, more = {}) => ({ code, tier, parent, district: null, name: [code, code], short: [code, code], ...more });
const POSTS = [
  post("city", "city", null), post("d1", "district", "city"), post("d2", "district", "city"),
  post("t1", "township", "d1", { name: ["站街镇", "Zhanjie"] }), post("t2", "township", "d1", { name: ["少林街道", "Shaolin"] }), post("t3", "township", "d2"),
  post("t4", "township", "d2", { reserved: true }), post("u1", "unit", "city"),
];
const all = model.orderable(POSTS, { root: "city", reserved: true });
const codes = (form, posts = all) => model.reached(form, posts).map((one) => one.code);
const TEMPLATE = { key: "snow", title: "雪", text: "{预警}，{deadline}前到岗", grade: 1, tiers: ["district", "township"], answers: ["received"], variables: { 预警: "橙色" }, limits: {} };

test("nothing chosen reaches nobody", () => assert.deepEqual(codes(model.fresh()), []));

test("the city's own desk is never a target, and a district orders only what lies below it", () => {
  assert.ok(!all.some((one) => one.tier === "city"));
  assert.deepEqual(model.orderable(POSTS, { root: "d1", reserved: true }).map((one) => one.code), ["d1", "t1", "t2"]);
});

test("a reserved post takes part only where the city says so", () => {
  assert.ok(all.some((one) => one.code === "t4"));
  assert.ok(!model.orderable(POSTS, { root: "city", reserved: false }).some((one) => one.code === "t4"));
});

test("a whole tier minus one is the tier and a name that is left out, and counts so", () => {
  let form = model.toggle_tier(model.fresh(), all, "township");
  form = model.toggle_post(form, POSTS[4]);
  assert.deepEqual(form.leave_out, ["t2"]);
  assert.deepEqual(codes(form), ["t1", "t3", "t4"]);
  assert.equal(model.tier_state(form, all, "township").state, "some");
  assert.deepEqual(model.toggle_post(form, POSTS[4]).leave_out, []);
});

test("a hand on a tier forgets what was picked or left out of it singly", () => {
  let form = model.toggle_post(model.fresh(), POSTS[3]);
  assert.equal(model.tier_state(form, all, "township").state, "some");
  form = model.toggle_tier(form, all, "township");
  assert.deepEqual([form.posts, codes(form).length], [[], 4]);
  assert.deepEqual(codes(model.toggle_tier(form, all, "township")), []);
});

test("a post that was picked and one left out are each counted once", () => {
  const form = model.set_posts(model.set_posts(model.fresh(), [POSTS[3]], true), [POSTS[3]], true);
  assert.deepEqual(form.posts, ["t1"]);
});

test("several at once are all taken in, and left out only when all were in", () => {
  let form = model.toggle_posts(model.toggle_post(model.fresh(), POSTS[3]), [POSTS[3], POSTS[4]]);
  assert.deepEqual(codes(form), ["t1", "t2"]);
  assert.deepEqual(codes(model.toggle_posts(form, [POSTS[3], POSTS[4]])), []);
});

test("a template fills the form, and the mode stays what the hand chose", () => {
  const form = model.with_template({ ...model.fresh(), mode: "drill", posts: ["u1"] }, TEMPLATE);
  assert.deepEqual([form.mode, form.grade, form.template, form.posts, form.variables], ["drill", 1, "snow", [], { 预警: "橙色" }]);
  assert.deepEqual(model.variables_in(form.title, form.text), ["预警"]);
});

test("a draft from another day comes back without what no longer fits", () => {
  const kept = { ...model.fresh(), mode: "nonsense", posts: ["t1", "gone"], template: "gone", tiers: ["township", "city"], valid_until: "2026-11-23T08:00", grade: "one", text: "路滑" };
  const form = model.restored(kept, { posts: all, templates: [TEMPLATE], now_local: "2026-11-24T08:00" });
  assert.deepEqual([form.mode, form.posts, form.template, form.tiers, form.valid_until, form.grade, form.text], ["live", ["t1"], null, ["township"], null, 4, "路滑"]);
  assert.deepEqual(model.restored("junk", { posts: all, templates: [], now_local: "" }), model.fresh());
});

test("a typed name finds posts that begin with it before those that hold it", () => {
  const names = (one) => [one.code, ...one.name];
  assert.deepEqual(model.search(all, "街", { names }).map((one) => one.code), ["t1", "t2"]);
  assert.deepEqual(model.search(all, "SHAO", { names }).map((one) => one.code), ["t2"]);
  assert.deepEqual(model.search(all, "  ", { names }), []);
});

test("it can be sent only when the centre has counted this very form, the link is up, and a wide one was typed", () => {
  const ready = { preview: { ok: true, count: 241, wants_count: false }, typed_count: "", link_live: true, sending: false };
  const stop = (changed) => model.obstacle(model.fresh(), { ...ready, ...changed });
  assert.equal(stop({}), null);
  assert.equal(stop({ preview: null }), "desk.stop_checking");
  assert.equal(stop({ preview: { ok: false } }), "desk.stop_refused");
  assert.equal(stop({ link_live: false }), "desk.stop_offline");
  assert.equal(stop({ sending: true }), "desk.stop_sending");
  const wide = { preview: { ok: true, count: 241, wants_count: true } };
  assert.equal(stop(wide), "desk.stop_count");
  assert.equal(stop({ ...wide, typed_count: "240" }), "desk.stop_count");
  assert.equal(stop({ ...wide, typed_count: "241" }), null);
});

test("the sum is written in the order of the tiers", () => assert.deepEqual(model.sum({ special_grid: 4, district: 16, unit: 6, township: 215 }), [16, 215, 6, 4]));

test("a time of day is read as people type it, and nonsense is none", () => {
  assert.deepEqual(["22:00", "2200", "9:30", "22：05", "24:00", "12:60", "noon", ""].map(when.clock_time), ["22:00", "22:00", "09:30", "22:05", "", "", "", ""]);
});

test("a moment is shown in the city's own time", () => assert.equal(when.local(Date.parse("2026-11-24T14:00:00Z"), "Asia/Shanghai"), "2026-11-24T22:00"));

test("every place lies inside the map's box, north above south", () => {
  const project = map.projection([[113, 34], [114, 35]], [520, 310]), [x1, y1] = project([113, 34]), [x2, y2] = project([114, 35]);
  for (const value of [x1, x2]) assert.ok(value >= 0 && value <= 520);
  assert.ok(y2 < y1 && y2 >= 0 && y1 <= 310 && x1 < x2);
});
