// What a hand draws on the map, and what the form makes of it.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";

const require = createRequire(import.meta.url);
const draw = require("../../assets/desk-draw.js"), map = require("../../assets/desk-map.js"), model = require("../../assets/desk-model.js");

const POSTS = [
  { code: "d1", tier: "district", parent: "c", district: "d1", tags: ["主城区"] },
  { code: "t1", tier: "township", parent: "d1", district: "d1", tags: [] },
  { code: "t2", tier: "township", parent: "d1", district: "d1", tags: ["沿黄"] },
];
const form = (more) => ({ ...model.fresh(), ...more });

test("a pixel of the map leads back to its place", () => {
  const project = map.projection([[113, 34], [114, 35]], [400, 300]);
  for (const place of [[113.2, 34.1], [113.9, 34.95], [113.55, 34.5]]) {
    const back = project.inverse(project(place));
    place.forEach((value, i) => assert.ok(Math.abs(value - back[i]) < 1e-9));
  }
});

test("a circle is as wide in metres as it was drawn, in every direction", () => {
  const { circle } = draw.circle([113.6, 34.7], [113.6, 34.79]);
  assert.ok(Math.abs(circle[2] - 10008) < 20, circle);
  for (const edge of draw.ring(circle)) assert.ok(Math.abs(draw.metres([113.6, 34.7], edge) / circle[2] - 1) < 0.002);
});

test("a tag takes its posts in, and a single one of them is left out by hand", () => {
  const tagged = form({ tags: ["主城区", "沿黄"] });
  assert.deepEqual(model.reached(tagged, POSTS).map((post) => post.code), ["d1", "t2"]);
  const without = model.toggle_post(tagged, POSTS[2]);
  assert.deepEqual([without.leave_out, without.posts], [["t2"], []]);
  assert.deepEqual(model.toggle_post(without, POSTS[2]).leave_out, []);
});

test("what a shape reaches is what the centre says, and is forgotten where there is none", () => {
  const drawn = form({ shapes: [draw.polygon([[113, 34], [114, 34], [114, 35]])] });
  const told = model.with_reach(drawn, ["t1"]);
  assert.deepEqual(model.reached(told, POSTS).map((post) => post.code), ["t1"]);
  assert.equal(model.with_reach(form(), ["t1"]).also.length, 0);
});

test("grid workers are those of the townships in reach, else of the districts, or of the shapes", () => {
  const of = (more) => model.aimed(form({ workers: true, ...more }), POSTS);
  assert.deepEqual(of({ tiers: ["district", "township"] }).grid_workers_of, ["t1", "t2"]);
  assert.deepEqual(of({ tiers: ["district"] }).grid_workers_of, ["d1"]);
  const drawn = of({ shapes: [draw.circle([113, 34], [113, 34.1])] });
  assert.deepEqual([drawn.grid_workers_of, drawn.grid_workers_in_shapes], [[], true]);
  assert.deepEqual(model.aimed(form({ tiers: ["township"] }), POSTS).grid_workers_of, []);
});

test("a warning becomes its plan for the posts inside, and nothing of it is sent that the plan does not say", () => {
  const plan = { key: "snow", title: "到岗", text: "{预警}", grade: 1, tiers: ["district"], answers: ["received"], variables: { 预警: "暴雪" } };
  const proposal = { id: "p", posts: ["t1", "elsewhere"], mode: "drill", grade: 2, title: "暴雪橙色预警", text: "降雪" };
  const drafted = model.with_proposal(form(), proposal, { posts: POSTS, template: plan });
  assert.deepEqual([drafted.posts, drafted.tiers, drafted.mode, drafted.grade, drafted.template], [["t1"], [], "drill", 2, "snow"]);
  assert.deepEqual([drafted.title, drafted.ground, drafted.proposal], ["到岗", "暴雪橙色预警", "p"]);
  assert.equal(model.with_proposal(form(), proposal, { posts: POSTS, template: null }).title, "暴雪橙色预警");
});
