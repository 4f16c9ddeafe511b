// The link of desks and terminals over a socket that a test moves by hand.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const load = createRequire(import.meta.url);
load("../../assets/rows.js");
const links = load("../../assets/desk-link.js");
const turn = () => new Promise(setImmediate);
const row = (id, version) => ({ kind: "order", id, version });

// `answers` by room; a function is asked each time.
function open(answers, more = {}) {
  const listeners = {}, asked = [], wire = { open: true, on: (event, listen) => { listeners[event] = listen; }, close: () => { wire.closed = true; }, call: (event, room) => { asked.push(room); return Promise.resolve(typeof answers[room] === "function" ? answers[room]() : answers[room]); } };
  const link = links.open({ rooms: ["desk"], socket: () => wire, soon: (act) => act(), ask: () => Promise.reject(new Error("no clock")), ...more });
  return { link, wire, asked, hear: (event, data) => listeners[event](data), end: () => link.close() };
}
const fine = (...rows) => ({ ok: true, rows, you: { name: "演示员01" }, build: "b1" });

test("it is live once it has joined, and says who one is", async () => {
  const { link, hear, end } = open({ desk: fine(row("a", 1)) });
  assert.equal(link.state, "connecting");
  hear("connect");
  await turn();
  assert.deepEqual([link.state, link.you.name, Object.keys(link.rows.order)], ["live", "演示员01", ["a"]]);
  end();
});

test("what is announced while the join is on its way is newer than the join", async () => {
  let answer;
  const { link, hear, end } = open({ desk: () => new Promise((done) => { answer = done; }) });
  hear("connect");
  await turn();
  hear("rows", { rows: [row("a", 5)] });
  answer(fine(row("a", 4), row("b", 1)));
  await turn();
  assert.deepEqual([link.rows.order.a.version, link.rows.order.b.version], [5, 1]);
  end();
});

test("joining again is the truth: what is no longer there is forgotten", async () => {
  const answers = [fine(row("a", 1), row("b", 1)), fine(row("b", 2))];
  const { link, hear, end } = open({ desk: () => answers.shift() });
  hear("connect");
  await turn();
  hear("disconnect");
  assert.equal(link.state, "lost");
  hear("connect");
  await turn();
  assert.deepEqual(Object.keys(link.rows.order), ["b"]);
  end();
});

test("a refused join stays off the live state and keeps its reason", async () => {
  const { link, hear, end } = open({ desk: { ok: false, problem: "you may not be in this room" } });
  hear("connect");
  await turn();
  assert.deepEqual([link.state, link.problem], ["connecting", "you may not be in this room"]);
  end();
});

test("another room is joined once and adds its rows", async () => {
  const { link, asked, hear, end } = open({ desk: fine(), "order:o1": fine(row("o1", 3)) });
  hear("connect");
  await turn();
  await Promise.all([link.join("order:o1"), link.join("order:o1")]);
  assert.deepEqual([asked, link.rows.order.o1.version], [["desk", "order:o1"], 3]);
  end();
});

test("somebody who is no longer welcome is told so and stays away", async () => {
  const { link, wire, hear, end } = open({ desk: fine() });
  hear("notice", { key: "bye" });
  assert.deepEqual([wire.closed, link.problem, link.state], [true, "bye", "lost"]);
  end();
});

test("a clock that is wrong by an hour still counts by the server's", async () => {
  const server = Date.now() - 3600000, ask = () => Promise.resolve({ ok: true, json: () => Promise.resolve({ now: server }) });
  const { link, hear, end } = open({ desk: fine() }, { ask, clock: "/clock", now: server });
  assert.ok(Math.abs(link.now() - server) < 60000);
  hear("connect");
  await turn();
  await turn();
  assert.ok(Math.abs(link.now() - server) < 60000);
  end();
});
