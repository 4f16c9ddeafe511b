// The Socket.IO client, told by a server that is only a class: what goes over the line, and what happens when it dies.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";
import { by_hand } from "./clock.mjs";

const socket = createRequire(import.meta.url)("../../assets/socket.js");

class Line {
  static all = [];
  constructor(url) { Object.assign(this, { url, sent: [], readyState: 1, closed: false }); Line.all.push(this); }
  send(packet) { this.sent.push(packet); }
  close() { this.closed = true; this.readyState = 3; }
  says(packet) { this.onmessage({ data: packet }); }
}
const OPEN = '0{"sid":"x","pingInterval":200,"pingTimeout":100}';

function linked(options = {}) {
  Line.all = [];
  const link = socket({ namespace: "/live", url: "ws://here", WebSocket: Line, random: () => 0, ...options });
  return { link, line: Line.all[0] };
}
function open(options) {
  const { link, line } = linked(options);
  line.says(OPEN);
  line.says('40/live,{"sid":"y"}');
  return { link, line };
}

test("the namespace is asked for with the proof of who asks", () => {
  const { line, link } = linked({ auth: { token: "t" } });
  line.says(OPEN);
  assert.deepEqual(line.sent, ['40/live,{"token":"t"}']);
  link.close();
});

test("connect is heard only when the server let us in", () => {
  const { line, link } = linked(), heard = [];
  link.on("connect", () => heard.push("connect"));
  line.says(OPEN);
  assert.deepEqual(heard, []);
  line.says('40/live,{"sid":"y"}');
  assert.deepEqual(heard, ["connect"]);
  link.close();
});

test("an event arrives with all its arguments", () => {
  const { link, line } = open(), heard = [];
  link.on("rows", (...args) => heard.push(args));
  line.says('42/live,["rows",{"rows":[{"id":"[1]"}]},2]');
  assert.deepEqual(heard, [[{ rows: [{ id: "[1]" }] }, 2]]);
  link.close();
});

test("a question gets its own answer, also when answers come in another order", async () => {
  const { link, line } = open();
  const first = link.call("join", "wall"), second = link.call("join", "desk");
  assert.deepEqual(line.sent.slice(1), ['42/live,0["join","wall"]', '42/live,1["join","desk"]']);
  line.says('43/live,1[{"room":"desk"}]');
  line.says('43/live,0[{"room":"wall"}]');
  assert.deepEqual([await first, await second], [{ room: "wall" }, { room: "desk" }]);
  link.close();
});

test("a question without an answer fails in time", async (t) => {
  const tick = by_hand(t);
  const { link, line } = open({ answer_ms: 250 });
  const asked = link.call("join", "wall");
  tick(240);
  line.says("2");
  tick(20);
  await assert.rejects(asked, /no answer in time/);
  link.close();
});

test("a ping is answered", () => {
  const { link, line } = open();
  line.says("2");
  assert.equal(line.sent.at(-1), "3");
  link.close();
});

test("silence longer than the server allows is a lost link, and a new one is tried", (t) => {
  const tick = by_hand(t);
  const { link, line } = open(), heard = [];
  link.on("disconnect", () => heard.push("lost"));
  tick(299);
  assert.deepEqual(heard, []);
  tick(1);
  assert.deepEqual(heard, ["lost"]);
  assert.ok(line.closed);
  tick(500);
  assert.equal(Line.all.length, 2);
  link.close();
});

test("any word of the server keeps the link", (t) => {
  const tick = by_hand(t);
  const { link, line } = open(), heard = [];
  link.on("disconnect", () => heard.push("lost"));
  for (let n = 0; n < 5; n++) { tick(250); line.says("2"); }
  assert.deepEqual(heard, []);
  link.close();
});

test("a lost link fails what was asked, and its late words are not heard", async () => {
  const { link, line } = open(), heard = [], says = line.onmessage;
  link.on("vitals", () => heard.push("vitals"));
  const asked = link.call("join", "wall");
  line.onclose();
  await assert.rejects(asked, /link was lost/);
  says({ data: '42/live,["vitals",{}]' });
  assert.deepEqual(heard, []);
  link.close();
});

test("a server that refuses says why, and is asked again later", (t) => {
  const tick = by_hand(t);
  const { link, line } = linked(), heard = [];
  link.on("refused", (why) => heard.push(why));
  line.says(OPEN);
  line.says('44/live,{"message":"who are you"}');
  assert.deepEqual(heard, ["who are you"]);
  for (let n = 0; n < 50 && Line.all.length < 2; n++) tick(100);
  assert.equal(Line.all.length, 2);
  link.close();
});

test("a closed link is never opened again", (t) => {
  const tick = by_hand(t);
  const { link } = open();
  link.close();
  tick(60000);
  assert.equal(Line.all.length, 1);
});

test("nothing is sent without a link", async () => {
  const { link, line } = linked();
  assert.equal(link.emit("read", {}), false);
  await assert.rejects(link.call("join", "wall"), /no link/);
  assert.deepEqual(line.sent, []);
  link.close();
});

test("pauses grow from half a second to five and are scattered", () => {
  assert.equal(socket.pause_ms(0, 0), 500);
  assert.equal(socket.pause_ms(2, 1), 2000);
  assert.equal(socket.pause_ms(50, 1), 5000);
  assert.equal(socket.pause_ms(50, 0), 2500);
});

test("a device that says it has no network has no link from that moment, and tries again", (t) => {
  const heard = {}, mine = { addEventListener: (name, listen) => { heard[name] = listen; }, removeEventListener: () => {} };
  Object.assign(globalThis, mine);
  t.after(() => Object.keys(mine).forEach((name) => delete globalThis[name]));
  const { link, line } = open(), told = [];
  link.on("disconnect", () => told.push("disconnect"));
  heard.offline();
  assert.deepEqual([told, link.open, line.closed], [["disconnect"], false, true]);
  heard.online();
  assert.equal(Line.all.length, 2);
  link.close();
});
