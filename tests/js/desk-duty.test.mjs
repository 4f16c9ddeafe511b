// The desk's line of who will be missing: asked for rarely, quiet when nobody is, and a row says post, when and whom.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const load = createRequire(import.meta.url), duty = load("../../assets/desk-duty.js"), format = load("../../assets/format.js");
const zhongshu = globalThis.zhongshu, MINUTE = 60000;
format.use({ language: "en", zone: "Asia/Shanghai" });
zhongshu.text = (key, values = {}) => (key === "desk.gap" ? "; " : [key, ...Object.values(values)].join(" "));

test("it is asked once when the link is live, again after ten minutes, and a refusal leaves what was known", async () => {
  let now = 0, answer = { ok: true, at: "first", gap_posts: 1 };
  const asked = [], desk = { link: { state: "connecting" }, now: () => now, ask: async (what) => { asked.push(what.verb); return answer; } }, watch = duty.watch();
  await watch.look(desk);
  assert.deepEqual([asked.length, watch.told], [0, null]);
  desk.link.state = "live";
  for (now = 0; now < 10 * MINUTE; now += MINUTE) await watch.look(desk);
  assert.deepEqual(asked, ["duty_gaps"]);
  answer = { ok: false };
  await watch.look(desk);
  assert.deepEqual([asked.length, watch.told.at], [2, "first"]);
});

test("the line says of gaps, of posts without a rota and of people what there is, or nothing", () => {
  assert.equal(duty.words({ gap_posts: 3, bare_n: 583, people_n: 1200 }), "desk.duty_gaps 3; desk.duty_bare 583; desk.duty_people 1,200");
  assert.equal(duty.words({ gap_posts: 0, bare_n: 0, people_n: 2 }), "desk.duty_people 2");
  assert.equal(duty.words({ gap_posts: 0, bare_n: 0, people_n: 0 }), "");
});

test("a row says the post, when in the city's time, and whom", () => {
  const desk = { name: (code) => `post ${code}`, district: () => "district" };
  const gap = duty.row(desk, { post: "a", from: "2026-11-28T00:00:00.000Z", until: "2026-11-30T00:00:00.000Z" });
  assert.deepEqual(gap, [["post a", "district"], "28 Nov 08:00 – 30 Nov 08:00", "roster.why_gap"]);
  const [, when, whom] = duty.row(desk, { post: "a", from: "2026-11-24T06:30:00.000Z", name: "演示员01", duty: "deputy", why: "old" });
  assert.deepEqual([when, whom], ["24 Nov 14:30", "演示员01; roster.deputy; roster.flaw_old"]);
});
